//! Local devices that are not there, or are something else.

use crate::live_stream::Session;
use streetward::media::Trouble;

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
