//! Pixels: upright, 8-bit 4:2:0, with the right colours, whatever the footage stores.

use crate::media_support::{Studio, frames, open};
use std::{path::Path, process::Command};
use streetward::media::Frame;

/// The first frame as the `ffmpeg` command decodes it, in a pixel format.
fn reference(path: &Path, filter: &str, format: &str) -> Vec<u8> {
    let run = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-i"])
        .arg(path)
        .args(["-vf", filter, "-frames:v", "1", "-f", "rawvideo", "-pix_fmt", format, "-"])
        .output()
        .unwrap();
    assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stderr));
    run.stdout
}

/// The planes of a frame one after another, without padding.
fn packed(frame: &Frame) -> Vec<u8> {
    let mut bytes = Vec::new();
    for i in 0..3 {
        let plane = frame.plane(i);
        for y in 0..plane.height {
            bytes.extend_from_slice(&plane.data[y * plane.stride..y * plane.stride + plane.width]);
        }
    }
    bytes
}

fn first(path: &Path) -> Frame {
    open(path).next_frame().unwrap().unwrap()
}

#[test]
fn rotated_footage_comes_upright() {
    let studio = Studio::new();
    studio.usual("plain.mp4");
    // FFmpeg 5.1 writes the tag as counterclockwise; `ffmpeg` itself turns the reference.
    for (tag, degrees, size) in
        [(270, 90, (120, 160)), (180, 180, (160, 120)), (90, 270, (120, 160))]
    {
        let path =
            studio.make(&format!("-i @plain.mp4 -c copy -metadata:s:v:0 rotate={tag} r{tag}.mp4"));
        let source = open(&path);
        let info = source.info();
        assert_eq!((info.rotation_degrees, (info.width, info.height)), (degrees, size));
        let frame = first(&path);
        assert_eq!((frame.width(), frame.height()), size);
        assert!(packed(&frame) == reference(&path, "null", "yuv420p"), "{degrees}");
    }
}

#[test]
fn odd_sizes_are_whole() {
    let studio = Studio::new();
    let path =
        studio.make("-f lavfi -i testsrc=s=321x239:r=5:d=1 -pix_fmt yuv420p -c:v ffv1 odd.mkv");
    let frame = first(&path);
    assert_eq!((frame.width(), frame.height()), (321, 239));
    assert_eq!((frame.plane(2).width, frame.plane(2).height), (161, 120));
    assert!(packed(&frame) == reference(&path, "null", "yuv420p"));
    assert_eq!(frame.to_rgb().unwrap().dimensions(), (321, 239));
}

#[test]
fn other_pixel_formats_become_420_with_their_colours() {
    let studio = Studio::new();
    for (format, codec) in [
        ("nv12", "rawvideo"),
        ("yuv420p10le", "ffv1"),
        ("yuv422p", "ffv1"),
        ("yuv444p", "ffv1"),
        ("yuvj422p", "mjpeg"),
        ("gbrp", "ffv1"),
        ("bgr24", "rawvideo"),
        ("gray", "ffv1"),
    ] {
        for size in ["320x240", "321x239"] {
            let path = studio.make(&format!(
                "-f lavfi -i testsrc=s=320x240:r=5:d=0.4 -vf \
                 scale=16:12,scale={size}:flags=bicubic -pix_fmt {format} -c:v {codec} \
                 -q:v 1 {format}{size}.nut"
            ));
            let frame = first(&path);
            let image = frame.to_rgb().unwrap();
            let filter = "scale=flags=accurate_rnd+full_chroma_int";
            let wanted = reference(&path, filter, "rgb24");
            assert_eq!(image.as_raw().len(), wanted.len(), "{format} {size}");
            // Slopes may differ by the chroma filter; areas may not. swscale halves the chroma of
            // RGB with an odd width by a factor a little off two, which moves it by half a pixel.
            let far = image.as_raw().iter().zip(&wanted).filter(|(a, b)| a.abs_diff(**b) > 6);
            let percent = far.count() * 100 / wanted.len();
            let odd_rgb = size == "321x239" && matches!(format, "gbrp" | "bgr24");
            assert!(percent < if odd_rgb { 6 } else { 2 }, "{format} {size}: {percent} %");
        }
    }
}

#[test]
fn tagged_range_and_matrix_are_kept() {
    let studio = Studio::new();
    for (range, full) in [("tv", false), ("pc", true)] {
        for (space, bt709) in [("bt709", true), ("smpte170m", false)] {
            for format in ["yuv420p", "yuv422p"] {
                let path = studio.make(&format!(
                    "-f lavfi -i testsrc2=s=160x120:r=5:d=0.4 -vf scale=out_range={range} \
                     -pix_fmt {format} -c:v libx264 -color_range {range} -colorspace {space} \
                     {range}{space}{format}.mp4"
                ));
                let frame = first(&path);
                assert_eq!((frame.matrix().bt709, frame.matrix().full_range), (bt709, full));
                // Conversion of the chroma's size alone must leave the luma as it is.
                let luma = reference(&path, "extractplanes=y", "gray");
                let ours = packed(&frame);
                let far = luma.iter().zip(&ours).filter(|(a, b)| a.abs_diff(**b) > 1).count();
                assert_eq!(far, 0, "{range} {space} {format}");
            }
        }
    }
}

#[test]
fn planes_are_the_decoders_own_and_outlive_the_source() {
    let studio = Studio::new();
    let path = studio.usual("p.mp4");
    let mut source = open(&path);
    let kept = frames(&mut source);
    drop(source);
    let whole = Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-i"])
        .arg(&path)
        .args(["-f", "rawvideo", "-pix_fmt", "yuv420p", "-"])
        .output()
        .unwrap()
        .stdout;
    let size = 160 * 120 * 3 / 2;
    assert_eq!(whole.len(), kept.len() * size);
    for (frame, wanted) in kept.iter().zip(whole.chunks(size)) {
        assert!(packed(frame) == wanted, "frame {}", frame.index);
    }
}
