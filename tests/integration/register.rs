//! The register of cameras: sheets taken in or refused, moves, coverage, and what is made public.

use crate::postgres_rig::data_folder;
use assert_cmd::Command;
use jiff::civil::{Date, date};
use proptest::prelude::*;
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;
use streetward::config::Bounds;
use streetward::media::WallTime;
use streetward::register::{
    ImportPlan, ImportTerms, RegisterError, Sheet, TemplateFormat, carry_out, disclosed, template,
};
use streetward::report::{DisclosureFormat, Language, disclosure_bytes};
use streetward::review::Doer;
use streetward::store::{RegisterState, Store};
use tempfile::TempDir;

const HEAD: &str = "Mã camera;Tên camera;Phường/xã;Giai đoạn;Vị trí lắp đặt;Vĩ độ;Kinh độ;Nhà cung cấp;Hợp đồng;Nguồn kinh phí;Người đóng góp;Đồng ý nêu tên;Chi phí (đồng);Tình trạng;Ngày lắp đặt";

fn today() -> Date {
    date(2026, 11, 22)
}

fn terms(moves: bool) -> ImportTerms<'static> {
    ImportTerms { bounds: None, moves, today: today(), contracts: &[] }
}

fn planned(store: &Store, csv: &str, terms: &ImportTerms<'_>) -> ImportPlan {
    let sheet = Sheet::read(csv.as_bytes()).unwrap();
    let known = store.register_cameras().unwrap();
    ImportPlan::new(&sheet, &known, store.register_version().unwrap(), terms)
}

fn done(store: &Store, csv: &str, moves: bool) -> ImportPlan {
    let plan = planned(store, csv, &terms(moves));
    assert_eq!(plan.problems, []);
    let at = WallTime("2026-11-22T03:00:00Z".parse().unwrap());
    carry_out(store, &plan, &Doer::Command { uid: 7 }, at, ("cameras.csv", "ab")).unwrap();
    plan
}

fn sheet(rows: &[&str]) -> String {
    format!("{HEAD}\n{}\n", rows.join("\n"))
}

const A: &str = "p1-01;Lê Lợi;Phường 1;1;Ngã tư;9.9347;106.3453;Cty A;HĐ1;Xã hội hóa;Bà Trần Thị B;không;15.000.000;đã lắp đặt;31/3/2025";
const B: &str = "p1-02;Chợ;Phường 1;1;Chợ;9,9350;106,3460;Cty A;HĐ1;Xã hội hóa;Công ty Điện C;có;20000000;đã lắp đặt;1/4/2025";
const C: &str = "p2-01;Bến xe;Phường 2;2;Bến xe;9.9400;106.3400;;;Ngân sách;;;;dự kiến;";
const D: &str = "p2-02;Trường học;Phường 2;2;Trường;9.9410;106.3410;;;Ngân sách;;;;dự kiến;";

#[test]
fn a_code_in_other_letters_is_no_other_camera() {
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    done(&store, &sheet(&[A, C]), false);
    let other = A.replace("p1-01", "P1-01").replace("9.9347;106.3453", ";");
    let plan = planned(&store, &sheet(&[&other, C]), &terms(false));
    assert_eq!(plan.problems.len(), 1, "{:?}", plan.problems);
    assert!(plan.added.is_empty());
    // What stands and loses its position is told of.
    let plan = planned(&store, &sheet(&[&A.replace("9.9347;106.3453", ";")]), &terms(false));
    assert_eq!((plan.problems.len(), plan.notes.len()), (0, 1), "{plan:?}");
}

