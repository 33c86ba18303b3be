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
    /// Hardly an edge rises steeply: probably out of focus, since whenever it is; a share of the looks
    /// whose edges tell. `None`: too few of them do.
    pub soft: Option<f64>,
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

/// Counts that become shares: of looks, or of a camera's states in minutes.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    all: f64,
    dark: f64,
    glare: f64,
    black: f64,
    covered: f64,
    defocused: f64,
    moved: f64,
    frozen: f64,
    offline: f64,
    brightness: f64,
    edged: f64,
    soft: f64,
}

impl Sums {
    fn add_looks(&mut self, l: &ViewLooks) {
        self.all += l.looks as f64;
        self.dark += l.dark as f64;
        self.glare += l.glare as f64;
        self.black += l.black as f64;
        self.covered += l.covered as f64;
        self.defocused += l.defocused as f64;
        self.moved += l.moved as f64;
        self.frozen += l.frozen as f64;
        self.brightness += l.brightness as f64;
        self.edged += l.edged as f64;
        self.soft += l.soft as f64;
    }

    /// A stretch of a camera's states counts by its minutes.
    fn add_state(&mut self, stretch: &Stretch, minutes: f64) {
        let Some(state) = stretch.state.filter(|_| !stretch.ours) else { return };
        self.all += minutes;
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

    /// The share of the time in which there were pictures: of the rest nobody knows.
    fn share(&self, of: fn(&Self) -> f64) -> f64 {
        share(of(self), self.all - self.offline)
    }
}

fn share(part: f64, all: f64) -> f64 {
    if all > 0.0 { (part / all * 1000.0).round() / 1000.0 } else { 0.0 }
}

/// Looks whose edges tell how sharp the picture is, and their share of all, to say anything of it.
const ENOUGH_EDGED: f64 = 5.0;
const LEAST_EDGED: f64 = 0.2;

/// Looks tell of recordings what states tell of streams; of a stream looks tell the light alone. So the
/// graver of both holds.
fn shares(looks: &Sums, states: &Sums) -> LightShares {
    let graver = |of: fn(&Sums) -> f64| looks.share(of).max(states.share(of));
    LightShares {
        looks: looks.all.max(states.all).round() as u64,
        dark: graver(|s| s.dark),
        glare: graver(|s| s.glare),
        black: graver(|s| s.black),
        covered: graver(|s| s.covered),
        defocused: graver(|s| s.defocused),
        moved: graver(|s| s.moved),
        frozen: graver(|s| s.frozen),
        offline: share(states.offline, states.all),
        soft: (looks.edged >= ENOUGH_EDGED && looks.edged >= looks.all * LEAST_EDGED)
            .then(|| (looks.soft / looks.edged * 1000.0).round() / 1000.0),
        brightness: (looks.all > 0.0).then(|| (looks.brightness / looks.all).round()),
    }
}

/// Microseconds of a minute, and of a local day's half.
const MINUTE: f64 = 60e6;
const HALF: i64 = 12 * 3_600_000_000;
/// Halves begin at 6 and 18 o'clock at +07:00: an hour before they would in UTC.
const AHEAD: i64 = 3_600_000_000;

impl Light {
    /// Of what was counted of one camera's pictures and what its states were.
    pub(super) fn of(looks: &[ViewLooks], states: &[Stretch]) -> Self {
        let (mut day, mut night) = (Sums::default(), Sums::default());
        for l in looks {
            let half = if l.night { &mut night } else { &mut day };
            half.add_looks(l);
        }
        let (mut day_states, mut night_states) = (Sums::default(), Sums::default());
        for stretch in states {
            let mut at = stretch.from;
            while at < stretch.to {
                let number = (at + AHEAD).div_euclid(HALF);
                let end = stretch.to.min((number + 1) * HALF - AHEAD);
                let is_night = number.rem_euclid(2) == 1;
                let half = if is_night { &mut night_states } else { &mut day_states };
                half.add_state(stretch, (end - at) as f64 / MINUTE);
                at = end;
            }
        }
        Self { day: shares(&day, &day_states), night: shares(&night, &night_states) }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::WallTime;
    use crate::scene::Detail;

    #[test]
    fn states_count_by_day_and_night_and_the_graver_of_both_holds() {
        let hour = |h: i64| h * 3_600_000_000;
        // Covered from 16 to 20 o'clock at +07:00 of a day seen from 4 to 20.
        let stretch = |from: i64, to: i64, reason: Option<Reason>| Stretch {
            from: hour(from - 7),
            to: hour(to - 7),
            state: Some(if reason.is_some() { CameraState::Blind } else { CameraState::Seeing }),
            reason,
            detail: Detail::None,
            ours: false,
        };
        let states = [stretch(4, 16, None), stretch(16, 20, Some(Reason::Covered))];
        let light = Light::of(&[], &states);
        assert_eq!((light.day.looks, light.night.looks), (720, 240));
        assert_eq!((light.day.covered, light.night.covered), (0.167, 0.5));
        assert_eq!(light.day.brightness, None);
        // What a camera did not show counts for nothing but that it showed nothing.
        let away = Stretch { state: Some(CameraState::Offline), ..stretch(7, 16, None) };
        let light = Light::of(&[], &[away, stretch(16, 17, Some(Reason::Covered))]);
        assert_eq!((light.day.looks, light.day.offline, light.day.covered), (600, 0.9, 1.0));
        let day = jiff::civil::date(2026, 11, 20);
        let at = WallTime(jiff::Timestamp::UNIX_EPOCH);
        let mut dark = ViewLooks::new("c", "live", day, true, at);
        (dark.looks, dark.dark, dark.brightness) = (100, 80, 3000);
        let light = Light::of(&[dark], &states);
        assert_eq!((light.night.dark, light.night.covered), (0.8, 0.5));
        assert_eq!(light.night.brightness, Some(30.0));
        assert!((light.all(|l| l.covered) - (0.167 * 720.0 + 0.5 * 240.0) / 960.0).abs() < 1e-9);
    }
}
