//! Signing in and out, and one's own account, over HTTP.

use super::desk::Desk;
use super::extract::Sent;
use super::guard::{Asker, COOKIE, Origin};
use super::refusal::Refusal;
use crate::media::WallTime;
use crate::review::{
    AccessError, LoginAttempt, LoginRefusal, OpenSession, User, begin_totp, confirm_totp, csrf_of,
};
use crate::store::word;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// Who is signed in.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Me {
    id: String,
    name: String,
    full_name: String,
    role: String,
    permissions: Vec<String>,
    /// `wards` and `domains`: `"all"` or a list.
    scope: Value,
    agency: Option<String>,
    language: String,
    /// Whether one-time codes are needed to sign in.
    totp: bool,
    /// What every change must bear as `X-CSRF-Token`.
    csrf: String,
    /// When the session ends, if nothing more is done.
    expires_at: String,
    /// The program's version.
    version: &'static str,
}

/// To sign in.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SignIn {
    user: String,
    password: String,
    /// The one-time code, where one is needed.
    totp: Option<String>,
    /// The language that is shown; it is the app's to remember.
    #[allow(dead_code)]
    language: Option<String>,
}

/// To change the password.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NewPassword {
    /// The present one.
    present: String,
    /// The new one.
    new: String,
}

/// To begin one-time codes, or to confirm them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TotpStep {
    /// The first code; left out to begin.
    code: Option<String>,
}

fn me(user: &User, secret_csrf: String, expires: WallTime) -> Me {
    Me {
        id: user.id.clone(),
        name: user.name.clone(),
        full_name: user.full_name.clone(),
        role: word(&user.role),
        permissions: user.role.permissions().iter().map(|p| word(&p)).collect(),
        scope: serde_json::to_value(&user.scope).unwrap_or_default(),
        agency: user.agency.clone(),
        language: user.language.clone(),
        totp: user.totp,
        csrf: secret_csrf,
        expires_at: expires.utc_rfc3339(),
        version: env!("CARGO_PKG_VERSION"),
    }
}

/// `POST /login`
pub(super) async fn login(
    State(desk): State<Arc<Desk>>,
    Extension(Origin(from)): Extension<Origin>,
    Sent(sign_in): Sent<SignIn>,
) -> Result<Response, Refusal> {
    let (keeper, now) = (Arc::clone(&desk.doorkeeper), (desk.now)());
    let address = from.unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
    let entrance = desk
        .accounts
        .ask(move |store| {
            let attempt = LoginAttempt {
                name: &sign_in.user,
                password: &sign_in.password,
                totp: sign_in.totp.as_deref().filter(|code| !code.trim().is_empty()),
                address,
            };
            keeper.login(store, &attempt, now).map_err(not_let_in)
        })
        .await?;
    let shown = me(&entrance.user, csrf_of(&entrance.secret), entrance.expires);
    Ok(with_cookie(&desk, Json(shown).into_response(), &entrance.secret))
}

fn not_let_in(refusal: LoginRefusal) -> Refusal {
    let said = refusal.to_string();
    let told = |status, code, vi| Refusal::told(status, code, said.clone(), vi);
    match refusal {
        LoginRefusal::WrongCredentials => told(
            StatusCode::UNAUTHORIZED,
            "wrong_credentials",
            "Sai tên đăng nhập hoặc mật khẩu; hãy thử lại hoặc liên hệ quản trị viên.",
        ),
        LoginRefusal::TotpNeeded => {
            told(StatusCode::UNAUTHORIZED, "totp_needed", "Hãy nhập thêm mã xác thực một lần.")
        }
        LoginRefusal::WrongCode => told(
            StatusCode::UNAUTHORIZED,
            "wrong_code",
            "Mã xác thực không đúng hoặc đã dùng; hãy chờ mã tiếp theo.",
        ),
        LoginRefusal::ClockOff { seconds } => told(
            StatusCode::UNAUTHORIZED,
            "clock_off",
            "Mã thuộc thời điểm khác: đồng hồ của thiết bị tạo mã hoặc của máy chủ bị sai.",
        )
        .beside("seconds", json!(seconds)),
        LoginRefusal::Locked { retry_after_seconds } => {
            told(StatusCode::TOO_MANY_REQUESTS, "locked", "Thử sai quá nhiều lần; hãy chờ.")
                .beside("retry_after_seconds", json!(retry_after_seconds))
        }
        LoginRefusal::Failed(error) => error.into(),
    }
}

