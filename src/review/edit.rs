//! Users changed by others: what they may do, whether they come in, and a password or one-time codes
//! lost. All of one change is stored together, with its entries in the audit trail, or nothing of it.
//!
//! Nobody is to act as somebody else. A password that another has set lets in once, within a day, and
//! must be changed then; whoever sets it leaves one-time codes alone, and the other way round: to come
//! in as somebody with codes takes two administrators.

use super::account::{Doer, changed, named, said, strong};
use super::error::AccessError;
use super::role::Role;
use super::scope::Scope;
use super::user::{User, label, lists_of, sound};
use super::{password, random};
use crate::config::Language;
use crate::media::WallTime;
use crate::store::{Ending, Store, UserRecord, word};
use serde_json::{Value, json};

/// How long a password that somebody else has set lets in, seconds; and how long who has set it may not
/// take the one-time codes away as well.
const RESET: i64 = 86_400;

/// What is to be changed of a user; `None` or false: nothing of it.
#[derive(Clone, Default, PartialEq)]
pub struct UserEdit {
    /// What people call them.
    pub full_name: Option<String>,
    /// What they are here for.
    pub role: Option<Role>,
    /// Where.
    pub scope: Option<Scope>,
    /// Their agency's id, or none.
    pub agency: Option<Option<String>>,
    /// The language of texts.
    pub language: Option<Language>,
    /// Whether they may not come in.
    pub disabled: Option<bool>,
    /// The version that was read, where the change is to be refused if there is another.
    pub expected_version: Option<u64>,
    /// A password that lets in once; their sessions end and their tokens are revoked.
    pub password: Option<String>,
    /// They need no one-time codes any more, for their device is lost; their sessions end.
    pub totp_reset: bool,
    /// Their name may be tried again at once that waits after too many tries.
    pub unlock: bool,
    /// Their sessions end and their tokens are revoked: somebody else may have them.
    pub end_access: bool,
}

impl std::fmt::Debug for UserEdit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The password is never shown.
        f.debug_struct("UserEdit")
            .field("role", &self.role)
            .field("scope", &self.scope)
            .field("disabled", &self.disabled)
            .finish_non_exhaustive()
    }
}

impl UserEdit {
    /// Whether it changes what is said of a user.
    fn says(&self) -> bool {
        self.full_name.is_some()
            || self.role.is_some()
            || self.scope.is_some()
            || self.agency.is_some()
            || self.language.is_some()
            || self.disabled.is_some()
    }

    fn apply(&self, doer: &Doer<'_>, after: &mut UserRecord) -> Result<(), AccessError> {
        if let Some(full_name) = &self.full_name {
            after.full_name = label("full name", full_name)?;
        }
        if let Some(role) = self.role {
            role.name().clone_into(&mut after.role);
        }
        if let Some(scope) = &self.scope {
            let scope = sound(scope)?;
            doer.may_manage(&scope, &after.name).map_err(|_| AccessError::Forbidden)?;
            (after.wards, after.domains) = lists_of(&scope);
        }
        if let Some(agency) = &self.agency {
            after.agency = agency.as_deref().map(|a| label("agency", a)).transpose()?;
        }
        if let Some(language) = &self.language {
            after.language = word(language);
        }
        after.disabled = self.disabled.unwrap_or(after.disabled);
        Ok(())
    }
}

