//! What is said of evidence that cannot be shown.

use super::refusal::Refusal;
use axum::http::StatusCode;

impl Refusal {
    /// Evidence that is known and not on the disk.
    pub(super) fn gone(detail: String) -> Self {
        Self::new(
            StatusCode::GONE,
            "evidence_missing",
            "The evidence of this event is not on the disk.",
            "Chứng cứ của vụ việc này không còn trên ổ đĩa.",
            "Decide without it, or ask whoever keeps the server to restore the data folder.",
            "Xử lý không có chứng cứ, hoặc đề nghị người quản trị máy chủ khôi phục thư mục dữ liệu.",
        )
        .detailed(detail)
    }

    /// A file of evidence that was sealed and is not there any more.
    pub(super) fn file_missing(name: &str) -> Self {
        Self::new(
            StatusCode::GONE,
            "file_missing",
            "This file of the evidence is not on the disk any more.",
            "Tệp chứng cứ này không còn trên ổ đĩa.",
            "Decide by what is left, or ask whoever keeps the server to restore the data folder.",
            "Xử lý theo các tệp còn lại, hoặc đề nghị người quản trị máy chủ khôi phục thư mục dữ liệu.",
        )
        .detailed(name)
    }

    /// A file of evidence that is not what was sealed.
    pub(super) fn file_altered(name: &str) -> Self {
        Self::new(
            StatusCode::GONE,
            "file_altered",
            "This file is not what was sealed as evidence, so it is not shown.",
            "Tệp này không còn nguyên vẹn như khi niêm phong nên không được hiển thị.",
            "Do not decide by it; ask whoever keeps the server to restore the file and to find out why.",
            "Không dùng tệp này để quyết định; đề nghị người quản trị máy chủ khôi phục tệp và tìm nguyên nhân.",
        )
        .detailed(name)
    }

    /// A clip of which no copy can be made that browsers play.
    pub(super) fn no_view(detail: String) -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "no_view_copy",
            "No copy for viewing can be made of this clip.",
            "Không tạo được bản sao để xem của đoạn phim này.",
            "Download the clip and play it with a program that knows its codec.",
            "Tải đoạn phim về và xem bằng phần mềm hỗ trợ định dạng này.",
        )
        .detailed(detail)
    }
}
