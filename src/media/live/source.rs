//! One connection to a live stream.

use super::{
    clock::LiveClock,
    deadline::Deadline,
    headers, input,
    options::{Hardware, LiveFacts, LiveOptions},
    problem::StreamProblem,
};
use crate::media::{
    convert::Converter,
    decode::{self, Decoded, Decoder},
    error::MediaError,
    frame::Frame,
    raw_live,
    ring::PacketRing,
    stream::{RingPacket, StreamFacts},
    time::MediaTime,
};
use ffmpeg_next::{Error, Packet, Rational, Rescale, format::context, frame};
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
/// So many seconds of packets without a picture are a stream that cannot be decoded.
const FRUITLESS: f64 = 15.0;
/// So many seconds without a picture are enough to give hardware up.
const FRUITLESS_HARDWARE: f64 = 5.0;

/// One connection. It ends with `None` or an error; the next one goes on with the same
/// [`LiveClock`] and [`PacketRing`].
pub struct LiveSource {
    options: LiveOptions,
    clock: Arc<LiveClock>,
    ring: Option<Arc<PacketRing>>,
    input: context::Input,
    deadline: Deadline,
    index: usize,
    ticks: Rational,
    facts: Arc<StreamFacts>,
    /// The parameter sets in force.
    headers: Option<Vec<u8>>,
    /// Packets read ahead while opening, with their arrivals.
    ahead: VecDeque<(Packet, i64)>,
    /// A keyframe has come.
    begun: bool,
    decoder: Option<Decoder>,
    /// One sentence: what decodes.
    hardware: String,
    /// Hardware gave no pictures.
    gave_up: bool,
    /// Pictures of the decoder before the latest change.
    left: VecDeque<frame::Video>,
    converter: Converter,
    /// When the latest picture, or the connection, came.
    fruit: MediaTime,
    ended: bool,
}

impl LiveSource {
    /// Connects and finds the video. With a ring, this is the camera's main stream; without one,
    /// its analysis stream.
    ///
    /// # Errors
    /// [`MediaError::Stream`] in one sentence; [`MediaError::Stopped`] when the stop flag is raised.
    pub fn open(
        options: &LiveOptions,
        clock: &Arc<LiveClock>,
        ring: Option<&Arc<PacketRing>>,
    ) -> Result<Self, MediaError> {
        let deadline = Deadline::new(&options.stop);
        let opened = input::open(options, &deadline)?;
        let facts = clock.track(ring.is_some()).settle(opened.facts);
        let mut source = Self {
            options: options.clone(),
            clock: Arc::clone(clock),
            ring: ring.cloned(),
            input: opened.input,
            deadline,
            index: opened.index,
            ticks: opened.ticks,
            headers: headers::of(&facts.codec, facts.parameters.extradata()),
            facts,
            ahead: VecDeque::new(),
            begun: false,
            decoder: None,
            hardware: "not decoded".to_owned(),
            gave_up: false,
            left: VecDeque::new(),
            converter: Converter::default(),
            fruit: clock.now(),
            ended: false,
        };
        source.look_ahead()?;
        Ok(source)
    }

    /// What is known of the stream now.
    pub fn facts(&self) -> LiveFacts {
        let (width, height) = self.facts.parameters.size();
        LiveFacts {
            codec: self.facts.codec.clone(),
            width,
            height,
            rate: 1e6 / self.facts.nominal().max(1) as f64,
            hardware: self.hardware.clone(),
        }
    }

    /// The next packet goes to the ring, and is not decoded: for a main stream whose pictures nobody
    /// needs. `None`: the other side ended the stream.
    ///
    /// # Errors
    /// [`MediaError::Stream`]: the connection is over, and why.
    pub fn next_packet(&mut self) -> Result<Option<()>, MediaError> {
        while let Some((packet, arrival)) = self.fetch()? {
            if let Some(packet) = self.place(packet, arrival)? {
                if let Some(ring) = &self.ring {
                    ring.push(packet);
                }
                return Ok(Some(()));
            }
        }
        Ok(None)
    }

