//! Users and tokens over HTTP: what may be changed, and by whom, is the review room's to say.

use super::account::session;
use super::asker::Asker;
use super::decide::seen;
use super::desk::Desk;
use super::event_query::time;
use super::extract::{Named, Sent};
use super::refusal::Refusal;
use crate::config::Language;
use crate::media::WallTime;
use crate::review::{
    Doer, NewToken, NewUser, Permission, Role, Scope, Target, Token, User, UserEdit, Verdict,
    add_disabled_user, add_user, edit_user, list_tokens, make_token, may, revoke_token,
};
use crate::store::{from_word, word};
use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::{Extension, Json};
use jiff::ToSpan;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Which user: the id, or the name that is typed to sign in.
#[derive(Debug, Deserialize)]
pub(super) struct UserPath {
    id: String,
}

/// Which token.
#[derive(Debug, Deserialize)]
pub(super) struct TokenPath {
    id: String,
}

/// A user to be added.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserBody {
    name: String,
    full_name: String,
    /// `viewer`, `reviewer`, `supervisor`, `administrator`, `auditor`.
    role: String,
    /// `{"wards": "all" or a list, "domains": "all" or a list}`.
    scope: Value,
    agency: Option<String>,
    /// `vi` or `en`.
    language: Option<String>,
    /// The first password: it lets in once, within a week, and must be changed then.
    password: String,
    /// `true`: may not sign in yet.
    disabled: Option<bool>,
}

/// What is to be changed of a user; what is left out stays.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UserChanges {
    full_name: Option<String>,
    role: Option<String>,
    scope: Option<Value>,
    /// The agency's id; empty: none.
    agency: Option<String>,
    language: Option<String>,
    disabled: Option<bool>,
    /// The version that was read.
    version: Option<u64>,
    /// A password that lets in once, within a day, and must be changed then.
    password: Option<String>,
    /// `true`: no one-time codes are needed any more, for the device is lost. It takes another
    /// administrator than who has set the password.
    totp_reset: Option<bool>,
    /// `true`: tries to sign in are forgotten.
    unlock: Option<bool>,
    /// `true`: sessions end, and tokens are revoked.
    end_access: Option<bool>,
}

/// A token to be made.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenBody {
    name: String,
    /// Left out: all that the user may, but for making tokens.
    permissions: Option<Vec<String>>,
    /// As of a user; left out: all that the user may see.
    scope: Option<Value>,
    /// When it ends…
    expires: Option<String>,
    /// …or after how many days: 90 where both are left out.
    days: Option<u32>,
}

fn read<T: serde::de::DeserializeOwned>(key: &str, value: Value) -> Result<T, Refusal> {
    serde_json::from_value(value).map_err(|e| Refusal::not_understood(format!("{key}: {e}")))
}

fn worded<T: serde::de::DeserializeOwned>(key: &str, text: &str) -> Result<T, Refusal> {
    from_word(text).map_err(|e| Refusal::not_understood(format!("{key}: {e}")))
}

fn shown(user: &User) -> Value {
    serde_json::to_value(user).unwrap_or_default()
}

/// `GET /users`
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
) -> Result<Json<Value>, Refusal> {
    desk.accounts
        .ask(move |store| {
            let mut users = Vec::new();
            for record in store.users()? {
                let user = User::of(&record)?;
                let account = Target::Account { scope: &user.scope };
                if may(&asker.actor, Permission::ManageUsers, &account) == Verdict::Allowed {
                    users.push(shown(&user));
                }
            }
            Ok(Json(json!(users)))
        })
        .await
}

/// `POST /users`
pub(super) async fn add(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Sent(body): Sent<UserBody>,
) -> Result<Json<Value>, Refusal> {
    let new = NewUser {
        name: body.name,
        full_name: body.full_name,
        role: worded::<Role>("role", &body.role)?,
        scope: read::<Scope>("scope", body.scope)?,
        agency: body.agency.filter(|a| !a.is_empty()),
        language: worded::<Language>("language", body.language.as_deref().unwrap_or("vi"))?,
    };
    let now = (desk.now)();
    desk.accounts
        .ask(move |store| {
            let doer = Doer::Person { actor: &asker.actor, address: asker.address.as_deref() };
            let add = if body.disabled == Some(true) { add_disabled_user } else { add_user };
            Ok(Json(shown(&add(store, &doer, &new, &body.password, now)?)))
        })
        .await
}

