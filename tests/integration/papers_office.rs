//! `LibreOffice` opens letters and workbooks: what it shows, and where on the page.

#![allow(clippy::print_stdout, clippy::unwrap_used)]

use crate::papers::sample::{head, sample};
use std::path::{Path, PathBuf};
use std::process::Command;
use streetward::report::{Document, DocumentFormat, Language, write_document, write_template};

/// What is shown of a page: words with the box that each takes, in points from the top left.
struct Word {
    page: usize,
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
    text: String,
}

fn has(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// All files in another format; none without `LibreOffice`.
fn converted(folder: &Path, files: &[PathBuf], to: &str, out: &Path) -> Option<Vec<PathBuf>> {
    if !has("soffice") || !has("pdftotext") {
        println!("skipped: LibreOffice or pdftotext is not installed");
        return None;
    }
    // A profile of its own: two at once in one profile wait for each other.
    let profile = format!("-env:UserInstallation=file://{}", folder.join("profile").display());
    let done = Command::new("soffice")
        .args([&profile, "--headless", "--norestore", "--convert-to", to, "--outdir"])
        .arg(out)
        .args(files)
        .output()
        .unwrap();
    let made: Vec<PathBuf> =
        files.iter().map(|f| out.join(f.file_stem().unwrap()).with_extension(to)).collect();
    for file in &made {
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(file.is_file(), "{} was not made: {said}", file.display());
    }
    // For people to look at.
    if let Some(kept) = std::env::var_os("STREETWARD_KEEP_PAPERS").map(PathBuf::from) {
        std::fs::create_dir_all(&kept).unwrap();
        for file in files.iter().chain(&made) {
            std::fs::copy(file, kept.join(file.file_name().unwrap())).unwrap();
        }
    }
    Some(made)
}

/// All files as PDF beside them; none without `LibreOffice`.
fn as_pdf(folder: &Path, files: &[PathBuf]) -> Option<Vec<PathBuf>> {
    converted(folder, files, "pdf", folder)
}

fn attribute(line: &str, name: &str) -> f64 {
    let (_, rest) = line.split_once(&format!("{name}=\"")).unwrap();
    rest.split('"').next().unwrap().parse().unwrap()
}

/// The size of each page, and every word.
fn words(pdf: &Path) -> (Vec<(f64, f64)>, Vec<Word>) {
    let out = Command::new("pdftotext").arg("-bbox").arg(pdf).arg("-").output().unwrap();
    let text = String::from_utf8(out.stdout).unwrap();
    let (mut sizes, mut words) = (Vec::new(), Vec::new());
    for line in text.lines() {
        if line.contains("<page ") {
            sizes.push((attribute(line, "width"), attribute(line, "height")));
        }
        if let Some((_, rest)) = line.split_once("<word ") {
            let (_, said) = rest.split_once('>').unwrap();
            words.push(Word {
                page: sizes.len(),
                left: attribute(line, "xMin"),
                top: attribute(line, "yMin"),
                right: attribute(line, "xMax"),
                bottom: attribute(line, "yMax"),
                text: said.replace("</word>", "").replace("&lt;", "<").replace("&gt;", ">"),
            });
        }
    }
    (sizes, words)
}

fn joined(words: &[Word]) -> String {
    words.iter().map(|w| w.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// Where words that stand together begin.
fn place<'a>(words: &'a [Word], said: &str) -> &'a [Word] {
    let wanted: Vec<&str> = said.split(' ').collect();
    words
        .windows(wanted.len())
        .find(|w| w.iter().map(|w| w.text.as_str()).eq(wanted.iter().copied()))
        .unwrap_or_else(|| panic!("\"{said}\" is not there: {}", joined(words)))
}

const MM: f64 = 72.0 / 25.4;

/// Long enough for several pages.
fn long() -> Document {
    let mut document = sample();
    let more = document.sections[0].clone();
    document.sections.push(more);
    let streetward::report::Block::Table(table) = &mut document.sections[2].blocks[1] else {
        panic!("a table")
    };
    table.key = "by_domain_again".into();
    table.rows = (0..60).flat_map(|_| table.rows.clone()).collect();
    // Too wide for an upright page.
    let mut wide = document.sections[1].clone();
    wide.title = streetward::report::Words::new("Bảng rộng", "A wide table");
    wide.blocks.truncate(1);
    let streetward::report::Block::Table(table) = &mut wide.blocks[0] else { panic!("a table") };
    table.key = "wide".into();
    table.columns = (0..4).flat_map(|_| table.columns.clone()).collect();
    table.rows = vec![(0..4).flat_map(|_| table.rows[0].clone()).collect(); 5];
    document.sections.insert(1, wide);
    document
}

#[test]
fn a_letter_is_laid_out_as_the_decree_wants() {
    let folder = tempfile::tempdir().unwrap();
    let [vi, en] =
        [("vi.docx", Language::Vi), ("en.docx", Language::En)].map(|(name, language)| {
            let path = folder.path().join(name);
            let docx = DocumentFormat::Docx;
            write_document(&long(), docx, language, &head(), None, &path).unwrap();
            path
        });
    let Some(pdfs) = as_pdf(folder.path(), &[vi, en]) else { return };
    let (sizes, first) = words(&pdfs[0]);
    // A4, upright but for the page of the wide table.
    let lies = |page: usize| sizes[page - 1].0 > sizes[page - 1].1;
    for size in &sizes {
        let (less, more) = (size.0.min(size.1), size.0.max(size.1));
        assert!((less - 210.0 * MM).abs() < 1.0 && (more - 297.0 * MM).abs() < 1.0, "{size:?}");
    }
    let lying: Vec<usize> = (1..=sizes.len()).filter(|page| lies(*page)).collect();
    assert_eq!(lying, [place(&first, "2. Bảng rộng")[0].page]);
    let pages = first.last().unwrap().page;
    assert!(pages > 3, "{pages} pages");
    // Margins: above and below 20 to 25 mm, left 30 to 35, right 15 to 20; the page's number stands in
    // the upper margin, in the middle, on all pages but the first.
    let inside = |w: &&Word| w.top >= 19.0 * MM;
    for w in first.iter().filter(|w| lies(w.page)).filter(inside) {
        assert!(w.top >= 29.9 * MM && w.bottom <= (210.0 - 19.9) * MM, "{}", w.text);
        assert!(w.left >= 19.9 * MM && w.right <= (297.0 - 19.9) * MM, "{}", w.text);
    }
    for w in first.iter().filter(|w| !lies(w.page)).filter(inside) {
        assert!(w.left >= 29.9 * MM && w.right <= (210.0 - 14.9) * MM, "{}", w.text);
        assert!(w.bottom <= (297.0 - 19.9) * MM, "{}", w.text);
    }
    let least = first
        .iter()
        .filter(|w| !lies(w.page))
        .filter(inside)
        .map(|w| w.left)
        .fold(f64::MAX, f64::min);
    assert!((30.0..=35.0).contains(&(least / MM).round()), "{}", least / MM);
    let numbers: Vec<(usize, &str)> =
        first.iter().filter(|w| !inside(w)).map(|w| (w.page, w.text.as_str())).collect();
    let wanted: Vec<(usize, String)> = (2..=pages).map(|n| (n, n.to_string())).collect();
    assert_eq!(numbers, wanted.iter().map(|(n, t)| (*n, t.as_str())).collect::<Vec<_>>());
    for w in first.iter().filter(|w| !inside(w)) {
        let middle = f64::midpoint(w.left, w.right) / MM;
        let wanted = if lies(w.page) { 148.5 } else { 110.0 };
        assert!((middle - wanted).abs() < 2.0, "the number stands at {middle} mm");
    }
    // The head: two columns, the authority to the left, the nation to the right, on one line.
    let authority = place(&first, "ỦY BAN NHÂN DÂN PHƯỜNG 1");
    let superior = place(&first, "THÀNH PHỐ TRÀ VINH");
    let nation = place(&first, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM");
    let motto = place(&first, "Độc lập - Tự do - Hạnh phúc");
    assert!((superior[0].top - nation[0].top).abs() < 2.0);
    assert!(authority.last().unwrap().right < nation[0].left);
    assert!(nation.iter().all(|w| (w.top - nation[0].top).abs() < 1.0), "one line");
    let middle = |words: &[Word]| f64::midpoint(words[0].left, words[words.len() - 1].right);
    assert!((middle(nation) - middle(motto)).abs() < 2.0, "one under the other");
    assert!(motto[0].top > nation[0].top);
    let number = place(&first, "Số: ………/BC-UBND");
    let date = place(&first, "Trà Vinh, ngày 02 tháng 11 năm 2026");
    assert!((number[0].bottom - date[0].bottom).abs() < 3.0);
    assert!(number[0].top > authority[0].top && date[0].top > motto[0].top);
    // What it is, what it is about, sections and tables by number.
    let kind = place(&first, "BÁO CÁO");
    let about = place(&first, "Kết quả khai thác camera tháng 10 năm 2026");
    assert!((middle(kind) - middle(about)).abs() < 2.0 && kind[0].top > date[0].top);
    // To whom it goes, in the middle, above what it says.
    let to = place(&first, "Kính gửi: Ủy ban nhân dân thành phố Trà Vinh");
    let body = place(&first, "1. Kết quả theo lĩnh vực");
    assert!((middle(kind) - middle(to)).abs() < 2.0, "in the middle");
    assert!(about[0].top < to[0].top && (body[0].page > 1 || to[0].top < body[0].top));
    let said = joined(&first);
    for wanted in [
        "1. Kết quả theo lĩnh vực",
        "Bảng 1. Vụ việc theo lĩnh vực",
        "Biểu đồ 1. Vụ việc theo lĩnh vực",
        "Biểu đồ 5. Vụ việc theo ngày",
        "Bảng 4. Vụ việc theo lĩnh vực",
        "12.345",
        "87,2%",
        "Trật tự đô thị <b>",
        "12.500.000 đ",
        "Trên đây là nội dung báo cáo./.",
    ] {
        assert!(said.contains(wanted), "\"{wanted}\" is not there: {said}");
    }
    // A table's head stands on every page that it goes over.
    assert!(said.matches("Tỷ lệ đúng").count() > 5);
    // Signature to the right, recipients to the left, each on a line of its own.
    let office = place(&first, "CHỦ TỊCH");
    let recipients = place(&first, "Nơi nhận:");
    let name = place(&first, "Nguyễn Thị Ánh");
    assert!(recipients[0].right < office[0].left && name[0].top > office[0].top + 20.0 * MM);
    assert!((middle(office) - middle(name)).abs() < 2.0);
    let lines = ["- Như trên;", "- Công an phường (để phối hợp);", "- Lưu: VT."];
    let tops = lines.map(|line| place(&first, line)[0].top);
    assert!(tops.is_sorted() && tops[0] < tops[1], "{tops:?}");

    let (_, english) = words(&pdfs[1]);
    for said in [
        "SOCIALIST REPUBLIC OF VIET NAM",
        "Independence - Freedom - Happiness",
        "On what the cameras gave in October 2026",
        "1. Results by domain",
        "Table 1. Events by domain",
        "Recipients:",
    ] {
        place(&english, said);
    }
}

#[test]
fn a_template_saved_by_a_word_processor_is_filled() {
    let folder = tempfile::tempdir().unwrap();
    let ours = folder.path().join("template.docx");
    write_template(&ours).unwrap();
    let saved = folder.path().join("saved");
    let Some(own) = converted(folder.path(), &[ours], "docx", &saved) else { return };
    let letter = folder.path().join("letter.docx");
    let docx = DocumentFormat::Docx;
    write_document(&sample(), docx, Language::Vi, &head(), Some(&own[0]), &letter).unwrap();
    let Some(pdfs) = as_pdf(folder.path(), &[letter]) else { return };
    let (_, all) = words(&pdfs[0]);
    for said in [
        "ỦY BAN NHÂN DÂN PHƯỜNG 1",
        "Trà Vinh, ngày 02 tháng 11 năm 2026",
        "Bảng 2. Camera đã lắp đặt",
        "- Lưu: VT.",
        "Nguyễn Thị Ánh",
    ] {
        place(&all, said);
    }
    assert!(!joined(&all).contains("{{"), "{}", joined(&all));
}

#[test]
fn a_workbook_opens_with_its_numbers_as_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("book.xlsx");
    write_document(&sample(), DocumentFormat::Xlsx, Language::Vi, &head(), None, &book).unwrap();
    let Some(pdfs) = as_pdf(folder.path(), &[book]) else { return };
    let (_, all) = words(&pdfs[0]);
    let said = joined(&all);
    for wanted in [
        "ỦY BAN NHÂN DÂN PHƯỜNG 1",
        "Bảng 1. Vụ việc theo lĩnh vực",
        "Bảng 2. Camera đã lắp đặt",
        "Biểu đồ 2. Vụ việc theo ngày",
        "87.2%",
        "+512",
        "1:12:01",
        "09/03/2025",
        "Cách tính",
    ] {
        assert!(said.contains(wanted), "\"{wanted}\" is not there: {said}");
    }
}
