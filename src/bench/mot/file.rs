//! A file of rows, read with every mistake named by its line.

use super::error::MotError;
use super::row::MotRow;
use std::collections::HashMap;
use std::fs::File;
use std::io::{BufRead, BufReader, ErrorKind, Read};
use std::path::Path;

/// A row is far shorter; what is longer is another kind of file.
const LONGEST_LINE: u64 = 4096;
/// Rows of one file at most: about 500 MB of memory.
const MOST_ROWS: usize = 8_000_000;

/// What a file holds, and so what its rows must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MotKind {
    /// `det/det.txt`: ids mean nothing, the seventh column is the score.
    Detections,
    /// `gt/gt.txt`: an id stands once in a frame; rows whose seventh column is 0 are left out.
    Truth,
    /// `gt/gt.txt` read as labels for a detector: all rows are kept.
    Labels,
    /// What a tracker gave: an id stands once in a frame.
    Results,
}

/// The rows of one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MotFile {
    /// In the order of the file.
    pub rows: Vec<MotRow>,
}

impl MotFile {
    /// Reads `path`; no row may stand after frame `frames`.
    ///
    /// # Errors
    /// [`MotError::Missing`], [`MotError::Unreadable`], [`MotError::Row`].
    pub fn read(path: &Path, kind: MotKind, frames: u32) -> Result<Self, MotError> {
        let unreadable = |source: std::io::Error| match source.kind() {
            ErrorKind::NotFound => {
                MotError::Missing { path: path.to_owned(), remedy: remedy(kind) }
            }
            _ => MotError::Unreadable { path: path.to_owned(), source },
        };
        let mut reader = BufReader::new(File::open(path).map_err(unreadable)?);
        let (mut rows, mut seen, mut bytes) = (Vec::new(), HashMap::new(), Vec::new());
        for line in 1.. {
            let wrong = |reason: String| MotError::Row { path: path.to_owned(), line, reason };
            bytes.clear();
            let read = reader.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes);
            if read.map_err(unreadable)? == 0 {
                break;
            }
            if bytes.len() as u64 == LONGEST_LINE {
                return Err(wrong("the line is too long for a row of numbers".into()));
            }
            let text = std::str::from_utf8(&bytes).map_err(|_| wrong("it is not text".into()))?;
            let text = text.trim_start_matches('\u{feff}').trim();
            if text.is_empty() {
                continue;
            }
            let columns = if kind == MotKind::Detections { 7 } else { 6 };
            let row = MotRow::parse(text, columns).map_err(wrong)?;
            if row.frame > frames {
                return Err(wrong(format!(
                    "frame {} lies after the end of the sequence, whose seqLength is {frames}",
                    row.frame
                )));
            }
            check(&row, kind).map_err(wrong)?;
            if kind != MotKind::Detections
                && let Some(first) = seen.insert((row.frame, row.id), line)
            {
                return Err(wrong(format!(
                    "id {} stands in frame {} already (line {first}); an id may stand once in a frame",
                    row.id, row.frame
                )));
            }
            if rows.len() == MOST_ROWS {
                return Err(wrong(format!("more than {MOST_ROWS} rows; divide the sequence")));
            }
            // As truncated as the reference does it: 0.5 marks a row to be left out, too.
            if kind != MotKind::Truth || row.value.trunc() != 0.0 {
                rows.push(row);
            }
        }
        Ok(Self { rows })
    }

    /// Rows by frame, the first being frame 1.
    pub fn by_frame(&self, frames: u32) -> Vec<Vec<MotRow>> {
        let mut by_frame = vec![Vec::new(); frames as usize];
        for row in &self.rows {
            if let Some(frame) = by_frame.get_mut(row.frame as usize - 1) {
                frame.push(*row);
            }
        }
        by_frame
    }

    /// The frames that have no row, in words; `None` where each has one.
    pub fn gaps(&self, frames: u32) -> Option<String> {
        let mut has = vec![false; frames as usize + 1];
        for row in &self.rows {
            has[row.frame as usize] = true;
        }
        let empty: Vec<usize> = (1..=frames as usize).filter(|&f| !has[f]).collect();
        let mut spans: Vec<(usize, usize)> = Vec::new();
        for &frame in &empty {
            match spans.last_mut() {
                Some((_, to)) if *to + 1 == frame => *to = frame,
                _ => spans.push((frame, frame)),
            }
        }
        let named = |&(a, b): &(usize, usize)| {
            if a == b { a.to_string() } else { format!("{a}–{b}") }
        };
        let more = if spans.len() > 4 { ", …" } else { "" };
        let list: Vec<String> = spans.iter().take(4).map(named).collect();
        (!empty.is_empty()).then(|| {
            format!("{} of {frames} frames have no row ({}{more})", empty.len(), list.join(", "))
        })
    }
}

fn check(row: &MotRow, kind: MotKind) -> Result<(), String> {
    match kind {
        MotKind::Detections if !(0.0..=1.0).contains(&row.value) => Err(format!(
            "the score is {}, and scores run from 0 to 1; scale the detector's scores",
            row.value
        )),
        MotKind::Results if row.class > 1 => Err(format!(
            "class {} is not a person (1, or −1 for none); write people alone",
            row.class
        )),
        _ => Ok(()),
    }
}

fn remedy(kind: MotKind) -> &'static str {
    match kind {
        MotKind::Detections => "put the detector's rows there, or give --results",
        MotKind::Truth | MotKind::Labels => {
            "a sequence without ground truth cannot be judged; leave it out"
        }
        MotKind::Results => "put the tracker's rows there, or leave the sequence out",
    }
}
