//! In what share of looks a view was dark, dazzled, hidden, blurred, moved; by day and by night.

use crate::report::uptime::Stretch;
use crate::scene::{CameraState, Reason};
use crate::store::ViewLooks;
use serde::Serialize;

/// Shares of the looks (or of the time, of a camera that runs live), 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct LightShares {
    /// Pictures looked at; of states, minutes known.
    pub looks: u64,
    /// Too dark to find much in.
    pub dark: f64,
    /// Over-exposed, partly or wholly.
    pub glare: f64,
    /// Black.
    pub black: f64,
    /// Covered.
    pub covered: f64,
    /// Out of focus.
    pub defocused: f64,
    /// Moved or turned.
    pub moved: f64,
    /// Frozen.
    pub frozen: f64,
    /// Without pictures: known of cameras that run live.
    pub offline: f64,
    /// Median brightness on average, 0 to 255; of states alone, none is known.
    pub brightness: Option<f64>,
}

/// By day (6 to 18 o'clock) and by night.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Light {
    /// By day.
    pub day: LightShares,
    /// By night.
    pub night: LightShares,
}

/// Counts that become shares.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    looks: f64,
    bright_looks: f64,
    dark: f64,
    glare: f64,
    black: f64,
    covered: f64,
    defocused: f64,
    moved: f64,
    frozen: f64,
    offline: f64,
    brightness: f64,
}

impl Sums {
    fn add_looks(&mut self, l: &ViewLooks) {
        self.looks += l.looks as f64;
        self.bright_looks += l.looks as f64;
        self.dark += l.dark as f64;
        self.glare += l.glare as f64;
        self.black += l.black as f64;
        self.covered += l.covered as f64;
        self.defocused += l.defocused as f64;
        self.moved += l.moved as f64;
        self.frozen += l.frozen as f64;
        self.brightness += l.brightness as f64;
    }

    /// A stretch of a camera's states counts by its minutes.
    fn add_state(&mut self, stretch: &Stretch, minutes: f64) {
        let Some(state) = stretch.state.filter(|_| !stretch.ours) else { return };
        self.looks += minutes;
        if state == CameraState::Offline {
            self.offline += minutes;
        }
        match stretch.reason {
            Some(Reason::Black) => self.black += minutes,
            Some(Reason::OverExposed) => self.glare += minutes,
            Some(Reason::Covered) => self.covered += minutes,
            Some(Reason::Defocused) => self.defocused += minutes,
            Some(Reason::Moved) => self.moved += minutes,
            Some(Reason::Frozen) => self.frozen += minutes,
            _ => {}
        }
    }

    fn shares(&self) -> LightShares {
        let share = |n: f64| {
            if self.looks > 0.0 { (n / self.looks * 1000.0).round() / 1000.0 } else { 0.0 }
        };
        let seen = self.bright_looks > 0.0;
        LightShares {
            looks: self.looks.round() as u64,
            dark: if seen {
                (self.dark / self.bright_looks * 1000.0).round() / 1000.0
            } else {
                0.0
            },
            glare: share(self.glare),
            black: share(self.black),
            covered: share(self.covered),
            defocused: share(self.defocused),
            moved: share(self.moved),
            frozen: share(self.frozen),
            offline: share(self.offline),
            brightness: seen.then(|| (self.brightness / self.bright_looks).round()),
        }
    }
}

/// Microseconds of a minute, and of a local day's half.
const MINUTE: f64 = 60e6;
const HALF: i64 = 12 * 3_600_000_000;
/// Halves begin at 6 and 18 o'clock at +07:00: an hour before they would in UTC.
const AHEAD: i64 = 3_600_000_000;

impl Light {
    /// Of what was counted of one camera's pictures and what its states were.
    pub(super) fn of(looks: &[&ViewLooks], states: &[Stretch]) -> Self {
        let (mut day, mut night) = (Sums::default(), Sums::default());
        for l in looks {
            if l.night { night.add_looks(l) } else { day.add_looks(l) }
        }
        for stretch in states {
            let mut at = stretch.from;
            while at < stretch.to {
                let half = (at + AHEAD).div_euclid(HALF);
                let end = stretch.to.min((half + 1) * HALF - AHEAD);
                let minutes = (end - at) as f64 / MINUTE;
                let dark_half = half.rem_euclid(2) == 1;
                if dark_half {
                    night.add_state(stretch, minutes);
                } else {
                    day.add_state(stretch, minutes);
                }
                at = end;
            }
        }
        Self { day: day.shares(), night: night.shares() }
    }

    /// A share over day and night together.
    pub(super) fn all(&self, of: fn(&LightShares) -> f64) -> f64 {
        let looks = (self.day.looks + self.night.looks) as f64;
        if looks == 0.0 {
            return 0.0;
        }
        (of(&self.day) * self.day.looks as f64 + of(&self.night) * self.night.looks as f64) / looks
    }

    /// Whether anything is known.
    pub(super) fn is_known(&self) -> bool {
        self.day.looks + self.night.looks > 0
    }
}
