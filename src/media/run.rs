//! A stretch of compressed packets that begins with a keyframe: the raw matter of evidence.

use super::{
    clock::FrameClock,
    convert::Converter,
    decode::{self, Decoded, Decoder},
    error::MediaError,
    frame::Frame,
    missing::{Asked, Missing, Reach, Shown},
    stream::{RingPacket, StreamFacts},
    time::{MediaTime, TimeSpan, WallTime},
};
use ffmpeg_next::frame;
use std::{
    ops::{ControlFlow, Range},
    path::PathBuf,
    sync::Arc,
};

/// Packets from a keyframe on. Cloning it copies no packet.
#[derive(Clone)]
pub struct PacketRun {
    inner: Arc<Inner>,
}

struct Inner {
    packets: Vec<Arc<RingPacket>>,
    asked: Asked,
    path: PathBuf,
    start: WallTime,
}

/// What is done with each decoded picture, its time, its duration in microseconds, and the facts of
/// its stream.
type Visit<'a> = dyn FnMut(frame::Video, MediaTime, i64, &Arc<StreamFacts>) -> Result<ControlFlow<()>, MediaError>
    + 'a;

impl PacketRun {
    pub(super) fn new(
        mut packets: Vec<Arc<RingPacket>>,
        asked: Asked,
        path: PathBuf,
        start: WallTime,
    ) -> Self {
        // In an open group, pictures stored after the keyframe but shown before it lean on the
        // group before, which is not here.
        if let Some(first) = packets.first().map(|p| p.time) {
            packets.retain(|p| p.time >= first);
        }
        Self { inner: Arc::new(Inner { packets, asked, path, start }) }
    }

    /// The packets themselves, in decoding order.
    pub(super) fn packets(&self) -> &[Arc<RingPacket>] {
        &self.inner.packets
    }

    pub(super) fn source(&self) -> &std::path::Path {
        &self.inner.path
    }

    /// Whether there is nothing to decode or write.
    pub fn is_empty(&self) -> bool {
        self.inner.packets.is_empty()
    }

    /// From the first to the last time shown.
    pub fn span(&self) -> Option<TimeSpan> {
        let times = || self.inner.packets.iter().map(|p| p.time);
        Some(TimeSpan { from: times().min()?, to: times().max()? })
    }

    /// The stretch that was asked for; [`PacketRun::span`] may lack some of it.
    pub fn asked(&self) -> TimeSpan {
        self.inner.asked.span
    }

    /// Why it ends where it does.
    pub fn reach(&self) -> Reach {
        self.inner.asked.reach
    }

    /// Whether it lacks footage that there was, because bytes did not suffice to keep it.
    pub fn cut(&self) -> bool {
        self.inner.asked.reach == Reach::Limit
    }

    /// Seconds from one picture to the next, at the stream's nominal rate; 0 for an empty run.
    pub fn frame_seconds(&self) -> f64 {
        self.inner.packets.first().map_or(0.0, |p| p.stream.nominal() as f64 / 1e6)
    }

    /// Bytes of all packets.
    pub fn bytes(&self) -> usize {
        self.inner.packets.iter().map(|p| p.packet.size()).sum()
    }

    /// Decodes and returns, for each wanted time (in any order) and in that order, the frame shown
    /// at that time: the last whose time is not later, else the first. One pass; only wanted frames
    /// are kept, upright, at full resolution. Their `index` counts within this run.
    ///
    /// # Errors
    /// [`MediaError::NoPackets`] where there is nothing to decode, [`MediaError::UnsupportedCodec`]
    /// and [`MediaError::Picture`] from decoding.
    pub fn stills(&self, at: &[MediaTime]) -> Result<Vec<Frame>, MediaError> {
        let mut picker = Picker::new(at, self.inner.start);
        self.decode(&mut |picture, time, _, facts| {
            picker.give(Some(time))?;
            picker.shown = Some((picture, time, Arc::clone(facts)));
            Ok(if picker.is_done() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        })?;
        picker.give(None)?;
        picker
            .found
            .into_iter()
            .collect::<Option<Vec<Frame>>>()
            .ok_or_else(|| MediaError::NoPackets { path: self.inner.path.clone() })
    }

    /// Decodes everything once, in presentation order, until the visitor has enough. Damaged
    /// packets are passed over.
    pub(super) fn decode(&self, visit: &mut Visit<'_>) -> Result<(), MediaError> {
        decode_all(&self.inner.packets, visit)
    }

    /// The packets around `at` that one clip can hold: they begin with a keyframe and go on as far
    /// as codec, headers, size and orientation stay the same.
    pub(super) fn part_at(&self, at: MediaTime) -> Part<'_> {
        let all = self.inner.packets.as_slice();
        let mut found: Range<usize> = 0..0;
        let mut begin = 0;
        for part in all.chunk_by(|a, b| a.stream.joins(&b.stream)) {
            let keys = part.iter().position(|p| p.packet.is_key());
            let first = begin + keys.unwrap_or(0);
            begin += part.len();
            let starts = keys.map(|_| all[first].time);
            // Where recordings change at the moment, the picture shown then is in the one before.
            if found.is_empty() || starts.is_some_and(|time| time <= at) {
                found = first..begin;
            }
        }
        Part { packets: &all[found.clone()], range: found, run: self }
    }
}

