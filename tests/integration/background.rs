//! The background of two time scales: drawn pictures with known answers, and a real street.

use proptest::prelude::*;
use streetward::media::{Frame, MediaTime, WallTime, YuvMatrix};
use streetward::vision::background::{Background, CoverArea, Nature, Sights, Standing};
use streetward::vision::{BBox, View};

pub(crate) const SIZE: (usize, usize) = (320, 240);
/// Where things are put.
const PLACE: BBox = BBox { x1: 150.0, y1: 120.0, x2: 174.0, y2: 140.0 };

/// A picture to be drawn on: luma and chroma at full size, by rows.
pub(crate) struct Picture {
    luma: Vec<f32>,
    chroma: [Vec<f32>; 2],
}

/// A number that looks random, from −1 to 1, the same every time.
fn noise(a: u64, b: u64) -> f32 {
    let mut h = (a.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ b).wrapping_mul(0xd6e8_feb8_6659_fd93);
    h ^= h >> 32;
    h = h.wrapping_mul(0xd6e8_feb8_6659_fd93);
    (h >> 40) as f32 / (1_u64 << 23) as f32 - 1.0
}

impl Picture {
    /// Paving: a grain of `grain` levels, and joints every forty pixels.
    pub(crate) fn street(grain: f32) -> Self {
        let (width, height) = SIZE;
        let at = |i: usize| {
            let (x, y) = (i % width, i / width);
            let joint = if x % 40 < 2 || y % 40 < 2 { -25.0 } else { 0.0 };
            let coarse = noise((x / 3) as u64, (y / 3) as u64 + 7777);
            130.0 + joint + grain * coarse
        };
        let flat = |v: f32| vec![v; width * height];
        Self { luma: (0..width * height).map(at).collect(), chroma: [flat(124.0), flat(131.0)] }
    }

    /// Something with a texture of its own, reddish and dark.
    pub(crate) fn bag(mut self, bbox: BBox, level: f32) -> Self {
        self.change(bbox, |x, y, c| {
            let own = noise(x as u64 / 2 + 99, y as u64 / 2);
            [level + 15.0 * own, 118.0, if level < 100.0 { 150.0 } else { c[2] }]
        });
        self
    }

    pub(crate) fn change(&mut self, b: BBox, how: impl Fn(usize, usize, [f32; 3]) -> [f32; 3]) {
        for y in b.y1.max(0.0) as usize..(b.y2 as usize).min(SIZE.1) {
            for x in b.x1.max(0.0) as usize..(b.x2 as usize).min(SIZE.0) {
                let i = y * SIZE.0 + x;
                let [luma, u, v] = how(x, y, [self.luma[i], self.chroma[0][i], self.chroma[1][i]]);
                (self.luma[i], self.chroma[0][i], self.chroma[1][i]) = (luma, u, v);
            }
        }
    }

    pub(crate) fn luma(&self, x: usize, y: usize) -> f32 {
        self.luma[y * SIZE.0 + x]
    }

    /// Light of so many times the strength everywhere.
    pub(crate) fn lit(mut self, gain: f32) -> Self {
        self.luma.iter_mut().for_each(|v| *v *= gain);
        self
    }

    /// As a camera gives it at `time`, with noise of so many levels.
    pub(crate) fn frame(&self, time: f64, grain: f32) -> Frame {
        let (width, height) = SIZE;
        let n = (time * 1e3) as u64;
        let level =
            |v: f32, i: usize| (v + grain * noise(n, i as u64)).round().clamp(0.0, 255.0) as u8;
        let luma: Vec<u8> = self.luma.iter().enumerate().map(|(i, v)| level(*v, i)).collect();
        let half = |plane: &[f32]| -> Vec<u8> {
            (0..width * height / 4)
                .map(|i| plane[i / (width / 2) * 2 * width + i % (width / 2) * 2].round() as u8)
                .collect()
        };
        let (u, v) = (half(&self.chroma[0]), half(&self.chroma[1]));
        let wall = WallTime(jiff::Timestamp::UNIX_EPOCH);
        let matrix = YuvMatrix { bt709: false, full_range: true };
        let size = (width as u32, height as u32);
        Frame::from_planes(n, MediaTime::from_seconds(time), wall, size, [&luma, &u, &v], matrix)
            .unwrap()
    }
}

