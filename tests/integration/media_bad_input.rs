//! Bad input: one clear sentence each, and everything that is good is still read.

use crate::media_support::{Studio, edit, frames, luma, open};
use std::path::Path;
use streetward::media::{EndingKind, MediaError, OpenOptions, Source};

fn refused(path: &Path) -> MediaError {
    let error = match Source::open(path, OpenOptions::default()) {
        Err(error) => error,
        Ok(source) => panic!("{} was opened: {:?}", path.display(), source.info()),
    };
    let text = error.to_string();
    let name = path.file_name().unwrap().to_str().unwrap();
    assert!(text.contains(name) && !text.contains('\n') && text.len() < 300, "{text}");
    error
}

#[test]
fn what_is_no_footage_is_refused_by_name() {
    let studio = Studio::new();
    let write = |name: &str, bytes: &[u8]| {
        std::fs::write(studio.path(name), bytes).unwrap();
        studio.path(name)
    };
    assert!(matches!(refused(&studio.path("missing.mp4")), MediaError::NotFound { .. }));
    assert!(matches!(refused(&write("empty.mp4", b"")), MediaError::Empty { .. }));
    std::fs::create_dir(studio.path("folder")).unwrap();
    write("folder/notes.txt", b"no video");
    assert!(matches!(refused(&studio.path("folder")), MediaError::NoVideoInFolder { .. }));
    for name in ["text.txt", "text.mp4"] {
        let text = b"These are notes about a crossing, not footage of it.\n".repeat(50);
        assert!(matches!(refused(&write(name, &text)), MediaError::NotVideo { .. }), "{name}");
    }
    let list = format!("#EXTM3U\n#EXTINF:2,\n{}\n", studio.usual("real.mp4").display());
    assert!(matches!(refused(&write("list.mp4", list.as_bytes())), MediaError::NotVideo { .. }));
    let picture = studio.make("-i @real.mp4 -frames:v 1 picture.png");
    assert!(matches!(refused(&picture), MediaError::NotVideo { .. }));
    for name in ["sound.mp4", "sound.mkv"] {
        let sound = studio.make(&format!("-f lavfi -i sine=d=1 {name}"));
        assert!(matches!(refused(&sound), MediaError::AudioOnly { .. }), "{name}");
    }
}

#[test]
fn a_file_that_may_not_be_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let studio = Studio::new();
    let path = studio.usual("locked.mp4");
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&path).is_ok() {
        eprintln!("skipped: this user may read everything");
        return;
    }
    assert!(matches!(refused(&path), MediaError::Unreadable { .. }));
}

#[test]
fn an_unknown_codec_is_named() {
    let studio = Studio::new();
    let path = studio.make("-f lavfi -i testsrc2=s=160x120:r=5:d=1 -c:v mjpeg odd.avi");
    edit(&path, |bytes| {
        while let Some(at) = bytes.windows(4).position(|w| w == b"MJPG") {
            bytes[at..at + 4].copy_from_slice(b"QQZZ");
        }
    });
    // FFmpeg does not know the tag, so neither do we; the sentence must show it.
    let error = refused(&path);
    assert!(matches!(error, MediaError::UnsupportedCodec { .. }), "{error}");
    assert!(error.to_string().contains("QQZZ"), "{error}");
}

#[test]
fn an_mp4_without_index_is_unfinished() {
    let studio = Studio::new();
    let path = studio.usual("crash.mp4");
    edit(&path, |bytes| bytes.truncate(bytes.len() * 2 / 3));
    assert!(matches!(refused(&path), MediaError::UnfinishedMp4 { .. }));
}

#[test]
fn cut_files_are_read_to_their_last_good_frame() {
    let studio = Studio::new();
    studio.usual("whole.mp4");
    let originals = frames(&mut open(&studio.path("whole.mp4")));
    for (name, percent) in ["front.mp4", "fragments.mp4", "cut.ts", "cut.avi", "cut.mkv"]
        .into_iter()
        .flat_map(|name| [55, 61, 66, 73, 80].map(|percent| (name, percent)))
    {
        let flags = match name {
            "front.mp4" => "-movflags +faststart",
            "fragments.mp4" => "-movflags +frag_keyframe+empty_moov",
            _ => "",
        };
        let path = studio.make(&format!("-i @whole.mp4 -c copy {flags} {name}"));
        edit(&path, |bytes| bytes.truncate(bytes.len() * percent / 100 / 188 * 188 + 77));
        let mut source = open(&path);
        let frames = frames(&mut source);
        assert!(frames.len() > 20 && frames.len() < 60, "{name}: {}", frames.len());
        // Each is a good one: at its own time, and nothing of it had to be guessed. (AVI has no
        // times for B-frames, so there only the order is known.)
        for frame in frames.iter().filter(|_| name != "cut.avi") {
            let at = frame.time;
            let original = originals.iter().find(|f| f.time.since(at).abs() < 2e-3).unwrap();
            assert!(luma(frame) == luma(original), "{name} {percent} {at:?}");
        }
        let EndingKind::Truncated { reason } = &source.ending().kind else {
            panic!("{name}: {:?}", source.ending());
        };
        assert!(reason.contains("was read"), "{name}: {reason}");
        assert_eq!(source.ending().last, frames.last().map(|f| f.time));
    }
}

#[test]
fn damage_in_the_middle_is_passed_over_and_counted() {
    let studio = Studio::new();
    studio.usual("whole.mp4");
    for name in ["hurt.mp4", "hurt.ts", "hurt.mkv"] {
        let path = studio.make(&format!("-i @whole.mp4 -c copy {name}"));
        edit(&path, |bytes| {
            let middle = bytes.len() * 2 / 5;
            for (i, byte) in bytes[middle..middle + 1500].iter_mut().enumerate() {
                *byte = (i * 37 % 256) as u8;
            }
        });
        let mut source = open(&path);
        let frames = frames(&mut source);
        // Matroska finds its footing only at the next cluster.
        assert!(frames.len() > 30, "{name}: {}", frames.len());
        if name != "hurt.mkv" {
            assert!(source.ending().damaged_packets > 0, "{name}: {:?}", source.ending());
        }
        let last = frames.last().unwrap().time.seconds();
        assert!(last > 2.3, "{name} went on only to {last}");
    }
}

#[test]
fn the_stop_flag_ends_reading() {
    let studio = Studio::new();
    let path = studio.usual("s.mp4");
    let options = OpenOptions::default();
    let stop = options.stop.clone();
    let mut source = Source::open(&path, options).unwrap();
    assert!(source.next_frame().unwrap().is_some());
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(source.next_frame().unwrap().is_none());
    assert_eq!(source.ending().kind, EndingKind::Stopped);
    assert_eq!(source.ending().frames, 1);
    let options = OpenOptions { stop, ..OpenOptions::default() };
    assert!(matches!(Source::open(&path, options), Err(MediaError::Stopped { .. })));
}

#[test]
fn strange_names_are_only_names() {
    let studio = Studio::new();
    let plain = studio.usual("plain.mp4");
    for name in ["concat:a.mp4", "đường Lê Lợi 100%03d.mp4", "-i.mp4", "http:..x.mp4"] {
        let path = studio.path(name);
        std::fs::copy(&plain, &path).unwrap();
        assert_eq!(frames(&mut open(&path)).len(), 63, "{name}");
    }
}
