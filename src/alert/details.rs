//! The figures of a camera's state in words, Vietnamese and English.

use super::terms;
use crate::config::Language;
use crate::media::StreamProblem;
use crate::scene::{CameraState, Detail, Reason};

/// A camera's state in one sentence: what is known beside the gravest reason, or the reasons themselves
/// where that is nothing.
pub fn told(reasons: &[Reason], detail: &Detail, language: Language) -> String {
    said(detail, language).unwrap_or_else(|| {
        let words: Vec<_> = reasons.iter().map(|r| terms::reason(*r).said(language)).collect();
        words.join("; ")
    })
}

/// What is known beside the reason, in one sentence; `None` where that is nothing.
pub(super) fn said(detail: &Detail, language: Language) -> Option<String> {
    let vi = language == Language::Vi;
    Some(match detail {
        Detail::None => return None,
        Detail::Told { text } if vi => format!("thông báo nguyên văn của hệ thống: “{text}”"),
        Detail::Told { text } => text.clone(),
        Detail::NotConnected => either(vi, "chưa kết nối lần nào", "not connected yet"),
        Detail::NotAttached => {
            either(vi, "camera không còn nằm trong hệ thống giám sát", "not attached")
        }
        Detail::Began => either(vi, "bắt đầu bản ghi hình", "the recording begins"),
        Detail::Back { seconds, from } if vi => {
            format!("hoạt động trở lại sau {} {}", length(*seconds), outage(*from))
        }
        Detail::Back { seconds, from } => {
            format!("sees again, after {seconds:.0} s of {}", from.name())
        }
        Detail::Stream { shown, problem } if vi => format!("{shown}: {}", stream_vi(problem)),
        Detail::Stream { shown, problem } => format!("{shown}: {problem}"),
        Detail::Ended => either(vi, "camera đã kết thúc luồng hình ảnh", "the stream ended"),
        Detail::Silent { seconds } if vi => {
            format!("không nhận được dữ liệu trong {seconds:.0} giây")
        }
        Detail::Silent { seconds } => format!("no packet for {seconds:.0} s"),
        Detail::Hung { stage, seconds } if vi => {
            format!("bộ phận xử lý “{stage}” bị treo {seconds:.0} giây; đang khởi động lại")
        }
        Detail::Hung { stage, seconds } => {
            format!("its {stage} stage hung for {seconds:.0} s; its session is begun anew")
        }
        _ => picture(detail, vi),
    })
}

/// What pixels and clock tell.
fn picture(detail: &Detail, vi: bool) -> String {
    match detail {
        Detail::Stood { seconds } if vi => {
            format!("cùng một hình ảnh lặp lại trong {seconds:.0} giây")
        }
        Detail::Stood { seconds } => format!("the same picture for {seconds:.0} s"),
        Detail::Bright { share } if vi => {
            format!("{:.0} % diện tích hình ảnh bị lóa sáng", 100.0 * share)
        }
        Detail::Bright { share } => {
            format!("{:.0} % of the picture is over-exposed", 100.0 * share)
        }
        Detail::Hidden { share } if vi => {
            format!("{:.0} % góc nhìn bị che khuất", 100.0 * share)
        }
        Detail::Hidden { share } => format!("something hides {:.0} % of the view", 100.0 * share),
        Detail::NothingSeen => either(
            vi,
            "không nhận ra được chi tiết nào trong hình; góc nhìn bị che khuất",
            "nothing is to be seen: something hides the view",
        ),
        Detail::Sharpness { share } if vi => {
            format!("độ nét chỉ còn {:.0} % so với bình thường", 100.0 * share)
        }
        Detail::Sharpness { share } => {
            format!("the picture has {:.0} % of its sharpness", 100.0 * share)
        }
        Detail::Shifted { across, down, degrees } if vi => shifted_vi(*across, *down, *degrees),
        Detail::Shifted { across, down, degrees } => {
            let turned = if degrees.abs() >= 0.3 {
                format!(", turned by {:.1}°", degrees.abs())
            } else {
                String::new()
            };
            format!(
                "the view lies {across:.0} pixels across and {down:.0} down from its place{turned}"
            )
        }
        Detail::Elsewhere => either(
            vi,
            "góc nhìn đã thay đổi, không xác định được độ lệch",
            "the view lies elsewhere, by how much is unknown",
        ),
        Detail::Turns { per_second } if vi => {
            format!("độ sáng thay đổi {} lần mỗi giây", comma(*per_second))
        }
        Detail::Turns { per_second } => format!("the light turns {per_second:.1} times a second"),
        Detail::Clock { ahead_seconds } => clock(*ahead_seconds, vi),
        // All others are said above.
        _ => String::new(),
    }
}

fn either(vi: bool, vietnamese: &str, english: &str) -> String {
    (if vi { vietnamese } else { english }).to_owned()
}

fn shifted_vi(across: f64, down: f64, degrees: f64) -> String {
    let mut parts = Vec::new();
    for (pixels, more, less) in
        [(across, "sang phải", "sang trái"), (down, "xuống dưới", "lên trên")]
    {
        if pixels.abs() >= 0.5 {
            let way = if pixels > 0.0 { more } else { less };
            parts.push(format!("{:.0} điểm ảnh {way}", pixels.abs()));
        }
    }
    if degrees.abs() >= 0.3 {
        parts.push(format!("xoay {}°", comma(degrees.abs())));
    }
    if parts.is_empty() {
        parts.push("dưới 1 điểm ảnh".to_owned());
    }
    format!("hình ảnh bị lệch {} so với vị trí đã thiết lập", parts.join(", "))
}

