//! Why somebody is not let in, or a user not changed.

use super::guess::Weakness;
use crate::store::StoreError;

/// Why something about users could not be done.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No such user.
    #[error("there is no user \"{0}\"; `streetward user list` names those there are")]
    NoUser(String),
    /// The name is another's.
    #[error(
        "there is a user \"{0}\" already; choose another name, or change that one with `streetward user edit`"
    )]
    NameTaken(String),
    /// A name that cannot be one.
    #[error(
        "\"{0}\" cannot be a user's name: use 2 to 64 of the letters a to z, digits, and . _ - @, beginning with a letter or digit"
    )]
    BadName(String),
    /// A full name, or a token's, that cannot be one.
    #[error("the {0} must be one line of 1 to 200 characters; write it so")]
    BadLabel(&'static str),
    /// A password that is too easy to guess.
    #[error(
        "this password {0}; choose one of 12 characters or more that nobody guesses, such as four words"
    )]
    WeakPassword(Weakness),
    /// The present password is not that.
    #[error("the present password is not right; give it again")]
    WrongPassword,
    /// A one-time code is not right.
    #[error(
        "the code is not right; give the one that is shown now, and check the clock of the device that shows it"
    )]
    WrongCode,
    /// The password is right, and a one-time code is needed as well.
    #[error("give the one-time code as well, the one that is shown now")]
    TotpNeeded,
    /// An administrator keeps theirs.
    #[error(
        "administrators keep their one-time codes; begin anew on another device, or ask another administrator"
    )]
    CodesKept,
    /// The new password is the present one.
    #[error("the new password is the present one; choose another")]
    SamePassword,
    /// One administrator would reset both password and codes.
    #[error(
        "nobody resets both the password and the one-time codes of a user; ask another administrator, or whoever keeps the machine"
    )]
    AnotherAdministrator,
    /// No one-time codes were begun.
    #[error("no one-time codes were begun; begin again")]
    NoTotpBegun,
    /// Changed by somebody else.
    #[error("user \"{0}\" was changed by somebody else meanwhile; look at it again")]
    Conflict(String),
    /// The last administrator.
    #[error("\"{0}\" is the only administrator; make another one first")]
    LastAdministrator(String),
    /// One's own role or scope.
    #[error("nobody changes their own role, scope or account; ask another administrator")]
    OneSelf,
    /// Not within what the actor may.
    #[error("your role does not allow this; ask an administrator")]
    Forbidden,
    /// More than the user may themselves.
    #[error("a token cannot allow more than its user may; leave out {0}")]
    TooMuch(String),
    /// A token's time.
    #[error("a token must end within 1 to {0} days; give another end")]
    BadExpiry(u32),
    /// Too many tokens.
    #[error("you have {0} tokens already; revoke one first")]
    TooManyTokens(u32),
    /// No such token.
    #[error("you have no token \"{0}\"; list those you have")]
    NoToken(String),
    /// Too many tries.
    #[error("too many tries; wait {0} s")]
    Locked(u64),
    /// Too many are being hashed.
    #[error("the server is busy with others who log in; try again in a second")]
    Busy,
    /// The system gives no random numbers.
    #[error("the system gives no random numbers ({0}); check /dev/urandom")]
    Random(String),
    /// Hashing failed.
    #[error("the password could not be hashed ({0}); report this")]
    Hash(String),
}

impl AccessError {
    /// A word for programs: stable.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Store(_) => "store",
            Self::NoUser(_) => "no_user",
            Self::NameTaken(_) => "name_taken",
            Self::BadName(_) => "bad_name",
            Self::BadLabel(_) => "bad_label",
            Self::WeakPassword(_) => "weak_password",
            Self::WrongPassword => "wrong_password",
            Self::WrongCode => "wrong_code",
            Self::TotpNeeded => "totp_needed",
            Self::CodesKept => "codes_kept",
            Self::SamePassword => "same_password",
            Self::AnotherAdministrator => "another_administrator",
            Self::NoTotpBegun => "no_totp_begun",
            Self::Conflict(_) => "conflict",
            Self::LastAdministrator(_) => "last_administrator",
            Self::OneSelf => "oneself",
            Self::Forbidden => "forbidden",
            Self::TooMuch(_) => "too_much",
            Self::BadExpiry(_) => "bad_expiry",
            Self::TooManyTokens(_) => "too_many_tokens",
            Self::NoToken(_) => "no_token",
            Self::Locked(_) => "locked",
            Self::Busy => "busy",
            Self::Random(_) | Self::Hash(_) => "internal",
        }
    }
}
