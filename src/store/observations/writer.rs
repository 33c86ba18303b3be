//! Writing a record.

use super::error::{RecordError, io_error};
use super::files::{ENDING, PARTIAL, file_name, is_plain, list, record_folder};
use super::format::{RecordEnd, RecordFooter, RecordHeader};
use super::reader::ObservationReader;
use crate::scene::Observation;
use jiff::civil::Date;
use serde::Serialize;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;

/// Compression level: of those tried, the smallest record that costs little of a core's time.
pub(super) const LEVEL: i32 = 9;

/// Writes one source's record, a file a local day. Holds one line and the compressor's state.
///
/// A file is complete or not there: it is written as `….partial` in the same folder and renamed
/// when its day or the source ends. Footage recorded again replaces its files with the same
/// content; what an earlier run left unfinished is removed, unless that run still writes it.
#[derive(Debug)]
pub struct ObservationWriter {
    folder: PathBuf,
    header: RecordHeader,
    line: Vec<u8>,
    day: Option<Day>,
    written: Vec<PathBuf>,
}

struct Day {
    date: Date,
    target: PathBuf,
    zstd: zstd::Encoder<'static, BufWriter<NamedTempFile>>,
    observations: u64,
}

impl std::fmt::Debug for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Day").field("target", &self.target).finish_non_exhaustive()
    }
}

impl ObservationWriter {
    /// Starts the record of one source under the data folder `data`. Files appear with the first
    /// observation.
    ///
    /// # Errors
    /// A camera id or fingerprint unfit for a file name; a folder that cannot be made.
    pub fn create(data: &Path, header: RecordHeader) -> Result<Self, RecordError> {
        let folder = record_folder(data, &header.camera)?;
        if header.source_fingerprint.len() < 12 || !is_plain(&header.source_fingerprint) {
            let value = header.source_fingerprint;
            return Err(RecordError::BadName { camera: header.camera, value });
        }
        fs::create_dir_all(&folder).map_err(|e| io_error(&folder, "make the folder", e))?;
        let writer = Self { folder, header, line: Vec::new(), day: None, written: Vec::new() };
        writer.remove_leftovers()?;
        Ok(writer)
    }

    /// Appends one observation, which should be [`Observation::rounded`].
    ///
    /// # Errors
    /// The disk refused.
    pub fn write(&mut self, o: &Observation) -> Result<(), RecordError> {
        let date = o.wall.local().date();
        // Days only go forward: a clock set back must not replace a finished file.
        if self.day.as_ref().is_some_and(|d| date > d.date) {
            self.close_day(RecordEnd::Complete)?;
        }
        if self.day.is_none() {
            self.day = Some(self.open_day(date)?);
        }
        let Some(day) = &mut self.day else { return Ok(()) };
        day.observations += 1;
        append_line(&mut self.line, &mut day.zstd, o).map_err(|e| io_error(&day.target, "write", e))
    }

    /// Ends the record. Gives the files it is made of. Only a complete record replaces whatever is
    /// there: after any other end, a longer one of the same day stays, and so do those of other days.
    ///
    /// # Errors
    /// The disk refused.
    pub fn finish(mut self, end: impl Into<RecordEnd>) -> Result<Vec<PathBuf>, RecordError> {
        let end = end.into();
        self.close_day(end)?;
        if end == RecordEnd::Complete && !self.written.is_empty() {
            self.remove_other_days()?;
        }
        Ok(self.written)
    }

    fn short_fingerprint(&self) -> &str {
        self.header.source_fingerprint.get(..12).unwrap_or_default()
    }

    fn open_day(&mut self, date: Date) -> Result<Day, RecordError> {
        let name = format!("{date}.{}{ENDING}", self.short_fingerprint());
        let target = self.folder.join(&name);
        let failed = |e| io_error(&target, "begin it", e);
        let file = tempfile::Builder::new()
            .prefix(&format!("{name}."))
            .suffix(PARTIAL)
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
            .tempfile_in(&self.folder)
            .map_err(failed)?;
        file.as_file().lock().map_err(failed)?;
        let mut zstd = zstd::Encoder::new(BufWriter::new(file), LEVEL).map_err(failed)?;
        zstd.include_checksum(true).map_err(failed)?;
        append_line(&mut self.line, &mut zstd, &self.header).map_err(failed)?;
        Ok(Day { date, target, zstd, observations: 0 })
    }

    fn close_day(&mut self, end: RecordEnd) -> Result<(), RecordError> {
        let Some(mut day) = self.day.take() else { return Ok(()) };
        let target = day.target;
        let failed = |e| io_error(&target, "finish it", e);
        let footer = RecordFooter { end, observations: day.observations };
        append_line(&mut self.line, &mut day.zstd, &footer).map_err(failed)?;
        let buffered = day.zstd.finish().map_err(failed)?;
        let file = buffered.into_inner().map_err(|e| failed(e.into_error()))?;
        if end != RecordEnd::Complete && holds_more(&target, day.observations) {
            return Ok(());
        }
        file.as_file().sync_all().map_err(failed)?;
        file.persist(&target).map_err(|e| failed(e.error))?;
        File::open(&self.folder).and_then(|f| f.sync_all()).map_err(failed)?;
        self.written.push(target);
        Ok(())
    }

    /// Removes partial files of this source that no run holds locked.
    fn remove_leftovers(&self) -> Result<(), RecordError> {
        for path in self.files_of_source(PARTIAL)? {
            if File::open(&path).is_ok_and(|f| f.try_lock().is_ok()) {
                fs::remove_file(&path).map_err(|e| io_error(&path, "remove it", e))?;
            }
        }
        Ok(())
    }

    /// Removes files of this source for days it has no more, since its start was corrected.
    fn remove_other_days(&self) -> Result<(), RecordError> {
        for path in self.files_of_source(ENDING)? {
            if !self.written.contains(&path) {
                fs::remove_file(&path).map_err(|e| io_error(&path, "remove it", e))?;
            }
        }
        Ok(())
    }

    fn files_of_source(&self, ending: &str) -> Result<Vec<PathBuf>, RecordError> {
        let part = format!(".{}{ENDING}", self.short_fingerprint());
        let all = list(&self.folder, ending)?;
        Ok(all.into_iter().filter(|p| file_name(p).contains(&part)).collect())
    }
}

/// Whether the record at `path` has more observations, or as many and is complete.
pub(super) fn holds_more(path: &Path, observations: u64) -> bool {
    let Ok(mut reader) = ObservationReader::open(path) else { return false };
    let there = reader.by_ref().map_while(Result::ok).count() as u64;
    let whole = reader.footer().is_some_and(|f| f.end == RecordEnd::Complete);
    there > observations || (there == observations && whole)
}

/// Writes a value as a line of JSON; `line` is room to be reused.
pub(super) fn append_line(
    line: &mut Vec<u8>,
    to: &mut impl Write,
    value: &impl Serialize,
) -> io::Result<()> {
    line.clear();
    serde_json::to_writer(&mut *line, value)?;
    line.push(b'\n');
    to.write_all(line)
}
