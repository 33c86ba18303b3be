//! Why a reviewer finds that an event is no violation: codes by kind, in both languages.
//!
//! They are what tells whoever tunes a scene what to mend, so each names one thing that can be mended
//! or understood.

use crate::rules::{Kind, Mechanism};
use serde::{Deserialize, Serialize};

/// Why an event is dismissed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// Seen well, and no violation.
    NoViolation,
    /// Somebody else did it.
    NotTheSubject,
    /// What was taken for a vehicle or a person is none, or another.
    WrongClass,
    /// Too dark, hidden, blurred.
    PoorView,
    /// The same as another event.
    Duplicate,
    /// A vehicle on duty, a permit, an emergency.
    Exempt,
    /// The light was read wrongly.
    SignalMisread,
    /// The line does not lie where the road's does.
    LineMisdrawn,
    /// The zone does not lie where the place is.
    ZoneMisdrawn,
    /// The allowed direction is drawn wrongly.
    DirectionMisdrawn,
    /// Held up by traffic or a light.
    StoppedByTraffic,
    /// Lives or works there.
    ResidentOrStaff,
    /// What lay there is no waste.
    NotLitter,
    /// Taken away again by who left it.
    PickedUpAgain,
    /// Goods being loaded or moved.
    OwnGoodsMoved,
    /// The plane on which speed was measured does not fit.
    CalibrationWrong,
    /// People were counted wrongly.
    Miscounted,
    /// Something else, told in a note.
    Other,
}

/// Those that fit every kind, in the order they are offered; `Other` comes last of all.
const COMMON: [Reason; 6] = [
    Reason::NoViolation,
    Reason::WrongClass,
    Reason::NotTheSubject,
    Reason::PoorView,
    Reason::Duplicate,
    Reason::Exempt,
];

impl Reason {
    /// The reasons offered for a kind, the likeliest of its own first.
    pub fn of(kind: Kind) -> Vec<Self> {
        use Reason::{
            CalibrationWrong, DirectionMisdrawn, LineMisdrawn, Miscounted, NotLitter,
            OwnGoodsMoved, PickedUpAgain, ResidentOrStaff, SignalMisread, StoppedByTraffic,
            ZoneMisdrawn,
        };
        let own: &[Self] = match kind.info().mechanism {
            Mechanism::Crossing if kind == Kind::RedLight => &[SignalMisread, LineMisdrawn],
            Mechanism::Crossing => &[LineMisdrawn],
            Mechanism::Direction => &[DirectionMisdrawn, ZoneMisdrawn],
            Mechanism::Dwell => &[StoppedByTraffic, ZoneMisdrawn, ResidentOrStaff],
            Mechanism::Presence => &[ZoneMisdrawn, ResidentOrStaff],
            Mechanism::Speed => &[CalibrationWrong],
            Mechanism::Riders => &[Miscounted],
            Mechanism::LeftObject => &[NotLitter, PickedUpAgain, ZoneMisdrawn],
            Mechanism::Occupancy => &[OwnGoodsMoved, ZoneMisdrawn, ResidentOrStaff],
            Mechanism::Crowd => &[Miscounted, ZoneMisdrawn],
        };
        own.iter().chain(&COMMON).copied().chain([Self::Other]).collect()
    }

    /// Whether a note must say more.
    pub const fn needs_note(self) -> bool {
        matches!(self, Self::Other)
    }

    /// In Vietnamese.
    pub const fn vi(self) -> &'static str {
        match self {
            Self::NoViolation => "Không có hành vi vi phạm",
            Self::NotTheSubject => "Không phải đối tượng được đánh dấu",
            Self::WrongClass => "Nhận dạng sai đối tượng",
            Self::PoorView => "Hình ảnh không đủ rõ",
            Self::Duplicate => "Trùng với vụ việc khác",
            Self::Exempt => "Thuộc trường hợp được miễn trừ",
            Self::SignalMisread => "Đọc sai tín hiệu đèn",
            Self::LineMisdrawn => "Vạch khai báo không đúng vị trí",
            Self::ZoneMisdrawn => "Vùng khai báo không đúng vị trí",
            Self::DirectionMisdrawn => "Chiều đi khai báo không đúng",
            Self::StoppedByTraffic => "Dừng do ùn tắc hoặc đèn tín hiệu",
            Self::ResidentOrStaff => "Người sinh sống hoặc làm việc tại chỗ",
            Self::NotLitter => "Không phải rác thải",
            Self::PickedUpAgain => "Đã tự thu dọn",
            Self::OwnGoodsMoved => "Đang bốc xếp, di chuyển hàng hóa",
            Self::CalibrationWrong => "Hiệu chuẩn mặt đường không phù hợp",
            Self::Miscounted => "Đếm sai số người",
            Self::Other => "Lý do khác (ghi rõ)",
        }
    }

    /// In English.
    pub const fn en(self) -> &'static str {
        match self {
            Self::NoViolation => "No violation",
            Self::NotTheSubject => "Not the one marked",
            Self::WrongClass => "Taken for what it is not",
            Self::PoorView => "The pictures do not show enough",
            Self::Duplicate => "The same as another event",
            Self::Exempt => "Exempt: on duty, permit or emergency",
            Self::SignalMisread => "The light was read wrongly",
            Self::LineMisdrawn => "The line is drawn in the wrong place",
            Self::ZoneMisdrawn => "The zone is drawn in the wrong place",
            Self::DirectionMisdrawn => "The direction is drawn wrongly",
            Self::StoppedByTraffic => "Held up by traffic or a light",
            Self::ResidentOrStaff => "Lives or works there",
            Self::NotLitter => "No waste",
            Self::PickedUpAgain => "Taken away again",
            Self::OwnGoodsMoved => "Goods being loaded or moved",
            Self::CalibrationWrong => "The calibration does not fit",
            Self::Miscounted => "People were counted wrongly",
            Self::Other => "Something else (say what)",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_offers_each_reason_once_and_ends_with_the_note() {
        for kind in Kind::ALL {
            let reasons = Reason::of(kind);
            let once: BTreeSet<_> = reasons.iter().collect();
            assert_eq!(once.len(), reasons.len(), "{kind:?}");
            assert_eq!(reasons.last(), Some(&Reason::Other));
            // Chosen by one key each.
            assert!(reasons.len() <= 10, "{kind:?} offers {}", reasons.len());
            assert!(reasons.iter().all(|r| !r.vi().is_empty() && !r.en().is_empty()));
        }
    }
}
