//! What sealing costs: a signature, an entry into the day's chain by the entries it has, and checking
//! an event of usual size.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a bench whose data cannot be made fails")]

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use jiff::civil::{Date, date};
use sha2::{Digest, Sha256};
use std::fs;
use std::hint::black_box;
use std::path::Path;
use streetward::evidence::chain::{ChainDay, ChainEntry, read_day, write_day};
use streetward::evidence::signing::{self, Signature};
use streetward::evidence::{EventId, Manifest, ManifestFile, ManifestFormat, verify};
use streetward::media::WallTime;
use streetward::rules::IncidentKey;

/// Files of an event as large as usual: four pictures, a clip of 20 s, the record.
const FILES: [(&str, usize); 6] = [
    ("after.jpg", 180_000),
    ("before.jpg", 180_000),
    ("clip.mp4", 4_000_000),
    ("event.json", 6_000),
    ("moment-marked.jpg", 190_000),
    ("moment.jpg", 180_000),
];

fn noon() -> WallTime {
    WallTime(jiff::Timestamp::from_second(1_786_770_000).unwrap_or_default())
}

fn day() -> Date {
    date(2026, 8, 15)
}

fn entry(n: usize) -> ChainEntry {
    let sum = hex::encode(Sha256::digest(n.to_le_bytes()));
    ChainEntry {
        event: sum[..20].to_owned(),
        manifest_sha256: sum,
        key_id: None,
        interrupted: false,
        tombstone: None,
    }
}

fn id(n: usize) -> EventId {
    EventId::of("p1-le-loi-01", "illegal_parking", &IncidentKey(n.to_string()), "00ff")
}

/// The manifest of an event, with sums where the content is known.
fn manifest(n: usize, content: &[Vec<u8>]) -> Manifest {
    let files = FILES.iter().zip(content).map(|((name, _), bytes)| ManifestFile {
        name: (*name).to_owned(),
        bytes: bytes.len() as u64,
        sha256: hex::encode(Sha256::digest(bytes)),
    });
    Manifest { format: ManifestFormat::V1, event: id(n), files: files.collect() }
}

fn content(n: usize) -> Vec<Vec<u8>> {
    let mut random = fastrand::Rng::with_seed(n as u64);
    let mut bytes = |size| std::iter::repeat_with(|| random.u8(..)).take(size).collect();
    FILES.iter().map(|(_, size)| bytes(*size)).collect()
}

fn sign(c: &mut Criterion) {
    let data = tempfile::tempdir().unwrap();
    signing::ensure(data.path(), noon()).unwrap();
    let json = manifest(1, &content(1)).to_json().unwrap();
    let key = signing::signer(data.path()).unwrap();
    let trusted = signing::trusted(data.path()).unwrap();
    let signature = Signature::of(&key, &json);
    let mut group = c.benchmark_group("sign");
    group.bench_function("a manifest", |b| b.iter(|| Signature::of(&key, black_box(&json))));
    group.bench_function("the key read", |b| b.iter(|| signing::signer(data.path()).unwrap()));
    group.bench_function("a signature checked", |b| b.iter(|| trusted.judge(&signature, &json)));
    group.finish();
}

/// One entry more: the day's file read and checked, and written anew, signed and synced; without the
/// database.
fn append(c: &mut Criterion) {
    let mut group = c.benchmark_group("chain");
    for entries in [10, 1_000, 10_000] {
        let data = tempfile::tempdir().unwrap();
        signing::ensure(data.path(), noon()).unwrap();
        let key = signing::signer(data.path()).unwrap();
        let trusted = signing::trusted(data.path()).unwrap();
        let all: Vec<ChainEntry> = (0..entries).map(entry).collect();
        write_day(data.path(), &ChainDay::new(day(), None, all, Some(&key))).unwrap();
        group.throughput(Throughput::Elements(1));
        group.bench_function(BenchmarkId::new("an entry more", entries), |b| {
            b.iter(|| {
                let read = read_day(data.path(), day()).unwrap().unwrap();
                assert_eq!(read.fault(&trusted), None);
                let mut all = read.entries;
                // The day stays as long as it is meant to be.
                all.pop();
                all.push(entry(entries));
                write_day(data.path(), &ChainDay::new(day(), None, all, Some(&key))).unwrap();
            });
        });
    }
    group.finish();
}

fn stored(data: &Path, events: usize) {
    signing::ensure(data, noon()).unwrap();
    let key = signing::signer(data).unwrap();
    for n in 0..events {
        let folder = data.join("evidence/2026/08/15").join(id(n).as_str());
        fs::create_dir_all(&folder).unwrap();
        let content = content(n);
        for ((name, _), bytes) in FILES.iter().zip(&content) {
            fs::write(folder.join(name), bytes).unwrap();
        }
        let json = manifest(n, &content).to_json().unwrap();
        let signature = Signature::of(&key, &json).to_json().unwrap();
        fs::write(folder.join("manifest.json"), json).unwrap();
        fs::write(folder.join("manifest.sig"), signature).unwrap();
    }
}

fn check(c: &mut Criterion) {
    const EVENTS: usize = 20;
    let data = tempfile::tempdir().unwrap();
    stored(data.path(), EVENTS);
    let found = verify(data.path()).unwrap();
    assert_eq!((found.events, found.signed, found.files), (EVENTS, EVENTS, EVENTS * FILES.len()));
    let mut group = c.benchmark_group("verify");
    group.sample_size(20).throughput(Throughput::Elements(EVENTS as u64));
    group.bench_function("twenty events of 4.7 MB", |b| {
        b.iter_batched(|| (), |()| verify(data.path()).unwrap(), BatchSize::PerIteration);
    });
    group.finish();
}

criterion_group!(benches, sign, append, check);
criterion_main!(benches);
