//! One's own password and one-time codes: changed by who shows that he knows what they are now. A
//! session alone, which somebody else may have taken, changes neither. Tries are counted for whoever is
//! signed in as this user, so that nobody outside makes them wait.

use super::account::{Doer, changed, strong};
use super::error::AccessError;
use super::login::{Doorkeeper, count_try, forgive};
use super::role::Role;
use super::session::OpenSession;
use super::totp::{Code, judge, new_secret, totp};
use super::user::User;
use super::{password, random};
use crate::media::WallTime;
use crate::store::{Ending, Store, TryBy, UserRecord};
use serde_json::json;

/// Where tries are counted of who is signed in: no network is called so.
const SIGNED_IN: &str = "signed in";

/// A secret to be taken over into an authenticator; it counts once a code of it was given.
#[derive(Clone)]
pub struct TotpOffer {
    /// Base32, for typing.
    pub secret: String,
    /// `otpauth://…`, for a QR code.
    pub url: String,
}

/// A change of one's own password.
#[derive(Clone, Copy)]
pub struct OwnPassword<'a> {
    /// The present one.
    pub current: &'a str,
    /// The new one.
    pub new: &'a str,
    /// The one-time code, where one is needed to log in.
    pub totp: Option<&'a str>,
}

/// What shows that one-time codes may be changed.
#[derive(Clone, Copy)]
pub struct TotpProof<'a> {
    /// The password.
    pub password: &'a str,
    /// The first code of the new secret.
    pub code: &'a str,
    /// A code of the present secret, where there is one.
    pub present_code: Option<&'a str>,
}

/// What is asked of who changes something of his own.
#[derive(Clone, Copy)]
enum Asked<'a> {
    /// The password.
    Password,
    /// A code as well, where codes are needed to log in; what was given.
    Code(Option<&'a str>),
}

/// Whose it is, and from where.
struct Own<'a> {
    store: &'a Store,
    session: &'a OpenSession,
    address: Option<&'a str>,
    now: WallTime,
}

impl Own<'_> {
    /// The user, if this is their password, and the code one of theirs that was not used. What is wrong
    /// counts as a try.
    fn shown(
        &self,
        keeper: &Doorkeeper,
        password: &str,
        asked: Asked<'_>,
    ) -> Result<UserRecord, AccessError> {
        let (store, now) = (self.store, self.now);
        let gone = || AccessError::NoUser(self.session.user.name.clone());
        let user = store.user(&self.session.user.id)?.ok_or_else(gone)?;
        let key = random::kept(&user.name);
        let by = TryBy { name_sha256: &key, network: SIGNED_IN, known: true };
        let place = keeper.place()?;
        count_try(store, &by, now)?;
        let right = password::matches(password, &user.password)?;
        drop(place);
        if !right {
            self.refused(&user, "wrong password")?;
            return Err(AccessError::WrongPassword);
        }
        if let (Some(secret), Asked::Code(code)) = (&user.totp, asked) {
            let Some(code) = code else {
                forgive(store, &by, now)?;
                return Err(AccessError::TotpNeeded);
            };
            let Code::Good(step) = judge(secret, code, now)? else {
                self.refused(&user, "wrong code")?;
                return Err(AccessError::WrongCode);
            };
            if !store.use_totp_step(&user.id, step)? {
                self.refused(&user, "code used before")?;
                return Err(AccessError::WrongCode);
            }
        }
        forgive(store, &by, now)?;
        Ok(user)
    }

    fn refused(&self, user: &UserRecord, why: &str) -> Result<(), AccessError> {
        let details = json!({ "name": user.name, "why": why });
        let entry = self.doer().entry(self.now, "user_password_refused", &user.id, details);
        self.store.audit(&entry)?;
        Ok(())
    }

    fn doer(&self) -> Doer<'_> {
        Doer::Person { actor: &self.session.actor, address: self.address }
    }

    /// Stores what was changed, and gives the session a new secret.
    fn store(
        &self,
        keeper: &Doorkeeper,
        user: &UserRecord,
        action: &str,
        ending: Ending<'_>,
    ) -> Result<String, AccessError> {
        let entry = self.doer().entry(self.now, action, &user.id, json!({ "name": user.name }));
        changed(self.store, user, ending, None, &[entry])?;
        let gone = || AccessError::NoUser(user.name.clone());
        keeper.rotate(self.store, self.session, self.address, self.now)?.ok_or_else(gone)
    }
}

