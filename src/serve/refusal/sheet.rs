//! What is said to whoever's sheet of cameras is refused.

use super::Refusal;
use axum::http::StatusCode;

impl Refusal {
    /// A file that is no sheet of cameras.
    pub(in crate::serve) fn no_sheet(detail: String) -> Self {
        let mut refusal = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "no_sheet",
            "The file cannot be read as a sheet of cameras.",
            "Không đọc được tệp này như một danh sách camera.",
            "Save it as XLSX or as CSV UTF-8; a template can be downloaded.",
            "Lưu lại dạng XLSX hoặc CSV UTF-8; có thể tải tệp mẫu.",
        );
        refusal.0.told.detail = Some(detail);
        refusal
    }

    /// A sheet of cameras with mistakes.
    pub(in crate::serve) fn sheet_mistakes() -> Self {
        Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "sheet_mistakes",
            "The sheet has mistakes; nothing was changed.",
            "Danh sách có lỗi; chưa có gì thay đổi.",
            "Correct what is named row by row and import it again.",
            "Sửa các lỗi được nêu theo từng dòng rồi nhập lại.",
        )
    }

    /// A sheet that is not the one whose preview was looked at.
    pub(in crate::serve) fn sheet_changed() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "sheet_changed",
            "The file is not the one that was previewed; nothing was changed.",
            "Tệp này không phải tệp đã xem trước; chưa có gì thay đổi.",
            "Look at a preview of this file and import it then.",
            "Xem trước tệp này rồi hãy nhập.",
        )
    }

    /// A register that somebody else has changed meanwhile.
    pub(in crate::serve) fn register_changed() -> Self {
        Self::new(
            StatusCode::CONFLICT,
            "register_changed",
            "Somebody else has changed the register meanwhile; nothing was changed by you.",
            "Người khác vừa thay đổi danh mục; thao tác của bạn chưa được thực hiện.",
            "Look at the preview again and repeat the import.",
            "Xem lại bản xem trước rồi nhập lại.",
        )
    }
}