    /// The next frame that is `wanted` by its time; others are decoded as far as wanted ones need
    /// them, and not converted. Every packet goes to the ring on the way. `None`: the other side ended the stream.
    ///
    /// # Errors
    /// [`MediaError::Stream`]: the connection is over, and why. [`MediaError::Picture`] when memory
    /// is short or the pixel format is unknown.
    pub fn next_frame(
        &mut self,
        wanted: &dyn Fn(MediaTime) -> bool,
    ) -> Result<Option<Frame>, MediaError> {
        loop {
            if let Some(picture) = self.picture()? {
                if let Some(frame) = self.frame(picture, wanted)? {
                    return Ok(Some(frame));
                }
                continue;
            }
            let Some((packet, arrival)) = self.fetch()? else { return Ok(None) };
            let Some(packet) = self.place(packet, arrival)? else { continue };
            if self.decode(&packet, wanted)? {
                self.check_fruit()?;
            }
            if let Some(ring) = &self.ring {
                ring.push(packet);
            }
        }
    }

    /// Gives a packet to the decoder; false while it waits for a keyframe to begin with.
    fn decode(
        &mut self,
        packet: &RingPacket,
        wanted: &dyn Fn(MediaTime) -> bool,
    ) -> Result<bool, MediaError> {
        let decoder = match &mut self.decoder {
            Some(decoder) => decoder,
            None if !packet.packet.is_key() => return Ok(false),
            none => {
                let (decoder, told) = Decoder::on(&self.facts, self.options.hardware)?;
                if !self.gave_up {
                    self.hardware = told;
                }
                self.fruit = self.clock.now();
                none.insert(decoder)
            }
        };
        decoder.skim(!wanted(packet.time));
        decoder.send(&packet.packet)?;
        Ok(true)
    }

    /// Packets come; pictures should, too. Hardware that gives none is given up for the processor.
    fn check_fruit(&mut self) -> Result<(), MediaError> {
        let seconds = self.clock.now().since(self.fruit);
        if seconds > FRUITLESS {
            return Err(self.problem(StreamProblem::Undecodable(FRUITLESS)));
        }
        if seconds > FRUITLESS_HARDWARE
            && self.options.hardware != Hardware::None
            && self.decoder.take().is_some()
        {
            self.options.hardware = Hardware::None;
            self.gave_up = true;
            let told = &self.hardware;
            self.hardware = format!("decoded by the processor: no picture came, {told}");
        }
        Ok(())
    }

    /// A decoded picture, if there is one.
    fn picture(&mut self) -> Result<Option<frame::Video>, MediaError> {
        if let Some(picture) = self.left.pop_front() {
            return Ok(Some(picture));
        }
        let Some(decoder) = &mut self.decoder else { return Ok(None) };
        loop {
            match decoder.receive()? {
                Decoded::Picture(picture) => return Ok(Some(picture)),
                Decoded::Damaged => {}
                Decoded::Hungry | Decoded::End => return Ok(None),
            }
        }
    }

    fn frame(
        &mut self,
        picture: frame::Video,
        wanted: &dyn Fn(MediaTime) -> bool,
    ) -> Result<Option<Frame>, MediaError> {
        self.fruit = self.clock.now();
        let (index, time) = {
            let mut track = self.clock.track(self.ring.is_some());
            let (time, _) = track.frames.place(picture.timestamp(), self.facts.nominal());
            track.count += 1;
            (track.count - 1, MediaTime(time))
        };
        if !wanted(time) {
            return Ok(None);
        }
        let start = self.clock.start();
        decode::frame(&mut self.converter, &self.facts, picture, index, time, start).map(Some)
    }

    /// Reads on until packets come no more promptly than before, so that the promptest is known
    /// before the first is placed: servers and FFmpeg's own probing hold back up to a few seconds,
    /// which then come at once.
    fn look_ahead(&mut self) -> Result<(), MediaError> {
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
        let frame = self.facts.nominal().rescale(input::MICROSECONDS, self.ticks);
        let mut next = None;
        for (packet, _) in self.ahead.iter_mut().rev() {
            if packet.dts().or(packet.pts()).is_none() {
                packet.set_dts(next.map(|next: i64| next - frame));
                packet.set_pts(packet.dts());
            }
            next = packet.dts().or(packet.pts());
        }
        let offset = if least == i64::MAX { self.clock.now().0 } else { least };
        self.clock.track(self.ring.is_some()).line.begin(offset);
        Ok(())
    }

