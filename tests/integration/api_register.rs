//! The register over HTTP: who sees what, sheets taken in and refused, what may be made public.

use crate::api_rig::{Answer, Person, Rig};
use serde_json::Value;
use sha2::{Digest, Sha256};

const HEAD: &str = "Mã camera,Tên camera,Phường/xã,Tình trạng,Vĩ độ,Kinh độ,Người đóng góp,Đồng ý nêu tên,Đơn vị sở hữu,Giai đoạn";
const ROWS: [&str; 3] = [
    "p1-le-loi-01,Lê Lợi,Phường 1,đã lắp đặt,9.9347,106.3453,Bà Trần Thị B,không,Hộ bà B,1",
    "p3-ben-xe,Bến xe,Phường 3,đã lắp đặt,9.9401,106.3401,Công ty Điện C,có,Bến xe,1",
    "p3-cho,Chợ,Phường 3,dự kiến,9.9450,106.3450,,,,2",
];

fn import(rig: &Rig, person: &Person, query: &str, body: &str) -> Answer {
    let headers = [("Cookie", person.cookie.as_str()), ("X-CSRF-Token", person.csrf.as_str())];
    rig.ask("POST", &format!("/api/v1/register/import{query}"), &headers, body)
}

/// As who previews and then takes it in.
fn take_in(rig: &Rig, person: &Person, query: &str, body: &str) -> Answer {
    let version = rig.store_read().register_version().unwrap();
    let and = if query.is_empty() { '?' } else { '&' };
    let sha256 = sha256(body);
    import(rig, person, &format!("{query}{and}version={version}&sha256={sha256}"), body)
}

fn sha256(sheet: &str) -> String {
    hex::encode(Sha256::digest(sheet))
}

fn sheet() -> String {
    format!("{HEAD}\n{}\n", ROWS.join("\n"))
}

#[test]
fn a_sheet_is_previewed_then_taken_in() {
    let rig = Rig::new();
    let admin = rig.person("administrator");
    let preview = import(&rig, &admin, "?name=cameras.csv&dry_run=true", &sheet());
    assert_eq!(preview.status, 200, "{:?}", preview.json());
    assert_eq!(preview.json()["plan"]["added"].as_array().unwrap().len(), 3);
    assert_eq!(preview.json()["done"], false);
    assert_eq!(rig.store_read().register_version().unwrap(), 0);
    assert_eq!(preview.json()["version"], 0);
    assert_eq!(preview.json()["sha256"], sha256(&sheet()));
    let query = format!("?name=cameras.csv&version=0&sha256={}", sha256(&sheet()));
    let taken = import(&rig, &admin, &query, &sheet());
    assert_eq!(taken.status, 200);
    assert_eq!(taken.json()["done"], true);
    let wrong = sheet().replace("9.9347", "chín").replace("dự kiến", "hỏng");
    let seen = import(&rig, &admin, "?dry_run=true", &wrong);
    assert_eq!(seen.status, 200);
    let refused = take_in(&rig, &admin, "", &wrong);
    assert_eq!((refused.status, refused.code().as_str()), (422, "sheet_mistakes"));
    let problems = refused.json()["plan"]["problems"].clone();
    assert_eq!(problems[0]["row"], 2);
    assert_eq!(problems[0]["column"], "Vĩ độ");
    assert_eq!(problems[1]["row"], 4);
    let moved = sheet().replace("9.9347", "9.9377");
    assert_eq!(take_in(&rig, &admin, "", &moved).code(), "sheet_mistakes");
    assert_eq!(take_in(&rig, &admin, "?moves=true", &moved).status, 200);
    let none = take_in(&rig, &admin, "", "%PDF-1.7");
    assert_eq!((none.status, none.code().as_str()), (422, "no_sheet"));
    let register = rig.see(&admin, "/register").json();
    assert_eq!(register["cameras"][0]["moves"].as_array().unwrap().len(), 1);
    assert_eq!(register["cameras"][0]["attached"], true);
    // A sheet is larger than what else is sent, and not as large as one likes.
    let long = format!("{}{}", sheet(), ",,,,,,,,,\n".repeat(20_000));
    assert!(long.len() > 64 * 1024);
    assert_eq!(take_in(&rig, &admin, "", &long).code(), "no_sheet", "too many rows");
    let longer = "x".repeat(5 << 20);
    assert_eq!(take_in(&rig, &admin, "", &longer).status, 413);
    let audit = rig.see(&admin, "/audit?action=register_imported").json();
    assert_eq!(audit["items"].as_array().unwrap().len(), 2);
    assert_eq!(audit["items"][1]["subject"], "cameras.csv");
}

