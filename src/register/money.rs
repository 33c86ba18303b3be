//! Money as people type it.

use super::column::fold;

/// Why a text is no amount in đồng.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum NoMoney {
    /// Written in words: `năm mươi triệu`.
    Words,
    /// A number and a unit: `15 triệu`; what it comes to, where that is sure.
    Unit(Option<i64>),
    /// A part of a đồng, or a separator that may be one.
    Fraction,
    /// Below nothing, or more than a city has.
    Amount,
    /// Anything else.
    Other,
}

/// No camera costs more, đồng.
const MOST: i64 = 1_000_000_000_000;

/// Whole đồng of a text: digits, in groups of three by dots, commas or blanks or not in groups; `đ`,
/// `đồng` or `VND` may follow.
pub(super) fn dong(text: &str) -> Result<i64, NoMoney> {
    let text = text.trim();
    let folded = fold(text);
    let ends = |c: char| c == ' ' || c.is_ascii_digit();
    let named = ["vnd", "dong", "d"]
        .iter()
        .any(|unit| folded.strip_suffix(unit).is_some_and(|rest| rest.ends_with(ends)));
    let end = text.rfind(|c: char| c.is_ascii_digit()).map_or(0, |at| at + 1);
    let digits = if named { text[..end].trim() } else { text };
    if digits.starts_with('-') {
        return Err(NoMoney::Amount);
    }
    if let Some(unit) = in_units(&folded) {
        return Err(unit);
    }
    if !digits.chars().any(|c| c.is_ascii_digit()) {
        let words = folded.split(' ').any(|w| NUMERALS.contains(&w));
        return Err(if words { NoMoney::Words } else { NoMoney::Other });
    }
    let number = grouped(digits)?;
    if number > MOST { Err(NoMoney::Amount) } else { Ok(number) }
}

/// Vietnamese words of numbers and units, and English units, without marks.
const NUMERALS: [&str; 22] = [
    "khong", "mot", "hai", "ba", "bon", "tu", "nam", "sau", "bay", "tam", "chin", "muoi", "tram",
    "nghin", "ngan", "trieu", "ty", "ti", "hundred", "thousand", "million", "billion",
];

/// What is wrong with `15 trieu` and the like.
fn in_units(folded: &str) -> Option<NoMoney> {
    let (number, unit) = folded
        .split_once(' ')
        .or_else(|| folded.find(|c: char| c.is_alphabetic()).map(|at| folded.split_at(at)))?;
    let unit = unit.trim().trim_end_matches("dong").trim_end_matches("vnd").trim();
    let times = match unit {
        "nghin" | "ngan" | "k" | "thousand" => 1_000,
        "trieu" | "tr" | "m" | "million" => 1_000_000,
        "ty" | "ti" | "billion" => 1_000_000_000,
        _ => {
            // `1 ty 200 trieu`, `1,5 trieu` (whose comma is a blank by now).
            let unsure = number.chars().all(|c| c.is_ascii_digit())
                && folded.split(' ').any(|w| ["nghin", "ngan", "trieu", "ty", "ti"].contains(&w));
            return unsure.then_some(NoMoney::Unit(None));
        }
    };
    let number: i64 = number.parse().ok()?;
    Some(NoMoney::Unit(number.checked_mul(times).filter(|n| *n <= MOST)))
}

/// A whole number whose digits may stand in groups of three.
fn grouped(text: &str) -> Result<i64, NoMoney> {
    let blank = |c: char| c == ' ' || c == '\u{a0}' || c == '\u{202f}' || c == '\'';
    if text.chars().any(|c| !c.is_ascii_digit() && !blank(c) && c != '.' && c != ',') {
        return Err(NoMoney::Other);
    }
    let signs: Vec<char> = text.chars().filter(|c| !c.is_ascii_digit()).collect();
    let parts: Vec<&str> = text.split(|c: char| !c.is_ascii_digit()).collect();
    let same = signs.windows(2).all(|pair| pair[0] == pair[1]);
    let threes = parts[1..].iter().all(|p| p.len() == 3) && (1..=3).contains(&parts[0].len());
    let grouped = same && threes;
    if !(signs.is_empty() || grouped) {
        return Err(NoMoney::Fraction);
    }
    parts.concat().parse().map_err(|_| NoMoney::Amount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn amounts_are_read_and_words_are_not() {
        for (text, wanted) in [
            ("15000000", 15_000_000),
            ("15.000.000", 15_000_000),
            ("15,000,000", 15_000_000),
            ("15 000 000", 15_000_000),
            ("15.000.000 đ", 15_000_000),
            ("15.000.000 đồng", 15_000_000),
            ("15000000VND", 15_000_000),
            ("0", 0),
            ("500", 500),
        ] {
            assert_eq!(dong(text), Ok(wanted), "{text}");
        }
        for (text, wanted) in [
            ("năm mươi triệu", NoMoney::Words),
            ("Mười lăm triệu đồng", NoMoney::Words),
            ("fifteen million", NoMoney::Words),
            ("15 triệu", NoMoney::Unit(Some(15_000_000))),
            ("15tr", NoMoney::Unit(Some(15_000_000))),
            ("2 tỷ", NoMoney::Unit(Some(2_000_000_000))),
            ("15 triệu đồng", NoMoney::Unit(Some(15_000_000))),
            ("1,5 triệu", NoMoney::Unit(None)),
            ("1 tỷ 200 triệu", NoMoney::Unit(None)),
            ("15.5", NoMoney::Fraction),
            ("15.000,50", NoMoney::Fraction),
            ("1500.000", NoMoney::Fraction),
            ("-5", NoMoney::Amount),
            ("9999999999999999999", NoMoney::Amount),
            ("2000000000000", NoMoney::Amount),
            ("miễn phí", NoMoney::Other),
            ("15 USD", NoMoney::Other),
        ] {
            assert_eq!(dong(text), Err(wanted), "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,30}") {
            if let Ok(amount) = dong(&text) {
                prop_assert!((0..=MOST).contains(&amount));
            }
        }

        #[test]
        fn what_is_written_in_groups_comes_back(amount in 0..MOST) {
            let plain = amount.to_string();
            let mut groups = String::new();
            for (i, c) in plain.chars().enumerate() {
                if i > 0 && (plain.len() - i).is_multiple_of(3) {
                    groups.push('.');
                }
                groups.push(c);
            }
            prop_assert_eq!(dong(&plain), Ok(amount));
            prop_assert_eq!(dong(&format!("{groups} đồng")), Ok(amount));
        }
    }
}