/// Changes the user of that name. Their sessions end where they may do something else after it: what
/// they see next is what they may see.
///
/// # Errors
/// [`AccessError`]: no such user, changed meanwhile, the last administrator, a weak password, one who
/// would reset both password and codes, no right to.
pub fn edit_user(
    store: &Store,
    doer: &Doer<'_>,
    name: &str,
    edit: &UserEdit,
    now: WallTime,
) -> Result<User, AccessError> {
    let before = named(store, doer, name)?;
    doer.is_another(&before.id)?;
    if edit.expected_version.is_some_and(|v| v != before.version) {
        return Err(AccessError::Conflict(before.name));
    }
    let mut after = before.clone();
    let mut entries = Vec::new();
    let mut enter = |action: &str, details: Value| {
        entries.push(doer.entry(now, action, &before.id, details));
    };
    let of = || json!({ "name": before.name });
    if edit.says() {
        edit.apply(doer, &mut after)?;
        let action = match (before.disabled, after.disabled) {
            (false, true) => "user_disabled",
            (true, false) => "user_enabled",
            _ => "user_edited",
        };
        let details =
            json!({ "name": before.name, "before": said(&before), "after": said(&after) });
        enter(action, details);
    }
    if edit.unlock {
        enter("user_unlocked", of());
    }
    if edit.end_access {
        enter("user_access_ended", of());
    }
    refused_both(doer, &before, edit, now)?;
    if let Some(new) = &edit.password {
        strong(new, &before.name)?;
        after.password = password::hash(new)?;
        after.password_set = now;
        after.must_change = true;
        after.password_until = Some(now.plus_seconds(RESET));
        after.reset_by = Some(doer.name());
        after.reset_at = Some(now);
        enter("user_password_set", of());
    }
    if edit.totp_reset {
        if after.totp.take().is_some() {
            after.totp_reset_by = Some(doer.name());
        }
        after.totp_begun = None;
        enter("user_totp_reset", of());
    }
    if entries.is_empty() {
        return Ok(User::of(&before)?);
    }
    let powers = |u: &UserRecord| (u.role.clone(), u.wards.clone(), u.domains.clone(), u.disabled);
    let ending = if edit.password.is_some() || edit.end_access {
        Ending::Access { save: None }
    } else if edit.totp_reset || powers(&before) != powers(&after) {
        Ending::Sessions { save: None }
    } else {
        Ending::Nothing
    };
    let key = random::kept(&before.name);
    changed(store, &after, ending, edit.unlock.then_some(key.as_str()), &entries)
}

/// Refuses an administrator who has reset the one, or resets it now, to reset the other as well. A
/// command on the machine is the last resort.
fn refused_both(
    doer: &Doer<'_>,
    before: &UserRecord,
    edit: &UserEdit,
    now: WallTime,
) -> Result<(), AccessError> {
    let Doer::Person { actor, .. } = doer else { return Ok(()) };
    let same = |by: Option<&String>| by.is_some_and(|by| *by == actor.user);
    let lately = before.reset_at.is_some_and(|at| now < at.plus_seconds(RESET));
    let both = edit.password.is_some() && edit.totp_reset
        || edit.password.is_some() && same(before.totp_reset_by.as_ref())
        || edit.totp_reset && lately && same(before.reset_by.as_ref());
    if both { Err(AccessError::AnotherAdministrator) } else { Ok(()) }
}

/// Lets a user in no more, and ends their sessions. Their tokens are good no more.
///
/// # Errors
/// As [`edit_user`].
pub fn disable_user(
    store: &Store,
    doer: &Doer<'_>,
    name: &str,
    now: WallTime,
) -> Result<User, AccessError> {
    let edit = UserEdit { disabled: Some(true), ..UserEdit::default() };
    edit_user(store, doer, name, &edit, now)
}

/// Gives a user a password that lets in once, within a day, and must be changed then. Their sessions
/// end, and their tokens are revoked.
///
/// # Errors
/// As [`edit_user`].
pub fn set_password(
    store: &Store,
    doer: &Doer<'_>,
    name: &str,
    password: &str,
    now: WallTime,
) -> Result<(), AccessError> {
    let edit = UserEdit { password: Some(password.to_owned()), ..UserEdit::default() };
    edit_user(store, doer, name, &edit, now).map(drop)
}

/// A user needs no one-time codes any more: the device is lost. Their sessions end. False where they
/// needed none.
///
/// # Errors
/// As [`edit_user`].
pub fn reset_totp(
    store: &Store,
    doer: &Doer<'_>,
    name: &str,
    now: WallTime,
) -> Result<bool, AccessError> {
    let had = named(store, doer, name)?.totp.is_some();
    let edit = UserEdit { totp_reset: true, ..UserEdit::default() };
    edit_user(store, doer, name, &edit, now).map(|_| had)
}

/// Ends a user's sessions and revokes their tokens: somebody else may have them.
///
/// # Errors
/// As [`edit_user`].
pub fn end_access(
    store: &Store,
    doer: &Doer<'_>,
    name: &str,
    now: WallTime,
) -> Result<(), AccessError> {
    let edit = UserEdit { end_access: true, ..UserEdit::default() };
    edit_user(store, doer, name, &edit, now).map(drop)
}

/// Lets a name be tried again at once that waits after too many tries.
///
/// # Errors
/// As [`edit_user`].
pub fn unlock_user(
    store: &Store,
    doer: &Doer<'_>,
    name: &str,
    now: WallTime,
) -> Result<(), AccessError> {
    let edit = UserEdit { unlock: true, ..UserEdit::default() };
    edit_user(store, doer, name, &edit, now).map(drop)
}
