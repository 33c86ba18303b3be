//! Vietnamese number plates as a person types them: which format it is, and how it is written.
//!
//! Formats: Circular 79/2024/TT-BCA, Article 37, and the four-digit series that stay valid.

use crate::vision::Class;
use serde::{Deserialize, Serialize};

/// The letters of series.
const LETTERS: &str = "ABCDEFGHKLMNPSTUVXYZ";
/// Series of two letters that cars and trailers bear.
const CAR_SERIES: [&str; 4] = ["CD", "RM", "HC", "KT"];
/// The letter of older series that are not given out any more; electric motorcycles bear it after an M.
const OLDER: char = 'Đ';
/// Series of foreign missions and foreigners.
const FOREIGN: [&str; 4] = ["NG", "QT", "CV", "NN"];

/// Which format a plate is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlateFormat {
    /// Cars, trucks, buses: `84A-123.45`.
    Car,
    /// Motorcycles: `84-B1 123.45`, in two lines.
    Motorcycle,
    /// The older series of four digits: `84A-1234`, `84-F1 1234`.
    FourDigits,
    /// Series with the letter Đ, which are not given out any more: `84-MĐ1 123.45`, `84-Đ1 1234`,
    /// `84Đ-1234`.
    Older,
    /// Foreign missions, organisations and persons: `80-011-NG-01`.
    Foreign,
    /// The armed forces: `TM-12-34`.
    Military,
}

/// A number plate.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Plate {
    /// As it is written, with its marks; the same plate is always written the same.
    pub text: String,
    /// Which format it is of.
    pub format: PlateFormat,
}

/// Why what was typed is no plate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PlateError {
    /// Nothing, or far too much.
    #[error("a plate has 6 to 12 letters and digits")]
    Length,
    /// A character no plate bears.
    #[error("a plate has letters A to Z and Đ, digits, and - . or space between them")]
    Character,
    /// Of no format.
    #[error(
        "this is no format of Vietnamese plates: a car's is 84A-123.45, a motorcycle's 84-B1 123.45; an older one has four digits"
    )]
    Format,
    /// A letter that series do not use.
    #[error("a series has none of the letters I, J, O, Q, R, W: look again (1 and I, 0 and O)")]
    Letter,
}

impl PlateError {
    /// What is wrong, for people.
    pub const fn vi(self) -> &'static str {
        match self {
            Self::Length => "Biển số có từ 6 đến 12 chữ cái và chữ số.",
            Self::Character => {
                "Biển số chỉ có chữ cái A–Z, Đ, chữ số và dấu gạch ngang, dấu chấm, dấu cách."
            }
            Self::Format => {
                "Không đúng mẫu biển số Việt Nam: ô tô như 84A-123.45, mô tô như 84-B1 123.45; biển cũ có bốn chữ số."
            }
            Self::Letter => {
                "Sê-ri biển số không dùng các chữ I, J, O, Q, R, W. Hãy xem lại ảnh: có thể nhầm số 1 với chữ I, số 0 với chữ O."
            }
        }
    }
}

impl Plate {
    /// Reads what a person typed; small letters, spaces and marks do not matter. Where the same
    /// characters are a car's plate and an older motorcycle's, what the subject is decides.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(typed: &str, subject: Option<Class>) -> Result<Self, PlateError> {
        if typed.len() > 40 {
            return Err(PlateError::Length);
        }
        let mut bare = String::with_capacity(typed.len());
        let typed = typed.trim().replace(['đ', 'ð', 'Ð'], "Đ");
        for c in typed.chars() {
            match c.to_ascii_uppercase() {
                c @ ('A'..='Z' | '0'..='9' | OLDER) => bare.push(c),
                ' ' | '-' | '.' | '\u{2013}' => {}
                _ => return Err(PlateError::Character),
            }
        }
        if !(6..=12).contains(&bare.chars().count()) {
            return Err(PlateError::Length);
        }
        let two_wheeler = matches!(subject, Some(Class::Motorcycle | Class::Bicycle));
        let older = older(&bare);
        let tries: [fn(&str) -> Option<Self>; 6] = if two_wheeler {
            [motorcycle, old_motorcycle, car, old_car, foreign, military]
        } else {
            [car, motorcycle, old_car, old_motorcycle, foreign, military]
        };
        // Marks put as a format puts them decide before anything else.
        let as_typed = typed.to_ascii_uppercase();
        let read: Vec<Self> =
            tries.into_iter().filter_map(|read| read(&bare)).chain(older).collect();
        let exact = read.iter().position(|plate| plate.text == as_typed).unwrap_or(0);
        if let Some(plate) = read.into_iter().nth(exact) {
            return Ok(plate);
        }
        let series = bare.get(2..3).unwrap_or_default();
        let wrong = !series.is_empty() && "IJOQRW".contains(series);
        Err(if wrong { PlateError::Letter } else { PlateError::Format })
    }
}

