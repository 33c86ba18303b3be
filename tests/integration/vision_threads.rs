//! Many cameras that begin at once, each on a thread of its own.

use std::process::Command;
use streetward::media::{Frame, MediaTime, WallTime, YuvMatrix};
use streetward::vision::health::{Examiner, HealthSpec};
use streetward::vision::{MotionMap, Steady, View};

/// OpenCV's own pool of threads crashed a service when one camera set it while another was in it. So
/// whatever a camera looks at first, the pool must be off by then.
#[test]
fn whoever_looks_first_opencv_starts_no_threads() {
    for first in ["motion", "steady", "examiner"] {
        // What a process does once can be seen in a new process alone.
        let out = Command::new(std::env::current_exe().unwrap())
            .args(["vision_threads::looks_first", "--exact", "--ignored", "--nocapture"])
            .env("LOOKS_FIRST", first)
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&out.stdout);
        assert!(out.status.success() && text.contains("1 passed"), "{first}: {text}");
    }
}

#[test]
#[ignore = "run by another test, in a process of its own"]
fn looks_first() {
    let (width, height) = (640_u32, 480_u32);
    let luma: Vec<u8> = (0..width * height).map(|n| (n * 7 % 251) as u8).collect();
    let chroma = vec![128; (width * height / 4) as usize];
    let wall = WallTime(jiff::Timestamp::UNIX_EPOCH);
    let planes = [&luma[..], &chroma, &chroma];
    let (time, matrix) = (MediaTime::ZERO, YuvMatrix { bt709: false, full_range: true });
    let frame = Frame::from_planes(0, time, wall, (width, height), planes, matrix).unwrap();
    match std::env::var("LOOKS_FIRST").unwrap().as_str() {
        "motion" => MotionMap::default().measure(&frame).unwrap(),
        "steady" => drop(Steady::default().view(&frame).unwrap()),
        _ => drop(Examiner::new(HealthSpec::default(), None).examine(&frame, View::Steady)),
    }
    assert_eq!(opencv::core::get_num_threads().unwrap(), 1);
}
