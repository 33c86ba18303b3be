//! One incident in generated footage: a stationary scene, so that only evidence is tested.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use streetward::evidence::{
    CameraFacts, EvidenceContext, ModelFacts, Position, Sealed, SourceFacts, seal, stage,
};
use streetward::media::{MediaTime, OpenOptions, PacketRun, Source, TimeSpan, WallTime};
use streetward::rules::{
    Closing, HoursRange, Incident, IncidentKey, Kind, RuleSpec, Sighting, Subject,
};
use streetward::store::{EventRecord, EvidenceState, Status};
use streetward::track::TrackId;
use streetward::vision::{BBox, Class, View};
use tempfile::TempDir;

/// A data folder and the footage of one incident.
pub struct Scene {
    pub folder: TempDir,
    pub ctx: EvidenceContext,
    pub incident: Incident,
    pub clip: PathBuf,
}

/// Fifteen seconds of 640×360 at 10 frames a second, a key frame each second, in which frame `n`
/// has the grey `16 + n`.
fn footage(name: &str, encoder: &[&str]) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("evidence-{name}"));
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-f", "lavfi", "-i"])
        .arg("color=c=black:s=640x360:r=10:d=15,format=yuv420p,geq=lum=16+N:cb=128:cr=128")
        .args(encoder)
        .args(["-g", "10", "-bf", "0"])
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    path
}

static H264: LazyLock<PathBuf> = LazyLock::new(|| {
    footage("h264.mp4", &["-c:v", "libx264", "-preset", "ultrafast", "-crf", "5"])
});
static MPEG4: LazyLock<PathBuf> =
    LazyLock::new(|| footage("mpeg4.avi", &["-c:v", "msmpeg4v2", "-q:v", "2"]));

impl Scene {
    /// With footage that browsers play.
    pub fn h264() -> Self {
        Self::of_clip(&H264)
    }

    /// With footage that browsers do not play.
    pub fn mpeg4() -> Self {
        Self::of_clip(&MPEG4)
    }

    /// With that clip.
    pub fn of_clip(clip: &Path) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let source = open(clip);
        let info = source.info();
        let ctx = EvidenceContext {
            data: folder.path().join("data"),
            camera: CameraFacts {
                id: "p1-le-loi-01".into(),
                name: "Ngã tư Lê Lợi – Phạm Hồng Thái".into(),
                ward: Some("Phường 1".into()),
                position: Some(Position { lat: 9.9347, lon: 106.3453 }),
            },
            source: SourceFacts {
                file: clip.file_name().unwrap().to_string_lossy().into_owned(),
                fingerprint: info.fingerprint.clone(),
                codec: info.codec.clone(),
                clock_quality: info.clock_quality,
                clock_note: info.clock_note.clone(),
            },
            zones: vec![(
                "yellow_lines".into(),
                vec![(300.0, 150.0), (600.0, 150.0), (620.0, 340.0), (280.0, 340.0)],
            )],
            lines: vec![],
            signals: vec![],
            frame_size: (640, 360),
            model: ModelFacts { name: "nanodet-g".into(), sha256: "0f".repeat(32) },
            rules: vec![RuleSpec {
                classes: vec![Class::Car, Class::Truck],
                leave_seconds: 3.0,
                dwell_seconds: 4.0,
                hours: vec![HoursRange { from_minute: 360, to_minute: 1320 }],
                ..RuleSpec::of(Kind::IllegalParking, "yellow_lines")
            }],
        };
        Self { folder, ctx, incident: incident(), clip: clip.to_path_buf() }
    }

    /// Packets of a stretch of the footage, in seconds.
    pub fn run(&self, from: f64, to: f64) -> PacketRun {
        let mut source = open(&self.clip);
        let span =
            TimeSpan { from: MediaTime::from_seconds(from), to: MediaTime::from_seconds(to) };
        let hold = source.ring().hold(span);
        while source.next_frame().unwrap().is_some() {}
        hold.take()
    }

    /// Packets of a stretch, of which reading was given up at `until` seconds.
    pub fn run_broken_off(&self, from: f64, to: f64, until: f64) -> PacketRun {
        let mut source = open(&self.clip);
        let span =
            TimeSpan { from: MediaTime::from_seconds(from), to: MediaTime::from_seconds(to) };
        let hold = source.ring().hold(span);
        while source.next_frame().unwrap().unwrap().time.seconds() < until {}
        drop(source);
        hold.take()
    }

    /// What the store's index says of a sealed event.
    pub fn record(&self, sealed: &Sealed) -> EventRecord {
        let e = &sealed.event;
        EventRecord {
            id: e.id.to_string(),
            kind: e.kind,
            domain: e.domain,
            severity: e.severity,
            camera: e.camera.id.clone(),
            camera_name: e.camera.name.clone(),
            ward: e.camera.ward.clone(),
            zone: e.zone.name.clone(),
            rule: e.rule.name.clone(),
            source: e.source.file.clone(),
            source_fingerprint: e.source.fingerprint.clone(),
            incident_key: e.incident_key.0.clone(),
            start_media_seconds: e.start.media_seconds,
            moment_media_seconds: e.moment.media_seconds,
            end_media_seconds: e.end.media_seconds,
            start_utc: e.start.wall(),
            moment_utc: e.moment.wall(),
            end_utc: e.end.wall(),
            clock_quality: e.source.clock_quality,
            closing: e.closing,
            complete: e.complete,
            status: Status::Pending,
            evidence: sealed.folder.to_string_lossy().into_owned(),
            evidence_state: if e.complete {
                EvidenceState::Whole
            } else {
                EvidenceState::Incomplete
            },
            evidence_note: None,
            subject_class: self.incident.subject.class,
            provision: e.provision.as_ref().map(ToString::to_string),
            model: e.model.name.clone(),
            software_version: e.software.version.clone(),
            same_as: None,
            sightings: 1,
            place: None,
        }
    }

    /// Stages and seals.
    pub fn store(&self, closing: Closing) -> Sealed {
        let staged =
            stage(&self.ctx, &self.incident, Some(self.run(1.0, 2.0)), self.run(4.5, 9.0)).unwrap();
        seal(&self.ctx, staged, &self.incident, closing).unwrap()
    }

    /// Absolute path of a file in the data folder.
    pub fn path(&self, sealed: &Sealed, name: &str) -> PathBuf {
        self.ctx.data.join(&sealed.folder).join(name)
    }
}

