//! A row of a register's file, and its fields.

use jiff::civil::Date;

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
