//! The workbook and the order of its sheets.

use super::charts;
use super::formats::Formats;
use super::front;
use super::grid;
use crate::report::paper::error::PaperError;
use crate::report::paper::labels::labels;
use crate::report::paper::letterhead::Letterhead;
use crate::report::paper::tables::tables;
use crate::report::{Document, Language};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet, XlsxError};

/// Longest name that a sheet may have, in UTF-16 units.
const LONGEST: usize = 31;

/// The document as a workbook.
pub(in crate::report::paper) fn workbook(
    document: &Document,
    language: Language,
    head: &Letterhead,
) -> Result<Vec<u8>, PaperError> {
    made(document, language, head).map_err(|e| PaperError::making("XLSX", e))
}

fn made(document: &Document, language: Language, head: &Letterhead) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let made_on = document.made_on;
    // The same report gives the same bytes.
    let made =
        ExcelDateTime::from_ymd(made_on.year() as u16, made_on.month() as u8, made_on.day() as u8)?;
    let properties = DocProperties::new()
        .set_title(document.title.of(language))
        .set_author(&head.authority)
        .set_creation_datetime(&made);
    book.set_properties(&properties);
    let formats = Formats::new(language);
    let say = labels(language);
    let mut taken: Vec<String> = Vec::new();
    let names: Vec<String> = tables(document)
        .enumerate()
        .map(|(i, t)| sheet_name(&format!("{} {}", i + 1, t.title.of(language)), &mut taken))
        .collect();
    let overview = sheet_name(say.overview, &mut taken);
    let sheet = book.add_worksheet();
    page(sheet, &overview)?;
    front::overview(sheet, document, &names, language, head, &formats)?;
    for (i, (table, name)) in tables(document).zip(&names).enumerate() {
        let sheet = book.add_worksheet();
        page(sheet, name)?;
        grid::table(sheet, table, i + 1, language, &formats)?;
    }
    if document.sections.iter().any(charts::has_any) {
        let sheet = book.add_worksheet();
        let name = sheet_name(say.charts, &mut taken);
        page(sheet, &name)?;
        charts::charts(sheet, &name, document, language, &formats)?;
    }
    if tables(document).any(|t| !t.definitions.is_empty()) {
        let sheet = book.add_worksheet();
        page(sheet, &sheet_name(say.definitions, &mut taken))?;
        front::definitions(sheet, document, language, &formats)?;
    }
    book.save_to_buffer()
}

/// A4, as wide as the page, numbered at the foot.
fn page(sheet: &mut Worksheet, name: &str) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0).set_footer("&C&P/&N");
    sheet.set_margins(0.8, 0.6, 0.8, 0.8, 0.3, 0.3);
    Ok(())
}

/// A name without the signs that sheets may not have, cut to what fits, and not taken yet.
fn sheet_name(wanted: &str, taken: &mut Vec<String>) -> String {
    let plain = |c: char| if "[]:*?/\\'".contains(c) || c.is_control() { ' ' } else { c };
    let cut = |text: &str, most: usize| {
        let mut left = most;
        let fits = |c: &char| {
            let fits = left >= c.len_utf16();
            left = left.saturating_sub(c.len_utf16());
            fits
        };
        text.chars().take_while(fits).collect::<String>().trim().to_owned()
    };
    let plain: String = wanted.chars().map(plain).collect();
    let mut name = cut(&plain, LONGEST);
    let mut n = 2;
    while taken.iter().any(|t| t.to_lowercase() == name.to_lowercase()) {
        let end = format!(" ({n})");
        name = format!("{}{end}", cut(&plain, LONGEST - end.len()));
        n += 1;
    }
    taken.push(name.clone());
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheets_have_names_that_spreadsheets_take() {
        let mut taken = Vec::new();
        assert_eq!(sheet_name("1 Vụ việc [a/b]", &mut taken), "1 Vụ việc  a b");
        assert_eq!(sheet_name("1 vụ việc  a b", &mut taken), "1 vụ việc  a b (2)");
        let long = "2 Thời gian xử lý trung vị theo phường, theo lĩnh vực";
        assert!(sheet_name(long, &mut taken).chars().count() <= LONGEST);
        let second = sheet_name(long, &mut taken);
        assert!(second.chars().count() <= LONGEST && second.ends_with(" (2)"), "{second}");
    }
}
