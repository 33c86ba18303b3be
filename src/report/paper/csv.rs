//! Tables as comma-separated values.

use super::cell::bare;
use super::error::PaperError;
use super::tables::tables;
use crate::report::{Cell, Document, Language, Table};
use std::io::{Cursor, Write};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// By which spreadsheets know UTF-8.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// One table as a file; several as a ZIP archive of `<key>.csv`, in their order.
pub(super) fn tables_as_csv(
    document: &Document,
    language: Language,
) -> Result<Vec<u8>, PaperError> {
    let making = |why: &dyn std::fmt::Display| PaperError::making("CSV", why);
    let mut several = tables(document);
    match (several.next(), several.next()) {
        (None, _) => Ok(BYTE_ORDER_MARK.to_vec()),
        (Some(one), None) => table_as_csv(one, language),
        _ => {
            let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
            for table in tables(document) {
                // The archive's default time is fixed, so the same report gives the same bytes.
                archive
                    .start_file(format!("{}.csv", table.key), SimpleFileOptions::default())
                    .map_err(|e| making(&e))?;
                archive.write_all(&table_as_csv(table, language)?).map_err(|e| making(&e))?;
            }
            Ok(archive.finish().map_err(|e| making(&e))?.into_inner())
        }
    }
}

/// The table under its columns' keys; its total, if it has one, is the last line.
fn table_as_csv(table: &Table, language: Language) -> Result<Vec<u8>, PaperError> {
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(BYTE_ORDER_MARK.to_vec());
    let mut line =
        |cells: Vec<String>| writer.write_record(cells).map_err(|e| PaperError::making("CSV", e));
    line(table.columns.iter().map(|c| c.key.clone()).collect())?;
    for row in table.rows.iter().chain(&table.total) {
        line(row.iter().map(|cell| field(cell, language)).collect())?;
    }
    writer.into_inner().map_err(|e| PaperError::making("CSV", e.error()))
}

/// Words that a spreadsheet would take for a formula begin with an apostrophe.
fn field(cell: &Cell, language: Language) -> String {
    let mut text = bare(cell, language);
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if matches!(cell, Cell::Words(_)) && is_formula {
        text.insert(0, '\'');
    }
    text
}
