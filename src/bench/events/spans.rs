//! Labels and events as spans of a clip's timeline.

use super::facts::EventFacts;
use super::figures::{Finding, Span};
use super::labels::Label;
use super::matching::Matched;
use super::prepared::Prepared;

/// Labels as the timeline shows them.
pub(super) fn label_spans(labels: &[Label], matched: &Matched, clip: &Prepared) -> Vec<Span> {
    let finding = |i: usize| match matched.found.iter().find(|f| f.label == i) {
        Some(f) if f.right_subject == Some(false) => Finding::WrongSubject,
        Some(_) => Finding::Right,
        None if matched.waived.contains(&i) => Finding::Excused,
        None => Finding::Missed,
    };
    let dwell = |label: &Label| {
        let rule = clip.camera.rules.iter().find(|r| r.kind.name() == label.kind);
        rule.filter(|r| r.kind.info().mechanism.has_dwell()).map_or(0.0, |r| r.dwell_seconds)
    };
    labels
        .iter()
        .enumerate()
        .map(|(i, l)| Span {
            kind: l.kind,
            place: l.place.clone(),
            start_s: l.start,
            moment_s: l.complete.unwrap_or_else(|| l.start + dwell(l)),
            end_s: l.end,
            opened_s: None,
            finding: finding(i),
            id: None,
        })
        .collect()
}

/// Events as the timeline shows them.
pub(super) fn event_spans(events: &[EventFacts], matched: &Matched) -> Vec<Span> {
    let finding = |i: usize| {
        if let Some(found) = matched.found.iter().find(|f| f.event == i) {
            let wrong = found.right_subject == Some(false);
            return if wrong { Finding::WrongSubject } else { Finding::Right };
        }
        let twice = matched.duplicates.iter().any(|(event, _)| *event == i);
        match matched.false_alarms.contains(&i) {
            true => Finding::FalseAlarm,
            false if twice => Finding::Duplicate,
            false => Finding::Excused,
        }
    };
    events
        .iter()
        .enumerate()
        .map(|(i, e)| Span {
            kind: e.kind,
            place: Some(e.place.clone()),
            start_s: e.start,
            moment_s: e.moment,
            end_s: e.end,
            opened_s: Some(e.opened),
            finding: finding(i),
            id: Some(e.id.clone()),
        })
        .collect()
}
