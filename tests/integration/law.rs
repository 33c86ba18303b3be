//! `streetward law`: what it says of each kind, and that its data is what was collected.

use crate::support::root;
use assert_cmd::Command;
use serde_json::Value;
use std::path::PathBuf;
use streetward::law::table;
use streetward::rules::Kind;

fn law(args: &[&str]) -> (i32, String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_streetward"))
        .env_remove("STREETWARD_LOG")
        .env("COLUMNS", "100")
        .arg("law")
        .args(args)
        .output()
        .unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
}

fn json(args: &[&str]) -> Value {
    let (code, out, err) = law(&[args, &["--format", "json"]].concat());
    assert_eq!(code, 0, "{err}");
    serde_json::from_str(&out).unwrap()
}

#[test]
fn one_kind_is_told_with_all_that_a_reviewer_needs() {
    let day = ["--date", "2026-11-21"];
    let told = |args: &[&str]| {
        let (code, out, err) = law(&[args, &day].concat());
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(out.contains("lawyer"), "{out}");
        out
    };
    insta::assert_snapshot!("law-red-light", told(&["red_light", "--vehicle", "motorcycle"]));
    insta::assert_snapshot!("law-littering", told(&["littering"]));
    insta::assert_snapshot!("law-speeding", told(&["speeding"]));
    insta::assert_snapshot!("law-list", told(&[]));
    insta::assert_json_snapshot!(
        "law-overloading",
        json(&["overloading", "--date", "2026-11-21", "--vehicle", "motorcycle"])
    );
}

#[test]
fn the_day_decides() {
    let count = |day: &str| {
        let told = json(&["littering", "--date", day]);
        let kind = &told["kinds"][0];
        let overlaps = kind["overlap"].as_array().unwrap();
        let overlap = overlaps.iter().filter(|o| o["relation"] == "overlap").count();
        (kind["provisions"].as_array().unwrap().len(), overlap)
    };
    assert_eq!(count("2022-08-24"), (0, 0));
    assert_eq!(count("2026-02-28"), (3, 0));
    assert_eq!(count("2026-03-01"), (4, 1));
    let amended = |day| json(&["red_light", "--date", day])["kinds"][0]["amendments"].clone();
    assert_eq!(amended("2026-08-14").as_array().unwrap().len(), 0);
    assert_eq!(amended("2026-08-15")[0]["instrument"], "Nghị định 238/2026/NĐ-CP");
    // Without a date: today, on which at least what is in force without an end holds.
    let today = json(&[]);
    assert_eq!(today["kinds"].as_array().unwrap().len(), Kind::ALL.len());
    let red = today["kinds"].as_array().unwrap().iter().find(|k| k["kind"] == "red_light").unwrap();
    assert_eq!(red["provisions"].as_array().unwrap().len(), 3);
}

#[test]
fn slips_are_answered_with_the_nearest() {
    let (code, _, err) = law(&["red_lihgt"]);
    assert!(code == 2 && err.contains("'red_light'"), "{err}");
    let (code, _, err) = law(&["red_light", "--vehicle", "motorbike"]);
    assert!(code == 2 && err.contains("motorcycle"), "{err}");
    let (code, _, err) = law(&["red_light", "--date", "01/03/2026"]);
    assert!(code == 2 && err.contains("write a day as 2026-03-01"), "{err}");
}

/// The collected facts, where they lie beside the repository.
fn seed() -> Option<PathBuf> {
    let name = "shared/law/catalogue_seed.csv";
    root().ancestors().skip(1).map(|above| above.join(name)).find(|path| path.is_file())
}

/// Acts that no kind judges.
const NO_KIND: [&str; 3] = ["phone_moto", "plate_obscured_car", "plate_obscured_moto"];

#[test]
fn the_catalogue_is_what_was_collected() {
    let Some(seed) = seed() else {
        eprintln!("skipped: the collected facts are not here");
        return;
    };
    let text = std::fs::read_to_string(seed).unwrap();
    let mut compared = 0;
    for row in text.lines().skip(1) {
        let cells: Vec<&str> = row.split(',').collect();
        let [code, place, decree, least, most, org_least, org_most, points, confidence] = cells[..]
        else {
            panic!("{row}");
        };
        if NO_KIND.contains(&code) {
            continue;
        }
        let mut parts = place.split('.');
        let mut provision =
            format!("Điều {} khoản {}", parts.next().unwrap(), parts.next().unwrap());
        if let Some(letter) = parts.next() {
            provision.extend([" điểm ", letter]);
        }
        let held: Vec<_> = table()
            .articles
            .iter()
            .filter(|a| a.provision.provision == provision)
            .filter(|a| a.provision.instrument.contains(decree))
            .collect();
        assert!(!held.is_empty(), "{row}: not held");
        let number = |cell: &str| cell.parse::<u64>().ok();
        for article in held {
            let range = article.range.as_ref().unwrap();
            let wanted = [number(least).unwrap(), number(most).unwrap()];
            assert_eq!(range.individual, wanted, "{row}");
            match (org_least, number(org_least).zip(number(org_most))) {
                ("2x", _) => assert_eq!(range.organisation, Some(wanted.map(|v| 2 * v)), "{row}"),
                (_, organisation) => {
                    assert_eq!(range.organisation, organisation.map(|(a, b)| [a, b]), "{row}");
                }
            }
            assert!(range.points.starts_with(&points[..1]), "{row}");
            let known = article.provision.confidence.name();
            assert!(known == confidence || known == "memory", "{row}: {known}");
            compared += 1;
        }
    }
    assert!(compared > 30, "{compared}");
}