/// Shows a film of `fps` pictures a second; gives what stands at its end, and the background.
fn shown(
    seconds: f64,
    fps: f64,
    grain: f32,
    tell: impl Fn(f64) -> Picture,
) -> (Vec<Standing>, Background) {
    let mut background = Background::default();
    for k in 0..=(seconds * fps) as u32 {
        let time = f64::from(k) / fps;
        background.update(&tell(time).frame(time, grain), View::Steady, true).unwrap();
    }
    (background.things().to_vec(), background)
}

pub(crate) fn appeared(things: &[Standing]) -> Vec<&Standing> {
    things.iter().filter(|t| t.nature == Nature::Appeared && !t.from_start).collect()
}

fn bag_at(time: f64, from: f64) -> Picture {
    let street = Picture::street(6.0);
    if time >= from { street.bag(PLACE, 60.0) } else { street }
}

#[test]
fn a_bag_is_found_where_and_when_it_was_put() {
    for (fps, grain) in [(10.0, 2.0), (25.0, 4.0), (2.0, 2.0), (5.0, 9.0)] {
        let (things, background) = shown(16.0, fps, grain, |t| bag_at(t, 8.0));
        let found = appeared(&things);
        let [bag] = found[..] else { panic!("{fps} a second, noise {grain}: {things:#?}") };
        assert!(bag.bbox.iou(&PLACE) > 0.7, "{fps}: {:?}", bag.bbox);
        assert!((bag.since.seconds() - 8.0).abs() <= 0.5, "{fps}: {}", bag.since.seconds());
        assert!(bag.seen && (bag.area / PLACE.area() - 1.0).abs() < 0.35, "{fps}: {}", bag.area);
        let ((columns, rows), mask) = background.mask();
        assert_eq!(mask.len(), columns * rows);
    }
}

#[test]
fn uneven_times_do_not_matter() {
    let mut background = Background::default();
    let mut time = 0.0;
    let mut first = f64::INFINITY;
    let mut k = 0;
    while time < 20.0 {
        background.update(&bag_at(time, 9.0).frame(time, 2.0), View::Steady, true).unwrap();
        if time >= 9.0 {
            first = first.min(time);
        }
        k += 1;
        time += if k % 17 == 0 { 1.1 } else { 0.04 + 0.05 * f64::from(k % 5) };
    }
    let things = background.things().to_vec();
    let found = appeared(&things);
    let [bag] = found[..] else { panic!("{things:#?}") };
    let late = bag.since.seconds() - first;
    assert!((0.0..=0.25).contains(&late), "{late} s after the first picture of it");
}

#[test]
fn what_is_there_from_the_start_and_what_is_taken_away_is_no_thing() {
    let (things, _) = shown(12.0, 5.0, 2.0, |_| Picture::street(6.0).bag(PLACE, 60.0));
    assert!(things.is_empty(), "{things:?}");
    let taken = |t: f64| {
        let street = Picture::street(6.0);
        if t < 6.0 { street.bag(PLACE, 60.0) } else { street }
    };
    let (things, _) = shown(14.0, 5.0, 2.0, taken);
    assert!(
        things.iter().all(|t| t.nature == Nature::Uncovered) && things.len() == 1,
        "{things:?}"
    );
    let (things, _) = shown(26.0, 5.0, 2.0, taken);
    assert!(things.is_empty(), "uncovered ground is ground: {things:?}");
}

#[test]
fn what_is_taken_again_is_gone_at_once_and_may_come_again() {
    let comes_and_goes = |t: f64| {
        let street = Picture::street(6.0);
        let there = (6.0..14.0).contains(&t) || t >= 18.0;
        if there { street.bag(PLACE, 60.0) } else { street }
    };
    let (things, _) = shown(13.0, 5.0, 2.0, comes_and_goes);
    assert_eq!(appeared(&things).len(), 1);
    let first = things[0].id;
    let (things, _) = shown(16.0, 5.0, 2.0, comes_and_goes);
    assert!(things.is_empty(), "{things:?}");
    let (things, _) = shown(25.0, 5.0, 2.0, comes_and_goes);
    let [again] = appeared(&things)[..] else { panic!("{things:?}") };
    assert!(again.id != first && (again.since.seconds() - 18.0).abs() <= 0.5, "{again:?}");
}

