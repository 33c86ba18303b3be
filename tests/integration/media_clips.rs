//! The ring, holds, stills, copies and viewing copies.

use crate::media_support::{Studio, assert_same_times, footage, frames, luma, open, probed, times};
use std::path::Path;
use streetward::media::{
    Container, CopyLimits, EndingKind, Frame, MediaError, MediaTime, OpenOptions, PacketRun,
    RingLimits, Source, TimeSpan, write_view_copy,
};

fn at(seconds: f64) -> MediaTime {
    MediaTime::from_seconds(seconds)
}

fn span(from: f64, to: f64) -> TimeSpan {
    TimeSpan { from: at(from), to: at(to) }
}

/// The run for a span of a file read to its end, and the file's frames.
fn cut(path: &Path, wanted: TimeSpan) -> (PacketRun, Vec<Frame>) {
    let mut source = open(path);
    let hold = source.ring().hold(wanted);
    assert!(!hold.ready());
    let frames = frames(&mut source);
    assert!(hold.ready());
    (hold.take(), frames)
}

/// Every frame of a copy is a frame of the source at its own time, and none up to `to` is missing.
#[track_caller]
fn assert_copied(copy: &[Frame], all: &[Frame], starts: MediaTime, to: f64, what: &str) {
    let mut found = 0;
    for ours in copy {
        let time = starts.seconds() + ours.time.seconds();
        let theirs = all.iter().find(|f| (f.time.seconds() - time).abs() < 2e-3);
        let theirs = theirs.unwrap_or_else(|| panic!("{what}: no frame at {time}"));
        assert!(luma(ours) == luma(theirs), "{what}: another picture at {time}");
        found += usize::from(theirs.time.seconds() <= to);
    }
    let wanted = |f: &&Frame| f.time >= starts && f.time.seconds() <= to;
    assert_eq!(found, all.iter().filter(wanted).count(), "{what}");
    assert!(found > 10, "{what}: {found}");
}

#[test]
fn a_hold_keeps_whole_groups_around_its_span() {
    let studio = Studio::new();
    let path = studio.usual("r.mp4");
    let mut source = open(&path);
    let ring = source.ring();
    let hold = ring.hold(span(1.2, 1.5));
    while let Some(frame) = source.next_frame().unwrap() {
        if frame.time.seconds() < 1.3 {
            assert!(!hold.ready(), "ready at {}", frame.time.seconds());
        }
    }
    assert!(hold.ready());
    let run = hold.take();
    let kept = run.span().unwrap();
    assert!((kept.from.seconds() - 1.0).abs() < 1e-3, "{kept:?}");
    assert!(kept.to.seconds() >= 1.5 && kept.to.seconds() < 1.75, "{kept:?}");
    // Asked afterwards, the ring still has it.
    let late = ring.hold(span(1.2, 1.5));
    assert!(late.ready());
    assert_eq!(late.take().span(), Some(kept));
    // A span beyond the end is ready because nothing comes any more.
    assert!(ring.hold(span(2.0, 99.0)).ready());
}

#[test]
fn the_ring_forgets_behind_the_judge_only() {
    let studio = Studio::new();
    let path = studio.usual("f.mp4");
    let limits = RingLimits { seconds: 0.5, ..RingLimits::default() };
    let options = OpenOptions { ring: limits, ..OpenOptions::default() };
    let mut source = Source::open(&path, options).unwrap();
    let ring = source.ring();
    let hold = ring.hold(span(0.1, 0.2));
    frames(&mut source);
    let full = ring.stats();
    assert_eq!(full.packets, 63);
    ring.judged(MediaTime::from_seconds(1.4));
    assert_eq!(ring.stats().packets, 63, "0.9 s is still needed");
    ring.judged(MediaTime::from_seconds(1.6));
    let stats = ring.stats();
    assert_eq!(stats.oldest, Some(MediaTime::from_seconds(1.0)));
    assert!(stats.bytes < full.bytes && stats.evicted_early == 0);
    // What was held is held.
    assert_eq!(hold.take().span().unwrap().from, MediaTime::ZERO);
    // What is gone begins at the oldest keyframe.
    let run = ring.hold(span(0.1, 1.2)).take();
    assert_eq!(run.span().unwrap().from, MediaTime::from_seconds(1.0));
}

