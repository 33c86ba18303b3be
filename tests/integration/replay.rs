//! Judging stored observations again: what changed rules keep, gain and lose.

use super::rules::{rule, zone};
use std::path::Path;
use streetward::cli::replay::{Change, Replayed, StoredIncident, compare, rejudge};
use streetward::media::MediaTime;
use streetward::rules::{Kind, RuleSpec};
use streetward::scene::Scene;

fn scene(size: (u32, u32), scale: f32, yellow_x: f32) -> Scene {
    let yellow = [(640.0, 60.0), (735.0, 55.0), (740.0, 105.0), (645.0, 110.0)]
        .map(|(x, y)| ((x + yellow_x) * scale, y * scale));
    Scene { frame_size: size, zones: vec![zone("yellow_lines", &yellow)] }
}

fn campus(scene: &Scene, dwell_seconds: f64) -> Replayed {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/observations/campus-416.jsonl.zst");
    let parking = rule(Kind::IllegalParking, "yellow_lines");
    rejudge(scene, &[RuleSpec { dwell_seconds, ..parking }], "f00d", &[file]).unwrap()
}

fn stored(now: &Replayed) -> Vec<StoredIncident> {
    now.incidents
        .iter()
        .map(|i| StoredIncident {
            id: "e1".into(),
            source_fingerprint: now.source_fingerprint.clone(),
            incident_key: i.key.0.clone(),
            kind: i.kind,
            zone: i.zone.clone(),
            times: [i.start, i.moment, i.last],
        })
        .collect()
}

#[test]
fn replay_says_what_is_kept_gained_and_lost() {
    let now = campus(&scene((768, 576), 1.0, 0.0), 30.0);
    assert_eq!((now.observations, now.failure.as_deref()), (795, None));
    let before = stored(&now);
    let changes = |now: &Replayed, before: &[StoredIncident]| -> Vec<(Change, Option<String>)> {
        compare(now, before).into_iter().map(|l| (l.change, l.event)).collect()
    };
    assert_eq!(changes(&now, &before), [(Change::Kept, Some("e1".into()))]);
    assert_eq!(changes(&now, &[]), [(Change::Gained, None)]);

    // A longer allowance than the van stood; a zone beside it.
    let longer = campus(&scene((768, 576), 1.0, 0.0), 200.0);
    assert_eq!(changes(&longer, &before), [(Change::Lost, Some("e1".into()))]);
    let beside = campus(&scene((768, 576), 1.0, -200.0), 30.0);
    assert_eq!(changes(&beside, &before), [(Change::Lost, Some("e1".into()))]);

    // The same scene drawn on a picture of twice the size finds the same.
    let larger = campus(&scene((1536, 1152), 2.0, 0.0), 30.0);
    assert_eq!(changes(&larger, &before), [(Change::Kept, Some("e1".into()))]);

    // An instant of rest that moved is still the same incident; another source's event is not.
    let mut moved = before.clone();
    moved[0].incident_key = moved[0].incident_key.rsplit_once('/').unwrap().0.to_owned() + "/900000";
    moved[0].times[0] = MediaTime(900_000);
    assert_eq!(changes(&now, &moved), [(Change::Kept, Some("e1".into()))]);
    moved[0].source_fingerprint = "beef".into();
    assert_eq!(changes(&now, &moved), [(Change::Gained, None)]);
}

#[test]
fn a_record_that_breaks_off_is_judged_as_far_as_it_goes() {
    let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/observations/campus-416.jsonl.zst");
    let bytes = std::fs::read(whole).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let broken = folder.path().join("2025-08-15.f00df00df00d.jsonl.zst");
    std::fs::write(&broken, &bytes[..bytes.len() * 3 / 4]).unwrap();
    let rules = [RuleSpec { dwell_seconds: 1.0, ..rule(Kind::IllegalParking, "yellow_lines") }];
    let now = rejudge(&scene((768, 576), 1.0, 0.0), &rules, "f00d", &[broken]).unwrap();
    assert!(now.observations > 0 && now.observations < 795);
    assert!(now.failure.unwrap().contains("breaks off"));
    assert_eq!(now.incidents.len(), 1);
}
