//! One connection to a live stream.

use super::{
    clock::LiveClock,
    connection::Connection,
    headers,
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
use ffmpeg_next::{Packet, frame};
use std::{collections::VecDeque, sync::Arc};

/// So many seconds of packets without a picture are a stream that cannot be decoded.
const FRUITLESS: f64 = 15.0;
/// So many seconds without a picture are enough to give hardware up.
const FRUITLESS_HARDWARE: f64 = 5.0;

/// What the next bit of reading brought.
pub enum Step<T> {
    /// What was asked for.
    Got(T),
    /// A packet, and nothing that was asked for; more may follow.
    Nothing,
    /// The other side ended the stream.
    End,
}

/// One connection. It ends with `None` or an error; the next one goes on with the same
/// [`LiveClock`] and [`PacketRing`].
pub struct LiveSource {
    connection: Connection,
    clock: Arc<LiveClock>,
    ring: Option<Arc<PacketRing>>,
    facts: Arc<StreamFacts>,
    /// The parameter sets in force.
    headers: Option<Vec<u8>>,
    /// A keyframe has come.
    begun: bool,
    decoder: Option<Decoder>,
    /// The hardware wanted.
    wish: Hardware,
    /// One sentence: what decodes.
    hardware: String,
    /// Hardware gave no pictures.
    gave_up: bool,
    /// Pictures of the decoder before the latest change.
    left: VecDeque<frame::Video>,
    converter: Converter,
    /// When the latest picture, or the connection, came.
    fruit: MediaTime,
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
        let (mut connection, facts) = Connection::open(options, clock, ring.is_some())?;
        let promptest = connection.look_ahead(&facts)?;
        let facts = {
            let mut track = clock.track(ring.is_some());
            track.line.begin(promptest);
            track.settle(facts)
        };
        Ok(Self {
            connection,
            clock: Arc::clone(clock),
            ring: ring.cloned(),
            headers: headers::of(&facts.codec, facts.parameters.extradata()),
            facts,
            begun: false,
            decoder: None,
            wish: options.hardware,
            hardware: "not decoded".to_owned(),
            gave_up: false,
            left: VecDeque::new(),
            converter: Converter::default(),
            fruit: clock.now(),
        })
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
        loop {
            match self.step_packet()? {
                Step::Got(()) => return Ok(Some(())),
                Step::Nothing => {}
                Step::End => return Ok(None),
            }
        }
    }

    /// As [`LiveSource::next_packet`], but reads one packet at most: nothing, before the first
    /// keyframe.
    ///
    /// # Errors
    /// As there.
    pub fn step_packet(&mut self) -> Result<Step<()>, MediaError> {
        let Some((packet, arrival)) = self.connection.next()? else { return Ok(Step::End) };
        let Some(packet) = self.place(packet, arrival)? else { return Ok(Step::Nothing) };
        if let Some(ring) = &self.ring {
            ring.push(packet);
        }
        Ok(Step::Got(()))
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
            match self.step_frame(wanted)? {
                Step::Got(frame) => return Ok(Some(frame)),
                Step::Nothing => {}
                Step::End => return Ok(None),
            }
        }
    }

    /// As [`LiveSource::next_frame`], but reads one packet at most, so that whoever watches the
    /// reader sees that it works, however seldom a frame is wanted.
    ///
    /// # Errors
    /// As there.
    pub fn step_frame(
        &mut self,
        wanted: &dyn Fn(MediaTime) -> bool,
    ) -> Result<Step<Frame>, MediaError> {
        if let Some(picture) = self.picture()? {
            return Ok(self.frame(picture, wanted)?.map_or(Step::Nothing, Step::Got));
        }
        let Some((packet, arrival)) = self.connection.next()? else { return Ok(Step::End) };
        let Some(packet) = self.place(packet, arrival)? else { return Ok(Step::Nothing) };
        if self.decode(&packet, wanted)? {
            self.check_fruit()?;
        }
        if let Some(ring) = &self.ring {
            ring.push(packet);
        }
        Ok(Step::Nothing)
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
                let (decoder, told) = Decoder::on(&self.facts, self.wish)?;
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
            && self.wish != Hardware::None
            && self.decoder.take().is_some()
        {
            self.wish = Hardware::None;
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
        let decode = self.connection.stamp(packet.dts().or(packet.pts()));
        let shown_later = match (packet.pts(), packet.dts()) {
            (Some(pts), Some(dts)) => {
                self.connection.stamp(Some(pts.saturating_sub(dts))).unwrap_or(0)
            }
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
                    stream = self.connection.shown(),
                    at = time as f64 / 1e6,
                    ?repairs,
                    "the stream's clock was repaired"
                );
            }
            time
        };
        let shown = time + shown_later.clamp(0, 10_000_000);
        let duration = self.connection.stamp(Some(packet.duration())).unwrap_or(0);
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
        // Units behind their lengths, as FLV and MP4 hold them, bring no headers among them.
        let has_start_codes = self.facts.parameters.extradata().first() != Some(&1);
        let found =
            announced.or_else(|| headers::of(&self.facts.codec, data).filter(|_| has_start_codes));
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

    fn problem(&self, problem: StreamProblem) -> MediaError {
        self.connection.problem(problem)
    }
}
