//! What holds and clips lack, and how they say so: limits, broken reading, changing segments.

use crate::media_support::{Studio, frames, open};
use std::path::Path;
use streetward::media::{
    MediaTime, Missing, MissingReason, OpenOptions, PacketRun, Reach, RingLimits, Source, TimeSpan,
};

fn at(seconds: f64) -> MediaTime {
    MediaTime::from_seconds(seconds)
}

fn span(from: f64, to: f64) -> TimeSpan {
    TimeSpan { from: at(from), to: at(to) }
}

fn open_with(path: &Path, ring: RingLimits) -> Source {
    Source::open(path, OpenOptions { ring, ..OpenOptions::default() }).unwrap()
}

/// The run of a span of footage read to its end.
fn held(path: &Path, wanted: TimeSpan) -> PacketRun {
    let mut source = open(path);
    let hold = source.ring().hold(wanted);
    frames(&mut source);
    hold.take()
}

/// A folder of recordings, each with its seconds, frames a second and size.
fn recordings(studio: &Studio, parts: &[(u32, u32, &str)]) -> std::path::PathBuf {
    std::fs::create_dir(studio.path("parts")).unwrap();
    for (i, (seconds, rate, size)) in parts.iter().enumerate() {
        studio.make(&format!(
            "-f lavfi -i testsrc2=s={size}:r={rate}:d={seconds} -pix_fmt yuv420p -c:v libx264 \
             -preset veryfast -x264-params fps=25:timebase=1/90000 -g 25 -bf 0 parts/{i}.mp4"
        ));
    }
    studio.path("parts")
}

fn reason(missing: Option<Missing>) -> Option<MissingReason> {
    missing.map(|m| m.reason)
}

#[test]
fn segments_of_one_camera_are_one_clip_whatever_their_average_rate() {
    let studio = Studio::new();
    studio.wandering("whole.mp4");
    std::fs::create_dir(studio.path("parts")).unwrap();
    studio
        .make("-i @whole.mp4 -c copy -f segment -segment_time 2 -reset_timestamps 1 parts/%d.mp4");
    let folder = studio.path("parts");
    let files = std::fs::read_dir(&folder).unwrap().count();
    assert!(files >= 2, "{files} segments");
    let run = held(&folder, span(0.5, 4.5));
    let clip = run.write_copy(&studio.path(""), "clip", at(3.0)).unwrap();
    assert_eq!((clip.missing_before, clip.missing_after), (None, None));
    assert!(clip.starts == MediaTime::ZERO && clip.seconds > 4.4, "{clip:?}");
    let whole = frames(&mut open(&studio.path("whole.mp4")));
    let copied = frames(&mut open(&clip.path)).len();
    assert!(whole.iter().filter(|f| f.time <= at(4.5)).count() <= copied, "{copied}");
}

#[test]
fn where_the_camera_changes_the_part_with_the_moment_is_kept() {
    let studio = Studio::new();
    let folder = recordings(&studio, &[(4, 25, "160x120"), (2, 25, "320x240"), (4, 25, "160x120")]);
    let run = held(&folder, span(2.0, 8.0));
    for (moment, width, before, after) in [
        (3.0, 160, None, Some(MissingReason::StreamChanged)),
        (5.0, 320, Some(MissingReason::StreamChanged), Some(MissingReason::StreamChanged)),
        (7.0, 160, Some(MissingReason::StreamChanged), None),
    ] {
        let clip = run.write_copy(&studio.path(""), &format!("{moment}"), at(moment)).unwrap();
        let view = run.write_viewing_copy(&studio.path("view.mp4"), at(moment)).unwrap();
        for clip in [&clip, &view] {
            assert_eq!(open(&clip.path).info().width, width, "at {moment}");
            assert_eq!((reason(clip.missing_before), reason(clip.missing_after)), (before, after));
            assert!(clip.starts <= at(moment) && clip.starts.plus(clip.seconds) >= at(moment));
        }
        if moment > 4.0 && moment < 6.0 {
            assert!((clip.missing_before.unwrap().seconds - 2.0).abs() < 0.05, "{clip:?}");
            assert!((clip.missing_after.unwrap().seconds - 2.0).abs() < 0.05, "{clip:?}");
        }
    }
}

/// Half a minute that hardly compresses, a keyframe each second.
fn heavy(studio: &Studio) -> std::path::PathBuf {
    studio.make(
        "-f lavfi -i color=s=160x120:r=10:d=30,noise=alls=80:allf=t -pix_fmt yuv420p -c:v libx264 \
         -preset ultrafast -qp 10 -g 10 -bf 0 heavy.mp4",
    )
}

