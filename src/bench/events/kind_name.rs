//! Kinds as labels name them, and how their times are compared.

/// How an event's time is compared with a label's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Timing {
    /// It happens at an instant: the moment is compared with the label's start.
    Instant,
    /// It passes by: the moment lies within the label's span.
    Passing,
    /// It lasts: starts are compared, or spans.
    Lasting,
}

/// Every kind by its canonical name, and how its time is compared.
pub const KINDS: [(&str, Timing); 22] = [
    ("red_light", Timing::Instant),
    ("solid_line", Timing::Instant),
    ("banned_turn", Timing::Instant),
    ("wrong_way", Timing::Passing),
    ("illegal_stopping", Timing::Lasting),
    ("illegal_parking", Timing::Lasting),
    ("crosswalk_blocking", Timing::Lasting),
    ("sidewalk_parking", Timing::Lasting),
    ("loitering", Timing::Lasting),
    ("banned_vehicle", Timing::Lasting),
    ("sidewalk_riding", Timing::Lasting),
    ("jaywalking", Timing::Lasting),
    ("restricted_area", Timing::Lasting),
    ("speeding", Timing::Passing),
    ("overloading", Timing::Passing),
    ("no_helmet", Timing::Passing),
    ("littering", Timing::Lasting),
    ("dumping", Timing::Lasting),
    ("abandoned_object", Timing::Lasting),
    ("sidewalk_encroachment", Timing::Lasting),
    ("roadway_encroachment", Timing::Lasting),
    ("crowd", Timing::Lasting),
];

/// Other names in use.
const ALIASES: [(&str, &str); 27] = [
    ("red_light_running", "red_light"),
    ("red_light_violation", "red_light"),
    ("running_red_light", "red_light"),
    ("solid_line_crossing", "solid_line"),
    ("illegal_turn", "banned_turn"),
    ("wrong_way_driving", "wrong_way"),
    ("wrong_direction", "wrong_way"),
    ("illegal_stop", "illegal_stopping"),
    ("stopping", "illegal_stopping"),
    ("parking", "illegal_parking"),
    ("blocked_crosswalk", "crosswalk_blocking"),
    ("crosswalk_blocked", "crosswalk_blocking"),
    ("blocking_crosswalk", "crosswalk_blocking"),
    ("pavement_parking", "sidewalk_parking"),
    ("intrusion", "restricted_area"),
    ("jaywalk", "jaywalking"),
    ("speed", "speeding"),
    ("overspeed", "speeding"),
    ("helmet", "no_helmet"),
    ("litter", "littering"),
    ("illegal_dumping", "dumping"),
    ("unattended_luggage", "abandoned_object"),
    ("unattended_object", "abandoned_object"),
    ("abandoned_luggage", "abandoned_object"),
    ("left_luggage", "abandoned_object"),
    ("encroachment", "sidewalk_encroachment"),
    ("crowding", "crowd"),
];

/// The canonical name of a kind as a label names it.
pub fn canonical(name: &str) -> Option<&'static str> {
    let name = name.trim().to_lowercase().replace([' ', '-'], "_");
    let by_alias = || ALIASES.iter().find(|(alias, _)| *alias == name).map(|(_, kind)| *kind);
    KINDS.iter().map(|(kind, _)| *kind).find(|kind| *kind == name).or_else(by_alias)
}

/// How a kind's times are compared; `kind` is canonical.
pub fn timing(kind: &str) -> Timing {
    KINDS.iter().find(|(name, _)| *name == kind).map_or(Timing::Lasting, |(_, timing)| *timing)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Kind;

    #[test]
    fn every_kind_that_is_judged_can_be_labelled_and_every_alias_leads_to_one() {
        for kind in Kind::ALL {
            assert_eq!(canonical(kind.name()), Some(kind.name()));
        }
        for (alias, kind) in ALIASES {
            assert_eq!(canonical(kind), Some(kind));
            assert_eq!(canonical(alias), Some(kind));
        }
        assert_eq!(canonical("Red-light violation"), Some("red_light"));
        assert_eq!(canonical("flying"), None);
    }
}
