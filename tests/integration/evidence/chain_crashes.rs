//! The chain's files when the process is killed, the disk fills up, or two processes take turns: at
//! every call that changes a file, nothing is lost, entered twice, or left half-written.

use super::chaining::Chained;
use super::run;
use crate::keeping::{SmallDisk, fill};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;
use std::time::Duration;
use streetward::evidence::chain::{self, chain_days, read_day};
use streetward::evidence::sealed_folders;
use streetward::media::WallTime;
use streetward::store::{Removal, RetentionPlan, Store, StoreError, Why};
use tempfile::TempDir;

/// Kills the process, or says that the disk is full, from the call number `FAULT_AT` on that changes
/// something under `FAULT_UNDER`, while the file `FAULT_FROM` is there; says at the end how many
/// calls there were.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
static atomic_int calls;
static int strikes(const char *path) {
    const char *under = getenv("FAULT_UNDER"), *from = getenv("FAULT_FROM");
    if (!under || !from || strncmp(path, under, strlen(under)) || access(from, F_OK)) return 0;
    if (++calls < atoi(getenv("FAULT_AT"))) return 0;
    if (!strcmp(getenv("FAULT_KIND"), "kill")) kill(getpid(), SIGKILL);
    errno = ENOSPC;
    return 1;
}
static int strikes_fd(int fd) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length <= 0) return 0;
    path[length] = 0;
    return strikes(path);
}
#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define OPEN(name) int name(const char *path, int flags, ...) { \
    va_list more; va_start(more, flags); mode_t mode = va_arg(more, mode_t); va_end(more); \
    if ((flags & O_CREAT) && access(path, F_OK) && strikes(path)) return -1; \
    return REAL(name)(path, flags, mode); }
OPEN(open)
OPEN(open64)
ssize_t write(int fd, const void *from, size_t n) { return strikes_fd(fd) ? -1 : REAL(write)(fd, from, n); }
ssize_t pwrite(int fd, const void *from, size_t n, off_t at) { return strikes_fd(fd) ? -1 : REAL(pwrite)(fd, from, n, at); }
ssize_t pwrite64(int fd, const void *from, size_t n, off64_t at) { return strikes_fd(fd) ? -1 : REAL(pwrite64)(fd, from, n, at); }
int mkdir(const char *path, mode_t mode) { return strikes(path) ? -1 : REAL(mkdir)(path, mode); }
/* What needs no room: only a kill strikes here. */
int fsync(int fd) { strikes_fd(fd); return REAL(fsync)(fd); }
int fdatasync(int fd) { strikes_fd(fd); return REAL(fdatasync)(fd); }
int unlink(const char *path) { strikes(path); return REAL(unlink)(path); }
int rename(const char *from, const char *to) { strikes(to); return REAL(rename)(from, to); }
__attribute__((destructor)) static void end(void) { fprintf(stderr, "calls %d\n", calls); }
"#;

/// The library, built once, in a folder that lasts.
static LIBRARY: LazyLock<(TempDir, PathBuf)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let (source, library) = (folder.path().join("shim.c"), folder.path().join("shim.so"));
    fs::write(&source, SHIM).unwrap();
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .arg("-ldl")
        .status()
        .unwrap();
    assert!(built.success());
    (folder, library)
});

fn noon(day: i8) -> WallTime {
    WallTime(format!("2026-08-{day:02}T05:00:00Z").parse().unwrap())
}

/// Three sealed events of which no index knows.
fn sealed() -> (Chained, Vec<String>) {
    let mut chained = Chained::on_files();
    let ids = ["a", "b", "c"].map(|name| chained.sealed(name).0).to_vec();
    (chained, ids)
}

