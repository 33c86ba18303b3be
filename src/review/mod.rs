//! What people decide of events, who may, and who did: the steps of review, the reasons, the plates
//! they read; roles, scopes, users, sessions, tokens.
//!
//! What enters: stored events and where their review stands; names, passwords, codes and secrets as
//! they were sent, and the time. What leaves: changes for the store to make, an [`Actor`], and whether
//! it may ([`may`]); every change of users is entered into the audit trail by the transaction that
//! makes it. The room knows nothing of HTTP, decides nothing that a person has not asked for, and
//! knows of the clock only what it is told.

mod account;
mod actor;
mod decision;
mod edit;
mod error;
mod guess;
mod hold;
mod login;
mod network;
mod own;
mod password;
mod permission;
mod plate;
mod random;
mod reading;
mod reason;
mod reset;
mod role;
mod scene;
mod scope;
mod session;
mod session_terms;
mod throttle;
mod token;
mod totp;
mod user;

pub use account::{Doer, NewUser, add_disabled_user, add_user, set_language};
pub use actor::{Actor, Target, Verdict, may};
pub use decision::{Ask, Asked, Hint, NOTE_LENGTH, Refused, change, is_decided};
pub use edit::{
    UserEdit, disable_user, edit_user, end_access, reset_totp, set_password, unlock_user,
};
pub use error::AccessError;
pub use guess::Weakness;
pub use hold::{HoldError, hold_reason, new_hold};
pub use login::{Doorkeeper, Entrance, LoginAttempt, LoginRefusal};
pub use network::holder;
pub use own::{OwnPassword, TotpOffer, TotpProof};
pub use permission::{Permission, Permissions};
pub use plate::{Plate, PlateError, PlateFormat};
pub use random::drawn;
pub use reading::{Reading, Unread, read_plate};
pub use reason::Reason;
pub use reset::{Reset, ResetNotice, after_reset, reset_notices};
pub use role::Role;
pub use scene::{Redrawing, SceneRefused, WHY_LENGTH, save_scene};
pub use scope::{Reach, Scope};
pub use session::{OpenSession, csrf_matches, csrf_of};
pub use session_terms::SessionTerms;
pub use token::{MadeToken, NewToken, Token, list_tokens, make_token, revoke_token};
pub use user::{User, user_name};
