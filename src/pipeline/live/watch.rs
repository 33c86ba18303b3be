//! Watches one camera: what its threads tell becomes a state with reasons, and a status.

use super::lane::Lane;
use super::status::{CameraStatus, utc};
use crate::alert;
use crate::config::Language;
use crate::media::{MediaError, MediaTime, Trouble, WallTime};
use crate::scene::{Condition, ConditionSpec, Detail, Reason, Signs, StateChange};
use std::sync::atomic::Ordering::Relaxed;

/// What a camera that lost its connection is called offline for.
pub(super) fn reason(trouble: Trouble) -> Reason {
    match trouble {
        Trouble::Unreachable => Reason::Unreachable,
        Trouble::Refused => Reason::Refused,
        Trouble::NoVideo => Reason::NoVideo,
        Trouble::NoPackets | Trouble::Ended => Reason::NoPackets,
        Trouble::Undecodable => Reason::Undecodable,
    }
}

/// What is known of it.
pub(super) fn detail(error: &MediaError) -> Detail {
    match error {
        MediaError::Stream { shown, problem } => {
            Detail::Stream { shown: shown.clone(), problem: problem.clone() }
        }
        other => Detail::told(other.to_string()),
    }
}

/// Seconds over which frames a second are told.
const RATE_SECONDS: f64 = 5.0;
/// Without a packet for this long a camera is offline, seconds.
const READ_SECONDS: f64 = 5.0;
/// Notes told of one camera.
const NOTES: usize = 8;

/// One camera as it is watched.
pub(super) struct Watched {
    condition: Condition,
    rates: Rates,
    packet: (i64, WallTime),
    /// A stage hung: pieces of work that the judge had done then.
    stalled: Option<u64>,
}

#[derive(Default)]
struct Rates {
    since: Option<WallTime>,
    decoded: u64,
    analysed: u64,
    incoming_fps: f64,
    analysed_fps: f64,
}

impl Watched {
    pub(super) fn new(lane: &Lane, now: WallTime) -> Self {
        let read = lane.camera.source.as_ref().map_or(READ_SECONDS, |s| s.stream.read_seconds);
        let spec =
            ConditionSpec { no_packets_seconds: read, ..lane.camera.health.condition.clone() };
        let condition = Condition::new(spec, now);
        Self { condition, rates: Rates::default(), packet: (0, now), stalled: None }
    }

    /// How it stands as the watch begins.
    pub(super) fn standing(&self) -> &StateChange {
        self.condition.standing()
    }

    /// A stage hung, when its judge had done so many pieces of work.
    pub(super) fn stalled(&mut self, judged: u64) {
        self.stalled = Some(judged);
    }

    /// Whether a stage hung and nothing has been judged since: of a new session, what is judged after
    /// the record was begun.
    fn is_stalled(&mut self, judged: u64) -> bool {
        let stalled = self.stalled.is_some();
        self.stalled = self.stalled.map(|at| at.min(judged)).filter(|at| judged < at + 2);
        stalled
    }

    /// Takes in what the camera's threads tell, and how much of it was judged; what changed, if
    /// anything did.
    pub(super) fn look(&mut self, lane: &Lane, judged: u64, now: WallTime) -> Option<StateChange> {
        let gauge = &lane.gauge;
        let link = lane.link.state();
        let packet = gauge.last_packet.load(Relaxed);
        if packet != self.packet.0 {
            self.packet = (packet, now);
        }
        let connected = match link.broken {
            None => Ok(()),
            Some(broken) => {
                // A time out of contact begins anew when the contact is back.
                self.packet.1 = now;
                Err(broken)
            }
        };
        let signs = Signs {
            at: now,
            connected,
            last_packet_age_seconds: seconds(self.packet.1, now),
            faults: link.faults,
            clock_wrong: link.clock_wrong,
            overloaded: lane.pace.is_reduced(),
            stalled: self.is_stalled(judged),
        };
        let change = self.condition.note(&signs);
        gauge.suspended.store(self.condition.suspends(), Relaxed);
        change
    }

    /// How the camera stands.
    pub(super) fn status(&mut self, lane: &Lane, now: WallTime) -> CameraStatus {
        let gauge = &lane.gauge;
        let load = |counter: &std::sync::atomic::AtomicU64| counter.load(Relaxed);
        let (decoded, analysed) = (load(&gauge.decoded), load(&gauge.analysed));
        self.rates.note(now, decoded, analysed);
        let standing = self.condition.standing();
        let link = lane.link.state();
        let last = gauge.last_event();
        let clock = gauge.clock();
        let mut notes = lane.progress.notes();
        notes.extend(lane.progress.failures());
        let notes = notes.split_off(notes.len().saturating_sub(NOTES));
        CameraStatus {
            id: lane.camera.id.clone(),
            name: lane.camera.name.clone(),
            state: standing.state,
            reasons: standing.reasons.clone(),
            detail: alert::told(&standing.reasons, &standing.detail, Language::En),
            figures: standing.detail.clone(),
            since: utc(standing.at),
            next_try: link.next_try.map(utc),
            stream: link.facts,
            incoming_fps: self.rates.incoming_fps,
            analysed_fps: self.rates.analysed_fps,
            rate_fps: lane.pace.fps(),
            frames: decoded,
            analysed,
            dropped: load(&gauge.dropped),
            connections: load(&gauge.connections),
            breaks: load(&gauge.breaks),
            incidents: load(&gauge.incidents),
            restarts: gauge.restarts(),
            lag_p50_seconds: gauge.lags.percentile(0.5),
            lag_p95_seconds: gauge.lags.percentile(0.95),
            clock_repairs: clock.jumps
                + clock.resets
                + clock.backward
                + clock.frozen
                + clock.wraps
                + clock.slews,
            clock_offset_seconds: clock.offset_seconds,
            last_event_kind: last.as_ref().map(|(kind, _)| kind.clone()),
            last_event_at: last.map(|(_, at)| utc(at)),
            still_at: lane.still.kept().map(utc),
            notes,
        }
    }
}

impl Rates {
    fn note(&mut self, now: WallTime, decoded: u64, analysed: u64) {
        let since = *self.since.get_or_insert(now);
        let span = seconds(since, now);
        if span >= RATE_SECONDS {
            let rate = |from: u64, to: u64| (to.saturating_sub(from)) as f64 / span;
            self.incoming_fps = rate(self.decoded, decoded);
            self.analysed_fps = rate(self.analysed, analysed);
            (self.since, self.decoded, self.analysed) = (Some(now), decoded, analysed);
        }
    }
}

fn seconds(from: WallTime, to: WallTime) -> f64 {
    MediaTime(to.0.as_microsecond()).since(MediaTime(from.0.as_microsecond()))
}
