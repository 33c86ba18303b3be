//! Sheets that are not what they seem: an XLSX that is small and would unfold to more than the memory,
//! consent that would pass to somebody else.

use crate::api_rig::Rig;
use crate::postgres_rig::data_folder;
use assert_cmd::Command;
use rust_xlsxwriter::Workbook;
use std::io::Write;
use streetward::media::WallTime;
use streetward::register::{ImportPlan, ImportTerms, RegisterError, Sheet, carry_out};
use streetward::review::Doer;
use streetward::store::Store;

/// A sheet with the first and the last cell that there can be.
fn corners() -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "Mã camera").unwrap();
    sheet.write_string(1_048_575, 16_383, "x").unwrap();
    book.save_to_buffer().unwrap()
}

#[test]
fn a_sheets_last_corner_takes_no_room() {
    let refused = Sheet::read(&corners()).unwrap_err();
    assert!(matches!(refused, RegisterError::TooManyRows(_)), "{refused}");
    // The rightmost cell alone is left alone, and the heads are read where they stand.
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let rows = [["Code", "Name", "Ward", "State"], ["c-1", "Chợ", "Phường 1", "planned"]];
    for (at, row) in rows.iter().enumerate() {
        sheet.write_row(at as u32 + 3, 2, *row).unwrap();
    }
    sheet.write_string(4, 16_383, "x").unwrap();
    // Far down a field was made bold, and nothing written.
    sheet.write_blank(1_000_000, 0, &rust_xlsxwriter::Format::new().set_bold()).unwrap();
    let sheet = Sheet::read(&book.save_to_buffer().unwrap()).unwrap();
    let terms = ImportTerms {
        bounds: None,
        moves: false,
        today: jiff::civil::date(2026, 11, 22),
        contracts: &[],
    };
    let plan = ImportPlan::new(&sheet, &[], 0, &terms);
    assert_eq!(plan.problems, []);
    assert_eq!((plan.added.len(), plan.added[0].0), (1, 5), "rows are those that are shown");
    // One text that every cell shares.
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let long = "x".repeat(32_000);
    for row in 0..100 {
        for column in 0..60 {
            sheet.write_string(row, column, &long).unwrap();
        }
    }
    let shared = book.save_to_buffer().unwrap();
    assert!(shared.len() < 1 << 20, "{}", shared.len());
    let refused = Sheet::read(&shared).unwrap_err();
    assert!(matches!(refused, RegisterError::TooLarge { .. }), "{refused}");
}

#[test]
fn such_a_sheet_is_refused_by_the_command_and_the_desk() {
    let corners = corners();
    assert!(corners.len() < 16 << 10);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("corners.xlsx");
    std::fs::write(&file, &corners).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.args(["register", "import", file.to_str().unwrap(), "--data"]).arg(folder.path());
    let done = command.output().unwrap();
    let told = String::from_utf8_lossy(&done.stderr);
    assert_eq!(done.status.code(), Some(2), "{told}");
    assert!(told.contains("more than 20000 rows"), "{told}");
    let rig = Rig::new();
    let admin = rig.person("administrator");
    let mut request = Vec::new();
    write!(
        request,
        "POST /api/v1/register/import?dry_run=true HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n\
         Cookie: {}\r\nX-CSRF-Token: {}\r\nContent-Length: {}\r\n\r\n",
        admin.cookie,
        admin.csrf,
        corners.len()
    )
    .unwrap();
    request.extend(&corners);
    let answer = rig.raw(&request).unwrap();
    assert_eq!((answer.status, answer.code().as_str()), (422, "no_sheet"));
    assert_eq!(rig.see(&admin, "/register").status, 200, "the desk is still there");
}

#[test]
fn consent_does_not_pass_to_another_contributor() {
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    let terms = ImportTerms {
        bounds: None,
        moves: false,
        today: jiff::civil::date(2026, 11, 22),
        contracts: &[],
    };
    let import = |csv: &str| {
        let sheet = Sheet::read(csv.as_bytes()).unwrap();
        let (seen, known) = (store.register_version().unwrap(), store.register_cameras().unwrap());
        let plan = ImportPlan::new(&sheet, &known, seen, &terms);
        assert_eq!(plan.problems, []);
        let at = WallTime("2026-11-22T03:00:00Z".parse().unwrap());
        carry_out(&store, &plan, &Doer::Command { uid: 7 }, at, ("a.csv", "")).unwrap();
        plan
    };
    let full = |who: &str, consent: &str| {
        format!("Code,Name,Ward,State,Contributor,Consent\nc-1,Chợ,P1,installed,{who},{consent}\n")
    };
    let short =
        |who: &str| format!("Code,Name,Ward,State,Nhà tài trợ\nc-1,Chợ,P1,installed,{who}\n");
    let agreed = || {
        let camera = &store.register_cameras().unwrap()[0];
        (camera.contributor.clone().unwrap_or_default(), camera.consent)
    };
    import(&full("Bà Trần Thị Hoa", "yes"));
    // The same person, written otherwise only in case, and a sheet that says nothing of either.
    assert_eq!(import(&short("bà Trần Thị Hoa")).notes, []);
    assert_eq!(import("Code,Name,Ward,State\nc-1,Chợ 1,P1,installed\n").notes, []);
    assert_eq!(agreed(), ("bà Trần Thị Hoa".to_owned(), true));
    // Another, whose name differs by a mark alone.
    let plan = import(&short("Bà Trần Thị Hòa"));
    assert_eq!(plan.changed[0].columns, ["name", "contributor", "consent_to_be_named"]);
    let note = plan.notes[0].to_string();
    assert!(note.contains("row 2, column \"Nhà tài trợ\"") && note.contains("another"), "{note}");
    assert_eq!(agreed(), ("Bà Trần Thị Hòa".to_owned(), false));
    // Said for the new one, it holds for the new one.
    assert_eq!(import(&full("Ông Lê Văn C", "yes")).notes, []);
    assert_eq!(agreed(), ("Ông Lê Văn C".to_owned(), true));
    // An empty field says no for whoever it is, and that it was given before is told.
    let plan = import(&full("Ông Đỗ Văn D", ""));
    assert_eq!((plan.notes.len(), agreed().1), (1, false));
    import(&full("Ông Đỗ Văn D", "yes"));
    assert_eq!((import(&short("")).notes.len(), agreed()), (1, (String::new(), false)));
}