#[test]
fn a_sheet_is_taken_in_and_counted() {
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    let plan = done(&store, &sheet(&[A, B, C, D]), false);
    assert_eq!((plan.added.len(), plan.rows), (4, 4));
    let cameras = store.register_cameras().unwrap();
    let first = &cameras[0];
    assert_eq!((first.code.as_str(), first.cost_dong), ("p1-01", Some(15_000_000)));
    assert_eq!((first.state, first.consent), (RegisterState::Installed, false));
    assert_eq!(first.installed_on, Some(date(2025, 3, 31)));
    assert!((cameras[1].position.unwrap().lat - 9.935).abs() < 1e-9);
    let counts = store.register_counts().unwrap();
    assert_eq!((counts.wanted, counts.installed, counts.places), (4, 2, 2));
    let parts: Vec<_> = counts.parts.iter().map(|p| (&*p.ward, p.planned, p.installed)).collect();
    assert_eq!(parts, [("Phường 1", 0, 2), ("Phường 2", 2, 0)]);
    assert_eq!(store.register_places().unwrap().len(), 4);
    let contracts = store.register_contracts().unwrap();
    assert_eq!((contracts.len(), contracts[0].vendor.as_deref()), (1, Some("Cty A")));
    // The same again changes nothing, and is not entered.
    let again = done(&store, &sheet(&[A, B, C, D]), false);
    assert_eq!((again.unchanged, store.register_version().unwrap()), (4, 1));
    // What the file does not say stays.
    let less = "Code,Name,Ward,State\np1-01,Lê Lợi mới,Phường 1,installed\n";
    let plan = done(&store, less, false);
    assert_eq!(plan.changed[0].columns, ["name"]);
    let kept = &store.register_cameras().unwrap()[0];
    assert_eq!((kept.name.as_str(), kept.cost_dong), ("Lê Lợi mới", Some(15_000_000)));
    assert!(store.verify_audit(None).unwrap().broken.is_none());
    assert_eq!(store.verify_audit(None).unwrap().entries, 2);
}

/// Every mistake, each in its own file, with the row and a word of what is said.
#[test]
fn every_mistake_is_named_with_its_row_and_column() {
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    done(&store, &sheet(&[A, B]), false);
    let change = |row: &str, at: usize, to: &str| {
        let mut parts: Vec<&str> = row.split(';').collect();
        parts[at] = to;
        parts.join(";")
    };
    let cases: [(usize, &str, &str, &str); 17] = [
        (0, "", "Mã camera", "nothing is written here"),
        (0, "Bến xe 1", "Mã camera", "such as \"ben-xe-1\""),
        (0, "p2-02", "Mã camera", "row 2 has this code already"),
        (1, "", "Tên camera", "nothing is written here"),
        (5, "chín", "Vĩ độ", "decimal number"),
        (5, "", "Vĩ độ", "one of the two coordinates"),
        (5, "95", "Vĩ độ", "decimal number"),
        (5, "21.0285", "Vĩ độ", "km from the other cameras"),
        (11, "để hỏi", "Đồng ý nêu tên", "write \"yes\" or \"no\""),
        (11, "có", "Đồng ý nêu tên", "nobody is named"),
        (12, "hai mươi triệu", "Chi phí (đồng)", "written in words"),
        (12, "20 triệu", "Chi phí (đồng)", "20000000"),
        (12, "20.5", "Chi phí (đồng)", "whole đồng"),
        (12, "-1", "Chi phí (đồng)", "0 to 1,000,000,000,000"),
        (13, "hỏng", "Tình trạng", "write \"planned\""),
        (14, "1/4/2030", "Ngày lắp đặt", "in the future"),
        (14, "April", "Ngày lắp đặt", "day first"),
    ];
    for (at, to, column, said) in cases {
        let csv = sheet(&[D, &change(C, at, to)]);
        let plan = planned(&store, &csv, &terms(false));
        let told: Vec<String> = plan.problems.iter().map(ToString::to_string).collect();
        let place = format!("row 3, column \"{column}\"");
        assert!(told.iter().any(|t| t.contains(&place) && t.contains(said)), "{to}: {told:?}");
        assert!(plan.problems.iter().all(|p| !p.said.vi.is_empty()), "{told:?}");
        assert!(!plan.is_sound());
    }
    let told = |csv: &str, terms: &ImportTerms<'_>| -> Vec<String> {
        planned(&store, csv, terms).problems.iter().map(ToString::to_string).collect()
    };
    // Swapped coordinates, and positions outside the bounds of the site.
    let swapped = change(&change(C, 5, "106.34"), 6, "9.94");
    assert!(told(&sheet(&[&swapped]), &terms(false))[0].contains("each other's column"));
    let bounds = Bounds { south: 9.9, west: 106.3, north: 9.938, east: 106.4 };
    let within = ImportTerms { bounds: Some(bounds), ..terms(false) };
    assert!(told(&sheet(&[C]), &within)[0].contains("outside the city"));
    // One contract with two vendors, one camera under two codes.
    let other = change(&change(C, 7, "Cty B"), 8, "HĐ1");
    let both = told(&sheet(&[A, &other]), &terms(false));
    assert!(both[0].contains("row 3") && both[0].contains("one vendor"), "{both:?}");
    let twin = told(&sheet(&[&change(A, 0, "p1-99")]), &terms(false));
    assert!(twin[0].contains("enter each once"), "{twin:?}");
    // Two rows of one code are named though the first has another mistake.
    let both = told(&sheet(&[&change(C, 12, "nhiều"), &change(D, 0, "p2-01")]), &terms(false));
    assert!(both.len() == 2 && both[1].contains("row 2 has this code already"), "{both:?}");
    // Columns: a near one is suggested, a needed one missed, one named twice.
    let wrong = HEAD.replace("Người đóng góp", "Ngời đóng góp").replace("Tên camera;", "");
    let heads = told(&format!("{wrong};Mã số\n"), &terms(false)).join("\n");
    assert!(heads.contains("did you mean \"Người đóng góp\""), "{heads}");
    assert!(heads.contains("the column \"Tên camera\" (\"Name\") is missing"), "{heads}");
    assert!(heads.contains("same as the column \"Mã camera\""), "{heads}");
    assert_eq!(store.register_version().unwrap(), 1, "nothing was changed by any of these");
}

