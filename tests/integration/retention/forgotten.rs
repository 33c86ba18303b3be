//! What a decision may forget: its plate, once and wholly, and nothing else of it.

use super::Kept;
use crate::audit::tamper;
use crate::postgres_rig::{ON_SERVER, database_of, tried};
use crate::sample::sample;
use std::path::Path;
use streetward::review::Ask;

/// A statement by somebody who has the database, past the program; what the database said if it refused.
fn statement(kept: &Kept, sql: &str) -> Result<(), String> {
    let Some(home) = std::env::var_os(ON_SERVER) else { return tamper(kept.path(), &[sql]) };
    let done = tried(Path::new(&home), &database_of(kept.path()), sql);
    let said = String::from_utf8_lossy(&done.stderr).into_owned();
    if done.status.success() { Ok(()) } else { Err(said) }
}

#[test]
fn a_decision_forgets_its_plate_and_nothing_else() {
    let kept = Kept::new();
    let event = sample(0);
    kept.lay(&event, event.moment_utc);
    kept.decide_with(&event, event.moment_utc, Ask::Plate, Some("84A-123.45"));
    kept.decide(&event, event.moment_utc, Ask::Confirm);
    let before = kept.store.decisions(&event.id).unwrap();
    for wrong in [
        "UPDATE decisions SET plate = '84A-999.99'",
        "UPDATE decisions SET plate = ''",
        "UPDATE decisions SET note = 'x'",
        "UPDATE decisions SET by_whom = 'x'",
        "UPDATE decisions SET at_utc_us = at_utc_us + 1",
        "UPDATE decisions SET action = 'dismiss' WHERE action = 'confirm'",
        "UPDATE decisions SET to_status = 'dismissed'",
        "UPDATE decisions SET plate = NULL, by_whom = 'x' WHERE plate IS NOT NULL",
        "UPDATE decisions SET plate = NULL, number = number + 100 WHERE plate IS NOT NULL",
        "DELETE FROM decisions WHERE plate IS NULL",
        "DELETE FROM decisions",
    ] {
        let said = statement(&kept, wrong).expect_err(wrong);
        assert!(said.contains("decisions are append-only"), "{wrong}: {said}");
    }
    assert_eq!(kept.store.decisions(&event.id).unwrap(), before);
    statement(&kept, "UPDATE decisions SET plate = NULL WHERE plate IS NOT NULL").unwrap();
    let after = kept.store.decisions(&event.id).unwrap();
    assert_eq!((after[0].plate.as_deref(), after.len()), (None, before.len()));
    assert_eq!(
        (&after[0].by, after[0].action, &after[1]),
        (&before[0].by, before[0].action, &before[1])
    );
    // What was forgotten is not put in again.
    let again = "UPDATE decisions SET plate = '84A-123.45' WHERE action = 'plate'";
    assert!(statement(&kept, again).is_err());
}
