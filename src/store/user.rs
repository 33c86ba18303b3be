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
    /// Whether somebody else has set the password, which they must change before all else.
    pub must_change: bool,
    /// Such a password lets in once, before this time; `None`: no more.
    pub password_until: Option<WallTime>,
    /// Who set it, until they have changed it themselves: a user's id, `uid 1000` of a command.
    pub reset_by: Option<String>,
    /// When that was.
    pub reset_at: Option<WallTime>,
    /// Who took their one-time codes away, until they have set a password or codes themselves.
    pub totp_reset_by: Option<String>,
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

/// What ends with a change to a user.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending<'a> {
    /// Nothing.
    Nothing,
    /// Their sessions, save one (a secret's SHA-256).
    Sessions {
        /// The one that goes on.
        save: Option<&'a str>,
    },
    /// Their sessions, save one, and their tokens.
    Access {
        /// The session that goes on.
        save: Option<&'a str>,
    },
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

/// By whom, and from where, it is tried to log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TryBy<'a> {
    /// The SHA-256 of the name that was given.
    pub name_sha256: &'a str,
    /// The network; never empty.
    pub network: &'a str,
    /// Whether somebody bears the name.
    pub known: bool,
}

/// The tries by a name before another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct TriesBefore {
    /// From this network.
    pub here: Option<LoginTries>,
    /// From networks that nobody of this name had come in from.
    pub everywhere: Option<LoginTries>,
    /// Whether the bearer of the name has come in from this network before.
    pub familiar: bool,
}

/// The tries by a name after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TriesAfter {
    /// From this network.
    pub here: LoginTries,
    /// From everywhere; `None`: as before.
    pub everywhere: Option<LoginTries>,
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
