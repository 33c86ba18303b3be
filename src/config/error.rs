//! Why configuration could not be used.

use super::mistake::Mistake;
use std::path::PathBuf;

/// Why a configuration file could not be used. Never holds a password.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// No such file.
    #[error("{}: there is no such file; check the path", path.display())]
    Missing {
        /// The file asked for.
        path: PathBuf,
    },
    /// A folder where a file belongs.
    #[error("{}: this is a folder; name a configuration file (.toml)", path.display())]
    Folder {
        /// The path asked for.
        path: PathBuf,
    },
    /// A file where the folder of camera files belongs, or nothing.
    #[error("{}: there is no such folder; set \"cameras\" to the folder of camera files", path.display())]
    NoFolder {
        /// The folder that the site file names.
        path: PathBuf,
    },
    /// The folder of camera files holds none.
    #[error("{}: the folder holds no camera file; add one named *.toml", path.display())]
    NoCameras {
        /// The folder that the site file names.
        path: PathBuf,
    },
    /// The bytes are no text.
    #[error("{}: the file is not UTF-8 text; save it as UTF-8", path.display())]
    NotUtf8 {
        /// The file.
        path: PathBuf,
    },
    /// Far larger than any configuration.
    #[error(
        "{}: the file is larger than {} KiB, too large for a configuration; check the path",
        path.display(), limit / 1024
    )]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The limit in bytes.
        limit: u64,
    },
    /// The system refused.
    #[error("{}: the file cannot be read ({source}); check its permissions", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The text is not a sound configuration; one block a mistake, in the order of their places.
    #[error("{}", blocks(.0))]
    Mistakes(Vec<Mistake>),
    /// Several files of a site have something wrong.
    #[error("{}", blocks(.0))]
    Several(Vec<ConfigError>),
}

impl ConfigError {
    /// Whether the files were read at all, so that the mistakes are in what they say.
    pub fn was_read(&self) -> bool {
        match self {
            Self::Mistakes(_) => true,
            Self::Several(errors) => errors.iter().any(Self::was_read),
            _ => false,
        }
    }

    /// How many mistakes it names.
    pub fn count(&self) -> usize {
        match self {
            Self::Mistakes(mistakes) => mistakes.len(),
            Self::Several(errors) => errors.iter().map(Self::count).sum(),
            _ => 1,
        }
    }
}

fn blocks<T: std::fmt::Display>(parts: &[T]) -> String {
    parts.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n\n")
}
