//! What can go wrong with footage, each in one sentence that says what to do.

use super::live::{StreamProblem, Trouble};
use std::path::{Path, PathBuf};
use thiserror::Error;

/// An error of this room. Every variant names the path it is about.
#[derive(Debug, Error)]
pub enum MediaError {
    /// Nothing is at the path.
    #[error("{path}: there is no such file or folder; check the path")]
    NotFound {
        /// Where it was looked for.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("{path} cannot be read ({reason}); check its permissions")]
    Unreadable {
        /// What was to be read.
        path: PathBuf,
        /// The system's words.
        reason: String,
    },
    /// A file of no bytes.
    #[error("{path} is an empty file; copy the recording again")]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A folder in which no file has a video's ending.
    #[error("the folder {path} holds no video files; give a folder of recordings")]
    NoVideoInFolder {
        /// The folder.
        path: PathBuf,
    },
    /// Not a container that is read here.
    #[error("{path} is not a video that can be read; give a recording such as MP4, MKV, AVI or TS")]
    NotVideo {
        /// The file.
        path: PathBuf,
    },
    /// An MP4 whose index was never written.
    #[error(
        "{path} is an MP4 without its index (moov), so the recording was not finished; export it again from the recorder"
    )]
    UnfinishedMp4 {
        /// The file.
        path: PathBuf,
    },
    /// Sound without pictures.
    #[error("{path} holds only sound; give a recording with pictures")]
    AudioOnly {
        /// The file.
        path: PathBuf,
    },
    /// No decoder.
    #[error(
        "{path} is in a codec that cannot be decoded here ({codec}); convert it to H.264 first"
    )]
    UnsupportedCodec {
        /// The file.
        path: PathBuf,
        /// The codec's short name or its four-character code.
        codec: String,
    },
    /// FFmpeg takes paths as UTF-8.
    #[error("the path {path:?} is not valid UTF-8; rename the file")]
    PathNotUtf8 {
        /// The path.
        path: PathBuf,
    },
    /// The stop flag was raised while opening.
    #[error("{path} was not opened: the run was stopped; run the same command again")]
    Stopped {
        /// What was being opened.
        path: PathBuf,
    },
    /// A decoder, converter or picture buffer could not be set up or used.
    #[error("{path}: a picture could not be {action} ({reason}); check memory and the file")]
    Picture {
        /// The source.
        path: PathBuf,
        /// What was tried: "decoded", "converted".
        action: &'static str,
        /// The library's words.
        reason: String,
    },
    /// There are no packets to decode or write.
    #[error("{path}: no footage is held for this time; report this")]
    NoPackets {
        /// The source, or the file to be written.
        path: PathBuf,
    },
    /// No H.264 encoder in the FFmpeg libraries.
    #[error(
        "{path} cannot be written: FFmpeg has no H.264 encoder; install libx264 or libopenh264"
    )]
    NoEncoder {
        /// The file to be written.
        path: PathBuf,
    },
    /// No space is left for a clip.
    #[error("the disk is full at {path}; free space and run the same command again")]
    DiskFull {
        /// The file to be written.
        path: PathBuf,
    },
    /// A live stream could not be opened or goes no further.
    #[error("{shown}: {problem}")]
    Stream {
        /// The address without its credentials.
        shown: String,
        /// What is wrong.
        problem: StreamProblem,
    },
    /// Writing a clip failed.
    #[error("the clip {path} could not be written ({reason}); check space and permissions")]
    Write {
        /// The file to be written.
        path: PathBuf,
        /// The library's or system's words.
        reason: String,
    },
}

impl MediaError {
    /// Which kind of trouble a live stream has; anything but a stream's problem means that its
    /// pictures could not be made.
    pub fn reason(&self) -> Trouble {
        match self {
            Self::Stream { problem, .. } => problem.trouble(),
            Self::Stopped { .. } => Trouble::Ended,
            _ => Trouble::Undecodable,
        }
    }

    /// Why the operating system would not give a file.
    pub(super) fn from_io(path: &Path, error: &std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::NotFound => Self::NotFound { path: path.into() },
            _ => Self::Unreadable { path: path.into(), reason: error.to_string() },
        }
    }

    /// Why a clip could not be written.
    pub(super) fn write(path: &Path, reason: impl std::fmt::Display) -> Self {
        let reason = reason.to_string();
        // FFmpeg passes the system's error on as its words alone.
        if ["No space left", "quota exceeded"].iter().any(|words| reason.contains(words)) {
            return Self::DiskFull { path: path.into() };
        }
        Self::Write { path: path.into(), reason }
    }

    /// Why a picture could not be made.
    pub(super) fn picture(
        path: &Path,
        action: &'static str,
        reason: impl std::fmt::Display,
    ) -> Self {
        Self::Picture { path: path.into(), action, reason: reason.to_string() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::{Error, ErrorKind};

    #[test]
    fn system_errors_are_told_apart() {
        let path = Path::new("a.mp4");
        let missing = MediaError::from_io(path, &Error::from(ErrorKind::NotFound)).to_string();
        assert!(missing.contains("a.mp4") && missing.contains("no such file"), "{missing}");
        let denied = MediaError::from_io(path, &Error::from(ErrorKind::PermissionDenied));
        assert!(matches!(denied, MediaError::Unreadable { .. }));
        assert!(denied.to_string().contains("permission"), "{denied}");
    }
}