/// What a service does with them on a day: takes up all, enters them, removes `goes`, and enters that.
fn work(store: &Store, data: &Path, day: i8, goes: &str) -> Result<(), StoreError> {
    let now = noon(day);
    store.tidy(data, &RetentionPlan::default())?;
    store.adopt(data)?;
    store.extend_chain(data, now)?;
    let inventory = store.inventory(data, now)?;
    let item = inventory.items.into_iter().find(|i| i.id == goes);
    let removals = item.map(|item| Removal { item, why: Why::Age, rule: "age".into() });
    let removals = removals.into_iter().collect();
    store.tidy(data, &RetentionPlan { at: Some(now), removals, ..RetentionPlan::default() })?;
    store.extend_chain(data, now).map(drop)
}

const CHILD: &str = "STREETWARD_TEST_CHAIN_CHILD";

/// Not a test of its own: the process that is struck. Told that something failed, it finds room
/// again and goes on.
#[test]
#[ignore = "run by the tests that strike it"]
fn child() {
    let Ok(asked) = std::env::var(CHILD) else { return };
    let asked: Vec<&str> = asked.split('|').collect();
    let (data, day, goes) = (Path::new(asked[0]), asked[1].parse().unwrap(), asked[2]);
    let strikes = PathBuf::from(std::env::var_os("FAULT_FROM").unwrap());
    let store = Store::open(data).unwrap();
    fs::write(&strikes, "").unwrap();
    let done = work(&store, data, day, goes);
    fs::remove_file(&strikes).unwrap();
    if let Err(e) = &done {
        eprintln!("told: {e}");
    }
    // What goes on past trouble tells of it elsewhere, and makes up for it in the same way.
    work(&store, data, day, goes).unwrap();
    if done.is_err() {
        eprintln!("made up");
    }
}

