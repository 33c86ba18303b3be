//! The packets of one connection, with their arrivals.

use super::{
    clock::LiveClock, deadline::Deadline, input, options::LiveOptions, problem::StreamProblem,
};
use crate::media::{error::MediaError, stream::StreamFacts, time::MediaTime};
use ffmpeg_next::{Error, Packet, Rational, Rescale, format::context};
use std::{collections::VecDeque, sync::Arc};

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

/// An open connection.
pub(super) struct Connection {
    options: LiveOptions,
    clock: Arc<LiveClock>,
    input: context::Input,
    deadline: Deadline,
    index: usize,
    ticks: Rational,
    /// Packets read ahead while opening, with their arrivals.
    ahead: VecDeque<(Packet, i64)>,
    ended: bool,
}

impl Connection {
    /// Connects and finds the video.
    pub(super) fn open(
        options: &LiveOptions,
        clock: &Arc<LiveClock>,
    ) -> Result<(Self, StreamFacts), MediaError> {
        let deadline = Deadline::new(&options.stop);
        let opened = input::open(options, &deadline)?;
        let connection = Self {
            options: options.clone(),
            clock: Arc::clone(clock),
            input: opened.input,
            deadline,
            index: opened.index,
            ticks: opened.ticks,
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
            return Err(MediaError::Stopped { path: (&self.options.shown).into() });
        }
        match self.ahead.pop_front() {
            Some(packet) => Ok(Some(packet)),
            None => self.read(),
        }
    }

    fn read(&mut self) -> Result<Option<(Packet, i64)>, MediaError> {
        let mut failures = 0;
        while !self.ended {
            let mut packet = Packet::empty();
            self.deadline.renew(self.options.read_seconds);
            match packet.read(&mut self.input) {
                Ok(()) if packet.stream() == self.index && packet.size() > 0 => {
                    return Ok(Some((packet, self.clock.now().0)));
                }
                Ok(()) => {}
                Err(Error::Eof) => self.ended = true,
                Err(_) if self.deadline.is_stopped() => {
                    return Err(MediaError::Stopped { path: (&self.options.shown).into() });
                }
                Err(error) => {
                    failures += 1;
                    let (seconds, late) = (self.options.read_seconds, self.deadline.is_over());
                    if let Some(problem) = input::broken(error, seconds, late) {
                        return Err(self.problem(problem));
                    }
                    if failures >= PATIENCE {
                        return Err(self.problem(StreamProblem::Rubbish));
                    }
                }
            }
        }
        Ok(None)
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