#[test]
fn the_byte_limit_is_sized_by_the_footage() {
    let studio = Studio::new();
    let path = heavy(&studio);
    let size = std::fs::metadata(&path).unwrap().len() as usize;
    let limits = RingLimits { seconds: 5.0, hold_seconds: 20.0, bytes: 1000 };
    let mut source = open_with(&path, limits);
    let ring = source.ring();
    assert!(ring.stats().limit > size, "{:?} for {size} bytes", ring.stats());
    let hold = ring.hold(span(2.0, 22.0));
    while let Some(frame) = source.next_frame().unwrap() {
        ring.judged(frame.time);
    }
    assert_eq!((ring.stats().evicted_early, ring.stats().holds_cut), (0, 0));
    let run = hold.take();
    assert!(run.reach() == Reach::Whole && !run.cut());
    assert!(run.bytes() > size / 2, "more than the floor");
}

#[test]
fn footage_that_memory_cannot_keep_is_told() {
    let studio = Studio::new();
    let path = heavy(&studio);
    let size = std::fs::metadata(&path).unwrap().len() as usize;
    let limits = RingLimits { seconds: 0.0, hold_seconds: 0.0, bytes: size / 3 };
    let mut source = open_with(&path, limits);
    let ring = source.ring();
    let hold = ring.hold(span(2.0, 22.0));
    frames(&mut source);
    let run = hold.take();
    assert!(run.cut() && run.reach() == Reach::Limit);
    let clip = run.write_copy(&studio.path(""), "cut", at(5.0)).unwrap();
    let missing = clip.missing_after.unwrap();
    assert_eq!((clip.missing_before, missing.reason), (None, MissingReason::NotKept));
    assert!((missing.seconds - 10.0).abs() < 3.0, "{missing:?}");
    // What was given up before it was asked for is told, too; what never was is not.
    let late = ring.hold(span(2.0, 29.0)).take();
    let clip = late.write_copy(&studio.path(""), "late", at(28.0)).unwrap();
    assert_eq!(reason(clip.missing_before), Some(MissingReason::NotKept));
    assert_eq!(reason(clip.missing_after), None);
    let ends = held(&path, span(-3.0, 35.0));
    let clip = ends.write_copy(&studio.path(""), "ends", at(5.0)).unwrap();
    let no_footage = Some(MissingReason::NoFootage);
    assert_eq!((reason(clip.missing_before), reason(clip.missing_after)), (no_footage, no_footage));
    assert_eq!(ends.reach(), Reach::SourceEnd);
}

#[test]
fn a_group_larger_than_the_ring_leaves_nothing_undecodable() {
    let studio = Studio::new();
    let path = heavy(&studio);
    // Three of the ten packets of a group.
    let limits = RingLimits { seconds: 0.0, hold_seconds: 0.0, bytes: 30_000 };
    let mut source = open_with(&path, limits);
    let ring = source.ring();
    let mut decoded = 0;
    while source.next_frame().unwrap().is_some() {
        let stats = ring.stats();
        let run = ring.hold(span(0.0, 0.0)).take();
        assert_eq!(run.is_empty(), stats.packets == 0);
        if let Some(found) = run.span() {
            assert_eq!(found.from.0 % 1_000_000, 0, "it begins with a keyframe");
            assert_eq!(run.stills(&[found.from]).unwrap()[0].time, found.from);
            decoded += 1;
        }
    }
    let stats = ring.stats();
    assert!(decoded > 20 && stats.evicted_early > 200, "{decoded} {stats:?}");
}

#[test]
fn reading_given_up_is_told_from_the_end_of_the_footage() {
    let studio = Studio::new();
    let path = studio.usual("s.mp4");
    let whole = held(&path, span(0.5, 99.0));
    assert_eq!(whole.reach(), Reach::SourceEnd);
    for how in ["stopped", "dropped"] {
        let options = OpenOptions::default();
        let stop = options.stop.clone();
        let mut source = Source::open(&path, options).unwrap();
        let ring = source.ring();
        let (within, beyond) = (ring.hold(span(0.0, 0.2)), ring.hold(span(0.5, 2.0)));
        while source.next_frame().unwrap().unwrap().time < at(1.0) {}
        if how == "stopped" {
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            assert!(source.next_frame().unwrap().is_none());
        }
        drop(source);
        assert_eq!(within.take().reach(), Reach::Whole, "{how}");
        assert!(beyond.ready());
        let run = beyond.take();
        assert_eq!(run.reach(), Reach::BrokenOff, "{how}");
        let clip = run.write_copy(&studio.path(""), "clip", at(0.8)).unwrap();
        assert_eq!(reason(clip.missing_after), Some(MissingReason::BrokenOff));
        assert_eq!(ring.hold(span(0.5, 2.0)).take().reach(), Reach::BrokenOff, "asked later");
    }
}
