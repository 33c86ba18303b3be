//! A camera's picture from its recording, and pictures written.

use crate::config::Camera;
use crate::media::{Frame, OpenOptions, Source};
use crate::store::write_atomically;
use anyhow::{Context, bail};
use image::{ImageFormat, RgbImage};
use std::io::Cursor;
use std::path::{Path, PathBuf};

/// The recording to look at: the one named, or the camera's own.
pub(super) fn recording(camera: &Camera, from: Option<&Path>) -> anyhow::Result<PathBuf> {
    let own = || camera.source.as_ref().and_then(|s| s.path.clone());
    from.map(Path::to_owned).or_else(own).with_context(|| {
        format!(
            "camera {} has no recording: name one with --from, or as `path` under [source]",
            camera.id
        )
    })
}

/// The picture shown at a time, in seconds from the beginning.
pub(super) fn picture(path: &Path, at_seconds: f64) -> anyhow::Result<RgbImage> {
    let mut source = Source::open(path, OpenOptions::default())?;
    let mut last: Option<Frame> = None;
    while let Some(frame) = source.next_frame()? {
        let reached = frame.time.seconds() >= at_seconds;
        last = Some(frame);
        if reached {
            break;
        }
    }
    let Some(frame) = last else { bail!("{} shows no picture", path.display()) };
    let at = frame.time.seconds();
    if at + 1.0 < at_seconds {
        bail!("{} ends at {at:.1} s; give a time within it with --at", path.display());
    }
    Ok(frame.to_rgb()?)
}

/// Writes a PNG, whole or not at all.
pub(super) fn write_png(picture: &RgbImage, path: &Path) -> anyhow::Result<()> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png).context("the picture could not be encoded")?;
    let bytes = bytes.into_inner();
    write_atomically(path, |out| {
        std::io::Write::write_all(out, &bytes)
            .map_err(|e| crate::store::StoreError::from_io(path, e))
    })?;
    Ok(())
}
