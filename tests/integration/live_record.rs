//! A stream's record: what is in it survives a kill at any moment, and months are many small files.

use proptest::prelude::*;
use std::fs;
use std::path::{Path, PathBuf};
use streetward::media::{ClockQuality, MediaTime, WallTime};
use streetward::scene::Observation;
use streetward::store::{
    LIVE_RECORD_FORMAT, LiveObservationWriter, ObservationReader, ObservationWriter, RecordEnd,
    RecordHeader, RecordModel, finish_records, records_of,
};
use streetward::track::{Riding, TrackId, TrackSight};
use streetward::vision::{Class, View};

const CAMERA: &str = "p1-le-loi-01";

fn header(fingerprint: &str) -> RecordHeader {
    let model = RecordModel { name: "nanodet-g".into(), sha256: "00".repeat(32) };
    RecordHeader::new(CAMERA, fingerprint, (768, 576), model, ClockQuality::Host)
}

/// Five observations a second from 14:59:50 local time on.
fn observations(seconds: f64) -> Vec<Observation> {
    let from: jiff::Timestamp = "2026-08-15T07:59:50Z".parse().unwrap();
    let at = |k: u32| {
        let time = MediaTime(i64::from(k) * 200_000);
        let x = (k * k % 600) as f32;
        let sight = TrackSight {
            id: TrackId(k / 50),
            class: Class::Car,
            bbox: [x, 100.0, x + 80.0, 160.0].into(),
            score: Some(0.7),
            riding: Riding::No,
        };
        let wall = WallTime(from + jiff::SignedDuration::from_micros(time.0));
        Observation::new(time, wall, View::Steady, vec![sight]).rounded()
    };
    (0..(seconds * 5.0) as u32).map(at).collect()
}

fn write(data: &Path, all: &[Observation]) -> LiveObservationWriter {
    let mut writer = LiveObservationWriter::create(data, header("0123456789abcdef")).unwrap();
    for o in all {
        writer.write(o).unwrap();
    }
    writer
}

fn folder(data: &Path) -> PathBuf {
    data.join("observations").join(CAMERA)
}

fn names(data: &Path) -> Vec<String> {
    let name = |e: std::io::Result<fs::DirEntry>| e.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<_> = fs::read_dir(folder(data)).unwrap().map(name).collect();
    names.sort();
    names
}

fn read(data: &Path) -> (Vec<Observation>, Vec<(RecordEnd, u64)>) {
    let (mut all, mut ends) = (Vec::new(), Vec::new());
    for path in records_of(data, CAMERA).unwrap() {
        let mut reader = ObservationReader::open(&path).unwrap();
        assert_eq!(reader.header().format, LIVE_RECORD_FORMAT);
        let before = all.len();
        all.extend(reader.by_ref().map(Result::unwrap));
        let footer = reader.footer().unwrap();
        assert_eq!(footer.observations, (all.len() - before) as u64);
        ends.push((footer.end, footer.observations));
    }
    (all, ends)
}

#[test]
fn a_record_is_a_file_an_hour() {
    let data = tempfile::tempdir().unwrap();
    let all = observations(30.0);
    write(data.path(), &all).finish(RecordEnd::Interrupted).unwrap();
    let [first, second] = ["2026-08-15T14-59-50", "2026-08-15T15-00-00"]
        .map(|t| format!("{t}.0123456789ab.jsonl.zst"));
    assert_eq!(names(data.path()), [first, second]);
    let (back, ends) = read(data.path());
    assert_eq!(back, all);
    assert_eq!(ends, [(RecordEnd::Complete, 50), (RecordEnd::Interrupted, 100)]);
}

#[test]
fn a_clock_set_back_overwrites_nothing() {
    let data = tempfile::tempdir().unwrap();
    let all = observations(5.0);
    let mut back = all.clone();
    for o in &mut back {
        o.time = o.time.plus(7200.0);
    }
    for (part, n) in [(&all, 1), (&back, 2)] {
        write(data.path(), part).finish(RecordEnd::Complete).unwrap();
        assert_eq!(names(data.path()).len(), n);
    }
    assert_eq!(read(data.path()).0.len(), 50);
}

/// The file as a kill leaves it: what the process had handed to the system.
fn killed(all: &[Observation]) -> (String, Vec<u8>) {
    let data = tempfile::tempdir().unwrap();
    let writer = write(data.path(), all);
    let name = names(data.path()).pop().unwrap();
    assert!(name.ends_with(".partial"), "{name}");
    let bytes = fs::read(folder(data.path()).join(&name)).unwrap();
    // A running writer's file is nobody else's to finish.
    assert_eq!(finish_records(data.path()).unwrap(), 0);
    drop(writer);
    // Where it can, a session that ends in the middle keeps all of it.
    let (back, ends) = read(data.path());
    assert_eq!((&back[..], ends.last().unwrap().0), (all, RecordEnd::Interrupted));
    (name, bytes)
}

fn left(name: &str, bytes: &[u8]) -> tempfile::TempDir {
    let data = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder(data.path())).unwrap();
    fs::write(folder(data.path()).join(name), bytes).unwrap();
    data
}

