//! A document as bytes, or as a file.

use super::tables::tables;
use super::{DocumentFormat, Letterhead, PaperError, csv, docx, html, xlsx};
use crate::report::{Block, Document, Language};
use crate::store::{StoreError, write_atomically};
use std::path::Path;

/// The document in one form.
///
/// # Errors
/// [`PaperError`].
pub fn document_bytes(
    document: &Document,
    format: DocumentFormat,
    language: Language,
    head: &Letterhead,
    template: Option<&Path>,
) -> Result<Vec<u8>, PaperError> {
    check(document)?;
    match format {
        DocumentFormat::Html => html::page(document, language, head),
        DocumentFormat::Csv => csv::tables_as_csv(document, language),
        DocumentFormat::Xlsx => xlsx::workbook(document, language, head),
        DocumentFormat::Docx => docx::letter(document, language, head, template),
    }
}

/// What the letterhead says and a city's own template has no place for, in a sentence that says what
/// to do; `None`: nothing, or the template is ours.
///
/// # Errors
/// [`PaperError`]: the template cannot be used.
pub fn template_leaves_out(
    head: &Letterhead,
    template: Option<&Path>,
) -> Result<Option<String>, PaperError> {
    template.map_or(Ok(None), |path| docx::left_out(head, path))
}

/// Writes the built-in template of a letter to `out`, whole or not at all: what a city begins its
/// own with.
///
/// # Errors
/// [`PaperError`].
pub fn write_template(out: &Path) -> Result<(), PaperError> {
    let bytes = docx::template_bytes().map_err(|why| PaperError::making("DOCX", why))?;
    write_whole(&bytes, out)
}

/// Writes a form's bytes to `out`, whole or not at all.
pub(in crate::report) fn write_whole(bytes: &[u8], out: &Path) -> Result<(), PaperError> {
    write_atomically(out, |w| w.write_all(bytes).map_err(|e| StoreError::from_io(out, e).into()))
}

/// Writes the document to `out`, whole or not at all.
///
/// # Errors
/// [`PaperError`].
pub fn write_document(
    document: &Document,
    format: DocumentFormat,
    language: Language,
    head: &Letterhead,
    template: Option<&Path>,
    out: &Path,
) -> Result<(), PaperError> {
    let bytes = document_bytes(document, format, language, head, template)?;
    write_whole(&bytes, out)
}

/// What the document's file is called in that form: its name, the language and the extension.
pub fn document_file_name(
    document: &Document,
    format: DocumentFormat,
    language: Language,
) -> String {
    let language = match language {
        Language::Vi => "vi",
        Language::En => "en",
    };
    format!("{}-{language}.{}", document.name, format.extension(tables(document).count()))
}

/// Rows as long as their heads, keys that can name a file.
fn check(document: &Document) -> Result<(), PaperError> {
    let unsound = |what: String| PaperError::Unsound { document: document.name.clone(), what };
    let mut keys: Vec<&str> = Vec::new();
    for table in tables(document) {
        let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if table.key.is_empty() || !table.key.chars().all(sound) {
            return Err(unsound(format!("\"{}\" cannot be the key of a table", table.key)));
        }
        if keys.contains(&table.key.as_str()) {
            return Err(unsound(format!("two tables have the key \"{}\"", table.key)));
        }
        keys.push(&table.key);
        let width = table.columns.len();
        if width == 0 || table.rows.iter().chain(&table.total).any(|row| row.len() != width) {
            return Err(unsound(format!("a row of \"{}\" is not as long as its head", table.key)));
        }
    }
    for block in document.sections.iter().flat_map(|s| &s.blocks) {
        if let Block::Chart(chart) = block
            && chart.series.iter().any(|s| s.values.len() != chart.labels.len())
        {
            return Err(unsound(format!("a series of \"{}\" is not whole", chart.title.en)));
        }
    }
    Ok(())
}
