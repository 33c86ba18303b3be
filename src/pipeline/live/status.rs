//! How the service stands, for people and machines: each second made anew, read by whoever asks.

use crate::media::WallTime;
use crate::scene::{CameraState, Detail, Reason};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

/// Where the status lies under the data folder, for programs beside the service.
pub const STATUS_FILE: &str = "live/status.json";

/// How the service stands.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct LiveStatus {
    /// Which form this is.
    pub format: String,
    /// When this was written, UTC.
    pub at: String,
    /// When the service began, UTC.
    pub started: String,
    /// The process that writes it.
    pub pid: u32,
    /// The version that runs.
    pub version: String,
    /// The site's name.
    pub site: String,
    /// Inference workers, and how many of them hung and were replaced.
    pub workers: usize,
    /// Workers that hung and were replaced since the start.
    pub workers_replaced: u64,
    /// Threads that hang and were left behind.
    #[serde(default)]
    pub threads_hung: usize,
    /// The memory planned for, and what is needed as far as it is known now.
    #[serde(default)]
    pub memory: MemoryStatus,
    /// What is wrong with the service itself, a sentence each: a refused edit, a full disk.
    pub problems: Vec<String>,
    /// Of those, what keeps it from its work: a keeper of evidence that hangs.
    #[serde(default)]
    pub hung: Vec<String>,
    /// Each camera, by id.
    pub cameras: Vec<CameraStatus>,
    /// Each sink of alerts, by name.
    pub sinks: Vec<SinkStatus>,
}

/// How one camera stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CameraStatus {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Whether it sees.
    pub state: CameraState,
    /// Why not, the gravest first.
    pub reasons: Vec<Reason>,
    /// The same in a sentence, in English.
    pub detail: String,
    /// The same as data.
    #[serde(default)]
    pub figures: Detail,
    /// Since when, UTC.
    pub since: String,
    /// When a lost connection is tried again, UTC.
    pub next_try: Option<String>,
    /// Codec, size, decoder.
    pub stream: String,
    /// Frames decoded and wanted, a second.
    pub incoming_fps: f64,
    /// Frames analysed a second.
    pub analysed_fps: f64,
    /// Frames a second that are tried now; less than configured while the machine is too busy.
    pub rate_fps: f64,
    /// Frames decoded and wanted, since the start.
    pub frames: u64,
    /// Frames analysed since the start.
    pub analysed: u64,
    /// Frames that gave way to newer ones since the start.
    pub dropped: u64,
    /// Connections made since the start.
    pub connections: u64,
    /// Connections that failed or broke since the start.
    pub breaks: u64,
    /// Incidents opened since the start.
    pub incidents: u64,
    /// How often a stage hung and the camera's session was begun anew, by stage.
    #[serde(default)]
    pub restarts: BTreeMap<String, u64>,
    /// Seconds from capture to judged: half of the last frames kept under this.
    pub lag_p50_seconds: Option<f64>,
    /// Nineteen of twenty of the last frames kept under this.
    pub lag_p95_seconds: Option<f64>,
    /// Time stamps of the streams put right since the session began.
    pub clock_repairs: u64,
    /// The camera's clock less the host's, where it tells.
    pub clock_offset_seconds: Option<f64>,
    /// Kind of the incident that opened last.
    pub last_event_kind: Option<String>,
    /// When that was, UTC.
    pub last_event_at: Option<String>,
    /// When the picture that lies at [`super::still_file`] was taken, UTC.
    #[serde(default)]
    pub still_at: Option<String>,
    /// What went wrong and what should be known, the latest last.
    pub notes: Vec<String>,
}

/// Memory, in MiB.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct MemoryStatus {
    /// Planned for at the start.
    pub planned_mib: u64,
    /// Needed by what is known of the streams now.
    pub needed_mib: u64,
    /// What may be used.
    pub available_mib: u64,
    /// Cameras that need more than was planned for them, a sentence each.
    pub exceeded: Vec<String>,
}

/// How one sink of alerts stands.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SinkStatus {
    /// Its name.
    pub name: String,
    /// Letters that wait.
    pub waiting: u64,
    /// Letters given up.
    pub dead: u64,
    /// What went wrong last, until something was delivered again.
    pub trouble: Option<String>,
    /// When it is tried again, UTC.
    pub next_try: Option<String>,
}

/// The latest status, and when it was set.
#[derive(Debug, Default)]
pub struct StatusBoard(RwLock<(Arc<LiveStatus>, Option<Instant>)>);

impl StatusBoard {
    /// The latest.
    pub fn latest(&self) -> Arc<LiveStatus> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner).0)
    }

    /// How old it is; `None` before the first. It is set once a second while the service works.
    pub fn age(&self) -> Option<Duration> {
        let (_, set) = &*self.0.read().unwrap_or_else(PoisonError::into_inner);
        set.map(|set| set.elapsed())
    }

    pub(super) fn set(&self, status: LiveStatus) {
        let new = (Arc::new(status), Some(Instant::now()));
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = new;
    }
}

pub(super) fn utc(t: WallTime) -> String {
    t.utc_rfc3339()
}
