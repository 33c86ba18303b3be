//! Signing in and out, and one's own account, over HTTP.

use super::asker::{Asker, Origin};
use super::cookie;
use super::desk::Desk;
use super::extract::Sent;
use super::notices::{NoticeRow, notices};
use super::refusal::Refusal;
use crate::media::WallTime;
use crate::review::{
    AccessError, Doorkeeper, LoginAttempt, LoginRefusal, OpenSession, OwnPassword, TotpProof, User,
    csrf_of,
};
use crate::store::{Store, word};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// Who is signed in.
#[derive(Serialize, JsonSchema)]
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
    /// The same.
    totp_on: bool,
    /// Whether the password, which somebody else has set, is to be changed before all else.
    must_change_password: bool,
    /// Who has set the password, until its user has changed it.
    reset_by: Option<String>,
    /// When that was.
    reset_at: Option<String>,
    /// Whose password or codes were reset of late: one's own, and, for administrators, where both
    /// were.
    notices: Vec<NoticeRow>,
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
    #[serde(alias = "present")]
    current: String,
    /// The new one.
    new: String,
    /// The one-time code, where one is needed to sign in.
    totp: Option<String>,
}

/// To begin one-time codes, or to confirm them.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TotpStep {
    /// The password.
    password: String,
    /// The first code of the new secret; left out to begin.
    code: Option<String>,
    /// A code of the present secret, where there is one.
    present_code: Option<String>,
}

/// To do without one-time codes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct NoTotp {
    /// The password.
    password: String,
    /// A code.
    code: String,
}

/// What a user is told of resets: the name of who has set the password, and notices.
type Told = (Option<String>, Vec<NoticeRow>);

fn told(keeper: &Doorkeeper, store: &Store, user: &User, now: WallTime) -> Result<Told, Refusal> {
    Ok((keeper.reset_by(store, user)?, notices(store, user, now)?))
}

/// Who a user is.
fn me(user: &User, (reset_by, notices): Told, secret_csrf: String, expires: WallTime) -> Me {
    Me {
        notices,
        totp_on: user.totp,
        must_change_password: user.must_change_password,
        reset_by,
        reset_at: user.reset_at.map(WallTime::utc_rfc3339),
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
            let entrance = keeper.login(store, &attempt, now).map_err(not_let_in)?;
            let told = told(&keeper, store, &entrance.user, now)?;
            Ok((
                me(&entrance.user, told, csrf_of(&entrance.secret), entrance.expires),
                entrance.secret,
            ))
        })
        .await?;
    Ok(with_cookie(&desk, entrance))
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
        LoginRefusal::ClockOff { minutes } => told(
            StatusCode::UNAUTHORIZED,
            "clock_off",
            if minutes < 0 {
                "Mã thuộc thời điểm khác: đồng hồ của thiết bị tạo mã chạy chậm; hãy đặt giờ tự động."
            } else {
                "Mã thuộc thời điểm khác: đồng hồ của thiết bị tạo mã chạy nhanh; hãy đặt giờ tự động."
            },
        )
        .beside("minutes", json!(minutes)),
        LoginRefusal::Held { minutes } => told(
            StatusCode::UNAUTHORIZED,
            "held",
            "Cả mật khẩu và mã xác thực của tài khoản này vừa được người khác đặt lại: mật khẩu mới chỉ \
             có hiệu lực sau một giờ, để những người được báo kịp ngăn chặn.",
        )
        .beside("minutes", json!(minutes)),
        LoginRefusal::PasswordOver => told(
            StatusCode::UNAUTHORIZED,
            "password_over",
            "Mật khẩu do quản trị viên đặt chỉ dùng được một lần trong một ngày; hãy xin mật khẩu khác.",
        ),
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
    cookie::give(&mut answer, None, desk.secure);
    Ok(answer)
}

/// `GET /me`
pub(super) async fn who(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
) -> Result<Response, Refusal> {
    let session = session(&asker)?;
    let (keeper, user, now) = (Arc::clone(&desk.doorkeeper), session.user.clone(), (desk.now)());
    let told = desk.access.ask(move |store| told(&keeper, store, &user, now)).await?;
    let shown = me(&session.user, told, asker.csrf.clone(), session.expires);
    let never = [(header::CACHE_CONTROL, "no-store")];
    Ok((never, Json(shown)).into_response())
}

