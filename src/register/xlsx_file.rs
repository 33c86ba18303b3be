//! Rows of an XLSX's first sheet.

use super::error::RegisterError;
use super::row::{Field, MOST_FIELDS, MOST_ROWS, SheetRow};
use calamine::{Data, DataRef, Reader, Xlsx};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};

/// What a file may unpack to, bytes: a few megabytes of zeros pack a thousand times.
const MOST_UNPACKED: u64 = 96 << 20;

/// Reads the rows.
pub(super) fn rows(bytes: &[u8]) -> Result<Vec<SheetRow>, RegisterError> {
    let no = |e: &dyn ToString| RegisterError::NotXlsx(e.to_string());
    measured(bytes)?;
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|e| no(&e))?;
    let first = book.sheet_names().first().cloned().ok_or(RegisterError::Empty)?;
    let mut cells = book.worksheet_cells_reader(&first).map_err(|e| no(&e))?;
    // Cell by cell: a range of all would take room for every cell between the first and the last.
    let mut rows: BTreeMap<usize, Vec<Field>> = BTreeMap::new();
    let mut held = 0;
    while let Some(cell) = cells.next_cell().map_err(|e| no(&e))? {
        let (row, column) = cell.get_position();
        let (row, column) = (row as usize, column as usize);
        if *cell.get_value() == DataRef::Empty {
            continue;
        }
        if row >= MOST_ROWS {
            return Err(RegisterError::TooManyRows(MOST_ROWS));
        }
        if column >= MOST_FIELDS {
            continue;
        }
        // One long text may be shared by every cell.
        held += letters(cell.get_value()) as u64;
        if held > MOST_UNPACKED {
            return Err(RegisterError::TooLarge { bytes: held, most: MOST_UNPACKED });
        }
        let fields = rows.entry(row).or_default();
        if fields.len() <= column {
            fields.resize(column + 1, Field::Empty);
        }
        fields[column] = field(&Data::from(cell.get_value().clone()));
    }
    Ok(rows.into_iter().map(|(at, fields)| SheetRow { number: at as u64 + 1, fields }).collect())
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

/// Bytes of a cell's text.
fn letters(data: &DataRef<'_>) -> usize {
    match data {
        DataRef::SharedString(text) => text.len(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.len()
        }
        _ => 0,
    }
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
