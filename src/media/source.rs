//! A file or a folder of segments, read as one continuous run of frames.

use super::{
    clock::FrameClock,
    convert::Converter,
    decode::{self, Decoded, Decoder},
    error::MediaError,
    fingerprint,
    frame::Frame,
    info::{Ending, EndingKind, SourceInfo},
    missing::Reach,
    raw,
    reader::Reader,
    ring::{PacketRing, RingLimits},
    segments,
    start::{self, Clues},
    stream::{RingPacket, StreamFacts},
    time::{MediaTime, WallTime},
};
use ffmpeg_next::frame;
use jiff::Timestamp;
use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// How a source is opened.
#[derive(Debug, Clone, Default)]
pub struct OpenOptions {
    /// When media time 0 happened, if the operator knows.
    pub start_time: Option<WallTime>,
    /// How much the packet ring keeps.
    pub ring: RingLimits,
    /// Raised to end reading; the source then gives no more frames.
    pub stop: Arc<AtomicBool>,
}

/// A source of frames in presentation order.
pub struct Source {
    info: SourceInfo,
    ring: Arc<PacketRing>,
    stop: Arc<AtomicBool>,
    files: Vec<PathBuf>,
    next_file: usize,
    first_named: Option<Timestamp>,
    segment: Option<Segment>,
    last_facts: Arc<StreamFacts>,
    converter: Converter,
    clock: FrameClock,
    ending: Ending,
    troubles: Vec<String>,
    /// Where the last frame ends, in microseconds of media time.
    end: i64,
}

/// The segment being read.
struct Segment {
    reader: Reader,
    decoder: Decoder,
    facts: Arc<StreamFacts>,
    /// Media time of the segment's beginning, in microseconds.
    base: i64,
    /// Microseconds of the container's clock at media time 0; known with the first packet.
    zero: Option<i64>,
    packets: u64,
    frames: u64,
}

impl Source {
    /// Opens a file, or a folder of segments (sorted by name, read as one continuous source).
    ///
    /// # Errors
    /// A [`MediaError`] that says in one sentence what is wrong with the path or the file.
    pub fn open(path: &Path, options: OpenOptions) -> Result<Self, MediaError> {
        raw::init();
        let files = segments::list(path)?;
        let first = files.first().cloned().unwrap_or_else(|| path.into());
        let reader = Reader::open(&first, path, &options.stop)?;
        let info = describe(path, &files, &first, &reader, options.start_time)?;
        let rate = reader.bits_per_second;
        let ring = PacketRing::new(options.ring, rate, path.into(), info.start_wall);
        let facts = Arc::clone(&reader.facts);
        let segment = Segment::new(reader, Arc::clone(&facts), 0)?;
        Ok(Self {
            info,
            ring: Arc::new(ring),
            stop: options.stop,
            files,
            next_file: 1,
            first_named: segments::named_start(&first),
            segment: Some(segment),
            last_facts: facts,
            converter: Converter::default(),
            clock: FrameClock::default(),
            ending: Ending {
                kind: EndingKind::Complete,
                transient: false,
                frames: 0,
                clock_repairs: 0,
                damaged_packets: 0,
                last: None,
            },
            troubles: Vec::new(),
            end: 0,
        })
    }

    /// What opening told.
    pub fn info(&self) -> &SourceInfo {
        &self.info
    }

    /// The ring that reading fills.
    pub fn ring(&self) -> Arc<PacketRing> {
        Arc::clone(&self.ring)
    }

    /// How it ended, once [`Source::next_frame`] gave `None`; before that, how it stands.
    pub fn ending(&self) -> &Ending {
        &self.ending
    }

    /// The next decoded frame in presentation order, or `None` at the end. Pushes every video
    /// packet to the ring on the way. Damaged packets are counted and passed over.
    ///
    /// # Errors
    /// [`MediaError::Picture`] when memory is short or the pixel format is unknown.
    pub fn next_frame(&mut self) -> Result<Option<Frame>, MediaError> {
        loop {
            if self.stop.load(Ordering::Relaxed) && self.segment.take().is_some() {
                self.ending.kind = EndingKind::Stopped;
                self.ring.end(Reach::BrokenOff);
            }
            let Some(segment) = &mut self.segment else { return Ok(None) };
            match segment.decoder.receive()? {
                Decoded::Picture(picture) => return self.frame(picture).map(Some),
                Decoded::Hungry => self.feed()?,
                Decoded::Damaged => self.ending.damaged_packets += 1,
                Decoded::End => self.next_segment()?,
            }
        }
    }

