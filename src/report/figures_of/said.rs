//! What things are called in reports, by the words that records have.

use super::asked::FiguresAsked;
use crate::report::{Cell, Words};
use crate::rules::{Domain, Kind};
use crate::store::{Handling, from_word};

/// A domain; a word of another version as it stands.
pub(super) fn domain(code: &str) -> Words {
    from_word::<Domain>(code)
        .map_or_else(|_| Words::same(code), |d| Words::new(d.name_vi(), d.name_en()))
}

/// A kind.
pub(super) fn kind(code: &str) -> Words {
    Kind::from_name(code)
        .map_or_else(|| Words::same(code), |k| Words::new(k.info().name_vi, k.info().name_en))
}

/// An agency, by its id.
pub(super) fn agency(asked: &FiguresAsked, id: &str) -> Cell {
    Cell::Words(agency_words(asked, id))
}

/// What an agency is called, by its id.
pub(super) fn agency_words(asked: &FiguresAsked, id: &str) -> Words {
    let known = asked.filter.agencies.iter().find(|a| a.id == id);
    match known {
        Some(agency) => Words::same(agency.name.as_str()),
        None if id.is_empty() => Words::new("(chưa phân công)", "(nobody's)"),
        None => Words::same(id),
    }
}

/// A day of the week, 0 Monday to 6 Sunday.
pub(super) fn weekday(n: usize) -> Words {
    const DAYS: [(&str, &str); 7] = [
        ("Thứ hai", "Monday"),
        ("Thứ ba", "Tuesday"),
        ("Thứ tư", "Wednesday"),
        ("Thứ năm", "Thursday"),
        ("Thứ sáu", "Friday"),
        ("Thứ bảy", "Saturday"),
        ("Chủ nhật", "Sunday"),
    ];
    let (vi, en) = DAYS[n % 7];
    Words::new(vi, en)
}

/// What an agency did.
pub(super) fn handling(handling: Handling) -> Words {
    let (vi, en) = match handling {
        Handling::Fined => ("Đã xử phạt", "Fined"),
        Handling::Warned => ("Nhắc nhở, cảnh cáo", "Warned"),
        Handling::NoAction => ("Không xử lý", "No action"),
        Handling::Unidentified => ("Không xác định được đối tượng", "Nobody identified"),
        Handling::Other => ("Khác", "Other"),
    };
    Words::new(vi, en)
}
