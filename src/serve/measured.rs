//! How good views were when they were last measured. Measuring reads what was observed of a camera, a
//! tenth of a second each; hundreds of cameras are asked for again and again. So what was measured
//! holds for a while, and whoever asks is told what there is: some cameras are measured at once where
//! they never were, the others behind the answer.

use crate::config::{Camera, Site};
use crate::media::WallTime;
use crate::report::ViewFitness;
use std::collections::HashMap;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// From when to when views are measured.
pub(super) type Between = (WallTime, WallTime);

/// So long does it hold.
const HOLDS: Duration = Duration::from_mins(15);
/// Cameras measured at once.
const AT_ONCE: usize = 12;
/// Periods that are remembered; the one that was not asked for the longest goes.
const PERIODS: usize = 4;

/// What was measured lately.
#[derive(Debug, Default)]
pub(super) struct Measured {
    kept: Mutex<Vec<Kept>>,
    /// Whether somebody measures behind the answers.
    pub(super) busy: AtomicBool,
}

#[derive(Debug)]
struct Kept {
    between: Between,
    /// What was drawn in it.
    site: Arc<Site>,
    views: HashMap<String, (Instant, WallTime, ViewFitness)>,
}

/// What is known of the views asked for.
#[derive(Debug, Default)]
pub(super) struct Known {
    pub(super) views: Vec<ViewFitness>,
    /// When the oldest of them was measured.
    pub(super) as_of: Option<WallTime>,
    /// Cameras never measured over that period, as they are drawn now.
    pub(super) missing: Vec<String>,
    /// Cameras to be measured again.
    pub(super) old: Vec<String>,
}

impl Known {
    /// Those that are measured next: some that never were, then those whose time is over.
    pub(super) fn next(&self) -> Vec<String> {
        first(if self.missing.is_empty() { &self.old } else { &self.missing })
    }
}

impl Measured {
    /// What is known of these cameras of a site.
    pub(super) fn known(&self, between: Between, site: &Arc<Site>, cameras: &[String]) -> Known {
        let mut kept = self.kept();
        let kept = Kept::of(&mut kept, between, site);
        let mut known = Known::default();
        for camera in cameras {
            let Some((measured, at, view)) = kept.views.get(camera) else {
                known.missing.push(camera.clone());
                continue;
            };
            if measured.elapsed() >= HOLDS {
                known.old.push(camera.clone());
            }
            known.as_of = Some(known.as_of.map_or(*at, |oldest| oldest.min(*at)));
            known.views.push(view.clone());
        }
        known
    }

    pub(super) fn keep(
        &self,
        between: Between,
        site: &Arc<Site>,
        at: WallTime,
        views: Vec<ViewFitness>,
    ) {
        let mut kept = self.kept();
        let kept = Kept::of(&mut kept, between, site);
        let now = Instant::now();
        kept.views.extend(views.into_iter().map(|v| (v.camera.clone(), (now, at, v))));
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// What is kept of a period, as the last; cameras that are drawn otherwise by now are forgotten.
    fn of<'a>(all: &'a mut Vec<Self>, between: Between, site: &Arc<Site>) -> &'a mut Self {
        let found = all.iter().position(|k| k.between == between);
        let mut this = match found {
            Some(place) => all.remove(place),
            None => Self { between, site: Arc::clone(site), views: HashMap::new() },
        };
        if !Arc::ptr_eq(&this.site, site) {
            let old = std::mem::replace(&mut this.site, Arc::clone(site));
            this.views.retain(|id, _| camera(&old, id) == camera(site, id));
        }
        if all.len() >= PERIODS {
            all.remove(0);
        }
        all.push(this);
        let last = all.len() - 1;
        &mut all[last]
    }
}

pub(super) fn camera<'a>(site: &'a Site, id: &str) -> Option<&'a Camera> {
    site.cameras.iter().find(|c| c.id == id)
}

pub(super) fn first(ids: &[String]) -> Vec<String> {
    ids.iter().take(AT_ONCE).cloned().collect()
}
