//! The packets of one connection, with their arrivals.

use super::{
    clock::LiveClock,
    deadline::Deadline,
    device,
    input::{self, Manner},
    options::LiveOptions,
    pacer::Pacer,
    problem::StreamProblem,
};
use crate::media::{error::MediaError, stream::StreamFacts, time::MediaTime};
use ffmpeg_next::{Error, Packet, Rational, Rescale, error::EAGAIN, format::context};
use std::{collections::VecDeque, sync::Arc, time::Duration};

/// As many packets that the other side had ready are looked at before the first is placed.
const AHEAD: usize = 256;
/// After as many that came no more promptly than the one before them, it is known how prompt packets
/// are …
const STEADY: u32 = 3;
/// … by more than so many microseconds …
const PROMPTER: i64 = 5_000;
/// … or after so many seconds.
const LONGEST_LOOK: f64 = 1.0;
/// So many unreadable packets in a row are the end of a connection.
const PATIENCE: u32 = 1000;
/// Between the end of one segment and the next one's there may be as many seconds more: those that a
/// list promises are about six (RFC 8216, section 6.2.1), and ten are seen.
const SEGMENT: f64 = 15.0;
/// How often it is looked, while waiting for a packet to be due, whether to stop.
const SLICE: i64 = 50_000;
/// A device that has no picture yet is asked again after this.
const MOMENT: Duration = Duration::from_millis(4);

/// An open connection.
pub(super) struct Connection {
    options: LiveOptions,
    clock: Arc<LiveClock>,
    input: context::Input,
    deadline: Deadline,
    index: usize,
    ticks: Rational,
    manner: Manner,
    pacer: Pacer,
    is_main: bool,
    /// A packet came that had not come before.
    fresh: bool,
    /// Packets read ahead while opening, with their arrivals.
    ahead: VecDeque<(Packet, i64)>,
    ended: bool,
}

impl Connection {
    /// Connects and finds the video.
    pub(super) fn open(
        options: &LiveOptions,
        clock: &Arc<LiveClock>,
        is_main: bool,
    ) -> Result<(Self, StreamFacts), MediaError> {
        let deadline = Deadline::new(&options.stop);
        let opened = input::open(options, &deadline)?;
        clock.track(is_main).repeats.begin();
        let connection = Self {
            options: options.clone(),
            clock: Arc::clone(clock),
            input: opened.input,
            deadline,
            index: opened.index,
            ticks: opened.ticks,
            manner: opened.manner,
            pacer: Pacer::default(),
            is_main,
            fresh: false,
            ahead: VecDeque::new(),
            ended: false,
        };
        Ok((connection, opened.facts))
    }

    /// What stands for the stream in messages.
    pub(super) fn shown(&self) -> &str {
        &self.options.shown
    }

    /// Reads on until packets come no more promptly than before, so that the promptest is known
    /// before the first is placed: servers and FFmpeg's own probing hold back up to a few seconds,
    /// which then come at once. Returns (arrival − stamp) of the promptest, in microseconds.
    pub(super) fn look_ahead(&mut self, facts: &StreamFacts) -> Result<i64, MediaError> {
        let begun = self.clock.now();
        let (mut least, mut steady) = (i64::MAX, 0);
        while self.ahead.len() < AHEAD && steady < STEADY {
            let Some((packet, arrival)) = self.read()? else { break };
            let late = self.stamp(packet.dts().or(packet.pts())).map(|s| arrival.saturating_sub(s));
            let is_prompter = late.is_some_and(|late| late < least.saturating_sub(PROMPTER));
            steady = if is_prompter { 0 } else { steady + 1 };
            least = late.map_or(least, |late| least.min(late));
            self.ahead.push_back((packet, arrival));
            if MediaTime(arrival).since(begun) > LONGEST_LOOK {
                break;
            }
        }
        // The first packet often bears no stamp; it came one frame before the second.
        let frame = facts.nominal().rescale(input::MICROSECONDS, self.ticks);
        let mut next = None;
        for (packet, _) in self.ahead.iter_mut().rev() {
            if packet.dts().or(packet.pts()).is_none() {
                packet.set_dts(next.map(|next: i64| next - frame));
                packet.set_pts(packet.dts());
            }
            next = packet.dts().or(packet.pts());
        }
        Ok(if least == i64::MAX { self.clock.now().0 } else { least })
    }

