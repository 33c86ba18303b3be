//! Live streams from a real server, through what networks and cameras do to them.

use crate::rig::{Codec, Fault, Mount, Proxy, Server, clip, is_here};
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use streetward::media::{
    ClockQuality, Frame, Hardware, LiveClock, LiveOptions, LiveSource, MediaError, MediaTime,
    MissingReason, PacketRing, Reach, RingLimits, TimeSpan, Transport, Trouble, WallTime,
};
use tempfile::TempDir;

pub(crate) const TEST: [&str; 4] = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4"];

/// The pipeline reads on a thread of its own.
const fn moves_to_a_thread<T: Send>() {}
const _: () = moves_to_a_thread::<LiveSource>();

pub(crate) fn options(url: &str) -> LiveOptions {
    LiveOptions {
        url: url.to_owned(),
        shown: "rtsp://***@camera/main".to_owned(),
        transport: Transport::Tcp,
        hardware: Hardware::None,
        // Patient: the machine that tests run on may have a lot to do.
        connect_seconds: 20.0,
        read_seconds: 5.0,
        stop: Arc::new(AtomicBool::new(false)),
    }
}

/// A session that begins when the machine's clock says so.
pub(crate) struct Session {
    pub(crate) clock: Arc<LiveClock>,
    pub(crate) ring: Arc<PacketRing>,
    last: Option<(u64, MediaTime)>,
}

impl Session {
    pub(crate) fn new() -> Self {
        let now = std::fs::metadata(tempfile::NamedTempFile::new().unwrap().path()).unwrap();
        let start = WallTime(Timestamp::try_from(now.modified().unwrap()).unwrap());
        let ring = PacketRing::live(RingLimits::default(), "camera".into(), start);
        Self { clock: Arc::new(LiveClock::new(start)), ring: Arc::new(ring), last: None }
    }

    pub(crate) fn open(&self, url: &str) -> Result<LiveSource, MediaError> {
        LiveSource::open(&options(url), &self.clock, Some(&self.ring))
    }

    /// Connects as the pipeline does: again and again, for ten seconds.
    pub(crate) fn connect(&self, url: &str) -> LiveSource {
        let begun = Instant::now();
        loop {
            match self.open(url) {
                Ok(source) => return source,
                Err(error) if begun.elapsed() > Duration::from_secs(10) => panic!("{error}"),
                Err(_) => std::thread::sleep(Duration::from_millis(100)),
            }
        }
    }

    /// Reads so many frames and looks at their times.
    pub(crate) fn watch(&mut self, source: &mut LiveSource, frames: usize) -> Vec<Frame> {
        let mut seen = Vec::new();
        while seen.len() < frames {
            let frame = source.next_frame(&|_| true).unwrap().expect("the stream goes on");
            if let Some((index, time)) = self.last {
                assert!(frame.time > time, "{:?} after {time:?}", frame.time);
                assert!(frame.index > index);
            }
            self.last = Some((frame.index, frame.time));
            let lag = self.clock.now().since(frame.time);
            assert!((-0.05..3.0).contains(&lag), "{lag} s after its time");
            seen.push(frame);
        }
        seen
    }

    /// Reads until the connection is over; why.
    pub(crate) fn until_over(&mut self, source: &mut LiveSource) -> Option<MediaError> {
        loop {
            match source.next_frame(&|_| true) {
                Ok(Some(frame)) => self.last = Some((frame.index, frame.time)),
                Ok(None) => return None,
                Err(error) => return Some(error),
            }
        }
    }
}

pub(crate) fn studio() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let made = clip(folder.path(), "a", Codec::H264, 25, &TEST);
    (folder, made)
}

pub(crate) fn size(path: &Path) -> String {
    let entries = "stream=width,height,nb_read_frames";
    let run = std::process::Command::new("ffprobe")
        .args(["-v", "error", "-count_frames", "-of", "csv=p=0", "-show_entries", entries])
        .arg(path)
        .output()
        .unwrap();
    assert!(run.status.success() && run.stderr.is_empty(), "{run:?}");
    String::from_utf8(run.stdout).unwrap().trim().to_owned()
}

#[test]
fn both_codecs_come_over_both_transports() {
    if !is_here() {
        return;
    }
    let (folder, h264) = studio();
    let h265 = clip(folder.path(), "b", Codec::H265, 25, &TEST);
    let mut with_sound = Mount::new("avc", &[h264]);
    with_sound.sound = true;
    let server = Server::start(&[with_sound, Mount::new("hevc", &[h265])]);
    for (mount, codec) in [("avc", "h264"), ("hevc", "hevc")] {
        for transport in [Transport::Tcp, Transport::Udp] {
            let mut session = Session::new();
            let with = LiveOptions { transport, ..options(&server.url(mount)) };
            let mut source = LiveSource::open(&with, &session.clock, Some(&session.ring)).unwrap();
            let frames = session.watch(&mut source, 40);
            let facts = source.facts();
            assert_eq!((facts.codec.as_str(), facts.width, facts.height), (codec, 320, 180));
            assert!((20.0..30.0).contains(&facts.rate), "{facts:?}");
            assert_eq!((frames[0].width(), frames[0].height()), (320, 180));
            assert!(session.ring.stats().packets >= 40);
            let seconds = frames[39].time.since(frames[0].time);
            assert!((1.4..1.8).contains(&seconds), "39 frames of 25 a second in {seconds} s");
        }
    }
}

