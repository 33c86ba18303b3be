//! Rows of a CSV: by comma, semicolon or tab, with or without a byte order mark.

use super::error::RegisterError;
use super::row::{Field, MOST_FIELDS, MOST_ROWS, SheetRow};

/// Headings stand in one of so many lines.
const HEAD_LINES: usize = 10;

/// Reads the rows.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<SheetRow>, RegisterError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        return Err(RegisterError::NotUtf8 { line: 1 });
    }
    let text = std::str::from_utf8(bytes).map_err(|e| {
        let line = bytes[..e.valid_up_to()].split(|b| *b == b'\n').count();
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
    let mut lines = Lines { text, at: 0, line: 1 + skipped };
    for record in reader.records() {
        let record = record.map_err(|e| RegisterError::NotCsv(e.to_string()))?;
        if rows.len() >= MOST_ROWS {
            return Err(RegisterError::TooManyRows(MOST_ROWS));
        }
        let number = lines.of(record.position().map_or(0, csv::Position::byte) as usize);
        let fields = record.iter().take(MOST_FIELDS).map(Field::from).collect();
        rows.push(SheetRow { number, fields });
    }
    Ok(rows)
}

/// Counts lines as editors do. A record's own place lies before the ends of lines that are left out.
struct Lines<'a> {
    text: &'a str,
    at: usize,
    line: u64,
}

impl Lines<'_> {
    /// The line on which the record at this byte, or after it, begins.
    fn of(&mut self, byte: usize) -> u64 {
        let bytes = self.text.as_bytes();
        let ends = |b: &u8| *b == b'\r' || *b == b'\n';
        let blank = bytes.get(byte..).map_or(0, |rest| rest.iter().take_while(|b| ends(b)).count());
        let begins = (byte + blank).min(bytes.len());
        let passed = bytes.get(self.at..begins).unwrap_or_default();
        self.line += passed.split(|b| *b == b'\n').count() as u64 - 1;
        self.at = begins;
        self.line
    }
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
    // Titles may stand above the headings.
    let lines = text.lines().filter(|l| !l.trim().is_empty()).take(HEAD_LINES);
    let mut counts = [(b';', 0), (b',', 0), (b'\t', 0)];
    for line in lines {
        for (delimiter, most) in &mut counts {
            *most = (*most).max(outside_quotes(line, *delimiter));
        }
    }
    // Of equals the first: headings hold commas sooner than semicolons.
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    let found = counts.iter().find(|(_, count)| *count == most && most > 0);
    (found.map_or(b',', |(d, _)| *d), text, 0)
}

fn outside_quotes(line: &str, delimiter: u8) -> usize {
    let mut quoted = false;
    line.bytes()
        .filter(|byte| {
            quoted ^= *byte == b'"';
            *byte == delimiter && !quoted
        })
        .count()
}
