//! What people found of a camera's events, rule by rule, and why they dismissed them: for whoever
//! tunes its scene.

use super::asker::Asker;
use super::bilingual::Bilingual;
use super::cameras::Period;
use super::desk::Desk;
use super::extract::{Asked, Named};
use super::path::CameraPath;
use super::refusal::Refusal;
use crate::review::Reason;
use crate::store::{FoundRow, Status, from_word};
use axum::extract::State;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Of fewer decided events no share is told.
const DECIDED: u64 = 5;

/// What people found of one rule's events.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct RulePrecision {
    /// The rule.
    rule: String,
    /// Its kind.
    kind: String,
    /// The same for people.
    kind_name: Bilingual,
    confirmed: u64,
    /// Duplicates are among them.
    dismissed: u64,
    cannot_tell: u64,
    /// Confirmed of those confirmed or dismissed, 0 to 1; `null`: they are fewer than 5.
    precision: Option<f64>,
    /// Why they were dismissed, the most frequent first.
    reasons: Vec<ReasonCount>,
}

/// How many were dismissed for one reason.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct ReasonCount {
    code: String,
    vi: String,
    en: String,
    count: u64,
}

/// `GET /cameras/{id}/precision`
pub(super) async fn precision(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(CameraPath { id }): Named<CameraPath>,
    Asked(period): Asked<Period>,
) -> Result<Json<Vec<RulePrecision>>, Refusal> {
    desk.camera(&asker, &id)?;
    let (from, to) = period.times((desk.now)())?;
    let rows = desk.reads.ask(move |store| Ok(store.found(&id, &asker.scope, from, to)?)).await?;
    Ok(Json(rules(&rows)))
}

fn rules(rows: &[FoundRow]) -> Vec<RulePrecision> {
    let mut rules: Vec<RulePrecision> = Vec::new();
    for row in rows {
        let info = row.kind.info();
        if rules.last().is_none_or(|last| last.rule != row.rule || last.kind != info.name) {
            rules.push(RulePrecision {
                rule: row.rule.clone(),
                kind: info.name.to_owned(),
                kind_name: Bilingual::new(info.name_vi, info.name_en),
                confirmed: 0,
                dismissed: 0,
                cannot_tell: 0,
                precision: None,
                reasons: Vec::new(),
            });
        }
        let Some(rule) = rules.last_mut() else { continue };
        match row.status {
            Status::Confirmed => rule.confirmed += row.count,
            Status::CannotTell => rule.cannot_tell += row.count,
            Status::Dismissed => {
                rule.dismissed += row.count;
                rule.reasons.extend(row.reason.as_deref().map(|code| counted(code, row.count)));
            }
            Status::Pending | Status::Acknowledged => {}
        }
    }
    for rule in &mut rules {
        let decided = rule.confirmed + rule.dismissed;
        rule.precision = (decided >= DECIDED).then(|| rule.confirmed as f64 / decided as f64);
        rule.reasons.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.code.cmp(&b.code)));
    }
    rules
}

fn counted(code: &str, count: u64) -> ReasonCount {
    let reason: Option<Reason> = from_word(code).ok();
    // A word of another version is told as it stands.
    let (vi, en) = reason.map_or((code, code), |r| (r.vi(), r.en()));
    ReasonCount { code: code.to_owned(), vi: vi.to_owned(), en: en.to_owned(), count }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Kind;

    #[test]
    fn few_decisions_make_no_share_and_reasons_come_by_number() {
        let row = |rule: &str, status, reason: Option<&str>, count| FoundRow {
            rule: rule.to_owned(),
            kind: Kind::IllegalParking,
            status,
            reason: reason.map(str::to_owned),
            count,
        };
        let rules = rules(&[
            row("a", Status::Confirmed, None, 3),
            row("a", Status::CannotTell, None, 9),
            row("a", Status::Dismissed, Some("no_violation"), 1),
            row("b", Status::Confirmed, None, 6),
            row("b", Status::Dismissed, Some("duplicate"), 1),
            row("b", Status::Dismissed, Some("of_another_version"), 5),
        ]);
        assert_eq!((rules[0].confirmed, rules[0].cannot_tell, rules[0].precision), (3, 9, None));
        assert_eq!(rules[1].precision, Some(0.5));
        let codes: Vec<_> = rules[1].reasons.iter().map(|r| (r.code.as_str(), r.count)).collect();
        assert_eq!(codes, [("of_another_version", 5), ("duplicate", 1)]);
        assert_eq!(rules[1].reasons[0].vi, "of_another_version");
    }
}
