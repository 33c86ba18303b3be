//! Reads one stream of a camera for as long as the service runs: connects, reads, connects again.

use super::backoff::Backoff;
use super::gauge::CameraGauge;
use super::latest::LatestSender;
use super::link::Link;
use super::pace::Pace;
use super::wanted::Wanted;
use crate::alert;
use crate::config::Language;
use crate::media::{
    Frame, LiveClock, LiveFacts, LiveOptions, LiveSource, MediaError, PacketRing, Step, WallTime,
};
use crate::pipeline::pulse::Pulse;
use crate::pipeline::stats::{Stage, Stats};
use crate::scene::Detail;
use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

/// The first wait after a connection broke.
const FIRST_WAIT: Duration = Duration::from_millis(500);
/// How often a waiting reader looks whether it is to stop.
const SLICE: Duration = Duration::from_millis(100);

/// What is done with a stream's pictures.
pub(super) enum Role {
    /// They are analysed. The stream is the evidence too, unless another is.
    Analyse(LatestSender<Frame>),
    /// Nobody looks at them: its packets are the evidence of what the other stream shows.
    Evidence,
}

/// Reads one stream.
pub(super) struct Reader<'a> {
    pub camera: &'a str,
    pub options: LiveOptions,
    pub role: Role,
    pub clock: &'a Arc<LiveClock>,
    /// `None` for a stream that is only analysed.
    pub ring: Option<&'a Arc<PacketRing>>,
    pub gauge: &'a CameraGauge,
    pub link: &'a Link,
    pub pace: &'a Pace,
    pub stats: &'a Stats,
    pub pulse: &'a Pulse,
    pub most_wait: Duration,
    /// Raised when the session is over.
    pub over: &'a AtomicBool,
    pub now: fn() -> WallTime,
}

/// A stream's facts in a line.
fn told(facts: &LiveFacts) -> String {
    let LiveFacts { codec, width, height, rate, hardware } = facts;
    format!("{codec} {width}×{height}, {rate:.1} pictures a second, {hardware}")
}

impl Reader<'_> {
    /// Works until told to stop.
    pub(super) fn run(self) {
        let mut backoff = Backoff::new(FIRST_WAIT, self.most_wait);
        while !self.is_over() {
            let open = || LiveSource::open(&self.options, self.clock, self.ring);
            let error = match self.pulse.beat(open) {
                // It took so long that nobody waits for it any more.
                Ok(_) if self.is_over() => break,
                Ok(mut source) => {
                    CameraGauge::add(&self.gauge.connections, 1);
                    // What decodes is known once something was decoded.
                    let facts = source.facts();
                    let LiveFacts { codec, width, height, rate, .. } = &facts;
                    let seen = format!("{codec} {width}×{height}, {rate:.1} pictures a second");
                    tracing::info!(camera = self.camera, stream = %self.options.shown, "connected: {seen}");
                    self.connected(facts, seen);
                    self.read(&mut source, &mut backoff)
                }
                Err(error) => Some(error),
            };
            if self.is_over() {
                break;
            }
            self.pause(error.as_ref(), backoff.wait());
        }
    }

    /// Reads a connection to its end; why it ended, where that is known.
    fn read(&self, source: &mut LiveSource, backoff: &mut Backoff) -> Option<MediaError> {
        let mut told_all = false;
        let wanted = RefCell::new(Wanted::new(self.pace.fps()));
        let wanted = |time| wanted.borrow_mut().takes(time, self.pace.fps());
        while !self.is_over() {
            let step = self.pulse.beat(|| match &self.role {
                Role::Analyse(frames) => {
                    let step = self.stats.measure(Stage::Decode, || source.step_frame(&wanted))?;
                    Ok(match step {
                        Step::Got(frame) => {
                            self.pass(frames, frame);
                            Step::Got(())
                        }
                        Step::Nothing => Step::Nothing,
                        Step::End => Step::End,
                    })
                }
                Role::Evidence => source.step_packet(),
            });
            match step {
                Ok(Step::Nothing) => continue,
                Ok(Step::Got(())) => {
                    backoff.reset();
                    if !std::mem::replace(&mut told_all, true) {
                        let facts = source.facts();
                        if matches!(self.role, Role::Analyse(_)) {
                            tracing::info!(camera = self.camera, stream = %self.options.shown, "{}", facts.hardware);
                        }
                        let shown = told(&facts);
                        self.connected(facts, shown);
                    }
                }
                Ok(Step::End) => return None,
                Err(error) => return Some(error),
            }
            self.gauge.last_packet.store(self.clock.now().0, Relaxed);
        }
        None
    }

    fn connected(&self, facts: LiveFacts, shown: String) {
        // Pictures that nobody decodes take no memory.
        let analysed = matches!(self.role, Role::Analyse(_));
        let size = analysed.then_some((facts.width, facts.height)).filter(|(w, h)| w * h > 0);
        self.link.connected(shown, facts.codec, size);
    }

    fn pass(&self, frames: &LatestSender<Frame>, frame: Frame) {
        CameraGauge::add(&self.gauge.decoded, 1);
        self.gauge.last_frame.store(frame.time.0, Relaxed);
        let dropped = frames.send(frame);
        CameraGauge::add(&self.gauge.dropped, dropped);
    }

    /// Waits, telling evidence meanwhile that nothing of that time will come.
    fn pause(&self, error: Option<&MediaError>, wait: Duration) {
        CameraGauge::add(&self.gauge.breaks, 1);
        let now = (self.now)();
        let next = now.0.checked_add(jiff::SignedDuration::try_from(wait).unwrap_or_default());
        let next = next.map_or(now, WallTime);
        let (reason, detail) = match error {
            Some(e) => (super::watch::reason(e.reason()), super::watch::detail(e)),
            None => (crate::scene::Reason::NoPackets, Detail::Ended),
        };
        let said = alert::told(&[reason], &detail, Language::En);
        // Said when it begins; a camera that is away for a week must not fill the log.
        let known = self.link.state().broken.is_some_and(|(_, before)| before == detail);
        if known {
            tracing::debug!(camera = self.camera, "{said}; tried again");
        } else {
            tracing::warn!(camera = self.camera, "{said}");
        }
        self.link.lost(reason, detail, next);
        let mut left = wait;
        while !left.is_zero() && !self.is_over() {
            let slice = left.min(SLICE);
            std::thread::sleep(slice);
            left -= slice;
            if let Some(ring) = self.ring {
                ring.passed(self.clock.now().plus(-1.0));
            }
        }
    }

    fn is_over(&self) -> bool {
        self.over.load(Relaxed)
    }
}
