//! Local devices: one that answers as Video for Linux does without being one, and what is no camera.

use crate::live_stream::Session;
use crate::live_support::Site;
use crate::support::{fetched, ffmpeg, root};
use std::process::Command;
use streetward::config::{load_camera, warnings};
use streetward::media::Trouble;
use streetward::scene::CameraState;

fn refused(path: &str) -> (Trouble, String) {
    let error = Session::new().open(path).err().expect("it is no camera");
    let text = error.to_string();
    (error.reason(), text.strip_prefix("rtsp://***@camera/main: ").unwrap().to_owned())
}

#[test]
fn what_is_no_camera_is_told_in_a_sentence() {
    let missing = "there is no such device; plug it in, and look for its path in /dev/v4l/by-id";
    let other = "it is no video device; give a camera's path, such as /dev/video0";
    assert_eq!(refused("/dev/video-none"), (Trouble::Unreachable, missing.to_owned()));
    // Devices of other kinds, a folder, and a file.
    let file = tempfile::NamedTempFile::new_in("/dev/shm").unwrap();
    let file = file.path().to_str().unwrap();
    for path in ["/dev/null", "/dev/zero", "/dev/shm", file] {
        assert_eq!(refused(path), (Trouble::NoVideo, other.to_owned()), "{path}");
    }
    // Only the folder of devices is looked into.
    assert_eq!(refused("/etc/hostname").0, Trouble::NoVideo);
}

#[test]
fn a_camera_file_names_a_device_without_what_only_streams_have() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.toml");
    std::fs::write(folder.path().join("login"), "a:b").unwrap();
    let load = |source: &str| {
        let head = "version = 1\nid = \"c\"\nname = \"C\"\nframe_size = [640, 480]\n";
        std::fs::write(&file, format!("{head}[source]\n{source}\n")).unwrap();
        load_camera(&file).map_err(|e| e.to_string())
    };
    let device = "url = \"/dev/video0\"\nhardware = \"auto\"\nread_timeout_seconds = 2";
    let camera = load(device).unwrap();
    assert!(camera.source.unwrap().url.is_some_and(|url| url.is_device()));
    for (more, told) in [
        ("transport = \"udp\"", "\"transport\" is for streams"),
        ("credentials_file = \"login\"", "\"credentials_file\" is for streams"),
        ("analysis_url = \"/dev/video0\"", "names the same device as \"url\""),
    ] {
        let refused = load(&format!("{device}\n{more}")).unwrap_err();
        assert!(refused.contains(told), "{refused}");
    }
    load(&format!("{device}\nanalysis_url = \"/dev/video2\"")).unwrap();
    let refused = load("url = \"/dev/../etc/passwd\"").unwrap_err();
    assert!(refused.contains("leaves the folder of devices"), "{refused}");
    // Lists of segments are late, and that is said.
    let camera = load("url = \"https://h/live.m3u8\"").unwrap();
    assert!(warnings(&camera).iter().any(|w| w.contains("late by about three of them")));
}

#[test]
fn a_device_is_seen_lost_and_seen_again() {
    let site = Site::new("");
    // A device that nothing else opens stands for the camera.
    let device = "/dev/full";
    site.lawn("desk", device, "hardware = \"cuda\"");
    let fake = site.path("device.so");
    let made = Command::new("cc")
        .args(["-shared", "-fPIC", "-O1", "-o"])
        .arg(&fake)
        .arg(root().join("tests/integration/rig/device.c"))
        .args(["-ldl"])
        .status()
        .unwrap();
    assert!(made.success(), "the stand-in could not be built");
    let clip = fetched("clips/vtest.avi");
    let input = ["-i", clip.to_str().unwrap(), "-frames:v", "60", "-q:v", "4"];
    ffmpeg(&[&input[..], &["-start_number", "0"]].concat(), &site.path("%d.jpg"));
    let (pictures, fake) = (site.folder.path().to_str().unwrap(), fake.to_str().unwrap());
    let mut running = site.start_with(&[
        ("LD_PRELOAD", fake),
        ("FAKE_CAMERA", device),
        ("FAKE_PICTURES", pictures),
    ]);
    running.wait(30, "the device is seen", |r| r.sees("desk"));
    let told = running.told();
    assert!(told.contains("connected: mjpeg 768×576, 10.0 pictures a second"), "{told}");
    // Which hardware decodes, or why none does.
    let said = ["decoded by the processor: NVDEC cannot be used (", "decoded by NVDEC"];
    assert!(said.iter().any(|said| told.contains(said)), "{told}");
    std::fs::write(site.path("unplugged"), "").unwrap();
    running.wait(20, "it is missed", |r| {
        r.camera("desk").is_some_and(|c| c.state == CameraState::Offline)
    });
    let told = running.told();
    assert!(told.contains("/dev/full: there is no such device; plug it in"), "{told}");
    std::fs::remove_file(site.path("unplugged")).unwrap();
    running.wait(30, "it is seen again", |r| r.sees("desk"));
    assert!(running.stop().success());
}
