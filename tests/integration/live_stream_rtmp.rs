//! RTMP, as FFmpeg itself serves it.

use crate::live_stream::{Session, TEST, size};
use crate::rig::free_port;
use crate::support::ffmpeg;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use streetward::media::{TimeSpan, Trouble};

/// Plays a clip in a loop to the first who asks; killed when dropped.
struct Camera(Child);

impl Camera {
    fn start(clip: &Path, url: &str) -> Self {
        let child = Command::new("ffmpeg")
            .args(["-nostdin", "-v", "quiet", "-re", "-stream_loop", "-1", "-i"])
            .arg(clip)
            .args(["-c", "copy", "-f", "flv", "-listen", "1", url])
            .stdin(Stdio::null())
            .spawn()
            .unwrap();
        Self(child)
    }
}

impl Drop for Camera {
    fn drop(&mut self) {
        let _ = (self.0.kill(), self.0.wait());
    }
}

#[test]
fn rtmp_comes_ends_and_comes_again() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("a.mp4");
    let x264 = ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25"];
    let sound = ["-f", "lavfi", "-i", "sine=d=4", "-c:a", "aac"];
    ffmpeg(&[&TEST[..], &sound[..4], &x264[..], &sound[4..]].concat(), &made);
    let url = format!("rtmp://127.0.0.1:{}/live/camera", free_port());
    let mut session = Session::new();
    for _ in 0..2 {
        let camera = Camera::start(&made, &url);
        let mut source = session.connect(&url);
        let frames = session.watch(&mut source, 60);
        assert_eq!((source.facts().codec.as_str(), frames[0].width()), ("h264", 320));
        let seconds = frames[59].time.since(frames[9].time);
        assert!((1.6..2.4).contains(&seconds), "50 frames of 25 a second in {seconds} s");
        let run = session.ring.hold(TimeSpan { from: frames[10].time, to: frames[50].time }).take();
        let written = run.write_copy(folder.path(), "clip", frames[30].time).unwrap();
        assert!(size(&written.path).starts_with("320,180"));
        drop(camera);
        let over = session.until_over(&mut source);
        assert!(over.as_ref().is_none_or(|e| e.reason() == Trouble::Ended), "{over:?}");
        let error = session.open(&url).err().unwrap();
        assert_eq!(error.reason(), Trouble::Unreachable, "{error}");
    }
    let counters = session.clock.counters();
    assert_eq!((counters.jumps, counters.resets), (0, 0), "{counters:?}");
}
