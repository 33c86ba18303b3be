//! How the service stands, for people and machines: each second made anew, read by whoever asks.

use crate::media::WallTime;
use crate::scene::{CameraState, Detail, Reason};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, PoisonError, RwLock};

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
    /// What is wrong with the service itself, a sentence each: a refused edit, a full disk.
    pub problems: Vec<String>,
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
    /// What went wrong and what should be known, the latest last.
    pub notes: Vec<String>,
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

/// The latest status.
#[derive(Debug, Default)]
pub struct StatusBoard(RwLock<Arc<LiveStatus>>);

impl StatusBoard {
    /// The latest.
    pub fn latest(&self) -> Arc<LiveStatus> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn set(&self, status: LiveStatus) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(status);
    }
}

pub(super) fn utc(t: WallTime) -> String {
    t.utc_rfc3339()
}
