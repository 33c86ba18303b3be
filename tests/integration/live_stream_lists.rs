//! Streams as lists of segments (HLS) from a web server, as an encoder writes them while it runs.

use crate::live_stream::{Session, options, size};
use crate::rig::Web;
use crate::support::ffmpeg;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use streetward::media::{LiveSource, MediaError, TimeSpan, Trouble};

/// Writes segments of a second and their list, as time goes by; killed when dropped, so that its list
/// stays as it is.
struct Encoder(Child);

impl Encoder {
    fn start(folder: &Path, more: &[&str]) -> Self {
        // As with a camera, no two pictures are the same.
        static STARTED: AtomicU32 = AtomicU32::new(0);
        let seed = STARTED.fetch_add(1, Ordering::Relaxed);
        let noise = format!("noise=alls=4:allf=t:all_seed={seed}");
        let child = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "quiet", "-re", "-f", "lavfi"])
            .args(["-i", &format!("testsrc2=s=320x180:r=25,{noise}")])
            .args(["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast"])
            .args(["-g", "25", "-bf", "0", "-threads", "1", "-f", "hls", "-hls_time", "1"])
            .args(["-hls_list_size", "6", "-hls_flags", "delete_segments+temp_file"])
            .args(more)
            .arg(folder.join("live.m3u8"))
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }
}

impl Drop for Encoder {
    fn drop(&mut self) {
        let _ = (self.0.kill(), self.0.wait());
    }
}

