//! A colour that a pixel takes instead of its ground, and since when.

/// Seen for this long without much else between, a look stands.
pub(super) const STANDS_MS: u16 = 3_000;
/// A look that stands is kept for this long while something hides it.
pub(super) const HIDDEN_MS: u32 = 120_000;
/// One that does not stand is forgotten after this.
const FORGET_MS: u32 = 4_000;
/// A newcomer takes the place of a look that stands and has been hidden for this long.
const WAIT_MS: u32 = 10_000;
/// One that was away for longer than it had been seen, and than this, begins anew.
const LOST_MS: u16 = 1_000;
/// Grey levels within which a picture shows a look.
const LEVELS: i32 = 14;
const SEEN_MOST: u16 = 60_000;

/// Luma and chroma, 256 steps a level.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Colour {
    pub(super) y: u16,
    pub(super) u: u16,
    pub(super) v: u16,
}

impl Colour {
    pub(super) fn new(y: u8, u: u8, v: u8) -> Self {
        Self { y: u16::from(y) << 8, u: u16::from(u) << 8, v: u16::from(v) << 8 }
    }

    /// Takes up a share (of 65536) of the difference.
    pub(super) fn blend(&mut self, now: Self, share: i32) {
        let mix = |a: &mut u16, b: u16| {
            let off = i64::from(b) - i64::from(*a);
            *a = (i64::from(*a) + ((off * i64::from(share)) >> 16)) as u16;
        };
        mix(&mut self.y, now.y);
        mix(&mut self.u, now.u);
        mix(&mut self.v, now.v);
    }

    /// Luma in whole levels.
    pub(super) fn luma(self) -> u8 {
        (self.y >> 8) as u8
    }
}

/// One look; unused where `seen` is 0.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Look {
    pub(super) colour: Colour,
    /// Milliseconds it has been seen, less those that it was not, until it stands.
    seen: u16,
    /// Milliseconds of the analysis' time when it was first and last seen.
    pub(super) since: u32,
    pub(super) last: u32,
}

impl Look {
    pub(super) fn is_there(&self) -> bool {
        self.seen > 0
    }

    pub(super) fn stands(&self) -> bool {
        self.seen >= STANDS_MS
    }

    pub(super) fn seen(&self) -> u16 {
        self.seen
    }

    fn apart(&self, now: Colour) -> i32 {
        if self.is_there() { now.apart(self.colour, LEVELS) } else { i32::MAX }
    }

    fn see(&mut self, now: Colour, time: u32, dt: u16) {
        if !self.stands() {
            let gap = (time - self.last).saturating_sub(u32::from(dt)).min(60_000) as u16;
            if gap >= self.seen && gap > LOST_MS {
                self.since = time;
            }
            self.seen = self.seen.saturating_sub(gap);
        }
        self.seen = (self.seen + dt.max(1)).min(SEEN_MOST);
        let share = (i32::from(dt) << 16) / i32::from(self.seen.max(dt).clamp(1, 6_000));
        self.colour.blend(now, share.clamp(0, 1 << 16));
        self.last = time;
    }

    /// Whether it is to be remembered still.
    fn lives(&self, time: u32) -> bool {
        let idle = time - self.last;
        self.is_there() && if self.stands() { idle <= HIDDEN_MS } else { idle <= FORGET_MS }
    }
}

/// The looks of one pixel.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Looks([Look; 2]);

impl Looks {
    /// The nearest look and how far it lies off.
    pub(super) fn nearest(&self, now: Colour) -> (usize, i32) {
        let (a, b) = (self.0[0].apart(now), self.0[1].apart(now));
        if b < a { (1, b) } else { (0, a) }
    }

    /// Look `i` is seen.
    pub(super) fn see(&mut self, i: usize, now: Colour, time: u32, dt: u16) {
        self.0[i].see(now, time, dt);
    }

    /// Something new is seen: it takes the place of the look that is missed least.
    pub(super) fn begin(&mut self, now: Colour, time: u32, dt: u16) {
        for look in &mut self.0 {
            if !look.lives(time) {
                *look = Look::default();
            }
        }
        let [a, b] = &self.0;
        let slot = match (a.stands(), b.stands()) {
            (false, false) if !a.is_there() => 0,
            (false, false) if !b.is_there() => 1,
            (false, false) => usize::from(b.last < a.last),
            (true, false) => 1,
            (false, true) => 0,
            (true, true) => {
                let older = usize::from(b.last < a.last);
                if time - self.0[older].last < WAIT_MS {
                    return;
                }
                older
            }
        };
        self.0[slot] = Look { colour: now, seen: dt.max(1), since: time, last: time };
    }

    /// The look that stands and was seen last.
    pub(super) fn standing(&self, time: u32) -> Option<&Look> {
        let stands = |l: &&Look| l.stands() && time - l.last <= HIDDEN_MS;
        self.0.iter().filter(stands).max_by_key(|l| l.last)
    }

    /// The look seen for longest.
    pub(super) fn longest(&self) -> &Look {
        if self.0[1].seen > self.0[0].seen { &self.0[1] } else { &self.0[0] }
    }

    /// Whether any is worth remembering.
    pub(super) fn live(&self, time: u32) -> bool {
        self.0.iter().any(|l| l.lives(time))
    }

    /// The light over the whole picture changed.
    pub(super) fn brighten(&mut self, how: impl Fn(u16) -> u16) {
        for look in &mut self.0 {
            look.colour.y = how(look.colour.y);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_look_begins_when_first_seen_and_outlives_passers() {
        let (bag, leg) = (Colour::new(40, 128, 128), Colour::new(200, 120, 140));
        let mut looks = Looks::default();
        let mut now = 10_000;
        looks.begin(bag, now, 200);
        for k in 1..200_u32 {
            now += 200;
            let colour = if k % 10 < 2 { leg } else { bag };
            let (i, apart) = looks.nearest(colour);
            if apart < super::super::ground::SAME {
                looks.see(i, colour, now, 200);
            } else {
                looks.begin(colour, now, 200);
            }
        }
        let standing = looks.standing(now).copied();
        assert_eq!(standing.map(|l| (l.since, l.colour.luma())), Some((10_000, 40)));
    }

    #[test]
    fn what_is_seen_half_of_the_time_does_not_stand() {
        let (on, off) = (Colour::new(250, 128, 128), Colour::new(90, 128, 128));
        let mut looks = Looks::default();
        for k in 0..300_u32 {
            let (time, colour) = (k * 200, if k % 4 < 2 { on } else { off });
            let (i, apart) = looks.nearest(colour);
            if apart < super::super::ground::SAME {
                looks.see(i, colour, time, 200);
            } else {
                looks.begin(colour, time, 200);
            }
            assert!(looks.standing(time).is_none(), "at {time}");
        }
    }
}
