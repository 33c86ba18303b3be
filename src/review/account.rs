//! Users added, changed and disabled, each change with its entry in the audit trail.

use super::actor::{Actor, Target, Verdict, may};
use super::error::AccessError;
use super::guess::weakness;
use super::permission::Permission;
use super::role::Role;
use super::scope::Scope;
use super::session::OpenSession;
use super::user::{User, label, lists_of, sound, user_name};
use super::{password, random};
use crate::config::Language;
use crate::media::WallTime;
use crate::store::{ActorKind, NewEntry, Store, UserChange, UserRecord, word};
use serde_json::{Value, json};

/// Who does something to users.
#[derive(Debug, Clone, Copy)]
pub enum Doer<'a> {
    /// A person or their token, from an address.
    Person {
        /// Who.
        actor: &'a Actor,
        /// From where.
        address: Option<&'a str>,
    },
    /// A command on the machine, run by the user of this number. Whoever may run it on the data
    /// folder may do all.
    Command {
        /// The operating system's number of them.
        uid: u32,
    },
}

impl Doer<'_> {
    /// An entry of what they do.
    pub fn entry(&self, at: WallTime, action: &str, subject: &str, details: Value) -> NewEntry {
        let (actor, actor_kind, address) = match self {
            Self::Person { actor, address } => (actor.id.clone(), actor.kind, *address),
            Self::Command { uid } => (format!("uid {uid}"), ActorKind::Command, None),
        };
        NewEntry {
            at,
            actor,
            actor_kind,
            action: action.to_owned(),
            subject: subject.to_owned(),
            details,
            address: address.map(str::to_owned),
        }
    }

    /// Refuses who may not manage a user of this scope.
    pub(super) fn may_manage(&self, scope: &Scope, name: &str) -> Result<(), AccessError> {
        let Self::Person { actor, .. } = self else { return Ok(()) };
        match may(actor, Permission::ManageUsers, &Target::Account { scope }) {
            Verdict::Allowed => Ok(()),
            Verdict::Forbidden => Err(AccessError::Forbidden),
            Verdict::NotThere => Err(AccessError::NoUser(name.to_owned())),
        }
    }

    /// Refuses who would change themselves.
    pub(super) fn is_another(&self, id: &str) -> Result<(), AccessError> {
        match self {
            Self::Person { actor, .. } if actor.user == id => Err(AccessError::OneSelf),
            _ => Ok(()),
        }
    }
}

/// A user to be added.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// What is typed to log in.
    pub name: String,
    /// What people call them.
    pub full_name: String,
    /// What they are here for.
    pub role: Role,
    /// Where.
    pub scope: Scope,
    /// Their agency's id.
    pub agency: Option<String>,
    /// The language of texts.
    pub language: Language,
}

/// What is to be changed of a user; `None`: nothing of it.
#[derive(Debug, Clone, Default, PartialEq)]
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
}

/// Adds a user with a first password.
///
/// # Errors
/// [`AccessError`]: a name that is taken or none, a weak password, no right to.
pub fn add_user(
    store: &Store,
    doer: &Doer<'_>,
    new: &NewUser,
    password: &str,
    now: WallTime,
) -> Result<User, AccessError> {
    let name = user_name(&new.name)?;
    let scope = sound(&new.scope)?;
    doer.may_manage(&scope, &name).map_err(|_| AccessError::Forbidden)?;
    strong(password, &name)?;
    let (wards, domains) = lists_of(&scope);
    let record = UserRecord {
        id: random::id("u")?,
        full_name: label("full name", &new.full_name)?,
        role: new.role.name().to_owned(),
        wards,
        domains,
        agency: new.agency.as_deref().map(|a| label("agency", a)).transpose()?,
        language: word(&new.language),
        password: password::hash(password)?,
        password_set: now,
        totp: None,
        totp_begun: None,
        totp_step: 0,
        disabled: false,
        created: now,
        last_login: None,
        version: 1,
        name,
    };
    let entry = doer.entry(now, "user_added", &record.id, said(&record));
    if !store.put_user(&record, &entry)? {
        return Err(AccessError::NameTaken(record.name));
    }
    Ok(User::of(&record)?)
}

/// Changes what is said of the user of that name. Their sessions end where they may do something
/// else after it: what they see next is what they may see.
///
/// # Errors
/// [`AccessError`]: no such user, changed meanwhile, the last administrator, no right to.
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
    if let Some(full_name) = &edit.full_name {
        after.full_name = label("full name", full_name)?;
    }
    if let Some(role) = edit.role {
        role.name().clone_into(&mut after.role);
    }
    if let Some(scope) = &edit.scope {
        let scope = sound(scope)?;
        doer.may_manage(&scope, name).map_err(|_| AccessError::Forbidden)?;
        (after.wards, after.domains) = lists_of(&scope);
    }
    if let Some(agency) = &edit.agency {
        after.agency = agency.as_deref().map(|a| label("agency", a)).transpose()?;
    }
    if let Some(language) = &edit.language {
        after.language = word(language);
    }
    after.disabled = edit.disabled.unwrap_or(before.disabled);
    let action = match (before.disabled, after.disabled) {
        (false, true) => "user_disabled",
        (true, false) => "user_enabled",
        _ => "user_edited",
    };
    let powers = |u: &UserRecord| (u.role.clone(), u.wards.clone(), u.domains.clone(), u.disabled);
    let other_powers = powers(&before) != powers(&after);
    let details = json!({ "name": before.name, "before": said(&before), "after": said(&after) });
    let entry = doer.entry(now, action, &before.id, details);
    changed(store, &after, other_powers, None, &entry)
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