fn clock(ahead_seconds: f64, vi: bool) -> String {
    let (ahead, seconds) = (ahead_seconds > 0.0, ahead_seconds.abs());
    if vi {
        let way = if ahead { "nhanh hơn" } else { "chậm hơn" };
        return format!(
            "đồng hồ camera {way} máy chủ {}; cần kiểm tra cấu hình đồng bộ thời gian (NTP)",
            length(seconds)
        );
    }
    let way = if ahead { "ahead of" } else { "behind" };
    format!("its clock is {seconds:.0} s {way} this machine's; set its time server")
}

/// What a camera was while it did not see, after a length of time.
fn outage(state: CameraState) -> &'static str {
    match state {
        CameraState::Seeing => "hoạt động bình thường",
        CameraState::Degraded => "suy giảm chất lượng hình ảnh",
        CameraState::Blind => "không quan sát được",
        CameraState::Offline => "mất kết nối",
    }
}

fn stream_vi(problem: &StreamProblem) -> String {
    match problem {
        StreamProblem::UnknownHost => {
            "không tìm thấy tên máy chủ của camera; kiểm tra địa chỉ và máy chủ tên miền (DNS)"
                .into()
        }
        StreamProblem::PortRefused => {
            "cổng kết nối không hoạt động; kiểm tra số cổng và nguồn điện của camera".into()
        }
        StreamProblem::Unreachable(why) => {
            format!("không kết nối được ({why}); kiểm tra mạng và nguồn điện của camera")
        }
        StreamProblem::NoAnswer(seconds) => format!(
            "camera không trả lời trong {} giây; kiểm tra mạng và nguồn điện của camera",
            comma(*seconds)
        ),
        StreamProblem::Unauthorised => {
            "tên đăng nhập hoặc mật khẩu không được chấp nhận; kiểm tra lại tài khoản".into()
        }
        StreamProblem::Forbidden => {
            "tài khoản không có quyền xem; cấp quyền xem cho tài khoản này trên camera".into()
        }
        StreamProblem::NoSuchStream => {
            "camera không có luồng hình ảnh này; kiểm tra đường dẫn trong địa chỉ".into()
        }
        StreamProblem::Answer(why) => {
            format!("camera báo lỗi ({why}); kiểm tra địa chỉ và camera")
        }
        StreamProblem::Rubbish => {
            "thiết bị tại địa chỉ này không phát luồng hình ảnh; kiểm tra địa chỉ và cổng".into()
        }
        StreamProblem::NoVideo => {
            "luồng chỉ có âm thanh hoặc dữ liệu, không có hình ảnh; chọn luồng hình ảnh của camera"
                .into()
        }
        StreamProblem::Codec(codec) => {
            format!("không giải mã được chuẩn nén ({codec}); đặt camera về H.264 hoặc H.265")
        }
        StreamProblem::NoPackets(seconds) => format!(
            "không nhận được dữ liệu trong {} giây; kiểm tra camera và đường truyền",
            comma(*seconds)
        ),
        StreamProblem::Undecodable(seconds) => format!(
            "có dữ liệu nhưng không giải mã được hình ảnh nào trong {} giây; khởi động lại camera \
             hoặc giảm tốc độ bit",
            comma(*seconds)
        ),
        StreamProblem::Broken(why) => {
            format!("kết nối bị ngắt ({why}); kiểm tra đường truyền")
        }
        StreamProblem::Closed => {
            "danh sách phân đoạn đã đóng, luồng hình ảnh đã kết thúc; kiểm tra camera và máy chủ phát"
                .into()
        }
        StreamProblem::Stale => {
            "danh sách phân đoạn không còn được cập nhật; kiểm tra camera và máy chủ phát".into()
        }
        device => device_vi(device),
    }
}

/// What is wrong with a local device.
fn device_vi(problem: &StreamProblem) -> String {
    match problem {
        StreamProblem::NoDevice => {
            "không tìm thấy thiết bị; cắm lại thiết bị và xem đường dẫn trong /dev/v4l/by-id".into()
        }
        StreamProblem::NotVideo => {
            "đường dẫn này không phải thiết bị ghi hình; ghi đường dẫn của camera, ví dụ /dev/video0"
                .into()
        }
        StreamProblem::DeviceForbidden => {
            "tài khoản chạy chương trình không được mở thiết bị; đưa tài khoản vào nhóm sở hữu \
             thiết bị (thường là \"video\")"
                .into()
        }
        StreamProblem::Busy => {
            "chương trình khác đang sử dụng thiết bị; tắt chương trình đó hoặc dùng thiết bị khác"
                .into()
        }
        StreamProblem::Uncompressed => {
            "thiết bị không có H.264 hoặc Motion JPEG; dùng camera có một trong hai chuẩn này".into()
        }
        StreamProblem::DeviceFailed(why) => {
            format!("thiết bị gặp sự cố ({why}); cắm lại hoặc thay thiết bị khác")
        }
        StreamProblem::NoLibrary(name) => {
            format!("thiếu thư viện {name} của FFmpeg để đọc thiết bị tại chỗ; cài đặt libavdevice")
        }
        other => other.to_string(),
    }
}

/// A number as Vietnam writes it: to a tenth, with a comma, without an empty tenth.
fn comma(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").map_or_else(|| text.replace('.', ","), str::to_owned)
}

/// A length of time in Vietnamese.
fn length(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    match (whole / 3600, whole / 60 % 60, whole % 60) {
        (0, 0, s) => format!("{s} giây"),
        (0, m, s) => format!("{m} phút {s} giây"),
        (h, m, _) => format!("{h} giờ {m} phút"),
    }
}
