//! `[[agencies]]` and `[serve]` of the site file: what is understood, refused, doubted.

use crate::alert_rig::{refused, site};
use std::path::Path;
use streetward::config::{KeptStatus, Site, agency_for, alert_warnings, load_site};
use streetward::rules::Domain;
use tempfile::TempDir;

fn read(folder: &Path, tables: &str) -> Site {
    site(folder, tables);
    load_site(&folder.join("streetward.toml")).unwrap()
}

#[test]
fn agencies_are_read_and_the_first_that_covers_takes() {
    let folder = TempDir::new().unwrap();
    let site = read(
        folder.path(),
        "[[agencies]]\nid = \"csgt-p1\"\nname = \"CSGT Phường 1\"\nwards = [\"Phươ\u{300}ng 1\"]\n\
         domains = [\"traffic\"]\nacknowledge_minutes = 15\n\
         [[agencies]]\nid = \"p1\"\nname = \"UBND Phường 1\"\nwards = [\"Phường 1\"]\n\
         [[agencies]]\nid = \"city\"\nname = \"Thành phố\"\ndecide_hours = 72\n",
    );
    let taker = |ward, domain| agency_for(&site.agencies, ward, domain).unwrap().id.as_str();
    assert_eq!(taker(Some("Phường 1"), Domain::Traffic), "csgt-p1");
    assert_eq!(taker(Some("Phường 1"), Domain::Environment), "p1");
    assert_eq!(taker(Some("Phường 2"), Domain::Traffic), "city");
    assert_eq!(taker(None, Domain::Traffic), "city");
    assert_eq!(site.agencies[0].sinks, [""; 0]);
    let times = site.agencies.iter().map(|a| (a.acknowledge_minutes, a.decide_hours));
    assert_eq!(times.collect::<Vec<_>>(), [(15, 24), (60, 24), (60, 72)]);
    assert!(agency_for(&site.agencies[..2], None, Domain::Traffic).is_none());
}

#[test]
fn serving_has_safe_defaults() {
    let folder = TempDir::new().unwrap();
    let serve = read(folder.path(), "").serve;
    assert_eq!(serve.listen.to_string(), "127.0.0.1:8480");
    assert_eq!((serve.tls, serve.behind_proxy), (None, false));
    assert_eq!((serve.session_hours, serve.idle_minutes), (12, 60));
    let serve = read(
        folder.path(),
        "[serve]\nlisten = \"[::]:443\"\ncertificate_file = \"tls/c.pem\"\nkey_file = \"tls/k.pem\"\n\
         session_hours = 8\nidle_minutes = 15\n",
    )
    .serve;
    assert_eq!(serve.tls.unwrap().certificate, folder.path().join("tls/c.pem"));
    assert_eq!((serve.session_hours, serve.idle_minutes), (8, 15));
    let proxied = "[serve]\nlisten = \"10.0.0.5:8480\"\nbehind_proxy = true\n";
    assert!(read(folder.path(), proxied).serve.behind_proxy);
}

#[test]
fn terms_of_retention_are_read_and_the_first_that_covers_holds() {
    let folder = TempDir::new().unwrap();
    let days = |tables: &str, domain, status| {
        let site = read(folder.path(), tables);
        site.storage.retention.iter().find(|t| t.covers(Some(domain), status)).map(|t| t.days)
    };
    let (traffic, security) = (Domain::Traffic, Domain::Security);
    let (confirmed, pending) = (KeptStatus::Confirmed, KeptStatus::Pending);
    assert_eq!(days("", traffic, confirmed), Some(365));
    assert_eq!(days("", security, confirmed), None);
    let own = "[[retention]]\ndomains = [\"traffic\"]\nstatuses = [\"pending\"]\ndays = 10\n\
         [[retention]]\nstatuses = [\"confirmed\", \"pending\"]\ndays = 500\n";
    assert_eq!(days(own, traffic, pending), Some(10));
    assert_eq!(days(own, security, pending), Some(500));
    assert_eq!(days(own, traffic, confirmed), Some(500));
    assert_eq!(days(own, traffic, KeptStatus::Dismissed), None);
    // Who says how long all that is confirmed is kept means all of it.
    assert_eq!(days("[storage]\nconfirmed_days = 0\n", traffic, confirmed), None);
    assert_eq!(days("[storage]\nhealth_days = 9\n", traffic, confirmed), Some(365));
    for (wrong, told) in [
        ("[[retention]]\n", "days = 365"),
        ("[[retention]]\ndays = -1\n", "days"),
        ("[[retention]]\ndays = 1\nstatuses = [\"confirmd\"]\n", "confirmed"),
        ("[[retention]]\ndays = 1\ndomains = [\"water\"]\n", "water"),
        ("[timestamp]\n", "url"),
        ("[timestamp]\nurl = \"tsa.example.vn\"\n", "https://"),
        ("[timestamp]\nurl = \"ftp://tsa.example.vn\"\n", "https://"),
    ] {
        let said = refused(folder.path(), wrong);
        assert!(said.contains(told), "{wrong}: {said}");
    }
    let url = "https://tsa.example.vn/rfc3161";
    let site = read(folder.path(), &format!("[timestamp]\nurl = \"{url}\"\n"));
    assert_eq!(site.timestamp.unwrap().url, url);
}

