//! A report on paper: what every form says, and that each opens.

#![allow(clippy::unwrap_used)]

pub(crate) mod sample;

use calamine::{Data, Reader, Xlsx};
use sample::{head, sample};
use std::io::{Cursor, Read, Write};
use streetward::report::{
    Block, Cell, DocumentFormat, Language, Letterhead, PaperError, document_bytes,
    document_file_name, template_leaves_out, write_document, write_template,
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

fn bytes(
    format: DocumentFormat,
    template: Option<&std::path::Path>,
) -> Result<Vec<u8>, PaperError> {
    document_bytes(&sample(), format, Language::Vi, &head(), template)
}

#[test]
fn a_workbook_holds_numbers_as_numbers_and_sheets_by_name() {
    let made = bytes(DocumentFormat::Xlsx, None).unwrap();
    assert_eq!(made, bytes(DocumentFormat::Xlsx, None).unwrap(), "the same report, the same bytes");
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(made)).unwrap();
    let sheets = book.sheet_names();
    let first = "1 Vụ việc theo lĩnh vực";
    assert_eq!(sheets, ["Tổng quan", first, "2 Camera đã lắp đặt", "Biểu đồ", "Cách tính"]);
    let table = book.worksheet_range(first).unwrap();
    let at = |row, column| table.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    assert_eq!(at(0, 0), Data::String("Bảng 1. Vụ việc theo lĩnh vực".into()));
    assert_eq!(at(2, 1), Data::String("Được phát hiện".into()));
    assert_eq!(at(3, 0), Data::String("Giao thông".into()));
    let number = |row, column| match at(row, column) {
        Data::Float(n) => n,
        Data::Int(n) => n as f64,
        Data::DateTime(time) => time.as_f64(),
        other => panic!("{other:?} at {row}, {column}"),
    };
    assert!((number(3, 1) - 12_345.0).abs() < 1e-9);
    assert!((number(4, 3) + 3.0).abs() < 1e-9);
    assert!((number(3, 4) - 0.872).abs() < 1e-9);
    // Spreadsheets count time in days.
    assert!((number(3, 5) * 86_400.0 - 4_321.0).abs() < 1e-6);
    assert_eq!(at(5, 4), Data::Empty);
    assert_eq!(at(6, 0), Data::String("Tổng cộng".into()));
    let second = book.worksheet_range("2 Camera đã lắp đặt").unwrap();
    let day = second.get_value((3, 1)).unwrap();
    assert!(matches!(day, Data::DateTime(_)), "{day:?}");
}

/// Our template with one part changed.
fn template(
    folder: &std::path::Path,
    change: impl Fn(&str, String) -> String,
) -> std::path::PathBuf {
    let ours = folder.join("ours.docx");
    write_template(&ours).unwrap();
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&ours).unwrap()).unwrap();
    let path = folder.join("own.docx");
    let mut own = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for i in 0..archive.len() {
        let mut file = archive.by_index(i).unwrap();
        let name = file.name().unwrap().into_owned();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        own.start_file(name.as_str(), zip::write::SimpleFileOptions::default()).unwrap();
        own.write_all(change(&name, text).as_bytes()).unwrap();
    }
    own.finish().unwrap();
    path
}

fn part(docx: Vec<u8>, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

const LETTER: &str = "word/document.xml";

#[test]
fn a_letter_without_a_template_is_that_of_ours() {
    let folder = tempfile::tempdir().unwrap();
    let own = template(folder.path(), |_, text| text);
    let made = bytes(DocumentFormat::Docx, None).unwrap();
    assert_eq!(made, bytes(DocumentFormat::Docx, None).unwrap(), "the same report, the same bytes");
    let letter = part(made, LETTER);
    assert_eq!(letter, part(bytes(DocumentFormat::Docx, Some(&own)).unwrap(), LETTER));
    assert!(!letter.contains("{{") && letter.contains("Trật tự đô thị &lt;b&gt;"), "{letter}");
}

#[test]
fn a_citys_own_words_and_split_fields_are_kept_and_filled() {
    let folder = tempfile::tempdir().unwrap();
    // A word processor breaks words apart wherever it likes.
    let own = template(folder.path(), |_, text| {
        text.replace(
            "{{place}}, {{date}}",
            "Làm tại {{pl</w:t></w:r><w:r><w:t>ace}</w:t></w:r><w:r><w:t>}, </w:t></w:r><w:r><w:t>{{ date }} &amp; hết",
        )
    });
    let letter = part(bytes(DocumentFormat::Docx, Some(&own)).unwrap(), LETTER);
    assert!(
        letter.contains(
            "Làm tại Trà Vinh</w:t></w:r><w:r><w:t xml:space=\"preserve\"></w:t></w:r><w:r>\
             <w:t xml:space=\"preserve\">, </w:t></w:r><w:r>\
             <w:t xml:space=\"preserve\">ngày 02 tháng 11 năm 2026 &amp; hết</w:t>"
        ),
        "{letter}"
    );
}

/// Marks, pictures and sections are a word processor's, and no less of the letter than its words.
#[test]
fn a_byte_order_mark_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let own = template(folder.path(), |name, text| {
        let text = text.replace("{{superior}}", "THÀNH PHỐ HÀ NỘI – {{superior}}");
        let has_fields = name == LETTER || name.starts_with("word/header");
        if has_fields { format!("\u{feff}{text}") } else { text }
    });
    let letter = part(bytes(DocumentFormat::Docx, Some(&own)).unwrap(), LETTER);
    assert!(letter.contains(">THÀNH PHỐ HÀ NỘI – THÀNH PHỐ TRÀ VINH</w:t>"), "{letter}");
    assert!(
        letter.contains(">Trà Vinh, ngày 02 tháng 11 năm 2026</w:t>") && !letter.contains("{{")
    );
}

