//! Traffic lights read from real encoded pictures whose lamps are known.

mod drawn;

use crate::support::root;
use drawn::Head;
use drawn::Light as Weather;
use drawn::Light::{Day, Flicker, Glow, Haze, Night, Overexposed, Sun};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use streetward::media::{Frame, MediaTime, OpenOptions, Source, WallTime, YuvMatrix};
use streetward::vision::lamp::{HeadSpec, LampBoxes, Lamps, Light, Reading};
use streetward::vision::{BBox, Shift, Steady, View};

/// Of heads smaller than this only half is ever read; nothing wrong is asked of them all the same.
const TINY: u32 = 18;
/// Green, amber, red, in seconds from the beginning.
const PROGRAMME: [(f64, Light); 3] = [(0.0, Light::Green), (1.4, Light::Amber), (2.8, Light::Red)];
const SECONDS: f64 = 4.2;
/// After a change the new light must be told after so long (confirmation, and a picture's worth) …
const LAG: f64 = 0.25;
/// … and the old one no more after so long (a flicker is bridged).
const HELD: f64 = 0.45;

fn shown(time: f64) -> (f64, Light) {
    *PROGRAMME.iter().rev().find(|(from, _)| *from <= time + 1e-6).unwrap()
}

fn lit(light: Light) -> [bool; 3] {
    [Light::Red, Light::Amber, Light::Green].map(|l| l == light)
}

/// Heads of many sizes on everything the street has behind them, upright and lying.
fn heads() -> Vec<(u32, Head)> {
    let mut heads = Vec::new();
    let mut x = 8.0;
    for (n, long) in [60_u32, 40, 30, 24, 18, 13].into_iter().enumerate() {
        for shade in 0..3 {
            let long_side = long as f32;
            let size = (long_side / 2.5, long_side);
            let rows = [20.0, 108.0, 190.0];
            let at = (x + n as f32, rows[shade]);
            heads.push((long, Head { at, size, shade, arrow: shade == 1 && long >= 24 }));
        }
        x += long as f32 / 2.5 + 32.0;
    }
    for (n, long) in [48_u32, 30, 20].into_iter().enumerate() {
        let size = (long as f32, long as f32 / 2.5);
        let head = Head { at: (390.0, 30.0 + 80.0 * n as f32), size, shade: n, arrow: false };
        heads.push((long, head));
    }
    heads
}

/// The frames of a clip.
fn frames(clip: &Path) -> impl Iterator<Item = Frame> {
    let mut source = Source::open(clip, OpenOptions::default()).unwrap();
    std::iter::from_fn(move || source.next_frame().unwrap())
}

fn read(clip: &Path, scene: (u32, u32), specs: Vec<HeadSpec>) -> Vec<(f64, Vec<Reading>)> {
    let mut lamps = Lamps::new(scene, specs);
    let all = frames(clip);
    all.map(|f| (f.time.seconds(), lamps.read(&f, View::Steady).to_vec())).collect()
}

/// Right, unknown, wrong.
type Count = [u32; 3];

fn count(counts: &mut Count, time: f64, reading: Reading) {
    let (since, truth) = shown(time);
    if time - since < LAG {
        return; // whichever of the two
    }
    counts[match reading.light {
        l if l == truth => 0,
        Light::Unknown => 1,
        l if time - since < HELD && l == shown(since - 0.1).1 => 1,
        _ => 2,
    }] += 1;
}

fn spec(head: &Head, lamps: bool) -> HeadSpec {
    let boxes = if lamps { [0, 1, 2].map(|i| Some(head.lamp_box(i))) } else { [None; 3] };
    HeadSpec { bbox: head.bbox(), lamps: LampBoxes { boxes }, ..HeadSpec::default() }
}

/// Processor time that reading one head of one frame takes.
fn microseconds_a_head(heads: &[Head], folder: &Path) -> f64 {
    let specs = heads.iter().map(|h| spec(h, false)).collect();
    let mut lamps = Lamps::new(drawn::SIZE, specs);
    let cpu = || {
        let t = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        t.tv_sec as f64 * 1e6 + t.tv_nsec as f64 / 1e3
    };
    let (mut spent, mut count) = (0.0, 0);
    for frame in frames(&folder.join("Day.mp4")) {
        let before = cpu();
        lamps.read(&frame, View::Steady);
        spent += cpu() - before;
        count += heads.len();
    }
    spent / count as f64
}

