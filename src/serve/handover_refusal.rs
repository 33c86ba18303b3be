//! What the handover room refuses, as the API says it: in both languages, with the events it is about.

use super::refusal::Refusal;
use crate::handover::HandoverError;
use axum::http::StatusCode;
use serde_json::json;

impl From<HandoverError> for Refusal {
    fn from(error: HandoverError) -> Self {
        let (status, vi) = match &error {
            HandoverError::Forbidden => return Self::not_allowed(),
            HandoverError::NoRequest(_) | HandoverError::NoPack(_) => return Self::not_there(),
            HandoverError::Expired { .. } => (
                StatusCode::GONE,
                "Gói chứng cứ đã hết hạn và không còn được cung cấp; hãy lập yêu cầu mới nếu còn cần.",
            ),
            HandoverError::NotFromHere(_) => {
                (StatusCode::CONFLICT, "Yêu cầu không còn ở trạng thái như bạn thấy; hãy xem lại.")
            }
            HandoverError::OneSelf => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "Người lập yêu cầu không được tự phê duyệt; hãy để người khác quyết định.",
            ),
            HandoverError::NotConfirmed(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "Chỉ bàn giao vụ việc đã được xác nhận; các vụ việc nêu kèm chưa được xác nhận.",
            ),
            HandoverError::UnknownEvents(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "Không tìm thấy các vụ việc nêu kèm; hãy kiểm tra lại mã vụ việc.",
            ),
            HandoverError::NoEvidence(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "Chứng cứ của các vụ việc nêu kèm không còn trên ổ đĩa; hãy bỏ các vụ việc đó ra.",
            ),
            HandoverError::BadText { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "Nội dung bị bỏ trống, quá dài hoặc có ký tự điều khiển.",
            ),
            HandoverError::BadDays(_) => {
                (StatusCode::UNPROCESSABLE_ENTITY, "Thời hạn phải từ 1 đến 90 ngày.")
            }
            HandoverError::BadEvents(_) => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "Hãy nêu từ 1 đến 200 vụ việc đã xác nhận, mỗi vụ việc một lần.",
            ),
            HandoverError::BadRange => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "Khoảng thời gian kết thúc trước khi bắt đầu; hãy chọn lại.",
            ),
            HandoverError::TooMany { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "Nhiều hơn 200 vụ việc đã xác nhận, là số tối đa của một gói; hãy thu hẹp khoảng theo thời gian, camera, loại hoặc địa bàn.",
            ),
            HandoverError::NothingInRange { .. } => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "Trong khoảng này không có vụ việc nào đã xác nhận mà còn chứng cứ để bàn giao.",
            ),
            HandoverError::NoteNeeded(_) => (StatusCode::UNPROCESSABLE_ENTITY, "Hãy ghi rõ lý do."),
            _ => {
                // Paths of this machine are for its log, not for who asks.
                tracing::error!("{error}");
                return match error {
                    HandoverError::Store(e) => e.into(),
                    _ => Self::broken(),
                };
            }
        };
        let events = match &error {
            HandoverError::NotConfirmed(events) => {
                events.iter().map(|(id, _)| id.clone()).collect()
            }
            HandoverError::UnknownEvents(events) | HandoverError::NoEvidence(events) => {
                events.clone()
            }
            _ => Vec::new(),
        };
        let refusal = Self::told(status, error.code(), error.to_string(), vi);
        if let HandoverError::NothingInRange { undecided, .. } = error {
            return refusal.beside("undecided", json!(undecided));
        }
        if events.is_empty() { refusal } else { refusal.beside("events", json!(events)) }
    }
}