#[test]
fn what_was_not_previewed_is_not_taken_in() {
    let rig = Rig::new();
    let (one, other) = (rig.person("administrator"), rig.person("administrator"));
    assert_eq!(take_in(&rig, &one, "", &sheet()).status, 200);
    let mine = sheet().replace("Bến xe,Phường 3", "Bến xe mới,Phường 3");
    let theirs = sheet().replace("Chợ,Phường 3", "Chợ lớn,Phường 3");
    let preview = import(&rig, &one, "?dry_run=true", &mine).json();
    assert_eq!(preview["plan"]["changed"][0]["columns"], serde_json::json!(["name"]));
    let title = &preview["plan"]["changed"][0]["titles"][0];
    assert_eq!((&title["vi"], &title["en"]), (&"Tên camera".into(), &"Name".into()));
    let sum = preview["sha256"].as_str().unwrap();
    let query = format!("?version={}&sha256={sum}", preview["version"]);
    // The file was saved again after it was previewed: no camera of it is taken in.
    let edited = import(&rig, &one, &query, &mine.replace("Bến xe mới", "Bến xe cũ"));
    assert_eq!((edited.status, edited.code().as_str()), (409, "sheet_changed"));
    let told = edited.json()["error"]["message_vi"].as_str().unwrap().to_owned();
    assert!(told.contains("không phải tệp đã xem trước"), "{told}");
    let unnamed = import(&rig, &one, &format!("?version={}", preview["version"]), &mine);
    assert_eq!(unnamed.status, 400, "of which sheet the preview was must be said");
    assert_eq!(take_in(&rig, &other, "", &theirs).status, 200);
    // With the sheet of before, the other's name would be gone without a word.
    let crossed = import(&rig, &one, &query, &mine);
    assert_eq!((crossed.status, crossed.code().as_str()), (409, "register_changed"));
    let names: Vec<Value> = rig.see(&one, "/register").json()["cameras"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["name"].clone())
        .collect();
    assert_eq!(names, ["Lê Lợi", "Bến xe", "Chợ lớn"]);
    assert_eq!(import(&rig, &one, "", &mine).status, 400, "nothing goes unseen");
}