#[test]
fn drawn_lamps_are_read_by_day_and_night_and_never_wrongly() {
    let folder = tempfile::tempdir().unwrap();
    let heads = heads();
    let plain: Vec<Head> = heads.iter().map(|(_, h)| *h).collect();
    let mut table = String::from("\n");
    // Of heads, and of lamps drawn: those of usable size, and those whose lamps have four pixels.
    let mut totals = [[[0; 3]; 2]; 2];
    for weather in [Day, Sun, Night, Glow, Overexposed, Flicker, Haze] {
        let count_of = (SECONDS * f64::from(drawn::FPS)) as u32;
        let painter = drawn::Painter::new(&plain, weather);
        let pictures = (0..count_of).map(|k| {
            let (_, light) = shown(f64::from(k) / f64::from(drawn::FPS));
            painter.picture(lit(light), k)
        });
        let clip = drawn::encode(folder.path(), &format!("{weather:?}.mp4"), 27, pictures);
        for (which, with_lamps) in [(0, false), (1, true)] {
            let specs = plain.iter().map(|h| spec(h, with_lamps)).collect();
            let mut by_size = std::collections::BTreeMap::<u32, Count>::new();
            for (time, readings) in read(&clip, drawn::SIZE, specs) {
                for ((long, _), reading) in heads.iter().zip(readings) {
                    count(by_size.entry(*long).or_default(), time, reading);
                    count(&mut totals[which][usize::from(*long < TINY)], time, reading);
                }
            }
            let drawn_lamps = if with_lamps { "lamps" } else { "head" };
            let _ = writeln!(table, "{weather:?} {drawn_lamps}: right/unknown/wrong {by_size:?}");
        }
    }
    eprintln!("{table}\n{totals:?}\n{:.1} µs a head", microseconds_a_head(&plain, folder.path()));
    for [[right, unknown, wrong], [.., wrong_tiny]] in totals {
        assert_eq!((wrong, wrong_tiny), (0, 0), "{table}");
        assert!(f64::from(unknown) <= 0.1 * f64::from(right + unknown), "{table}");
    }
}

/// The shared folder beside the repository, or beside a worktree of it.
fn shared(clip: &str) -> Option<PathBuf> {
    let given = std::env::var_os("STREETWARD_SHARED").map(PathBuf::from);
    let above = root().ancestors().map(|a| a.join("shared")).collect::<Vec<_>>();
    let clips = given.into_iter().chain(above).map(|s| s.join("data/clips").join(clip));
    let found = clips.into_iter().find(|p| p.exists());
    if found.is_none() {
        eprintln!("skipped: shared/data/clips/{clip} is not there");
    }
    found
}

fn box_of([x1, y1, x2, y2]: [f32; 4]) -> BBox {
    BBox { x1, y1, x2, y2 }
}

fn plain(bbox: BBox) -> HeadSpec {
    HeadSpec { bbox, ..HeadSpec::default() }
}

/// Read with the camera's shake taken out, as the pipeline does.
fn read_steadied(clip: &Path, specs: Vec<HeadSpec>) -> Vec<(f64, Vec<Reading>)> {
    let mut lamps = Lamps::new((640, 352), specs);
    let mut steady = Steady::default();
    let all = frames(clip);
    all.map(|f| {
        let view = steady.view(&f).unwrap();
        (f.time.seconds(), lamps.read(&f, view).to_vec())
    })
    .collect()
}

/// The crossing whose main road has red all the time: one lamp of 13×12 pixels, and its head.
const LAMP: [f32; 4] = [113.0, 68.0, 126.0, 80.0];
const HEAD: [f32; 4] = [111.0, 67.0, 141.0, 82.0];

