//! Letting people in: name, password, one-time code; slowly for those who guess.

use super::actor::Actor;
use super::error::AccessError;
use super::network::network;
use super::reset::held_until;
use super::session_terms::{MOST_SESSIONS, SessionTerms};
use super::throttle::{Addresses, one_less, one_more};
use super::totp::{Code, judge};
use super::user::{User, user_name};
use super::{password, random};
use crate::media::WallTime;
use crate::store::{ActorKind, NewEntry, SessionRecord, Store, StoreError, TryBy, UserRecord};
use serde_json::json;
use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// As many passwords are looked at at once, each in 19 MiB; more are refused, not queued.
const AT_ONCE: usize = 2;

/// A try to come in.
#[derive(Clone, Copy)]
pub struct LoginAttempt<'a> {
    /// The name, as typed.
    pub name: &'a str,
    /// The password, as typed.
    pub password: &'a str,
    /// The one-time code, where one was given.
    pub totp: Option<&'a str>,
    /// Where it comes from.
    pub address: IpAddr,
}

/// Somebody has come in.
#[derive(Clone)]
pub struct Entrance {
    /// Who.
    pub user: User,
    /// Them, acting.
    pub actor: Actor,
    /// The session's secret, for the cookie; it is nowhere else.
    pub secret: String,
    /// When the session ends at the latest.
    pub expires: WallTime,
}

impl std::fmt::Debug for Entrance {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The secret is never shown.
        f.debug_struct("Entrance").field("user", &self.user.name).finish_non_exhaustive()
    }
}

/// Why somebody is not let in.
#[derive(Debug, thiserror::Error)]
pub enum LoginRefusal {
    /// Name or password is wrong, or the user is disabled: which is not said.
    #[error("name or password is wrong; try again, or ask an administrator")]
    WrongCredentials,
    /// The password is right, and a code is needed.
    #[error("give the one-time code as well")]
    TotpNeeded,
    /// The password is right, the code is not, or was used before.
    #[error("the code is not right or was used before; wait for the next one")]
    WrongCode,
    /// The code is one of another time.
    #[error("the code is of another time: the clock of the device that shows it is about {} min {}; set it to the network's time", .minutes.abs(), if *.minutes < 0 { "behind" } else { "ahead" })]
    ClockOff {
        /// How far that device's clock is ahead of this machine's, whole minutes; negative: behind.
        minutes: i64,
    },
    /// The password is right, but was set by an administrator and lets in no more.
    #[error(
        "this password was set by an administrator and lets in once, within a day: it has been used, or its time is over; ask for another"
    )]
    PasswordOver,
    /// The password is right, and does not let in yet.
    #[error(
        "both the password and the one-time codes of this account were reset by others: the new password lets in in {minutes} min, so that who is told of it can stop it"
    )]
    Held {
        /// How long to wait, whole minutes.
        minutes: i64,
    },
    /// Too many tries.
    #[error("too many tries; wait {retry_after_seconds} s")]
    Locked {
        /// How long to wait, seconds.
        retry_after_seconds: u64,
    },
    /// Something else.
    #[error(transparent)]
    Failed(AccessError),
}

impl From<AccessError> for LoginRefusal {
    fn from(e: AccessError) -> Self {
        match e {
            AccessError::Locked(retry_after_seconds) => Self::Locked { retry_after_seconds },
            other => Self::Failed(other),
        }
    }
}

impl From<StoreError> for LoginRefusal {
    fn from(e: StoreError) -> Self {
        Self::Failed(e.into())
    }
}

/// Lets people and programs in. One for a service; shared between threads. Every call may block: on
/// the store, and for tens of milliseconds on a password.
pub struct Doorkeeper {
    terms: SessionTerms,
    addresses: Mutex<Addresses>,
    looking: AtomicUsize,
    /// The hash of a password that nobody knows: names that nobody bears take as long.
    nobody: String,
}

impl std::fmt::Debug for Doorkeeper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Doorkeeper").field("terms", &self.terms).finish_non_exhaustive()
    }
}

