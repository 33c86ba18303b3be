//! Stamps that are wrong, and streams that are not RTSP.

use crate::live_stream::{Session, TEST, options, size, studio};
use crate::rig::{Fault, Mount, Proxy, Server, free_port, is_here};
use crate::support::ffmpeg;
use streetward::media::{Frame, LiveSource, TimeSpan};

#[test]
fn stamps_that_jump_or_step_back_are_repaired_and_counted() {
    if !is_here() {
        return;
    }
    let (_folder, made) = studio();
    let server = Server::start(&[Mount::new("main", &[made])]);
    let proxy = Proxy::before(server.port());
    let mut session = Session::new();
    let mut source = session.open(&proxy.url("main")).unwrap();
    session.watch(&mut source, 30);
    let ticks = 90_000;
    let mut before = session.clock.counters();
    for (away, of) in [(500, "jump"), (-300, "reset")] {
        proxy.fault(Fault::Stamps(away * ticks));
        let frames = session.watch(&mut source, 60);
        let seconds = frames[59].time.since(frames[10].time);
        assert!((1.5..2.5).contains(&seconds), "{of}: 49 frames of 25 a second in {seconds} s");
        let after = session.clock.counters();
        let counted = (after.jumps - before.jumps, after.resets - before.resets);
        assert_eq!(counted, if of == "jump" { (1, 0) } else { (0, 1) }, "{of}: {after:?}");
        before = after;
    }
}

#[test]
fn the_same_picture_has_the_same_time_in_both_streams() {
    if !is_here() {
        return;
    }
    let (_folder, made) = studio();
    let server = Server::start(&[Mount::new("main", &[made])]);
    let session = Session::new();
    let url = server.url("main");
    let mut main = session.open(&url).unwrap();
    // The other stream comes over a network that is slower by 160 ms.
    let proxy = Proxy::before(server.port());
    proxy.fault(Fault::Delayed(160));
    let mut sub = LiveSource::open(&options(&proxy.url("main")), &session.clock, None).unwrap();
    // Until the camera has told its clock in both streams, and their lines have moved there.
    let frame = std::thread::scope(|scope| {
        let reader = scope.spawn(|| (0..240).for_each(|_| main.next_packet().unwrap().unwrap()));
        let frame = (0..150).map(|_| sub.next_frame(&|_| true).unwrap().unwrap()).last();
        reader.join().unwrap();
        frame.unwrap()
    });
    let around: Vec<_> = (-8..=8).map(|i| frame.time.plus(f64::from(i) * 0.04)).collect();
    let span = TimeSpan { from: around[0], to: around[16] };
    let found = session.ring.hold(span).take().stills(&around).unwrap();
    let rows = |frame: &Frame| -> Vec<u8> {
        let plane = frame.plane(0);
        plane.data.chunks(plane.stride).flat_map(|row| row[..plane.width].to_vec()).collect()
    };
    let pixels = rows(&frame);
    let same = found.iter().find(|still| rows(still) == pixels);
    let same = same.expect("the picture is in the main stream, too");
    let apart = frame.time.since(same.time).abs();
    assert!(apart < 0.05, "{apart} s apart; {:?}", session.clock.counters());
}

#[test]
fn flv_transport_streams_and_motion_jpeg_come_over_http() {
    let folder = tempfile::tempdir().unwrap();
    let made = folder.path().join("a.mp4");
    let x264 = ["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast", "-g", "25"];
    ffmpeg(&[&TEST[..], &x264[..]].concat(), &made);
    for (format, codec) in [("flv", "h264"), ("mpegts", "h264"), ("mpjpeg", "mjpeg")] {
        let url = format!("http://127.0.0.1:{}/live", free_port());
        let how = if codec == "mjpeg" { "mjpeg" } else { "copy" };
        let mut camera = std::process::Command::new("ffmpeg")
            .args(["-nostdin", "-v", "quiet", "-re", "-stream_loop", "-1", "-i"])
            .arg(&made)
            .args(["-c:v", how, "-f", format, "-listen", "1", &url])
            .spawn()
            .unwrap();
        let mut session = Session::new();
        let mut source = session.connect(&url);
        let frames = session.watch(&mut source, 30);
        let _ = (camera.kill(), camera.wait());
        assert_eq!(source.facts().codec, codec, "{format}");
        assert_eq!((frames[0].width(), frames[0].height()), (320, 180), "{format}");
        let seconds = frames[29].time.since(frames[4].time);
        assert!((0.6..1.8).contains(&seconds), "{format}: 25 frames of 25 a second in {seconds} s");
        let run = session.ring.hold(TimeSpan { from: frames[5].time, to: frames[20].time }).take();
        let written = run.write_copy(folder.path(), format, frames[10].time).unwrap();
        assert!(size(&written.path).starts_with("320,180"), "{format}");
    }
}