#[test]
fn a_real_red_lamp_is_red_throughout() {
    let Some(clip) = shared("roxa/crosswalk.mp4") else { return };
    let lamps = LampBoxes { boxes: [Some(box_of(LAMP)), None, None] };
    let drawn = HeadSpec { bbox: box_of(HEAD), lamps, ..HeadSpec::default() };
    let specs = vec![plain(box_of(LAMP)), plain(box_of(HEAD)), drawn];
    let readings = read_steadied(&clip, specs);
    assert!(readings.len() > 100);
    for (time, readings) in readings.iter().filter(|(time, _)| *time > 0.6) {
        assert!(readings.iter().all(|r| r.light == Light::Red), "{time}: {readings:?}");
        assert!(readings.iter().all(|r| r.since.seconds() < 0.3), "{time}: one red all the time");
    }
}

#[test]
fn a_real_red_lamp_in_bad_pictures_is_red_or_unknown() {
    let mut table = String::new();
    for (name, least) in [
        ("cw_night", 0.9),
        ("cw_rainhaze", 0.9),
        ("cw_shake", 0.3),
        ("cw_defocus_from4s", 0.25),
        ("cw_occluded_from5s", 0.3),
        ("cw_black_5to8s", 0.6),
        ("cw_moved_at6s", 0.0),
        ("cw_frozen", 0.9),
    ] {
        let Some(clip) = shared(&format!("derived/{name}.mp4")) else { return };
        // This one begins shaken: its first picture lies 18 pixels to the left and 10 up.
        let (dx, dy) = if name == "cw_shake" { (-18.0, -10.0) } else { (0.0, 0.0) };
        let [lamp, head] =
            [LAMP, HEAD].map(|b| plain(box_of([b[0] + dx, b[1] + dy, b[2] + dx, b[3] + dy])));
        let readings = read_steadied(&clip, vec![lamp, head]);
        for which in 0..2 {
            let share = |light| {
                let there = readings.iter().filter(|(_, r)| r[which].light == light).count();
                there as f64 / readings.len() as f64
            };
            let (red, unknown) = (share(Light::Red), share(Light::Unknown));
            let _ = writeln!(table, "{name} {which}: red {red:.2}, unknown {unknown:.2}");
            assert!((red + unknown - 1.0).abs() < 1e-9, "{table}");
            assert!(red >= least, "{table}");
        }
    }
    eprintln!("{table}");
}

#[test]
fn what_is_no_lamp_is_unknown_for_ever() {
    let Some(clip) = shared("roxa/crosswalk.mp4") else { return };
    let places = [
        ("sky", [150.0, 10.0, 190.0, 50.0]),
        ("yellow tree", [290.0, 45.0, 320.0, 100.0]),
        ("green tree", [430.0, 40.0, 460.0, 110.0]),
        ("brick and roof", [120.0, 48.0, 160.0, 66.0]),
        ("street sign", [48.0, 63.0, 77.0, 73.0]),
        ("painted lane", [60.0, 170.0, 130.0, 195.0]),
        ("wall", [560.0, 20.0, 590.0, 60.0]),
        ("road", [250.0, 180.0, 290.0, 230.0]),
        ("kerb", [350.0, 283.0, 420.0, 325.0]),
        ("dark board", [283.0, 58.0, 335.0, 88.0]),
    ];
    let specs = places.iter().map(|(_, b)| plain(box_of(*b))).collect();
    let mut told = std::collections::BTreeMap::new();
    for (_, readings) in read_steadied(&clip, specs) {
        for ((name, _), reading) in places.iter().zip(readings) {
            if reading.light != Light::Unknown {
                *told.entry((*name, format!("{:?}", reading.light))).or_insert(0) += 1;
            }
        }
    }
    assert!(told.is_empty(), "{told:?}");
}

