//! Who may do what, and who did it: roles, scopes, users, sessions, tokens.
//!
//! What enters: names, passwords, codes and secrets as they were sent, and the time. What leaves: an
//! [`Actor`], and whether it may ([`may`]); every change is entered into the store's audit trail by
//! the transaction that makes it. The room knows nothing of HTTP, and of the clock only what it is
//! told.

mod account;
mod actor;
mod error;
mod guess;
mod login;
mod password;
mod permission;
mod random;
mod role;
mod scope;
mod session;
mod throttle;
mod token;
mod totp;
mod user;

pub use account::{
    Doer, NewUser, UserEdit, add_user, disable_user, edit_user, end_access, set_language,
    set_password, unlock_user,
};
pub use actor::{Actor, Target, Verdict, may};
pub use error::AccessError;
pub use guess::Weakness;
pub use login::{Doorkeeper, Entrance, LoginAttempt, LoginRefusal};
pub use permission::{Permission, Permissions};
pub use role::Role;
pub use scope::{Reach, Scope};
pub use session::{OpenSession, SessionTerms, csrf_matches, csrf_of};
pub use token::{MadeToken, NewToken, Token, list_tokens, make_token, revoke_token};
pub use totp::{TotpOffer, begin_totp, confirm_totp, reset_totp};
pub use user::{User, user_name};