/// `POST /me/password`: all other sessions and the tokens end.
pub(super) async fn password(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Sent(change): Sent<NewPassword>,
) -> Result<Response, Refusal> {
    let session = session(&asker)?;
    let (keeper, now) = (Arc::clone(&desk.doorkeeper), (desk.now)());
    let renewed = desk
        .accounts
        .ask(move |store| {
            let address = asker.address.as_deref();
            let NewPassword { current, new, totp } = &change;
            let change = OwnPassword { current, new, totp: given(totp.as_ref()) };
            let secret = keeper.change_password(store, &session, &change, address, now)?;
            renewed((&keeper, store), &session, secret, now)
        })
        .await?;
    Ok(with_cookie(&desk, renewed))
}

/// `POST /me/totp`: without a code begins, with one confirms.
pub(super) async fn totp(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Sent(step): Sent<TotpStep>,
) -> Result<Response, Refusal> {
    let session = session(&asker)?;
    let (keeper, now) = (Arc::clone(&desk.doorkeeper), (desk.now)());
    let done = desk
        .accounts
        .ask(move |store| {
            let (address, password) = (asker.address.as_deref(), step.password.as_str());
            let Some(code) = step.code.as_deref() else {
                let offer = keeper.begin_totp(store, &session, password, address, now)?;
                return Ok(Err(json!({ "secret": offer.secret, "url": offer.url })));
            };
            let present_code = given(step.present_code.as_ref());
            let proof = TotpProof { password, code, present_code };
            let secret = keeper.confirm_totp(store, &session, &proof, address, now)?;
            renewed((&keeper, store), &session, secret, now).map(Ok)
        })
        .await?;
    Ok(match done {
        Ok(renewed) => with_cookie(&desk, renewed),
        Err(offer) => ([(header::CACHE_CONTROL, "no-store")], Json(offer)).into_response(),
    })
}

/// `DELETE /me/totp`
pub(super) async fn no_totp(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Sent(proof): Sent<NoTotp>,
) -> Result<Response, Refusal> {
    let session = session(&asker)?;
    let (keeper, now) = (Arc::clone(&desk.doorkeeper), (desk.now)());
    let renewed = desk
        .accounts
        .ask(move |store| {
            let (address, proof) = (asker.address.as_deref(), (&*proof.password, &*proof.code));
            let secret = keeper.drop_totp(store, &session, proof, address, now)?;
            renewed((&keeper, store), &session, secret, now)
        })
        .await?;
    Ok(with_cookie(&desk, renewed))
}

/// What was typed, where anything was.
fn given(text: Option<&String>) -> Option<&str> {
    text.map(String::as_str).filter(|text| !text.trim().is_empty())
}

/// Who is signed in after a change of their own, by the session's new secret.
fn renewed(
    (keeper, store): (&Doorkeeper, &Store),
    session: &OpenSession,
    secret: String,
    now: WallTime,
) -> Result<(Me, String), Refusal> {
    let record = store.user(&session.user.id)?.ok_or_else(Refusal::who_are_you)?;
    let user = User::of(&record)?;
    let told = told(keeper, store, &user, now)?;
    Ok((me(&user, told, csrf_of(&secret), session.expires), secret))
}

/// The session of who asks; a token has none.
pub(super) fn session(asker: &Asker) -> Result<OpenSession, Refusal> {
    asker.open.clone().ok_or_else(Refusal::not_allowed)
}

/// Who is signed in, with the cookie of the session's secret.
fn with_cookie(desk: &Desk, (shown, secret): (Me, String)) -> Response {
    let mut answer = Json(shown).into_response();
    cookie::give(&mut answer, Some(&secret), desk.secure);
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
            AccessError::TotpNeeded => "Hãy nhập thêm mã xác thực một lần đang hiển thị.",
            AccessError::NoTotpBegun => "Chưa bắt đầu thiết lập mã xác thực; hãy bắt đầu lại.",
            AccessError::CodesKept => {
                "Quản trị viên phải dùng mã xác thực; hãy thiết lập lại trên thiết bị khác."
            }
            AccessError::SamePassword => {
                "Mật khẩu mới trùng mật khẩu hiện tại; hãy chọn mật khẩu khác."
            }
            AccessError::AnotherAdministrator => {
                "Một quản trị viên không được đặt lại cả mật khẩu lẫn mã xác thực của một người; \
                 hãy nhờ quản trị viên khác."
            }
            AccessError::Locked(seconds) => {
                let said = error.to_string();
                let vi = "Thử sai quá nhiều lần; hãy chờ.";
                return Self::told(StatusCode::TOO_MANY_REQUESTS, "locked", said, vi)
                    .beside("retry_after_seconds", json!(seconds));
            }
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
