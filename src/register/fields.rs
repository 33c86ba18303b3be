//! What a field must hold, column by column.

use super::column::{Column, fold};
use super::money::{NoMoney, dong};
use super::position::degrees;
use super::problem::Said;
use super::row::Field;
use crate::store::RegisterState;
use jiff::civil::Date;
use unicode_normalization::UnicodeNormalization;

/// Characters of a text at most; of a note.
const MOST_TEXT: usize = 200;
const MOST_NOTE: usize = 1000;
/// Characters of a code at most, as of a camera file's id.
const MOST_CODE: usize = 64;

/// A text of one line; `None`: the field is empty.
pub(super) fn text(field: &Field, column: Column) -> Result<Option<String>, Said> {
    let text = match field {
        Field::Empty => return Ok(None),
        Field::Failed(what) => {
            return Err(Said::new(
                format!("công thức trong ô bị lỗi {what}; nhập giá trị"),
                format!("the formula in this field failed ({what}); write the value"),
            ));
        }
        other => other.shown(),
    };
    let most = if column == Column::Note { MOST_NOTE } else { MOST_TEXT };
    let length = text.chars().count();
    if length > most {
        return Err(Said::new(
            format!("dài {length} ký tự, tối đa {most}; viết ngắn lại"),
            format!("it has {length} characters, {most} at most; shorten it"),
        ));
    }
    // Composed, as configuration is: a ward is the same whoever typed it.
    let line: String = text.split_whitespace().collect::<Vec<_>>().join(" ").nfc().collect();
    if line.chars().any(char::is_control) {
        return Err(Said::new(
            "có ký tự không in được; nhập lại",
            "it holds characters that cannot be printed; write it anew",
        ));
    }
    Ok(Some(line))
}

/// A camera's code.
pub(super) fn code(field: &Field) -> Result<Option<String>, Said> {
    let Some(code) = text(field, Column::Code)? else { return Ok(None) };
    let fit = code.len() <= MOST_CODE
        && !code.starts_with('.')
        && code.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if fit {
        return Ok(Some(code));
    }
    let like: String = fold(&code).replace(' ', "-").chars().take(MOST_CODE).collect();
    Err(Said::new(
        format!(
            "mã chỉ gồm chữ không dấu, số, \"-\", \"_\", \".\", tối đa {MOST_CODE} ký tự; ví dụ \"{like}\""
        ),
        format!(
            "a code is 1 to {MOST_CODE} letters without marks, digits, \"-\", \"_\" or \".\"; such as \"{like}\""
        ),
    ))
}

/// Degrees of latitude or longitude.
pub(super) fn degree(field: &Field, column: Column) -> Result<Option<f64>, Said> {
    let degrees = match field {
        Field::Empty => return Ok(None),
        Field::Number(number) => Some(*number),
        other => degrees(&other.shown()),
    };
    let most = if column == Column::Lat { 90.0 } else { 180.0 };
    degrees.filter(|d| d.abs() <= most).map(Some).ok_or_else(|| {
        let example = if column == Column::Lat { "9.9347" } else { "106.3453" };
        Said::new(
            format!("tọa độ phải là số thập phân từ -{most} đến {most}, ví dụ {example}"),
            format!("a coordinate is a decimal number from -{most} to {most}, such as {example}"),
        )
    })
}

/// Whole đồng.
pub(super) fn money(field: &Field) -> Result<Option<i64>, Said> {
    let read = match field {
        Field::Empty => return Ok(None),
        Field::Number(number) if number.fract() != 0.0 => Err(NoMoney::Fraction),
        Field::Number(number) => dong(&format!("{number:.0}")),
        Field::Text(text) => dong(text),
        Field::Day(_) | Field::Failed(_) => Err(NoMoney::Other),
    };
    read.map(Some).map_err(|why| match why {
        NoMoney::Words => Said::new(
            "số tiền viết bằng chữ; nhập bằng số, ví dụ 15000000",
            "the amount is written in words; write it in digits, such as 15000000",
        ),
        NoMoney::Unit(Some(amount)) => Said::new(
            format!("nhập đủ số tiền bằng số: {amount}"),
            format!("write the whole amount in digits: {amount}"),
        ),
        NoMoney::Unit(None) => Said::new(
            "nhập đủ số tiền bằng số, không dùng \"triệu\", \"tỷ\"; ví dụ 1500000000",
            "write the whole amount in digits, without \"triệu\" or \"tỷ\"; such as 1500000000",
        ),
        NoMoney::Fraction => Said::new(
            "số tiền phải là số nguyên (đồng); dấu chấm, dấu phẩy chỉ để tách từng nhóm ba chữ số",
            "an amount is whole đồng; points and commas only part groups of three digits",
        ),
        NoMoney::Amount => Said::new(
            "số tiền phải từ 0 đến 1.000.000.000.000 đồng",
            "an amount is 0 to 1,000,000,000,000 đồng",
        ),
        NoMoney::Other => Said::new(
            "không hiểu số tiền này; nhập bằng số (đồng), ví dụ 15000000",
            "this is no amount in đồng; write it in digits, such as 15000000",
        ),
    })
}