#[test]
fn bytes_are_a_hard_limit_and_counted() {
    let studio = Studio::new();
    let path = studio.usual("b.mp4");
    let limits = RingLimits { seconds: 0.0, hold_seconds: 0.0, bytes: 40_000 };
    let options = OpenOptions { ring: limits, ..OpenOptions::default() };
    let mut source = Source::open(&path, options).unwrap();
    let ring = source.ring();
    let hold = ring.hold(span(0.0, 99.0));
    while source.next_frame().unwrap().is_some() {
        assert!(ring.stats().bytes <= 40_000);
    }
    let stats = ring.stats();
    assert!(stats.evicted_early > 0 && stats.packets > 0, "{stats:?}");
    assert_eq!(stats.holds_cut, 1);
    let run = hold.take();
    assert!(run.bytes() < 60_000 && run.cut());
}

#[test]
fn stills_are_the_frames_shown() {
    let studio = Studio::new();
    for name in ["s.mp4", "s.ts", "s.mkv", "s.h264"] {
        let path = studio.usual(name);
        let (run, all) = cut(&path, span(1.2, 2.2));
        let exact = all[35].time;
        let wanted = [
            exact,
            MediaTime::from_seconds(1.219),
            MediaTime::from_seconds(2.0),
            MediaTime::from_seconds(-5.0),
            MediaTime::from_seconds(99.0),
            exact,
        ];
        let stills = run.stills(&wanted).unwrap();
        let shown = |t: MediaTime| all.iter().rfind(|f| f.time.0 <= t.0 + 2).unwrap();
        for i in [0, 1, 2, 5] {
            let expected = shown(wanted[i]);
            assert!(stills[i].time.since(expected.time).abs() < 1e-5, "{name} {i}");
            assert!(luma(&stills[i]) == luma(expected), "{name} {i}");
            assert!((stills[i].wall.0 - expected.wall.0).abs().get_milliseconds() == 0);
        }
        assert!(stills[3].time.seconds() >= 0.99 && stills[3].time.seconds() <= 1.05, "{name}");
        assert_eq!(
            stills[4].time.0 / 10,
            all.iter().rfind(|f| f.time.0 <= run.span().unwrap().to.0 + 2).unwrap().time.0 / 10,
            "{name}"
        );
    }
}

#[test]
fn a_copy_has_the_same_pictures_at_the_same_times() {
    let studio = Studio::new();
    studio.make(
        "-f lavfi -i testsrc2=s=160x120:r=50:d=3 -vf select='not(mod(n\\,3))+not(mod(n\\,5))' \
         -vsync vfr -pix_fmt yuv420p -c:v libx264 -bf 2 -g 15 vfr.mp4",
    );
    for (encoding, source, container) in [
        ("-c copy", "a.mp4", Container::Mp4),
        ("-c copy", "a.ts", Container::Mp4),
        ("-c copy", "a.mkv", Container::Mp4),
        ("-c:v libx265 -x265-params log-level=none:keyint=15", "b.mp4", Container::Mp4),
        ("-c:v libvpx -deadline realtime -cpu-used 8 -g 15", "c.webm", Container::WebM),
        ("-c:v msmpeg4 -g 15", "d.avi", Container::Matroska),
        ("-c:v mpeg4 -g 15", "e.mkv", Container::Mp4),
    ] {
        let path = studio.make(&format!("-i @vfr.mp4 -vsync passthrough {encoding} {source}"));
        let (run, all) = cut(&path, span(1.1, 2.0));
        let folder = studio.path("");
        let written = run.write_copy(&folder, &format!("copy-{source}"), at(1.5)).unwrap();
        assert_eq!(written.container, container, "{source}");
        assert_eq!(written.path.extension().unwrap(), container.extension());
        let browser = matches!(source, "a.mp4" | "a.ts" | "a.mkv" | "c.webm");
        assert_eq!(written.fits_browser, browser, "{source}");
        let mut copy = open(&written.path);
        let again = frames(&mut copy);
        assert_eq!(copy.ending().kind, EndingKind::Complete, "{source}");
        assert!((again[0].time.seconds()).abs() < 1e-3, "{source}: {}", again[0].time.seconds());
        assert_copied(&again, &all, written.starts, 2.0, source);
        assert_same_times(&times(&again), &probed(&written.path));
        assert!((written.seconds - again.last().unwrap().time.seconds()).abs() < 0.2);
        let bytes = std::fs::read(&written.path).unwrap();
        assert!(!bytes.windows(5).any(|w| w == b"Lavf5"), "{source}");
        run.write_copy(&folder, "twice", at(1.5)).unwrap();
        let twice = folder.join(format!("twice.{}", container.extension()));
        assert!(bytes == std::fs::read(twice).unwrap(), "{source}");
        let left = std::fs::read_dir(&folder).unwrap().flatten();
        assert!(left.into_iter().all(|e| !e.file_name().to_string_lossy().contains(".part")));
    }
}