const SINK: &str = "[[alerts]]\nname = \"duty_room\"\nkind = \"webhook\"\nurl = \"https://a.example\"\n\
     kinds = []\ncamera_states = []\n";

#[test]
fn agencies_name_who_hears_of_what_is_overdue() {
    let folder = TempDir::new().unwrap();
    let agency = "[[agencies]]\nid = \"a\"\nname = \"A\"\n";
    let named = format!("{SINK}{agency}sinks = [\"duty_room\", \" duty_room \"]\n");
    let site = read(folder.path(), &named);
    assert_eq!(site.agencies[0].sinks, ["duty_room"]);
    // A sink that hears of this alone is meant.
    assert_eq!(alert_warnings(&site.alerts, &site.agencies, &site.cameras), [""; 0]);
    assert_eq!(alert_warnings(&site.alerts, &[], &site.cameras).len(), 1);
    let percent = |tables: &str| read(folder.path(), tables).review.second_look_percent.to_string();
    assert_eq!(percent(""), "5");
    assert_eq!(percent("[review]\n"), "5");
    assert_eq!(percent("[review]\nsecond_look_percent = 0\n"), "0");
    assert_eq!(percent("[review]\nsecond_look_percent = 12.5\n"), "12.5");
}

#[test]
fn mistakes_are_told_with_what_to_write() {
    let folder = TempDir::new().unwrap();
    let agency = "[[agencies]]\nid = \"a\"\nname = \"A\"\n";
    for (tables, wanted) in [
        ("[[agencies]]\nid = \"a\"\n".to_owned(), "the key \"name\" in [[agencies]] is missing"),
        ("[[agencies]]\nname = \"A\"\n".to_owned(), "the key \"id\" in [[agencies]] is missing"),
        ("[[agencies]]\nid = \"phường\"\nname = \"A\"\n".to_owned(), "letters without marks"),
        (format!("{agency}{agency}"), "two agencies have the id \"a\""),
        (format!("{agency}domains = [\"trafic\"]\n"), "did you mean \"traffic\""),
        (format!("{agency}ward = \"x\"\n"), "did you mean \"wards\""),
        (format!("{agency}acknowledge_minutes = 0\n"), "must lie between 1 and 43200 minutes"),
        (
            format!("{agency}acknowledge_minutes = 61\ndecide_hours = 1\n"),
            "must not be longer than \"decide_hours\"",
        ),
        (format!("{agency}sinks = [\"x\"]\n"), "this file has no [[alerts]]"),
        (format!("{SINK}{agency}sinks = [\"duty_rom\"]\n"), "did you mean \"duty_room\""),
        ("[review]\nsecond_look_percent = 101\n".to_owned(), "between 0 and 100 percent"),
        ("[review]\nsecond_look = 5\n".to_owned(), "second_look_percent"),
        ("[serve]\nlisten = \"8480\"\n".to_owned(), "like 127.0.0.1:8480"),
        ("[serve]\nlisten = \"0.0.0.0:8480\"\n".to_owned(), "would cross the network in the clear"),
        ("[serve]\nkey_file = \"k\"\n".to_owned(), "\"key_file\" needs \"certificate_file\""),
        ("[serve]\ncertificate_file = \"c\"\n".to_owned(), "needs \"key_file\" beside it"),
        ("[serve]\nidle_minutes = 0\n".to_owned(), "must lie between 1 and 1440 minutes"),
        ("[serve]\nbehind_proxy = \"no\"\n".to_owned(), "must be true or false"),
    ] {
        let told = refused(folder.path(), &tables);
        assert!(told.contains(wanted), "{tables}\n{told}");
    }
}

#[test]
fn agencies_that_do_not_fit_are_doubted() {
    let folder = TempDir::new().unwrap();
    let doubts = |tables: &str| {
        let site = read(folder.path(), tables);
        site.warnings(site.cameras.iter())
    };
    assert_eq!(doubts(""), [""; 0]);
    let all = "[[agencies]]\nid = \"a\"\nname = \"A\"\n";
    assert_eq!(doubts(all), [""; 0]);
    assert_eq!(doubts(&format!("{all}domains = [\"traffic\"]\nwards = [\"Phường 1\"]\n")), [""; 0]);
    let told =
        doubts(&format!("{all}domains = [\"security\"]\nwards = [\"Phường 9\", \"Phường 1\"]\n"));
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[0].contains("looks after the ward \"Phường 9\", in which no camera stands"));
    assert!(told[1].contains("no agency looks after traffic in the ward \"Phường 1\""), "{told:?}");
}

#[test]
fn bounds_are_a_box_on_the_map() {
    let folder = TempDir::new().unwrap();
    assert_eq!(read(folder.path(), "").register.bounds, None);
    let bounds = |of: &str| format!("[register]\nbounds = {of}\n");
    let city = read(folder.path(), &bounds("[9.85, 106.25, 10, 106.45]")).register.bounds.unwrap();
    assert!(city.holds(9.93, 106.34) && !city.holds(21.03, 105.85));
    for wrong in ["[10, 106.25, 9.85, 106.45]", "[9.85, 106.45, 10, 106.25]", "[9.85, 0, 95, 1]"] {
        let said = refused(folder.path(), &bounds(wrong));
        assert!(said.contains("south below north"), "{wrong}: {said}");
    }
}
