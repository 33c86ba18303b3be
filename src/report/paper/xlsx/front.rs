//! The first sheet, which says what the workbook is, and the last, which defines its figures.

use super::formats::{Formats, height};
use crate::report::paper::labels::{date_in_words, days_told, labels};
use crate::report::paper::letterhead::Letterhead;
use crate::report::paper::tables::tables;
use crate::report::{Block, Document, Language};
use rust_xlsxwriter::{Url, Worksheet, XlsxError};

/// Letters across the page.
const WIDTH: f64 = 74.0;

/// What it is, what it says in words, and the way to each table.
pub(super) fn overview(
    sheet: &mut Worksheet,
    document: &Document,
    names: &[String],
    language: Language,
    head: &Letterhead,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let say = labels(language);
    sheet.set_column_width(0, WIDTH)?;
    sheet.write_string_with_format(0, 0, &head.authority, &formats.strong)?;
    sheet.write_string_with_format(1, 0, document.title.of(language), &formats.title)?;
    sheet.set_row_height(1, 1.3 * height(document.title.of(language), WIDTH * 0.75))?;
    let mut at = 2;
    let mut line = |sheet: &mut Worksheet, text: &str| -> Result<(), XlsxError> {
        sheet.write_string_with_format(at, 0, text, &formats.plain)?;
        sheet.set_row_height(at, height(text, WIDTH))?;
        at += 1;
        Ok(())
    };
    if let Some(days) = days_told(document.days, language) {
        line(sheet, &format!("{}: {days}", say.period))?;
    }
    line(sheet, &format!("{}, {}", head.place, date_in_words(document.made_on, language)))?;
    for section in &document.sections {
        let words = section.blocks.iter().filter_map(|b| match b {
            Block::Paragraph(words) => Some(words),
            _ => None,
        });
        for words in words {
            line(sheet, words.of(language))?;
        }
    }
    line(sheet, "")?;
    for (i, (table, name)) in tables(document).zip(names).enumerate() {
        let text = format!("{} {}. {}", say.table, i + 1, table.title.of(language));
        let link = Url::new(format!("internal:'{name}'!A1")).set_text(text);
        sheet.write_url_with_format(at, 0, link, &formats.link)?;
        at += 1;
    }
    Ok(())
}

/// All definitions, by table.
pub(super) fn definitions(
    sheet: &mut Worksheet,
    document: &Document,
    language: Language,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let say = labels(language);
    sheet.set_column_width(0, 26)?;
    sheet.set_column_width(1, WIDTH - 26.0)?;
    sheet.write_string_with_format(0, 0, say.table, &formats.head)?;
    sheet.write_string_with_format(0, 1, say.definitions, &formats.head)?;
    let mut at = 1;
    for (i, table) in tables(document).enumerate() {
        for definition in &table.definitions {
            let title = format!("{}. {}", i + 1, table.title.of(language));
            sheet.write_string_with_format(at, 0, &title, &formats.plain)?;
            let text = definition.of(language);
            sheet.write_string_with_format(at, 1, text, &formats.plain)?;
            let tallest = height(text, WIDTH - 26.0).max(height(&title, 24.0));
            sheet.set_row_height(at, tallest)?;
            at += 1;
        }
    }
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    Ok(())
}
