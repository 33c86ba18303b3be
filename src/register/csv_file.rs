//! Rows of a CSV: by comma, semicolon or tab, with or without a byte order mark.

use super::error::RegisterError;
use super::sheet::{Field, MOST_FIELDS, MOST_ROWS, SheetRow};

/// Reads the rows.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<SheetRow>, RegisterError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(RegisterError::NotUtf8 { line: 1 });
    }
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let line = bytes[..e.valid_up_to()].iter().filter(|b| **b == b'\n').count() + 1;
        RegisterError::NotUtf8 { line }
    })?;
    if text.contains('\0') {
        return Err(RegisterError::OtherFormat("it holds bytes that are no text"));
    }
    let (delimiter, text, skipped) = delimiter(text);
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|e| RegisterError::NotCsv(e.to_string()))?;
        if rows.len() >= MOST_ROWS {
            return Err(RegisterError::TooManyRows(MOST_ROWS));
        }
        let number = record.position().map_or(0, csv::Position::line) + skipped;
        let fields = record.iter().take(MOST_FIELDS).map(Field::from).collect();
        rows.push(SheetRow { number, fields });
    }
    Ok(rows)
}

/// What stands between fields, the text without a line that says so, and how many lines that was.
fn delimiter(text: &str) -> (u8, &str, u64) {
    // Spreadsheets write and read such a line.
    if let Some(rest) = text.strip_prefix("sep=")
        && let Some(said) = rest.bytes().next().filter(u8::is_ascii)
        && let Some((_, rest)) = rest.split_once('\n')
    {
        return (said, rest, 1);
    }
    let line = text.lines().find(|l| !l.trim().is_empty()).unwrap_or_default();
    let mut quoted = false;
    let mut counts = [(b';', 0), (b',', 0), (b'\t', 0)];
    for byte in line.bytes() {
        if byte == b'"' {
            quoted = !quoted;
        }
        if let Some((_, count)) = counts.iter_mut().find(|(d, _)| *d == byte && !quoted) {
            *count += 1;
        }
    }
    // Of equals the first: headings hold commas sooner than semicolons.
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let found = counts.iter().find(|(_, count)| *count == most && most > 0);
    (found.map_or(b',', |(d, _)| *d), text, 0)
}
