//! Whom an event can be given to: people who decide, and agencies.

use super::asker::Asker;
use super::desk::Desk;
use super::refusal::Refusal;
use crate::review::{Permission, Reach, Role, Scope, User};
use axum::extract::State;
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::Serialize;
use std::sync::Arc;

/// Somebody who decides.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct PersonRow {
    /// The user's id, as events name him.
    id: String,
    /// What he types to sign in.
    name: String,
    /// What people call him.
    full_name: String,
    /// `reviewer` or `supervisor`.
    role: &'static str,
    /// His agency's id.
    agency: Option<String>,
}

/// An agency that reviews events.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct AgencyRow {
    /// What events and users name it by.
    id: String,
    /// What people call it.
    name: String,
    /// Within so many minutes an event is to be taken up.
    acknowledge_minutes: u32,
    /// Within so many hours it is to be decided.
    decide_hours: u32,
}

/// `GET /people`
pub(super) async fn people(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
) -> Result<Json<Vec<PersonRow>>, Refusal> {
    let scope = asker.actor.scope.clone();
    desk.reads
        .ask(move |store| {
            let mut people = Vec::new();
            for record in store.users()? {
                let user = User::of(&record)?;
                if !user.disabled && decides(user.role) && meet(&user.scope, &scope) {
                    people.push(PersonRow {
                        id: user.id,
                        name: user.name,
                        full_name: user.full_name,
                        role: user.role.name(),
                        agency: user.agency,
                    });
                }
            }
            Ok(Json(people))
        })
        .await
}

/// `GET /agencies`
pub(super) async fn agencies(State(desk): State<Arc<Desk>>) -> Json<Vec<AgencyRow>> {
    let site = desk.site();
    let rows = site.agencies.iter().map(|agency| AgencyRow {
        id: agency.id.clone(),
        name: agency.name.clone(),
        acknowledge_minutes: agency.acknowledge_minutes,
        decide_hours: agency.decide_hours,
    });
    Json(rows.collect())
}

fn decides(role: Role) -> bool {
    role.permissions().has(Permission::Decide)
}

/// Whether two scopes have something in common.
fn meet(one: &Scope, other: &Scope) -> bool {
    let both = one.within(other);
    is_some(&both.wards) && is_some(&both.domains)
}

fn is_some<T: Ord>(reach: &Reach<T>) -> bool {
    match reach {
        Reach::All => true,
        Reach::These(these) => !these.is_empty(),
    }
}
