//! Packets written to the disk as they come, so that a crash leaves footage that can be read.
//!
//! A spool is one file, or several where the stream changes: `STEM-NNN-T.mp4` (or `.mkv`, `.webm`),
//! T being the media time of its first packet in microseconds. Its name tells where it stands, so
//! that nothing besides must be kept in step with it.

use super::{
    error::MediaError,
    hold::Hold,
    missing::{Asked, Reach},
    mux::{Container, Muxer, Track},
    reader::Reader,
    run::PacketRun,
    stream::{RingPacket, StreamFacts},
    time::{MediaTime, TimeSpan, WallTime},
};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, atomic::AtomicBool},
};

/// Packets being written to the disk.
pub struct Spool {
    folder: PathBuf,
    stem: String,
    begun: usize,
    part: Option<Part>,
    seen: u64,
}

/// One file of a spool.
struct Part {
    muxer: Muxer,
    facts: Arc<StreamFacts>,
    first: MediaTime,
}

impl Spool {
    /// Begins a spool in a folder that exists. Nothing is written yet.
    pub fn new(folder: &Path, stem: &str) -> Self {
        let (folder, stem) = (folder.to_owned(), stem.to_owned());
        Self { folder, stem, begun: 0, part: None, seen: 0 }
    }

    /// Writes what came to a hold since it was last called; that is with the system when it
    /// returns.
    ///
    /// # Errors
    /// [`MediaError::Write`] or [`MediaError::DiskFull`]: what was written before is kept.
    pub fn follow(&mut self, hold: &Hold) -> Result<(), MediaError> {
        let (packets, seen) = hold.since(self.seen);
        self.seen = seen;
        self.append(&packets)
    }

    /// Writes a run as a whole.
    ///
    /// # Errors
    /// As [`Self::follow`].
    pub fn copy(&mut self, run: &PacketRun) -> Result<(), MediaError> {
        self.append(run.packets())
    }

    fn append(&mut self, packets: &[Arc<RingPacket>]) -> Result<(), MediaError> {
        for packet in packets {
            self.write(packet)?;
        }
        match &mut self.part {
            Some(part) if !packets.is_empty() => part.muxer.flush(),
            _ => Ok(()),
        }
    }

    fn write(&mut self, packet: &RingPacket) -> Result<(), MediaError> {
        let fits = self.part.as_ref().is_some_and(|part| part.facts.joins(&packet.stream));
        if !fits {
            if !packet.packet.is_key() {
                return Ok(());
            }
            if let Some(done) = self.part.take() {
                done.muxer.finish()?;
            }
            self.part = Some(self.begin(packet)?);
        }
        let Some(part) = &mut self.part else { return Ok(()) };
        // Pictures shown before the first keyframe lean on what is not here.
        if packet.time < part.first {
            return Ok(());
        }
        let facts = &packet.stream;
        let duration = match facts.microseconds(packet.packet.duration()) {
            duration if duration > 0 => duration,
            _ => facts.nominal(),
        };
        let (shown, decoded) = (packet.time.0 - part.first.0, packet.decode_time.0 - part.first.0);
        part.muxer.write(&packet.packet, shown, decoded, duration)
    }

    fn begin(&mut self, packet: &RingPacket) -> Result<Part, MediaError> {
        let (facts, first) = (Arc::clone(&packet.stream), packet.time);
        let container = Container::choose(&facts.codec, &facts.parameters);
        let ending = container.extension();
        let name = format!("{}-{:03}-{}.{ending}", self.stem, self.begun, first.0);
        self.begun += 1;
        let track = Track {
            parameters: facts.parameters.get().clone(),
            time_base: facts.time_base,
            display_matrix: facts.display_matrix.as_deref(),
        };
        let muxer = Muxer::grow(&self.folder.join(name), container, track)?;
        Ok(Part { muxer, facts, first })
    }

    /// Ends it: no more will come.
    ///
    /// # Errors
    /// As [`Self::follow`].
    pub fn finish(self) -> Result<(), MediaError> {
        self.part.map_or(Ok(()), |part| part.muxer.finish())
    }
}

impl PacketRun {
    /// Reads a spool back, as far as it was written: what was asked of it is `span`, and media time
    /// 0 happened at `start`. `None` where there is nothing to read.
    ///
    /// # Errors
    /// The folder cannot be read. A file that cannot is passed over.
    pub fn from_spool(
        folder: &Path,
        stem: &str,
        span: TimeSpan,
        start: WallTime,
    ) -> Result<Option<Self>, MediaError> {
        let mut packets = Vec::new();
        for (_, first, path) in parts(folder, stem)? {
            match read(&path, first) {
                Ok(more) => packets.extend(more),
                Err(error) => {
                    tracing::warn!(path = %path.display(), %error, "a spool cannot be read");
                }
            }
        }
        // As a hold would have ended: nothing in the span can follow what is decoded after it.
        let whole = packets.last().is_some_and(|p: &Arc<RingPacket>| p.decode_time >= span.to);
        let reach = if whole { Reach::Whole } else { Reach::BrokenOff };
        let asked = Asked { span, reach, late: false };
        let run = Self::new(packets, asked, folder.into(), start);
        Ok((!run.is_empty()).then_some(run))
    }
}

/// The files of a spool in order: number, media time of the first packet, path.
fn parts(folder: &Path, stem: &str) -> Result<Vec<(u32, MediaTime, PathBuf)>, MediaError> {
    let failed = |error: std::io::Error| MediaError::from_io(folder, &error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let place =
            name.to_str().and_then(|n| n.strip_prefix(stem)?.strip_prefix('-')).and_then(|rest| {
                let (number, rest) = rest.split_once('-')?;
                let (time, _) = rest.split_once('.')?;
                Some((number.parse().ok()?, MediaTime(time.parse().ok()?)))
            });
        if let Some((number, first)) = place {
            found.push((number, first, entry.path()));
        }
    }
    found.sort();
    Ok(found)
}

/// The packets of one file; its first is shown at `first`.
fn read(path: &Path, first: MediaTime) -> Result<Vec<Arc<RingPacket>>, MediaError> {
    let mut reader = Reader::open(path, path, &Arc::new(AtomicBool::new(false)))?;
    let facts = Arc::clone(&reader.facts);
    let mut zero = None;
    let mut packets = Vec::new();
    while let Some(packet) = reader.next() {
        let decode = packet.dts().or(packet.pts()).unwrap_or(0);
        let shown = packet.pts().unwrap_or(decode);
        let zero = *zero.get_or_insert_with(|| facts.microseconds(shown) - first.0);
        let at = |ticks: i64| MediaTime(facts.microseconds(ticks) - zero);
        let (time, decode_time, stream) = (at(shown), at(decode), Arc::clone(&facts));
        packets.push(Arc::new(RingPacket {
            packet,
            stream,
            time,
            decode_time,
            zero,
            cadence: false,
        }));
    }
    Ok(packets)
}
