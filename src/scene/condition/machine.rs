//! From signs to a camera's state, with hysteresis: no pixels, no clocks, only what is noted.

use super::{CameraState, ConditionSpec, Detail, Reason, Signs, StateChange};
use crate::media::WallTime;
use std::collections::BTreeMap;

/// Another reason for being offline replaces the first only after this many seconds: tries to connect
/// fail in different ways while a camera boots.
const OTHER_REASON_SECONDS: f64 = 5.0;
/// A sign that is away for less than this many seconds was not away.
const BLINK_SECONDS: f64 = 0.5;
/// A packet has come since connecting where the last one is younger than the connection by this many
/// seconds.
const PACKET_SECONDS: f64 = 0.3;

/// One camera's state, kept from signs. What is not known is not seeing: it begins offline.
///
/// A reason counts once its signs have lasted ([`ConditionSpec::enter_seconds`]), and stays until all
/// has been well for [`ConditionSpec::recover_seconds`]; what pixels say is not asked while no packets
/// come. Times that go back count as no time.
#[derive(Debug, Clone)]
pub struct Condition {
    spec: ConditionSpec,
    now: WallTime,
    /// What is wrong or was a moment ago, but for the connection.
    watched: BTreeMap<Reason, Watched>,
    link: Link,
    standing: StateChange,
}

/// A sign and how long it has been there, or away.
#[derive(Debug, Clone)]
struct Watched {
    since: WallTime,
    away_since: Option<WallTime>,
    counts: bool,
    detail: Detail,
}

/// The connection.
#[derive(Debug, Clone)]
struct Link {
    /// Why there are no pictures.
    down: Option<(Reason, Detail)>,
    /// Another reason than that, and since when.
    other: Option<(Reason, WallTime)>,
    connected_since: Option<WallTime>,
    good_since: Option<WallTime>,
}

impl Condition {
    /// Begins offline at `at`, not connected yet.
    pub fn new(spec: ConditionSpec, at: WallTime) -> Self {
        let detail = Detail::NotConnected;
        Self {
            spec,
            now: at,
            watched: BTreeMap::new(),
            link: Link {
                down: Some((Reason::Starting, detail.clone())),
                other: None,
                connected_since: None,
                good_since: None,
            },
            standing: StateChange {
                at,
                state: CameraState::Offline,
                reasons: vec![Reason::Starting],
                detail,
            },
        }
    }

    /// Takes signs in; what changed, if anything did.
    pub fn note(&mut self, signs: &Signs) -> Option<StateChange> {
        self.now = self.now.max(signs.at);
        let pictures = self.note_link(signs);
        if pictures {
            self.note_rest(signs);
        } else {
            // Nobody can tell while no pictures come: what counted goes on, nothing new begins.
            self.watched.retain(|_, w| w.counts);
            self.watched.values_mut().for_each(|w| w.away_since = None);
        }
        self.conclude()
    }

    /// What it is now.
    pub fn state(&self) -> CameraState {
        self.standing.state
    }

    /// What it is now, since when and why.
    pub fn standing(&self) -> &StateChange {
        &self.standing
    }

    /// Whether rules are suspended: what they were drawn for cannot be seen.
    pub fn suspends(&self) -> bool {
        self.standing.state >= CameraState::Blind
    }

    /// Takes in the connection; whether pictures come.
    fn note_link(&mut self, signs: &Signs) -> bool {
        let (now, age) = (self.now, signs.last_packet_age_seconds);
        let trouble = match &signs.connected {
            Err((reason, detail)) => Some((*reason, detail.clone())),
            Ok(()) if age >= self.spec.no_packets_seconds => {
                Some((Reason::NoPackets, Detail::Silent { seconds: age.round() }))
            }
            Ok(()) => None,
        };
        let link = &mut self.link;
        if signs.connected.is_err() {
            link.connected_since = None;
        }
        let Some((reason, detail)) = trouble else {
            let connected = since(now, *link.connected_since.get_or_insert(now));
            link.other = None;
            if link.down.is_none() {
                return true;
            }
            let packets =
                age < self.spec.no_packets_seconds / 2.0 && connected >= age + PACKET_SECONDS;
            if !packets {
                link.good_since = None;
                return false;
            }
            if since(now, *link.good_since.get_or_insert(now)) >= self.spec.recover_seconds {
                link.down = None;
                link.good_since = None;
            }
            return true;
        };
        link.good_since = None;
        match &mut link.down {
            Some((known, said)) if *known == reason => {
                *said = detail;
                link.other = None;
            }
            Some((known, _)) if *known != Reason::Starting => {
                let (other, begun) = link.other.get_or_insert((reason, now));
                if *other != reason {
                    (*other, *begun) = (reason, now);
                } else if since(now, *begun) >= OTHER_REASON_SECONDS {
                    link.other = None;
                    link.down = Some((reason, detail));
                }
            }
            down => *down = Some((reason, detail)),
        }
        false
    }

    /// Takes in what pixels, clock and stages say.
    fn note_rest(&mut self, signs: &Signs) {
        let mut there: BTreeMap<Reason, &Detail> =
            signs.faults.iter().map(|(reason, detail)| (*reason, detail)).collect();
        if let Some(wrong) = &signs.clock_wrong {
            there.insert(Reason::ClockWrong, wrong);
        }
        if signs.overloaded {
            there.insert(Reason::Overloaded, &Detail::None);
        }
        if signs.stalled {
            there.insert(Reason::Stalled, &Detail::None);
        }
        let now = self.now;
        for (reason, detail) in &there {
            let watched = self.watched.entry(*reason).or_insert_with(|| Watched {
                since: now,
                away_since: None,
                counts: false,
                detail: Detail::None,
            });
            watched.away_since = None;
            watched.detail.clone_from(detail);
            watched.counts |= since(now, watched.since) >= self.spec.enter_seconds(*reason);
        }
        let recover = self.spec.recover_seconds;
        self.watched.retain(|reason, watched| {
            if there.contains_key(reason) {
                return true;
            }
            let away = since(now, *watched.away_since.get_or_insert(now));
            away < if watched.counts { recover } else { BLINK_SECONDS }
        });
    }

    /// The state that follows, told where it is another than before.
    fn conclude(&mut self) -> Option<StateChange> {
        let counting = self.watched.iter().filter(|(_, w)| w.counts);
        let mut reasons: Vec<(Reason, &Detail)> =
            counting.map(|(reason, w)| (*reason, &w.detail)).collect();
        if let Some((reason, detail)) = &self.link.down {
            reasons.push((*reason, detail));
        }
        // The gravest first.
        reasons.sort_by_key(|(reason, _)| (std::cmp::Reverse(reason.state()), *reason));
        let state = reasons.first().map_or(CameraState::Seeing, |(reason, _)| reason.state());
        let same = state == self.standing.state
            && reasons.iter().map(|(reason, _)| reason).eq(&self.standing.reasons);
        if same {
            return None;
        }
        let detail = reasons.first().map_or_else(
            || Detail::Back {
                seconds: since(self.now, self.standing.at).round(),
                from: self.standing.state,
            },
            |(_, detail)| (*detail).clone(),
        );
        let reasons = reasons.into_iter().map(|(reason, _)| reason).collect();
        self.standing = StateChange { at: self.now, state, reasons, detail };
        Some(self.standing.clone())
    }
}

/// `later − earlier` in seconds.
fn since(later: WallTime, earlier: WallTime) -> f64 {
    (later.0.as_microsecond() - earlier.0.as_microsecond()) as f64 / 1e6
}