#[test]
fn who_may_not_keep_the_register_sees_less_of_it() {
    let rig = Rig::new();
    let admin = rig.person("administrator");
    assert_eq!(take_in(&rig, &admin, "", &sheet()).status, 200);
    for name in ["viewer", "reviewer", "supervisor", "auditor"] {
        let person = rig.person(name);
        assert_eq!(import(&rig, &person, "", &sheet()).status, 403, "{name}");
        let told = String::from_utf8(rig.see(&person, "/register").body).unwrap();
        assert!(!told.contains("Trần Thị B") && !told.contains("Hộ bà B"), "{name}: {told}");
        assert!(told.contains("Công ty Điện C"), "{told}");
    }
    let told = String::from_utf8(rig.see(&admin, "/register").body).unwrap();
    assert!(told.contains("Trần Thị B"), "{told}");
    // Of one's wards only.
    let elsewhere = rig.person("elsewhere");
    let told = rig.see(&elsewhere, "/register").json();
    let codes: Vec<&str> =
        told["cameras"].as_array().unwrap().iter().map(|c| c["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["p3-ben-xe", "p3-cho"]);
    let counts = rig.see(&elsewhere, "/register/coverage").json();
    assert_eq!(
        (&counts["counts"]["wanted"], &counts["counts"]["installed"]),
        (&2.into(), &1.into())
    );
    let all = rig.see(&admin, "/register/coverage").json();
    assert_eq!(all["counts"]["wanted"], 3);
    assert_eq!(all["counts"]["places"], 2);
    let views = rig.see(&elsewhere, "/fitness").json();
    let cameras: Vec<&Value> =
        views["views"].as_array().unwrap().iter().map(|v| &v["camera"]).collect();
    assert_eq!(cameras, ["p3-ben-xe"]);
    let places = rig.see(&elsewhere, "/register/places").json();
    assert_eq!(places["places"][0]["code"], "p3-cho");
    for format in ["html", "csv", "json"] {
        let answer = rig.see(&elsewhere, &format!("/disclosure?format={format}"));
        let text = String::from_utf8(answer.body).unwrap();
        assert!(!text.contains("Trần Thị B") && text.contains("Công ty Điện C"), "{text}");
        assert!(answer.headers["content-disposition"].contains("cong-khai"));
    }
    let survey = rig.see(&admin, "/survey?format=html");
    assert_eq!(survey.status, 200);
    assert!(String::from_utf8(survey.body).unwrap().contains("Bảng khảo sát"));
    for wrong in
        ["/survey?format=pdf", "/disclosure?language=fr", "/fitness?from=2030-01-01T00:00:00Z"]
    {
        assert_eq!(rig.see(&admin, wrong).status, 400, "{wrong}");
    }
}

#[test]
fn many_views_are_measured_some_at_a_time_and_remembered() {
    let rig = Rig::new();
    let admin = rig.person("administrator");
    let folder = rig.scene.folder.path().join("cameras");
    let drawn = std::fs::read_to_string(folder.join("p3-ben-xe.toml")).unwrap();
    for n in 0..30 {
        let id = format!("more-{n:02}");
        let text = drawn.replace("p3-ben-xe", &id).replace("Bến xe", &format!("Bến xe {n}"));
        std::fs::write(folder.join(format!("{id}.toml")), text).unwrap();
    }
    let fitness = |wanted: &dyn Fn(&Value) -> bool| {
        for _ in 0..200 {
            let told = rig.see(&admin, "/fitness").json();
            let there = told["views"].as_array().unwrap().len() as u64;
            let waiting = told["waiting"].as_u64().unwrap();
            assert!(there + waiting == 2 || there + waiting == 32, "{told}");
            if wanted(&told) {
                return told;
            }
            std::thread::sleep(std::time::Duration::from_millis(100));
        }
        panic!("it never came to that");
    };
    let whole = |told: &Value| told["views"].as_array().unwrap().len() == 32;
    let some = fitness(&|told| told["views"].as_array().unwrap().len() > 2);
    // One question measures a dozen, whoever else asked meanwhile.
    assert!(some["views"].as_array().unwrap().len() >= 12, "{some}");
    let all = fitness(&whole);
    assert_eq!((all["waiting"].clone(), all["as_of"].is_string()), (0.into(), true));
    assert_eq!(rig.see(&admin, "/fitness").json(), all, "what was measured holds");
    // Drawn anew, a camera is measured anew; what is said of the others holds.
    let named = |told: &Value, name: &str| {
        told["views"].as_array().unwrap().iter().any(|v| v["name"] == name)
    };
    assert!(named(&all, "Bến xe 7"));
    let file = folder.join("more-07.toml");
    let text = std::fs::read_to_string(&file).unwrap().replace("Bến xe 7", "Bến xe Bảy");
    std::fs::write(&file, text).unwrap();
    let anew = fitness(&|told| named(told, "Bến xe Bảy"));
    assert!(whole(&anew), "{anew}");
}
