//! Writing the record of a stream that goes on for months, so that a crash loses a few seconds of it.

use super::error::{RecordError, io_error};
use super::files::{ENDING, PARTIAL, is_plain, record_folder};
use super::format::{LIVE_RECORD_FORMAT, RecordEnd, RecordFooter, RecordHeader};
use super::left::finish_in;
use super::writer::{LEVEL, append_line};
use crate::media::{MediaTime, WallTime};
use crate::scene::Observation;
use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use zstd::bulk::Compressor;
use zstd::zstd_safe::CParameter;

/// A piece spans this much time at most: what a crash may lose. Pieces of 5 s are a tenth larger than
/// one whole, at five observations a second.
const PIECE_SECONDS: f64 = 5.0;
/// … and this many bytes before compression, and one line.
const PIECE_BYTES: usize = 256 << 10;
/// A clock set back by less goes on in the same file.
const HOUR: i64 = 3600;

/// Writes one session's record, a file an hour, in pieces: each a Zstandard frame of its own with a
/// checksum, handed to the system when it is whole. Holds one piece.
///
/// The file being written ends with `.partial` and is locked; a process that is killed leaves it with
/// all pieces but the last, and [`super::finish_records`] makes a record of it. A power cut may cost
/// what the system had not brought to the disk by then.
pub struct LiveObservationWriter {
    folder: PathBuf,
    header: RecordHeader,
    zstd: Compressor<'static>,
    piece: Vec<u8>,
    line: Vec<u8>,
    file: Option<HourFile>,
}

impl std::fmt::Debug for LiveObservationWriter {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LiveObservationWriter")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// The file of one hour.
struct HourFile {
    /// Hours since 1970, UTC: as local hours, for the offset is whole.
    hour: i64,
    partial: PathBuf,
    target: PathBuf,
    file: File,
    /// Bytes of whole pieces in it.
    bytes: u64,
    /// Observations in its whole pieces, and in the piece.
    observations: u64,
    pending: u64,
    /// When the piece began.
    began: MediaTime,
}

impl HourFile {
    /// Cuts away what follows the whole pieces.
    fn cut(&self) -> std::io::Result<()> {
        self.file.set_len(self.bytes)
    }
}

impl LiveObservationWriter {
    /// Starts the record of one session under the data folder `data`, and finishes what an earlier
    /// one of its camera left. Files appear with the first observation.
    ///
    /// # Errors
    /// A camera id or fingerprint unfit for a file name; a folder that cannot be written.
    pub fn create(data: &Path, header: RecordHeader) -> Result<Self, RecordError> {
        let folder = record_folder(data, &header.camera)?;
        if header.source_fingerprint.len() < 12 || !is_plain(&header.source_fingerprint) {
            let value = header.source_fingerprint;
            return Err(RecordError::BadName { camera: header.camera, value });
        }
        fs::create_dir_all(&folder).map_err(|e| io_error(&folder, "make the folder", e))?;
        // What was left keeps nothing new from being recorded.
        if let Err(e) = finish_in(&folder) {
            tracing::warn!("{e}; it is tried again later");
        }
        let header = RecordHeader { format: LIVE_RECORD_FORMAT.to_owned(), ..header };
        let zstd = Compressor::new(LEVEL)
            .and_then(|mut z| z.set_parameter(CParameter::ChecksumFlag(true)).map(|()| z))
            .map_err(|e| io_error(&folder, "begin a record", e))?;
        Ok(Self { folder, header, zstd, piece: Vec::new(), line: Vec::new(), file: None })
    }

    /// Appends one observation, which should be [`Observation::rounded`].
    ///
    /// # Errors
    /// The disk refused; the writer is to be dropped then.
    pub fn write(&mut self, o: &Observation) -> Result<(), RecordError> {
        let seconds = o.wall.0.as_second();
        let hour = seconds.div_euclid(HOUR);
        let over = |f: &HourFile| hour > f.hour || seconds < f.hour * HOUR - HOUR;
        if self.file.as_ref().is_some_and(over) {
            self.end_file(RecordEnd::Complete)?;
        }
        let mut file = match self.file.take() {
            Some(file) => file,
            None => self.begin_file(hour, o)?,
        };
        if self.piece.is_empty() {
            file.began = o.time;
        }
        file.pending += 1;
        let due = o.time.since(file.began) >= PIECE_SECONDS;
        let added = append_line(&mut self.line, &mut self.piece, o)
            .map_err(|e| io_error(&file.target, "write", e));
        self.file = Some(file);
        added?;
        if due || self.piece.len() >= PIECE_BYTES { self.end_piece() } else { Ok(()) }
    }

    /// Ends the record.
    ///
    /// # Errors
    /// The disk refused; what is whole is made a record of at the next start.
    pub fn finish(mut self, end: impl Into<RecordEnd>) -> Result<(), RecordError> {
        self.end_file(end.into())
    }