    /// The next packet of the video and its arrival in microseconds of the session; `None` when the
    /// other side ended the stream.
    pub(super) fn next(&mut self) -> Result<Option<(Packet, i64)>, MediaError> {
        if self.deadline.is_stopped() {
            return Err(self.stopped());
        }
        match self.ahead.pop_front() {
            Some(packet) => Ok(Some(packet)),
            None => self.read(),
        }
    }

    fn read(&mut self) -> Result<Option<(Packet, i64)>, MediaError> {
        let (mut failures, mut waited) = (0, 0.0);
        while !self.ended {
            let mut packet = Packet::empty();
            let bridged = if self.manner == Manner::Segments && self.fresh { SEGMENT } else { 0.0 };
            let seconds = self.patience() + bridged;
            self.deadline.renew(seconds);
            let asked = self.clock.now();
            match packet.read(&mut self.input) {
                Ok(()) if packet.stream() == self.index && packet.size() > 0 => {
                    let waited = self.clock.now().since(asked);
                    if self.manner != Manner::Segments || self.is_due(&packet, waited)? {
                        return Ok(Some((packet, self.clock.now().0)));
                    }
                }
                Ok(()) => {}
                Err(_) if self.deadline.is_stopped() => return Err(self.stopped()),
                Err(Error::Eof) if self.manner == Manner::Segments => {
                    return Err(self.problem(StreamProblem::Stale));
                }
                Err(Error::Eof) => self.ended = true,
                Err(Error::Other { errno: EAGAIN }) if self.manner == Manner::Device => {
                    std::thread::sleep(MOMENT);
                    if self.deadline.is_stopped() {
                        return Err(self.stopped());
                    }
                    waited += MOMENT.as_secs_f64();
                    if waited > seconds {
                        return Err(self.problem(StreamProblem::NoPackets(seconds)));
                    }
                }
                Err(error) if self.manner == Manner::Device => {
                    return Err(self.problem(device::explain(error)));
                }
                Err(error) => {
                    failures += 1;
                    let late = self.deadline.is_over();
                    match input::broken(error, seconds, late) {
                        Some(StreamProblem::NoPackets(_)) if self.manner == Manner::Segments => {
                            return Err(self.problem(StreamProblem::Stale));
                        }
                        Some(problem) => return Err(self.problem(problem)),
                        None => {}
                    }
                    if failures >= PATIENCE {
                        return Err(self.problem(StreamProblem::Rubbish));
                    }
                }
            }
        }
        Ok(None)
    }

    /// Waits until a packet of a list is due, for which FFmpeg was waited so many seconds; false where
    /// it came before.
    fn is_due(&mut self, packet: &Packet, waited: f64) -> Result<bool, MediaError> {
        // A segment begins with a keyframe. Anything else after a long wait is the last picture of all,
        // which FFmpeg's parser lets go of when the list is given up.
        if waited > self.patience() && !packet.is_key() {
            let stopped = self.deadline.is_stopped();
            return Err(if stopped { self.stopped() } else { self.problem(StreamProblem::Stale) });
        }
        let data = packet.data().unwrap_or_default();
        if !self.clock.track(self.is_main).repeats.is_new(packet.pts(), data) {
            return Ok(false);
        }
        self.fresh = true;
        let now = || self.clock.now().0;
        let Some(stamp) = self.stamp(packet.dts().or(packet.pts())) else { return Ok(true) };
        let due = self.pacer.due(stamp, now());
        while now() < due {
            if self.deadline.is_stopped() {
                return Err(self.stopped());
            }
            let left = (due - now()).clamp(0, SLICE);
            std::thread::sleep(Duration::from_micros(left as u64));
        }
        Ok(true)
    }

    /// Longest wait for a packet, in seconds. A list that gave nothing new so far is soon read again
    /// from its beginning: that of an encoder that was started again is found by no waiting.
    fn patience(&self) -> f64 {
        let is_old = self.manner == Manner::Segments && !self.fresh;
        self.options.read_seconds * if is_old { 0.5 } else { 1.0 }
    }

    fn stopped(&self) -> MediaError {
        MediaError::Stopped { path: (&self.options.shown).into() }
    }

    /// Ticks to microseconds.
    pub(super) fn stamp(&self, ticks: Option<i64>) -> Option<i64> {
        ticks
            .filter(|t| t.unsigned_abs() < 1 << 60)
            .map(|t| t.rescale(self.ticks, input::MICROSECONDS))
    }

    /// The error of this stream.
    pub(super) fn problem(&self, problem: StreamProblem) -> MediaError {
        input::problem(&self.options, problem)
    }
}
