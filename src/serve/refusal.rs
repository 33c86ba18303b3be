//! What is said to whoever is refused: in both languages, and what to do next.

mod sheet;

use crate::store::StoreError;
use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;

/// The word for a database that does not answer.
const DATABASE_AWAY: &str = "database_away";

/// Why a request is not answered as asked.
#[derive(Debug, Clone)]
pub(super) struct Refusal(Box<Said>);

/// What a refusal says; it lies apart, so that answers stay small.
#[derive(Debug, Clone)]
struct Said {
    status: StatusCode,
    told: Told,
    /// What stands beside the error, such as the event as it is now.
    beside: Vec<(&'static str, Value)>,
}

/// An error as programs and people read it.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct Told {
    /// A word for programs.
    code: &'static str,
    /// A sentence in English.
    message: Cow<'static, str>,
    /// The same in Vietnamese.
    message_vi: Cow<'static, str>,
    /// What can be done, in English.
    next: &'static str,
    /// What can be done, in Vietnamese.
    next_vi: &'static str,
    /// Of a word that was not understood: what is wrong with it.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// What a refused request is answered with.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Refused {
    /// What went wrong.
    pub(super) error: Told,
}

impl Refusal {
    pub(super) fn new(
        status: StatusCode,
        code: &'static str,
        en: &'static str,
        vi: &'static str,
        next: &'static str,
        next_vi: &'static str,
    ) -> Self {
        let (message, message_vi) = (Cow::Borrowed(en), Cow::Borrowed(vi));
        let told = Told { code, message, message_vi, next, next_vi, detail: None };
        Self(Box::new(Said { status, told, beside: Vec::new() }))
    }

    /// What the review room says, in both languages.
    pub(super) fn told(
        status: StatusCode,
        code: &'static str,
        en: String,
        vi: &'static str,
    ) -> Self {
        let next = ("Correct it and try again.", "Sửa lại rồi thử lại.");
        let mut refusal = Self::new(status, code, "", vi, next.0, next.1);
        refusal.0.told.message = Cow::Owned(en);
        refusal
    }

