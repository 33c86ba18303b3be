//! All pixels of one view: ground and looks, and one picture's worth of learning.

use super::ground::{Ground, SAME, SURE_MS};
use super::light;
use super::look::{Colour, Looks};
use super::small::Small;

/// Ground follows the picture with this time constant, in milliseconds.
const FOLLOW_MS: i32 = 10_000;
/// Ground seen for this long where a look stood: what stood there is gone.
const CLEAR_MS: u16 = 1_000;
/// A change of the light by more than this is taken into the ground at once.
const GAIN_STEP: f32 = 0.02;
/// Of the light between two pictures, no more than this is believed.
const GAIN_MOST: f32 = 1.6;

/// Ground and looks of every pixel of the small picture, by rows.
#[derive(Default)]
pub(super) struct Pixels {
    /// Columns and rows.
    pub(super) size: (usize, usize),
    pub(super) ground: Vec<Ground>,
    pub(super) looks: Vec<Looks>,
    /// 255 where a look that stands differs from the ground…
    pub(super) standing: Vec<u8>,
    /// …and is seen in the picture last taken.
    pub(super) seen: Vec<bool>,
}

impl Pixels {
    /// Begins with a first picture.
    pub(super) fn begin(&mut self, small: &Small, planes: [&[u8]; 3]) {
        self.size = small.size;
        let (width, height) = self.size;
        self.ground = (0..width * height)
            .map(|i| Ground::new(colour(planes, width, i % width, i / width), 1))
            .collect();
        self.looks = vec![Looks::default(); width * height];
        self.standing = vec![0; width * height];
        self.seen = vec![false; width * height];
    }

    /// Share of the picture, 0 to 1, that shows neither its ground nor a look that stands, once the
    /// light is taken out; taken on every fourth pixel both ways. Changes the ground by the light.
    pub(super) fn strange(&mut self, small: &Small, planes: [&[u8]; 3]) -> f32 {
        let gain =
            light::gain(&self.ground, self.size.0, planes[0]).clamp(1.0 / GAIN_MOST, GAIN_MOST);
        if (gain - 1.0).abs() > GAIN_STEP {
            self.brighten(gain);
        }
        let (width, (x1, y1, x2, y2)) = (self.size.0, small.valid);
        let (mut strange, mut all) = (0_u32, 0_u32);
        for y in (y1..y2).step_by(4) {
            for x in (x1..x2).step_by(4) {
                let i = y * width + x;
                let now = colour(planes, width, x, y);
                let known = self.ground[i].shows(now) || {
                    let looks = &self.looks[i];
                    self.ground[i].busy && looks.nearest(now).1 < SAME
                };
                strange += u32::from(!known);
                all += 1;
            }
        }
        strange as f32 / all.max(1) as f32
    }

    fn brighten(&mut self, gain: f32) {
        let gain = (gain * 4096.0) as u32;
        let how = |v: u16| ((u32::from(v) * gain) >> 12).min(u32::from(u16::MAX)) as u16;
        for (ground, looks) in self.ground.iter_mut().zip(&mut self.looks) {
            ground.colour.y = how(ground.colour.y);
            if ground.busy {
                looks.brighten(how);
            }
        }
    }

    /// Learns from a picture at `time`, `dt` after the one before (milliseconds), and says where a
    /// look stands. Returns how many pixels that is.
    pub(super) fn learn(&mut self, small: &Small, planes: [&[u8]; 3], time: u32, dt: u16) -> usize {
        let (width, (x1, y1, x2, y2)) = (self.size.0, small.valid);
        let follow = share(i32::from(dt), FOLLOW_MS);
        let mut count = 0;
        for y in y1..y2 {
            let row = y * width..(y + 1) * width;
            let half = (y / 2) * (width / 2)..(y / 2 + 1) * (width / 2);
            let luma = &planes[0][row.clone()];
            let (us, vs) = (&planes[1][half.clone()], &planes[2][half]);
            let grounds = &mut self.ground[row.clone()];
            for x in x1..x2 {
                let now = Colour::new(luma[x], us[x / 2], vs[x / 2]);
                let ground = &mut grounds[x];
                // Nearly every pixel ends here.
                if !ground.busy && ground.shows(now) {
                    let share = if ground.is_sure() { follow } else { share_of(dt, ground.seen) };
                    ground.blend(now, share, dt);
                    continue;
                }
                let i = row.start + x;
                let standing = step(ground, &mut self.looks[i], now, (time, dt), follow);
                self.standing[i] = if standing.is_some() { 255 } else { 0 };
                self.seen[i] = standing == Some(true);
                count += usize::from(standing.is_some());
            }
        }
        count
    }

