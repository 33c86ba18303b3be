//! What some rules need of their camera besides a place: a heading, a calibration.

use super::table::Table;
use crate::rules::{Mechanism, RuleSpec};
use crate::scene::Zone;

/// What of a camera file is there, sound or not, so that a mistake is not told twice.
pub(super) struct There<'a> {
    pub(super) zones: &'a [Zone],
    pub(super) calibration: bool,
}

/// Notes what the rule written in `table` cannot be judged without.
pub(super) fn check(table: &Table<'_>, rule: &RuleSpec, there: &There<'_>) {
    let name = rule.kind.name();
    match rule.kind.info().mechanism {
        Mechanism::Speed if !there.calibration => {
            let message = format!(
                "{name} needs metres: measure 4 or more points on the ground and write them under \
                 [calibration], points = [{{ pixel = [320, 240], metres = [0, 12.5] }}, …]"
            );
            table.doc().refuse(table.key_span("kind"), &message);
        }
        Mechanism::Direction => {
            let zone = there.zones.iter().find(|z| z.name == rule.zone);
            if zone.is_some_and(|z| z.heading.is_none()) {
                let message = format!(
                    "{name} needs the direction of its zone: add heading = [[x, y], [x, y]] to \
                     zone \"{}\", an arrow from where traffic comes to where it goes",
                    rule.zone
                );
                table.doc().refuse(table.key_span("zone"), &message);
            }
        }
        _ => {}
    }
}
