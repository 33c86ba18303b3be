//! What stands through a restart of the service: one incident, one alert, its whole time.

use crate::live_support::{Running, Site, lawn_mount};
use crate::rig::{self, Server};
use serde_json::Value;
use std::path::Path;
use std::time::Duration;
use streetward::evidence::Appearance;
use streetward::store::{
    EventFilter, EventRecord, EvidenceState, ObservationReader, StandingState, StoodThing, Store,
    check, records_of,
};

const CAMERA: &str = "kerb";
const DWELL: f64 = 18.0;

/// A site whose one camera watches a kerb with a parked van; its alerts reach nobody.
fn site(server: &Server) -> Site {
    let hook = format!(
        "[[alerts]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"http://127.0.0.1:{}/in\"\n",
        rig::free_port()
    );
    let storage = "[storage]\nreserve_megabytes = 4\nkeep_free_gigabytes = 0\n";
    let site = Site::new(&format!("{hook}{storage}"));
    let text = format!(
        "version = 1\nid = \"{CAMERA}\"\nname = \"Lề đường\"\nframe_size = [768, 576]\n\
         [source]\nurl = \"{}\"\nread_timeout_seconds = 2\n\
         [detector]\ninput_long_side = 416\n\
         [evidence]\npre_seconds = 2\npost_seconds = 2\n\
         [[zones]]\nname = \"yellow_lines\"\npolygon = [[640, 60], [735, 55], [740, 105], [645, 110]]\n\
         [[rules]]\nkind = \"illegal_parking\"\nzone = \"yellow_lines\"\ndwell_seconds = {DWELL}\n",
        server.url("lawn")
    );
    std::fs::write(site.path(&format!("cameras/{CAMERA}.toml")), text).unwrap();
    site
}

fn events(data: &Path) -> Vec<EventRecord> {
    let Ok(store) = Store::open_read(data) else { return Vec::new() };
    store.events(&EventFilter::default()).unwrap_or_default()
}

/// What is kept of the van, if it has stood so long by then.
fn stood(data: &Path, seconds: f64) -> Option<StoodThing> {
    let things = StandingState::load(data, CAMERA).unwrap().things;
    assert!(things.len() <= 1, "{things:#?}");
    let long = |t: &StoodThing| t.seen.0.duration_since(t.since.0).as_secs_f64() >= seconds;
    things.into_iter().find(|t| long(t) && t.look.is_some())
}

#[test]
fn a_van_that_stands_through_kills_is_one_incident_with_its_whole_time() {
    if !rig::is_here() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&[lawn_mount(folder.path(), "lawn")]);
    let site = site(&server);
    let data = site.data();

    // Killed before it was a violation.
    let mut live = site.start();
    live.wait(90, "it is kept that the van stands", |_| stood(&data, 5.0).is_some());
    live.kill();
    assert!(events(&data).is_empty());
    let before = stood(&data, 5.0).unwrap();

    // Found again, it has stood all the while.
    let mut live = site.start();
    live.wait(90, "an incident opened", |_| !events(&data).is_empty());
    let first = events(&data).remove(0);
    let apart = first.start_utc.0.duration_since(before.since.0).as_secs_f64();
    assert!(apart.abs() < 0.01, "it began before the kill: {apart}");
    assert!(first.start_media_seconds < 0.0, "{}", first.start_media_seconds);
    assert!(first.moment_media_seconds < DWELL, "{}", first.moment_media_seconds);
    let dwelt = first.moment_utc.0.duration_since(first.start_utc.0).as_secs_f64();
    assert!(dwelt >= DWELL, "{dwelt}");

    // Killed while it is open.
    live.wait(60, "the open one is kept", |_| {
        stood(&data, 0.0).is_some_and(|t| t.event == first.id && t.seen > first.moment_utc)
    });
    std::thread::sleep(Duration::from_secs(6));
    let kept = stood(&data, 0.0).unwrap();
    live.kill();
    let mut live = site.start();
    live.wait(90, "it goes on", |_| events(&data).len() > 1);
    let sealed = events(&data).remove(0);
    assert_eq!((&sealed.id, sealed.evidence_state), (&first.id, EvidenceState::Incomplete));
    assert!(sealed.end_utc >= kept.seen, "it was seen until then");
    let second = events(&data).remove(1);
    assert_eq!(second.same_as.as_deref(), Some(&*first.id));
    assert!(second.moment_media_seconds < DWELL / 2.0, "{}", second.moment_media_seconds);

    // A stop in order is no other restart.
    live.wait(60, "the second is kept", |_| {
        stood(&data, 0.0).is_some_and(|t| t.event == second.id)
    });
    assert!(live.stop().success());
    let mut live = site.start();
    live.wait(90, "it goes on", |_| events(&data).len() > 2);
    assert!(live.stop().success());

    told_once(&data, &first);
    what_was_not_seen_is_said(&data, &first, &second);
    let (code, text) = site.run(&["events", "list", "--data", "data", "--format", "jsonl"]);
    assert_eq!(code, Some(0), "{text}");
    let listed: Vec<Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(listed.len(), 1, "{text}");
    assert_eq!(listed[0]["sightings"], 3);
    assert_eq!(check(&data, true).unwrap().faults, []);
    replays(&site);
    // The first record goes on until a few seconds before the kill.
    let record = records_of(&data, CAMERA).unwrap().remove(0);
    let last = ObservationReader::open(&record).unwrap().map(Result::unwrap).last().unwrap();
    let lost = before.seen.0.duration_since(last.wall.0).as_secs_f64();
    assert!(lost < 5.5, "{lost} s of observations before the kill are lost");
}