#[test]
fn pictures_and_sections_stay_where_words_go() {
    let folder = tempfile::tempdir().unwrap();
    let section = "<w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/></w:sectPr>";
    let picture = "<w:r><w:drawing><x/></w:drawing></w:r>";
    let own = template(folder.path(), |_, text| {
        let kind = "<w:p><w:r><w:t>{{signer_for}}</w:t></w:r>";
        let text = text.replace("{{signer_for}}", "");
        let text =
            text.replace("</w:tbl>\n<w:p>", &format!("</w:tbl>\n{kind}{picture}</w:p><w:p>"));
        let before = "<w:jc w:val=\"both\"/></w:pPr><w:r><w:rPr><w:sz w:val=\"28\"/><w:szCs w:val=\"28\"/></w:rPr><w:t xml:space=\"preserve\">{{body}}";
        assert!(text.contains(before) || !text.contains("{{body}}"));
        let after = before.replace("</w:pPr>", &format!("{section}</w:pPr>"));
        text.replace(before, &after.replace("{{body}}", " {{ body }}"))
    });
    let mut head = head();
    head.signer_for = None;
    let docx = DocumentFormat::Docx;
    let made = document_bytes(&sample(), docx, Language::Vi, &head, Some(&own)).unwrap();
    let letter = part(made, LETTER);
    assert!(letter.contains(picture), "{letter}");
    let (report, rest) = letter.split_once(section).unwrap();
    assert!(report.contains("Vụ việc theo lĩnh vực") && !rest.contains("Vụ việc theo lĩnh vực"));
    assert!(!letter.contains("{{"), "{letter}");
}

#[test]
fn it_is_addressed_above_what_it_says() {
    let mut head = head();
    head.addressees = vec!["Sở Xây dựng;".into(), "Công an tỉnh.".into()];
    let docx = |head: &Letterhead| {
        let form = DocumentFormat::Docx;
        part(document_bytes(&sample(), form, Language::Vi, head, None).unwrap(), LETTER)
    };
    let letter = docx(&head);
    let at = |text: &str| letter.find(text).unwrap_or_else(|| panic!("no {text}: {letter}"));
    let places = [
        at("Kết quả khai thác camera tháng 10 năm 2026"),
        at(">Kính gửi:<"),
        at(">- Sở Xây dựng;<"),
        at(">- Công an tỉnh.<"),
        at("1. Kết quả theo lĩnh vực"),
    ];
    assert!(places.is_sorted(), "{places:?}");
    head.addressees.clear();
    assert!(!docx(&head).contains("Kính gửi"));
}

#[test]
fn lines_without_a_value_are_left_out() {
    let mut head = head();
    (head.superior, head.signer_for, head.signer_name) = (None, None, None);
    let with = |head| {
        let docx = DocumentFormat::Docx;
        part(document_bytes(&sample(), docx, Language::Vi, head, None).unwrap(), LETTER)
    };
    let letter = with(&head);
    let count = |text: &str| text.matches("<w:p>").count();
    // The name is the last line of its field of the table, which must end in one.
    assert_eq!(count(&with(&self::head())) - count(&letter), 2);
    assert!(letter.contains("<w:t xml:space=\"preserve\"></w:t></w:r></w:p>\n</w:tc>"));
}

