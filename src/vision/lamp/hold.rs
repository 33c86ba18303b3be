//! What a head shows, steadied in time: a change must be confirmed, a flicker is bridged, and what
//! is not seen any more is unknown.

use super::colour::Colour;
use crate::media::MediaTime;

/// A change must be seen over this long, seconds; at rates below, one picture is all there is.
const CONFIRM_SECONDS: f64 = 0.2;
/// A lit lamp may go unseen this long, seconds: LEDs are dimmed by pulses, which beat with the
/// camera's rate (100 pulses against 29.97 pictures: dark every third). Shorter than the half
/// second for which a flashing signal is dark, so that flashing is never steady.
const HOLD_SECONDS: f64 = 0.4;
/// Pictures further apart than this do not show the same red, seconds.
const BREAK_SECONDS: f64 = 1.1;

/// What a head shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Light {
    /// Stop; also red with amber, which only announces.
    Red,
    /// Amber alone.
    Amber,
    /// Go.
    Green,
    /// Cannot be told.
    #[default]
    Unknown,
}

impl From<Colour> for Light {
    fn from(colour: Colour) -> Self {
        match colour {
            Colour::Red => Self::Red,
            Colour::Amber => Self::Amber,
            Colour::Green => Self::Green,
        }
    }
}

/// What a head shows, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reading {
    /// What.
    pub light: Light,
    /// Since the first picture that showed it; for unknown, since it could not be told any more.
    pub since: MediaTime,
}

/// One head's state in time.
#[derive(Debug, Clone, Default)]
pub struct Hold {
    reading: Reading,
    /// When the light was last seen.
    seen: MediaTime,
    /// Another colour, when it was first seen and when last.
    pending: Option<(Colour, MediaTime, MediaTime)>,
    last: Option<MediaTime>,
}

impl Hold {
    /// Takes in what one picture shows: `None` where no lamp is seen lit. A picture not later than
    /// the one before says nothing.
    pub fn step(&mut self, time: MediaTime, seen: Option<Colour>) -> Reading {
        let gap = self.last.map(|last| time.since(last));
        if gap.is_some_and(|gap| gap <= 0.0) {
            return self.reading;
        }
        self.last = Some(time);
        if self.reading.light != Light::Unknown && gap.is_some_and(|gap| gap > BREAK_SECONDS) {
            self.lose(time);
        }
        match seen {
            None => {
                if self.pending.is_some_and(|(.., at)| time.since(at) > HOLD_SECONDS) {
                    self.pending = None;
                }
            }
            Some(colour) if Light::from(colour) == self.reading.light => {
                self.seen = time;
                self.pending = None;
            }
            Some(colour) => {
                let first = match self.pending {
                    Some((before, first, _)) if before == colour => first,
                    _ => time,
                };
                self.pending = Some((colour, first, time));
                // Where pictures are rare, each is all that is known of its time.
                let rare = gap.is_some_and(|gap| gap + 1e-6 >= CONFIRM_SECONDS);
                if rare || time.since(first) + 1e-6 >= CONFIRM_SECONDS {
                    self.reading = Reading { light: colour.into(), since: first };
                    self.seen = time;
                    self.pending = None;
                }
            }
        }
        if self.reading.light != Light::Unknown && time.since(self.seen) > HOLD_SECONDS {
            self.lose(time);
        }
        self.reading
    }

    fn lose(&mut self, time: MediaTime) {
        self.reading = Reading { light: Light::Unknown, since: time };
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The reading after each picture; `r`, `a`, `g` or anything else for none.
    fn read(fps: f64, shown: &str) -> Vec<Reading> {
        let mut hold = Hold::default();
        let colour = |c| match c {
            'r' => Some(Colour::Red),
            'a' => Some(Colour::Amber),
            'g' => Some(Colour::Green),
            _ => None,
        };
        shown
            .chars()
            .enumerate()
            .map(|(k, c)| hold.step(MediaTime::from_seconds(k as f64 / fps), colour(c)))
            .collect()
    }

    fn lights(fps: f64, shown: &str) -> String {
        let letter = |r: &Reading| match r.light {
            Light::Red => 'r',
            Light::Amber => 'a',
            Light::Green => 'g',
            Light::Unknown => '-',
        };
        read(fps, shown).iter().map(letter).collect()
    }

    #[test]
    fn changes_are_confirmed_and_dated_back() {
        assert_eq!(lights(10.0, "rrrrrggggg"), "--rrrrrggg");
        let readings = read(10.0, "rrrrrggggg");
        assert_eq!(readings[4].since, MediaTime::ZERO);
        assert_eq!(readings[9].since, MediaTime::from_seconds(0.5));
        assert_eq!(lights(10.0, "rrrrgrrrr"), "--rrrrrrr", "one green picture is none");
        assert_eq!(lights(2.0, "rrgg"), "-rgg", "two pictures a second");
    }

    #[test]
    fn flicker_is_bridged_and_darkness_is_not() {
        assert_eq!(lights(25.0, "r..r..r..r..r"), "------rrrrrrr");
        assert_eq!(lights(10.0, "rrr.....rrr"), "--rrrrr---r");
        assert_eq!(lights(10.0, "rrrrr.....rrrrr.....rrrrr").matches("r-").count(), 2, "flashing");
        assert_eq!(lights(10.0, "rgrgrgrgrg"), "----------");
        assert_eq!(lights(10.0, ".........."), "----------");
    }

    #[test]
    fn a_gap_breaks_what_was_known() {
        let mut hold = Hold::default();
        for k in 0..5 {
            hold.step(MediaTime::from_seconds(f64::from(k) / 5.0), Some(Colour::Red));
        }
        let after = hold.step(MediaTime::from_seconds(10.0), Some(Colour::Red));
        assert_eq!(after, Reading { light: Light::Red, since: MediaTime::from_seconds(10.0) });
    }

    proptest! {
        #[test]
        fn it_never_says_what_was_not_shown_of_late(
            steps in prop::collection::vec((1_i64..900_000, 0_u8..4), 1..80),
        ) {
            let mut hold = Hold::default();
            let mut shown: Vec<(MediaTime, Light)> = Vec::new();
            let mut time = MediaTime::ZERO;
            for (step, colour) in steps {
                time = MediaTime(time.0 + step);
                let seen = Colour::ALL.get(colour as usize).copied();
                shown.extend(seen.map(|c| (time, Light::from(c))));
                let reading = hold.step(time, seen);
                prop_assert!(reading.since <= time);
                let backed = |(at, light): &(MediaTime, Light)| {
                    *light == reading.light && time.since(*at) <= HOLD_SECONDS + 1e-6
                };
                prop_assert!(reading.light == Light::Unknown || shown.iter().any(backed));
            }
        }
    }
}
