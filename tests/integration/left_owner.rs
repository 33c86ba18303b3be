//! Littering by nobody seen: only where the rule says so, and its record says that nobody was.

use super::left_things::{Shown, bag, film, left, one};
use super::rules::closed;
use streetward::config::load_camera;
use streetward::rules::{IncidentUpdate, Kind, OwnerNeeded, Terms};
use streetward::scene::{ThingKind, ThingSight};
use streetward::vision::BBox;
use tempfile::TempDir;

/// A thing that lies there from the tenth second on, with nobody ever near.
fn alone(owner: OwnerNeeded, change: impl Fn(&mut ThingSight)) -> Vec<IncidentUpdate> {
    let mut rule = left(Kind::Littering);
    if let Terms::Left(terms) = &mut rule.terms {
        terms.owner = owner;
    }
    film(rule, 40.0, |t| {
        let mut thing = bag(405.0, 10.0);
        change(&mut thing);
        let things = if t >= 13.4 { vec![thing] } else { vec![] };
        Shown { things, ..Shown::default() }
    })
}

#[test]
fn a_thing_that_nobody_was_seen_to_leave_is_litter_only_by_such_a_rule() {
    assert!(closed(&alone(OwnerNeeded::Seen, |_| ())).is_empty());
    let updates = alone(OwnerNeeded::Any, |_| ());
    let (incident, _) = one(&updates);
    assert!(incident.owner_not_seen && incident.parties.is_empty(), "{incident:?}");
    assert!((incident.start.seconds() - 10.0).abs() < 0.05);
    assert!(incident.moment.seconds() >= 15.0, "{}", incident.moment.seconds());
    let told = serde_json::to_value(incident).unwrap();
    assert_eq!(told["owner_not_seen"], true);
    for (name, change) in [
        ("unclear", (|b: &mut ThingSight| b.kind = ThingKind::Unclear) as fn(&mut ThingSight)),
        ("uncovered", |b| b.kind = ThingKind::Uncovered),
        ("never seen", |b| b.seen = false),
        ("a leaf", |b| b.bbox = BBox { x1: 405.0, y1: 444.0, x2: 411.0, y2: 450.0 }),
        ("a car", |b| b.bbox = BBox { x1: 300.0, y1: 350.0, x2: 520.0, y2: 450.0 }),
    ] {
        let updates = alone(OwnerNeeded::Any, change);
        assert!(closed(&updates).is_empty(), "{name}: {updates:?}");
    }
}

#[test]
fn the_key_is_read_and_only_littering_knows_it() {
    let dir = TempDir::new().unwrap();
    let read = |kind: &str, owner: &str| {
        let file = dir.path().join("camera.toml");
        let text = format!(
            "version = 1\nid = \"a\"\nname = \"A\"\nframe_size = [640, 360]\n[[zones]]\n\
             name = \"z\"\npolygon = [[0, 0], [600, 0], [0, 300]]\n[[rules]]\nkind = \"{kind}\"\n\
             zone = \"z\"\nowner = {owner}\n"
        );
        std::fs::write(&file, text).unwrap();
        load_camera(&file).map_err(|e| e.to_string())
    };
    let camera = read("littering", "\"any\"").unwrap();
    let Terms::Left(terms) = &camera.rules[0].terms else { panic!("{:?}", camera.rules) };
    assert_eq!(terms.owner, OwnerNeeded::Any);
    let wrong = read("littering", "\"nobody\"").unwrap_err();
    assert!(wrong.contains("unknown owner \"nobody\"") && wrong.contains(":11:"), "{wrong}");
    let other = read("dumping", "\"any\"").unwrap_err();
    assert!(other.contains("\"owner\" has no effect on dumping"), "{other}");
}