/// Runs [`child`] with a fault; what it said.
fn struck(data: &Path, day: i8, goes: &str, kind: &str, at: u32) -> Output {
    let from = tempfile::tempdir().unwrap();
    Command::new(std::env::current_exe().unwrap())
        .args(["evidence::chain_crashes::child", "--exact", "--ignored", "--nocapture"])
        .env(CHILD, format!("{}|{day}|{goes}", data.display()))
        .env("LD_PRELOAD", &LIBRARY.1)
        .env("FAULT_UNDER", data)
        .env("FAULT_FROM", from.path().join("now"))
        .env("FAULT_KIND", kind)
        .env("FAULT_AT", at.to_string())
        .output()
        .unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// How many calls there are to strike, from a run that nothing strikes.
fn calls(base: &Path, goes: &str) -> u32 {
    let copy = copied(base);
    let whole = struck(copy.path(), 15, goes, "kill", u32::MAX >> 1);
    let text = said(&whole);
    assert!(whole.status.success() && !text.contains("told"), "{text}");
    let count = text.lines().find_map(|l| l.strip_prefix("calls ")).unwrap();
    count.parse().unwrap()
}

fn copied(base: &Path) -> TempDir {
    let to = tempfile::tempdir().unwrap();
    let done = Command::new("cp").arg("-a").arg(base.join(".")).arg(to.path()).status().unwrap();
    assert!(done.success());
    to
}

/// Every event's manifest is named once, `gone` has its tombstone, all of it verifies, and nothing
/// else lies there.
fn assert_once(data: &Path, stays: &[String], gone: Option<&str>, told: &str) {
    let mut named: BTreeMap<String, Vec<bool>> = BTreeMap::new();
    for day in chain_days(data).unwrap() {
        for entry in read_day(data, day).unwrap().unwrap().entries {
            named.entry(entry.event).or_default().push(entry.tombstone.is_some());
        }
    }
    let mut wanted: BTreeMap<String, Vec<bool>> =
        stays.iter().map(|id| (id.clone(), vec![false])).collect();
    wanted.extend(gone.map(|id| (id.to_owned(), vec![false, true])));
    assert_eq!(named, wanted, "{told}");
    let mut folders = vec![data.join(chain::CHAIN)];
    while let Some(folder) = folders.pop() {
        for file in fs::read_dir(folder).unwrap() {
            let file = file.unwrap().path();
            if file.is_dir() {
                folders.push(file);
            } else {
                assert_eq!(file.extension().unwrap(), "json", "{told}: {}", file.display());
            }
        }
    }
    let (_, out) = run(&["verify", "--data", data.to_str().unwrap(), "--format", "json"]);
    let found: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(found["problems"], serde_json::json!([]), "{told}: {found:#}");
    assert_eq!(found["chain"]["waiting"], 0, "{told}");
    assert_eq!(sealed_folders(data).unwrap().len(), stays.len(), "{told}");
}

/// Kills a process at each of these calls, kills the one that takes up after it too, and lets a
/// third one finish.
fn killed_at(points: impl Fn(u32) -> Vec<(u32, u32)>) {
    let (chained, ids) = sealed();
    let (goes, stays) = (&ids[0], &ids[1..]);
    let total = calls(chained.data(), goes);
    assert!(total > 40, "{total} calls: the library does not see them");
    let (mut kills, points) = (0, points(total));
    for (first, second) in &points {
        let copy = copied(chained.data());
        let data = copy.path();
        for (at, day) in [(first, 15), (second, 16)] {
            let done = struck(data, day, goes, "kill", *at);
            let killed = done.status.signal() == Some(9);
            assert!(killed || done.status.success(), "{first}, {second}: {}", said(&done));
            kills += usize::from(killed);
        }
        let store = Store::open(data).unwrap();
        work(&store, data, 17, goes).unwrap();
        drop(store);
        assert_once(data, stays, Some(goes), &format!("killed at {first}, then at {second}"));
    }
    assert!(kills >= points.len(), "{kills} kills of {} pairs", points.len());
}

#[test]
fn killed_twice_at_any_moment_no_event_is_lost_from_the_chain_or_entered_twice() {
    killed_at(|total| {
        let random = &mut fastrand::Rng::with_seed(3);
        (0..10).map(|n| (1 + n * total / 10, random.u32(1..total))).collect()
    });
}

#[test]
#[ignore = "minutes"]
fn killed_at_every_moment_no_event_is_lost_from_the_chain_or_entered_twice() {
    killed_at(|total| {
        let random = &mut fastrand::Rng::with_seed(7);
        (1..=total).map(|at| (at, random.u32(1..total))).collect()
    });
}

/// The narrow one: killed when the day's file was written and the index did not know, and killed
/// again as soon as it did.
#[test]
fn a_day_taken_up_after_a_crash_is_entered_once_whenever_the_next_crash_comes() {
    let (chained, ids) = sealed();
    let base = chained.data().to_owned();
    let store = Store::open(&base).unwrap();
    store.adopt(&base).unwrap();
    drop(store);
    let before = copied(&base);
    let store = Store::open(&base).unwrap();
    assert_eq!(store.extend_chain(&base, noon(15)).unwrap().unwrap().added, 3);
    drop(store);
    // The file as it was written, the index as it was before.
    let ahead = before.path();
    let put = Command::new("cp").arg("-a").arg(base.join(chain::CHAIN)).arg(ahead).status();
    assert!(put.unwrap().success());
    let total = calls(ahead, "nobody");
    assert!(total >= 4, "{total}");
    for at in 1..=total {
        for day in [15, 16] {
            let copy = copied(ahead);
            struck(copy.path(), day, "nobody", "kill", at);
            let store = Store::open(copy.path()).unwrap();
            work(&store, copy.path(), day, "nobody").unwrap();
            drop(store);
            assert_once(copy.path(), &ids, None, &format!("killed at {at} on {day}"));
        }
    }
}

fn full_at(points: impl Fn(u32) -> Vec<u32>) {
    let (chained, ids) = sealed();
    let (goes, stays) = (&ids[0], &ids[1..]);
    let total = calls(chained.data(), goes);
    let mut told = 0;
    for at in points(total) {
        let copy = copied(chained.data());
        let done = struck(copy.path(), 15, goes, "full", at);
        let text = said(&done);
        assert!(done.status.success(), "full from {at}: {text}");
        told += usize::from(text.contains("told: ") && text.contains("made up"));
        assert_once(copy.path(), stays, Some(goes), &format!("full from {at}: {text}"));
    }
    assert!(told > 3, "a full disk is told of: {told}");
}

#[test]
fn on_a_disk_that_is_full_at_any_moment_the_chain_is_made_up_when_there_is_room() {
    full_at(|total| (0..10).map(|n| 1 + n * total / 10).collect());
}

#[test]
#[ignore = "minutes"]
fn on_a_disk_that_is_full_at_every_moment_the_chain_is_made_up_when_there_is_room() {
    full_at(|total| (1..=total).collect());
}

#[test]
fn a_really_full_disk_is_named_and_leaves_nothing_half_written() {
    let Some(disk) = SmallDisk::new(16) else { return };
    let (chained, ids) = sealed();
    let data = disk.path().join("data");
    let put = Command::new("cp").arg("-a").arg(chained.data()).arg(&data).status();
    assert!(put.unwrap().success());
    let store = Store::open(&data).unwrap();
    store.adopt(&data).unwrap();
    let ballast = disk.path().join("ballast");
    fill(&ballast);
    let error = store.extend_chain(&data, noon(15)).unwrap_err().to_string();
    assert!(error.contains("No space left") && error.contains("chain"), "{error}");
    assert_eq!(chain_days(&data).unwrap(), []);
    assert_eq!(store.chain_known().unwrap().waiting.len(), 3);
    fs::remove_file(&ballast).unwrap();
    assert_eq!(store.extend_chain(&data, noon(15)).unwrap().unwrap().added, 3);
    drop(store);
    assert_once(&data, &ids, None, "room again");
}

const NEIGHBOUR: &str = "STREETWARD_TEST_CHAIN_NEIGHBOUR";

/// Not a test of its own: a process that seals what lies in its room, one after the other, and
/// enters each; whoever works in the data folder is waited for.
#[test]
#[ignore = "run by the test of two processes"]
fn neighbour() {
    let Ok(asked) = std::env::var(NEIGHBOUR) else { return };
    let (data, room) = asked.split_once('|').unwrap();
    let data = Path::new(data);
    for event in fs::read_dir(room).unwrap() {
        let event = event.unwrap();
        let store = loop {
            match Store::open(data) {
                Ok(store) => break store,
                Err(StoreError::Busy { .. }) => std::thread::sleep(Duration::from_millis(3)),
                Err(e) => panic!("{e}"),
            }
        };
        let to = data.join("evidence/2026/08/15").join(event.file_name());
        fs::rename(event.path(), to).unwrap();
        store.adopt(data).unwrap();
        store.extend_chain(data, noon(15)).unwrap();
    }
}

#[test]
fn two_processes_over_one_data_folder_enter_each_event_once() {
    let mut chained = Chained::on_files();
    let names = ["a", "b", "c", "d", "e", "f"];
    let events: Vec<(String, PathBuf)> = names.iter().map(|n| chained.sealed(n)).collect();
    let data = chained.data().to_owned();
    let day = data.join(events[0].1.parent().unwrap());
    assert!(day.ends_with("evidence/2026/08/15"));
    let rooms = ["batch", "live"].map(|name| chained.scene.folder.path().join(name));
    for (n, (id, folder)) in events.iter().enumerate() {
        let room = &rooms[n % 2];
        fs::create_dir_all(room).unwrap();
        fs::rename(data.join(folder), room.join(id)).unwrap();
    }
    drop(Store::open(&data).unwrap());
    let started = rooms.each_ref().map(|room| {
        Command::new(std::env::current_exe().unwrap())
            .args(["evidence::chain_crashes::neighbour", "--exact", "--ignored"])
            .env(NEIGHBOUR, format!("{}|{}", data.display(), room.display()))
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    });
    for child in started {
        let done = child.wait_with_output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    }
    let ids: Vec<String> = events.into_iter().map(|(id, _)| id).collect();
    assert_once(&data, &ids, None, "two processes");
    // Who comes while another one works is told so, and adds nothing.
    let _held = Store::open(&data).unwrap();
    let (code, _) = run(&["chain", "--data", data.to_str().unwrap()]);
    assert!(code.unwrap_err().to_string().contains("process"));
}