#[test]
fn who_stands_in_front_hides_a_thing_and_does_not_end_it() {
    let person = BBox { x1: 140.0, y1: 60.0, x2: 180.0, y2: 150.0 };
    let tell = |t: f64| {
        let picture = bag_at(t, 6.0);
        // Somebody in front from the twelfth second to the thirtieth, never quite still.
        if !(12.0..30.0).contains(&t) {
            return picture;
        }
        let mut picture = picture;
        let sway = (t * 5.0) as usize;
        picture.change(person, |x, y, _| {
            [90.0 + 60.0 * noise((x + sway * 7) as u64 / 4, (y + sway) as u64 / 4), 130.0, 126.0]
        });
        picture
    };
    let (things, _) = shown(28.0, 5.0, 2.0, tell);
    let bag = things.iter().find(|t| t.bbox.iou(&PLACE) > 0.5).expect("it is remembered");
    assert!(!bag.seen && (bag.since.seconds() - 6.0).abs() <= 0.5, "{bag:?}");
    let (things, _) = shown(34.0, 5.0, 2.0, tell);
    let [bag] = appeared(&things)[..] else { panic!("{things:?}") };
    assert!(bag.seen && (bag.since.seconds() - 6.0).abs() <= 0.5, "{bag:?}");
}

#[test]
fn light_and_shadow_are_no_things() {
    let spot = |t: f64| {
        let mut picture = Picture::street(6.0);
        let wide = BBox { x1: 60.0, y1: 60.0, x2: 260.0, y2: 200.0 };
        picture.change(wide, |x, y, [l, u, v]| {
            let (dx, dy) = ((x as f32 - 160.0) / 40.0, (y as f32 - 130.0) / 25.0);
            let more = if t >= 6.0 { 0.7 * (-(dx * dx + dy * dy)).exp() } else { 0.0 };
            [l * (1.0 + more), u, v]
        });
        picture
    };
    let shadow = |t: f64| {
        let mut picture = Picture::street(6.0);
        let at = BBox { x1: 120.0, y1: 100.0, x2: 190.0, y2: 150.0 };
        picture.change(at, |_, _, [l, u, v]| [if t >= 6.0 { 0.6 * l } else { l }, u, v]);
        picture
    };
    for (name, film) in [("spot", &spot as &dyn Fn(f64) -> Picture), ("shadow", &shadow)] {
        for end in [10.0, 14.0, 24.0] {
            let (things, _) = shown(end, 5.0, 2.0, film);
            assert!(appeared(&things).is_empty(), "{name} at {end}: {things:?}");
        }
    }
}

#[test]
fn clouds_and_lamps_leave_things_as_they_are() {
    // A cloud takes a third of the light within two seconds; the bag stays.
    let cloud = |t: f64| bag_at(t, 6.0).lit(1.0 - 0.33 * ((t - 12.0) / 2.0).clamp(0.0, 1.0) as f32);
    let (things, _) = shown(22.0, 5.0, 2.0, cloud);
    let [bag] = appeared(&things)[..] else { panic!("{things:?}") };
    assert!((bag.since.seconds() - 6.0).abs() <= 0.5 && bag.bbox.iou(&PLACE) > 0.6, "{bag:?}");
    // A lamp goes on at once: nothing is told until the picture is learnt again.
    let lamp = |t: f64| {
        let mut picture = Picture::street(6.0);
        if t >= 10.0 {
            picture.change(BBox { x1: 0.0, y1: 0.0, x2: 320.0, y2: 190.0 }, |x, y, [l, u, v]| {
                [30.0 + 0.4 * l + 0.4 * (x + y) as f32, u + 10.0, v - 8.0]
            });
        }
        picture
    };
    let mut background = Background::default();
    let mut blind = 0;
    for k in 0..150_u32 {
        let time = f64::from(k) / 5.0;
        let sights = background.update(&lamp(time).frame(time, 2.0), View::Steady, true).unwrap();
        blind += u32::from(sights == Sights::Blind && time > 2.0);
        assert!(appeared(background.things()).is_empty(), "at {time}: {:?}", background.things());
    }
    assert!((15..40).contains(&blind), "{blind} pictures of a changed light");
}

