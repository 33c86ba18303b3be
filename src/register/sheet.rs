//! A register's file as rows of fields, whichever format it came in.

use super::csv_file;
use super::error::RegisterError;
use super::xlsx_file;
use jiff::civil::Date;

/// No register is larger, bytes: ten thousand cameras with long notes stay below.
pub const MOST_BYTES: usize = 4 << 20;
/// Rows of a file at most.
pub(super) const MOST_ROWS: usize = 20_000;
/// Fields of a row at most; what stands further right is left alone.
pub(super) const MOST_FIELDS: usize = 64;

/// A field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Field {
    /// Nothing.
    Empty,
    /// A text, without blanks around it.
    Text(String),
    /// A number of a spreadsheet.
    Number(f64),
    /// A day of a spreadsheet.
    Day(Date),
    /// What a spreadsheet shows for a formula that failed: `#REF!`.
    Failed(String),
}

impl Field {
    /// What a person reads there.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Failed(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Day(day) => day.to_string(),
        }
    }
}

impl From<&str> for Field {
    fn from(text: &str) -> Self {
        // No-break spaces come with copies from web pages.
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if text.is_empty() { Self::Empty } else { Self::Text(text.to_owned()) }
    }
}

/// A row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SheetRow {
    /// Its number as spreadsheets (of CSV: editors) count them, from 1.
    pub(super) number: u64,
    /// From the left.
    pub(super) fields: Vec<Field>,
}

impl SheetRow {
    pub(super) fn is_empty(&self) -> bool {
        self.fields.iter().all(|f| *f == Field::Empty)
    }
}

/// A register's file.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// Rows that hold anything, in order.
    pub(super) rows: Vec<SheetRow>,
}

/// What compound files (XLS, encrypted XLSX) begin with.
const COMPOUND: [u8; 4] = [0xd0, 0xcf, 0x11, 0xe0];

impl Sheet {
    /// Reads CSV (comma, semicolon or tab; UTF-8) or XLSX (its first sheet); which it is, its bytes
    /// tell.
    ///
    /// # Errors
    /// [`RegisterError`]: it is empty, too large, or neither.
    pub fn read(bytes: &[u8]) -> Result<Self, RegisterError> {
        if bytes.len() > MOST_BYTES {
            let (bytes, most) = (bytes.len() as u64, MOST_BYTES as u64);
            return Err(RegisterError::TooLarge { bytes, most });
        }
        if bytes.starts_with(&COMPOUND) {
            return Err(RegisterError::OtherFormat("an old XLS, or protected by a password"));
        }
        if bytes.starts_with(b"%PDF") {
            return Err(RegisterError::OtherFormat("it is a PDF"));
        }
        let mut rows = if bytes.starts_with(b"PK\x03\x04") {
            xlsx_file::rows(bytes)?
        } else {
            csv_file::rows(bytes)?
        };
        rows.retain(|row| !row.is_empty());
        if rows.is_empty() {
            return Err(RegisterError::Empty);
        }
        Ok(Self { rows })
    }
}