fn grey(luma: &[u8], chroma: [&[u8]; 2], k: i64) -> Frame {
    let wall = WallTime(jiff::Timestamp::UNIX_EPOCH);
    let matrix = YuvMatrix { bt709: false, full_range: false };
    let planes = [luma, chroma[0], chroma[1]];
    Frame::from_planes(k as u64, MediaTime(k * 100_000), wall, (64, 48), planes, matrix).unwrap()
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]

    #[test]
    fn grey_noise_is_no_lamp(
        luma in proptest::collection::vec(0_u8..=255, 64 * 48),
        chroma in proptest::collection::vec(122_u8..=134, 2 * 32 * 24),
        x in 0_f32..40.0, y in 0_f32..20.0, w in 6_f32..24.0, h in 6_f32..28.0,
    ) {
        let mut lamps = Lamps::new((64, 48), vec![plain(BBox { x1: x, y1: y, x2: x + w, y2: y + h })]);
        for k in 0..6 {
            let frame = grey(&luma, [&chroma[..768], &chroma[768..]], k);
            let reading = lamps.read(&frame, View::Steady)[0];
            proptest::prop_assert_eq!(reading.light, Light::Unknown);
        }
    }

    #[test]
    fn any_planes_and_boxes_are_read(
        bytes in proptest::collection::vec(0_u8..=255, 64 * 48 * 3 / 2),
        b in proptest::array::uniform4(proptest::num::f32::ANY),
        near in proptest::array::uniform4(-20_f32..90.0),
        shift in (0.8_f64..1.2, -0.1_f64..0.1, -20_f64..20.0, -20_f64..20.0),
    ) {
        let view = View::Shaken(Shift { a: shift.0, b: shift.1, dx: shift.2, dy: shift.3 });
        let all = LampBoxes { boxes: [Some(box_of(near)), Some(box_of(b)), None] };
        let drawn = HeadSpec { bbox: box_of(near), lamps: all, ..HeadSpec::default() };
        let mut lamps = Lamps::new((64, 48), vec![plain(box_of(b)), plain(box_of(near)), drawn]);
        let planes = (&bytes[..3072], &bytes[3072..3840], &bytes[3840..]);
        for k in 0..3 {
            lamps.read(&grey(planes.0, [planes.1, planes.2], k), view);
        }
    }
}

#[test]
fn heads_that_contradict_each_other_are_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let head = |x: f32| Head { at: (x, 100.0), size: (16.0, 40.0), shade: 1, arrow: false };
    let painter = drawn::Painter::new(&[head(60.0), head(200.0)], Weather::Day);
    let clip = drawn::encode(
        folder.path(),
        "green.mp4",
        25,
        (0..25).map(|k| painter.picture(lit(Light::Green), k)),
    );
    let bbox = |x| head(x).bbox();
    let one = |conflicts: Vec<usize>| {
        vec![HeadSpec { bbox: bbox(60.0), conflicts, ..HeadSpec::default() }, plain(bbox(200.0))]
    };
    let last = |specs| read(&clip, drawn::SIZE, specs).pop().unwrap().1;
    assert!(last(one(vec![])).iter().all(|r| r.light == Light::Green));
    assert!(last(one(vec![1])).iter().all(|r| r.light == Light::Unknown));
    // Half the scene's pixels: boxes are in pixels of the scene.
    let half = plain(bbox(60.0).scaled(0.5, 0.5));
    assert_eq!(read(&clip, (240, 135), vec![half]).pop().unwrap().1[0].light, Light::Green);
}

#[test]
fn a_dark_head_and_red_with_green_are_unknown() {
    let folder = tempfile::tempdir().unwrap();
    let head = Head { at: (60.0, 100.0), size: (16.0, 40.0), shade: 0, arrow: false };
    for weather in [Weather::Day, Weather::Sun, Weather::Night] {
        let painter = drawn::Painter::new(&[head], weather);
        for (state, wanted) in [
            ([false; 3], Light::Unknown),
            ([true, false, true], Light::Unknown),
            ([true, true, false], Light::Red),
        ] {
            let name = format!("{weather:?}{state:?}.mp4").replace([' ', ',', '[', ']'], "");
            let pictures = (0..20).map(|k| painter.picture(state, k));
            let clip = drawn::encode(folder.path(), &name, 25, pictures);
            for (time, readings) in read(&clip, drawn::SIZE, vec![plain(head.bbox())]) {
                let light = readings[0].light;
                let known = time > 0.4 && wanted != Light::Unknown;
                let right =
                    if known { light == wanted } else { [wanted, Light::Unknown].contains(&light) };
                assert!(right, "{weather:?} {state:?} {time}: {light:?}");
            }
        }
    }
}
