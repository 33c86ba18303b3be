//! What alerts say, in Vietnamese and English, with a sealed record where there is one.

use crate::alert_rig::web::Web;
use crate::alert_rig::{at, close, open, sinks, work};
use crate::sample::sample;
use std::fmt::Write as _;
use streetward::alert::{Alerter, Courier, News, told};
use streetward::config::Language;
use streetward::media::StreamProblem;
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

#[test]
fn all_is_said_in_both_languages_and_no_english_in_vietnamese() {
    let problems = [
        StreamProblem::UnknownHost,
        StreamProblem::PortRefused,
        StreamProblem::Unreachable("x".to_owned()),
        StreamProblem::NoAnswer(10.0),
        StreamProblem::Unauthorised,
        StreamProblem::Forbidden,
        StreamProblem::NoSuchStream,
        StreamProblem::Answer("500".to_owned()),
        StreamProblem::Rubbish,
        StreamProblem::NoVideo,
        StreamProblem::Codec("vp9".to_owned()),
        StreamProblem::NoPackets(5.0),
        StreamProblem::Undecodable(5.5),
        StreamProblem::Broken("x".to_owned()),
    ];
    let streams = problems.map(|problem| Detail::Stream { shown: "rtsp://c".into(), problem });
    let mut details = vec![
        Detail::NotConnected,
        Detail::NotAttached,
        Detail::Began,
        Detail::Back { seconds: 75.0, from: CameraState::Blind },
        Detail::Ended,
        Detail::Silent { seconds: 6.0 },
        Detail::Stood { seconds: 2.4 },
        Detail::Bright { share: 0.8 },
        Detail::Hidden { share: 0.62 },
        Detail::NothingSeen,
        Detail::Sharpness { share: 0.4 },
        Detail::Shifted { across: -64.0, down: 12.0, degrees: 1.2 },
        Detail::Shifted { across: 0.0, down: 0.0, degrees: 0.0 },
        Detail::Elsewhere,
        Detail::Turns { per_second: 2.5 },
        Detail::Clock { ahead_seconds: -80.0 },
        Detail::Clock { ahead_seconds: 8.0 },
    ];
    details.extend(streams);
    let english = [
        " the ", " is ", "check", "its ", "pixels", "picture", "view", "packet", "again", "ahead",
        "behind", "seeing", "blind", "offline",
    ];
    let mut all = Vec::new();
    for detail in &details {
        let vi = told(&[], detail, Language::Vi);
        let en = told(&[], detail, Language::En);
        assert!(!vi.is_empty() && !en.is_empty() && vi != en, "{detail:?}");
        let padded = format!(" {vi} ");
        assert!(english.iter().all(|word| !padded.contains(word)), "{vi}");
        assert!(vi.chars().any(|c| !c.is_ascii() && c != '°'), "{vi}");
        all.push(format!("{vi}\n{en}"));
    }
    insta::assert_snapshot!("state-details", all.join("\n\n"));
}

#[test]
fn without_figures_the_reasons_are_said() {
    let reasons = [Reason::Black, Reason::Overloaded];
    assert_eq!(
        told(&reasons, &Detail::None, Language::En),
        "the picture is black; analysis does not keep up"
    );
    assert_eq!(told(&[], &Detail::None, Language::Vi), "");
}
