//! Evidence of kinds that need more than a subject in a zone: lights and lines, things left behind,
//! people on a vehicle, speed. The pictures are kept in the folder for test output, to be looked at.

use super::scene::{Scene, incident};
use crate::sample::sample_run;
use image::RgbImage;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use streetward::evidence::{ProblemKind, Sealed, event_schema, seal, stage, verify};
use streetward::media::{MediaTime, WallTime};
use streetward::report::{RunSummary, write_summary};
use streetward::rules::{
    Closing, Incident, IncidentKey, Kind, Measure, Party, Quantity, Role, RuleSpec, Sighting,
    SignalNote, Subject, Terms,
};
use streetward::scene::{Line, SignalState};
use streetward::track::TrackId;
use streetward::vision::{BBox, Class};

/// Fifteen seconds of a drawn street at 10 frames a second: a stop line, a lamp that turns red at
/// 3 s, a car going up over the line at 5.33 s, a person who leaves a bag at 1.5 s and goes away, a
/// motorcycle with three people.
static STREET: LazyLock<PathBuf> = LazyLock::new(|| {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("evidence-street.mp4");
    let boxes = [
        ("0x3c78c8:s=90x60", "x=275:y=300-60*(t-3)", "1"),
        ("0x2f8f4f:s=24x60", "x=80+20*max(t-1.5\\,0):y=190", "1"),
        ("0x7a4a1e:s=18x14", "x=62:y=240", "gte(t\\,1.5)"),
        ("0x202020:s=26x34", "x=430:y=266", "1"),
        ("0xb04030:s=10x26", "x=428:y=246", "1"),
        ("0x3040b0:s=10x26", "x=438:y=244", "1"),
        ("0xc0b040:s=10x26", "x=448:y=246", "1"),
        ("0x101010:s=24x56", "x=560:y=40", "1"),
        ("0xff7020:s=12x12", "x=566:y=46", "gte(t\\,3)"),
        ("0x20e070:s=12x12", "x=566:y=78", "lt(t\\,3)"),
    ];
    let mut inputs = vec!["color=c=0x6c6e70:s=640x360:r=10:d=15".to_owned()];
    let mut graph = "[0]drawbox=x=120:y=218:w=400:h=6:color=white:t=fill[v0];".to_owned();
    for (i, (look, place, when)) in boxes.iter().enumerate() {
        inputs.push(format!("color=c={look}:r=10:d=15"));
        graph.extend([format!("[v{i}][{}]overlay={place}:enable='{when}'[v{}];", i + 1, i + 1)]);
    }
    graph.extend([format!("[v{}]format=yuv420p[out]", boxes.len())]);
    let mut command = Command::new("ffmpeg");
    command.args(["-v", "error", "-y"]);
    for input in &inputs {
        command.args(["-f", "lavfi", "-i", input]);
    }
    command.args(["-filter_complex", &graph, "-map", "[out]"]);
    command.args(["-c:v", "libx264", "-preset", "ultrafast", "-crf", "8", "-g", "10", "-bf", "0"]);
    assert!(command.arg(&path).status().unwrap().success());
    path
});

fn media(seconds: f64) -> MediaTime {
    MediaTime::from_seconds(seconds)
}

fn wall(seconds: f64) -> WallTime {
    let start = WallTime("2026-08-15T07:30:00Z".parse().unwrap());
    WallTime(start.0 + jiff::SignedDuration::from_secs_f64(seconds))
}

fn sized((x1, y1): (f32, f32), width: f32, height: f32) -> BBox {
    BBox { x1, y1, x2: x1 + width, y2: y1 + height }
}

fn car(seconds: f64) -> BBox {
    sized((275.0, 300.0 - 60.0 * (seconds as f32 - 3.0)), 90.0, 60.0)
}

fn owner(seconds: f64) -> BBox {
    sized((80.0 + 20.0 * (seconds as f32 - 1.5).max(0.0), 190.0), 24.0, 60.0)
}

fn path(from: f64, to: f64, place: fn(f64) -> BBox) -> Vec<Sighting> {
    let steps = ((to - from) / 0.5).round() as usize;
    let times = (0..=steps).map(|i| from + 0.5 * i as f64);
    times.map(|s| Sighting { time: media(s), bbox: place(s) }).collect()
}

fn measure(what: Quantity, value: f64) -> Measure {
    Measure { what, value, uncertainty: None }
}

/// An incident of `kind` by a subject whose place is known at all times.
fn made(
    kind: Kind,
    zone: &str,
    (start, moment, last): (f64, f64, f64),
    class: Class,
    place: fn(f64) -> BBox,
) -> Incident {
    Incident {
        key: IncidentKey(format!("{}@{zone}/3/{start}", kind.name())),
        rule: format!("{}@{zone}", kind.name()),
        kind,
        zone: zone.into(),
        start: media(start),
        start_wall: wall(start),
        moment: media(moment),
        moment_wall: wall(moment),
        last: media(last),
        last_wall: wall(last),
        subject: Subject { tracks: vec![TrackId(3)], class, path: path(start, last, place) },
        bbox_start: place(start),
        bbox_moment: place(moment),
        bbox_last: place(last),
        ..incident()
    }
}

