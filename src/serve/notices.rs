//! What is told at sign-in of accounts that somebody else could have come in by, and the names of who
//! acts in the audit trail.

use super::refusal::Refusal;
use crate::media::WallTime;
use crate::review::{ResetNotice, User, reset_notices};
use crate::store::{ActorKind, AuditEntry, Store, StoreError};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// That somebody else set an account's password or took its one-time codes away.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct NoticeRow {
    /// Whether it is the account of who asks.
    own: bool,
    /// Whose account: the user's id.
    user: String,
    /// What people call them.
    user_name: String,
    /// `password`, `codes` or `both`: by both, who did could come in as this user.
    what: &'static str,
    /// Who did, by name.
    by: Vec<String>,
    /// When the last of it was done.
    at: String,
}

impl NoticeRow {
    fn of(names: &mut Names<'_>, notice: ResetNotice, asker: &str) -> Result<Self, StoreError> {
        let mut by = Vec::new();
        for id in notice.by {
            by.push(names.user(&id)?.unwrap_or(id));
        }
        Ok(Self {
            own: notice.user == asker,
            user_name: names.user(&notice.user)?.unwrap_or_default(),
            user: notice.user,
            what: notice.what.name(),
            by,
            at: notice.at.utc_rfc3339(),
        })
    }
}

/// What a user is told.
pub(super) fn notices(
    store: &Store,
    user: &User,
    now: WallTime,
) -> Result<Vec<NoticeRow>, Refusal> {
    let mut names = Names::new(store);
    let told = reset_notices(store, user, now)?;
    let rows = told.into_iter().map(|notice| NoticeRow::of(&mut names, notice, &user.id));
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Names of users and tokens, each looked up once.
pub(super) struct Names<'a> {
    store: &'a Store,
    users: BTreeMap<String, Option<String>>,
    tokens: BTreeMap<String, Option<(String, String)>>,
}

impl<'a> Names<'a> {
    pub(super) fn new(store: &'a Store) -> Self {
        Self { store, users: BTreeMap::new(), tokens: BTreeMap::new() }
    }

    /// What people call the user of that id, and what they type; `None`: there is none.
    pub(super) fn user(&mut self, id: &str) -> Result<Option<String>, StoreError> {
        if let Some(known) = self.users.get(id) {
            return Ok(known.clone());
        }
        let user = self.store.user(id)?;
        let name = user.map(|user| format!("{} ({})", user.full_name, user.name));
        self.users.insert(id.to_owned(), name.clone());
        Ok(name)
    }

    /// A token's name, and whose it is.
    fn token(&mut self, id: &str) -> Result<Option<(String, String)>, StoreError> {
        if let Some(known) = self.tokens.get(id) {
            return Ok(known.clone());
        }
        let named = self.store.token_named(id)?;
        self.tokens.insert(id.to_owned(), named.clone());
        Ok(named)
    }

    /// The id of the person by whose account an entry was made.
    pub(super) fn owner(&mut self, entry: &AuditEntry) -> Result<Option<String>, StoreError> {
        Ok(match entry.actor_kind {
            ActorKind::User => Some(entry.actor.clone()),
            ActorKind::Token => self.token(&entry.actor)?.map(|(_, user)| user),
            ActorKind::Command | ActorKind::Service => None,
        })
    }

    /// Who made an entry, by name; of a token its name too. `None`: no person, or one not known.
    pub(super) fn actor(&mut self, entry: &AuditEntry) -> Result<Option<String>, StoreError> {
        let Some(owner) = self.owner(entry)? else { return Ok(None) };
        let person = self.user(&owner)?;
        if entry.actor_kind != ActorKind::Token {
            return Ok(person);
        }
        let token = self.token(&entry.actor)?.map(|(name, _)| name).unwrap_or_default();
        Ok(person.map(|person| format!("{person}, {token}")))
    }
}
