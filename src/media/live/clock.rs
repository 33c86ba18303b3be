//! The one clock of a camera's session.

use super::{line::Repairs, track::LiveTrack};
use crate::media::{
    hold::lock,
    time::{ClockQuality, MediaTime, WallTime},
};
use std::{
    sync::{Mutex, MutexGuard},
    time::Instant,
};

/// The clock of a camera's session: shared by its main and its analysis stream, and kept across
/// connections. Media time 0 is the session's start; host time is monotonic from there.
pub struct LiveClock {
    start: WallTime,
    begun: Instant,
    main: Mutex<LiveTrack>,
    analysis: Mutex<LiveTrack>,
}

/// What the clock had to put right, of both streams together.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ClockCounters {
    /// Stamps leapt ahead of arrivals.
    pub jumps: u64,
    /// Stamps began anew within a connection.
    pub resets: u64,
    /// Stamps stepped back by less than a second.
    pub backward: u64,
    /// Stamps stood still.
    pub frozen: u64,
    /// Stamps wrapped around.
    pub wraps: u64,
    /// The camera's clock and the host's had drifted apart by half a second.
    pub slews: u64,
    /// The camera's wall clock less the host's, in seconds, as its sender reports tell (with the
    /// network's delay in it); `None` without reports.
    pub offset_seconds: Option<f64>,
}

impl LiveClock {
    /// A session begins now; `start_wall` is what the host's wall clock says.
    pub fn new(start_wall: WallTime) -> Self {
        Self {
            start: start_wall,
            begun: Instant::now(),
            main: Mutex::default(),
            analysis: Mutex::default(),
        }
    }

    /// When media time 0 was.
    pub fn start(&self) -> WallTime {
        self.start
    }

    /// Time since the session's start, by the host's monotonic clock.
    pub fn now(&self) -> MediaTime {
        MediaTime(i64::try_from(self.begun.elapsed().as_micros()).unwrap_or(i64::MAX))
    }

    /// Whether the camera's own clock, which its sender reports tell, agrees with the host's.
    pub fn quality(&self) -> ClockQuality {
        match self.counters().offset_seconds {
            Some(offset) if offset.abs() <= AGREEING => ClockQuality::Camera,
            _ => ClockQuality::Host,
        }
    }

    /// What had to be put right so far.
    pub fn counters(&self) -> ClockCounters {
        let (main, analysis) = (lock(&self.main), lock(&self.analysis));
        let sum = |of: fn(&Repairs) -> u64| of(&main.line.repairs) + of(&analysis.line.repairs);
        ClockCounters {
            jumps: sum(|r| r.jumps),
            resets: sum(|r| r.resets),
            backward: sum(|r| r.backward),
            frozen: sum(|r| r.frozen),
            wraps: sum(|r| r.wraps),
            slews: sum(|r| r.slews),
            offset_seconds: lag(main.lag(), analysis.lag()).map(|lag| -lag as f64 / 1e6),
        }
    }

    /// What to add to the camera's wall clock: nothing where packets arrive within half a second of
    /// it, else what makes the promptest arrive at once. The same for both streams, so that they
    /// stand on one line. `None` where the camera does not tell,
    /// or tells each stream something else.
    pub(super) fn correction(&self) -> Option<i64> {
        let (main, analysis) = (lock(&self.main).lag(), lock(&self.analysis).lag());
        let apart = main.zip(analysis).is_some_and(|(a, b)| a.abs_diff(b) > USUAL as u64);
        let lag = lag(main, analysis).filter(|_| !apart)?;
        Some(if (0..=USUAL).contains(&lag) { 0 } else { lag })
    }

    /// The main stream's track, or the analysis stream's.
    pub(super) fn track(&self, is_main: bool) -> MutexGuard<'_, LiveTrack> {
        lock(if is_main { &self.main } else { &self.analysis })
    }
}

/// Clocks that differ by more seconds than this do not agree.
const AGREEING: f64 = 2.0;
/// Packets of one camera are so late at most, in microseconds, where its clock is right.
const USUAL: i64 = 500_000;

/// The lag of the stream that is prompter.
fn lag(main: Option<i64>, analysis: Option<i64>) -> Option<i64> {
    [main, analysis].into_iter().flatten().min()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the clock makes of packets that arrive so late by the camera's wall clock.
    fn told(main: Option<i64>, analysis: Option<i64>) -> (ClockQuality, Option<f64>, Option<i64>) {
        let clock = LiveClock::new(WallTime(jiff::Timestamp::UNIX_EPOCH));
        for (lag, is_main) in [(main, true), (analysis, false)] {
            for jitter in lag.iter().flat_map(|_| [70_000, 0, 30_000]) {
                let taken = 1_000_000 - lag.unwrap_or(0);
                clock.track(is_main).report(1_000_000 + jitter, taken);
            }
        }
        (clock.quality(), clock.counters().offset_seconds, clock.correction())
    }

    #[test]
    fn the_camera_is_believed_where_it_agrees_with_the_host() {
        use ClockQuality::{Camera, Host};
        assert_eq!(told(None, None), (Host, None, None));
        assert_eq!(told(Some(300_000), None), (Camera, Some(-0.3), Some(0)));
        let (late, prompt) = (Some(1_500_000), Some(1_200_000));
        assert_eq!(told(late, prompt), (Camera, Some(-1.2), prompt), "both moved alike");
        assert_eq!(told(Some(-61_000_000), None), (Host, Some(61.0), Some(-61_000_000)));
        let apart = told(Some(0), Some(90_000_000));
        assert_eq!(apart, (Camera, Some(-0.0), None), "streams that disagree are not aligned");
    }
}