    fn begin_file(&mut self, hour: i64, first: &Observation) -> Result<HourFile, RecordError> {
        let short = self.header.source_fingerprint.get(..12).unwrap_or_default();
        let stamp = stamp(first.wall);
        // A clock that was set back may give a name twice.
        let names = std::iter::once(String::new()).chain((2..).map(|n| format!("-{n}")));
        let free = |target: &PathBuf| !target.exists() && !partial_of(target).exists();
        let target = names
            .map(|more| self.folder.join(format!("{stamp}{more}.{short}{ENDING}")))
            .find(free)
            .unwrap_or_else(|| self.folder.join(format!("{stamp}.{short}{ENDING}")));
        let partial = partial_of(&target);
        let failed = |e| io_error(&target, "begin it", e);
        // Appending: what is written after a torn piece was cut away follows the last whole one.
        let file = File::options().append(true).create_new(true).open(&partial).map_err(failed)?;
        file.lock().map_err(failed)?;
        self.piece.clear();
        append_line(&mut self.line, &mut self.piece, &self.header).map_err(failed)?;
        let began = first.time;
        Ok(HourFile { hour, partial, target, file, bytes: 0, observations: 0, pending: 0, began })
    }

    fn end_piece(&mut self) -> Result<(), RecordError> {
        let Some(file) = &mut self.file else { return Ok(()) };
        if self.piece.is_empty() {
            return Ok(());
        }
        let written = self.zstd.compress(&self.piece).and_then(|frame| {
            file.file.write_all(&frame)?;
            file.bytes += frame.len() as u64;
            Ok(())
        });
        self.piece.clear();
        let pending = std::mem::take(&mut file.pending);
        let Err(e) = written else {
            file.observations += pending;
            return Ok(());
        };
        let failure = io_error(&file.target, "write", e);
        // No half piece stays; where not even that can be done, no more is written behind it, and the
        // next start sees to it.
        if file.cut().is_err() {
            self.file = None;
        } else if file.bytes == 0 {
            // Without its header it is no record.
            let _ = fs::remove_file(&file.partial);
            self.file = None;
        }
        Err(failure)
    }

    fn end_file(&mut self, end: RecordEnd) -> Result<(), RecordError> {
        let Some(file) = &self.file else { return Ok(()) };
        let footer = RecordFooter { end, observations: file.observations + file.pending };
        let failed = |path: &Path, e| io_error(path, "finish it", e);
        append_line(&mut self.line, &mut self.piece, &footer)
            .map_err(|e| failed(&file.target, e))?;
        self.end_piece()?;
        let Some(file) = self.file.take() else { return Ok(()) };
        file.file
            .sync_all()
            .and_then(|()| fs::rename(&file.partial, &file.target))
            .and_then(|()| File::open(&self.folder)?.sync_all())
            .map_err(|e| failed(&file.target, e))
    }
}

/// A session that ends in the middle keeps what it has seen.
impl Drop for LiveObservationWriter {
    fn drop(&mut self) {
        if let Err(e) = self.end_file(RecordEnd::Interrupted) {
            tracing::warn!("{e}; the record is finished later");
        }
    }
}

/// The local time a file begins at, to the second: names sort as times do.
fn stamp(wall: WallTime) -> String {
    wall.local().strftime("%Y-%m-%dT%H-%M-%S").to_string()
}

fn partial_of(target: &Path) -> PathBuf {
    let mut name = target.as_os_str().to_owned();
    name.push(PARTIAL);
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::ClockQuality;
    use crate::store::observations::{ObservationReader, RecordModel};
    use crate::vision::View;

    fn writer(data: &Path) -> LiveObservationWriter {
        let model = RecordModel { name: "m".into(), sha256: "00".repeat(32) };
        let clock = ClockQuality::Host;
        let header = RecordHeader::new("c1", "0123456789abcdef", (64, 48), model, clock);
        LiveObservationWriter::create(data, header).unwrap()
    }

    #[test]
    fn what_follows_a_torn_piece_follows_the_last_whole_one() {
        let data = tempfile::tempdir().unwrap();
        let mut writer = writer(data.path());
        let from: jiff::Timestamp = "2026-08-15T07:00:10Z".parse().unwrap();
        for k in 0..60 {
            let time = MediaTime(k * 200_000);
            let wall = WallTime(from + jiff::SignedDuration::from_micros(time.0));
            writer.write(&Observation::new(time, wall, View::Steady, Vec::new())).unwrap();
            if k == 40 {
                // As a full disk does: a part is written, and the whole refused.
                let file = writer.file.as_mut().unwrap();
                assert!(file.bytes > 0);
                file.file.write_all(b"a part of a piece").unwrap();
                file.cut().unwrap();
            }
        }
        let path = writer.file.as_ref().unwrap().target.clone();
        writer.finish(RecordEnd::Complete).unwrap();
        let mut reader = ObservationReader::open(&path).unwrap();
        assert_eq!(reader.by_ref().map(Result::unwrap).count(), 60);
        assert_eq!(reader.footer().unwrap().observations, 60);
    }

    #[test]
    fn what_was_left_and_cannot_be_finished_keeps_nothing_from_being_recorded() {
        let data = tempfile::tempdir().unwrap();
        let folder = record_folder(data.path(), "c1").unwrap();
        // A folder where a file should be cannot be put away.
        fs::create_dir_all(folder.join(".finishing-x")).unwrap();
        assert!(finish_in(&folder).is_err());
        drop(writer(data.path()));
    }
}
