//! Whether a label and an event speak of one time.

use super::facts::EventFacts;
use super::kind_name::{Timing, timing};
use super::labels::Label;

/// Share of what two spans cover together that they must have in common to be one.
const SAME_SPAN: f64 = 0.5;

/// How far, in seconds, an event is off a label of its kind; `None`: another time.
pub(super) fn off(label: &Label, event: &EventFacts, tolerance: f64) -> Option<f64> {
    // Times are kept in microseconds; a sum of them is no more precise.
    let tolerance = tolerance + 1e-6;
    let (start, moment) = (event.start - label.start, event.moment - label.start);
    match timing(label.kind) {
        Timing::Instant => (moment.abs() <= tolerance).then_some(moment.abs()),
        Timing::Passing => {
            let within = moment >= -tolerance && event.moment - label.end <= tolerance;
            within.then_some(start.abs())
        }
        Timing::Lasting => {
            let near = start.abs() <= tolerance;
            (near || shared(label, event) >= SAME_SPAN).then_some(start.abs())
        }
    }
}

/// Whether an event lies in a label's span, as a second event of one violation does.
pub(super) fn within(label: &Label, event: &EventFacts, tolerance: f64) -> bool {
    event.start <= label.end + tolerance && event.end >= label.start - tolerance
}

/// Common time of the two spans, as a share of the time they cover together.
fn shared(label: &Label, event: &EventFacts) -> f64 {
    let common = label.end.min(event.end) - label.start.max(event.start);
    let all = label.end.max(event.end) - label.start.min(event.start);
    if common <= 0.0 || all <= 0.0 { 0.0 } else { common / all }
}
