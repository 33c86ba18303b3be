//! A user as everything above the store sees them: without secrets.

use super::actor::Actor;
use super::error::AccessError;
use super::role::Role;
use super::scope::{Reach, Scope};
use crate::media::WallTime;
use crate::rules::Domain;
use crate::store::{ActorKind, StoreError, UserRecord, from_word, word};
use serde::Serialize;

/// A user.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct User {
    /// Never changes.
    pub id: String,
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
    /// `vi` or `en`.
    pub language: String,
    /// Whether one-time codes are needed to log in.
    pub totp: bool,
    /// Whether they must change their password before all else: somebody else has set it.
    pub must_change_password: bool,
    /// Who set it, until they have changed it: a user's id, `uid 1000` of a command.
    pub reset_by: Option<String>,
    /// When that was.
    #[serde(serialize_with = "some_time")]
    pub reset_at: Option<WallTime>,
    /// Whether they may not come in.
    pub disabled: bool,
    /// When they were added.
    #[serde(serialize_with = "time")]
    pub created: WallTime,
    /// When they last came in.
    #[serde(serialize_with = "some_time")]
    pub last_login: Option<WallTime>,
    /// Counts changes, from 1.
    pub version: u64,
}

fn time<S: serde::Serializer>(at: &WallTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&at.utc_rfc3339())
}

#[allow(clippy::ref_option)] // serde's signature
fn some_time<S: serde::Serializer>(at: &Option<WallTime>, s: S) -> Result<S::Ok, S::Error> {
    at.map(WallTime::utc_rfc3339).serialize(s)
}

impl User {
    /// From the store's record.
    ///
    /// # Errors
    /// A word in it that this program does not know.
    pub fn of(record: &UserRecord) -> Result<Self, StoreError> {
        let unknown = |column: &'static str| {
            let id = record.id.clone();
            move |detail| StoreError::UnknownWord { id, column, detail }
        };
        let role: Role = from_word(&record.role).map_err(unknown("role"))?;
        let scope =
            scope_of(record.wards.as_ref(), record.domains.as_ref()).map_err(unknown("domains"))?;
        Ok(Self {
            id: record.id.clone(),
            name: record.name.clone(),
            full_name: record.full_name.clone(),
            role,
            scope,
            agency: record.agency.clone(),
            language: record.language.clone(),
            totp: record.totp.is_some(),
            must_change_password: record.must_change,
            reset_by: record.reset_by.clone(),
            reset_at: record.reset_at,
            disabled: record.disabled,
            created: record.created,
            last_login: record.last_login,
            version: record.version,
        })
    }

    /// Them, acting themselves.
    pub fn actor(&self) -> Actor {
        Actor {
            id: self.id.clone(),
            kind: ActorKind::User,
            user: self.id.clone(),
            permissions: self.role.permissions(),
            scope: self.scope.clone(),
            agency: self.agency.clone(),
        }
    }
}

/// A scope from the store's lists.
pub(super) fn scope_of(
    wards: Option<&Vec<String>>,
    domains: Option<&Vec<String>>,
) -> Result<Scope, String> {
    let wards = wards.map_or(Reach::All, |these| these.iter().cloned().collect());
    let domains = match domains {
        None => Reach::All,
        Some(these) => {
            Reach::These(these.iter().map(|d| from_word::<Domain>(d)).collect::<Result<_, _>>()?)
        }
    };
    Ok(Scope { wards, domains })
}

/// The store's lists of a scope: wards, domains.
pub(super) fn lists_of(scope: &Scope) -> (Option<Vec<String>>, Option<Vec<String>>) {
    let wards = match &scope.wards {
        Reach::All => None,
        Reach::These(these) => Some(these.iter().cloned().collect()),
    };
    let domains = match &scope.domains {
        Reach::All => None,
        Reach::These(these) => Some(these.iter().map(word).collect()),
    };
    (wards, domains)
}

/// A name as it is kept: without blanks around it, in small letters.
///
/// # Errors
/// [`AccessError::BadName`].
pub fn user_name(typed: &str) -> Result<String, AccessError> {
    let name = typed.trim().to_ascii_lowercase();
    let sound = (2..=64).contains(&name.len())
        && name.starts_with(|c: char| c.is_ascii_alphanumeric())
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-@".contains(&b));
    if sound { Ok(name) } else { Err(AccessError::BadName(typed.chars().take(80).collect())) }
}

/// A scope as it is kept: its wards' names composed, each one line.
pub(super) fn sound(scope: &Scope) -> Result<Scope, AccessError> {
    let scope = scope.clone().composed();
    if let Reach::These(wards) = &scope.wards {
        for ward in wards {
            label("ward", ward)?;
        }
    }
    Ok(scope)
}

/// A text that people read, one line.
pub(super) fn label(what: &'static str, text: &str) -> Result<String, AccessError> {
    let text = text.trim();
    let sound = (1..=200).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    if sound { Ok(text.to_owned()) } else { Err(AccessError::BadLabel(what)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain() {
        assert_eq!(user_name(" Nguyen.An@P1 ").unwrap(), "nguyen.an@p1");
        for bad in ["", "a", "-an", "nguyễn", "a b", "a/b", "<b>", "a\nb", &"x".repeat(65)] {
            assert!(user_name(bad).is_err(), "{bad}");
        }
        assert!(label("full name", "Nguyễn Văn An").is_ok());
        let wards = ["a\u{1b}[2J".to_owned()].into_iter().collect();
        assert!(sound(&Scope { wards, ..Scope::default() }).is_err());
        assert!(label("full name", "a\u{7}").is_err() && label("full name", "  ").is_err());
    }
}