#[test]
fn a_camera_is_moved_only_where_it_is_said_so() {
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    done(&store, &sheet(&[A, B, C, D]), false);
    let moved = A.replace("9.9347", "9.9367");
    let plan = planned(&store, &sheet(&[&moved]), &terms(false));
    let said = plan.problems[0].to_string();
    assert!(said.contains("--moves") && said.contains("222 m"), "{said}");
    // Measured again is not moved, and a plan may change.
    let nearly = A.replace("9.9347", "9.93475");
    let elsewhere = C.replace("9.9400", "9.9450");
    let plan = done(&store, &sheet(&[&nearly, &elsewhere]), false);
    assert_eq!((plan.moved.len(), plan.changed.len()), (0, 2));
    done(&store, &sheet(&[&moved]), true);
    let moves = store.register_moves(Some("p1-01")).unwrap();
    assert_eq!(moves.len(), 1);
    assert!((moves[0].from.position.unwrap().lat - 9.93475).abs() < 1e-9);
    assert!((moves[0].to.position.unwrap().lat - 9.9367).abs() < 1e-9);
    assert_eq!(moves[0].by, "uid 7");
}

#[test]
fn what_was_compared_with_another_state_is_not_carried_out() {
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    let early = planned(&store, &sheet(&[A]), &terms(false));
    done(&store, &sheet(&[B, C]), false);
    let at = WallTime("2026-11-22T03:00:00Z".parse().unwrap());
    let late = carry_out(&store, &early, &Doer::Command { uid: 7 }, at, ("a.csv", ""));
    assert!(matches!(late, Err(RegisterError::Meanwhile)), "{late:?}");
    assert_eq!(store.register_cameras().unwrap().len(), 2);
}

/// One register, whatever it was saved as.
#[test]
fn csv_and_xlsx_say_the_same() {
    let comma = sheet(&[A, C]).replace("15.000.000", "15000000").replace(';', ",");
    let semicolon = sheet(&[A, C]);
    let marked = format!("\u{feff}{semicolon}");
    let titled = format!("DANH MỤC CAMERA\r\n\r\n{}", semicolon.replace('\n', "\r\n"));
    let told = format!("sep=;\n{semicolon}");
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    let plans: Vec<ImportPlan> = [&comma, &semicolon, &marked, &titled, &told]
        .map(|csv| planned(&store, csv, &terms(false)))
        .into();
    for plan in &plans {
        assert_eq!(plan.problems, []);
        let cameras = |p: &ImportPlan| p.added.iter().map(|(_, c)| c.clone()).collect::<Vec<_>>();
        assert_eq!(cameras(plan), cameras(&plans[0]));
    }
    assert_eq!(plans[3].added[0].0, 4, "rows are those that an editor shows");
    // The template is understood as it is, in both formats and languages.
    for english in [false, true] {
        let read = [TemplateFormat::Csv, TemplateFormat::Xlsx].map(|format| {
            let bytes = template(format, english).unwrap();
            let plan = ImportPlan::new(&Sheet::read(&bytes).unwrap(), &[], 0, &terms(false));
            assert_eq!(plan.problems, [], "{format:?}");
            plan.added
        });
        assert_eq!(read[0], read[1]);
        assert_eq!(read[0][0].1.cost_dong, Some(15_000_000));
    }
}

