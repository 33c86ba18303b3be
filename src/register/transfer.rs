//! Changes carried out: a file's, or one camera's move; each with its entry in the audit trail.

use super::error::RegisterError;
use super::plan::{ImportPlan, SAME_METRES};
use super::position::{Whereabouts, swapped};
use crate::config::{Bounds, nearest};
use crate::media::WallTime;
use crate::review::Doer;
use crate::store::{RegisterChange, RegisterMove, RegisterPosition, Store};
use serde_json::json;

/// Where a camera is put; what is left out stays as it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct MoveTo {
    /// The position.
    pub position: Option<RegisterPosition>,
    /// The place.
    pub place: Option<String>,
    /// The ward.
    pub ward: Option<String>,
    /// Why.
    pub reason: Option<String>,
}

/// Carries out a sound plan, whole or not at all; gives the register's new version. A plan that would
/// change nothing changes nothing, and is not entered. `file` and `sha256` name what it was read from.
///
/// # Errors
/// [`RegisterError::Meanwhile`] where the register is not what the plan was compared with any more; the
/// store's otherwise.
pub fn carry_out(
    store: &Store,
    plan: &ImportPlan,
    doer: &Doer<'_>,
    at: WallTime,
    (file, sha256): (&str, &str),
) -> Result<u64, RegisterError> {
    if plan.added.is_empty() && plan.changed.is_empty() {
        return Ok(plan.seen);
    }
    let details = json!({
        "sha256": sha256,
        "rows": plan.rows,
        "added": plan.added.iter().map(|(_, c)| &c.code).collect::<Vec<_>>(),
        "changed": plan.changed.iter().map(|c| &c.camera.code).collect::<Vec<_>>(),
        "moved": plan.moved.iter().map(|m| &m.code).collect::<Vec<_>>(),
    });
    let entry = doer.entry(at, "register_imported", file, details);
    let moves = plan.moved.iter().map(|m| RegisterMove {
        code: m.code.clone(),
        at,
        from: m.from.clone(),
        to: m.to.clone(),
        reason: None,
        by: entry.actor.clone(),
    });
    let change = RegisterChange {
        seen: plan.seen,
        at,
        by: entry.actor.clone(),
        file: file.to_owned(),
        sha256: sha256.to_owned(),
        rows: plan.rows,
        added: plan.added.iter().map(|(_, c)| c.clone()).collect(),
        changed: plan.changed.iter().map(|c| c.camera.clone()).collect(),
        moves: moves.collect(),
    };
    store.change_register(&change, &entry)?.ok_or(RegisterError::Meanwhile)
}

/// Puts one camera elsewhere and keeps where it stood; gives the move.
///
/// # Errors
/// [`RegisterError`]: no such camera, a position outside the city, or it stands there already.
pub fn move_camera(
    store: &Store,
    code: &str,
    to: MoveTo,
    bounds: Option<Bounds>,
    doer: &Doer<'_>,
    at: WallTime,
) -> Result<RegisterMove, RegisterError> {
    let seen = store.register_version()?;
    let known = store.register_cameras()?;
    let Some(old) = known.iter().find(|c| c.code == code) else {
        let near = nearest(code, known.iter().map(|c| c.code.as_str())).map(str::to_owned);
        return Err(RegisterError::NoCamera { code: code.to_owned(), near });
    };
    if let Some(position) = to.position {
        if swapped(position.lat, position.lon) {
            let said = "latitude and longitude stand in each other's place";
            return Err(RegisterError::Position(said.to_owned()));
        }
        let all: Vec<RegisterPosition> =
            known.iter().filter(|c| c.code != code).filter_map(|c| c.position).collect();
        if let Some(said) = Whereabouts::new(bounds, &all).refuses(position) {
            return Err(RegisterError::Position(said.en));
        }
    }
    let mut new = old.clone();
    new.position = to.position.or(new.position);
    new.place = to.place.or(new.place);
    new.ward = to.ward.unwrap_or(new.ward);
    let apart = old.position.zip(new.position).map_or(f64::INFINITY, |(a, b)| a.metres_to(b));
    let (same_place, same_ward) = (old.place == new.place, old.ward == new.ward);
    let stays = old.position == new.position || apart <= SAME_METRES;
    if same_place && same_ward && stays {
        return Err(RegisterError::NotMoved(code.to_owned()));
    }
    let details = json!({ "from": old.spot(), "to": new.spot(), "reason": to.reason });
    let entry = doer.entry(at, "camera_moved", code, details);
    let moved = RegisterMove {
        code: code.to_owned(),
        at,
        from: old.spot(),
        to: new.spot(),
        reason: to.reason,
        by: entry.actor.clone(),
    };
    let change = RegisterChange {
        seen,
        at,
        by: entry.actor.clone(),
        file: "move".to_owned(),
        sha256: String::new(),
        rows: 1,
        added: Vec::new(),
        changed: vec![new],
        moves: vec![moved.clone()],
    };
    store.change_register(&change, &entry)?.ok_or(RegisterError::Meanwhile)?;
    Ok(moved)
}
