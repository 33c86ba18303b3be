//! How many frames a second of one camera are analysed: as many as asked, fewer while they cannot
//! be, never fewer than the floor.

use crate::media::MediaTime;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

/// Seconds that are looked at before the rate is changed.
const WINDOW_SECONDS: f64 = 2.0;
/// More than this share of frames lost asks for fewer.
const LOST_SHARE: f64 = 0.05;
/// What a rate that cannot be kept is multiplied with.
const DOWN: f64 = 0.75;
/// What a rate that was kept for long is multiplied with.
const UP: f64 = 1.15;
/// Windows in a row without a loss before more is tried. More than it takes to go down, so that the
/// rate does not swing.
const CALM_WINDOWS: u32 = 5;

/// The analysis rate of one camera.
#[derive(Debug)]
pub(super) struct Pace {
    target: f64,
    floor: f64,
    millis: AtomicU64,
    window: Mutex<Window>,
}

#[derive(Debug, Default)]
struct Window {
    /// In the session's media time, which begins anew with each session.
    since: Option<MediaTime>,
    taken: u64,
    lost: u64,
    calm: u32,
}

impl Pace {
    /// So many frames a second are wanted; at least `floor` are tried.
    pub(super) fn new(target: f64, floor: f64) -> Self {
        let floor = floor.clamp(0.1, target.max(0.1));
        let millis = AtomicU64::new((target * 1e3) as u64);
        Self { target, floor, millis, window: Mutex::default() }
    }

    /// Frames a second, now.
    pub(super) fn fps(&self) -> f64 {
        self.millis.load(Relaxed) as f64 / 1e3
    }

    /// Whether fewer are analysed than asked.
    pub(super) fn is_reduced(&self) -> bool {
        self.fps() < self.target * 0.95
    }

    /// One frame was taken at `time`, for which `lost` others gave way.
    pub(super) fn note(&self, time: MediaTime, lost: u64) {
        let Ok(mut w) = self.window.lock() else { return };
        if w.since.is_some_and(|since| time < since) {
            // Another session: what was counted of the last one says nothing of this one.
            (w.since, w.taken, w.lost) = (None, 0, 0);
        }
        w.taken += 1;
        w.lost += lost;
        let since = *w.since.get_or_insert(time);
        if time.since(since) < WINDOW_SECONDS {
            return;
        }
        let share = w.lost as f64 / (w.taken + w.lost).max(1) as f64;
        let fps = self.fps();
        if share > LOST_SHARE {
            w.calm = 0;
            self.set((fps * DOWN).max(self.floor));
        } else {
            w.calm += 1;
            if w.calm >= CALM_WINDOWS && fps < self.target {
                w.calm = 0;
                self.set((fps * UP).min(self.target));
            }
        }
        (w.since, w.taken, w.lost) = (Some(time), 0, 0);
    }

    fn set(&self, fps: f64) {
        self.millis.store((fps * 1e3).round() as u64, Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the rate comes to where `capacity` frames a second can be analysed.
    fn run(pace: &Pace, from: f64, seconds: f64, capacity: f64) -> f64 {
        let (mut t, mut owed) = (from, 0.0);
        while t < from + seconds {
            let fps = pace.fps();
            owed += (1.0 - capacity / fps).max(0.0);
            let lost = owed as u64;
            owed -= lost as f64;
            t += (1.0 + lost as f64) / fps;
            pace.note(MediaTime::from_seconds(t), lost);
        }
        pace.fps()
    }

    #[test]
    fn the_rate_goes_down_to_what_can_be_kept_and_up_again() {
        let pace = Pace::new(10.0, 1.0);
        assert!((run(&pace, 0.0, 60.0, 20.0) - 10.0).abs() < 1e-9);
        let busy = run(&pace, 60.0, 60.0, 4.0);
        assert!((2.0..5.5).contains(&busy), "{busy}");
        assert!(pace.is_reduced());
        assert!((run(&pace, 120.0, 30.0, 0.2) - 1.0).abs() < 1e-9);
        assert!((run(&pace, 150.0, 300.0, 20.0) - 10.0).abs() < 1e-9);
        assert!(!pace.is_reduced());
    }

    #[test]
    fn a_session_that_begins_anew_is_looked_at_at_once() {
        let pace = Pace::new(10.0, 1.0);
        assert!((run(&pace, 0.0, 3600.0, 20.0) - 10.0).abs() < 1e-9);
        // A restart: media time is 0 again, and much less can be analysed.
        let busy = run(&pace, 0.0, 60.0, 4.0);
        assert!((2.0..5.5).contains(&busy), "{busy}");
    }
}