/// The province's number: two digits, the first not zero.
fn province(bare: &str) -> Option<(&str, &str)> {
    let (number, rest) = (bare.get(..2)?, bare.get(2..)?);
    let first = number.bytes().next()?;
    (digits(number) && first != b'0').then_some((number, rest))
}

fn digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn letter(text: &str) -> bool {
    text.len() == 1 && LETTERS.contains(text)
}

const fn plate(format: PlateFormat, text: String) -> Plate {
    Plate { text, format }
}

fn car(bare: &str) -> Option<Plate> {
    let (number, rest) = province(bare)?;
    let (series, digits_of) = rest.split_at_checked(rest.len().checked_sub(5)?)?;
    let known = letter(series) || CAR_SERIES.contains(&series);
    (known && digits(digits_of)).then_some(())?;
    Some(plate(
        PlateFormat::Car,
        format!("{number}{series}-{}.{}", &digits_of[..3], &digits_of[3..]),
    ))
}

fn motorcycle(bare: &str) -> Option<Plate> {
    let (number, rest) = province(bare)?;
    let (series, digits_of) = rest.split_at_checked(2)?;
    two_wheelers_series(series)?;
    (digits_of.len() == 5 && digits(digits_of)).then_some(())?;
    let text = format!("{number}-{series} {}.{}", &digits_of[..3], &digits_of[3..]);
    Some(plate(PlateFormat::Motorcycle, text))
}

fn two_wheelers_series(series: &str) -> Option<()> {
    let (first, second) = series.split_at_checked(1)?;
    let second_fits = letter(second) || (digits(second) && second != "0");
    (letter(first) && second_fits).then_some(())
}

fn old_car(bare: &str) -> Option<Plate> {
    let (number, rest) = province(bare)?;
    let (series, digits_of) = rest.split_at_checked(1)?;
    let fits = series.bytes().all(|b| b.is_ascii_uppercase());
    (fits && digits_of.len() == 4 && digits(digits_of)).then_some(())?;
    Some(plate(PlateFormat::FourDigits, format!("{number}{series}-{digits_of}")))
}

fn old_motorcycle(bare: &str) -> Option<Plate> {
    let (number, rest) = province(bare)?;
    let (series, digits_of) = rest.split_at_checked(2)?;
    let fits = series.starts_with(|c: char| c.is_ascii_uppercase());
    (fits && digits_of.len() == 4 && digits(digits_of)).then_some(())?;
    Some(plate(PlateFormat::FourDigits, format!("{number}-{series} {digits_of}")))
}

/// What the characters may be of series with the letter Đ, the likeliest first.
fn older(bare: &str) -> Vec<Plate> {
    let Some((number, rest)) = province(bare) else { return Vec::new() };
    let mut found = Vec::new();
    for own_length in [5, 4] {
        let at = rest.len().checked_sub(own_length);
        let Some((series, own)) = at.and_then(|at| rest.split_at_checked(at)) else { continue };
        let mut signs = series.chars();
        let fits = match (signs.next(), signs.next(), signs.next(), signs.next()) {
            (Some(OLDER), None, ..) => own_length == 4,
            (Some(first), Some(second), None, None) => {
                let letters = [first, second].into_iter().filter(|c| older_letter(*c)).count();
                [first, second].contains(&OLDER)
                    && (letters == 2 || (first == OLDER && ('1'..='9').contains(&second)))
            }
            (Some('M'), Some(OLDER), Some('1'..='9'), None) => true,
            _ => false,
        };
        if fits && digits(own) {
            let own = if own_length == 5 {
                format!("{}.{}", &own[..3], &own[3..])
            } else {
                own.to_owned()
            };
            let alone = series.chars().count() == 1;
            let text = if alone {
                format!("{number}{series}-{own}")
            } else {
                format!("{number}-{series} {own}")
            };
            found.push(plate(PlateFormat::Older, text));
        }
    }
    found
}

