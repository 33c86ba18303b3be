//! Sessions: a random secret in a cookie, of which only the hash is kept; idle and absolute ends.

use super::actor::Actor;
use super::error::AccessError;
use super::login::Doorkeeper;
use super::random;
use super::user::User;
use crate::media::WallTime;
use crate::store::{ActorKind, NewEntry, SessionRecord, Store};
use hmac::{Hmac, Mac};
use serde_json::json;
use sha2::Sha256;
use std::fmt::Write as _;

/// A use is noted again after so long, seconds: not every request writes.
pub(super) const NOTED_EVERY: i64 = 60;

/// A session that is good now.
#[derive(Debug, Clone)]
pub struct OpenSession {
    /// Whose it is.
    pub user: User,
    /// Them, acting.
    pub actor: Actor,
    /// When they logged in.
    pub begun: WallTime,
    /// When it ends, if nothing more is done.
    pub expires: WallTime,
    latest: WallTime,
    seen: WallTime,
    kept: String,
}

impl OpenSession {
    /// What the store keeps of its secret: names the session, and opens nothing.
    pub fn kept(&self) -> &str {
        &self.kept
    }
}

/// Whether a text can be a session's secret: what cannot is not looked for.
fn can_be(secret: &str) -> bool {
    secret.len() == 64 && secret.bytes().all(|b| b.is_ascii_hexdigit())
}

fn csrf(secret: &str) -> Option<Hmac<Sha256>> {
    // HMAC takes keys of every length.
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).ok()?;
    mac.update(b"streetward csrf 1");
    Some(mac)
}

/// The value that requests of this session must bear to change something: HMAC-SHA256 by the
/// session's secret, so that nobody makes it who does not hold the cookie, and rotation changes it.
pub fn csrf_of(secret: &str) -> String {
    let mut text = String::with_capacity(64);
    for byte in csrf(secret).map(|mac| mac.finalize().into_bytes()).iter().flatten() {
        // Writing to a text does not fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// Whether this is the value of [`csrf_of`]; compared in constant time.
pub fn csrf_matches(secret: &str, given: &str) -> bool {
    let Ok(given) = hex::decode(given) else { return false };
    csrf(secret).is_some_and(|mac| mac.verify_slice(&given).is_ok())
}

impl Doorkeeper {
    /// The session of a secret, if it is good now; notes that it was used. `store` must be able to
    /// write.
    ///
    /// # Errors
    /// The store.
    pub fn session(
        &self,
        store: &Store,
        secret: &str,
        now: WallTime,
    ) -> Result<Option<OpenSession>, AccessError> {
        let open = self.unused_session(store, secret, now)?;
        Ok(match open {
            Some(open) => {
                if now.0.duration_since(open.seen.0).as_secs() >= NOTED_EVERY {
                    store.touch_session(&open.kept, now)?;
                }
                let expires = open.latest.min(self.terms().idle_end(now));
                Some(OpenSession { expires, ..open })
            }
            None => None,
        })
    }

    /// The same without noting a use: what a page asks by itself keeps no session alive.
    ///
    /// # Errors
    /// The store.
    pub fn unused_session(
        &self,
        store: &Store,
        secret: &str,
        now: WallTime,
    ) -> Result<Option<OpenSession>, AccessError> {
        if !can_be(secret) {
            return Ok(None);
        }
        self.kept_session(store, random::kept(secret), now)
    }

    fn kept_session(
        &self,
        store: &Store,
        kept: String,
        now: WallTime,
    ) -> Result<Option<OpenSession>, AccessError> {
        let Some((session, user)) = store.session(&kept)? else { return Ok(None) };
        let idle_end = self.terms().idle_end(session.seen);
        if now >= session.expires || now >= idle_end || user.disabled {
            return Ok(None);
        }
        let user = User::of(&user)?;
        Ok(Some(OpenSession {
            actor: user.actor(),
            user,
            begun: session.begun,
            expires: session.expires.min(idle_end),
            latest: session.expires,
            seen: session.seen,
            kept,
        }))
    }

    /// Whether a session that was good is good still, and allows what it did.
    ///
    /// # Errors
    /// The store.
    pub fn goes_on(
        &self,
        store: &Store,
        session: &OpenSession,
        now: WallTime,
    ) -> Result<bool, AccessError> {
        let open = self.kept_session(store, session.kept.clone(), now)?;
        Ok(open.is_some_and(|open| open.actor == session.actor))
    }

    /// Gives a session another secret: after whatever changes what it may do. The old one is good no
    /// more; `None`: it was not.
    ///
    /// # Errors
    /// The store, the system's random numbers.
    pub fn rotate(
        &self,
        store: &Store,
        session: &OpenSession,
        address: Option<&str>,
        now: WallTime,
    ) -> Result<Option<String>, AccessError> {
        let Some((old, _)) = store.session(&session.kept)? else { return Ok(None) };
        let secret = random::secret()?;
        let new = SessionRecord {
            secret_sha256: random::kept(&secret),
            seen: now,
            address: address.map(str::to_owned),
            ..old
        };
        Ok(store.replace_session(&session.kept, &new)?.then_some(secret))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The store.
    pub fn logout(
        &self,
        store: &Store,
        session: &OpenSession,
        address: Option<&str>,
        now: WallTime,
    ) -> Result<(), AccessError> {
        let entry = NewEntry {
            at: now,
            actor: session.user.id.clone(),
            actor_kind: ActorKind::User,
            action: "logout".to_owned(),
            subject: session.user.id.clone(),
            details: json!({ "name": session.user.name }),
            address: address.map(str::to_owned),
        };
        store.end_session(&session.kept, &entry)?;
        Ok(())
    }
}
