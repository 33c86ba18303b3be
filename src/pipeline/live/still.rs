//! A camera's latest picture, small, for people who look at the wall of cameras: made of a frame that
//! is decoded anyway, every half minute, and written by the calling thread, so that no disk keeps a
//! stage waiting.

use crate::media::{Frame, WallTime};
use crate::pipeline::looks::{count_light, half_of};
use crate::pipeline::small_still::small_still;
use crate::store::{StoreError, ViewLooks, write_atomically};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Where the pictures lie under the data folder.
const FOLDER: &str = "live/stills";
/// How often one is taken, seconds.
const EVERY_SECONDS: i64 = 30;

/// The file of a camera's latest picture under the data folder.
pub fn still_file(camera: &str) -> PathBuf {
    Path::new(FOLDER).join(format!("{camera}.jpg"))
}

/// A camera's latest picture on its way to the disk. At most one waits.
#[derive(Debug, Default)]
pub(super) struct LatestStill(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    taken: Option<WallTime>,
    waiting: Option<(WallTime, Vec<u8>)>,
    kept: Option<WallTime>,
    /// How light pictures were, by half of a day; the last is counted still.
    light: Vec<ViewLooks>,
}

impl LatestStill {
    /// Takes the picture of this frame, if it is time for one.
    pub(super) fn offer(&self, frame: &Frame) {
        let due = |taken: WallTime| {
            // A new session's clock may begin before the last one ended.
            let age = frame.wall.0.duration_since(taken.0).as_secs();
            !(0..EVERY_SECONDS).contains(&age)
        };
        if !self.state().taken.is_none_or(due) {
            return;
        }
        let made = small_still(frame);
        let mut state = self.state();
        state.taken = Some(frame.wall);
        state.count(frame);
        if let Some(jpeg) = made {
            state.waiting = Some((frame.wall, jpeg));
        }
    }

    /// Writes what waits; what cannot be written is told and let go.
    pub(super) fn keep(&self, data: &Path, camera: &str) {
        let Some((at, jpeg)) = self.state().waiting.take() else { return };
        let file = data.join(still_file(camera));
        let kept = std::fs::create_dir_all(data.join(FOLDER))
            .map_err(|e| StoreError::from_io(&file, e))
            .and_then(|()| {
                write_atomically(&file, |out| {
                    out.write_all(&jpeg).map_err(|e| StoreError::from_io(&file, e))
                })
            });
        match kept {
            Ok(()) => self.state().kept = Some(at),
            Err(e) => tracing::warn!(camera = %camera, "its latest picture was not kept: {e}"),
        }
    }

    /// How light the camera's pictures were since this was asked last, as counted from the beginning of
    /// each half of a day.
    pub(super) fn light(&self, camera: &str, source: &str) -> Vec<ViewLooks> {
        let mut state = self.state();
        let told = state.light.clone();
        // What goes on is told anew with what comes to it.
        let last = state.light.pop();
        state.light.clear();
        state.light.extend(last);
        let named =
            |l: ViewLooks| ViewLooks { camera: camera.to_owned(), source: source.to_owned(), ..l };
        told.into_iter().map(named).collect()
    }

    /// When the picture on the disk was taken.
    pub(super) fn kept(&self) -> Option<WallTime> {
        self.state().kept
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Halves of a day that wait at most, where nobody asks.
const MOST_HALVES: usize = 8;

impl State {
    fn count(&mut self, frame: &Frame) {
        let (day, night) = half_of(frame);
        if self.light.last().is_none_or(|l| (l.day, l.night) != (day, night)) {
            if self.light.len() >= MOST_HALVES {
                self.light.remove(0);
            }
            self.light.push(ViewLooks::new("", "", day, night, frame.wall));
        }
        if let Some(count) = self.light.last_mut() {
            count_light(count, frame);
        }
    }
}

/// Removes the pictures that an earlier service left.
pub(super) fn sweep(data: &Path) {
    // Where there is none, nothing is to be removed.
    let _ = std::fs::remove_dir_all(data.join(FOLDER));
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::RgbImage;

    #[test]
    fn one_is_taken_every_half_minute_small_and_kept_whole() {
        let data = tempfile::tempdir().unwrap();
        let wide = RgbImage::from_fn(1280, 720, |x, y| image::Rgb([x as u8, y as u8, 90]));
        let frame = |second: i64| {
            let wall = WallTime(jiff::Timestamp::from_second(1_800_000_000 + second).unwrap());
            let mut frame = Frame::from_rgb(0, &wide).unwrap();
            frame.wall = wall;
            frame
        };
        let still = LatestStill::default();
        still.keep(data.path(), "c1");
        assert_eq!(still.kept(), None);
        let path = data.path().join(still_file("c1"));
        let mut kept = Vec::new();
        for second in [0, 1, 29, 30, 31, 75, 20, 21] {
            still.offer(&frame(second));
            still.keep(data.path(), "c1");
            kept.push(still.kept().unwrap().0.as_second() - 1_800_000_000);
        }
        assert_eq!(kept, [0, 0, 0, 30, 30, 75, 20, 20], "back in time is another session");
        let seen = image::open(&path).unwrap();
        assert_eq!((seen.width(), seen.height()), (640, 360));
        // Each picture that was taken was looked at for its light, too.
        let light = still.light("c1", "live-1");
        let looks: u64 = light.iter().map(|l| l.looks).sum();
        assert_eq!((looks, light[0].dark, light[0].camera.as_str()), (4, 0, "c1"));
        assert_eq!(std::fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        sweep(data.path());
        assert!(!path.exists());
    }
}
