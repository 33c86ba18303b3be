//! Made-up events and runs that several features are tested with.

#![allow(clippy::unwrap_used)]

use jiff::{Timestamp, ToSpan};
use std::path::Path;
use streetward::media::{ClockQuality, WallTime};
use streetward::rules::{Closing, Domain, Kind, Severity};
use streetward::store::{
    EventRecord, EvidenceState, Put, RunRecord, RunSource, SourceOutcome, Status, Store,
};
use streetward::vision::Class;

/// The `n`th of a made-up series: every minute one, kinds and cameras in turn.
pub fn sample(n: u32) -> EventRecord {
    let start = WallTime(
        "2026-08-15T07:30:00Z".parse::<Timestamp>().unwrap() + (i64::from(n) * 60).seconds(),
    );
    let at = |s: f64| WallTime(start.0 + ((s * 1000.0) as i64).milliseconds());
    let (kind, domain, severity, class, zone) = match n % 3 {
        0 => (Kind::IllegalParking, Domain::Traffic, Severity::Medium, Class::Car, "yellow_lines"),
        1 => (Kind::RestrictedArea, Domain::Security, Severity::High, Class::Person, "grass"),
        _ => (
            Kind::SidewalkParking,
            Domain::UrbanOrder,
            Severity::Low,
            Class::Motorcycle,
            "vỉa hè phía bắc",
        ),
    };
    let second = n % 4 == 3;
    let began = f64::from(n) * 60.0 + 0.25;
    EventRecord {
        id: format!("{:016x}c0de", u64::from(n + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        kind,
        domain,
        severity,
        camera: if second { "p2-cho" } else { "p1-le-loi-01" }.to_owned(),
        camera_name: if second {
            "Cổng chợ"
        } else {
            "Ngã tư Lê Lợi – Phạm Hồng Thái"
        }
        .to_owned(),
        ward: (!second).then(|| "Phường 1".to_owned()),
        zone: zone.to_owned(),
        rule: format!("{}@{zone}", streetward::store::word(&kind)),
        source: if second { "footage/cho.mp4" } else { "footage/le-loi.mp4" }.to_owned(),
        source_fingerprint: if second { "bb".repeat(32) } else { "aa".repeat(32) },
        incident_key: format!("rule/{n}/{}", (began * 1e6) as i64),
        start_media_seconds: began,
        moment_media_seconds: began + 10.0,
        end_media_seconds: began + 24.5,
        start_utc: start,
        moment_utc: at(10.0),
        end_utc: at(24.5),
        clock_quality: if second { ClockQuality::Guessed } else { ClockQuality::Metadata },
        closing: if second { Closing::SourceEnded } else { Closing::Left },
        complete: true,
        status: Status::Pending,
        evidence: format!("evidence/2026/08/15/{n:04}"),
        evidence_state: EvidenceState::Whole,
        evidence_note: None,
        subject_class: class,
        provision: (n.is_multiple_of(3))
            .then(|| "Nghị định 168/2024/NĐ-CP, Điều 6 khoản 3 điểm e".to_owned()),
        model: "nanodet-plus-m_416".to_owned(),
        software_version: "0.1.0".to_owned(),
        same_as: None,
        sightings: 1,
        place: None,
    }
}

/// A run over two cameras, one source of which failed.
pub fn sample_run(id: &str) -> (RunRecord, Vec<RunSource>) {
    let time = |t: &str| WallTime(t.parse().unwrap());
    let run = RunRecord {
        id: id.to_owned(),
        started_utc: time("2026-08-16T01:00:00Z"),
        finished_utc: Some(time("2026-08-16T01:02:30Z")),
        command: "streetward batch --data data footage".to_owned(),
        version: "0.1.0".to_owned(),
    };
    let source = |path: &str, camera: &str, fingerprint: Option<String>| RunSource {
        path: path.to_owned(),
        camera: camera.to_owned(),
        source_fingerprint: fingerprint,
        frames: 9000,
        footage_seconds: 900.0,
        wall_seconds: 70.5,
        outcome: SourceOutcome::Complete,
        message: None,
        clock_note: None,
    };
    let mut sources = vec![
        source("footage/broken.mp4", "p2-cho", None),
        source("footage/cho.mp4", "p2-cho", Some("bb".repeat(32))),
        source("footage/le-loi.mp4", "p1-le-loi-01", Some("aa".repeat(32))),
    ];
    sources[0].frames = 0;
    sources[0].footage_seconds = 0.0;
    sources[0].outcome = SourceOutcome::Failed;
    sources[0].message = Some("not a video: moov atom not found".to_owned());
    sources[1].clock_note = Some("start time guessed from the file's modification time".to_owned());
    (run, sources)
}

/// A store with `n` samples.
pub fn filled(data: &Path, n: u32) -> Store {
    let store = Store::open(data).unwrap();
    for i in 0..n {
        assert_eq!(store.put_event(&sample(i)).unwrap(), Put::New);
    }
    store
}