/// A place among those whose password is looked at.
pub(super) struct Place<'a>(&'a AtomicUsize);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Doorkeeper {
    /// A doorkeeper who knows nobody's failures but those in the store.
    ///
    /// # Errors
    /// [`AccessError::Random`].
    pub fn new(terms: SessionTerms) -> Result<Self, AccessError> {
        let nobody = password::hash(&random::secret()?)?;
        Ok(Self { terms, addresses: Mutex::default(), looking: AtomicUsize::new(0), nobody })
    }

    pub(super) fn terms(&self) -> SessionTerms {
        self.terms
    }

    /// Lets somebody in, or says why not. `store` must be able to write. Refusals enter the audit
    /// trail, save those while one must wait.
    ///
    /// # Errors
    /// [`LoginRefusal`]. A wrong name and a wrong password are answered alike, after like work.
    pub fn login(
        &self,
        store: &Store,
        attempt: &LoginAttempt<'_>,
        now: WallTime,
    ) -> Result<Entrance, LoginRefusal> {
        let LoginAttempt { name, password, totp, address } = *attempt;
        let wait = self.addresses().wait(address, now);
        if wait > 0 {
            return Err(LoginRefusal::Locked { retry_after_seconds: wait });
        }
        let name = user_name(name).ok();
        // What is no name counts as one that nobody bears: by what was typed.
        let key = random::kept(name.as_deref().unwrap_or(attempt.name));
        let user = name.as_deref().map(|n| store.user_named(n)).transpose()?.flatten();
        let network = network(address);
        let by = TryBy { name_sha256: &key, network: &network, known: user.is_some() };
        // Taken before the try counts: who is not looked at has not failed.
        let place = self.place()?;
        count_try(store, &by, now)?;
        let hash = user.as_ref().map_or(self.nobody.as_str(), |u| u.password.as_str());
        let right = password::matches(password, hash)?;
        drop(place);
        let refused = |why, refusal| {
            self.refuse(store, user.as_ref(), address, why, now).map_or_else(|e| e, |()| refusal)
        };
        let Some(known) = user.as_ref() else {
            return Err(refused("unknown name", LoginRefusal::WrongCredentials));
        };
        if !right {
            return Err(refused("wrong password", LoginRefusal::WrongCredentials));
        }
        if known.disabled {
            return Err(refused("disabled", LoginRefusal::WrongCredentials));
        }
        if known.must_change && known.password_until.is_none_or(|until| now >= until) {
            return Err(refused("password over", LoginRefusal::PasswordOver));
        }
        if let Some(until) = held_until(store, known)?.filter(|until| now < *until) {
            let minutes = (until.0.duration_since(now.0).as_secs() + 59) / 60;
            return Err(refused("held after a reset", LoginRefusal::Held { minutes }));
        }
        if let Some(secret) = &known.totp {
            let Some(code) = totp else {
                forgive(store, &by, now)?;
                return Err(LoginRefusal::TotpNeeded);
            };
            match judge(secret, code, now)? {
                Code::Good(step) if store.use_totp_step(&known.id, step)? => {}
                Code::Good(_) => return Err(refused("code used before", LoginRefusal::WrongCode)),
                Code::Wrong => return Err(refused("wrong code", LoginRefusal::WrongCode)),
                Code::OtherTime(seconds) => {
                    let refusal = LoginRefusal::ClockOff { minutes: minutes(seconds) };
                    return Err(refused("code of another time", refusal));
                }
            }
        }
        if password::is_outdated(&known.password) {
            store.renew_password_hash(&known.id, &known.password, &password::hash(password)?)?;
        }
        // Before it begins: who comes in from elsewhere has not tried in vain.
        forgive(store, &by, now)?;
        let entrance = self.let_in(store, known, address, &by, now)?;
        entrance.ok_or(LoginRefusal::PasswordOver)
    }

