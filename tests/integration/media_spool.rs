//! Packets written to the disk as they come: what is read back, after a crash too.

use crate::media_support::{Studio, luma, open};
use std::path::{Path, PathBuf};
use streetward::media::{MediaTime, PacketRun, Reach, Spool, TimeSpan, WallTime};

fn at(seconds: f64) -> MediaTime {
    MediaTime::from_seconds(seconds)
}

/// The files of a folder, copied as they are on the disk now.
fn as_now(folder: &Path, to: &Path) -> PathBuf {
    std::fs::create_dir_all(to).unwrap();
    for file in std::fs::read_dir(folder).unwrap() {
        let file = file.unwrap();
        std::fs::copy(file.path(), to.join(file.file_name())).unwrap();
    }
    to.to_owned()
}

/// Every picture of a run, by the times that another one gives.
fn same_pictures(ours: &PacketRun, theirs: &PacketRun, times: &[MediaTime], what: &str) {
    let (a, b) = (ours.stills(times).unwrap(), theirs.stills(times).unwrap());
    for (a, b) in a.iter().zip(&b) {
        let apart = a.time.since(b.time).abs();
        assert!(apart < 0.0011, "{what}: {:?} and {:?}", a.time, b.time);
        assert_eq!(luma(a), luma(b), "{what} at {:?}", b.time);
    }
}

#[test]
fn what_is_spooled_is_what_was_held_whatever_the_codec() {
    let studio = Studio::new();
    let source = "-f lavfi -i testsrc2=s=160x120:r=25:d=4 -pix_fmt yuv420p";
    let clips = [
        studio.wandering("wandering.mp4"),
        studio.make(&format!("{source} -c:v libx264 -preset veryfast -g 25 -bf 3 h264.ts")),
        studio.make(&format!(
            "{source} -c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=25 h265.mkv"
        )),
        studio.make(&format!("{source} -c:v libvpx -deadline realtime -g 25 vp8.webm")),
        studio.make(&format!("{source} -c:v mjpeg mjpeg.avi")),
        studio.make(&format!("{source} -c:v mpeg4 -bf 2 -g 25 mpeg4.avi")),
    ];
    for clip in clips {
        let what = clip.file_name().unwrap().to_string_lossy().into_owned();
        let mut source = open(&clip);
        let start = source.info().start_wall;
        let span = TimeSpan { from: at(1.2), to: at(3.0) };
        let hold = source.ring().hold(span);
        let folder = studio.path(&format!("{what}.spool"));
        std::fs::create_dir(&folder).unwrap();
        let mut spool = Spool::new(&folder, "around");
        let mut crashed = None;
        while let Some(frame) = source.next_frame().unwrap() {
            if frame.index % 10 == 9 {
                spool.follow(&hold).unwrap();
            }
            if crashed.is_none() && frame.time >= at(2.2) {
                spool.follow(&hold).unwrap();
                let copy = as_now(&folder, &studio.path(&format!("{what}.crashed")));
                crashed = Some((copy, hold.so_far()));
            }
        }
        spool.follow(&hold).unwrap();
        spool.finish().unwrap();
        let held = hold.take();
        let read = |folder: &Path| {
            PacketRun::from_spool(folder, "around", span, start).unwrap().expect(&what)
        };
        let whole = read(&folder);
        assert_eq!(whole.reach(), Reach::Whole, "{what}");
        let times: Vec<MediaTime> = (0..18).map(|i| at(1.25 + 0.1 * f64::from(i))).collect();
        same_pictures(&whole, &held, &times, &what);

        let (folder, so_far) = crashed.unwrap();
        let left = read(&folder);
        assert_eq!(left.reach(), Reach::BrokenOff, "{what}");
        let (left_to, had_to) = (left.span().unwrap().to, so_far.span().unwrap().to);
        assert!(had_to.since(left_to) < 0.2, "{what}: {left_to:?} of {had_to:?}");
        let times: Vec<MediaTime> =
            times.into_iter().filter(|t| left_to.since(*t) > 0.15).collect();
        assert!(times.len() >= 5, "{what}");
        same_pictures(&left, &so_far, &times, &what);
    }
}

#[test]
fn a_stream_that_changes_is_spooled_in_parts() {
    let studio = Studio::new();
    std::fs::create_dir(studio.path("parts")).unwrap();
    for (i, size) in ["160x120", "320x180"].iter().enumerate() {
        studio.make(&format!(
            "-f lavfi -i testsrc2=s={size}:r=25:d=2 -pix_fmt yuv420p -c:v libx264 -g 25 \
             parts/{i}.mp4"
        ));
    }
    let mut source = open(&studio.path("parts"));
    let span = TimeSpan { from: at(0.5), to: at(3.5) };
    let hold = source.ring().hold(span);
    while source.next_frame().unwrap().is_some() {}
    let mut spool = Spool::new(&studio.path(""), "around");
    spool.follow(&hold).unwrap();
    spool.finish().unwrap();
    let start = source.info().start_wall;
    let read = PacketRun::from_spool(&studio.path(""), "around", span, start).unwrap().unwrap();
    let sizes: Vec<(u32, u32)> = read
        .stills(&[at(1.0), at(3.0)])
        .unwrap()
        .iter()
        .map(|f| (f.plane(0).width as u32, f.plane(0).height as u32))
        .collect();
    assert_eq!(sizes, [(160, 120), (320, 180)]);
}

#[test]
fn what_cannot_be_read_is_passed_over() {
    let studio = Studio::new();
    let span = TimeSpan { from: at(0.0), to: at(1.0) };
    let start = WallTime("2026-08-15T07:30:00Z".parse().unwrap());
    let read = || PacketRun::from_spool(&studio.path(""), "around", span, start).unwrap();
    assert!(read().is_none(), "nothing there");
    for name in ["around-000-0.mp4", "around-001-x.mp4", "around-", "other-000-0.mp4"] {
        std::fs::write(studio.path(name), b"no video").unwrap();
    }
    std::fs::write(studio.path("around-002-5.mp4"), b"").unwrap();
    assert!(read().is_none());
}