/// Waits until the list has so many segments.
fn wait_for(folder: &Path, segments: usize) {
    let begun = Instant::now();
    let there = || {
        let text = std::fs::read_to_string(folder.join("live.m3u8")).unwrap_or_default();
        text.matches("#EXTINF").count()
    };
    while there() < segments {
        assert!(begun.elapsed() < Duration::from_secs(20), "no list of segments is written");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn segments_become_a_steady_stream_and_a_list_that_stands_still_is_trouble() {
    let folder = tempfile::tempdir().unwrap();
    let web = Web::start(folder.path());
    let mut session = Session::new();
    let encoder = Encoder::start(folder.path(), &[]);
    wait_for(folder.path(), 2);
    let mut source = session.connect(&web.url("live.m3u8"));
    let mut arrivals = Vec::new();
    let mut frames = Vec::new();
    for _ in 0..100 {
        frames.extend(session.watch(&mut source, 1));
        arrivals.push(session.clock.now());
    }
    assert_eq!((source.facts().codec.as_str(), frames[0].width()), ("h264", 320));
    let seconds = frames[99].time.since(frames[0].time);
    assert!((3.9..4.1).contains(&seconds), "99 frames of 25 a second in {seconds} s");
    let all = frames.windows(2).all(|w| w[1].index == w[0].index + 1);
    assert!(all, "no frame is left out");
    let steady = arrivals.windows(2).filter(|w| w[1].since(w[0]) > 0.015).count();
    assert!(steady > 70, "{steady} of 99 came apart from the one before, not in a heap");
    let counters = session.clock.counters();
    assert_eq!((counters.jumps, counters.resets, counters.slews), (0, 0, 0), "{counters:?}");
    let run = session.ring.hold(TimeSpan { from: frames[30].time, to: frames[60].time }).take();
    let written = run.write_copy(folder.path(), "clip", frames[40].time).unwrap();
    assert!(size(&written.path).starts_with("320,180"));

    // The camera dies; its list is served on. What it holds is shown to its end, and never again.
    drop(encoder);
    let error = session.until_over(&mut source).unwrap();
    assert_eq!(error.reason(), Trouble::NoPackets);
    assert_eq!(
        error.to_string(),
        "rtsp://***@camera/main: its list of segments no longer grows; check the camera and the \
         server of the list"
    );
    let again = session.open(&web.url("live.m3u8"));
    let again = again.and_then(|mut source| source.next_frame(&|_| true).map(|_| ()));
    assert_eq!(again.err().map(|e| e.reason()), Some(Trouble::NoPackets));
    // It comes back, with stamps of its own that begin again.
    std::fs::remove_file(folder.path().join("live.m3u8")).unwrap();
    let _encoder = Encoder::start(folder.path(), &[]);
    wait_for(folder.path(), 2);
    let mut source = session.connect(&web.url("live.m3u8"));
    session.watch(&mut source, 30);
}

#[test]
fn a_cut_between_loses_no_picture_of_a_list_and_shows_none_twice() {
    let folder = tempfile::tempdir().unwrap();
    let login = "YWRtaW46cEBzcyB3OnJkLzE=";
    let web = Web::with_login(folder.path(), Some(login));
    let _encoder = Encoder::start(folder.path(), &["-hls_segment_type", "fmp4"]);
    wait_for(folder.path(), 3);
    let url = |who: &str| format!("http://{who}127.0.0.1:{}/live.m3u8", web.port());
    let mut session = Session::new();
    let error = session.open(&url("admin:nothing@")).err().unwrap();
    assert_eq!(error.reason(), Trouble::Refused, "{error}");
    let url = url("admin:p%40ss%20w%3Ard%2F1@");
    let mut source = session.open(&url).unwrap();
    session.watch(&mut source, 38);
    let counted = session.ring.stats().packets;
    drop(source);
    let mut source = session.open(&url).unwrap();
    let after = session.watch(&mut source, 75);
    // The rest of the segment that was cut needs its beginning; from the next one on all is there.
    let packets = session.ring.stats().packets - counted;
    assert!((75..=80).contains(&packets), "{packets} packets for 75 frames");
    let even = after.windows(2).all(|w| (0.02..0.06).contains(&w[1].time.since(w[0].time)));
    assert!(even, "no frame comes twice, and none is missing");
}

#[test]
fn waiting_for_a_segment_ends_when_told_to_stop() {
    let folder = tempfile::tempdir().unwrap();
    let web = Web::start(folder.path());
    let _encoder = Encoder::start(folder.path(), &[]);
    wait_for(folder.path(), 3);
    let session = Session::new();
    let with = options(&web.url("live.m3u8"));
    let mut source = LiveSource::open(&with, &session.clock, Some(&session.ring)).unwrap();
    source.next_frame(&|_| true).unwrap().unwrap();
    web.hang(true);
    let stopped = std::thread::scope(|scope| {
        scope.spawn(|| {
            std::thread::sleep(Duration::from_secs(4));
            with.stop.store(true, Ordering::Relaxed);
        });
        let begun = Instant::now();
        let over = loop {
            match source.next_frame(&|_| true) {
                Ok(Some(_)) => {}
                over => break over,
            }
        };
        assert!(matches!(over, Err(MediaError::Stopped { .. })), "{over:?}");
        begun.elapsed()
    });
    assert!(stopped < Duration::from_secs(6), "it stopped after {stopped:?}");
}

/// What is seen of a list: its pictures' width.
fn seen(web: &Web, name: &str) -> Result<Option<u32>, String> {
    let opened = Session::new().open(&web.url(name));
    let frame = opened.and_then(|mut source| source.next_frame(&|_| true));
    frame.map(|frame| frame.map(|f| f.width())).map_err(|e| e.to_string())
}

#[test]
fn a_list_leads_to_no_file_of_this_machine() {
    let folder = tempfile::tempdir().unwrap();
    let web = Web::start(folder.path());
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("key"), [7_u8; 16]).unwrap();
    std::fs::write(path("key.info"), format!("key\n{}\n", path("key"))).unwrap();
    let test = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1", "-pix_fmt", "yuv420p"];
    let x264 = ["-c:v", "libx264", "-g", "25", "-bf", "0", "-f", "hls"];
    let open = ["-hls_flags", "omit_endlist"];
    let key = path("key.info");
    // As it is, each list is seen; with one address that leads to the same file here, it is not.
    let mut edited = Vec::new();
    for (stem, more, leads, schemes) in [
        ("plain", &[][..], "plain0.ts", &["file://", "file:", "", "crypto+file:", "async:"][..]),
        (
            "boxed",
            &["-hls_segment_type", "fmp4", "-hls_fmp4_init_filename", "head.mp4"],
            "\"head.mp4\"",
            &["file://"],
        ),
        ("locked", &["-hls_key_info_file", &key], "\"key\"", &["file://"]),
    ] {
        let name = format!("{stem}.m3u8");
        let list = path(&name);
        ffmpeg(&[&test[..], &x264[..], &open[..], more].concat(), Path::new(&list));
        let text = std::fs::read_to_string(&list).unwrap();
        assert_eq!(seen(&web, &name), Ok(Some(320)), "{stem}");
        for (i, scheme) in schemes.iter().enumerate() {
            let quote = if leads.starts_with('"') { "\"" } else { "" };
            let local = format!("{quote}{scheme}{}{quote}", path(leads.trim_matches('"')));
            let name = format!("{stem}-{i}.m3u8");
            assert_ne!(text.replace(leads, &local), text);
            std::fs::write(path(&name), text.replace(leads, &local)).unwrap();
            edited.push((name, local));
        }
    }
    // A list of lists.
    let lists = |to: &str| format!("#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1000\n{to}\n");
    std::fs::write(path("lists.m3u8"), lists("plain.m3u8")).unwrap();
    assert_eq!(seen(&web, "lists.m3u8"), Ok(Some(320)));
    let local = format!("file://{}", path("plain.m3u8"));
    std::fs::write(path("lists-0.m3u8"), lists(&local)).unwrap();
    edited.push(("lists-0.m3u8".to_owned(), local));
    std::thread::scope(|scope| {
        for (name, local) in &edited {
            let web = &web;
            scope.spawn(move || {
                let shown = seen(web, name);
                assert!(shown.is_err(), "{name} with {local}: {shown:?}");
            });
        }
    });
}

#[test]
fn a_closed_list_is_an_ended_stream_and_not_shown_again_and_again() {
    let folder = tempfile::tempdir().unwrap();
    let web = Web::start(folder.path());
    let test = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4", "-pix_fmt", "yuv420p"];
    let x264 = ["-c:v", "libx264", "-g", "25", "-bf", "0", "-f", "hls", "-hls_time", "1"];
    let made = folder.path().join("live.m3u8");
    ffmpeg(&[&test[..], &x264[..]].concat(), &made);
    let error = Session::new().open(&web.url("live.m3u8")).err().unwrap();
    assert_eq!(error.reason(), Trouble::Ended);
    assert_eq!(
        error.to_string(),
        "rtsp://***@camera/main: its list of segments is closed: the stream has ended; check the \
         camera and its server"
    );
    // An empty list, and one that is none.
    for text in ["#EXTM3U\n#EXT-X-TARGETDURATION:1\n", "#EXTM3U\n", "<html>", ""] {
        std::fs::write(&made, text).unwrap();
        let error = Session::new().open(&web.url("live.m3u8")).err().unwrap();
        assert!(matches!(error.reason(), Trouble::NoVideo | Trouble::NoPackets), "{error}");
    }
    let error = Session::new().open(&web.url("elsewhere.m3u8")).err().unwrap();
    assert_eq!(error.reason(), Trouble::NoVideo, "{error}");
}