impl Doorkeeper {
    /// A user's own password, changed by who knows the present one and has the device for codes, where
    /// they are needed. Their other sessions end, their tokens are revoked, and this session gets the
    /// secret that is returned.
    ///
    /// # Errors
    /// [`AccessError`]: the present password or code is not right, the new one is weak or the same, too
    /// many tries.
    pub fn change_password(
        &self,
        store: &Store,
        session: &OpenSession,
        change: &OwnPassword<'_>,
        address: Option<&str>,
        now: WallTime,
    ) -> Result<String, AccessError> {
        let own = Own { store, session, address, now };
        let OwnPassword { current, new, totp } = *change;
        // Before a code is used up for a password that is none.
        strong(new, &session.user.name)?;
        if password::same(current, new) {
            return Err(AccessError::SamePassword);
        }
        let mut user = own.shown(self, current, Asked::Code(totp))?;
        user.password = password::hash(new)?;
        user.password_set = now;
        user.must_change = false;
        user.password_until = None;
        (user.reset_by, user.reset_at, user.totp_reset_by) = (None, None, None);
        let ending = Ending::Access { save: Some(session.kept()) };
        own.store(self, &user, "user_password_changed", ending)
    }

    /// Begins one-time codes for the user of a session, who gives their password: a new secret each
    /// time, which counts once [`Self::confirm_totp`] was given a code of it.
    ///
    /// # Errors
    /// [`AccessError`]: a wrong password, too many tries, the system's random numbers.
    pub fn begin_totp(
        &self,
        store: &Store,
        session: &OpenSession,
        password: &str,
        address: Option<&str>,
        now: WallTime,
    ) -> Result<TotpOffer, AccessError> {
        let own = Own { store, session, address, now };
        let mut user = own.shown(self, password, Asked::Password)?;
        let secret = new_secret()?;
        let offer = TotpOffer { url: totp(&secret, &user.name)?.get_url(), secret: secret.clone() };
        user.totp_begun = Some(secret);
        let details = json!({ "name": user.name });
        let entry = own.doer().entry(now, "user_totp_begun", &user.id, details);
        changed(store, &user, Ending::Nothing, None, &[entry])?;
        Ok(offer)
    }

    /// One-time codes count from now on, if the proof holds: password, a code of the secret that was
    /// begun, and one of the present secret where there is one. The user's other sessions end, and this
    /// one gets the secret that is returned.
    ///
    /// # Errors
    /// [`AccessError`]: what of the proof is not right; [`AccessError::NoTotpBegun`].
    pub fn confirm_totp(
        &self,
        store: &Store,
        session: &OpenSession,
        proof: &TotpProof<'_>,
        address: Option<&str>,
        now: WallTime,
    ) -> Result<String, AccessError> {
        let own = Own { store, session, address, now };
        let begun = store.user(&session.user.id)?.and_then(|user| user.totp_begun);
        let secret = begun.ok_or(AccessError::NoTotpBegun)?;
        // Before the present code is used up for a new one that is none.
        let Code::Good(step) = judge(&secret, proof.code, now)? else {
            own.shown(self, proof.password, Asked::Password)?;
            return Err(AccessError::WrongCode);
        };
        let mut user = own.shown(self, proof.password, Asked::Code(proof.present_code))?;
        if user.totp_begun.take().as_ref() != Some(&secret) {
            return Err(AccessError::NoTotpBegun);
        }
        user.totp = Some(secret);
        user.totp_reset_by = None;
        let ending = Ending::Sessions { save: Some(session.kept()) };
        let secret = own.store(self, &user, "user_totp_set", ending)?;
        store.use_totp_step(&user.id, step)?;
        Ok(secret)
    }

    /// No one-time codes are needed any more, if password and code are right and the role may do
    /// without. The user's other sessions end, and this one gets the secret that is returned.
    ///
    /// # Errors
    /// [`AccessError`]: a wrong password or code, [`AccessError::CodesKept`].
    pub fn drop_totp(
        &self,
        store: &Store,
        session: &OpenSession,
        (password, code): (&str, &str),
        address: Option<&str>,
        now: WallTime,
    ) -> Result<String, AccessError> {
        if session.user.role == Role::Administrator {
            return Err(AccessError::CodesKept);
        }
        let own = Own { store, session, address, now };
        let mut user = own.shown(self, password, Asked::Code(Some(code)))?;
        if user.totp.take().is_none() {
            return Err(AccessError::NoTotpBegun);
        }
        user.totp_begun = None;
        let ending = Ending::Sessions { save: Some(session.kept()) };
        own.store(self, &user, "user_totp_dropped", ending)
    }

    /// The name of who has set this user's password, if somebody else did last.
    ///
    /// # Errors
    /// The store.
    pub fn reset_by(&self, store: &Store, user: &User) -> Result<Option<String>, AccessError> {
        let Some(by) = &user.reset_by else { return Ok(None) };
        let person = store.user(by)?;
        Ok(Some(person.map_or_else(|| by.clone(), |p| format!("{} ({})", p.full_name, p.name))))
    }
}
