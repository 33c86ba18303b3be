//! What alerts say, in Vietnamese and English, with a sealed record where there is one.

use crate::alert_rig::web::Web;
use crate::alert_rig::{at, close, open, sinks, work};
use crate::sample::sample;
use std::fmt::Write as _;
use streetward::alert::{Alerter, Courier, News};
use streetward::scene::{CameraState, Detail, Reason, StateChange};
use streetward::store::Store;
use tempfile::TempDir;

#[test]
fn alerts_read_as_officials_write_and_call_nothing_a_violation() {
    let folder = TempDir::new().unwrap();
    let web = Web::start();
    let table = |language: &str| {
        format!(
            "[[alerts]]\nname = \"{language}\"\nkind = \"webhook\"\nurl = \"{}/{language}\"\n\
             language = \"{language}\"\nlink = \"https://streetward.example/events/{{id}}\"\n",
            web.url()
        )
    };
    let sinks = sinks(folder.path(), &[table("vi"), table("en")].concat());
    let alerter = Alerter::new(&sinks);
    let store = Store::open(&folder.path().join("data")).unwrap();
    open(&store, &alerter, &sample(0));
    close(&store, &alerter, &sample(0));
    open(&store, &alerter, &sample(7));
    let turn = |second: f64, state, reasons: &[Reason], detail: Detail| {
        let change = StateChange { at: at(second), state, reasons: reasons.to_vec(), detail };
        let news = News::State("p2-cho", "Cổng chợ", &change);
        store.put_letters(&alerter.letters(news)).unwrap();
    };
    turn(
        500.0,
        CameraState::Blind,
        &[Reason::Moved, Reason::Defocused],
        Detail::Shifted { across: -41.0, down: 7.0, degrees: 0.0 },
    );
    turn(560.0, CameraState::Seeing, &[], Detail::Back { seconds: 60.0, from: CameraState::Blind });
    let mut said = String::new();
    for sink in &sinks {
        let mut courier = Courier::new(sink.clone(), &folder.path().join("data")).unwrap();
        assert_eq!(work(&mut courier, &store, at(600.0), 60.0).1.sent, 5);
        courier.send_test(at(600.0)).unwrap();
        for request in web.taken() {
            let body = request.json();
            let text = |key: &str| body[key].as_str().unwrap().to_owned();
            writeln!(said, "# {}: {}\n{}\n", sink.name, text("title"), text("text")).unwrap();
        }
    }
    insta::assert_snapshot!("alerts-texts", said);
    for line in said.lines() {
        let lower = line.to_lowercase();
        let denies =
            lower.contains("chưa được coi là vi phạm") || lower.contains("no violation before");
        assert!(denies || !(lower.contains("vi phạm") || lower.contains("violation")), "{line}");
    }
}