#[test]
fn a_copy_of_rotated_footage_stays_rotated() {
    let studio = Studio::new();
    studio.usual("plain.mp4");
    let path = studio.make("-i @plain.mp4 -c copy -metadata:s:v:0 rotate=90 turned.mp4");
    let (run, all) = cut(&path, span(0.0, 1.0));
    let written = run.write_copy(&studio.path(""), "copy", at(0.5)).unwrap();
    assert_eq!(open(&written.path).info().rotation_degrees, open(&path).info().rotation_degrees);
    let still = &run.stills(&[MediaTime::from_seconds(0.5)]).unwrap()[0];
    assert_eq!((still.width(), still.height()), (all[0].width(), all[0].height()));
    let viewing = run.write_viewing_copy(&studio.path("view.mp4"), at(0.5)).unwrap();
    let source = open(&viewing.path);
    assert_eq!((source.info().rotation_degrees, source.info().width), (0, 120));
}

#[test]
fn a_viewing_copy_plays_in_browsers_with_real_times() {
    let studio = Studio::new();
    for (size, codec) in [("160x120", "msmpeg4"), ("161x121", "mjpeg")] {
        let path = studio.make(&format!(
            "-f lavfi -i testsrc2=s={size}:r=50:d=2 -vf select='not(mod(n\\,3))+not(mod(n\\,5))' \
             -vsync vfr -c:v {codec} -q:v 2 -g 10 v{size}.mkv"
        ));
        let (run, all) = cut(&path, span(0.5, 1.5));
        let target = studio.path(&format!("view{size}.mp4"));
        let written = run.write_viewing_copy(&target, at(1.0)).unwrap();
        assert!(written.fits_browser);
        let mut copy = open(&target);
        let info = copy.info().clone();
        assert_eq!((info.codec.as_str(), info.width, info.height), ("h264", 160, 120));
        assert!(info.browser_codec);
        let again = frames(&mut copy);
        let begin = all.iter().position(|f| f.time == written.starts).unwrap();
        for (ours, theirs) in again.iter().zip(&all[begin..]) {
            let time = theirs.time.since(written.starts);
            assert!((ours.time.seconds() - time).abs() < 1e-3, "{time} {:?}", ours.time);
        }
        assert!(again.len() > 20 && (written.seconds - 1.0).abs() < 0.6, "{}", written.seconds);
        let bytes = std::fs::read(&target).unwrap();
        assert!(!bytes.windows(4).any(|w| w == b"x264" || w == b"Lavf" || w == b"Lavc"), "version");
        // The same pictures at the same times; the encoder does not promise the same bytes.
        run.write_viewing_copy(&studio.path("again.mp4"), at(1.0)).unwrap();
        let twice = frames(&mut open(&studio.path("again.mp4")));
        assert_eq!(times(&twice), times(&again));
        for (a, b) in twice.iter().zip(&again) {
            let (a, b) = (luma(a), luma(b));
            let apart: u64 = a.iter().zip(&b).map(|(a, b)| u64::from(a.abs_diff(*b))).sum();
            assert!(apart < a.len() as u64, "{apart} over {} pixels", a.len());
        }
        let index = bytes.windows(4).position(|w| w == b"moov").unwrap();
        assert!(index < bytes.windows(4).position(|w| w == b"mdat").unwrap());
    }
}

#[test]
fn runs_across_segments_are_one() {
    let studio = Studio::new();
    studio.usual("whole.mp4");
    std::fs::create_dir(studio.path("parts")).unwrap();
    studio
        .make("-i @whole.mp4 -c copy -f segment -segment_time 1 -reset_timestamps 1 parts/%d.mp4");
    let (run, all) = cut(&studio.path("parts"), span(0.5, 2.4));
    let written = run.write_copy(&studio.path(""), "joined", at(1.5)).unwrap();
    let again = frames(&mut open(&written.path));
    assert_same_times(&times(&again), &times(&all));
    let still = &run.stills(&[all[40].time]).unwrap()[0];
    assert!(luma(still) == luma(&all[40]));
}