fn scene(kind: Kind, zone: &str) -> Scene {
    let mut scene = Scene::of_clip(&STREET);
    scene.ctx.rules = vec![RuleSpec::of(kind, zone)];
    scene.ctx.zones =
        vec![("street".into(), vec![(20.0, 160.0), (620.0, 160.0), (620.0, 350.0), (20.0, 350.0)])];
    scene
}

fn store(scene: &Scene, name: &str) -> Sealed {
    let incident = &scene.incident;
    let (start, moment) = (incident.start.seconds(), incident.moment.seconds());
    let before = scene.run(start, start);
    let around = scene.run(moment - 2.0, moment + 3.0);
    let staged = stage(&scene.ctx, incident, Some(before), around).unwrap();
    let sealed = seal(&scene.ctx, staged, incident, Closing::Left).unwrap();
    let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("evidence-kinds").join(name);
    std::fs::create_dir_all(&kept).unwrap();
    for part in ["before", "moment", "after"] {
        let file = format!("{part}-marked.jpg");
        let _ = std::fs::copy(scene.path(&sealed, &file), kept.join(file));
    }
    sealed
}

fn red_light() -> Scene {
    let mut scene = scene(Kind::RedLight, "stop");
    let line = Line::new("stop", &[[120.0, 221.0], [520.0, 221.0]], [320.0, 60.0], (640, 360));
    scene.ctx.lines = vec![line.unwrap()];
    scene.ctx.signals = vec![("through".into(), sized((560.0, 40.0), 24.0, 56.0))];
    if let Terms::Crossing(terms) = &mut scene.ctx.rules[0].terms {
        terms.signal = Some("through".into());
    }
    let note = |seconds| SignalNote {
        name: "through".into(),
        state: SignalState::Red,
        time: media(seconds),
    };
    scene.incident = Incident {
        signals: vec![note(3.0), note(5.4), note(6.6)],
        measured: vec![
            measure(Quantity::RedForSeconds, 2.4),
            measure(Quantity::BeyondLengths, 1.0),
        ],
        after: Some(media(6.6)),
        ..made(Kind::RedLight, "stop", (4.0, 5.4, 7.0), Class::Car, car)
    };
    scene
}

fn littering() -> Scene {
    let mut scene = scene(Kind::Littering, "street");
    let bag = |_| sized((62.0, 240.0), 18.0, 14.0);
    let thing = made(Kind::Littering, "street", (1.5, 9.0, 12.0), Class::Thing, bag);
    scene.incident = Incident {
        subject: Subject { tracks: vec![], ..thing.subject },
        parties: vec![Party {
            role: Role::Owner,
            subject: Subject {
                tracks: vec![TrackId(8)],
                class: Class::Person,
                path: path(0.5, 5.0, owner),
            },
        }],
        measured: vec![measure(Quantity::OwnerGoneSeconds, 5.2)],
        ..thing
    };
    scene
}

fn overloading() -> Scene {
    let mut scene = scene(Kind::Overloading, "street");
    let bike = |_| sized((424.0, 242.0), 38.0, 60.0);
    let rider = |x: f32| Party {
        role: Role::Rider,
        subject: Subject {
            tracks: vec![TrackId(x as u32)],
            class: Class::Person,
            path: vec![Sighting { time: media(5.5), bbox: sized((x, 244.0), 10.0, 28.0) }],
        },
    };
    scene.incident = Incident {
        parties: vec![rider(428.0), rider(438.0), rider(448.0)],
        measured: vec![measure(Quantity::People, 3.0)],
        ..made(Kind::Overloading, "street", (4.5, 5.5, 8.0), Class::Motorcycle, bike)
    };
    scene
}

fn picture(scene: &Scene, sealed: &Sealed, name: &str) -> RgbImage {
    image::open(scene.path(sealed, name)).unwrap().to_rgb8()
}

/// Where pixels of that kind lie above the caption: left, top, right, bottom.
fn extent(picture: &RgbImage, is: fn([u8; 3]) -> bool) -> Option<[u32; 4]> {
    let found: Vec<_> =
        picture.enumerate_pixels().filter(|(_, y, p)| *y < 360 && is(p.0)).collect();
    let (xs, ys) = (|| found.iter().map(|f| f.0), || found.iter().map(|f| f.1));
    Some([xs().min()?, ys().min()?, xs().max()?, ys().max()?])
}

