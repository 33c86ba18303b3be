//! Frame times: equal to what `ffprobe` sees, repaired where the footage is broken.

use crate::media_support::{Studio, assert_same_times, edit, footage, frames, open, probed, times};
use streetward::media::{ClockQuality, EndingKind, OpenOptions, Source, WallTime};

#[track_caller]
fn assert_as_probed(path: &std::path::Path) -> usize {
    let mut source = open(path);
    let frames = frames(&mut source);
    assert_same_times(&times(&frames), &probed(path));
    let ending = source.ending();
    assert_eq!(ending.kind, EndingKind::Complete);
    assert_eq!((ending.clock_repairs, ending.damaged_packets), (0, 0), "{}", path.display());
    assert_eq!(ending.frames as usize, frames.len());
    assert!(frames.iter().enumerate().all(|(i, f)| f.index == i as u64));
    frames.len()
}

#[test]
fn b_frames_come_in_presentation_order() {
    let studio = Studio::new();
    for name in ["b.mp4", "b.mkv", "b.ts", "b.avi"] {
        let path = studio.usual(name);
        if name == "b.avi" {
            // AVI has no presentation times for B-frames; only the order can be right.
            let times = times(&frames(&mut open(&path)));
            assert!(times.windows(2).all(|w| w[0] < w[1]));
        } else {
            assert_eq!(assert_as_probed(&path), 63, "{name}");
        }
    }
}

#[test]
fn variable_frame_rates_keep_their_times() {
    let studio = Studio::new();
    for name in ["v.mp4", "v.mkv", "v.ts"] {
        let path = studio.make(&format!(
            "-f lavfi -i testsrc2=s=160x120:r=50:d=4 \
             -vf select='not(mod(n\\,7))+not(mod(n\\,11))+between(n\\,100\\,120)' -vsync vfr \
             -c:v libx264 -preset veryfast -bf 2 -g 20 {name}"
        ));
        assert!(assert_as_probed(&path) > 50, "{name}");
    }
}

#[test]
fn cuts_in_the_middle_of_a_group_keep_their_times() {
    let studio = Studio::new();
    studio.usual("whole.mp4");
    studio.usual("whole.ts");
    let edit_list = studio.make("-ss 1.3 -i @whole.mp4 -c copy edit.mp4");
    assert!(assert_as_probed(&edit_list) < 63);
    for name in ["non_key.ts", "non_key.mkv"] {
        let cut = studio.make(&format!("-i @whole.ts -ss 1.3 -c copy -copyinkf {name}"));
        let mut source = open(&cut);
        let frames = frames(&mut source);
        assert_same_times(&times(&frames), &probed(&cut));
        assert!(!frames.is_empty(), "{name}");
    }
}

#[test]
fn real_recordings_have_their_times() {
    let studio = Studio::new();
    for path in [studio.wandering("w.mp4"), studio.wandering("w.mkv")].into_iter().chain(footage())
    {
        assert!(assert_as_probed(&path) > 50, "{}", path.display());
    }
}

#[test]
fn a_raw_bitstream_follows_its_frame_rate() {
    let studio = Studio::new();
    let path = studio.make(
        "-f lavfi -i testsrc2=s=160x120:r=20:d=2 -pix_fmt yuv420p -c:v libx264 -bf 2 -g 10 raw.h264",
    );
    let mut source = open(&path);
    let expected: Vec<f64> = (0..40).map(|n| f64::from(n) / 20.0).collect();
    assert_same_times(&times(&frames(&mut source)), &expected);
    assert_eq!(source.ending().clock_repairs, 0);
}

#[test]
fn a_clock_that_jumps_is_repaired_and_counted() {
    let studio = Studio::new();
    // Two recordings in one transport stream, the second with a clock two days ahead.
    let first = studio
        .make("-f lavfi -i testsrc2=s=160x120:r=25:d=2 -c:v mpeg2video -bf 0 -g 10 -f mpegts a.ts");
    let second = studio.make(
        "-f lavfi -i testsrc2=s=160x120:r=25:d=2 -c:v mpeg2video -bf 0 -g 10 \
         -output_ts_offset 20000 -f mpegts b.ts",
    );
    for (name, parts) in [("ahead.ts", [&first, &second]), ("back.ts", [&second, &first])] {
        let path = studio.path(name);
        let bytes: Vec<u8> = parts.iter().flat_map(|p| std::fs::read(p).unwrap()).collect();
        std::fs::write(&path, bytes).unwrap();
        let mut source = open(&path);
        let times = times(&frames(&mut source));
        assert!(times.len() >= 98, "{name}: {}", times.len());
        assert!(times.windows(2).all(|w| w[0] < w[1] && w[1] - w[0] < 0.2), "{name}: {times:?}");
        assert!(source.ending().clock_repairs >= 1, "{name}");
    }
}