#[test]
fn nothing_to_write_is_said() {
    let studio = Studio::new();
    let source = open(&studio.usual("n.mp4"));
    let run = source.ring().hold(span(0.0, 1.0)).take();
    assert!(run.is_empty() && run.span().is_none() && run.bytes() == 0);
    let none = run.write_copy(&studio.path(""), "none", at(0.0));
    assert!(matches!(none, Err(MediaError::NoPackets { .. })));
    assert!(matches!(run.stills(&[MediaTime::ZERO]), Err(MediaError::NoPackets { .. })));
    let (run, _) = cut(&studio.path("n.mp4"), span(0.0, 1.0));
    let nowhere = run.write_copy(&studio.path("not/there"), "x", at(0.0)).unwrap_err();
    assert!(nowhere.to_string().contains("could not be written"), "{nowhere}");
}

#[test]
fn real_recordings_are_copied_exactly() {
    let studio = Studio::new();
    for path in [studio.wandering("w.mp4"), studio.wandering("w.mkv")].into_iter().chain(footage())
    {
        let (run, all) = cut(&path, span(2.0, 4.0));
        let folder = tempfile::tempdir().unwrap();
        let written = run.write_copy(folder.path(), "clip", at(3.0)).unwrap();
        let again = frames(&mut open(&written.path));
        assert_copied(&again, &all, written.starts, 4.0, &path.display().to_string());
        assert_eq!(written.missing_before, None);
        // A recording that ends earlier lacks its end, and only that one.
        let short = all.last().unwrap().time < at(3.9);
        assert_eq!(written.missing_after.is_some(), short, "{}", path.display());
    }
}

#[test]
fn everything_that_stages_share_can_be_shared() {
    fn sent<T: Send>() {}
    fn shared<T: Send + Sync>() {}
    sent::<Source>();
    sent::<streetward::media::Hold>();
    shared::<streetward::media::PacketRing>();
    shared::<PacketRun>();
    shared::<Frame>();
    shared::<MediaError>();
}

/// Browsers fail on pictures that lead a keyframe when they are sought there: in a copy long enough
/// for several keyframes, each begins anew.
#[test]
fn every_keyframe_of_a_long_viewing_copy_begins_anew() {
    let studio = Studio::new();
    // Moving stripes over noise: an encoder has reason for pictures between others.
    let path = studio.make(
        "-f lavfi -i testsrc2=s=160x120:r=30:d=20 -vf noise=alls=12:allf=t -c:v msmpeg4 -q:v 3 -g 30 \
         long.mkv",
    );
    let (run, _) = cut(&path, span(0.0, 20.0));
    let clip = studio.path("clip-view.mp4");
    run.write_viewing_copy(&clip, at(10.0)).unwrap();
    let view = studio.path("view.mp4");
    let limits = CopyLimits { within: std::time::Duration::from_mins(1), bytes: 64 << 20 };
    write_view_copy(&path, &view, &limits).unwrap();
    for copy in [&clip, &view] {
        let packets = packets(copy);
        assert!(packets.len() > 2 * 250, "{} packets", packets.len());
        let keys: Vec<usize> = (1..packets.len()).filter(|n| packets[*n].1).collect();
        assert!(!keys.is_empty(), "a copy of more than 250 pictures has more than one keyframe");
        let reordered = packets.windows(2).any(|p| p[0].0 > p[1].0);
        assert!(reordered, "without pictures shown before what they follow, nothing is shown here");
        for key in keys {
            let shown = packets[key].0;
            assert!(
                packets[key..].iter().all(|p| p.0 >= shown),
                "one leads the keyframe at {shown}"
            );
            assert!(packets[..key].iter().all(|p| p.0 < shown), "one trails behind it");
        }
    }
}

/// When each packet of a file is shown, in its own ticks, in the order of the file, and whether it is a
/// keyframe.
fn packets(path: &Path) -> Vec<(i64, bool)> {
    let mut file = ffmpeg_next::format::input(path).unwrap();
    file.packets().map(|(_, p)| (p.pts().unwrap(), p.is_key())).collect()
}