#[test]
fn only_wanted_frames_come_and_a_main_stream_is_not_decoded() {
    if !is_here() {
        return;
    }
    let (_folder, made) = studio();
    let server = Server::start(&[Mount::new("main", &[made])]);
    let session = Session::new();
    let mut main = session.open(&server.url("main")).unwrap();
    let with = LiveOptions { hardware: Hardware::Auto, ..options(&server.url("main")) };
    let mut sub = LiveSource::open(&with, &session.clock, None).unwrap();
    let wanted = |time: MediaTime| time.0 / 40_000 % 5 == 0;
    let first = sub.next_frame(&wanted).unwrap().unwrap();
    for _ in 0..40 {
        main.next_packet().unwrap().unwrap();
    }
    let second = sub.next_frame(&wanted).unwrap().unwrap();
    assert!(wanted(first.time) && wanted(second.time));
    assert!(second.index - first.index >= 4, "{} {}", first.index, second.index);
    assert_eq!(main.facts().hardware, "not decoded");
    // Whether there is hardware or not, it is said what decodes.
    let told = sub.facts().hardware;
    let fell_back = told.starts_with("decoded by the processor: VA-API cannot be used (")
        && told.contains("; NVDEC cannot be used (");
    let used = ["VA-API", "Quick Sync", "NVDEC"].map(|unit| format!("decoded by {unit}"));
    assert!(fell_back || used.contains(&told), "{told}");
    // The main stream's packets hold the pictures of the sub-stream's times.
    let stats = session.ring.stats();
    assert_eq!(stats.packets, 40);
    let span = TimeSpan { from: stats.oldest.unwrap(), to: stats.newest.unwrap().plus(-0.1) };
    let run = session.ring.hold(span).take();
    assert_eq!(run.stills(&[span.from]).unwrap()[0].time, span.from);
}

#[test]
fn after_a_cut_one_clock_goes_on_and_the_clip_spans_the_gap() {
    if !is_here() {
        return;
    }
    let (folder, made) = studio();
    let server = Server::start(&[Mount::new("main", &[made])]);
    let proxy = Proxy::before(server.port());
    let mut session = Session::new();
    let mut source = session.open(&proxy.url("main")).unwrap();
    let before = session.watch(&mut source, 40).pop().unwrap().time;
    let hold = session.ring.hold(TimeSpan { from: before.plus(-1.0), to: before.plus(60.0) });
    proxy.refuse(true);
    proxy.cut();
    let over = session.until_over(&mut source);
    assert!(over.as_ref().is_none_or(|e| e.reason() == Trouble::Ended), "{over:?}");
    let error = session.open(&proxy.url("main")).err().unwrap();
    assert_eq!(error.reason(), Trouble::Unreachable);
    proxy.refuse(false);
    let mut source = session.connect(&proxy.url("main"));
    let after = session.watch(&mut source, 40);
    assert!(after[0].time.since(before) < 5.0);
    let gap = session.last.unwrap().1;

    // What ends within the time that has passed has what it will ever have; so has the next one.
    assert!(!hold.ready());
    session.ring.passed(before.plus(59.0));
    assert!(!hold.ready());
    session.ring.passed(before.plus(60.0));
    assert!(hold.ready());
    let late = session.ring.hold(TimeSpan { from: before, to: before.plus(59.0) });
    assert!(late.ready());
    let run = hold.take();
    assert_eq!(run.reach(), Reach::Gap);
    let written = run.write_copy(folder.path(), "clip", before).unwrap();
    assert_eq!(size(&written.path).split(',').take(2).collect::<Vec<_>>(), ["320", "180"]);
    let ends = written.starts.plus(written.seconds);
    assert!(ends >= gap, "one clip from before the gap {before:?} to after it: {written:?}");
    assert_eq!(written.missing_after.unwrap().reason, MissingReason::NoFootage);
    let wanted = [before, after[0].time];
    let shown = run.stills(&wanted).unwrap();
    assert_eq!([shown[0].time, shown[1].time], wanted);
    assert_eq!(session.clock.counters().resets, 0, "a new connection's stamps are no fault");
}