/// The subject's frame; the lamp is more orange.
fn subject_ink([r, g, b]: [u8; 3]) -> bool {
    r > 215 && g < 80 && (25..80).contains(&b)
}

fn party_ink([r, g, b]: [u8; 3]) -> bool {
    r > 170 && g < 150 && b > 210
}

fn near(found: Option<[u32; 4]>, wanted: BBox) {
    let BBox { x1, y1, x2, y2 } = wanted;
    let found = found.unwrap();
    for (f, w) in found.iter().zip([x1, y1, x2, y2]) {
        assert!((*f as f32 - w.clamp(0.0, 640.0)).abs() < 6.0, "{found:?} instead of {wanted:?}");
    }
}

#[test]
fn every_picture_of_a_red_light_shows_line_lamp_and_car_at_its_instant() {
    let scene = red_light();
    let sealed = store(&scene, "red-light");
    let stills = &sealed.event.stills;
    assert_eq!(stills.before_marked.as_deref(), Some("before-marked.jpg"));
    assert_eq!(stills.after_marked.as_deref(), Some("after-marked.jpg"));
    assert!((stills.after.time.media_seconds - 6.6).abs() < 0.11, "{:?}", stills.after);
    for (name, seconds) in
        [("before-marked.jpg", 4.0), ("moment-marked.jpg", 5.4), ("after-marked.jpg", 6.6)]
    {
        let marked = picture(&scene, &sealed, name);
        near(extent(&marked, subject_ink), car(seconds));
        let line = marked.get_pixel(180, 221).0;
        assert!(line[0] > 200 && line[2] < 90, "{name}: the line is drawn, {line:?}");
        let frame = marked.get_pixel(560, 60).0;
        assert!(frame.iter().all(|v| *v > 160), "{name}: the lamps are framed, {frame:?}");
        let lit = |p: &[u8; 3]| p[0] > 225 && (90..140).contains(&p[1]) && p[2] < 60;
        let band = marked.enumerate_pixels().filter(|(x, y, p)| *y >= 362 && *x > 450 && lit(&p.0));
        assert!(band.count() > 80, "{name}: the lit lamp is shown below");
        // Nothing is drawn on the plain picture.
        let plain = picture(&scene, &sealed, &name.replace("-marked", ""));
        assert_eq!((plain.width(), plain.height()), (640, 360));
        assert_eq!(extent(&plain, subject_ink), None, "{name}");
    }
}

#[test]
fn a_thing_left_is_shown_with_who_left_it_at_the_time() {
    let scene = littering();
    let sealed = store(&scene, "littering");
    let before = picture(&scene, &sealed, "before-marked.jpg");
    near(extent(&before, party_ink), owner(1.5));
    let moment = picture(&scene, &sealed, "moment-marked.jpg");
    near(extent(&moment, subject_ink), sized((62.0, 240.0), 18.0, 14.0));
    assert_eq!(extent(&moment, party_ink), None, "nobody knows where the owner is now");
    let overlap: Vec<_> = sealed.event.overlap.iter().map(|o| &o.provisions).collect();
    assert!(overlap.iter().any(|p| p.iter().any(|p| p.contains("336/2025"))), "{overlap:?}");
    let first = sealed.event.provision.as_ref().unwrap();
    assert_eq!(Some(first), sealed.event.provisions.first());
}

#[test]
fn people_on_a_vehicle_are_framed_and_decide_the_provision() {
    let mut scene = overloading();
    let sealed = store(&scene, "overloading");
    let moment = picture(&scene, &sealed, "moment-marked.jpg");
    near(extent(&moment, party_ink), sized((428.0, 244.0), 30.0, 28.0));
    assert_eq!(sealed.event.stills.before_marked, None, "one marked picture shows it all");
    let place = |s: &Sealed| s.event.provision.as_ref().unwrap().provision.clone();
    assert_eq!(
        (place(&sealed).as_str(), sealed.event.provisions.len()),
        ("Điều 7 khoản 2 điểm g", 1)
    );
    scene.incident.measured = vec![measure(Quantity::People, 4.0)];
    scene.incident.key = IncidentKey("four".into());
    assert_eq!(place(&store(&scene, "overloading-4")), "Điều 7 khoản 3 điểm b");
}

#[test]
fn a_speed_is_shown_with_its_stretch_and_its_spread() {
    let mut scene = scene(Kind::Speeding, "street");
    scene.incident = Incident {
        measured: vec![
            Measure { uncertainty: Some(2.6), ..measure(Quantity::SpeedKmh, 61.8) },
            measure(Quantity::LimitKmh, 50.0),
        ],
        ..made(Kind::Speeding, "street", (4.0, 6.0, 7.0), Class::Car, car)
    };
    let sealed = store(&scene, "speeding");
    let moment = picture(&scene, &sealed, "moment-marked.jpg");
    let stretch = extent(&moment, |[r, g, b]| r < 110 && g > 180 && b > 225).unwrap();
    let [_, top, _, bottom] = stretch;
    assert!(top.abs_diff(180) < 6 && bottom.abs_diff(300) < 6, "{stretch:?}");
    assert_eq!(sealed.event.provision, None);
    assert!(sealed.event.exemptions.is_empty());
}