#[test]
fn what_is_no_sheet_is_refused() {
    let refused = |bytes: &[u8]| Sheet::read(bytes).unwrap_err().to_string();
    assert!(refused(b"").contains("empty"));
    assert!(refused(b"\xef\xbb\xbf\n\n;;;\n").contains("empty"));
    assert!(refused(&[0xd0, 0xcf, 0x11, 0xe0, 0]).contains("XLS"));
    assert!(refused(b"%PDF-1.7").contains("PDF"));
    assert!(refused(b"PK\x03\x04 and nothing").contains("XLSX"));
    let latin = "Mã;Tên\np1;Ch\n".as_bytes().iter().copied().chain([0xe8, b'\n']);
    assert!(refused(&latin.collect::<Vec<_>>()).contains("line 3 is not UTF-8"));
    assert!(refused(&vec![b'a'; 5 << 20]).contains("at most"));
    assert!(refused("x\n".repeat(30_000).as_bytes()).contains("more than 20000 rows"));
    // Small when packed, and larger than the memory when not.
    let mut bomb = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let usual = zip::write::SimpleFileOptions::default();
    bomb.start_file("xl/worksheets/sheet1.xml", usual).unwrap();
    for _ in 0..160 {
        std::io::Write::write_all(&mut bomb, &vec![b' '; 1 << 20]).unwrap();
    }
    let bomb = bomb.finish().unwrap().into_inner();
    assert!(bomb.len() < 4 << 20);
    assert!(refused(&bomb).contains("at most"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]
    #[test]
    fn any_bytes_are_answered(bytes in prop::collection::vec(any::<u8>(), 0..600), head in any::<bool>()) {
        let mut file = if head { format!("{HEAD}\n").into_bytes() } else { Vec::new() };
        file.extend(&bytes);
        if let Ok(sheet) = Sheet::read(&file) {
            let plan = ImportPlan::new(&sheet, &[], 0, &terms(false));
            prop_assert!(plan.is_sound() || !plan.problems.is_empty());
        }
    }

    #[test]
    fn any_field_is_answered(field in "\\PC{0,40}", at in 0_usize..15) {
        let mut parts: Vec<String> = A.split(';').map(str::to_owned).collect();
        parts[at] = format!("\"{}\"", field.replace('"', "\"\""));
        let sheet = Sheet::read(sheet(&[&parts.join(";")]).as_bytes()).unwrap();
        let plan = ImportPlan::new(&sheet, &[], 0, &terms(false));
        prop_assert_eq!(plan.added.len() as u64 + u64::from(!plan.is_sound()), 1);
    }
}

/// Bà Trần Thị B gave two cameras and agreed to be named nowhere; her name stands in a camera's name, a
/// place and a note as well.
#[test]
fn who_did_not_agree_is_named_nowhere() {
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    let head = format!("{HEAD};Ghi chú;Đơn vị sở hữu");
    let rows = [
        format!("{A};bà Trần Thị B gọi 0912;Hộ bà Trần Thị B"),
        format!("{};;", B.replace("Chợ;Phường 1;1;Chợ", "Trước nhà bà TRẦN THỊ B;Phường 1;1;Nhà bà Trần Thị B")),
        format!("{C};;"),
        // Who agreed for one camera and not for another is named at the one.
        "p3-01;Cầu;Phường 3;1;Cầu Công ty Điện C;9.93;106.34;;;Tài trợ Công ty Điện C;Công ty Điện C;không;1;đã lắp đặt;;;".to_owned(),
    ];
    done(&store, &format!("{head}\n{}\n", rows.join("\n")), false);
    let register = store.register_cameras().unwrap();
    let told = disclosed(&register, &store.register_counts().unwrap(), today());
    for format in [DisclosureFormat::Html, DisclosureFormat::Csv, DisclosureFormat::Json] {
        for language in [Language::Vi, Language::En] {
            let text =
                String::from_utf8(disclosure_bytes(&told, format, language).unwrap()).unwrap();
            let lower = text.to_lowercase();
            for hidden in ["trần thị b", "tran thi b", "0912", "9.93"] {
                assert!(!lower.contains(hidden), "{format:?}: {hidden}: {text}");
            }
            assert!(text.contains("Công ty Điện C"), "{text}");
        }
    }
    let by_code = |code: &str| told.cameras.iter().find(|c| c.code == code).unwrap();
    assert_eq!(by_code("p1-02").contributor.as_deref(), Some("Công ty Điện C"));
    let other = serde_json::to_string(by_code("p3-01")).unwrap();
    assert!(!other.contains("Điện C"), "{other}");
    let unnamed = told.contributors.last().unwrap();
    assert_eq!((&unnamed.name, unnamed.cameras, unnamed.cost_dong), (&None, 2, 15_000_001));
}

fn streetward(args: &[&str], data: &Path) -> (i32, String, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    let done = command.args(args).env("STREETWARD_DATA", data).current_dir(data).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (done.status.code().unwrap(), text(&done.stdout), text(&done.stderr))
}

/// A city of 120 cameras that stand and 363 that are planned.
#[test]
fn the_commands_keep_a_citys_register() {
    let folder = TempDir::new().unwrap();
    let data = folder.path().join("data");
    std::fs::create_dir(&data).unwrap();
    let mut csv = format!("{HEAD}\n");
    for n in 0..483 {
        let ward = n % 3 + 1;
        let (lat, lon) = (9.92 + f64::from(n % 20) * 0.002, 106.33 + f64::from(n / 20) * 0.001);
        let stage = if n < 120 { "1;" } else { "2;" };
        let state = if n < 120 { "đã lắp đặt;1/4/2025" } else { "dự kiến;" };
        writeln!(
            csv,
            "c-{n:03};Camera {n};Phường {ward};{stage}Điểm {};{lat};{lon};;;Ngân sách;;;;{state}",
            n % 69
        )
        .unwrap();
    }
    let file = folder.path().join("cameras.csv");
    std::fs::write(&file, &csv).unwrap();
    let file = file.to_str().unwrap();
    let (code, told, _) = streetward(&["register", "import", file, "--dry-run"], &data);
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("483 rows: 483 new") && told.contains("dry run"), "{told}");
    assert!(!data.join("streetward.db").exists());
    let (code, told, _) = streetward(&["register", "import", file], &data);
    assert_eq!(code, 0, "{told}");
    let (_, told, _) = streetward(&["register", "list", "--coverage"], &data);
    assert!(told.contains("120 of 483 are installed (24.8 %), at 69 places."), "{told}");
    let (_, told, _) = streetward(&["register", "list", "--coverage", "--format", "json"], &data);
    let counts: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(counts["counts"]["parts"].as_array().unwrap().len(), 6);
    std::fs::write(file, csv.replace("c-007;", "c-008;")).unwrap();
    let (code, told, _) = streetward(&["register", "import", file], &data);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("row 10, column \"Mã camera\"") && told.contains("Nothing was changed"));
    let to = ["--lat", "9.9301", "--lon", "106.3333", "--reason", "bị cây che"];
    let way = [&["register", "move", "c-001"][..], &to].concat();
    let (code, told, error) = streetward(&way, &data);
    assert_eq!(code, 0, "{told}{error}");
    let (_, told, _) = streetward(&["register", "show", "c-001"], &data);
    assert!(told.contains("moved from") && told.contains("bị cây che"), "{told}");
    let (code, _, error) = streetward(&["register", "show", "c-0001"], &data);
    assert_eq!(code, 2);
    assert!(error.contains("did you mean"), "{error}");
    let out = data.join("public.html");
    let (code, _, error) =
        streetward(&["register", "disclose", "-o", out.to_str().unwrap()], &data);
    assert_eq!(code, 0, "{error}");
    let page = std::fs::read_to_string(out).unwrap();
    assert!(page.contains("Đã lắp đặt 120 trong tổng số 483 camera"), "{page}");
    let (_, audit, _) = streetward(&["audit", "list"], &data);
    assert!(audit.contains("register_imported") && audit.contains("camera_moved"), "{audit}");
}
