//! Each bad input of a live stream: one sentence that says what to do.

use crate::live_stream::{Session, options};
use crate::rig::{Codec, Fault, Mount, Proxy, Server, clip, free_port, is_here};
use std::io::Write;
use std::net::TcpListener;
use std::thread::Builder;
use std::time::Duration;
use streetward::media::{LiveOptions, LiveSource, Trouble};

/// Opens what must fail; the kind of trouble and the sentence without the address.
fn refused(url: &str) -> (Trouble, String) {
    refused_within(url, 2.0)
}

/// The same of a camera that is given this long to answer: one that does answer, on a busy machine.
fn refused_within(url: &str, connect_seconds: f64) -> (Trouble, String) {
    let session = Session::new();
    let with = LiveOptions { connect_seconds, ..options(url) };
    let error = LiveSource::open(&with, &session.clock, None).err().expect("it is no stream");
    let text = error.to_string();
    let sentence = text.strip_prefix("rtsp://***@camera/main: ").expect("the address is masked");
    assert!(!text.contains("127.0.0.1") && !text.contains("s3cret"), "{text}");
    assert!(sentence.contains("; "), "it says what to do: {text}");
    (error.reason(), sentence.to_owned())
}

/// Takes connections for as long as the test lasts, and says this to each.
fn says(words: &'static [u8]) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let serve = move || {
        for stream in listener.incoming().take(8) {
            let Ok(mut stream) = stream else { return };
            let _ = stream.write_all(words);
            if words.is_empty() {
                std::thread::sleep(Duration::from_secs(5));
            }
        }
    };
    // Ends with the process at the latest; it holds nothing but a port.
    Builder::new().spawn(serve).unwrap();
    port
}

#[test]
fn what_cannot_be_reached_is_told_apart() {
    let (trouble, text) = refused("rtsp://u:s3cret@no-such-camera.invalid/main");
    assert_eq!(trouble, Trouble::Unreachable);
    assert_eq!(text, "its host name is not known; check the address and the name server");
    let (trouble, text) = refused(&format!("rtsp://u:s3cret@127.0.0.1:{}/main", free_port()));
    assert_eq!(trouble, Trouble::Unreachable);
    assert_eq!(text, "nothing listens at its port; check the port, and that the camera is on");
    let (trouble, text) = refused(&format!("rtsp://u:s3cret@127.0.0.1:{}/main", says(b"")));
    assert_eq!(trouble, Trouble::Unreachable);
    assert_eq!(text, "it did not answer within 2 s; check the network and the camera's power");
}

#[test]
fn rubbish_is_no_stream() {
    for words in [
        &b"\x00\xff\x13rubbish\n\n\n"[..],
        b"HTTP/1.0 200 OK\r\n\r\n<html>",
        b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n",
    ] {
        let (trouble, text) = refused(&format!("rtsp://u:s3cret@127.0.0.1:{}/main", says(words)));
        assert!(
            matches!(trouble, Trouble::NoVideo | Trouble::Unreachable | Trouble::Ended),
            "{text}"
        );
        let (trouble, text) = refused(&format!("http://u:s3cret@127.0.0.1:{}/main", says(words)));
        assert!(
            matches!(trouble, Trouble::NoVideo | Trouble::Unreachable | Trouble::Ended),
            "{text}"
        );
    }
    // A file is never opened, whatever the address says.
    let (trouble, _) = refused("file:///etc/hostname");
    assert_eq!(trouble, Trouble::NoVideo);
    let (trouble, _) = refused("/etc/hostname");
    assert_eq!(trouble, Trouble::NoVideo);
}

#[test]
fn a_wrong_path_and_sound_alone_are_told() {
    if !is_here() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let test = ["-f", "lavfi", "-i", "testsrc2=s=160x120:r=25:d=2"];
    let made = clip(folder.path(), "a", Codec::H264, 25, &test);
    let server = Server::start(&[Mount::new("main", &[made]), Mount::new("sound", &[])]);
    let (trouble, text) = refused_within(&server.url("elsewhere"), 30.0);
    assert_eq!(trouble, Trouble::NoVideo);
    assert_eq!(text, "there is no such stream on the camera; check the path in the address");
    let (trouble, text) = refused_within(&server.url("sound"), 30.0);
    assert_eq!(trouble, Trouble::NoVideo);
    assert_eq!(text, "it holds no video, only sound or data; choose the camera's video stream");
}

#[test]
fn a_corrupt_or_slow_stream_never_breaks_the_clock() {
    if !is_here() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let test = ["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=4"];
    let made = clip(folder.path(), "a", Codec::H264, 25, &test);
    let server = Server::start(&[Mount::new("main", &[made])]);
    let proxy = Proxy::before(server.port());
    let mut session = Session::new();
    let mut source = session.open(&proxy.url("main")).unwrap();
    session.watch(&mut source, 10);
    proxy.fault(Fault::Corrupt(3_000));
    let mut last = session.clock.now().plus(-3600.0);
    let begun = session.clock.now();
    let mut connections = 0;
    while session.clock.now().since(begun) < 4.0 {
        if let Ok(Some(frame)) = source.next_frame(&|_| true) {
            assert!(frame.time > last);
            last = frame.time;
            continue;
        }
        connections += 1;
        assert!(connections < 50);
        if let Ok(again) = session.open(&proxy.url("main")) {
            source = again;
        }
    }
    proxy.fault(Fault::None);
    proxy.cut();
    let mut source = session.connect(&proxy.url("main"));
    session.watch(&mut source, 10);
    // A network that lags is no fault of the clock.
    let before = session.clock.counters();
    proxy.fault(Fault::Delayed(400));
    session.watch(&mut source, 40);
    assert_eq!(session.clock.counters().jumps, before.jumps);
}
