//! The words of alerts in Vietnamese and English.

use crate::config::Language;
use crate::rules::{Closing, Severity};
use crate::scene::{CameraState, Reason};
use crate::vision::Class;

/// One thing said in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// Vietnamese.
    pub vi: &'static str,
    /// English.
    pub en: &'static str,
}

impl Term {
    /// In one of them.
    pub const fn said(self, language: Language) -> &'static str {
        match language {
            Language::Vi => self.vi,
            Language::En => self.en,
        }
    }
}

const fn term(vi: &'static str, en: &'static str) -> Term {
    Term { vi, en }
}

/// What a subject is.
pub const fn class_term(c: Class) -> Term {
    match c {
        Class::Person => term("Người", "Person"),
        Class::Bicycle => term("Xe đạp", "Bicycle"),
        Class::Motorcycle => term("Xe mô tô, xe gắn máy", "Motorcycle"),
        Class::Car => term("Ô tô con", "Car"),
        Class::Bus => term("Xe buýt, xe khách", "Bus"),
        Class::Truck => term("Xe tải", "Truck"),
        Class::Animal => term("Động vật", "Animal"),
        Class::Bag => term("Túi, ba lô", "Bag"),
        Class::Helmet => term("Mũ bảo hiểm", "Helmet"),
        Class::BareHead => term("Đầu không mũ bảo hiểm", "Bare head"),
        Class::Thing => term("Vật", "Thing"),
    }
}

/// Why an incident ended.
pub const fn closing_term(c: Closing) -> Term {
    match c {
        Closing::Left => term("đối tượng đã rời đi", "subject left"),
        Closing::HoursEnded => term("hết giờ áp dụng", "hours ended"),
        Closing::SourceEnded => term("hết bản ghi hình", "recording ended"),
        Closing::Interrupted => term("lần xử lý bị dừng", "run interrupted"),
    }
}

/// How grave.
pub(super) const fn severity(s: Severity) -> Term {
    match s {
        Severity::Low => term("thấp", "low"),
        Severity::Medium => term("trung bình", "medium"),
        Severity::High => term("cao", "high"),
    }
}

/// Whether a camera sees, as a headline.
pub(super) const fn state(s: CameraState) -> Term {
    match s {
        CameraState::Seeing => term("đã hoạt động bình thường trở lại", "is seeing again"),
        CameraState::Degraded => term("suy giảm chất lượng hình ảnh", "sees less than agreed"),
        CameraState::Blind => term("không quan sát được", "is blind"),
        CameraState::Offline => term("mất kết nối", "is offline"),
    }
}

/// What a camera's state means for surveillance.
pub(super) const fn meaning(s: CameraState) -> Term {
    match s {
        CameraState::Seeing => term(
            "Việc giám sát tại vị trí này đã được khôi phục.",
            "Surveillance of this place goes on.",
        ),
        CameraState::Degraded => term(
            "Việc giám sát vẫn tiếp tục nhưng kém tin cậy hơn.",
            "Surveillance goes on, less reliably.",
        ),
        CameraState::Blind | CameraState::Offline => term(
            "Tạm dừng giám sát tại vị trí này; không ghi nhận được vụ việc trong thời gian này.",
            "Surveillance of this place is suspended; nothing is noticed there meanwhile.",
        ),
    }
}

/// What to do about a camera's state.
pub(super) const fn task(s: CameraState) -> Term {
    match s {
        CameraState::Seeing => term("không cần xử lý thêm.", "nothing more."),
        CameraState::Degraded | CameraState::Blind | CameraState::Offline => term(
            "kiểm tra camera và đường truyền; thông báo cho đơn vị bảo trì nếu chưa khắc phục được.",
            "check the camera and its line; tell its vendor if that does not help.",
        ),
    }
}

/// Why a camera sees less than it should.
pub(super) const fn reason(r: Reason) -> Term {
    match r {
        Reason::Starting => term("đang khởi động kết nối", "connecting for the first time"),
        Reason::Unreachable => {
            term("không kết nối được tới địa chỉ camera", "its address cannot be reached")
        }
        Reason::Refused => {
            term("camera từ chối tài khoản hoặc mật khẩu", "user or password are refused")
        }
        Reason::NoVideo => {
            term("không có luồng hình ảnh giải mã được", "there is no video that can be decoded")
        }
        Reason::NoPackets => term("luồng hình ảnh bị ngắt", "the stream stopped"),
        Reason::Undecodable => term("dữ liệu hình ảnh bị lỗi", "its pictures cannot be decoded"),
        Reason::Frozen => term("hình ảnh bị đứng", "the picture is frozen"),
        Reason::Black => term("hình ảnh đen", "the picture is black"),
        Reason::OverExposed => term("hình ảnh bị lóa sáng", "the picture is over-exposed"),
        Reason::Covered => term("ống kính bị che khuất", "the lens is covered"),
        Reason::Defocused => term("hình ảnh bị mờ, mất nét", "the picture is out of focus"),
        Reason::Moved => term(
            "camera bị xoay hoặc xê dịch khỏi vị trí đã thiết lập",
            "the camera was moved or turned",
        ),
        Reason::Flicker => term("hình ảnh nhấp nháy", "the light flickers"),
        Reason::ClockWrong => term("đồng hồ camera bị sai", "the camera's clock is wrong"),
        Reason::Overloaded => term("hệ thống phân tích bị quá tải", "analysis does not keep up"),
        Reason::Stalled => term("hệ thống phân tích bị treo", "a stage of the program hung"),
        Reason::ServiceStopped => term("dịch vụ giám sát đã dừng", "the service did not run"),
    }
}