    /// Nothing of that name, or nothing that this user may know of.
    pub(super) fn not_there() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            "There is nothing here.",
            "Không tìm thấy nội dung này.",
            "Check the address, or go back to the list.",
            "Kiểm tra lại địa chỉ hoặc quay về danh sách.",
        )
    }

    /// Nobody is signed in.
    pub(super) fn who_are_you() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "not_signed_in",
            "You are not signed in, or your session is over.",
            "Bạn chưa đăng nhập hoặc phiên làm việc đã hết hạn.",
            "Sign in and try again.",
            "Đăng nhập rồi thử lại.",
        )
    }

    /// The role does not allow it.
    pub(super) fn not_allowed() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "forbidden",
            "Your role does not allow this.",
            "Vai trò của bạn không được phép thực hiện việc này.",
            "Ask an administrator if it belongs to your work.",
            "Liên hệ quản trị viên nếu việc này thuộc nhiệm vụ của bạn.",
        )
    }

    /// A change without the session's own token, or from another site.
    pub(super) fn forged() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "csrf",
            "This change did not come from the page that you are signed in to.",
            "Thay đổi này không đến từ trang mà bạn đang đăng nhập.",
            "Load the page again and repeat it.",
            "Tải lại trang rồi thực hiện lại.",
        )
    }

    /// A query or body that is not understood.
    pub(super) fn not_understood(detail: impl Into<String>) -> Self {
        let mut refusal = Self::new(
            StatusCode::BAD_REQUEST,
            "bad_request",
            "The request is not understood.",
            "Không hiểu được yêu cầu.",
            "Correct what the detail names; /docs shows what is understood.",
            "Sửa lại nội dung được nêu trong chi tiết; xem /docs để biết cách viết đúng.",
        );
        refusal.0.told.detail = Some(detail.into());
        refusal
    }

    /// Something asked for that does not belong to whoever asks.
    pub(super) fn outside(detail: impl Into<String>) -> Self {
        Self::new(
            StatusCode::BAD_REQUEST,
            "outside_scope",
            "This is outside the wards and fields that were given to you.",
            "Nội dung này nằm ngoài địa bàn hoặc lĩnh vực được giao cho bạn.",
            "Choose another ward or field, or leave it out.",
            "Chọn địa bàn hoặc lĩnh vực khác, hoặc bỏ trống.",
        )
        .detailed(detail)
    }

    /// A body that is larger than any that is meant.
    pub(super) fn too_large() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_large",
            "The request is too large.",
            "Yêu cầu quá lớn.",
            "Send less at once.",
            "Gửi ít dữ liệu hơn mỗi lần.",
        )
    }

    /// A list too long to be written at once.
    pub(super) fn too_many() -> Self {
        Self::new(
            StatusCode::PAYLOAD_TOO_LARGE,
            "too_many",
            "These are more events than one file holds.",
            "Số vụ việc nhiều hơn mức một tệp cho phép.",
            "Narrow the period and export in parts.",
            "Thu hẹp khoảng thời gian và xuất thành nhiều phần.",
        )
    }

    /// A kind of body that no route takes.
    pub(super) fn not_json() -> Self {
        Self::new(
            StatusCode::UNSUPPORTED_MEDIA_TYPE,
            "not_json",
            "The body must be JSON.",
            "Nội dung gửi lên phải là JSON.",
            "Send it with Content-Type: application/json.",
            "Gửi kèm Content-Type: application/json.",
        )
    }

    /// A way of asking that this address does not know.
    pub(super) fn not_this_way() -> Self {
        Self::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "method_not_allowed",
            "This address cannot be asked in this way.",
            "Địa chỉ này không nhận cách gọi như vậy.",
            "See /docs for the ways it can be asked.",
            "Xem /docs để biết cách gọi đúng.",
        )
    }

    /// Whoever asked took too long.
    pub(super) fn too_slow() -> Self {
        Self::new(
            StatusCode::REQUEST_TIMEOUT,
            "too_slow",
            "The request took too long.",
            "Yêu cầu mất quá nhiều thời gian.",
            "Try again; if it goes on, check the network.",
            "Thử lại; nếu vẫn xảy ra, hãy kiểm tra mạng.",
        )
    }

    /// More is asked at once than the server does.
    pub(super) fn busy() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "busy",
            "The server has too much to do at the moment.",
            "Máy chủ đang quá tải.",
            "Try again in a few seconds.",
            "Thử lại sau vài giây.",
        )
    }

    /// Something is wrong here, not with the request.
    pub(super) fn broken() -> Self {
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "Something went wrong in the server; nothing was changed.",
            "Máy chủ gặp lỗi; chưa có gì thay đổi.",
            "Try again; if it goes on, give the request id to whoever keeps the server.",
            "Thử lại; nếu vẫn lỗi, hãy gửi mã yêu cầu cho người quản trị máy chủ.",
        )
    }

    /// The database does not answer.
    pub(super) fn database_away() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            DATABASE_AWAY,
            "The database does not answer at the moment; what was stored is not lost.",
            "Cơ sở dữ liệu tạm thời không phản hồi; dữ liệu đã lưu không bị mất.",
            "Try again in a few seconds; what you did last may have to be done again.",
            "Thử lại sau vài giây; có thể phải làm lại thao tác vừa rồi.",
        )
    }

    /// Another program keeps the database to itself.
    pub(super) fn database_held() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            DATABASE_AWAY,
            "Another program holds the database at the moment; what was stored is not lost.",
            "Cơ sở dữ liệu đang do một chương trình khác giữ; dữ liệu đã lưu không bị mất.",
            "Try again in a few seconds; if it goes on, ask whoever keeps the server what works on the database.",
            "Thử lại sau vài giây; nếu vẫn vậy, hãy hỏi người quản trị máy chủ xem chương trình nào đang dùng cơ sở dữ liệu.",
        )
    }

    /// What was to be stored has no room.
    pub(super) fn disk_full() -> Self {
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "disk_full",
            "The disk is full, so nothing can be stored; what was stored is not lost.",
            "Ổ đĩa đã đầy nên không thể lưu; dữ liệu đã lưu không bị mất.",
            "Ask whoever keeps the server, or the database's server, to free space; then do it again.",
            "Đề nghị người quản trị máy chủ (hoặc máy chủ cơ sở dữ liệu) giải phóng dung lượng, rồi thực hiện lại.",
        )
    }

    /// Whether the database does not answer.
    pub(super) fn is_database_away(&self) -> bool {
        self.0.told.code == DATABASE_AWAY
    }

    /// A change that does not say which state it changes.
    pub(super) fn which_version() -> Self {
        Self::new(
            StatusCode::PRECONDITION_REQUIRED,
            "if_match_needed",
            "The change does not say which version of the event it was made on.",
            "Thay đổi không cho biết được thực hiện trên phiên bản nào của vụ việc.",
            "Send the event's ETag as If-Match.",
            "Gửi ETag của vụ việc trong If-Match.",
        )
    }

    /// The same with what is wrong in particular.
    pub(super) fn detailed(mut self, detail: impl Into<String>) -> Self {
        self.0.told.detail = Some(detail.into());
        self
    }

    /// What is wrong in particular; empty where nothing more is known.
    pub(super) fn detail(&self) -> &str {
        self.0.told.detail.as_deref().unwrap_or_default()
    }

    /// The same with something beside the error.
    pub(super) fn beside(mut self, name: &'static str, value: Value) -> Self {
        self.0.beside.push((name, value));
        self
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        // Paths of this machine are for its log, not for who asks.
        tracing::error!("{error}");
        match error {
            StoreError::Held(_) => Self::database_held(),
            StoreError::Full(_) => Self::disk_full(),
            away if away.is_away() => Self::database_away(),
            _ => Self::broken(),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let Said { status, told, beside } = *self.0;
        let retry = matches!(told.code, "busy" | "too_much_at_once" | "disk_full" | DATABASE_AWAY);
        let mut body = serde_json::json!({ "error": told });
        if let Value::Object(map) = &mut body {
            map.extend(beside.into_iter().map(|(name, value)| (name.to_owned(), value)));
        }
        let mut answer = (status, Json(body)).into_response();
        let headers = answer.headers_mut();
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if retry {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        answer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_refusal_speaks_both_languages_and_says_what_to_do() {
        let all = [
            Refusal::not_there(),
            Refusal::gone(String::new()),
            Refusal::who_are_you(),
            Refusal::not_allowed(),
            Refusal::forged(),
            Refusal::not_understood("x"),
            Refusal::outside("x"),
            Refusal::too_large(),
            Refusal::too_many(),
            Refusal::not_json(),
            Refusal::not_this_way(),
            Refusal::too_slow(),
            Refusal::busy(),
            Refusal::too_much_at_once(),
            Refusal::doubled_cookie(),
            Refusal::change_password_first(),
            Refusal::broken(),
            Refusal::database_away(),
            Refusal::disk_full(),
            Refusal::file_missing("x"),
            Refusal::file_altered("x"),
            Refusal::no_view(String::new()),
            Refusal::which_version(),
            Refusal::no_sheet(String::new()),
            Refusal::sheet_mistakes(),
            Refusal::register_changed(),
            Refusal::sheet_changed(),
        ];
        let mut codes = std::collections::BTreeSet::new();
        for refusal in all {
            let Said { status, told: t, .. } = *refusal.0;
            assert!(status.is_client_error() || status.is_server_error());
            assert!(t.message.ends_with('.') && t.message_vi.ends_with('.'), "{}", t.code);
            assert!(!t.next.is_empty() && !t.next_vi.is_empty(), "{}", t.code);
            assert_ne!(t.message, t.message_vi);
            assert!(codes.insert(t.code), "{} twice", t.code);
        }
    }
}