/// A stretch of a run that one decoder and one clip can hold.
pub(super) struct Part<'a> {
    /// Its packets.
    pub(super) packets: &'a [Arc<RingPacket>],
    range: Range<usize>,
    run: &'a PacketRun,
}

impl Part<'_> {
    /// Decodes it like [`PacketRun::decode`].
    pub(super) fn decode(&self, visit: &mut Visit<'_>) -> Result<(), MediaError> {
        decode_all(self.packets, visit)
    }

    /// What a clip of it lacks before and after, given where its pictures start and end.
    pub(super) fn missing(
        &self,
        starts: MediaTime,
        ends: MediaTime,
    ) -> (Option<Missing>, Option<Missing>) {
        let inner = &self.run.inner;
        inner.asked.missing(&Shown {
            starts,
            ends,
            frame: self.packets.first().map_or(0, |p| p.stream.nominal()),
            is_first: self.range.start == 0,
            is_last: self.range.end == inner.packets.len(),
        })
    }
}

fn decode_all(packets: &[Arc<RingPacket>], visit: &mut Visit<'_>) -> Result<(), MediaError> {
    let mut clock = FrameClock::default();
    let mut rest = packets;
    while let Some(first) = rest.first() {
        let same =
            |p: &Arc<RingPacket>| Arc::ptr_eq(&p.stream, &first.stream) && p.zero == first.zero;
        let count = rest.iter().take_while(|p| same(p)).count();
        let (part, later) = rest.split_at(count);
        if decode_part(part, first, &mut clock, visit)?.is_break() {
            return Ok(());
        }
        rest = later;
    }
    Ok(())
}

fn decode_part(
    part: &[Arc<RingPacket>],
    first: &RingPacket,
    clock: &mut FrameClock,
    visit: &mut Visit<'_>,
) -> Result<ControlFlow<()>, MediaError> {
    let facts: &Arc<StreamFacts> = &first.stream;
    let mut decoder = Decoder::new(facts)?;
    let mut packets = part.iter();
    let mut count = 0;
    loop {
        match decoder.receive()? {
            Decoded::Picture(picture) => {
                let time = if first.cadence {
                    Some(first.time.0 + facts.rate.at(count))
                } else {
                    picture.timestamp().map(|ticks| facts.microseconds(ticks) - first.zero)
                };
                count += 1;
                let (time, _) = clock.place(time, facts.nominal());
                let duration = decoder.duration(&picture);
                if visit(picture, MediaTime(time), duration, facts)?.is_break() {
                    return Ok(ControlFlow::Break(()));
                }
            }
            Decoded::Hungry => match packets.next() {
                Some(packet) => {
                    decoder.send(&packet.packet)?;
                }
                None => decoder.finish(),
            },
            Decoded::Damaged => {}
            Decoded::End => return Ok(ControlFlow::Continue(())),
        }
    }
}

/// Chooses the frame shown at each wanted time while pictures pass by.
struct Picker<'a> {
    at: &'a [MediaTime],
    /// Positions in `at` not yet served, latest first.
    wanted: Vec<usize>,
    found: Vec<Option<Frame>>,
    /// The picture shown until the next one comes.
    shown: Option<(frame::Video, MediaTime, Arc<StreamFacts>)>,
    index: u64,
    start: WallTime,
    converter: Converter,
}

impl<'a> Picker<'a> {
    fn new(at: &'a [MediaTime], start: WallTime) -> Self {
        let mut wanted: Vec<usize> = (0..at.len()).collect();
        wanted.sort_by_key(|&i| std::cmp::Reverse(at[i]));
        let (found, converter) = (vec![None; at.len()], Converter::default());
        Self { at, wanted, found, shown: None, index: 0, start, converter }
    }

    fn is_done(&self) -> bool {
        self.wanted.is_empty()
    }

    /// Gives the shown picture to all wanted times before `until` (`None`: to all).
    fn give(&mut self, until: Option<MediaTime>) -> Result<(), MediaError> {
        // Rounding between tick and microsecond must not choose the frame before.
        const ROUNDING: i64 = 2;
        let Some((picture, time, facts)) = self.shown.take() else { return Ok(()) };
        let (index, at) = (self.index, self.at);
        self.index += 1;
        let is_before = |i: usize| until.is_none_or(|until| at[i].0 + ROUNDING < until.0);
        if !self.wanted.last().is_some_and(|&i| is_before(i)) {
            return Ok(());
        }
        let frame = decode::frame(&mut self.converter, &facts, picture, index, time, self.start)?;
        while let Some(i) = self.wanted.pop_if(|i| is_before(*i)) {
            self.found[i] = Some(frame.clone());
        }
        Ok(())
    }
}