#[test]
fn a_kill_costs_a_few_seconds_and_is_finished_once() {
    let all = observations(9.8);
    let (name, bytes) = killed(&all);
    let data = left(&name, &bytes);
    assert_eq!(finish_records(data.path()).unwrap(), 1);
    assert_eq!(finish_records(data.path()).unwrap(), 0);
    let (back, ends) = read(data.path());
    assert_eq!(back, all[..back.len()]);
    let lost = all.last().unwrap().time.since(back.last().unwrap().time);
    assert!(lost <= 5.0, "{lost} s lost");
    assert_eq!(ends, [(RecordEnd::Interrupted, back.len() as u64)]);
    assert_eq!(names(data.path()), [name.strip_suffix(".partial").unwrap()]);

    // Stopped while finishing, after the end was written: the same.
    let ready = fs::read(folder(data.path()).join(names(data.path()).pop().unwrap())).unwrap();
    let again = left(&name, &ready);
    assert_eq!(finish_records(again.path()).unwrap(), 1);
    assert_eq!(read(again.path()), (back, ends));
    // The next session finishes it too, where nobody did before.
    let data = left(&name, &bytes);
    drop(LiveObservationWriter::create(data.path(), header("fedcba9876543210")).unwrap());
    assert_eq!(read(data.path()), read(again.path()));
}

#[test]
fn footage_killed_in_the_middle_keeps_what_can_be_read() {
    let data = tempfile::tempdir().unwrap();
    let all = observations(1200.0);
    let mut writer = ObservationWriter::create(data.path(), header("0123456789abcdef")).unwrap();
    for o in &all {
        writer.write(o).unwrap();
    }
    let partial = names(data.path()).pop().unwrap();
    let bytes = fs::read(folder(data.path()).join(&partial)).unwrap();
    drop(writer);
    let data = left(&partial, &bytes);
    assert_eq!(finish_records(data.path()).unwrap(), 1);
    assert_eq!(names(data.path()), ["2026-08-15.0123456789ab.jsonl.zst"]);
    let path = records_of(data.path(), CAMERA).unwrap().remove(0);
    let mut reader = ObservationReader::open(&path).unwrap();
    let back: Vec<_> = reader.by_ref().map(Result::unwrap).collect();
    assert!(!back.is_empty() && back[..] == all[..back.len()]);
    assert_eq!(reader.footer().unwrap().end, RecordEnd::Interrupted);

    // What another version wrote is left to it; what was never a record goes.
    let newer = zstd::encode_all(&b"{\"format\":\"streetward.observations/9\"}\n"[..], 1).unwrap();
    let other =
        left("2026-08-15T10-00-00.aaaaaaaaaaaa.jsonl.zst.partial", &newer[..newer.len() - 1]);
    fs::write(folder(other.path()).join("x.jsonl.zst.partial"), b"no record").unwrap();
    assert_eq!(finish_records(other.path()).unwrap(), 0);
    assert!(names(other.path()).len() <= 1);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]
    /// Torn anywhere, with whatever behind: a whole record of the beginning, or none.
    #[test]
    fn a_record_torn_anywhere_is_its_beginning(share in 0.0f64..1.0, junk in proptest::collection::vec(any::<u8>(), 0..40)) {
        let all = observations(9.0);
        let (name, bytes) = killed(&all);
        let cut = (bytes.len() as f64 * share) as usize;
        let torn = [&bytes[..cut], &junk[..]].concat();
        let data = left(&name, &torn);
        let finished = finish_records(data.path()).unwrap();
        let (back, ends) = read(data.path());
        prop_assert_eq!(finished, ends.len());
        prop_assert_eq!(&back[..], &all[..back.len()]);
        prop_assert!(names(data.path()).len() == finished, "nothing else stays");
    }
}

#[test]
fn pieces_cost_little() {
    // A campus with a dozen people in view, as a busy street's camera sees it, at 5 a second.
    let fixture =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/observations/campus-416.jsonl.zst");
    let all: Vec<Observation> =
        ObservationReader::open(&fixture).unwrap().map(Result::unwrap).step_by(2).collect();
    let data = tempfile::tempdir().unwrap();
    write(data.path(), &all).finish(RecordEnd::Complete).unwrap();
    let mut whole = ObservationWriter::create(data.path(), header("fedcba9876543210")).unwrap();
    for o in &all {
        whole.write(o).unwrap();
    }
    let whole = fs::metadata(&whole.finish(RecordEnd::Complete).unwrap()[0]).unwrap().len();
    let live = names(data.path()).into_iter().find(|n| n.contains("0123456789ab")).unwrap();
    let live = fs::metadata(folder(data.path()).join(live)).unwrap().len();
    let hours = all.last().unwrap().time.since(all[0].time) / 3600.0;
    eprintln!(
        "a camera-hour of a busy campus: {:.2} MB in pieces, {:.2} MB in one",
        live as f64 / hours / 1e6,
        whole as f64 / hours / 1e6
    );
    assert!(live as f64 <= 1.15 * whole as f64, "{live} bytes in pieces, {whole} in one");
}
