//! What people read: names in Vietnamese and English, times and lengths as Vietnam writes them.

use crate::alert::{Term, class_term, closing_term};
use crate::media::{ClockQuality, WallTime};
use crate::rules::{Closing, Domain, Kind};
use crate::scene::Reason;
use crate::store::{SourceOutcome, Status};
use crate::vision::Class;

/// One thing said in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) vi: &'static str,
    pub(super) en: &'static str,
}

const fn said(vi: &'static str, en: &'static str) -> Said {
    Said { vi, en }
}

pub(super) fn kind(k: Kind) -> Said {
    let info = k.info();
    said(info.name_vi, info.name_en)
}

pub(super) fn domain(d: Domain) -> Said {
    said(d.name_vi(), d.name_en())
}

pub(super) const fn status(s: Status) -> Said {
    match s {
        Status::Pending => said("Chờ duyệt", "Pending review"),
        Status::Acknowledged => said("Đang xử lý", "Being reviewed"),
        Status::CannotTell => said("Không đủ căn cứ kết luận", "Cannot tell"),
        Status::Confirmed => said("Đã xác nhận", "Confirmed"),
        Status::Dismissed => said("Không xác nhận vi phạm", "Dismissed"),
    }
}

const fn of_term(t: Term) -> Said {
    said(t.vi, t.en)
}

pub(super) const fn class(c: Class) -> Said {
    of_term(class_term(c))
}

pub(super) const fn closing(c: Closing) -> Said {
    of_term(closing_term(c))
}

pub(super) const fn outcome(o: SourceOutcome) -> Said {
    match o {
        SourceOutcome::Complete => said("Hoàn tất", "Complete"),
        SourceOutcome::Truncated => said("Đọc được một phần", "Read in part"),
        SourceOutcome::Interrupted => said("Bị dừng", "Interrupted"),
        SourceOutcome::Failed => said("Không xử lý được", "Failed"),
    }
}

pub(super) const fn reason(r: Reason) -> Said {
    match r {
        Reason::Starting => said("chưa kết nối", "not connected yet"),
        Reason::Unreachable => said("không kết nối được", "cannot be reached"),
        Reason::Refused => said("sai tài khoản hoặc mật khẩu", "user or password refused"),
        Reason::NoVideo => said("luồng không có hình", "no video in the stream"),
        Reason::NoPackets => said("mất tín hiệu", "no packets"),
        Reason::Undecodable => said("không giải mã được", "cannot be decoded"),
        Reason::Frozen => said("hình đứng yên", "frozen picture"),
        Reason::Black => said("hình đen", "black picture"),
        Reason::OverExposed => said("hình cháy sáng", "over-exposed"),
        Reason::Covered => said("ống kính bị che", "view covered"),
        Reason::Defocused => said("mất nét", "out of focus"),
        Reason::Moved => said("lệch hướng nhìn", "moved or turned"),
        Reason::Flicker => said("hình nhấp nháy", "flicker"),
        Reason::ClockWrong => said("sai giờ", "clock wrong"),
        Reason::Overloaded => said("máy xử lý quá tải", "analysis overloaded"),
        Reason::Stalled => said("chương trình bị treo", "program hung"),
        Reason::ServiceStopped => said("dịch vụ ngừng", "service stopped"),
    }
}

/// What must be said of a clock that cannot be trusted; `None` for one that can.
pub(super) const fn clock(q: ClockQuality) -> Option<Said> {
    match q {
        ClockQuality::Guessed => {
            Some(said("Thời gian ước tính, chưa xác thực", "Time of day is only a guess"))
        }
        ClockQuality::Given
        | ClockQuality::Metadata
        | ClockQuality::FileName
        | ClockQuality::Camera
        | ClockQuality::Host => None,
    }
}

/// Local date and time: `15/08/2026 14:30:00`.
pub(super) fn local(t: WallTime) -> String {
    t.local().strftime("%d/%m/%Y %H:%M:%S").to_string()
}

/// A place in a recording, as players show it: `1:02:03`, `0:50.3`.
pub(super) fn place(seconds: f64) -> String {
    let tenths = (seconds.max(0.0) * 10.0).round() as u64;
    let (s, tenth) = (tenths / 10, tenths % 10);
    let (h, m, s) = (s / 3600, s / 60 % 60, s % 60);
    if h > 0 { format!("{h}:{m:02}:{s:02}.{tenth}") } else { format!("{m}:{s:02}.{tenth}") }
}

/// A place in a recording to the second, for narrow columns: `0:50`.
pub(super) fn place_whole(seconds: f64) -> String {
    let mut place = place(seconds.max(0.0).floor());
    place.truncate(place.len() - 2);
    place
}

/// A length of time: `2 h 05 min`, `30 min`, `1 min 20 s`, `9.5 s`.
pub(super) fn length(seconds: f64) -> String {
    let seconds = seconds.max(0.0);
    if seconds < 9.95 {
        return format!("{seconds:.1} s");
    }
    let whole = seconds.round() as u64;
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 if whole.is_multiple_of(60) => format!("{} min", whole / 60),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        _ => format!("{} h {:02} min", whole / 3600, whole / 60 % 60),
    }
}

/// A count with thin spaces between thousands, read the same in both languages: `12 345`.
pub(super) fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() * 2);
    for (i, d) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('\u{202f}');
        }
        out.push(d);
    }
    out
}

/// A reason in Vietnamese and English.
pub fn reason_names(r: Reason) -> [&'static str; 2] {
    let said = reason(r);
    [said.vi, said.en]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_as_people_write_them() {
        assert_eq!(place(50.26), "0:50.3");
        assert_eq!(place(3723.0), "1:02:03.0");
        assert_eq!(place(59.96), "1:00.0");
        assert_eq!(place_whole(3723.9), "1:02:03");
        assert_eq!(length(9.94), "9.9 s");
        assert_eq!(length(80.2), "1 min 20 s");
        assert_eq!(length(1800.0), "30 min");
        assert_eq!(length(7500.0), "2 h 05 min");
        assert_eq!(count(1_234_567), "1\u{202f}234\u{202f}567");
        assert_eq!(count(999), "999");
        let t = WallTime("2026-08-15T17:30:05Z".parse().unwrap());
        assert_eq!(local(t), "16/08/2026 00:30:05");
    }
}
