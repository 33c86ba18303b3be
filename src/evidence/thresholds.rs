//! What a rule's mechanism was told, as a record keeps it.

use crate::rules::{OwnerNeeded, Terms, Way};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The terms of a rule by the names that camera files have for them. Names of what a rule does not
/// use are left out.
pub(super) fn thresholds(terms: &Terms) -> BTreeMap<String, Value> {
    let told = match terms {
        Terms::None => json!({}),
        Terms::Crossing(t) => json!({
            "signal": t.signal,
            "grace_seconds": t.signal.as_ref().map(|_| t.grace_seconds),
            "beyond_lengths": t.beyond_lengths,
            "direction": way(t.way),
            "exit_line": t.exit_line,
            "within_seconds": t.exit_line.as_ref().map(|_| t.within_seconds),
            "exempt_exits": (!t.exempt_exits.is_empty()).then_some(&t.exempt_exits),
        }),
        Terms::Direction(t) => json!({
            "tolerance_degrees": t.tolerance_degrees,
            "travel_lengths": t.travel_lengths,
        }),
        Terms::Speed(t) => json!({ "limit_kmh": t.limit_kmh, "margin_kmh": t.margin_kmh }),
        Terms::Riders(t) => json!({ "most_people": t.most_people }),
        Terms::Left(t) => json!({
            "stay_seconds": t.stay_seconds,
            "owner_gone_seconds": t.owner_gone_seconds,
            "reach_lengths": t.reach_lengths,
            "grown_share": (t.grown_share > 0.0).then_some(t.grown_share),
            "owner": (t.owner == OwnerNeeded::Any).then_some("any"),
        }),
        Terms::Occupancy(t) => json!({ "most_share": t.most_share, "reference": t.reference }),
        Terms::Crowd(t) => json!({ "most_people": t.most_people }),
    };
    let Value::Object(all) = told else { return BTreeMap::new() };
    all.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

const fn way(way: Way) -> &'static str {
    match way {
        Way::Forward => "forward",
        Way::Backward => "backward",
        Way::Both => "both",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Kind;

    #[test]
    fn what_a_rule_does_not_use_is_left_out() {
        assert!(thresholds(&Terms::of(Kind::IllegalParking)).is_empty());
        let names = |kind| thresholds(&Terms::of(kind)).into_keys().collect::<Vec<_>>();
        assert_eq!(names(Kind::SolidLine), ["beyond_lengths", "direction"]);
        assert_eq!(names(Kind::Crowd), ["most_people"]);
        let mut terms = Terms::of(Kind::RedLight);
        if let Terms::Crossing(crossing) = &mut terms {
            crossing.signal = Some("through".into());
        }
        assert_eq!(thresholds(&terms)["grace_seconds"], 0.5);
    }
}
