//! Reading a record.

use super::error::{RecordError, io_error};
use super::format::{LIVE_RECORD_FORMAT, RECORD_FORMAT, RecordFooter, RecordHeader, RecordModel};
use super::watched::Watched;
use crate::media::ClockQuality;
use crate::scene::Observation;
use serde::Deserialize;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// A line longer than this is no observation. Bytes.
const LONGEST_LINE: u64 = 1 << 20;

/// Reads one record, an observation at a time.
pub struct ObservationReader {
    path: PathBuf,
    lines: BufReader<zstd::Decoder<'static, BufReader<File>>>,
    header: RecordHeader,
    line: Vec<u8>,
    at: u64,
    footer: Option<RecordFooter>,
    done: bool,
}

impl ObservationReader {
    /// Opens a record and reads its header.
    ///
    /// # Errors
    /// No such file, no record, or one of another version.
    pub fn open(path: &Path) -> Result<Self, RecordError> {
        let failed = |e| io_error(path, "open it", e);
        let file = File::open(path).map_err(failed)?;
        let lines = BufReader::new(zstd::Decoder::new(file).map_err(failed)?);
        let header = RecordHeader {
            format: String::new(),
            camera: String::new(),
            source_fingerprint: String::new(),
            frame_size: (0, 0),
            model: RecordModel { name: String::new(), sha256: String::new() },
            software: String::new(),
            clock_quality: ClockQuality::Guessed,
            watched: Watched::default(),
        };
        let mut reader = Self {
            path: path.to_path_buf(),
            lines,
            header,
            line: Vec::new(),
            at: 0,
            footer: None,
            done: false,
        };
        if !reader.next_line().map_err(failed)? {
            return Err(reader.bad_line(&"the header is missing"));
        }
        let format =
            serde_json::from_slice::<Format>(&reader.line).map_err(|e| reader.bad_line(&e))?.format;
        if ![RECORD_FORMAT, LIVE_RECORD_FORMAT].contains(&format.as_str()) {
            return Err(RecordError::BadFormat { path: path.to_path_buf(), format });
        }
        reader.header = serde_json::from_slice(&reader.line).map_err(|e| reader.bad_line(&e))?;
        Ok(reader)
    }

    /// The record's header.
    pub fn header(&self) -> &RecordHeader {
        &self.header
    }

    /// The record's footer, known when the last observation was read. Still `None` then: the
    /// record breaks off, and the observations read are all that was saved.
    pub fn footer(&self) -> Option<RecordFooter> {
        self.footer
    }

    /// Reads the next line; false where the file ends, be it in the middle of a line.
    fn next_line(&mut self) -> io::Result<bool> {
        self.line.clear();
        self.at += 1;
        match (&mut self.lines).take(LONGEST_LINE).read_until(b'\n', &mut self.line) {
            Ok(_) => {
                let whole = self.line.last() == Some(&b'\n');
                if !whole && self.line.len() as u64 == LONGEST_LINE {
                    return Err(io::Error::other("a line is longer than any observation"));
                }
                Ok(whole)
            }
            Err(e) if e.kind() == io::ErrorKind::UnexpectedEof => Ok(false),
            Err(e) => Err(e),
        }
    }

    fn step(&mut self) -> Result<Option<Observation>, RecordError> {
        if !self.next_line().map_err(|e| io_error(&self.path, "read it", e))? {
            return Ok(None);
        }
        if self.line.starts_with(b"{\"end\"") {
            self.footer = Some(serde_json::from_slice(&self.line).map_err(|e| self.bad_line(&e))?);
            return Ok(None);
        }
        serde_json::from_slice(&self.line).map(Some).map_err(|e| self.bad_line(&e))
    }

    fn bad_line(&self, problem: &dyn ToString) -> RecordError {
        let problem = problem.to_string();
        RecordError::BadLine { path: self.path.clone(), line: self.at, problem }
    }
}

impl Iterator for ObservationReader {
    type Item = Result<Observation, RecordError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let next = self.step().transpose();
        self.done = !matches!(next, Some(Ok(_)));
        next
    }
}

#[derive(Deserialize)]
struct Format {
    format: String,
}
