//! Who does something to users, and users added, each with its entry in the audit trail.

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
use crate::store::{ActorKind, Ending, NewEntry, Store, UserChange, UserRecord, word};
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

    /// Who they are, as records have it: a user's id, `uid 1000` of a command.
    pub(super) fn name(&self) -> String {
        match self {
            Self::Person { actor, .. } => actor.user.clone(),
            Self::Command { uid } => format!("uid {uid}"),
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

/// How long the first password of a user whom an administrator adds lets in, seconds: a week, for who
/// begins on Monday. It lets in once, and must be changed then.
const FIRST_PASSWORD: i64 = 7 * 86_400;

/// Adds a user with a first password, which is theirs if a command adds them.
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
    added(store, doer, new, (password, false), now)
}

/// The same for a user who may not come in yet.
///
/// # Errors
/// As [`add_user`].
pub fn add_disabled_user(
    store: &Store,
    doer: &Doer<'_>,
    new: &NewUser,
    password: &str,
    now: WallTime,
) -> Result<User, AccessError> {
    added(store, doer, new, (password, true), now)
}

fn added(
    store: &Store,
    doer: &Doer<'_>,
    new: &NewUser,
    (password, disabled): (&str, bool),
    now: WallTime,
) -> Result<User, AccessError> {
    let name = user_name(&new.name)?;
    let scope = sound(&new.scope)?;
    doer.may_manage(&scope, &name).map_err(|_| AccessError::Forbidden)?;
    strong(password, &name)?;
    let (wards, domains) = lists_of(&scope);
    let by_person = matches!(doer, Doer::Person { .. });
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
        must_change: by_person,
        password_until: by_person.then(|| now.plus_seconds(FIRST_PASSWORD)),
        reset_by: by_person.then(|| doer.name()),
        reset_at: by_person.then_some(now),
        totp_reset_by: None,
        disabled,
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
    ending: Ending<'_>,
    forgiven: Option<&str>,
    entries: &[NewEntry],
) -> Result<User, AccessError> {
    match store.change_user(user, ending, forgiven, entries)? {
        UserChange::Done => Ok(User { version: user.version + 1, ..User::of(user)? }),
        UserChange::Gone => Err(AccessError::NoUser(user.name.clone())),
        UserChange::Conflict => Err(AccessError::Conflict(user.name.clone())),
        UserChange::LastAdministrator => Err(AccessError::LastAdministrator(user.name.clone())),
    }
}

pub(super) fn strong(password: &str, name: &str) -> Result<(), AccessError> {
    weakness(password, name).map_or(Ok(()), |why| Err(AccessError::WeakPassword(why)))
}

/// What the audit trail keeps of a user.
pub(super) fn said(user: &UserRecord) -> Value {
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
