//! A disk that fails in the middle of a recording is not a recording that is short.

use crate::media_support::{Studio, frames, open};
use std::path::{Path, PathBuf};
use std::process::Command;
use streetward::media::{EndingKind, MediaTime, Reach, TimeSpan};

/// Fails `read` behind byte `FAIL_AT` of files whose name begins with `failing`, as a bad sector or
/// a lost share does, as soon as the file that `FAIL_FROM` names is there.
const SHIM: &str = r#"
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>
ssize_t read(int fd, void *to, size_t count) {
    char link[64], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    const char *limit = getenv("FAIL_AT");
    if (length > 0 && limit && !access(getenv("FAIL_FROM"), F_OK)) {
        path[length] = 0;
        const char *name = strrchr(path, '/');
        if (name && !strncmp(name, "/failing", 8) && lseek(fd, 0, SEEK_CUR) > atol(limit)) {
            errno = EIO;
            return -1;
        }
    }
    return syscall(SYS_read, fd, to, count);
}
"#;

fn shim(studio: &Studio) -> PathBuf {
    let (source, library) = (studio.path("shim.c"), studio.path("shim.so"));
    std::fs::write(&source, SHIM).unwrap();
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .args([&library, &source])
        .status()
        .unwrap();
    assert!(built.success());
    library
}

/// Runs [`reads_a_failing_recording`] in a process whose disk fails.
fn on_a_failing_disk(library: &Path, footage: &Path, fail_at: u64) {
    let from = tempfile::tempdir().unwrap();
    let out = Command::new(std::env::current_exe().unwrap())
        .args(["media_failing_disk::reads_a_failing_recording", "--exact", "--ignored"])
        .arg("--nocapture")
        .env("LD_PRELOAD", library)
        .env("FAIL_AT", fail_at.to_string())
        .env("FAIL_FROM", from.path().join("now"))
        .env("FAILING_FOOTAGE", footage)
        .output()
        .unwrap();
    let text =
        [String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr)].concat();
    assert!(out.status.success() && text.contains("1 passed"), "{}: {text}", footage.display());
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn reads_a_failing_recording() {
    let path = PathBuf::from(std::env::var_os("FAILING_FOOTAGE").unwrap());
    let mut source = open(&path);
    let span = TimeSpan { from: MediaTime::ZERO, to: MediaTime::from_seconds(99.0) };
    let hold = source.ring().hold(span);
    std::fs::write(std::env::var_os("FAIL_FROM").unwrap(), b"").unwrap();
    let read = frames(&mut source).len();
    let ending = source.ending();
    assert!((20..240).contains(&read), "{read}");
    assert!(ending.transient, "{ending:?}");
    let EndingKind::Truncated { reason } = &ending.kind else { panic!("{ending:?}") };
    assert!(reason.contains("could not read it"), "{reason}");
    assert_eq!(hold.take().reach(), Reach::BrokenOff);
}

#[test]
fn a_failing_disk_is_no_short_recording() {
    let studio = Studio::new();
    let library = shim(&studio);
    studio.make(
        "-f lavfi -i testsrc2=s=320x240:r=25:d=10 -pix_fmt yuv420p -c:v libx264 -preset ultrafast \
         -g 25 whole.mp4",
    );
    for name in ["failing.mp4", "failing.ts", "failing.avi", "failing.mkv"] {
        let flags = if name.ends_with("mp4") { "-movflags +faststart" } else { "" };
        let path = studio.make(&format!("-i @whole.mp4 -c copy {flags} {name}"));
        let size = std::fs::metadata(&path).unwrap().len();
        on_a_failing_disk(&library, &path, size / 2);
    }
    // A folder goes on with its next segment, and says so all the same.
    std::fs::create_dir(studio.path("parts")).unwrap();
    for name in ["1.ts", "failing2.ts", "3.ts"] {
        studio.make(&format!("-ss 7 -i @whole.mp4 -c copy parts/{name}"));
    }
    let size = std::fs::metadata(studio.path("parts/failing2.ts")).unwrap().len();
    on_a_failing_disk(&library, &studio.path("parts"), size / 2);
    // A recording that is short is short for ever.
    let cut = studio.path("cut.ts");
    let bytes = std::fs::read(studio.path("failing.ts")).unwrap();
    std::fs::write(&cut, &bytes[..bytes.len() / 376 * 188 + 77]).unwrap();
    let mut source = open(&cut);
    frames(&mut source);
    assert!(!source.ending().transient && source.ending().kind != EndingKind::Complete);
}