#[test]
fn crossings_whose_line_is_gone_are_named() {
    let mut scene = red_light();
    scene.ctx.lines.clear();
    let error = stage(&scene.ctx, &scene.incident, None, scene.run(4.0, 8.0)).unwrap_err();
    assert!(error.to_string().contains("line \"stop\""), "{error}");
}

#[test]
fn pictures_that_only_some_events_have_are_sealed_too() {
    let scene = red_light();
    let sealed = store(&scene, "red-light-checked");
    let report = verify(&scene.ctx.data).unwrap();
    assert_eq!((report.files, report.problems), (8, vec![]));
    // Taken out of folder and manifest alike, it is still missed.
    let path = |name| scene.path(&sealed, name);
    std::fs::remove_file(path("before-marked.jpg")).unwrap();
    let text = std::fs::read(path("manifest.json")).unwrap();
    let mut manifest: Value = serde_json::from_slice(&text).unwrap();
    let files = manifest["files"].as_array_mut().unwrap();
    files.retain(|f| f["name"] != "before-marked.jpg");
    std::fs::write(path("manifest.json"), serde_json::to_vec(&manifest).unwrap()).unwrap();
    let problems = verify(&scene.ctx.data).unwrap().problems;
    assert_eq!(problems.len(), 1, "{problems:?}");
    assert_eq!(problems[0].problem, ProblemKind::Missing);
    assert!(problems[0].file.ends_with("before-marked.jpg"));
}

#[test]
fn records_of_all_kinds_follow_the_schema_and_carry_no_fine() {
    let schema = serde_json::to_value(event_schema()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let scenes =
        [("red-light", red_light()), ("littering", littering()), ("overloading", overloading())];
    for (name, scene) in scenes {
        let sealed = store(&scene, &format!("{name}-record"));
        let text = std::fs::read_to_string(scene.path(&sealed, "event.json")).unwrap();
        assert!(!text.contains("\"range") && !text.contains("fine\""), "{name}");
        let mut json: Value = serde_json::from_str(&text).unwrap();
        let faults: Vec<String> = validator.iter_errors(&json).map(|e| e.to_string()).collect();
        assert!(faults.is_empty(), "{faults:?}");
        assert_eq!(
            serde_json::from_str::<streetward::evidence::Event>(&text).unwrap(),
            sealed.event
        );
        for part in ["camera", "source", "model", "software", "clip", "id", "frame_size"] {
            json.as_object_mut().unwrap().remove(part);
        }
        json.pointer_mut("/subjects/0").unwrap()["path"] = "[path]".into();
        let parties = json.get_mut("parties").and_then(Value::as_array_mut);
        for party in parties.into_iter().flatten() {
            party["path"] = "[path]".into();
        }
        insta::assert_json_snapshot!(name, json);
    }
}

/// A record as versions before it wrote them.
#[test]
fn records_without_the_newer_keys_still_read() {
    let scene = Scene::h264();
    let sealed = scene.store(Closing::Left);
    let text = std::fs::read(scene.path(&sealed, "event.json")).unwrap();
    let mut json: Value = serde_json::from_slice(&text).unwrap();
    for newer in ["provisions", "overlap", "exemptions", "parties", "measured", "line"] {
        json.as_object_mut().unwrap().remove(newer);
    }
    json["provision"].as_object_mut().unwrap().remove("conduct");
    let read: streetward::evidence::Event = serde_json::from_value(json).unwrap();
    assert_eq!(read.id, sealed.event.id);
    assert!(read.provisions.is_empty() && read.provision.unwrap().conduct.is_none());
}

#[test]
fn the_page_of_a_run_shows_what_was_measured_and_how_provisions_relate() {
    let scene = littering();
    let sealed = store(&scene, "littering-page");
    let (run, sources) = sample_run("20260816-080000-law");
    let summary = RunSummary { run, sources, events: vec![scene.record(&sealed)] };
    let page = std::fs::read_to_string(write_summary(&scene.ctx.data, &summary).unwrap()).unwrap();
    for told in [
        "/before-marked.jpg\"><img",
        "/before.jpg\"><span lang=\"vi\">ảnh gốc",
        "Người để lại đã rời đi 5 giây",
        "Chồng lấn",
        "Điều 5 khoản 2 điểm d Nghị định 336/2025/NĐ-CP; Điều 25 khoản 2 điểm d",
    ] {
        assert!(page.contains(told), "{told} is not on the page");
    }
}
