//! Accounts that somebody else could have come in by: whose password was set by another, and whose
//! one-time codes were taken away. It is read from the audit trail, where nobody can take it back, so
//! whoever took an account over cannot hide it either.
//!
//! One administrator cannot take over an account that needs codes ([`super::UserEdit`]); two who act
//! together can, and so can whoever commands the machine. So the taking is slow (an hour passes before
//! the new password lets in), told to the owner and to all other administrators at every sign-in for
//! a month, and what the account does in the day after it is marked in the audit trail.

use super::actor::{Target, Verdict, may};
use super::error::AccessError;
use super::permission::Permission;
use super::user::User;
use crate::media::WallTime;
use crate::store::{ActorKind, AuditEntry, Store, UserRecord};
use std::collections::BTreeMap;

/// For so long it is told, seconds.
const TOLD: i64 = 30 * 86_400;
/// What an account does within so long after it is marked, seconds.
const MARKED: i64 = 86_400;
/// So long after both the new password lets in: time for who is told to stop it, seconds.
const HELD: i64 = 3_600;

/// What somebody else has set or taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reset {
    /// The password.
    Password,
    /// The one-time codes.
    Codes,
    /// Both, within a month: whoever did could come in as this user.
    Both,
}

impl Reset {
    /// A word for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Password => "password",
            Self::Codes => "codes",
            Self::Both => "both",
        }
    }
}

/// That somebody else could have come in by an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResetNotice {
    /// Whose account, by id.
    pub user: String,
    /// What was reset.
    pub what: Reset,
    /// Who did, by id (`uid 1000` of a command), each once, in order of time.
    pub by: Vec<String>,
    /// When the last of it was done.
    pub at: WallTime,
}

impl ResetNotice {
    /// What entries about one account, the newest first, amount to.
    fn of(user: &str, entries: &[&AuditEntry]) -> Option<Self> {
        let newest = entries.first()?;
        let codes = |e: &&AuditEntry| e.action == crate::store::RESETS[1];
        let first = |is: bool| entries.iter().copied().find(|e| codes(e) == is);
        let what = match (first(false), first(true)) {
            (Some(_), Some(_)) => Reset::Both,
            (None, _) => Reset::Codes,
            (_, None) => Reset::Password,
        };
        let mut by: Vec<String> = Vec::new();
        for entry in entries.iter().rev() {
            if !by.contains(&entry.actor) {
                by.push(entry.actor.clone());
            }
        }
        Some(Self { user: user.to_owned(), what, by, at: newest.at })
    }
}

fn apart(one: WallTime, other: WallTime) -> i64 {
    one.0.duration_since(other.0).as_secs().abs()
}

/// What a user is told at sign-in: of their own account, and an administrator of each account within
/// reach of which both password and codes were reset. Their own comes first, then the newest.
///
/// # Errors
/// The store.
pub fn reset_notices(
    store: &Store,
    user: &User,
    now: WallTime,
) -> Result<Vec<ResetNotice>, AccessError> {
    let since = now.plus_seconds(-TOLD);
    let administers = user.role.permissions().has(Permission::ManageUsers);
    let entries = store.resets((!administers).then_some(user.id.as_str()), since)?;
    let mut of: BTreeMap<&str, Vec<&AuditEntry>> = BTreeMap::new();
    for entry in &entries {
        of.entry(&entry.subject).or_default().push(entry);
    }
    let mut told = Vec::new();
    for (subject, entries) in of {
        let Some(notice) = ResetNotice::of(subject, &entries) else { continue };
        if subject == user.id || notice.what == Reset::Both && reaches(store, user, subject)? {
            told.push(notice);
        }
    }
    told.sort_by_key(|n| (n.user != user.id, std::cmp::Reverse(n.at)));
    Ok(told)
}

fn reaches(store: &Store, user: &User, other: &str) -> Result<bool, AccessError> {
    let Some(record) = store.user(other)? else { return Ok(false) };
    let account = User::of(&record)?;
    let target = Target::Account { scope: &account.scope };
    Ok(may(&user.actor(), Permission::ManageUsers, &target) == Verdict::Allowed)
}

/// Of entries of the audit trail, those that accounts made within a day after somebody else could
/// have come in by them: the entry's number, and by what. `owner` says whose token an id is.
///
/// # Errors
/// The store.
pub fn after_reset(
    store: &Store,
    entries: &[AuditEntry],
    owner: impl Fn(&AuditEntry) -> Option<String>,
) -> Result<BTreeMap<u64, ResetNotice>, AccessError> {
    let Some(oldest) = entries.iter().map(|e| e.at).min() else { return Ok(BTreeMap::new()) };
    let resets = store.resets(None, oldest.plus_seconds(-MARKED - TOLD))?;
    let mut marked = BTreeMap::new();
    for entry in entries {
        let user = match entry.actor_kind {
            ActorKind::User => Some(entry.actor.clone()),
            ActorKind::Token => owner(entry),
            ActorKind::Command | ActorKind::Service => None,
        };
        let Some(user) = user else { continue };
        let before: Vec<&AuditEntry> = resets
            .iter()
            .filter(|r| r.subject == user && r.number < entry.number)
            .filter(|r| apart(entry.at, r.at) < TOLD)
            .collect();
        let notice = ResetNotice::of(&user, &before);
        if let Some(notice) = notice.filter(|n| apart(entry.at, n.at) < MARKED) {
            marked.insert(entry.number, notice);
        }
    }
    Ok(marked)
}

/// Until when a password that somebody else has set does not let in yet, as persons have taken the
/// one-time codes away as well; `None`: it does.
pub(super) fn held_until(
    store: &Store,
    user: &UserRecord,
) -> Result<Option<WallTime>, AccessError> {
    // A command on the machine is the last resort, and lets in at once.
    let person = |by: Option<&String>| by.is_some_and(|by| !by.starts_with("uid "));
    let both = person(user.reset_by.as_ref()) && person(user.totp_reset_by.as_ref());
    let both = both && user.must_change;
    let Some(at) = user.reset_at.filter(|_| both) else { return Ok(None) };
    let last = store.resets(Some(&user.id), at.plus_seconds(-TOLD))?.first().map(|e| e.at);
    Ok(last.map(|last| last.plus_seconds(HELD)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(number: u64, action: usize, by: &str, hour: i64) -> AuditEntry {
        AuditEntry {
            number,
            at: WallTime("2026-08-15T07:30:00Z".parse().unwrap()).plus_seconds(hour * 3600),
            actor: by.to_owned(),
            actor_kind: ActorKind::User,
            action: crate::store::RESETS[action].to_owned(),
            subject: "u-an".to_owned(),
            details: "{}".to_owned(),
            address: None,
            previous_hash: String::new(),
            hash: String::new(),
        }
    }

    #[test]
    fn both_are_one_taking_by_all_who_did() {
        let (codes, password) = (entry(1, 1, "u-1", 0), entry(2, 0, "u-2", 30));
        let told = ResetNotice::of("u-an", &[&password, &codes]).unwrap();
        assert_eq!((told.what, told.at), (Reset::Both, password.at));
        assert_eq!(told.by, ["u-1", "u-2"]);
        assert_eq!(ResetNotice::of("u-an", &[&codes]).unwrap().what, Reset::Codes);
        assert!(ResetNotice::of("u-an", &[]).is_none());
    }
}
