//! Users, sessions, tokens and tries to log in, as the store keeps them: what they mean is the
//! review room's to say.

use crate::media::WallTime;

/// A user.
#[derive(Clone, PartialEq, Eq)]
pub struct UserRecord {
    /// Never changes and is never given to another.
    pub id: String,
    /// What is typed to log in; no two have the same.
    pub name: String,
    /// What people call them.
    pub full_name: String,
    /// The word of a role.
    pub role: String,
    /// Wards that may be seen; `None`: all.
    pub wards: Option<Vec<String>>,
    /// Words of domains that may be seen; `None`: all.
    pub domains: Option<Vec<String>>,
    /// The id of an agency.
    pub agency: Option<String>,
    /// `vi` or `en`.
    pub language: String,
    /// The password's hash, a PHC string.
    pub password: String,
    /// When the password was set.
    pub password_set: WallTime,
    /// The secret of one-time codes, base32, where they are needed to log in.
    pub totp: Option<String>,
    /// A secret that is waiting for its first code.
    pub totp_begun: Option<String>,
    /// The latest step whose code was used.
    pub totp_step: u64,
    /// Whether they may not come in.
    pub disabled: bool,
    /// When they were added.
    pub created: WallTime,
    /// When they last came in.
    pub last_login: Option<WallTime>,
    /// Counts changes of what an administrator says of them, from 1.
    pub version: u64,
}

impl std::fmt::Debug for UserRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Secrets are never shown.
        f.debug_struct("UserRecord")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("role", &self.role)
            .field("wards", &self.wards)
            .field("domains", &self.domains)
            .field("disabled", &self.disabled)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// What came of a change to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserChange {
    /// It is stored.
    Done,
    /// There is no such user.
    Gone,
    /// They were changed by somebody else since they were read.
    Conflict,
    /// Nobody would be left to administer.
    LastAdministrator,
}

/// A session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRecord {
    /// SHA-256 of its secret, hexadecimal.
    pub secret_sha256: String,
    /// Whose it is.
    pub user: String,
    /// When it began: rotation does not make it younger.
    pub begun: WallTime,
    /// When it was last used, give or take a minute.
    pub seen: WallTime,
    /// When it ends at the latest.
    pub expires: WallTime,
    /// The address it began from.
    pub address: Option<String>,
}

/// A token for programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenRecord {
    /// Its id, no secret.
    pub id: String,
    /// SHA-256 of its secret, hexadecimal.
    pub secret_sha256: String,
    /// Whose it is.
    pub user: String,
    /// What it is for.
    pub name: String,
    /// Words of permissions.
    pub permissions: Vec<String>,
    /// Wards it reaches; `None`: all its user may see.
    pub wards: Option<Vec<String>>,
    /// Words of domains it reaches; `None`: all its user may see.
    pub domains: Option<Vec<String>>,
    /// When it was made.
    pub created: WallTime,
    /// When it ends.
    pub expires: WallTime,
    /// When it was last used, give or take a minute.
    pub used: Option<WallTime>,
    /// When it was revoked.
    pub revoked: Option<WallTime>,
}

/// Tries to log in by one name since the last that succeeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LoginTries {
    /// How many.
    pub tries: u64,
    /// The last of them.
    pub last: WallTime,
    /// No other before this time.
    pub locked_until: WallTime,
}
