//! How a camera's view was while a recording was worked through: counted picture by picture, and judged
//! by nobody here. Rules know nothing of it.

use super::small_still::small_still;
use crate::config::Camera;
use crate::media::{Frame, MediaTime};
use crate::store::{StoreError, ViewLooks, write_atomically};
use crate::vision::View;
use crate::vision::health::{Examiner, Fault, Reference, is_soft};
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Where the last picture of each camera lies under the data folder; made again when missing.
const FOLDER: &str = "cache/views";
/// Pictures closer together than this show the same, seconds.
const APART_SECONDS: f64 = 0.25;
/// A picture whose median is darker is dark, 0 to 255: as `camera check` calls it a night's.
const DARK: u8 = 45;
/// A picture of which this share is as bright as can be is looked at against the light.
const GLARE_SHARE: f64 = 0.25;
const BRIGHT: usize = 245;
/// Rows and columns of the picture that are read: every eighth tells brightness as well as all.
const STEP: usize = 8;

/// The file of the last picture that a recorded run saw of a camera, under the data folder.
pub fn view_still_file(camera: &str) -> PathBuf {
    Path::new(FOLDER).join(format!("{camera}.jpg"))
}

/// Counts how a camera's view is, recording by recording.
pub(super) struct Looks {
    camera: String,
    source: String,
    examiner: Examiner,
    counts: BTreeMap<(Date, bool), ViewLooks>,
    due: Option<MediaTime>,
    last: Option<Frame>,
}

impl Looks {
    /// For a recording of this fingerprint.
    pub(super) fn new(camera: &Camera, source: &str) -> Self {
        let health = &camera.health;
        // `check` refuses a picture that cannot be read; without it the view is held against what the
        // recording shows first.
        let reference = health.reference.as_deref().and_then(|p| Reference::open(p).ok());
        Self {
            camera: camera.id.clone(),
            source: source.to_owned(),
            examiner: Examiner::new(health.spec.clone(), reference),
            counts: BTreeMap::new(),
            due: None,
            last: None,
        }
    }

    /// Takes in a picture, which lies as `view` says.
    pub(super) fn look(&mut self, frame: &Frame, view: View) {
        if self.due.is_some_and(|due| frame.time < due) {
            return;
        }
        self.due = Some(frame.time.plus(APART_SECONDS));
        let faults = self.examiner.examine(frame, view);
        let (median, bright) = light(frame);
        let key = half_of(frame);
        let (camera, source) = (&self.camera, &self.source);
        let new = || ViewLooks::new(camera, source, key.0, key.1, frame.wall);
        let count = self.counts.entry(key).or_insert_with(new);
        count.looks += 1;
        count.at = count.at.max(frame.wall);
        count.brightness += u64::from(median);
        let mut glare = bright >= GLARE_SHARE;
        let (mut black, mut covered) = (false, false);
        for fault in &faults {
            match fault {
                Fault::Black => black = true,
                Fault::OverExposed { .. } => glare = true,
                Fault::Covered { .. } => covered = true,
                Fault::Defocused { .. } => count.defocused += 1,
                Fault::Moved { .. } => count.moved += 1,
                Fault::Frozen { .. } => count.frozen += 1,
                Fault::Flicker { .. } => {}
            }
        }
        count.black += u64::from(black);
        count.glare += u64::from(glare);
        count.covered += u64::from(covered);
        // What hides the view is dark often enough, and is no night.
        count.dark += u64::from(median < DARK && !black && !covered);
        if !black && !covered {
            count_edges(count, frame);
        }
        self.last = Some(frame.clone());
    }

    /// What was counted, by day and half.
    pub(super) fn counts(&self) -> Vec<ViewLooks> {
        self.counts.values().cloned().collect()
    }

    /// Writes the last picture, small.
    pub(super) fn keep_still(&self, data: &Path) -> Result<(), StoreError> {
        let Some(jpeg) = self.last.as_ref().and_then(small_still) else { return Ok(()) };
        let folder = data.join(FOLDER);
        std::fs::create_dir_all(&folder).map_err(|e| StoreError::from_io(&folder, e))?;
        let path = data.join(view_still_file(&self.camera));
        write_atomically(&path, |out| {
            out.write_all(&jpeg).map_err(|e| StoreError::from_io(&path, e))
        })
    }
}

/// Counts whether edges tell how sharp a picture is, and whether they are flat.
fn count_edges(count: &mut ViewLooks, frame: &Frame) {
    let Some(soft) = is_soft(frame) else { return };
    count.edged += 1;
    count.soft += u64::from(soft);
}

/// Counts how light and how sharp a picture is, by itself; whether it was dark or dazzled is told by its light alone.
pub(super) fn count_light(count: &mut ViewLooks, frame: &Frame) {
    let (median, bright) = light(frame);
    count.looks += 1;
    count.at = count.at.max(frame.wall);
    count.brightness += u64::from(median);
    count.dark += u64::from(median < DARK);
    count.glare += u64::from(bright >= GLARE_SHARE);
    count_edges(count, frame);
}

/// The local day of a picture, and whether it is of the night's half.
pub(super) fn half_of(frame: &Frame) -> (Date, bool) {
    let local = frame.wall.local();
    (local.date(), !(6..18).contains(&local.hour()))
}

/// The median brightness of a picture, 0 to 255, and the share that is as bright as can be.
fn light(frame: &Frame) -> (u8, f64) {
    let plane = frame.plane(0);
    let mut counts = [0_u64; 256];
    for y in (0..plane.height).step_by(STEP) {
        let row = plane.data.get(y * plane.stride..y * plane.stride + plane.width);
        for value in row.unwrap_or_default().iter().step_by(STEP) {
            counts[usize::from(*value)] += 1;
        }
    }
    let all: u64 = counts.iter().sum();
    let mut below = 0;
    let median = counts.iter().position(|count| {
        below += count;
        below * 2 >= all
    });
    // What cannot be brighter is 235 in pictures of limited range, so the margin lies below that.
    let most = if frame.matrix().full_range { BRIGHT } else { BRIGHT - 15 };
    let bright: u64 = counts[most..].iter().sum();
    (median.unwrap_or(0) as u8, bright as f64 / all.max(1) as f64)
}
