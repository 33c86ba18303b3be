//! A table's field in words and as a bare value.

use crate::report::{Cell, Language};
use jiff::civil::Date;

/// A field as people read it.
pub(super) fn shown(cell: &Cell, language: Language) -> String {
    match cell {
        Cell::Nothing => "–".to_owned(),
        Cell::Words(words) => words.of(language).to_owned(),
        Cell::Count(n) => grouped(&n.to_string(), language),
        Cell::Change(n) if *n > 0 => format!("+{}", grouped(&n.to_string(), language)),
        Cell::Change(n) => number(*n as f64, 0, language),
        Cell::Number(n, decimals) => number(*n, *decimals, language),
        Cell::Share(share) => format!("{}%", number(100.0 * share, 1, language)),
        Cell::Seconds(s) => length(*s, language),
        Cell::Day(date) => day(*date, language),
        Cell::Dong(dong) => match language {
            Language::Vi => format!("{} đ", number(*dong as f64, 0, language)),
            Language::En => format!("{} VND", number(*dong as f64, 0, language)),
        },
    }
}

/// A field as programs read it: a decimal point, no groups, no unit; lengths in seconds, shares from
/// 0 to 1, days as `2026-10-31`, nothing as nothing.
pub(super) fn bare(cell: &Cell, language: Language) -> String {
    match cell {
        Cell::Nothing => String::new(),
        Cell::Words(words) => words.of(language).to_owned(),
        Cell::Count(n) => n.to_string(),
        Cell::Change(n) | Cell::Dong(n) => n.to_string(),
        Cell::Number(n, _) | Cell::Share(n) | Cell::Seconds(n) if !n.is_finite() => String::new(),
        Cell::Number(n, _) | Cell::Share(n) | Cell::Seconds(n) => n.to_string(),
        Cell::Day(date) => date.to_string(),
    }
}

/// Whether it stands to the right of its column.
pub(super) fn is_number(cell: &Cell) -> bool {
    !matches!(cell, Cell::Words(_) | Cell::Day(_))
}

/// A day: `31/10/2026`, `31 Oct 2026`.
pub(super) fn day(date: Date, language: Language) -> String {
    let form = match language {
        Language::Vi => "%d/%m/%Y",
        Language::En => "%-d %b %Y",
    };
    date.strftime(form).to_string()
}

/// A number with so many decimals, in groups of three digits, with a true minus sign.
pub(in crate::report) fn number(value: f64, decimals: u8, language: Language) -> String {
    if !value.is_finite() {
        return "–".to_owned();
    }
    let digits = format!("{:.*}", usize::from(decimals.min(9)), value.abs());
    let (whole, rest) = digits.split_once('.').unwrap_or((&digits, ""));
    let mut text = grouped(whole, language);
    if !rest.is_empty() {
        text.push(if language == Language::Vi { ',' } else { '.' });
        text.push_str(rest);
    }
    let is_zero = digits.chars().all(|c| matches!(c, '0' | '.'));
    if value < 0.0 && !is_zero { format!("−{text}") } else { text }
}

fn grouped(digits: &str, language: Language) -> String {
    let separator = if language == Language::Vi { '.' } else { ',' };
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A length of time in the unit that fits.
fn length(seconds: f64, language: Language) -> String {
    let (value, decimals, vi, en) = match seconds.abs() {
        s if s < 59.95 => (seconds, 0, "giây", "s"),
        s if s < 3597.0 => (seconds / 60.0, 1, "phút", "min"),
        s if s < 48.0 * 3600.0 => (seconds / 3600.0, 1, "giờ", "h"),
        _ => (seconds / 86_400.0, 1, "ngày", "days"),
    };
    let unit = if language == Language::Vi { vi } else { en };
    format!("{} {unit}", number(value, decimals, language))
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{En, Vi};

    #[test]
    fn numbers_are_written_as_each_language_writes_them() {
        let told = |cell: Cell| (shown(&cell, Vi), shown(&cell, En));
        let pair = |vi: &str, en: &str| (vi.to_owned(), en.to_owned());
        assert_eq!(told(Cell::Count(1_234_567)), pair("1.234.567", "1,234,567"));
        assert_eq!(told(Cell::Count(999)), pair("999", "999"));
        assert_eq!(told(Cell::Number(-1234.56, 1)), pair("−1.234,6", "−1,234.6"));
        assert_eq!(told(Cell::Number(-0.01, 1)), pair("0,0", "0.0"));
        assert_eq!(told(Cell::Number(f64::NAN, 1)), pair("–", "–"));
        assert_eq!(told(Cell::Change(5)), pair("+5", "+5"));
        assert_eq!(told(Cell::Change(-1500)), pair("−1.500", "−1,500"));
        assert_eq!(told(Cell::Change(0)), pair("0", "0"));
        assert_eq!(told(Cell::Share(0.1234)), pair("12,3%", "12.3%"));
        assert_eq!(told(Cell::Seconds(45.0)), pair("45 giây", "45 s"));
        assert_eq!(told(Cell::Seconds(750.0)), pair("12,5 phút", "12.5 min"));
        assert_eq!(told(Cell::Seconds(3599.0)), pair("1,0 giờ", "1.0 h"));
        assert_eq!(told(Cell::Seconds(86_400.0 * 3.0)), pair("3,0 ngày", "3.0 days"));
        assert_eq!(told(Cell::Dong(12_500_000)), pair("12.500.000 đ", "12,500,000 VND"));
        let day = jiff::civil::date(2026, 10, 5);
        assert_eq!(told(Cell::Day(day)), pair("05/10/2026", "5 Oct 2026"));
    }
}