/// One alert, and updates of it.
fn told_once(data: &Path, first: &EventRecord) {
    let store = Store::open(data).unwrap();
    let letters = store.letters(None, Some("hook"), 100).unwrap();
    let alerts: Vec<_> =
        letters.iter().filter(|l| l.letter.body.contains("illegal_parking")).collect();
    assert_eq!(alerts.len(), 6, "each sighting opens and closes");
    assert!(alerts.iter().all(|l| l.thread == first.id), "{alerts:#?}");
    let new: Vec<_> = alerts.iter().filter(|l| !l.follows).collect();
    assert_eq!(new.len(), 1, "{new:#?}");
    assert_eq!(new[0].letter.subject, first.id);
}

fn what_was_not_seen_is_said(data: &Path, first: &EventRecord, second: &EventRecord) {
    let read = |e: &EventRecord| -> Value {
        let path = data.join(&e.evidence).join("event.json");
        serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
    };
    let record = read(second);
    assert_eq!(record["continues"], *first.id);
    let times: Vec<jiff::Timestamp> = ["from", "to"]
        .map(|end| record["unseen"][end]["utc"].as_str().unwrap().parse().unwrap())
        .to_vec();
    let gap = times[1].duration_since(times[0]).as_secs_f64();
    assert!((0.5..120.0).contains(&gap), "{gap}");
    assert!(record["note"].as_str().unwrap().contains("nothing was seen"), "{record}");
    let record = read(first);
    assert!(record["continues"].is_null() && record["unseen"].is_object(), "{record}");
    assert!(record["note"].as_str().unwrap().contains("its end was not seen"), "{record}");
}

/// Every session left a record, and judging them again finds the same.
fn replays(site: &Site) {
    let records = records_of(&site.data(), CAMERA).unwrap();
    assert!(records.len() >= 4, "{records:?}");
    let camera = format!("cameras/{CAMERA}.toml");
    let (code, text) =
        site.run(&["replay", "--camera", &camera, "--data", "data", "--format", "json"]);
    assert_eq!(code, Some(0), "{text}");
    let found: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(found["totals"]["lost"], 0, "{text}");
    assert_eq!(found["totals"]["gained"], 0, "{text}");
    assert_eq!(found["incidents"].as_array().unwrap().len(), 3, "{text}");
    let late = ["--from", "2100-01-01"];
    let (code, text) =
        site.run(&[&["replay", "--camera", &camera, "--data", "data"][..], &late].concat());
    assert_eq!(code, Some(2), "{text}");
}

#[test]
fn what_does_not_look_like_it_begins_anew() {
    if !rig::is_here() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(&[lawn_mount(folder.path(), "lawn")]);
    let site = site(&server);
    let data = site.data();
    let mut live = site.start();
    live.wait(90, "it is kept that the van stands", |_| stood(&data, 5.0).is_some());
    live.kill();
    // As if another had stood there.
    let mut thing = stood(&data, 5.0).unwrap();
    let look: String = thing.look.clone().unwrap().into();
    let other: String = look.chars().map(|c| if c.is_ascii_digit() { 'f' } else { '0' }).collect();
    thing.look = Some(Appearance::try_from(other).unwrap());
    assert!(!thing.look.as_ref().unwrap().is_alike(&Appearance::try_from(look).unwrap()));
    let restarted = thing.seen;
    StandingState::of(vec![thing]).save(&data, CAMERA).unwrap();
    let mut live: Running = site.start();
    live.wait(120, "an incident opened", |_| !events(&data).is_empty());
    let event = events(&data).remove(0);
    assert!(event.start_utc > restarted && event.start_media_seconds >= 0.0, "{event:#?}");
    assert!(event.moment_media_seconds >= DWELL, "{}", event.moment_media_seconds);
}