fn older_letter(c: char) -> bool {
    c == OLDER || LETTERS.contains(c)
}

/// Province, the country's number, the series, the vehicle's number.
fn foreign(bare: &str) -> Option<Plate> {
    let (number, rest) = province(bare)?;
    let (country, rest) = rest.split_at_checked(3)?;
    let (series, own) = rest.split_at_checked(2)?;
    let fits = digits(country) && FOREIGN.contains(&series) && own.len() == 2 && digits(own);
    fits.then_some(())?;
    Some(plate(PlateFormat::Foreign, format!("{number}-{country}-{series}-{own}")))
}

/// Two letters of the unit and four digits.
fn military(bare: &str) -> Option<Plate> {
    let (unit, own) = bare.split_at_checked(2)?;
    let fits = unit.bytes().all(|b| b.is_ascii_uppercase()) && own.len() == 4 && digits(own);
    fits.then_some(())?;
    Some(plate(PlateFormat::Military, format!("{unit}-{}-{}", &own[..2], &own[2..])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(typed: &str) -> Result<(String, PlateFormat), PlateError> {
        Plate::read(typed, None).map(|p| (p.text, p.format))
    }

    #[test]
    fn each_format_is_known_and_written_one_way() {
        use PlateFormat::{Car, Foreign, FourDigits, Military, Motorcycle, Older};
        for (typed, text, format) in [
            ("84a12345", "84A-123.45", Car),
            ("51 CD - 123 45", "51CD-123.45", Car),
            ("84-b1 123.45", "84-B1 123.45", Motorcycle),
            ("84AA12345", "84-AA 123.45", Motorcycle),
            ("84A 1234", "84A-1234", FourDigits),
            ("80-011-NG-01", "80-011-NG-01", Foreign),
            ("TM1234", "TM-12-34", Military),
            ("29mđ112345", "29-MĐ1 123.45", Older),
            ("29-MĐ 123.45", "29-MĐ 123.45", Older),
            ("29-MĐ1 1234", "29-MĐ1 1234", Older),
            ("84đ-1234", "84Đ-1234", Older),
            ("84-\u{d0}1 2345", "84-Đ1 2345", Older),
        ] {
            assert_eq!(read(typed), Ok((text.to_owned(), format)), "{typed}");
        }
    }

    #[test]
    fn what_the_subject_is_decides_between_two_readings() {
        let with = |class| Plate::read("84F11234", Some(class)).unwrap();
        assert_eq!(with(Class::Motorcycle).text, "84-F1 1234");
        assert_eq!(with(Class::Car).text, "84F-112.34");
        assert_eq!(read("84-F1 1234").unwrap().0, "84-F1 1234", "marks decide first");
    }

    #[test]
    fn what_is_no_plate_is_told_why() {
        for (typed, why) in [
            ("", PlateError::Length),
            ("84A", PlateError::Length),
            ("84Ê12345", PlateError::Character),
            ("84Đ1234567", PlateError::Format),
            ("84Đ", PlateError::Length),
            ("ĐĐ1234", PlateError::Format),
            ("84A12345;DROP", PlateError::Character),
            ("<script>", PlateError::Character),
            ("04A12345", PlateError::Format),
            ("51WA12345", PlateError::Letter),
            ("84A1234567", PlateError::Format),
        ] {
            assert_eq!(read(typed), Err(why), "{typed}");
        }
    }

    proptest! {
        #[test]
        fn no_text_breaks_it_and_what_is_read_reads_again(typed in "\\PC{0,20}") {
            if let Ok((text, format)) = read(&typed) {
                prop_assert_eq!(read(&text), Ok((text, format)));
            }
        }

        #[test]
        fn an_older_plate_reads_again(typed in "[1-9][0-9][A-ZĐđ]{1,2}[0-9]?[ -]?[0-9]{3,4}[.]?[0-9]{1,2}") {
            if let Ok((text, format)) = read(&typed) {
                prop_assert_eq!(read(&text), Ok((text, format)));
            }
        }

        #[test]
        fn marks_do_not_matter(n in 10_u32..100, s in "[ABCDEFGHKLMNPSTUVXYZ]", d in "[0-9]{5}") {
            let bare = read(&format!("{n}{s}{d}"));
            prop_assert!(bare.is_ok());
            prop_assert_eq!(&bare, &read(&format!(" {n}{}-{}.{} ", s.to_lowercase(), &d[..3], &d[3..])));
        }
    }
}