pub fn open(clip: &Path) -> Source {
    let start = WallTime("2026-08-15T07:30:00Z".parse().unwrap());
    Source::open(clip, OpenOptions { start_time: Some(start), ..OpenOptions::default() }).unwrap()
}

/// A car at rest from 1.5 s, in violation from 5.5 s, seen until 8 s.
pub fn incident() -> Incident {
    let media = MediaTime::from_seconds;
    let wall = |seconds: f64| {
        let start = WallTime("2026-08-15T07:30:00Z".parse().unwrap());
        WallTime(start.0 + jiff::SignedDuration::from_secs_f64(seconds))
    };
    let at = |i: usize| BBox {
        x1: 400.0 - 20.0 * (6 - i.min(6)) as f32,
        y1: 180.0,
        x2: 520.0 - 20.0 * (6 - i.min(6)) as f32,
        y2: 260.0,
    };
    Incident {
        key: IncidentKey("illegal_parking@yellow_lines/3/1500000".into()),
        rule: "illegal_parking@yellow_lines".into(),
        kind: Kind::IllegalParking,
        zone: "yellow_lines".into(),
        start: media(1.5),
        start_wall: wall(1.5),
        moment: media(5.5),
        moment_wall: wall(5.5),
        last: media(8.0),
        last_wall: wall(8.0),
        subject: Subject {
            tracks: vec![TrackId(3), TrackId(7)],
            class: Class::Car,
            path: (0..14)
                .map(|i| Sighting { time: media(1.5 + 0.5 * i as f64), bbox: at(i) })
                .collect(),
        },
        bbox_start: at(0),
        bbox_moment: at(8),
        view_moment: View::Steady,
        bbox_last: at(13),
        parties: vec![],
        signals: vec![],
        measured: vec![],
        owner_not_seen: false,
        after: None,
        carried: None,
    }
}

/// Every file below a folder with its bytes, by path relative to it.
pub fn contents(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(next) = folders.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).unwrap();
                all.insert(path.strip_prefix(folder).unwrap().to_path_buf(), bytes);
            }
        }
    }
    all
}
