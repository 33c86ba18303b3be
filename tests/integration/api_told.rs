//! What the register, the views of cameras and reports tell to whom: names that nobody may be told,
//! and nothing of the wards and domains of others.

use crate::api_rig::{PASSWORD, Person, Rig, now};
use sha2::{Digest, Sha256};
use std::io::{Cursor, Read};
use streetward::config::Language;
use streetward::media::WallTime;
use streetward::register::MoveTo;
use streetward::review::{Doer, NewUser, Reach, Role, Scope, add_user};
use streetward::rules::Domain;

const HEAD: &str =
    "Code,Name,Ward,State,Place,Latitude,Longitude,Contributor,Consent,Funding source,Owner,Note";
/// Bà Trần Thị Bích gave the first and agreed to be named nowhere.
const ROWS: [&str; 4] = [
    "p1-le-loi-01,Trước nhà Trần Thị Bích,Phường 1,installed,Hẻm bà Trần Thị Bích,9.9347,106.3453,Hộ bà Trần Thị Bích,no,Trần Thị Bích ủng hộ,Hộ bà Bích,gọi 0912",
    "p1-cho,Cạnh nhà cô Trần Thị Bích,Phường 1,planned,Chợ,9.9349,106.3455,,,,,",
    "p3-ben-xe,Bến xe,Phường 3,installed,Bến xe,9.9401,106.3401,Công ty Điện C,yes,,,",
    "p3-cho,Chợ,Phường 3,planned,Chợ,9.9402,106.3402,,,,,",
];

fn filled() -> Rig {
    let rig = Rig::new();
    let admin = rig.person("administrator");
    let headers = [("Cookie", admin.cookie.as_str()), ("X-CSRF-Token", admin.csrf.as_str())];
    let sheet = format!("{HEAD}\n{}\n", ROWS.join("\n"));
    let sha256 = hex::encode(Sha256::digest(&sheet));
    let path = format!("/api/v1/register/import?version=0&sha256={sha256}");
    let taken = rig.ask("POST", &path, &headers, &sheet);
    assert_eq!(taken.status, 200, "{}", taken.json());
    rig
}

/// Somebody who looks after these domains alone, in the whole city.
fn of_domains(rig: &Rig, name: &str, domains: &[Domain]) -> Person {
    let new = NewUser {
        name: name.to_owned(),
        full_name: name.to_owned(),
        role: Role::Supervisor,
        scope: Scope { domains: domains.iter().copied().collect(), wards: Reach::All },
        agency: None,
        language: Language::Vi,
    };
    add_user(&rig.store(), &Doer::Command { uid: 0 }, &new, PASSWORD, now()).unwrap();
    rig.person(name)
}

fn text(rig: &Rig, person: &Person, path: &str) -> String {
    let answer = rig.see(person, path);
    assert_eq!(answer.status, 200, "{path}: {}", String::from_utf8_lossy(&answer.body));
    String::from_utf8(answer.body).unwrap()
}

#[test]
fn who_did_not_agree_is_told_to_nobody_but_who_keeps_the_register() {
    let rig = filled();
    let move_to = MoveTo {
        position: None,
        place: Some("Đối diện nhà Trần Thị Bích".to_owned()),
        ward: None,
        reason: Some("bà Bích không muốn".to_owned()),
    };
    let at = WallTime("2026-08-15T11:00:00Z".parse().unwrap());
    let by = Doer::Command { uid: 7 };
    streetward::register::move_camera(&rig.store(), "p1-le-loi-01", move_to, None, &by, at)
        .unwrap();
    let hidden = ["Bích", "0912"];
    for name in ["viewer", "reviewer", "supervisor", "auditor"] {
        let person = rig.person(name);
        for path in ["/register", "/register/places", "/survey?format=html", "/disclosure"] {
            let told = text(&rig, &person, path);
            assert!(!hidden.iter().any(|h| told.contains(h)), "{name} {path}: {told}");
        }
        let told = rig.see(&person, "/register").json();
        let first =
            told["cameras"].as_array().unwrap().iter().find(|c| c["code"] == "p1-le-loi-01");
        let first = first.unwrap();
        assert_eq!(first["name"], "(không nêu tên)");
        assert_eq!(first["moves"][0]["to"]["place"], "(không nêu tên)");
        assert!(first["moves"][0]["reason"].is_null(), "{first}");
        assert!(text(&rig, &person, "/register").contains("Công ty Điện C"));
    }
    let admin = rig.person("administrator");
    let told = text(&rig, &admin, "/register");
    for shown in ["Trước nhà Trần Thị Bích", "bà Bích không muốn", "ủng hộ", "0912"]
    {
        assert!(told.contains(shown), "{shown}: {told}");
    }
    assert!(text(&rig, &admin, "/register/places").contains("Cạnh nhà cô Trần Thị Bích"));
    // A council's paper is public whoever made it.
    for language in ["vi", "en"] {
        let told = text(&rig, &admin, &format!("/survey?language={language}"));
        assert!(!told.contains("Bích") && told.contains("(không nêu tên)"), "{told}");
    }
}

