//! A register's file as rows of fields, whichever format it came in.

use super::csv_file;
use super::error::RegisterError;
use super::row::SheetRow;
use super::xlsx_file;

/// No register is larger, bytes: ten thousand cameras with long notes stay below.
pub const MOST_BYTES: usize = 4 << 20;

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
