//! Pictures into a clip, as cameras compress them: H.264 through the `ffmpeg` command.

use super::error::SceneError;
use image::RgbImage;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// A clip being written. Pictures have even times; those that are left out leave gaps.
pub(super) struct Encoder {
    child: Child,
    path: PathBuf,
    log: tempfile::NamedTempFile,
}

/// Whether the picture of this number is left out of a clip of varying rate.
pub(super) fn left_out(number: u32) -> bool {
    // Bursts of full rate, then gaps of two to four pictures, as a camera short of bandwidth gives.
    number.wrapping_mul(7) % 16 > 8 && !number.is_multiple_of(5)
}

impl Encoder {
    /// Begins a clip of pictures of `size`, `fps` a second; with `varying`, [`left_out`] ones are
    /// dropped and the others keep their times.
    pub(super) fn new(
        path: &Path,
        size: (u32, u32),
        fps: u32,
        varying: bool,
    ) -> Result<Self, SceneError> {
        let log = tempfile::NamedTempFile::new().map_err(SceneError::NoEncoder)?;
        let said = log.reopen().map_err(SceneError::NoEncoder)?;
        let mut command = Command::new("ffmpeg");
        command.args(["-hide_banner", "-loglevel", "error", "-y", "-f", "rawvideo"]);
        command.args(["-pix_fmt", "rgb24", "-s", &format!("{}x{}", size.0, size.1)]);
        command.args(["-framerate", &fps.to_string(), "-i", "-"]);
        if varying {
            command.args(["-vf", "select='not(gt(mod(n*7,16),8)*gt(mod(n,5),0))'"]);
            command.args(["-fps_mode", "vfr"]);
        }
        // One thread: the same bytes on every machine.
        command.args(["-c:v", "libx264", "-preset", "veryfast", "-crf", "25", "-threads", "1"]);
        command.args(["-g", &(2 * fps).to_string(), "-pix_fmt", "yuv420p", "-map_metadata", "-1"]);
        command.args(["-fflags", "+bitexact", "-flags", "+bitexact", "-movflags", "+faststart"]);
        command.arg(path).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(said);
        let child = command.spawn().map_err(SceneError::NoEncoder)?;
        Ok(Self { child, path: path.to_owned(), log })
    }

    /// The next picture.
    pub(super) fn write(&mut self, picture: &RgbImage) -> Result<(), SceneError> {
        let Some(input) = &mut self.child.stdin else { return Err(self.failed()) };
        if input.write_all(picture).is_err() {
            return Err(self.failed());
        }
        Ok(())
    }

    /// Ends the clip.
    pub(super) fn finish(mut self) -> Result<(), SceneError> {
        drop(self.child.stdin.take());
        match self.child.wait() {
            Ok(status) if status.success() => Ok(()),
            _ => Err(self.failed()),
        }
    }

    fn failed(&mut self) -> SceneError {
        drop(self.child.stdin.take());
        // It has nothing more to do; what it said is what matters.
        let _ = self.child.wait();
        let said = std::fs::read_to_string(self.log.path()).unwrap_or_default();
        let said = said.lines().next().unwrap_or("it ended early").to_owned();
        SceneError::Encoder { path: self.path.clone(), said }
    }
}
