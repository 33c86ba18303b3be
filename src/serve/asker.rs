//! Who asks, and from where.

use crate::media::WallTime;
use crate::review::{AccessError, Actor, Doorkeeper, OpenSession, Permission};
use crate::store::{QueueScope, Store};
use std::net::IpAddr;

/// Where a request comes from, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin(pub(super) Option<IpAddr>);

/// Who asks.
#[derive(Clone)]
pub(super) struct Asker {
    /// Who acts, and what he may.
    pub(super) actor: Actor,
    /// What he may see.
    pub(super) scope: QueueScope,
    /// From where.
    pub(super) address: Option<String>,
    /// His session, where he asks by one.
    pub(super) open: Option<OpenSession>,
    /// What his changes must bear, where he asks by a session.
    pub(super) csrf: String,
}

impl std::fmt::Debug for Asker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // What opens anything is never shown.
        f.debug_struct("Asker").field("actor", &self.actor.id).finish_non_exhaustive()
    }
}

impl Asker {
    pub(super) fn new(actor: Actor, address: Option<IpAddr>) -> Self {
        let scope = (&actor.scope).into();
        let address = address.map(|a| a.to_string());
        Self { actor, scope, address, open: None, csrf: String::new() }
    }

    /// Whether what let him in is good still, and allows what it did.
    pub(super) fn goes_on(
        &self,
        keeper: &Doorkeeper,
        store: &Store,
        now: WallTime,
    ) -> Result<bool, AccessError> {
        match &self.open {
            Some(open) => keeper.goes_on(store, open, now),
            None => keeper.token_goes_on(store, &self.actor, now),
        }
    }

    /// Whether he may do this at all; where is another question.
    pub(super) fn may(&self, permission: Permission) -> bool {
        self.actor.permissions.has(permission)
    }
}
