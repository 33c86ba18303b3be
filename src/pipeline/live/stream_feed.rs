//! The attend stage's frames in live mode: the newest, when it is the camera's turn.

use super::gauge::CameraGauge;
use super::link::Link;
use super::pace::Pace;
use super::still::LatestStill;
use super::turnstile::Turnstile;
use crate::media::{Frame, LiveClock, MediaTime, WallTime};
use crate::pipeline::feed::{Fed, Feed};
use crate::scene::Detail;
use crate::vision::View;
use crate::vision::health::Examiner;
use crossbeam::channel::{Receiver, RecvTimeoutError};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

/// Without a frame for so long, nobody knows what happens there.
const SILENCE: Duration = Duration::from_millis(2500);
/// How often that is said again.
const STILL_SILENT: Duration = Duration::from_secs(1);
/// What is said of the silence lies so far back that no frame of that time can still come, seconds.
const BEHIND_SECONDS: f64 = 1.5;
/// How often the camera's clock is looked at, seconds.
const CLOCK_EVERY_SECONDS: f64 = 1.0;
/// Camera and host may differ this much before the camera's clock is called wrong, seconds.
const CLOCK_SECONDS: f64 = 5.0;
/// Past this, what the camera sends is no time of day at all, and says nothing of its clock; seconds.
const NO_CLOCK_SECONDS: f64 = 10.0 * 365.0 * 86_400.0;

/// The newest frames of one stream.
pub(super) struct StreamFeed<'a> {
    pub number: u64,
    pub weight: f64,
    pub frames: Receiver<Frame>,
    pub turnstile: Turnstile,
    pub pace: &'a Pace,
    pub gauge: &'a CameraGauge,
    pub link: &'a Link,
    pub still: &'a LatestStill,
    pub clock: &'a LiveClock,
    pub examiner: Examiner,
    /// When it was last looked at the camera's clock.
    pub clock_looked: Option<MediaTime>,
    pub last: Option<MediaTime>,
    pub silent: bool,
    /// Frames dropped so far that the pace has been told of.
    pub dropped: u64,
    /// Raised when the session was given up, as a stage of it hangs.
    pub given_up: &'a AtomicBool,
}

impl Feed for StreamFeed<'_> {
    fn next(&mut self) -> Option<Fed> {
        loop {
            let patience = if self.silent { STILL_SILENT } else { SILENCE };
            match self.frames.recv_timeout(patience) {
                Ok(frame) => {
                    let (frame, permit) = self.turn(frame)?;
                    if self.last.is_some_and(|last| frame.time <= last) {
                        CameraGauge::add(&self.gauge.dropped, 1);
                        continue;
                    }
                    self.silent = false;
                    self.last = Some(frame.time);
                    CameraGauge::add(&self.gauge.analysed, 1);
                    return Some(Fed::Frame(frame, Some(permit)));
                }
                Err(RecvTimeoutError::Timeout) => {
                    self.silent = true;
                    let time = self.clock.now().plus(-BEHIND_SECONDS);
                    if self.last.is_none_or(|last| time > last) {
                        self.last = Some(time);
                        return Some(Fed::Blank(time, wall_at(self.clock, time)));
                    }
                }
                Err(RecvTimeoutError::Disconnected) => return None,
            }
        }
    }

    fn examine(&mut self, frame: &Frame, view: View) -> bool {
        // It thins frames itself, and needs all of them against flicker.
        let faults = self.examiner.examine(frame, view);
        if self.given_up.load(Relaxed) {
            // What was seen long ago by one that was given up says nothing of the camera now.
            return true;
        }
        self.still.offer(frame);
        self.link.faults(faults.into_iter().map(Into::into).collect());
        if self.clock_looked.is_none_or(|at| frame.time.since(at) >= CLOCK_EVERY_SECONDS) {
            self.clock_looked = Some(frame.time);
            self.look_at_clock();
        }
        self.gauge.suspended.load(Relaxed)
    }
}

impl StreamFeed<'_> {
    /// What the camera says of its own clock.
    fn look_at_clock(&self) {
        let counters = self.clock.counters();
        self.gauge.note_clock(counters);
        let wrong = counters
            .offset_seconds
            .filter(|o| (CLOCK_SECONDS..NO_CLOCK_SECONDS).contains(&o.abs()))
            .map(|o| Detail::Clock { ahead_seconds: o.round() });
        self.link.clock_wrong(wrong);
    }

    /// Waits for the camera's turn; meanwhile newer frames take the place of `frame`. `None`: the
    /// session was given up.
    fn turn(&mut self, mut frame: Frame) -> Option<(Frame, super::Permit)> {
        let permit = loop {
            if self.given_up.load(Relaxed) {
                return None;
            }
            let patience = Duration::from_secs(1);
            if let Some(permit) = self.turnstile.enter(self.number, self.weight, patience) {
                break permit;
            }
        };
        let mut lost = 0;
        for newer in self.frames.try_iter() {
            lost += 1;
            frame = newer;
        }
        CameraGauge::add(&self.gauge.dropped, lost);
        let dropped = self.gauge.dropped.load(Relaxed);
        self.pace.note(frame.time, dropped - self.dropped);
        self.dropped = dropped;
        self.gauge.rate_millis.store((self.pace.fps() * 1e3) as u64, Relaxed);
        Some((frame, permit))
    }
}

/// When a time of the session was.
fn wall_at(clock: &LiveClock, time: MediaTime) -> WallTime {
    let start = clock.start();
    WallTime(start.0.checked_add(jiff::SignedDuration::from_micros(time.0)).unwrap_or(start.0))
}