/// `POST /logout`
pub(super) async fn logout(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
) -> Result<Response, Refusal> {
    let session = session(&asker)?;
    let (keeper, now) = (Arc::clone(&desk.doorkeeper), (desk.now)());
    desk.accounts
        .ask(move |store| Ok(keeper.logout(store, &session, asker.address.as_deref(), now)?))
        .await?;
    let mut answer = Json(json!({})).into_response();
    let over = format!("{COOKIE}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{}", secure(&desk));
    if let Ok(over) = HeaderValue::from_str(&over) {
        answer.headers_mut().insert(header::SET_COOKIE, over);
    }
    Ok(answer)
}

/// `GET /me`
pub(super) async fn who(Extension(asker): Extension<Asker>) -> Result<Response, Refusal> {
    let session = session(&asker)?;
    let shown = me(&session.user, asker.session.clone(), session.expires);
    let never = [(header::CACHE_CONTROL, "no-store")];
    Ok((never, Json(shown)).into_response())
}

/// `POST /me/password`
pub(super) async fn password(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Sent(change): Sent<NewPassword>,
) -> Result<Response, Refusal> {
    let session = session(&asker)?;
    let (keeper, now) = (Arc::clone(&desk.doorkeeper), (desk.now)());
    let (user, expires) = (session.user.clone(), session.expires);
    let secret = desk
        .accounts
        .ask(move |store| {
            let address = asker.address.as_deref();
            let NewPassword { present, new } = &change;
            Ok(keeper.change_password(store, &session, present, new, address, now)?)
        })
        .await?;
    let shown = me(&user, csrf_of(&secret), expires);
    Ok(with_cookie(&desk, Json(shown).into_response(), &secret))
}

/// `POST /me/totp`: without a code begins, with one confirms.
pub(super) async fn totp(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Sent(step): Sent<TotpStep>,
) -> Result<Json<Value>, Refusal> {
    let session = session(&asker)?;
    let now = (desk.now)();
    desk.accounts
        .ask(move |store| {
            let address = asker.address.as_deref();
            Ok(match &step.code {
                None => {
                    let offer = begin_totp(store, &session, address, now)?;
                    json!({ "secret": offer.secret, "url": offer.url })
                }
                Some(code) => {
                    confirm_totp(store, &session, code, address, now)?;
                    json!({ "confirmed": true })
                }
            })
        })
        .await
        .map(Json)
}

/// The session of who asks; a token has none.
pub(super) fn session(asker: &Asker) -> Result<OpenSession, Refusal> {
    asker.open.clone().ok_or_else(Refusal::not_allowed)
}

fn secure(desk: &Desk) -> &'static str {
    if desk.secure { "; Secure" } else { "" }
}

fn with_cookie(desk: &Desk, mut answer: Response, secret: &str) -> Response {
    let cookie = format!("{COOKIE}={secret}; Path=/; HttpOnly; SameSite=Strict{}", secure(desk));
    let headers = answer.headers_mut();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.insert(header::SET_COOKIE, cookie);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    answer
}

impl From<AccessError> for Refusal {
    fn from(error: AccessError) -> Self {
        let vi = match error {
            AccessError::Store(error) => return error.into(),
            AccessError::Busy => return Self::busy(),
            AccessError::Forbidden => return Self::not_allowed(),
            AccessError::NoUser(_) | AccessError::NoToken(_) => return Self::not_there(),
            AccessError::WrongPassword => "Mật khẩu hiện tại không đúng; hãy nhập lại.",
            AccessError::WeakPassword(_) => {
                "Mật khẩu này dễ đoán; hãy chọn mật khẩu từ 12 ký tự trở lên mà không ai đoán được."
            }
            AccessError::WrongCode => {
                "Mã không đúng; hãy nhập mã đang hiển thị và kiểm tra đồng hồ."
            }
            AccessError::NoTotpBegun => "Chưa bắt đầu thiết lập mã xác thực; hãy bắt đầu lại.",
            AccessError::NameTaken(_) => "Tên đăng nhập này đã có; hãy chọn tên khác.",
            AccessError::Conflict(_) => "Người khác vừa thay đổi nội dung này; hãy tải lại.",
            AccessError::LastAdministrator(_) => {
                "Đây là quản trị viên duy nhất; hãy tạo thêm quản trị viên trước."
            }
            AccessError::OneSelf => "Không thể tự đổi vai trò hoặc phạm vi của chính mình.",
            AccessError::BadName(_) | AccessError::BadLabel(_) => "Tên không hợp lệ.",
            AccessError::TooMuch(_) => "Mã truy cập không được có quyền rộng hơn người dùng.",
            AccessError::BadExpiry(_) => "Thời hạn không hợp lệ.",
            AccessError::TooManyTokens(_) => "Bạn đã có quá nhiều mã truy cập; hãy thu hồi bớt.",
            _ => {
                tracing::error!("{error}");
                return Self::broken();
            }
        };
        Self::told(StatusCode::UNPROCESSABLE_ENTITY, error.code(), error.to_string(), vi)
    }
}
