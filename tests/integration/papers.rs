//! A report on paper: what every form says, and that each opens.

#![allow(clippy::unwrap_used)]

mod sample;

use sample::{head, sample};
use std::io::Read;
use streetward::report::{
    Block, Cell, DocumentFormat, Language, PaperError, document_bytes, document_file_name,
    write_document,
};

fn text(format: DocumentFormat, language: Language) -> String {
    let bytes = document_bytes(&sample(), format, language, &head(), None).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn the_page_says_all_in_each_language_and_asks_for_nothing() {
    for (language, name) in [(Language::Vi, "vi"), (Language::En, "en")] {
        let page = text(DocumentFormat::Html, language);
        let (_, shown) = page.split_once("</style>").unwrap();
        insta::assert_snapshot!(format!("page_{name}"), shown);
        assert!(
            !page.contains("http:") && !page.contains("https:") && !page.contains("<script"),
            "{page}"
        );
        assert!(!page.contains("<b>"), "words of a report are no markup: {page}");
    }
}

#[test]
fn several_tables_are_an_archive_and_one_is_a_file() {
    let document = sample();
    let bytes =
        document_bytes(&document, DocumentFormat::Csv, Language::Vi, &head(), None).unwrap();
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let names: Vec<String> = archive.file_names().map(|name| name.unwrap().into_owned()).collect();
    assert_eq!(names, ["by_domain.csv", "cameras.csv"]);
    let mut first = String::new();
    archive.by_name("by_domain.csv").unwrap().read_to_string(&mut first).unwrap();
    insta::assert_snapshot!("by_domain_csv", first.strip_prefix('\u{feff}').unwrap());

    let mut one = document.clone();
    one.sections.truncate(1);
    let file_name = |d| document_file_name(d, DocumentFormat::Csv, Language::Vi);
    assert_eq!(file_name(&document), "report-2026-10-vi.zip");
    assert_eq!(file_name(&one), "report-2026-10-vi.csv");
    let bytes = document_bytes(&one, DocumentFormat::Csv, Language::Vi, &head(), None).unwrap();
    assert_eq!(String::from_utf8(bytes).unwrap(), first);
}

#[test]
fn words_that_a_spreadsheet_would_run_are_told_as_words() {
    let mut document = sample();
    document.sections.truncate(1);
    let Block::Table(table) = &mut document.sections[0].blocks[1] else { panic!("a table") };
    table.rows[0][0] = Cell::Words(streetward::report::Words::same("=HYPERLINK(\"x\")"));
    let bytes =
        document_bytes(&document, DocumentFormat::Csv, Language::En, &head(), None).unwrap();
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.contains("\r\n\"'=HYPERLINK(\"\"x\"\")\","), "{text}");
}

#[test]
fn a_document_that_is_not_sound_is_refused_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("report.html");
    let mut document = sample();
    let Block::Table(table) = &mut document.sections[0].blocks[1] else { panic!("a table") };
    table.rows[0].pop();
    let refused =
        write_document(&document, DocumentFormat::Html, Language::Vi, &head(), None, &out);
    assert!(matches!(refused, Err(PaperError::Unsound { .. })), "{refused:?}");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    write_document(&sample(), DocumentFormat::Html, Language::Vi, &head(), None, &out).unwrap();
    assert_eq!(std::fs::read(&out).unwrap(), text(DocumentFormat::Html, Language::Vi).as_bytes());
}
