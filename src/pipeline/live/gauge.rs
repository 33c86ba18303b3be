//! What is told of one camera while it runs: counters that its threads write and others read.

use super::camera_stage::CameraStage;
use crate::media::{ClockCounters, WallTime};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU64, Ordering::Relaxed};

/// Delays kept for percentiles.
const MOST_LAGS: usize = 128;

/// What is told of one camera while it runs.
#[derive(Debug, Default)]
pub struct CameraGauge {
    /// Frames that came and were decoded.
    pub decoded: AtomicU64,
    /// Frames that were analysed.
    pub analysed: AtomicU64,
    /// Frames that gave way to newer ones before they were analysed.
    pub dropped: AtomicU64,
    /// Connections made.
    pub connections: AtomicU64,
    /// Connections that failed or broke.
    pub breaks: AtomicU64,
    /// Incidents opened.
    pub incidents: AtomicU64,
    /// The analysis rate now, thousandths of a frame a second.
    pub rate_millis: AtomicU64,
    /// When the last picture came, microseconds of the session.
    pub last_frame: AtomicI64,
    /// When the last packet came, microseconds of the session.
    pub last_packet: AtomicI64,
    /// Whether rules are suspended because nothing can be judged.
    pub suspended: AtomicBool,
    /// Frames a second that come, thousandths.
    pub incoming_millis: AtomicU64,
    /// Seconds from capture to judged, lately.
    pub lags: Lags,
    /// How often each stage hung and its session was begun anew.
    restarts: [AtomicU64; CameraStage::ALL.len()],
    clock: Mutex<ClockCounters>,
    last_event: Mutex<Option<(String, WallTime)>>,
}

impl CameraGauge {
    /// Adds to a counter.
    pub(super) fn add(counter: &AtomicU64, more: u64) {
        counter.fetch_add(more, Relaxed);
    }

    /// A stage hung.
    pub(super) fn restarted(&self, stage: CameraStage) {
        Self::add(&self.restarts[stage as usize], 1);
    }

    /// How often each stage hung, by name; those that never did are left out.
    pub fn restarts(&self) -> BTreeMap<String, u64> {
        let stages = CameraStage::ALL.iter().zip(&self.restarts);
        let counts = stages.map(|(stage, count)| (stage.name().to_owned(), count.load(Relaxed)));
        counts.filter(|(_, count)| *count > 0).collect()
    }

    /// What the camera's clock came to so far.
    pub fn clock(&self) -> ClockCounters {
        self.clock.lock().map(|c| *c).unwrap_or_default()
    }

    pub(super) fn note_clock(&self, counters: ClockCounters) {
        if let Ok(mut clock) = self.clock.lock() {
            *clock = counters;
        }
    }

    /// An incident opened.
    pub fn opened(&self, kind: &str, at: WallTime) {
        Self::add(&self.incidents, 1);
        if let Ok(mut last) = self.last_event.lock() {
            *last = Some((kind.to_owned(), at));
        }
    }

    /// Kind and moment of the incident that opened last.
    pub fn last_event(&self) -> Option<(String, WallTime)> {
        self.last_event.lock().ok()?.clone()
    }
}

/// Delays of the last frames.
#[derive(Debug, Default)]
pub struct Lags(Mutex<VecDeque<f32>>);

impl Lags {
    /// Notes one, in seconds.
    pub fn note(&self, seconds: f64) {
        if let Ok(mut lags) = self.0.lock() {
            if lags.len() == MOST_LAGS {
                lags.pop_front();
            }
            lags.push_back(seconds as f32);
        }
    }

    /// The delay that a share of the last frames kept under; `None` before the first.
    pub fn percentile(&self, share: f64) -> Option<f64> {
        let mut lags: Vec<f32> = self.0.lock().ok()?.iter().copied().collect();
        if lags.is_empty() {
            return None;
        }
        lags.sort_by(f32::total_cmp);
        let at = ((lags.len() - 1) as f64 * share.clamp(0.0, 1.0)).round() as usize;
        lags.get(at).map(|lag| f64::from(*lag))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_latest() {
        let lags = Lags::default();
        assert_eq!(lags.percentile(0.5), None);
        (0..2000).for_each(|n| lags.note(f64::from(n)));
        assert_eq!(lags.percentile(0.0), Some(1872.0));
        assert_eq!(lags.percentile(1.0), Some(1999.0));
    }
}
