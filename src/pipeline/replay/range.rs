//! The stretch of time that is judged again.

use crate::media::WallTime;
use crate::store::{ObservationReader, RecordError};
use std::path::PathBuf;

/// From an instant on and before another; without them, all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Range {
    /// The first instant.
    pub from: Option<WallTime>,
    /// The first instant past it.
    pub to: Option<WallTime>,
}

impl Range {
    /// Whether an instant lies in it.
    pub(crate) fn holds(self, at: WallTime) -> bool {
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at < to)
    }
}

/// A source's fingerprint, and the files of its record in order of time.
pub(super) type SourceFiles = (String, Vec<PathBuf>);

/// Leaves out the files that hold nothing of the range, as far as their first observations tell, and
/// sources of which none is left.
///
/// # Errors
/// A record cannot be opened.
pub(super) fn within(
    sources: Vec<SourceFiles>,
    range: Range,
) -> Result<Vec<SourceFiles>, RecordError> {
    if range == Range::default() {
        return Ok(sources);
    }
    let mut left = Vec::new();
    for (fingerprint, files) in sources {
        let mut begins = Vec::new();
        for file in &files {
            let first = ObservationReader::open(file)?.next();
            begins.push(first.and_then(Result::ok).map(|o| o.wall));
        }
        let next = begins.iter().skip(1).copied().chain([None]);
        let holds = |(begin, next): (Option<WallTime>, Option<WallTime>)| {
            let early = range.to.is_none_or(|to| begin.is_none_or(|begin| begin < to));
            // What follows begins before: this one is over by then.
            let late = range.from.is_none_or(|from| next.is_none_or(|next| next > from));
            early && late
        };
        let kept: Vec<bool> = begins.iter().copied().zip(next).map(holds).collect();
        let files: Vec<PathBuf> =
            files.into_iter().zip(kept).filter_map(|(file, kept)| kept.then_some(file)).collect();
        if !files.is_empty() {
            left.push((fingerprint, files));
        }
    }
    Ok(left)
}
