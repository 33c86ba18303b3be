//! A table as a sheet.

use super::formats::{Formats, height};
use crate::report::paper::cell::shown;
use crate::report::paper::labels::labels;
use crate::report::{Cell, Language, Table};
use rust_xlsxwriter::{ExcelDateTime, Worksheet, XlsxError};

/// The row of the head: the title and an empty line stand above it.
const HEAD: u32 = 2;

/// The table with its title above and its definitions under it.
pub(super) fn table(
    sheet: &mut Worksheet,
    table: &Table,
    number: usize,
    language: Language,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let say = labels(language);
    let last = table.columns.len().saturating_sub(1) as u16;
    let title = format!("{} {number}. {}", say.table, table.title.of(language));
    // In one field, not merged: what is merged cannot be sorted.
    sheet.write_string_with_format(0, 0, title, &formats.strong)?;
    let widths: Vec<f64> = (0..table.columns.len()).map(|i| width(table, i, language)).collect();
    let mut tallest = 0.0_f64;
    for ((i, column), width) in (0..).zip(&table.columns).zip(&widths) {
        let title = column.title.of(language);
        sheet.write_string_with_format(HEAD, i, title, &formats.head)?;
        sheet.set_column_width(i, *width)?;
        // Beside the letters, which are bold, stands the filter's button.
        tallest = tallest.max(height(title, (*width - 3.0) * 0.9));
    }
    sheet.set_row_height(HEAD, tallest)?;
    let mut at = HEAD + 1;
    for row in &table.rows {
        write_row(sheet, at, row, false, language, formats)?;
        let heights = row.iter().zip(&widths).map(|(cell, width)| match cell {
            Cell::Words(words) => height(words.of(language), *width),
            _ => 0.0,
        });
        let tallest = heights.fold(0.0, f64::max);
        if tallest > height("", 1.0) {
            sheet.set_row_height(at, tallest)?;
        }
        at += 1;
    }
    sheet.set_freeze_panes(HEAD + 1, 1)?;
    sheet.set_repeat_rows(HEAD, HEAD)?;
    if table.rows.is_empty() {
        sheet.write_string_with_format(at, 0, say.nothing, &formats.plain)?;
        at += 1;
    } else {
        sheet.autofilter(HEAD, 0, at - 1, last)?;
    }
    if let Some(total) = &table.total {
        write_row(sheet, at, total, true, language, formats)?;
        at += 1;
    }
    if table.columns.len() > 6 {
        sheet.set_landscape();
    }
    if !table.definitions.is_empty() {
        at += 1;
        sheet.write_string_with_format(at, 0, format!("{}:", say.definitions), &formats.strong)?;
        for definition in &table.definitions {
            at += 1;
            let text = format!("• {}", definition.of(language));
            merged(sheet, at, last, &text, widths.iter().sum(), formats)?;
        }
    }
    Ok(())
}

/// A line of words across the sheet, as high as it needs.
fn merged(
    sheet: &mut Worksheet,
    at: u32,
    last: u16,
    text: &str,
    width: f64,
    formats: &Formats,
) -> Result<(), XlsxError> {
    if last == 0 {
        sheet.write_string_with_format(at, 0, text, &formats.faint)?;
        return Ok(());
    }
    sheet.merge_range(at, 0, at, last, text, &formats.faint)?;
    // Small letters, slanted.
    sheet.set_row_height(at, height(text, width * 1.2))?;
    Ok(())
}

fn write_row(
    sheet: &mut Worksheet,
    at: u32,
    row: &[Cell],
    bold: bool,
    language: Language,
    formats: &Formats,
) -> Result<(), XlsxError> {
    for (i, cell) in (0..).zip(row) {
        let format = formats.field(cell, bold);
        match cell {
            Cell::Words(words) => {
                sheet.write_string_with_format(at, i, words.of(language), &format)?
            }
            Cell::Count(n) => sheet.write_number_with_format(at, i, *n as f64, &format)?,
            Cell::Change(n) | Cell::Dong(n) => {
                sheet.write_number_with_format(at, i, *n as f64, &format)?
            }
            Cell::Number(n, _) | Cell::Share(n) if n.is_finite() => {
                sheet.write_number_with_format(at, i, *n, &format)?
            }
            // Spreadsheets count time in days.
            Cell::Seconds(n) if n.is_finite() => {
                sheet.write_number_with_format(at, i, n / 86_400.0, &format)?
            }
            Cell::Day(day) => {
                let day =
                    ExcelDateTime::from_ymd(day.year() as u16, day.month() as u8, day.day() as u8)?;
                sheet.write_datetime_with_format(at, i, &day, &format)?
            }
            Cell::Nothing | Cell::Number(..) | Cell::Share(_) | Cell::Seconds(_) => {
                sheet.write_blank(at, i, &format)?
            }
        };
    }
    Ok(())
}

/// In letters of a sheet: the longest field, within reason; a head may take several lines.
fn width(table: &Table, i: usize, language: Language) -> f64 {
    let head = table.columns[i].title.of(language).chars().count().div_ceil(2);
    let rows = table.rows.iter().chain(&table.total).filter_map(|row| row.get(i));
    let longest = rows.map(|cell| shown(cell, language).chars().count()).max().unwrap_or(0);
    (longest.max(head) as f64 * 1.15 + 2.0).clamp(10.0, 48.0)
}