    fn fetch(&mut self) -> Result<Option<(Packet, i64)>, MediaError> {
        if self.deadline.is_stopped() {
            return Err(MediaError::Stopped { path: (&self.options.shown).into() });
        }
        match self.ahead.pop_front() {
            Some(packet) => Ok(Some(packet)),
            None => self.read(),
        }
    }

    /// The next packet of the video and its arrival in microseconds of the session.
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

    /// Puts a packet on the session's clock; `None` before the first keyframe.
    fn place(
        &mut self,
        mut packet: Packet,
        arrival: i64,
    ) -> Result<Option<RingPacket>, MediaError> {
        if packet.is_key() {
            self.follow_headers(&packet)?;
            self.begun = true;
        }
        if !self.begun {
            return Ok(None);
        }
        let nominal = self.facts.nominal();
        let decode = self.stamp(packet.dts().or(packet.pts()));
        let shown_later = match (packet.pts(), packet.dts()) {
            (Some(pts), Some(dts)) => self.stamp(Some(pts.saturating_sub(dts))).unwrap_or(0),
            _ => 0,
        };
        let time = {
            let start = self.clock.start().0.as_microsecond();
            let taken = raw_live::sender_time(&packet).map(|time| time.saturating_sub(start));
            let correction = self.clock.correction();
            let mut track = self.clock.track(self.ring.is_some());
            if let Some(taken) = taken {
                track.report(arrival, taken);
            }
            let sent = taken.zip(correction).map(|(taken, more)| taken.saturating_add(more));
            let before = track.line.repairs.total();
            let time = track.line.place(decode, arrival, nominal, sent);
            let total = track.line.repairs.total();
            if total > before && total.is_power_of_two() {
                let repairs = track.line.repairs;
                tracing::warn!(
                    stream = self.options.shown,
                    at = time as f64 / 1e6,
                    ?repairs,
                    "the stream's clock was repaired"
                );
            }
            time
        };
        let shown = time + shown_later.clamp(0, 10_000_000);
        let duration = self.stamp(Some(packet.duration())).unwrap_or(0);
        packet.set_pts(Some(shown));
        packet.set_dts(Some(time));
        packet.set_duration(duration.clamp(0, 10_000_000));
        Ok(Some(RingPacket {
            packet,
            stream: Arc::clone(&self.facts),
            time: MediaTime(shown),
            decode_time: MediaTime(time),
            zero: 0,
            cadence: false,
        }))
    }

    /// A keyframe may bring another codec header or another size: then facts and decoder are new.
    fn follow_headers(&mut self, packet: &Packet) -> Result<(), MediaError> {
        let Some(data) = packet.data() else { return Ok(()) };
        let announced = raw_live::new_headers(packet);
        let found = announced.or_else(|| headers::of(&self.facts.codec, data));
        let Some(found) = found.filter(|found| self.headers.as_ref() != Some(found)) else {
            return Ok(());
        };
        let old = &self.facts;
        let shape = raw_live::shape(old.parameters.get(), data);
        let parameters = raw_live::with_headers(&old.parameters, &found, shape)
            .ok_or_else(|| MediaError::picture(&old.path, "decoded", "no memory"))?;
        self.headers = Some(found);
        let facts = StreamFacts {
            path: old.path.clone(),
            codec: old.codec.clone(),
            parameters,
            time_base: old.time_base,
            orientation: old.orientation,
            display_matrix: None,
            rate: old.rate,
        };
        self.facts = self.clock.track(self.ring.is_some()).settle(facts);
        if let Some(mut decoder) = self.decoder.take() {
            decoder.finish();
            loop {
                match decoder.receive()? {
                    Decoded::Picture(picture) => self.left.push_back(picture),
                    Decoded::Damaged => {}
                    Decoded::Hungry | Decoded::End => break,
                }
            }
        }
        Ok(())
    }

    /// Ticks to microseconds.
    fn stamp(&self, ticks: Option<i64>) -> Option<i64> {
        ticks
            .filter(|t| t.unsigned_abs() < 1 << 60)
            .map(|t| t.rescale(self.ticks, input::MICROSECONDS))
    }

    fn problem(&self, problem: StreamProblem) -> MediaError {
        input::problem(&self.options, problem)
    }
}