/// `PATCH /users/{id}`, with the version that was read in the body or as `If-Match`.
pub(super) async fn change(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(UserPath { id }): Named<UserPath>,
    headers: HeaderMap,
    Sent(body): Sent<UserChanges>,
) -> Result<Json<Value>, Refusal> {
    let role = body.role.as_deref().map(|r| worded::<Role>("role", r)).transpose()?;
    let language =
        body.language.as_deref().map(|l| worded::<Language>("language", l)).transpose()?;
    let edit = UserEdit {
        full_name: body.full_name,
        role,
        scope: body.scope.map(|s| read::<Scope>("scope", s)).transpose()?,
        agency: body.agency.map(|a| Some(a).filter(|a| !a.is_empty())),
        language,
        disabled: body.disabled,
        expected_version: match body.version {
            Some(version) => Some(version),
            None if headers.contains_key(header::IF_MATCH) => Some(seen(&headers)?),
            None => None,
        },
        password: body.password,
        totp_reset: body.totp_reset == Some(true),
        unlock: body.unlock == Some(true),
        end_access: body.end_access == Some(true),
    };
    let now = (desk.now)();
    desk.accounts
        .ask(move |store| {
            let doer = Doer::Person { actor: &asker.actor, address: asker.address.as_deref() };
            let name = store.user(&id)?.map_or(id, |user| user.name);
            Ok(Json(shown(&edit_user(store, &doer, &name, &edit, now)?)))
        })
        .await
}

fn token(token: &Token) -> Value {
    json!({
        "id": token.id,
        "name": token.name,
        "permissions": token.permissions.iter().map(|p| word(&p)).collect::<Vec<_>>(),
        "scope": token.scope,
        "created": token.created.utc_rfc3339(),
        "expires_at": token.expires.utc_rfc3339(),
        "last_used": token.used.map(WallTime::utc_rfc3339),
    })
}

/// `GET /me/tokens`
pub(super) async fn tokens(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
) -> Result<Json<Value>, Refusal> {
    let user = asker.actor.user.clone();
    let tokens = desk.reads.ask(move |store| Ok(list_tokens(store, &user)?)).await?;
    Ok(Json(tokens.iter().map(token).collect::<Vec<_>>().into()))
}

/// `POST /me/tokens`
pub(super) async fn make(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Sent(body): Sent<TokenBody>,
) -> Result<Json<Value>, Refusal> {
    let session = session(&asker)?;
    let now = (desk.now)();
    let own = asker.actor.permissions.iter().filter(|p| p.is_for_programs());
    let permissions = match &body.permissions {
        None => own.collect(),
        Some(words) => words
            .iter()
            .map(|p| worded::<Permission>("permissions", p))
            .collect::<Result<_, _>>()?,
    };
    let days = i64::from(body.days.unwrap_or(90).min(10_000));
    let end = now.0.checked_add((days * 24).hours()).map_or(now, WallTime);
    let new = NewToken {
        name: body.name,
        permissions,
        scope: match body.scope {
            Some(scope) => read::<Scope>("scope", scope)?,
            None => asker.actor.scope.clone(),
        },
        expires: time("expires", body.expires.as_deref())?.unwrap_or(end),
    };
    desk.accounts
        .ask(move |store| {
            let made = make_token(store, &session, &new, asker.address.as_deref(), now)?;
            let mut told = token(&made.token);
            told["secret"] = made.secret.into();
            Ok(Json(told))
        })
        .await
}

/// `DELETE /me/tokens/{id}`
pub(super) async fn revoke(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(TokenPath { id }): Named<TokenPath>,
) -> Result<Json<Value>, Refusal> {
    let session = session(&asker)?;
    let now = (desk.now)();
    desk.accounts
        .ask(move |store| {
            revoke_token(store, &session, &id, asker.address.as_deref(), now)?;
            Ok(Json(json!({})))
        })
        .await
}