#[test]
fn a_frozen_stream_is_told_within_the_limit_and_a_stop_at_once() {
    if !is_here() {
        return;
    }
    let (_folder, made) = studio();
    let server = Server::start(&[Mount::new("main", &[made])]);
    let proxy = Proxy::before(server.port());
    let mut session = Session::new();
    let limits = LiveOptions { read_seconds: 2.0, ..options(&proxy.url("main")) };
    let mut source = LiveSource::open(&limits, &session.clock, Some(&session.ring)).unwrap();
    session.watch(&mut source, 10);
    proxy.fault(Fault::Frozen);
    let error = session.until_over(&mut source).unwrap();
    assert_eq!(error.reason(), Trouble::NoPackets);
    let text = "rtsp://***@camera/main: no packet came for 2 s; check the camera and the network";
    assert_eq!(error.to_string(), text);
    let silent = session.clock.now().since(session.last.unwrap().1);
    assert!((1.8..8.0).contains(&silent), "told after {silent} s");
    // Opening ends, too.
    let hasty = LiveOptions { connect_seconds: 2.0, ..limits };
    let refused = LiveSource::open(&hasty, &session.clock, None).err().unwrap();
    assert_eq!(refused.reason(), Trouble::Unreachable);
    let stopped = options(&proxy.url("main"));
    stopped.stop.store(true, std::sync::atomic::Ordering::Relaxed);
    let refused = LiveSource::open(&stopped, &session.clock, None).err().unwrap();
    assert!(matches!(refused, MediaError::Stopped { .. }), "{refused}");
    // And all is well once it thaws.
    proxy.fault(Fault::None);
    let mut source = session.connect(&proxy.url("main"));
    session.watch(&mut source, 10);
}

#[test]
fn another_resolution_in_mid_stream_gives_other_facts_and_sound_clips() {
    if !is_here() {
        return;
    }
    let (folder, wide) = studio();
    let short = ["-t", "1", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=25"];
    let wide_again = clip(folder.path(), "wide", Codec::H264, 25, &short);
    let small = ["-t", "1", "-f", "lavfi", "-i", "testsrc2=s=192x144:r=25"];
    let small = clip(folder.path(), "small", Codec::H264, 25, &small);
    drop(wide);
    let server = Server::start(&[Mount::new("main", &[wide_again, small])]);
    let mut session = Session::new();
    let mut source = session.open(&server.url("main")).unwrap();
    let frames = session.watch(&mut source, 110);
    let sizes: Vec<(u32, u32)> = frames.iter().map(|f| (f.width(), f.height())).collect();
    let changes = sizes.windows(2).filter(|w| w[0] != w[1]).count();
    assert!((3..=5).contains(&changes), "{sizes:?}");
    let last = *sizes.last().unwrap();
    assert_eq!((source.facts().width, source.facts().height), last);
    // A moment on either side of a change, and its clip.
    let from = frames[5].time;
    let run = session.ring.hold(TimeSpan { from, to: frames[105].time }).take();
    let at = sizes.windows(2).position(|w| w[0] != w[1]).unwrap();
    for i in [at, at + 1] {
        let written = run.write_copy(folder.path(), &format!("clip{i}"), frames[i].time).unwrap();
        let expected = format!("{},{}", sizes[i].0, sizes[i].1);
        let found = size(&written.path);
        assert!(found.starts_with(&expected), "{found} at {expected}");
        let ends = written.starts.plus(written.seconds);
        assert!(written.starts <= frames[i].time && frames[i].time <= ends, "{written:?}");
        let still = run.stills(&[frames[i].time]).unwrap();
        assert_eq!((still[0].time, still[0].width()), (frames[i].time, sizes[i].0));
    }
}

#[test]
fn a_wrong_password_is_refused_and_the_right_one_accepted() {
    use crate::rig::Auth;
    if !is_here() {
        return;
    }
    let (_folder, made) = studio();
    for kind in ["basic", "digest"] {
        let auth = Auth { kind, user: "admin", password: "p@ss w:rd/1" };
        let server =
            Server::start_at(0, &[Mount::new("main", std::slice::from_ref(&made))], Some(auth));
        let with = |login: &str| format!("rtsp://{login}127.0.0.1:{}/main", server.port());
        let mut session = Session::new();
        for wrong in ["", "admin:nothing@", "nobody:p%40ss%20w%3Ard%2F1@"] {
            let error = session.open(&with(wrong)).err().unwrap();
            assert_eq!(error.reason(), Trouble::Refused, "{kind} {wrong}: {error}");
            let text =
                "rtsp://***@camera/main: user or password are refused; check the credentials";
            assert_eq!(error.to_string(), text);
        }
        let mut source = session.open(&with("admin:p%40ss%20w%3Ard%2F1@")).unwrap();
        session.watch(&mut source, 5);
    }
}

#[test]
fn a_camera_that_starts_again_is_seen_again_and_its_clock_is_believed() {
    if !is_here() {
        return;
    }
    let (_folder, made) = studio();
    let mounts = [Mount::new("main", &[made])];
    let server = Server::start(&mounts);
    let port = server.port();
    let mut session = Session::new();
    let mut source = session.open(&server.url("main")).unwrap();
    session.watch(&mut source, 10);
    drop(server);
    session.until_over(&mut source);
    let server = Server::start_at(port, &mounts, None);
    let mut source = session.connect(&server.url("main"));
    // Sender reports come every few seconds.
    for _ in 0..20 {
        session.watch(&mut source, 25);
        if session.clock.quality() == ClockQuality::Camera {
            break;
        }
    }
    let counters = session.clock.counters();
    assert_eq!(session.clock.quality(), ClockQuality::Camera, "{counters:?}");
    let offset = counters.offset_seconds.unwrap();
    assert!(offset.abs() < 0.5, "one machine, one clock: {offset} s");
}
