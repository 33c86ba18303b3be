//! A configuration file's text, and the mistakes found in it so far.

use super::error::ConfigError;
use super::mistake::Mistake;
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::io::{ErrorKind, Read};
use std::ops::Range;
use std::path::{Path, PathBuf};
use toml::Spanned;
use toml::de::DeTable;

/// No configuration comes near this.
const LIMIT: u64 = 1 << 20;

/// More mistakes than a person corrects at once are not shown.
const MOST_MISTAKES: usize = 50;

/// One file, its text and what is wrong with it.
pub(super) struct Document {
    path: PathBuf,
    text: String,
    mistakes: RefCell<Vec<Mistake>>,
}

impl Document {
    /// Reads a file.
    ///
    /// # Errors
    /// When it is missing, a folder, too large, unreadable or not UTF-8.
    pub(super) fn open(path: &Path) -> Result<Self, ConfigError> {
        let path = path.to_owned();
        let unreadable = |path: PathBuf, source: std::io::Error| match source.kind() {
            ErrorKind::NotFound => ConfigError::Missing { path },
            ErrorKind::IsADirectory => ConfigError::Folder { path },
            _ => ConfigError::Unreadable { path, source },
        };
        let mut bytes = Vec::new();
        let read = std::fs::File::open(&path)
            .and_then(|file| file.take(LIMIT + 1).read_to_end(&mut bytes));
        if let Err(source) = read {
            return Err(unreadable(path, source));
        }
        if bytes.len() as u64 > LIMIT {
            return Err(ConfigError::TooLarge { path, limit: LIMIT });
        }
        match String::from_utf8(bytes) {
            Ok(text) => Ok(Self::from_text(&path, text)),
            Err(_) => Err(ConfigError::NotUtf8 { path }),
        }
    }

    /// A document of this text, as if read from `path`.
    pub(super) fn from_text(path: &Path, text: String) -> Self {
        Self { path: path.to_owned(), text, mistakes: RefCell::new(Vec::new()) }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// A path written in the file, seen from the file's folder.
    pub(super) fn resolve(&self, written: &str) -> PathBuf {
        self.path.parent().map_or_else(|| PathBuf::from(written), |folder| folder.join(written))
    }

    /// SHA-256 of the text, hexadecimal.
    pub(super) fn fingerprint(&self) -> String {
        hex::encode(Sha256::digest(self.text.as_bytes()))
    }

    /// The parsed text, or `None` with mistakes noted where it is no TOML.
    pub(super) fn parse(&self) -> Option<Spanned<DeTable<'_>>> {
        let (root, errors) = DeTable::parse_recoverable(&self.text);
        for error in &errors {
            let message = format!("this is not valid TOML: {}", error.message());
            self.refuse(error.span().unwrap_or(0..0), &message);
        }
        errors.is_empty().then_some(root)
    }

    /// Notes a mistake at a byte range.
    pub(super) fn refuse(&self, span: Range<usize>, message: &str) {
        self.note(self.mistake(span, message));
    }

    pub(super) fn note(&self, mistake: Mistake) {
        let mut mistakes = self.mistakes.borrow_mut();
        if mistakes.len() < MOST_MISTAKES && !mistakes.contains(&mistake) {
            mistakes.push(mistake);
        }
    }

    /// A mistake at a byte range, not yet noted.
    pub(super) fn mistake(&self, span: Range<usize>, message: &str) -> Mistake {
        Mistake::new(&self.path, &self.text, span, message)
    }

    /// The mistakes noted so far, by their places; empties the list.
    ///
    /// # Errors
    /// [`ConfigError::Mistakes`] when there are any.
    pub(super) fn verdict(&self) -> Result<(), ConfigError> {
        let mut mistakes = self.mistakes.take();
        mistakes.sort_by_key(|m| (m.line, m.column));
        if mistakes.is_empty() { Ok(()) } else { Err(ConfigError::Mistakes(mistakes)) }
    }
}
