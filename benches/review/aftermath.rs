//! What came after: results of confirmed violations, and the ledger of cameras' states.

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use streetward::media::WallTime;
use streetward::scene::{CameraState, Detail, Reason, StateChange};
use streetward::store::{Change, EventResult, Handling, ServiceTime, StateRecord, Status};

const DAY: i64 = 86_400;

/// What became of an event: most that was confirmed is handed over some days later, and of most of that
/// a result is entered.
pub fn result_of(rng: &mut Rng, changes: &[Change], until: Timestamp) -> Option<EventResult> {
    let last = changes.last().filter(|c| c.after.status == Status::Confirmed)?;
    let drawn = rng.u32(..100);
    let later = |rng: &mut Rng, from: WallTime, days: i64| {
        WallTime((from.0 + SignedDuration::from_secs(rng.i64(600..days * DAY))).min(until))
    };
    if drawn >= 70 {
        return None;
    }
    let handed_over = later(rng, last.decision.at, 5);
    let mut result = EventResult {
        event: last.decision.event.clone(),
        agency: Some("csgt".to_owned()),
        handed_over: Some(handed_over),
        ..EventResult::default()
    };
    if drawn < 45 {
        result.handling = Some(match rng.u32(..10) {
            0..5 => Handling::Fined,
            5..7 => Handling::Warned,
            7 => Handling::NoAction,
            8 => Handling::Unidentified,
            _ => Handling::Other,
        });
        result.entered = Some(later(rng, handed_over, 30));
        result.by = Some(last.decision.by.clone());
    }
    Some(result)
}

/// The states of cameras over some days before `until`: now and then degraded, blind or offline, more
/// with some cameras than others. The service stops for some minutes once a month.
pub struct Ledger {
    pub days: u32,
    pub until: Timestamp,
    pub seed: u64,
}

impl Ledger {
    fn begin(&self) -> Timestamp {
        self.until - SignedDuration::from_secs(i64::from(self.days) * DAY)
    }

    /// When the service ran.
    pub fn service(&self) -> Vec<ServiceTime> {
        let (mut rng, mut at) = (Rng::with_seed(self.seed ^ 0x5e), self.begin());
        let mut times = Vec::new();
        while at < self.until {
            let runs = SignedDuration::from_secs(rng.i64(20 * DAY..40 * DAY));
            let last = (at + runs).min(self.until);
            times.push(ServiceTime { started: WallTime(at), last: WallTime(last), stopped: true });
            at = last + SignedDuration::from_secs(rng.i64(120..3600));
        }
        times
    }

    /// The changes of one camera's state.
    pub fn of(&self, camera: &str, name: &str) -> Vec<StateRecord> {
        let mixed = camera.bytes().fold(self.seed, |seed, b| seed.wrapping_mul(31) ^ u64::from(b));
        let mut rng = Rng::with_seed(mixed);
        // Hours between troubles.
        let (calm, mut at) = (rng.i64(10..200), self.begin());
        let mut records = Vec::new();
        let mut put = |at: Timestamp, state, reasons: Vec<Reason>| {
            let change =
                StateChange { at: WallTime(at), state, reasons, detail: Detail::default() };
            let (camera, camera_name) = (camera.to_owned(), name.to_owned());
            records.push(StateRecord { camera, camera_name, change });
        };
        put(at, CameraState::Offline, vec![Reason::Starting]);
        at += SignedDuration::from_secs(5);
        while at < self.until {
            put(at, CameraState::Seeing, Vec::new());
            at += SignedDuration::from_secs(rng.i64(600..calm * 2 * 3600));
            if at >= self.until {
                break;
            }
            let (state, reason) = match rng.u32(..10) {
                0..5 => (CameraState::Degraded, Reason::Flicker),
                5..7 => (CameraState::Blind, Reason::Covered),
                _ => (CameraState::Offline, Reason::Unreachable),
            };
            put(at, state, vec![reason]);
            at += SignedDuration::from_secs(rng.i64(60..6 * 3600));
        }
        records
    }
}