    fn frame(&mut self, picture: frame::Video) -> Result<Frame, MediaError> {
        let facts = Arc::clone(&self.last_facts);
        let mut time = None;
        let mut duration = facts.nominal();
        if let Some(segment) = &mut self.segment {
            time = segment.time_of(&picture);
            duration = segment.decoder.duration(&picture);
            segment.frames += 1;
        }
        let (time, repaired) = self.clock.place(time, facts.nominal());
        if repaired {
            self.repaired("a frame's time stamp", MediaTime(time));
        }
        self.ending.damaged_packets += u64::from(raw::facts(&picture).damaged);
        let (index, time) = (self.ending.frames, MediaTime(time));
        self.end = time.0.saturating_add(duration);
        self.ending.frames += 1;
        self.ending.last = Some(time);
        decode::frame(&mut self.converter, &facts, picture, index, time, self.info.start_wall)
    }

    fn feed(&mut self) -> Result<(), MediaError> {
        let Some(segment) = &mut self.segment else { return Ok(()) };
        let (repairs, damaged) = (segment.reader.repairs, segment.reader.damaged);
        let packet = segment.reader.next();
        self.ending.damaged_packets += segment.reader.damaged - damaged;
        let repaired = segment.reader.repairs > repairs;
        let Some(packet) = packet else {
            segment.decoder.finish();
            return Ok(());
        };
        let packet = segment.place(packet);
        let accepted = segment.decoder.send(&packet.packet)?;
        self.ending.damaged_packets += u64::from(!accepted);
        if repaired {
            self.repaired("a packet's time stamp", packet.time);
        }
        self.ring.push(packet);
        Ok(())
    }

    fn repaired(&mut self, what: &str, time: MediaTime) {
        self.ending.clock_repairs += 1;
        // A broken recorder breaks every frame; the first few tell enough.
        if self.ending.clock_repairs <= 5 {
            tracing::warn!(path = %self.info.path.display(), at = time.seconds(), "{what} was repaired");
        }
    }

    /// Goes on with the next segment that can be read, or ends.
    fn next_segment(&mut self) -> Result<(), MediaError> {
        if let Some(done) = self.segment.take()
            && let Some(reason) = done.reader.why_short()
        {
            self.trouble(self.next_file.saturating_sub(1), &reason, done.reader.has_failed());
        }
        while let Some(path) = self.files.get(self.next_file).cloned() {
            self.next_file += 1;
            match Reader::open(&path, &self.info.path, &self.stop) {
                Ok(reader) => {
                    let named = segments::named_start(&path);
                    let (base, overruled) = segments::next_base(self.end, self.first_named, named);
                    if overruled {
                        self.repaired("a segment's start by its name", MediaTime(base));
                    }
                    self.ring.fit(reader.bits_per_second);
                    if !reader.facts.same(&self.last_facts) {
                        self.last_facts = Arc::clone(&reader.facts);
                    }
                    let facts = Arc::clone(&self.last_facts);
                    self.segment = Some(Segment::new(reader, facts, base)?);
                    return Ok(());
                }
                Err(MediaError::Stopped { .. }) => {
                    self.ending.kind = EndingKind::Stopped;
                    self.ring.end(Reach::BrokenOff);
                    return Ok(());
                }
                Err(error) => {
                    // It was there when the folder was listed.
                    let transient = matches!(
                        error,
                        MediaError::Unreadable { .. } | MediaError::NotFound { .. }
                    );
                    self.trouble(self.next_file - 1, &error.to_string(), transient);
                }
            }
        }
        self.finish();
        Ok(())
    }