#[test]
fn segments_go_on_from_each_other() {
    let studio = Studio::new();
    studio.usual("whole.mp4");
    let folder = studio.path("segments");
    std::fs::create_dir(&folder).unwrap();
    studio.make(
        "-i @whole.mp4 -c copy -f segment -segment_time 1 -reset_timestamps 1 segments/s%d.mp4",
    );
    let mut source = open(&folder);
    let expected: Vec<f64> = (0..63).map(|n| f64::from(n) / 25.0).collect();
    assert_same_times(&times(&frames(&mut source)), &expected);
    assert_eq!(source.ending().kind, EndingKind::Complete);
}

#[test]
fn segments_named_by_time_keep_their_gaps() {
    let studio = Studio::new();
    let folder = studio.path("named");
    std::fs::create_dir(&folder).unwrap();
    for name in ["cam1-20260815_143000.mp4", "cam1-20260815_143002.mp4", "cam1-20260815_143100.mp4"]
    {
        studio.usual(&format!("named/{name}"));
    }
    let mut source = open(&folder);
    assert_eq!(source.info().clock_quality, ClockQuality::FileName);
    let frames = frames(&mut source);
    let times = times(&frames);
    // The second follows at 2.52 s, within what a name can tell; the third after its gap.
    assert!((times[63] - 2.52).abs() < 1e-3, "{}", times[63]);
    assert!((times[126] - 60.0).abs() < 1e-3, "{}", times[126]);
    assert_eq!(frames[126].wall.local_rfc3339(), "2026-08-15T14:31:00.000+07:00");
}

#[test]
fn an_unreadable_segment_is_named_and_passed_over() {
    let studio = Studio::new();
    let folder = studio.path("broken");
    std::fs::create_dir(&folder).unwrap();
    for name in ["1.mp4", "2.mp4", "3.mp4"] {
        studio.usual(&format!("broken/{name}"));
    }
    edit(&studio.path("broken/2.mp4"), |bytes| bytes.truncate(500));
    let mut source = open(&folder);
    assert_eq!(frames(&mut source).len(), 126);
    let EndingKind::Truncated { reason } = &source.ending().kind else { panic!() };
    assert!(reason.contains("2.mp4"), "{reason}");
}

#[test]
fn the_start_time_is_the_best_clue() {
    let studio = Studio::new();
    let named = studio.usual("p1_2026-08-15_14-30-00.mkv");
    let source = open(&named);
    assert_eq!(source.info().clock_quality, ClockQuality::FileName);
    assert_eq!(source.info().start_wall.utc_rfc3339(), "2026-08-15T07:30:00.000Z");
    assert!(source.info().clock_note.contains("file name"));
    let tagged = studio.make(
        "-i @p1_2026-08-15_14-30-00.mkv -c copy -metadata creation_time=2026-03-01T00:00:00Z tagged.mp4",
    );
    let source = open(&tagged);
    assert_eq!(source.info().clock_quality, ClockQuality::Metadata);
    assert_eq!(source.info().start_wall.utc_rfc3339(), "2026-03-01T00:00:00.000Z");
    let given = WallTime("2026-01-02T03:04:05Z".parse().unwrap());
    let options = OpenOptions { start_time: Some(given), ..OpenOptions::default() };
    let mut source = Source::open(&tagged, options).unwrap();
    assert_eq!(source.info().clock_quality, ClockQuality::Given);
    let second = {
        source.next_frame().unwrap();
        source.next_frame().unwrap().unwrap()
    };
    assert_eq!(second.wall.utc_rfc3339(), "2026-01-02T03:04:05.040Z");
    let guessed = studio.usual("guessed.mp4");
    assert_eq!(open(&guessed).info().clock_quality, ClockQuality::Guessed);
}

#[test]
fn info_tells_what_the_file_is() {
    let studio = Studio::new();
    let path = studio.usual("i.mp4");
    let source = open(&path);
    let info = source.info();
    assert_eq!((info.codec.as_str(), info.width, info.height), ("h264", 160, 120));
    assert_eq!((info.rotation_degrees, info.frames_estimate), (0, Some(63)));
    assert!((info.duration_seconds.unwrap() - 2.52).abs() < 0.01);
    assert!(info.browser_codec && info.fingerprint.len() == 32);
    let copy = studio.path("other name.mp4");
    std::fs::copy(&path, &copy).unwrap();
    assert_eq!(open(&copy).info().fingerprint, info.fingerprint);
}