#[test]
fn a_template_that_cannot_be_filled_is_refused_with_the_fields_there_are() {
    let folder = tempfile::tempdir().unwrap();
    let refused = |change: &dyn Fn(&str, String) -> String| {
        let own = template(folder.path(), change);
        let told = bytes(DocumentFormat::Docx, Some(&own)).unwrap_err().to_string();
        let name = own.display().to_string();
        told.replace(&name, "own.docx")
    };
    let letter =
        |from: &'static str, to: &'static str| refused(&move |_, text| text.replace(from, to));
    insta::assert_snapshot!(
        "templates_refused",
        [
            letter("{{place}}", "{{plaze}}"),
            letter("{{place}}, ", ""),
            letter("{{place}}", "{{place"),
            letter("{{body}}", "Kính gửi {{body}}"),
            letter("{{kind}}", "{{kind}} {{body}}"),
            letter("</w:body>", ""),
            refused(&|name, text| if name == "word/styles.xml" { "<x/>".into() } else { text }),
        ]
        .join("\n")
    );
    let none = folder.path().join("none.docx");
    let told = bytes(DocumentFormat::Docx, Some(&none)).unwrap_err();
    assert!(matches!(told, PaperError::NoTemplate { .. }), "{told}");
    std::fs::write(&none, "no archive").unwrap();
    let told = bytes(DocumentFormat::Docx, Some(&none)).unwrap_err();
    assert!(told.to_string().contains("it is no DOCX, or damaged"), "{told}");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(64))]
    /// Whatever stands in a template, a letter or an error comes of it.
    #[test]
    fn any_template_is_filled_or_refused(
        noise in "[{}a-z<>/:& ]{0,40}",
        at in 0..4_usize,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let places = ["{{kind}}", "<w:body>", "</w:tc>", "{{motto}}"];
        let own = template(folder.path(), |name, text| {
            if name == LETTER {
                text.replacen(places[at], &format!("{}{noise}", places[at]), 1)
            } else {
                text
            }
        });
        if let Ok(made) = bytes(DocumentFormat::Docx, Some(&own)) {
            proptest::prop_assert!(part(made, LETTER).contains("Vụ việc theo lĩnh vực"));
        }
    }
}

fn site(report: &str) -> Result<streetward::config::Site, streetward::config::ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("streetward.toml");
    let cameras = std::path::absolute("fixtures/config/site/cameras").unwrap();
    let cameras = cameras.display();
    let text = format!("version = 1\nname = \"S\"\ncameras = \"{cameras}\"\n[report]\n{report}\n");
    std::fs::write(&file, text).unwrap();
    streetward::config::load_site(&file)
}

#[test]
fn the_letterhead_is_as_the_site_file_says() {
    let written = site(
        "authority = \"ỦY BAN NHÂN DÂN PHƯỜNG 1\"\nsymbol = \"BC-UBND\"\naddressees = [\"UBND thành phố\"]\n\
         recipients = [\"Như trên;\"]\n\
         signer_title = \"CHỦ TỊCH\"\ntemplate = \"own.docx\"\nplanned_cameras = 483",
    );
    let report = written.unwrap().report;
    assert_eq!(report.planned_cameras, Some(483));
    assert!(report.template.as_ref().unwrap().is_absolute());
    let head = Letterhead::of(&report);
    assert_eq!(head.authority, "ỦY BAN NHÂN DÂN PHƯỜNG 1");
    assert_eq!((head.superior, head.recipients), (None, vec!["Như trên;".to_owned()]));
    // What nobody wrote is filled in by hand.
    assert_eq!(head.place, "……………");
    assert_eq!(Letterhead::default().recipients, ["……………;", "Lưu: VT."]);

    let wrong = site(
        "authority = 1\nrecipients = [\"\"]\naddressees = [\"\"]\nplanned_cameras = 0\nsigner = \"x\"",
    );
    let told = wrong.unwrap_err().to_string();
    for said in [
        "\"authority\" must be a text in quotes",
        "\"recipients\" must be at most 40 lines",
        "\"addressees\" must be at most 40 lines",
        "\"planned_cameras\" must lie between 1 and 1000000 cameras",
        "unknown key \"signer\"",
    ] {
        assert!(told.contains(said), "{said}: {told}");
    }
}

#[test]
fn a_template_without_a_field_for_addressees_is_told_of_where_there_are_some() {
    let folder = tempfile::tempdir().unwrap();
    let own = template(folder.path(), |_, text| text.replace("{{addressees}}", ""));
    let told = |to: &[&str], own: Option<&std::path::Path>| {
        let addressees = to.iter().map(|line| (*line).to_owned()).collect();
        template_leaves_out(&Letterhead { addressees, ..head() }, own).unwrap()
    };
    let said = told(&["UBND thành phố"], Some(own.as_path())).unwrap();
    assert!(said.contains("own.docx: the template has no field {{addressees}}"), "{said}");
    assert_eq!(told(&[], Some(&own)), None);
    assert_eq!(told(&["UBND thành phố"], Some(&folder.path().join("ours.docx"))), None);
    assert_eq!(told(&["UBND thành phố"], None), None);
}

#[test]
fn the_command_writes_the_template_and_leaves_a_file_that_is_there_alone() {
    let folder = tempfile::tempdir().unwrap();
    let run = || {
        std::process::Command::new(env!("CARGO_BIN_EXE_streetward"))
            .args(["report", "template", "--out", "own.docx"])
            .current_dir(folder.path())
            .output()
            .unwrap()
    };
    let done = run();
    assert!(done.status.success(), "{done:?}");
    assert!(String::from_utf8_lossy(&done.stdout).contains("template = \"own.docx\""));
    let own = folder.path().join("own.docx");
    let letter = bytes(DocumentFormat::Docx, Some(&own)).unwrap();
    assert_eq!(letter, bytes(DocumentFormat::Docx, None).unwrap());
    let again = run();
    assert_eq!(again.status.code(), Some(2));
    let told = String::from_utf8_lossy(&again.stderr);
    assert!(told.contains("own.docx: the file is there already; name another"), "{told}");
}
