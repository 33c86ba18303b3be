//! One camera's states laid end to end over a period.

use crate::scene::{CameraState, Detail, Reason};
use crate::store::{ServiceTime, StateRecord};

/// A stretch in which one thing held. Microseconds since 1970-01-01 UTC; `to` is not part of it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::report) struct Stretch {
    pub(in crate::report) from: i64,
    pub(in crate::report) to: i64,
    /// `None`: nobody knows, because the service did not run or had not connected yet.
    pub(in crate::report) state: Option<CameraState>,
    /// The gravest reason.
    pub(in crate::report) reason: Option<Reason>,
    /// What was known beside it as the stretch began.
    pub(in crate::report) detail: Detail,
    /// Whether all reasons lie with this program.
    pub(in crate::report) ours: bool,
}

/// The stretches of one camera from `from` to `to`, without gaps. `changes` are in order of time.
pub(in crate::report) fn timeline(
    changes: &[&StateRecord],
    service: &[ServiceTime],
    from: i64,
    to: i64,
) -> Vec<Stretch> {
    let mut edges = vec![from, to];
    let inside = |t: i64| t > from && t < to;
    edges.extend(changes.iter().map(|c| c.change.at.0.as_microsecond()).filter(|t| inside(*t)));
    for s in service {
        let (started, last) = (s.started.0.as_microsecond(), s.last.0.as_microsecond());
        edges.extend([started, last].into_iter().filter(|t| inside(*t)));
    }
    edges.sort_unstable();
    edges.dedup();
    let mut stretches: Vec<Stretch> = Vec::with_capacity(edges.len());
    let (mut next, mut run) = (0, 0);
    for pair in edges.windows(2) {
        let (from, to) = (pair[0], pair[1]);
        while changes.get(next).is_some_and(|c| c.change.at.0.as_microsecond() <= from) {
            next += 1;
        }
        while service.get(run).is_some_and(|s| s.last.0.as_microsecond() <= from) {
            run += 1;
        }
        let ran = service.get(run).is_some_and(|s| s.started.0.as_microsecond() <= from);
        let change = next.checked_sub(1).map(|i| &changes[i].change).filter(|_| ran);
        // Before the first try to connect, and after the last heartbeat, nothing is known.
        let known = change.filter(|c| {
            !c.reasons.iter().any(|r| matches!(r, Reason::Starting | Reason::ServiceStopped))
        });
        let stretch = Stretch {
            from,
            to,
            state: known.map(|c| c.state),
            reason: known.and_then(|c| c.reasons.first().copied()),
            detail: known.map(|c| c.detail.clone()).unwrap_or_default(),
            ours: known
                .is_some_and(|c| !c.reasons.is_empty() && c.reasons.iter().all(|r| r.is_ours())),
        };
        match stretches.last_mut() {
            Some(last)
                if (last.state, last.reason, last.ours)
                    == (stretch.state, stretch.reason, stretch.ours) =>
            {
                last.to = to;
            }
            _ => stretches.push(stretch),
        }
    }
    stretches
}