    fn addresses(&self) -> std::sync::MutexGuard<'_, Addresses> {
        // What a thread that panicked left behind is still a list of addresses.
        self.addresses.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    /// A place among those whose password is looked at, unless there are too many.
    pub(super) fn place(&self) -> Result<Place<'_>, AccessError> {
        let took = self
            .looking
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |n| (n < AT_ONCE).then_some(n + 1));
        took.map(|_| Place(&self.looking)).map_err(|_| AccessError::Busy)
    }

    fn let_in(
        &self,
        store: &Store,
        known: &UserRecord,
        address: IpAddr,
        by: &TryBy<'_>,
        now: WallTime,
    ) -> Result<Option<Entrance>, AccessError> {
        let (user, secret) = (User::of(known)?, random::secret()?);
        let expires = self.terms.end(now);
        let session = SessionRecord {
            secret_sha256: random::kept(&secret),
            user: user.id.clone(),
            begun: now,
            seen: now,
            expires,
            address: Some(address.to_string()),
        };
        let details = json!({ "name": user.name, "totp": user.totp });
        let entry = entry(now, "login", Some(known), address, details);
        let begun = store.begin_session(&session, MOST_SESSIONS, by, known.must_change, &entry)?;
        Ok(begun.then(|| Entrance { actor: user.actor(), user, secret, expires }))
    }

    /// Remembers a refusal. What was typed as a name is not entered: it may be a password.
    fn refuse(
        &self,
        store: &Store,
        user: Option<&UserRecord>,
        address: IpAddr,
        why: &str,
        now: WallTime,
    ) -> Result<(), LoginRefusal> {
        self.addresses().failed(address, now);
        let details = match user {
            Some(user) => json!({ "why": why, "name": user.name }),
            None => json!({ "why": why }),
        };
        store.audit(&entry(now, "login_failed", user, address, details))?;
        Ok(())
    }
}

/// Counts a try.
///
/// # Errors
/// [`AccessError::Locked`].
pub(super) fn count_try(store: &Store, by: &TryBy<'_>, now: WallTime) -> Result<(), AccessError> {
    store.count_login_try(by, |before| one_more(before, now))?.map_err(AccessError::Locked)
}

/// Takes a try back that was none.
pub(super) fn forgive(store: &Store, by: &TryBy<'_>, now: WallTime) -> Result<(), AccessError> {
    // It refuses nothing.
    store.count_login_try::<()>(by, |before| Ok(one_less(before, now)))?.ok();
    Ok(())
}

/// Whole minutes, at least one: how far a clock is off needs no more for setting it, and a code's
/// second is nobody's to know.
fn minutes(seconds: i64) -> i64 {
    ((seconds.abs() + 30) / 60).max(1) * seconds.signum()
}

fn entry(
    at: WallTime,
    action: &str,
    user: Option<&UserRecord>,
    address: IpAddr,
    details: serde_json::Value,
) -> NewEntry {
    let id = user.map_or_else(|| "unknown".to_owned(), |u| u.id.clone());
    NewEntry {
        at,
        // Who failed to show who they are is nobody yet.
        actor: if action == "login" { id.clone() } else { "unknown".to_owned() },
        actor_kind: ActorKind::User,
        action: action.to_owned(),
        subject: id,
        details,
        address: Some(address.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_are_told_in_whole_minutes() {
        let told: Vec<i64> = [-300, -120, -90, -60, 60, 89, 90, 270].map(minutes).to_vec();
        assert_eq!(told, [-5, -2, -2, -1, 1, 1, 2, 5]);
    }

    #[test]
    fn only_so_many_passwords_are_looked_at_at_once() {
        let keeper = Doorkeeper::new(SessionTerms { hours: 1, idle_minutes: 1 }).unwrap();
        let mut places: Vec<_> = (0..AT_ONCE).map(|_| keeper.place().unwrap()).collect();
        assert!(matches!(keeper.place(), Err(AccessError::Busy)));
        places.pop();
        assert!(keeper.place().is_ok());
    }
}