/// Yes or no; nothing is no.
pub(super) fn consent(field: &Field) -> Result<bool, Said> {
    let word = match field {
        Field::Number(number) if *number == 0.0 => return Ok(false),
        Field::Number(number) if (*number - 1.0).abs() < f64::EPSILON => return Ok(true),
        other => fold(&other.shown()),
    };
    match word.as_str() {
        "" | "khong" | "k" | "no" | "n" | "false" | "0" | "khong dong y" | "chua" => Ok(false),
        "co" | "c" | "yes" | "y" | "true" | "1" | "x" | "dong y" => Ok(true),
        _ => Err(Said::new(
            "ghi \"có\" hoặc \"không\"; để trống là không",
            "write \"yes\" or \"no\"; nothing is no",
        )),
    }
}

/// Planned, installed or removed.
pub(super) fn state(field: &Field) -> Result<Option<RegisterState>, Said> {
    let word = fold(&field.shown());
    Ok(Some(match word.as_str() {
        "" => return Ok(None),
        "planned" | "du kien" | "quy hoach" | "ke hoach" | "chua lap" | "chua lap dat" => {
            RegisterState::Planned
        }
        "installed" | "da lap" | "da lap dat" | "dang hoat dong" | "hoat dong" => {
            RegisterState::Installed
        }
        "removed" | "da thao" | "da thao do" | "thao do" | "ngung su dung" => {
            RegisterState::Removed
        }
        _ => {
            return Err(Said::new(
                "ghi \"dự kiến\", \"đã lắp đặt\" hoặc \"đã tháo dỡ\"",
                "write \"planned\", \"installed\" or \"removed\"",
            ));
        }
    }))
}

/// A day: `2025-03-31`, `31/3/2025`, `31-03-2025`.
pub(super) fn day(field: &Field, today: Date) -> Result<Option<Date>, Said> {
    let read = match field {
        Field::Empty => return Ok(None),
        Field::Day(day) => Some(*day),
        other => of_text(&other.shown()),
    };
    let Some(day) = read.filter(|d| d.year() >= 1990) else {
        return Err(Said::new(
            "ghi ngày theo dạng 31/3/2025 hoặc 2025-03-31",
            "write the day as 31/3/2025 (day first) or 2025-03-31",
        ));
    };
    if day > today {
        return Err(Said::new(
            "ngày lắp đặt ở tương lai; camera chưa lắp thì để trống và ghi \"dự kiến\"",
            "it lies in the future; leave it out of what is only planned",
        ));
    }
    Ok(Some(day))
}

fn of_text(text: &str) -> Option<Date> {
    let parts: Vec<&str> = text.trim().split(['/', '-', '.']).map(str::trim).collect();
    let [a, b, c] = parts.as_slice() else { return None };
    let (year, month, day) = if a.len() == 4 { (a, b, c) } else { (c, b, a) };
    if year.len() != 4 {
        return None;
    }
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_are_read_day_first() {
        let today = date(2026, 11, 22);
        for text in ["31/3/2025", "31-03-2025", "2025-03-31", "31.3.2025"] {
            assert_eq!(day(&Field::from(text), today), Ok(Some(date(2025, 3, 31))), "{text}");
        }
        for text in ["3/31/2025", "31/3/25", "tháng 3", "1899-01-01", "2027-01-01"] {
            assert!(day(&Field::from(text), today).is_err(), "{text}");
        }
    }

    #[test]
    fn words_of_people_are_understood() {
        assert_eq!(state(&Field::from("Đã lắp đặt")), Ok(Some(RegisterState::Installed)));
        assert_eq!(state(&Field::from("DỰ KIẾN")), Ok(Some(RegisterState::Planned)));
        assert!(state(&Field::from("hỏng")).is_err());
        assert_eq!(consent(&Field::from("Có")), Ok(true));
        assert_eq!(consent(&Field::Empty), Ok(false));
        assert!(consent(&Field::from("để hỏi lại")).is_err());
        assert!(code(&Field::from("Lê Lợi 1")).unwrap_err().en.contains("\"le-loi-1\""));
        assert_eq!(code(&Field::from("p1-le-loi-01")), Ok(Some("p1-le-loi-01".to_owned())));
    }
}
