//! What stays of one camera while the service runs, whatever becomes of its sessions.

use super::gauge::CameraGauge;
use super::link::Link;
use super::pace::Pace;
use super::still::LatestStill;
use super::turnstile::Turnstile;
use crate::config::{Camera, LiveConfig};
use crate::media::WallTime;
use crate::pipeline::job::Progress;
use crate::pipeline::notice::Notice;
use crate::pipeline::stats::Stats;
use crate::pipeline::task::Task;
use crate::store::Store;
use crate::vision::Model;
use crossbeam::channel::Sender;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};

/// Pictures analysed a second where the camera file does not say.
const ANALYSIS_FPS: f64 = 5.0;
/// The lowest rate where the camera file does not say.
const FLOOR_FPS: f64 = 1.0;

/// What all cameras share. Owned by whoever still works with it: a thread that hangs is left behind
/// and must find it there.
pub(super) struct Shared {
    pub model: Arc<Model>,
    pub data: PathBuf,
    pub store: Arc<Store>,
    pub stats: Arc<Stats>,
    pub live: LiveConfig,
    pub attention: bool,
    pub turnstile: Turnstile,
    /// Raised when evidence can no longer be kept at all.
    pub halt: AtomicBool,
    pub now: fn() -> WallTime,
    /// Counts sessions.
    sessions: AtomicU64,
}

impl Shared {
    pub(super) fn new(
        model: &Arc<Model>,
        data: PathBuf,
        store: &Arc<Store>,
        live: &LiveConfig,
        attention: bool,
        room: usize,
        now: fn() -> WallTime,
    ) -> Self {
        Self {
            model: Arc::clone(model),
            data,
            store: Arc::clone(store),
            stats: Arc::default(),
            live: live.clone(),
            attention,
            turnstile: Turnstile::new(room),
            halt: AtomicBool::new(false),
            now,
            sessions: AtomicU64::new(0),
        }
    }

    /// A session's number, never used twice while the service runs.
    pub(super) fn number(&self) -> u64 {
        self.sessions.fetch_add(1, Relaxed) + 1
    }
}

/// Where a camera's work goes that is not its own.
#[derive(Clone)]
pub(super) struct Ways {
    pub tasks: Sender<Task>,
    pub notices: Sender<Notice>,
}

/// One camera while the service runs.
pub(super) struct Lane {
    pub camera: Arc<Camera>,
    pub gauge: CameraGauge,
    pub link: Link,
    pub pace: Pace,
    pub still: LatestStill,
    /// What went wrong and what should be known.
    pub progress: Arc<Progress>,
}

impl Lane {
    pub(super) fn new(camera: Camera) -> Self {
        let source = camera.source.as_ref();
        let fps = source.and_then(|s| s.analysis_fps).unwrap_or(ANALYSIS_FPS);
        let floor = source.and_then(|s| s.analysis_fps_floor).unwrap_or(FLOOR_FPS);
        Self {
            gauge: CameraGauge::default(),
            link: Link::new(),
            pace: Pace::new(fps, floor),
            still: LatestStill::default(),
            progress: Arc::default(),
            camera: Arc::new(camera),
        }
    }
}
