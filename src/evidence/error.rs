//! What can go wrong with evidence, said so that the user knows what to do.

use super::id::EventId;
use crate::media::MediaError;
use std::io;
use std::path::{Path, PathBuf};

/// Why evidence could not be written or checked.
#[derive(Debug, thiserror::Error)]
pub enum EvidenceError {
    /// No space is left, or the quota is used up.
    #[error(
        "the disk is full at {}: free space and run the same command again; events already stored are kept",
        path.display()
    )]
    DiskFull {
        /// What was being written.
        path: PathBuf,
        /// What the system said, where it said something.
        source: Option<io::Error>,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {action} {}: {source}; check the folder's permissions and its disk", path.display())]
    File {
        /// What was being done, as a verb.
        action: &'static str,
        /// To what.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// The data folder is missing or not readable.
    #[error("cannot read the data folder {}: {source}; give the folder that events were written to", path.display())]
    DataFolder {
        /// The folder as given.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Pictures or clip could not be made from the packets.
    #[error("evidence of event {event} at camera {camera}: {source}")]
    Media {
        /// The camera's id.
        camera: String,
        /// The event.
        event: EventId,
        /// What the media room said.
        source: MediaError,
    },
    /// A picture could not be encoded.
    #[error("cannot write the picture {}: {source}; report this as a bug", path.display())]
    Picture {
        /// The picture.
        path: PathBuf,
        /// What the encoder said.
        source: image::ImageError,
    },
    /// The packets of the incident were gone before it was known.
    #[error(
        "event {event} at camera {camera} has no footage left to show it: \
         give the packet ring more seconds or bytes and run again"
    )]
    NoFootage {
        /// The camera's id.
        camera: String,
        /// The event.
        event: EventId,
    },
    /// An incident names a rule, zone or line that its context does not have.
    #[error(
        "camera {camera}: event {event} names the {what} {name:?}, which the camera file does not have; run again with the camera file it was judged by"
    )]
    Unknown {
        /// The camera's id.
        camera: String,
        /// The event.
        event: EventId,
        /// "rule", "zone" or "line".
        what: &'static str,
        /// The missing name.
        name: String,
    },
    /// A sealed folder is not what its manifest says. It is never overwritten.
    #[error(
        "the stored evidence of event {event} in {} was altered ({detail}): \
         keep the folder for inquiry, move it elsewhere, then run again",
        folder.display()
    )]
    Altered {
        /// The event.
        event: String,
        /// Its folder, relative to the data folder.
        folder: PathBuf,
        /// The first thing that is wrong.
        detail: String,
    },
    /// Facts of an event could not be written as JSON or read back.
    #[error("{}: {source}; report this as a bug", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        source: serde_json::Error,
    },
    /// The embedded font cannot be read.
    #[error("the font built into this program cannot be read; build it again from clean sources")]
    Font,
}

impl EvidenceError {
    /// Whether no other event could be kept either.
    pub fn is_fatal(&self) -> bool {
        matches!(self, Self::DiskFull { .. } | Self::File { .. } | Self::DataFolder { .. })
    }

    /// An error of the system while doing `action` to `path`; a full disk is told apart.
    pub(super) fn file(action: &'static str, path: &Path, source: io::Error) -> Self {
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::DiskFull { path, source: Some(source) }
            }
            _ => Self::File { action, path, source },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_says_what_to_do() {
        for kind in [io::ErrorKind::StorageFull, io::ErrorKind::QuotaExceeded] {
            let error = EvidenceError::file("write", Path::new("data/a.jpg"), kind.into());
            assert_eq!(
                error.to_string(),
                "the disk is full at data/a.jpg: free space and run the same command again; \
                 events already stored are kept"
            );
        }
        let other =
            EvidenceError::file("write", Path::new("a"), io::ErrorKind::PermissionDenied.into());
        assert!(matches!(other, EvidenceError::File { .. }));
    }
}
