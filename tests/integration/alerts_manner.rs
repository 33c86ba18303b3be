//! Which news goes out to a sink, when, and signed how.

use crate::alert_rig::web::Web;
use crate::alert_rig::{at, open, sinks, work};
use crate::postgres_rig::settle;
use crate::sample::sample;
use std::process::Command;
use streetward::alert::{Alerter, Courier, News};
use streetward::scene::{CameraState, Detail, Reason, StateChange};
use streetward::store::{LetterState, Store};
use tempfile::TempDir;

#[test]
fn cameras_are_told_of_when_they_go_blind_and_when_they_see_again() {
    let folder = TempDir::new().unwrap();
    settle(&folder.path().join("data"));
    let web = Web::start();
    let tables =
        format!("[[alerts]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"{}\"\n", web.url());
    let sinks = sinks(folder.path(), &tables);
    let alerter = Alerter::new(&sinks);
    let store = Store::open(&folder.path().join("data")).unwrap();
    let mut courier = Courier::new(sinks[0].clone(), folder.path()).unwrap();
    let mut second = 0.0;
    let mut turn = |state, reasons: &[Reason]| {
        second += 1.0;
        let change =
            StateChange { at: at(second), state, reasons: reasons.to_vec(), detail: Detail::None };
        let letters = alerter.letters(News::State("p1-le-loi-01", "Ngã tư Lê Lợi", &change));
        store.put_letters(&letters).unwrap();
    };
    turn(CameraState::Offline, &[Reason::Starting]);
    turn(CameraState::Seeing, &[]);
    turn(CameraState::Degraded, &[Reason::Flicker]);
    turn(CameraState::Seeing, &[]);
    turn(CameraState::Blind, &[Reason::Covered]);
    turn(CameraState::Degraded, &[Reason::Flicker]);
    turn(CameraState::Seeing, &[]);
    turn(CameraState::Seeing, &[]);
    turn(CameraState::Offline, &[Reason::NoPackets]);
    turn(CameraState::Offline, &[Reason::ServiceStopped]);
    turn(CameraState::Seeing, &[]);
    work(&mut courier, &store, at(30.0), 60.0);
    let told: Vec<String> = web
        .taken()
        .iter()
        .map(|r| r.json()["change"]["state"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(told, ["blind", "seeing", "offline", "seeing"]);
}

#[test]
fn quiet_hours_hold_back_and_a_pace_is_kept() {
    let folder = TempDir::new().unwrap();
    settle(&folder.path().join("data"));
    let web = Web::start();
    // 07:30 UTC is 14:30 in Vietnam.
    let tables = format!(
        "[[alerts]]\nname = \"quiet\"\nkind = \"webhook\"\nurl = \"{0}/quiet\"\n\
         quiet_hours = [\"14:00-14:45\"]\n\
         [[alerts]]\nname = \"silent\"\nkind = \"webhook\"\nurl = \"{0}/silent\"\n\
         quiet_hours = [\"14:00-14:45\"]\nsevere_pass = false\n\
         [[alerts]]\nname = \"slow\"\nkind = \"webhook\"\nurl = \"{0}/slow\"\nmost_per_minute = 3\n",
        web.url()
    );
    let sinks = sinks(folder.path(), &tables);
    let alerter = Alerter::new(&sinks);
    let store = Store::open(&folder.path().join("data")).unwrap();
    let mut couriers: Vec<Courier> =
        sinks.iter().map(|s| Courier::new(s.clone(), folder.path()).unwrap()).collect();
    // Three of nine are grave.
    for n in 0..9 {
        open(&store, &alerter, &sample(n));
    }
    let quiet = couriers[0].deliver_due(&store, at(10.0)).unwrap();
    assert_eq!((quiet.sent, quiet.held, quiet.next_due), (3, 6, Some(at(900.0))));
    let silent = couriers[1].deliver_due(&store, at(10.0)).unwrap();
    assert_eq!((silent.sent, silent.held, silent.next_due), (0, 9, Some(at(900.0))));
    for (courier, rest) in couriers.iter_mut().zip([6, 9]) {
        assert_eq!(courier.deliver_due(&store, at(899.0)).unwrap().sent, 0);
        assert_eq!(courier.deliver_due(&store, at(900.0)).unwrap().sent, rest);
    }
    web.taken();
    let slow = couriers[2].deliver_due(&store, at(10.0)).unwrap();
    assert_eq!((slow.sent, slow.next_due), (3, Some(at(70.0))));
    let (end, done) = work(&mut couriers[2], &store, at(10.0), 600.0);
    assert_eq!((done.sent, web.taken().len()), (6, 9));
    assert!((at(130.0)..at(131.0)).contains(&end), "{end:?}");
}

#[test]
fn a_webhook_is_signed_so_that_openssl_agrees() {
    let folder = TempDir::new().unwrap();
    settle(&folder.path().join("data"));
    let web = Web::start();
    std::fs::write(folder.path().join("key"), "k3y-of-the-hook\n").unwrap();
    let tables = format!(
        "[[alerts]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"{}/in?x=1\"\nkey_file = \"key\"\n",
        web.url()
    );
    let sinks = sinks(folder.path(), &tables);
    let alerter = Alerter::new(&sinks);
    let store = Store::open(&folder.path().join("data")).unwrap();
    let mut courier = Courier::new(sinks[0].clone(), folder.path()).unwrap();
    open(&store, &alerter, &sample(1));
    courier.deliver_due(&store, at(12.0)).unwrap();
    let [request] = &web.taken()[..] else { panic!("one request") };
    assert_eq!(request.path, "/in?x=1");
    let time = &request.headers["streetward-timestamp"];
    assert_eq!(*time, at(12.0).0.as_second().to_string());
    let signed = folder.path().join("signed");
    std::fs::write(&signed, [time.as_bytes(), b".", &request.body].concat()).unwrap();
    let openssl = Command::new("openssl")
        .args(["dgst", "-sha256", "-hmac", "k3y-of-the-hook", "-r", signed.to_str().unwrap()])
        .output()
        .unwrap();
    let digest = String::from_utf8(openssl.stdout).unwrap();
    let digest = digest.split(' ').next().unwrap();
    assert_eq!(request.headers["streetward-signature"], format!("v1={digest}"));
    assert_eq!(store.letters(Some(LetterState::Sent), None, 9).unwrap().len(), 1);
}
