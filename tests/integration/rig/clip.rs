//! Clips as cameras send them: no B-frames, delimited access units, headers before each keyframe.

use crate::support::ffmpeg;
use std::path::{Path, PathBuf};

/// A camera's codec.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Codec {
    H264,
    H265,
}

/// Encodes an input (ffmpeg's arguments up to the output's) for [`super::Server`], a keyframe each
/// `gop` frames, as `folder/stem.h264` or `.h265`.
pub fn clip(folder: &Path, stem: &str, codec: Codec, gop: u32, input: &[&str]) -> PathBuf {
    let gop_text = gop.to_string();
    let (ending, format, parameters) = match codec {
        Codec::H264 => (
            "h264",
            "h264",
            ["-c:v", "libx264", "-x264-params", "aud=1:repeat-headers=1:scenecut=0"],
        ),
        Codec::H265 => (
            "h265",
            "hevc",
            [
                "-c:v",
                "libx265",
                "-x265-params",
                "aud=1:repeat-headers=1:scenecut=0:bframes=0:open-gop=0:log-level=none",
            ],
        ),
    };
    let target = folder.join(format!("{stem}.{ending}"));
    let mut arguments: Vec<&str> = input.to_vec();
    arguments.extend(["-an", "-pix_fmt", "yuv420p"]);
    arguments.extend(parameters);
    arguments.extend(["-preset", "ultrafast", "-bf", "0", "-g", &gop_text]);
    arguments.extend(["-keyint_min", &gop_text, "-threads", "1", "-f", format]);
    ffmpeg(&arguments, &target);
    target
}