    /// Lets pixel `i` keep what it shows as its ground.
    pub(super) fn absorb(&mut self, i: usize, time: u32) {
        if let Some(look) = self.looks[i].standing(time) {
            self.ground[i] = Ground::new(look.colour, SURE_MS);
        }
        self.forget(i);
    }

    /// Takes the picture as the ground of pixel `i`.
    pub(super) fn renew(&mut self, i: usize, now: Colour) {
        self.ground[i] = Ground::new(now, SURE_MS);
        self.forget(i);
    }

    /// Sets the ground of pixel `i` to what a photograph shows; what has stood there still stands.
    pub(super) fn set(&mut self, i: usize, (colour, slope): (Colour, u8)) {
        self.ground[i] = Ground::told(colour, slope, self.ground[i].busy);
    }

    fn forget(&mut self, i: usize) {
        self.looks[i] = Looks::default();
        self.ground[i].busy = false;
        (self.standing[i], self.seen[i]) = (0, false);
    }

    /// Luma of what stands at pixel `i`, or of its ground where nothing does.
    pub(super) fn still(&self, i: usize, time: u32) -> Colour {
        let look = if self.standing[i] == 0 { None } else { self.looks[i].standing(time) };
        look.map_or(self.ground[i].colour, |l| l.colour)
    }
}

/// One pixel that does not simply show its ground. Whether a look stands there, and is seen.
fn step(
    ground: &mut Ground,
    looks: &mut Looks,
    now: Colour,
    (time, dt): (u32, u16),
    follow: i32,
) -> Option<bool> {
    let apart = ground.apart(now);
    let (i, off) = if ground.busy { looks.nearest(now) } else { (0, i32::MAX) };
    let mut shows = false;
    if apart < SAME && apart <= off {
        ground.blend(now, follow, dt);
        ground.clear = ground.clear.saturating_add(dt);
        if ground.clear >= CLEAR_MS || !looks.live(time) {
            *looks = Looks::default();
            ground.busy = false;
            return None;
        }
    } else {
        ground.clear = 0;
        if off < SAME {
            looks.see(i, now, time, dt);
            shows = true;
        } else {
            looks.begin(now, time, dt);
            ground.disturbed();
        }
        ground.busy = true;
        let longest = looks.longest();
        if !ground.is_sure() && longest.seen() > ground.seen {
            *ground = Ground::new(longest.colour, longest.seen());
            *looks = Looks::default();
            return None;
        }
    }
    let look = looks.standing(time)?;
    // Ground that has come to look like it: nothing stands there any more.
    (ground.apart(look.colour) >= SAME).then_some(shows && look.last == time)
}

/// The part of a difference that is taken up in `dt` milliseconds with a time constant, of 65536.
fn share(dt: i32, constant: i32) -> i32 {
    ((1.0 - (-f64::from(dt) / f64::from(constant)).exp()) * 65536.0) as i32
}

fn share_of(dt: u16, seen: u16) -> i32 {
    (i32::from(dt) << 16) / (i32::from(dt) + i32::from(seen)).max(1)
}

/// The picture's colour at a small pixel.
pub(super) fn colour(planes: [&[u8]; 3], width: usize, x: usize, y: usize) -> Colour {
    let half = (y / 2) * (width / 2) + x / 2;
    Colour::new(planes[0][y * width + x], planes[1][half], planes[2][half])
}
