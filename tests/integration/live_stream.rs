//! Live streams from a real server, through what networks and cameras do to them.

use crate::rig::{Codec, Fault, Mount, Proxy, Server, clip, is_here};
use jiff::Timestamp;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};
use streetward::media::{
    ClockQuality, Frame, Hardware, LiveClock, LiveOptions, LiveSource, MediaError, MediaTime,
    PacketRing, Reach, RingLimits, TimeSpan, Transport, Trouble, WallTime,
};
use tempfile::TempDir;

const TEST: [&str; 4] = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4"];

pub(crate) fn options(url: &str) -> LiveOptions {
    LiveOptions {
        url: url.to_owned(),
        shown: "rtsp://***@camera/main".to_owned(),
        transport: Transport::Tcp,
        hardware: Hardware::None,
        connect_seconds: 4.0,
        read_seconds: 1.0,
        stop: Arc::new(AtomicBool::new(false)),
    }
}

/// A session that begins when the machine's clock says so.
struct Session {
    clock: Arc<LiveClock>,
    ring: Arc<PacketRing>,
    last: Option<(u64, MediaTime)>,
}

impl Session {
    fn new() -> Self {
        let now = std::fs::metadata(tempfile::NamedTempFile::new().unwrap().path()).unwrap();
        let start = WallTime(Timestamp::try_from(now.modified().unwrap()).unwrap());
        let ring = PacketRing::live(RingLimits::default(), "camera".into(), start);
        Self { clock: Arc::new(LiveClock::new(start)), ring: Arc::new(ring), last: None }
    }

    fn open(&self, url: &str) -> Result<LiveSource, MediaError> {
        LiveSource::open(&options(url), &self.clock, Some(&self.ring))
    }

    /// Connects as the pipeline does: again and again, for ten seconds.
    fn connect(&self, url: &str) -> LiveSource {
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
    fn watch(&mut self, source: &mut LiveSource, frames: usize) -> Vec<Frame> {
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
    fn until_over(&mut self, source: &mut LiveSource) -> Option<MediaError> {
        loop {
            match source.next_frame(&|_| true) {
                Ok(Some(frame)) => self.last = Some((frame.index, frame.time)),
                Ok(None) => return None,
                Err(error) => return Some(error),
            }
        }
    }
}

fn studio() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let made = clip(folder.path(), "a", Codec::H264, 25, &TEST);
    (folder, made)
}

fn size(path: &Path) -> String {
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
            let begun = Instant::now();
            let mut source = LiveSource::open(&with, &session.clock, Some(&session.ring)).unwrap();
            let opened = begun.elapsed().as_secs_f64();
            let frames = session.watch(&mut source, 30);
            eprintln!(
                "{mount} {transport:?}: opened in {opened:.2} s, {:?} {:?}",
                source.facts(),
                frames
                    .windows(2)
                    .map(|w| (w[1].time.since(w[0].time) * 1e3).round())
                    .collect::<Vec<_>>()
            );
            let facts = source.facts();
            assert_eq!((facts.codec.as_str(), facts.width, facts.height), (codec, 320, 180));
            assert!((20.0..30.0).contains(&facts.rate), "{facts:?}");
            assert_eq!((frames[0].width(), frames[0].height()), (320, 180));
            assert!(session.ring.stats().packets >= 30);
            let seconds = frames[29].time.since(frames[0].time);
            assert!((1.0..1.4).contains(&seconds), "29 frames of 25 a second in {seconds} s");
            eprintln!("{:?}", session.clock.counters());
        }
    }
}
