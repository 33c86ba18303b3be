//! What can go wrong when scenes are made.

use crate::media::MediaError;
use crate::store::StoreError;
use std::path::PathBuf;

/// What can go wrong when scenes are made.
#[derive(Debug, thiserror::Error)]
pub enum SceneError {
    /// `FFmpeg`'s command cannot be run.
    #[error("the command ffmpeg cannot be run ({0}); install it (Debian: apt-get install ffmpeg)")]
    NoEncoder(std::io::Error),
    /// It gave up.
    #[error("{}: ffmpeg could not write the clip: {said}", path.display())]
    Encoder {
        /// The clip.
        path: PathBuf,
        /// What it said.
        said: String,
    },
    /// A folder cannot be made.
    #[error("{}: the folder cannot be made ({source}); give another", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file cannot be written.
    #[error(transparent)]
    Write(#[from] StoreError),
    /// Footage that a composite is made of cannot be read.
    #[error(transparent)]
    Footage(#[from] MediaError),
    /// Footage that a composite is made of is another than expected.
    #[error("{}: {problem}; scenes are made of OpenCV's sample clip vtest.avi", path.display())]
    OtherFootage {
        /// The clip.
        path: PathBuf,
        /// In what it differs.
        problem: String,
    },
    /// No scenario has this name.
    #[error("there is no scenario \"{name}\"{hint}; --list names them all")]
    Unknown {
        /// The name asked for.
        name: String,
        /// The near one.
        hint: String,
    },
}