#[test]
fn nothing_is_told_of_another_view() {
    let mut background = Background::default();
    for k in 0..60_u32 {
        let time = f64::from(k) / 5.0;
        let view = if k >= 40 { View::Unknown } else { View::Steady };
        let sights = background.update(&bag_at(time, 9.0).frame(time, 2.0), view, true).unwrap();
        assert_eq!(sights == Sights::Told, (6..40).contains(&k), "picture {k}");
    }
    assert!(appeared(background.things()).is_empty());
}

#[test]
fn cover_is_told_by_cells() {
    let cell = |k: u32| {
        let x1 = 20.0 * (k % 10) as f32 + 60.0;
        let y1 = 20.0 * (k / 10) as f32 + 60.0;
        BBox { x1, y1, x2: x1 + 20.0, y2: y1 + 20.0 }
    };
    let stall = BBox { x1: 100.0, y1: 80.0, x2: 180.0, y2: 120.0 };
    let cells: Vec<BBox> = (0..60).map(cell).collect();
    let mut background = Background::new(vec![CoverArea { cells: cells.clone(), clear: None }]);
    for k in 0..90_u32 {
        let time = f64::from(k) / 5.0;
        let street = Picture::street(6.0);
        let picture = if time >= 8.0 { street.bag(stall, 60.0) } else { street };
        background.update(&picture.frame(time, 2.0), View::Steady, false).unwrap();
        let covered = background.covers()[0].as_ref().map(|c| c.iter().filter(|c| **c).count());
        match k {
            0..3 => assert_eq!(covered, None, "picture {k}"),
            10..40 => assert_eq!(covered, Some(0), "picture {k}"),
            70.. => {
                let truth: Vec<bool> =
                    cells.iter().map(|c| stall.intersection(c) > 200.0).collect();
                assert_eq!(background.covers()[0].as_ref(), Some(&truth), "picture {k}");
            }
            _ => {}
        }
    }
}

#[test]
fn a_day_of_noise_and_slow_light_learns_nothing_new() {
    // An hour in steps of half a second would be long; the sun moves a hundred times faster here.
    let (things, _) = shown(120.0, 2.0, 5.0, |t| {
        Picture::street(6.0).lit(1.0 + 0.3 * (t / 120.0 * std::f64::consts::TAU).sin() as f32)
    });
    assert!(things.is_empty(), "{things:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn any_pictures_are_taken_without_panic(
        pictures in prop::collection::vec((any::<u8>(), any::<u8>(), 0i64..3_000, 0u8..4, 16u32..90), 1..25),
    ) {
        let mut background = Background::new(vec![CoverArea { cells: vec![BBox { x1: -9.0, y1: 3.0, x2: 900.0, y2: 9.0 }, BBox::default()], clear: None }]);
        let mut time = 0;
        for (level, step, gap, view, width) in pictures {
            time += gap - 200;
            let (w, h) = (width as usize, 40_usize);
            let luma: Vec<u8> = (0..w * h).map(|i| level.wrapping_add((i as u8).wrapping_mul(step))).collect();
            let half = vec![step; w.div_ceil(2) * h.div_ceil(2)];
            let wall = WallTime(jiff::Timestamp::UNIX_EPOCH);
            let matrix = YuvMatrix { bt709: false, full_range: true };
            let frame = Frame::from_planes(0, MediaTime(time * 1_000), wall, (width, 40), [&luma, &half, &half], matrix).unwrap();
            let shift = streetward::vision::Shift { a: 1.0, b: 0.001, dx: f64::from(level) / 4.0, dy: -3.0 };
            let view = [View::Steady, View::Unknown, View::Shaken(shift), View::Moved(shift)][view as usize];
            background.update(&frame, view, true).unwrap();
            for thing in background.things() {
                prop_assert!(thing.bbox.area() > 0.0 && thing.area > 0.0);
            }
        }
    }
}