    fn trouble(&mut self, file: usize, reason: &str, transient: bool) {
        if transient {
            self.ending.transient = true;
            self.ring.break_off();
        }
        let name = self.files.get(file).map(|f| segments::name(f)).unwrap_or_default();
        tracing::warn!(path = %self.info.path.display(), file = name, reason, "footage is incomplete");
        let reason = if self.files.len() > 1 { format!("{name}: {reason}") } else { reason.into() };
        // The first few are named, the rest only counted by their warnings.
        if self.troubles.len() < 3 {
            self.troubles.push(reason);
        }
    }

    fn finish(&mut self) {
        let failed = self.ending.transient;
        self.ring.end(if failed { Reach::BrokenOff } else { Reach::SourceEnd });
        if self.ending.frames == 0 {
            self.troubles.push("no picture could be decoded".to_owned());
        }
        if !self.troubles.is_empty() {
            let read = self.end as f64 / 1e6;
            let reasons = self.troubles.join("; ");
            let reason = format!("{reasons}; footage up to {read:.2} s was read");
            self.ending.kind = EndingKind::Truncated { reason };
        }
    }
}

impl Drop for Source {
    fn drop(&mut self) {
        self.ring.end(Reach::BrokenOff);
    }
}

impl Segment {
    fn new(reader: Reader, facts: Arc<StreamFacts>, base: i64) -> Result<Self, MediaError> {
        let decoder = Decoder::new(&facts)?;
        Ok(Self { reader, decoder, facts, base, zero: None, packets: 0, frames: 0 })
    }

    /// Puts a packet on the media clock.
    fn place(&mut self, packet: ffmpeg_next::Packet) -> RingPacket {
        let facts = &self.facts;
        let cadence = self.reader.is_cadence();
        let first = packet.pts().or(packet.dts()).unwrap_or(0);
        let base = self.base;
        let container_start = self.reader.container_start;
        let zero = *self.zero.get_or_insert_with(|| {
            container_start.unwrap_or_else(|| facts.microseconds(first)) - base
        });
        let at = |ticks: i64| MediaTime(facts.microseconds(ticks) - zero);
        let (time, decode_time) = if cadence {
            let time = MediaTime(base + facts.rate.at(self.packets));
            (time, time)
        } else {
            let decode = packet.dts().or(packet.pts()).unwrap_or(0);
            (at(packet.pts().unwrap_or(decode)), at(decode))
        };
        self.packets += 1;
        RingPacket { packet, stream: Arc::clone(facts), time, decode_time, zero, cadence }
    }

    /// A picture's media time in microseconds, if it has one.
    fn time_of(&self, picture: &frame::Video) -> Option<i64> {
        if self.reader.is_cadence() {
            return Some(self.base + self.facts.rate.at(self.frames));
        }
        picture.timestamp().map(|ticks| self.facts.microseconds(ticks) - self.zero.unwrap_or(0))
    }
}

fn describe(
    path: &Path,
    files: &[PathBuf],
    first: &Path,
    reader: &Reader,
    given: Option<WallTime>,
) -> Result<SourceInfo, MediaError> {
    let size = |file: &Path| std::fs::metadata(file).map_or(0, |m| m.len());
    let scale = if files.len() > 1 {
        let all: u64 = files.iter().map(|file| size(file)).sum();
        all as f64 / size(first).max(1) as f64
    } else {
        1.0
    };
    let modified = std::fs::metadata(first)
        .and_then(|m| m.modified())
        .ok()
        .and_then(|time| Timestamp::try_from(time).ok());
    let start = start::resolve(&Clues {
        given,
        creation_time: reader.creation_time.as_deref(),
        name: segments::name(first),
        modified,
        duration: reader.duration,
    });
    let facts = &reader.facts;
    let (width, height) = facts.orientation.size(facts.parameters.size());
    Ok(SourceInfo {
        path: path.into(),
        codec: facts.codec.clone(),
        width,
        height,
        rotation_degrees: facts.orientation.degrees(),
        duration_seconds: reader.duration.map(|d| d * scale),
        frames_estimate: reader.frames.map(|n| (n as f64 * scale).round() as u64),
        start_wall: start.wall,
        clock_quality: start.quality,
        clock_note: start.note,
        fingerprint: fingerprint::of(files)?,
        browser_codec: facts.fits_browser(),
    })
}
