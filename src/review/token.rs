//! Tokens for programs: a secret shown once, less than its user may, and an end.

use super::account::Doer;
use super::actor::{Actor, Target, Verdict, may};
use super::error::AccessError;
use super::login::Doorkeeper;
use super::permission::{Permission, Permissions};
use super::random;
use super::scope::Scope;
use super::session::{NOTED_EVERY, OpenSession};
use super::user::{User, label, lists_of, scope_of, sound};
use crate::media::WallTime;
use crate::store::{ActorKind, Store, TokenRecord, UserRecord, from_word, word};
use serde_json::json;

/// Where a secret begins, so that it is known where it leaks.
const PREFIX: &str = "swt_";
/// Good for at most so many days.
const MOST_DAYS: u32 = 366;
/// Good ones of one user at most.
const MOST_TOKENS: u32 = 20;

/// A token to be made.
#[derive(Debug, Clone)]
pub struct NewToken {
    /// What it is for.
    pub name: String,
    /// What it may do.
    pub permissions: Permissions,
    /// Where.
    pub scope: Scope,
    /// When it ends.
    pub expires: WallTime,
}

/// A token, its secret not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: String,
    /// What it is for.
    pub name: String,
    /// What it may do, as long as its user may.
    pub permissions: Permissions,
    /// Where, as far as its user may.
    pub scope: Scope,
    /// When it was made.
    pub created: WallTime,
    /// When it ends.
    pub expires: WallTime,
    /// When it was last used, give or take a minute.
    pub used: Option<WallTime>,
}

/// A token just made.
#[derive(Clone)]
pub struct MadeToken {
    /// The token.
    pub token: Token,
    /// What programs send as `Authorization: Bearer`; it cannot be shown again.
    pub secret: String,
}

impl Token {
    fn of(record: &TokenRecord) -> Result<Self, AccessError> {
        // What a newer program wrote is allowed by none of this one's permissions.
        let permissions =
            record.permissions.iter().filter_map(|p| from_word::<Permission>(p).ok()).collect();
        let scope = scope_of(record.wards.as_ref(), record.domains.as_ref()).map_err(|detail| {
            let id = record.id.clone();
            crate::store::StoreError::UnknownWord { id, column: "domains", detail }
        })?;
        Ok(Self {
            id: record.id.clone(),
            name: record.name.clone(),
            permissions,
            scope,
            created: record.created,
            expires: record.expires,
            used: record.used,
        })
    }
}

/// Makes a token of the user whose session it is. A token makes none.
///
/// # Errors
/// [`AccessError`]: more than the user may, an end too far off, too many tokens.
pub fn make_token(
    store: &Store,
    session: &OpenSession,
    new: &NewToken,
    address: Option<&str>,
    now: WallTime,
) -> Result<MadeToken, AccessError> {
    let actor = &session.actor;
    let own = Target::Own { user: &session.user.id };
    if may(actor, Permission::ManageTokens, &own) != Verdict::Allowed {
        return Err(AccessError::Forbidden);
    }
    let scope = sound(&new.scope)?;
    let too_much = new
        .permissions
        .iter()
        .find(|p| !p.is_for_programs() || !actor.permissions.has(*p))
        .map(|p| word(&p))
        .or_else(|| (!actor.scope.covers(&scope)).then(|| "what lies outside your scope".into()));
    if let Some(too_much) = too_much {
        return Err(AccessError::TooMuch(too_much));
    }
    let lasts = new.expires.0.duration_since(now.0).as_secs();
    if !(60..=i64::from(MOST_DAYS) * 86_400).contains(&lasts) {
        return Err(AccessError::BadExpiry(MOST_DAYS));
    }
    let secret = format!("{PREFIX}{}", random::secret()?);
    let (wards, domains) = lists_of(&scope);
    let record = TokenRecord {
        id: random::id("t")?,
        secret_sha256: random::kept(&secret),
        user: session.user.id.clone(),
        name: label("token's name", &new.name)?,
        permissions: new.permissions.iter().map(|p| word(&p)).collect(),
        wards,
        domains,
        created: now,
        expires: new.expires,
        used: None,
        revoked: None,
    };
    let details = json!({
        "name": record.name,
        "permissions": record.permissions,
        "wards": record.wards,
        "domains": record.domains,
        "expires": new.expires.utc_rfc3339(),
    });
    let entry = Doer::Person { actor, address }.entry(now, "token_made", &record.id, details);
    if !store.put_token(&record, MOST_TOKENS, &entry)? {
        return Err(AccessError::TooManyTokens(MOST_TOKENS));
    }
    Ok(MadeToken { token: Token::of(&record)?, secret })
}

/// The tokens of a user that were not revoked, the newest first.
///
/// # Errors
/// The store.
pub fn list_tokens(store: &Store, user: &str) -> Result<Vec<Token>, AccessError> {
    store.tokens_of(user)?.iter().map(Token::of).collect()
}

/// Revokes a token of the user whose session it is.
///
/// # Errors
/// [`AccessError::NoToken`].
pub fn revoke_token(
    store: &Store,
    session: &OpenSession,
    id: &str,
    address: Option<&str>,
    now: WallTime,
) -> Result<(), AccessError> {
    let doer = Doer::Person { actor: &session.actor, address };
    let entry = doer.entry(now, "token_revoked", id, json!({}));
    if store.revoke_token(&session.user.id, id, &entry)? {
        Ok(())
    } else {
        Err(AccessError::NoToken(id.chars().take(80).collect()))
    }
}

impl Doorkeeper {
    /// Who acts with this token, if it is good now: what it allows and its user still may. Notes
    /// that it was used.
    ///
    /// # Errors
    /// The store.
    pub fn token(
        &self,
        store: &Store,
        secret: &str,
        now: WallTime,
    ) -> Result<Option<Actor>, AccessError> {
        if secret.len() != PREFIX.len() + 64 || !secret.starts_with(PREFIX) {
            return Ok(None);
        }
        let Some((record, user)) = store.token(&random::kept(secret))? else { return Ok(None) };
        let Some(actor) = acting(&record, &user, now)? else { return Ok(None) };
        let noted = |used: WallTime| now.0.duration_since(used.0).as_secs() < NOTED_EVERY;
        if !record.used.is_some_and(noted) {
            store.touch_token(&record.id, now)?;
        }
        Ok(Some(actor))
    }

    /// Whether a token that was good is good still, and allows what it did.
    ///
    /// # Errors
    /// The store.
    pub fn token_goes_on(
        &self,
        store: &Store,
        actor: &Actor,
        now: WallTime,
    ) -> Result<bool, AccessError> {
        let record = store.tokens_of(&actor.user)?.into_iter().find(|t| t.id == actor.id);
        let (Some(record), Some(user)) = (record, store.user(&actor.user)?) else {
            return Ok(false);
        };
        Ok(acting(&record, &user, now)?.is_some_and(|acting| acting == *actor))
    }
}

/// Who acts with a token, if it is good now.
fn acting(
    record: &TokenRecord,
    user: &UserRecord,
    now: WallTime,
) -> Result<Option<Actor>, AccessError> {
    if record.revoked.is_some() || now >= record.expires || user.disabled || user.must_change {
        return Ok(None);
    }
    let (token, user) = (Token::of(record)?, User::of(user)?);
    Ok(Some(Actor {
        id: token.id,
        kind: ActorKind::Token,
        permissions: token.permissions.within(user.role.permissions()),
        scope: token.scope.within(&user.scope),
        agency: user.agency,
        user: user.id,
    }))
}
