//! Rows of an XLSX's first sheet.

use super::error::RegisterError;
use super::sheet::{Field, MOST_FIELDS, MOST_ROWS, SheetRow};
use calamine::{Data, Reader, Xlsx};
use jiff::civil::Date;
use std::io::{self, Cursor, Read};

/// What a file may unpack to, bytes: a few megabytes of zeros pack a thousand times.
const MOST_UNPACKED: u64 = 96 << 20;

/// Reads the rows.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<SheetRow>, RegisterError> {
    let no = |e: &dyn ToString| RegisterError::NotXlsx(e.to_string());
    measured(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| no(&e))?;
    let first = book.sheet_names().first().cloned().ok_or(RegisterError::Empty)?;
    let range = book.worksheet_range(&first).map_err(|e| no(&e))?;
    let Some((top, left)) = range.start() else { return Ok(Vec::new()) };
    if range.height() > MOST_ROWS {
        return Err(RegisterError::TooManyRows(MOST_ROWS));
    }
    let before = (left as usize).min(MOST_FIELDS);
    let row = |(i, cells): (usize, &[Data])| {
        let mut fields = vec![Field::Empty; before];
        fields.extend(cells.iter().take(MOST_FIELDS - before).map(field));
        SheetRow { number: u64::from(top) + i as u64 + 1, fields }
    };
    Ok(range.rows().enumerate().map(row).collect())
}

/// Refuses what would not fit into memory, before anything is kept of it.
fn measured(bytes: &[u8]) -> Result<(), RegisterError> {
    let no = |e: &dyn ToString| RegisterError::NotXlsx(e.to_string());
    let mut packed = zip::ZipArchive::new(Cursor::new(bytes)).map_err(|e| no(&e))?;
    let mut all = 0;
    for i in 0..packed.len() {
        let part = packed.by_index(i).map_err(|e| no(&e))?;
        let left = MOST_UNPACKED.saturating_sub(all);
        all += io::copy(&mut part.take(left + 1), &mut io::sink()).map_err(|e| no(&e))?;
        if all > MOST_UNPACKED {
            return Err(RegisterError::TooLarge { bytes: all, most: MOST_UNPACKED });
        }
    }
    Ok(())
}

fn field(data: &Data) -> Field {
    match data {
        Data::Empty => Field::Empty,
        Data::String(text) | Data::DurationIso(text) => Field::from(text.as_str()),
        Data::Float(number) => Field::Number(*number),
        Data::Int(number) => Field::Number(*number as f64),
        Data::Bool(truth) => Field::Text(if *truth { "yes" } else { "no" }.to_owned()),
        Data::DateTime(time) => {
            let (year, month, day, ..) = time.to_ymd_hms_milli();
            let day = Date::new(
                i16::try_from(year).unwrap_or(0),
                i8::try_from(month).unwrap_or(0),
                i8::try_from(day).unwrap_or(0),
            );
            day.map_or_else(|_| Field::Number(time.as_f64()), Field::Day)
        }
        Data::DateTimeIso(text) => {
            let day = text.get(..10).and_then(|d| d.parse::<Date>().ok());
            day.map_or_else(|| Field::from(text.as_str()), Field::Day)
        }
        Data::Error(what) => Field::Failed(what.to_string()),
    }
}
