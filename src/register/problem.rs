//! A mistake in a register's file, at its row and column.

use serde::Serialize;
use std::fmt;

/// A sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Said {
    /// Both languages.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }
}

/// A mistake in a register's file, or what is worth being looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// The row as spreadsheets count them, from 1; `None`: it is of the whole file.
    pub row: Option<u64>,
    /// The column as the file heads it; `None`: it is of the whole row.
    pub column: Option<String>,
    /// What was found there, shortened.
    pub found: Option<String>,
    /// What is wrong, and what to do.
    pub said: Said,
}

/// Characters of what was found that are shown.
const SHOWN: usize = 60;

impl Problem {
    /// Of the whole file.
    pub(super) fn of_file(said: Said) -> Self {
        Self { row: None, column: None, found: None, said }
    }

    /// At a row and column.
    pub(super) fn at(row: u64, column: &str, found: &str, said: Said) -> Self {
        let mut shown: String = found.chars().take(SHOWN).collect();
        if found.chars().nth(SHOWN).is_some() {
            shown.push('…');
        }
        let found = Some(shown).filter(|s| !s.is_empty());
        Self { row: Some(row), column: Some(column.to_owned()), found, said }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.row, &self.column) {
            (Some(row), Some(column)) => write!(f, "row {row}, column \"{column}\": ")?,
            (Some(row), None) => write!(f, "row {row}: ")?,
            (None, Some(column)) => write!(f, "column \"{column}\": ")?,
            (None, None) => {}
        }
        if let Some(found) = &self.found {
            write!(f, "\"{found}\": ")?;
        }
        f.write_str(&self.said.en)
    }
}