#[test]
fn what_happens_is_counted_within_the_domains() {
    let rig = filled();
    let all = rig.person("supervisor");
    let traffic = of_domains(&rig, "traffic", &[Domain::Traffic]);
    let security = of_domains(&rig, "security", &[Domain::Security]);
    let nothing = of_domains(&rig, "nothing", &[]);
    let period = "from=2026-08-01&to=2026-09-01";
    let near = |person: &Person| {
        let told = rig.see(person, &format!("/register/places?{period}")).json();
        let places = told["places"].as_array().unwrap().clone();
        let place = places.iter().find(|p| p["code"] == "p1-cho").unwrap();
        place["incidents_near"].as_u64().unwrap()
    };
    assert_eq!(near(&nothing), 0);
    let counts = [near(&traffic), near(&security), near(&all)];
    assert!(counts[0] > 0 && counts[1] > 0 && counts[0] + counts[1] < counts[2], "{counts:?}");
    let rules = |person: &Person| {
        let told = rig.see(person, &format!("/fitness?{period}&camera=p1-le-loi-01")).json();
        told["views"][0]["kinds"].as_array().unwrap().len()
    };
    assert_eq!([rules(&all), rules(&traffic), rules(&security), rules(&nothing)], [1, 1, 0, 0]);
}

#[test]
fn places_are_counted_within_the_wards() {
    let rig = filled();
    let (all, elsewhere) = (rig.person("supervisor"), rig.person("elsewhere"));
    let told = |person: &Person| text(&rig, person, "/survey?format=html");
    assert!(told(&all).contains("tại 2 vị trí."));
    let part = told(&elsewhere);
    assert!(part.contains("đã lắp đặt 1 trong tổng số 2 camera") && part.contains("tại 1 vị trí."));
    assert_eq!(rig.see(&elsewhere, "/register/coverage").json()["counts"]["places"], 1);
    assert_eq!(rig.see(&all, "/register/coverage").json()["counts"]["places"], 2);
    assert!(told(&all).contains("Phạm vi khảo sát: toàn bộ địa bàn."));
    // A letter has no head that says so: its first words do.
    let letter = |person: &Person| {
        let answer = rig.see(person, "/survey?format=docx&from=2026-08-01&to=2026-08-31");
        assert_eq!(answer.status, 200);
        let mut archive = zip::ZipArchive::new(Cursor::new(answer.body)).unwrap();
        let mut text = String::new();
        archive.by_name("word/document.xml").unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let part = letter(&elsewhere);
    let scope =
        part.find("Phạm vi khảo sát: chỉ địa bàn Phường 3. Kỳ khảo sát: từ ngày 01/08/2026");
    assert!(scope < part.find("đã lắp đặt 1 trong tổng số 2 camera"), "{part}");
    assert!(scope.is_some() && part.contains(">Khảo sát hệ thống camera đã lắp đặt"), "{part}");
    let traffic = letter(&of_domains(&rig, "giao-thong", &[Domain::Traffic]));
    assert!(traffic.contains("chỉ thuộc lĩnh vực Giao thông."), "{traffic}");
}

#[test]
fn of_nothing_no_share_is_told_and_a_bad_template_is() {
    let rig = Rig::new();
    let admin = rig.person("administrator");
    let survey = text(&rig, &admin, "/survey?format=html");
    assert!(survey.contains("Danh mục camera chưa có camera"), "{survey}");
    assert!(!survey.contains("trong tổng số 0"), "{survey}");
    let file = rig.scene.folder.path().join("streetward.toml");
    let site = std::fs::read_to_string(&file).unwrap();
    std::fs::write(rig.scene.folder.path().join("own.docx"), "no letter").unwrap();
    std::fs::write(&file, format!("{site}\n[report]\ntemplate = \"own.docx\"\n")).unwrap();
    for _ in 0..200 {
        let answer = rig.see(&admin, "/survey?format=docx");
        if answer.status != 200 {
            assert_eq!((answer.status, answer.code().as_str()), (422, "report_not_written"));
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(100));
    }
    panic!("the template is not taken up");
}

#[test]
fn a_report_names_no_ward_or_domain_that_it_does_not_count() {
    let rig = Rig::new();
    let elsewhere = rig.person("elsewhere");
    let traffic = of_domains(&rig, "traffic", &[Domain::Traffic]);
    let ward = "Ph%C6%B0%E1%BB%9Dng%20";
    let of = "from=2026-08-01&to=2026-08-31";
    let refused = |person: &Person, path: &str, word: &str| {
        let answer = rig.see(person, path);
        assert_eq!((answer.status, answer.code().as_str()), (400, "outside_scope"), "{path}");
        let told = answer.json();
        let detail = told["error"]["detail"].as_str().unwrap();
        assert!(detail.contains(word), "{detail}");
        let vi = told["error"]["message_vi"].as_str().unwrap();
        assert!(vi.contains("ngoài địa bàn"), "{vi}");
    };
    for route in ["/reports/figures", "/reports/file"] {
        refused(&elsewhere, &format!("{route}?{of}&ward={ward}1"), "Phường 1");
        refused(&elsewhere, &format!("{route}?{of}&ward={ward}3,{ward}1"), "Phường 1");
        refused(&traffic, &format!("{route}?{of}&domain=traffic,security"), "security");
    }
    let said =
        |person: &Person, filter: &str| text(&rig, person, &format!("/reports/file?{of}&{filter}"));
    assert!(said(&elsewhere, &format!("ward={ward}3")).contains("địa bàn: Phường 3."));
    assert!(said(&elsewhere, "domain=security").contains("địa bàn: Phường 3; lĩnh vực: "));
    let own = said(&traffic, &format!("domain=traffic&ward={ward}1"));
    assert!(own.contains("địa bàn: Phường 1; lĩnh vực: "), "{own}");
}