/// Gives a user another password, and ends their sessions.
///
/// # Errors
/// [`AccessError`]: no such user, a weak password, no right to.
pub fn set_password(
    store: &Store,
    doer: &Doer<'_>,
    name: &str,
    password: &str,
    now: WallTime,
) -> Result<(), AccessError> {
    let user = named(store, doer, name)?;
    doer.is_another(&user.id)?;
    store_password(store, doer, user, password, ("user_password_set", None), now)
}

/// Ends a user's sessions and revokes their tokens: somebody else may have them.
///
/// # Errors
/// [`AccessError::NoUser`], no right to.
pub fn end_access(
    store: &Store,
    doer: &Doer<'_>,
    name: &str,
    now: WallTime,
) -> Result<(), AccessError> {
    let user = named(store, doer, name)?;
    let entry = doer.entry(now, "user_access_ended", &user.id, json!({ "name": user.name }));
    Ok(store.end_access(&user.id, &entry)?)
}

/// The language that a user wants texts in, which is nobody else's to know: it enters no trail.
///
/// # Errors
/// [`AccessError`]: the store.
pub fn set_language(
    store: &Store,
    session: &OpenSession,
    language: Language,
) -> Result<(), AccessError> {
    Ok(store.set_user_language(&session.user.id, &word(&language))?)
}

/// Stores a user's new password as this action, which leaves them this session.
pub(super) fn store_password(
    store: &Store,
    doer: &Doer<'_>,
    mut user: UserRecord,
    password: &str,
    (action, keep): (&str, Option<&str>),
    now: WallTime,
) -> Result<(), AccessError> {
    strong(password, &user.name)?;
    user.password = password::hash(password)?;
    user.password_set = now;
    let entry = doer.entry(now, action, &user.id, json!({ "name": user.name }));
    changed(store, &user, true, keep, &entry).map(|_| ())
}

/// Lets a name be tried again at once that waits after too many tries.
///
/// # Errors
/// [`AccessError::NoUser`], no right to.
pub fn unlock_user(
    store: &Store,
    doer: &Doer<'_>,
    name: &str,
    now: WallTime,
) -> Result<(), AccessError> {
    let user = named(store, doer, name)?;
    let entry = doer.entry(now, "user_unlocked", &user.id, json!({ "name": user.name }));
    Ok(store.forget_login_tries(&random::kept(&user.name), &entry)?)
}

/// The user of that name, if the doer may manage them.
pub(super) fn named(store: &Store, doer: &Doer<'_>, name: &str) -> Result<UserRecord, AccessError> {
    let unknown = || AccessError::NoUser(name.chars().take(80).collect());
    let name = user_name(name).map_err(|_| unknown())?;
    let found = store.user_named(&name)?;
    // Who may manage nobody is told the same of every name.
    let reach = found.as_ref().map(User::of).transpose()?.map(|u| u.scope).unwrap_or_default();
    match (found, doer.may_manage(&reach, &name)) {
        (Some(user), Ok(())) => Ok(user),
        (_, Err(AccessError::Forbidden)) => Err(AccessError::Forbidden),
        _ => Err(unknown()),
    }
}

/// Stores a change.
pub(super) fn changed(
    store: &Store,
    user: &UserRecord,
    end_sessions: bool,
    keep: Option<&str>,
    entry: &NewEntry,
) -> Result<User, AccessError> {
    match store.change_user(user, end_sessions, keep, entry)? {
        UserChange::Done => Ok(User { version: user.version + 1, ..User::of(user)? }),
        UserChange::Gone => Err(AccessError::NoUser(user.name.clone())),
        UserChange::Conflict => Err(AccessError::Conflict(user.name.clone())),
        UserChange::LastAdministrator => Err(AccessError::LastAdministrator(user.name.clone())),
    }
}

fn strong(password: &str, name: &str) -> Result<(), AccessError> {
    weakness(password, name).map_or(Ok(()), |why| Err(AccessError::WeakPassword(why)))
}

/// What the audit trail keeps of a user.
fn said(user: &UserRecord) -> Value {
    json!({
        "name": user.name,
        "full_name": user.full_name,
        "role": user.role,
        "wards": user.wards,
        "domains": user.domains,
        "agency": user.agency,
        "language": user.language,
        "disabled": user.disabled,
    })
}
