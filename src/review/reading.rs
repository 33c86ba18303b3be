//! What a machine made of a plate over several pictures: a suggestion for whoever decides, never
//! entered by itself. "Cannot read" is an answer, with its reason.
//!
//! Of one picture, a plate is a line of text of a known format, or two lines that stand one over the
//! other. It is suggested where most pictures that show one agree, at least two of them.

use super::plate::{Plate, PlateFormat};
use crate::vision::plates::TextLine;
use crate::vision::{BBox, Class};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;

/// A plate counts where its characters are this sure on average, and the least sure of them this.
const SURE: f32 = 0.85;
const WEAKEST: f32 = 0.5;
/// So many pictures must agree.
const AGREE: usize = 2;
/// Of the pictures that show a plate, so large a part.
const PART: f64 = 0.6;
/// Characters that two lines of one plate may lack before the other is taken for it.
const LETTERS: std::ops::RangeInclusive<usize> = 6..=10;

/// What came of looking for a plate.
#[derive(Debug, Clone, PartialEq)]
pub enum Reading {
    /// Pictures agree on this plate.
    Read {
        /// The plate.
        plate: Plate,
        /// Pictures that show this one.
        agree: usize,
        /// Pictures that show any.
        of: usize,
        /// How sure its characters are on average, over the pictures that agree; 0 to 1.
        score: f32,
    },
    /// No plate can be suggested.
    CannotRead(Unread),
}

/// Why no plate can be suggested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Unread {
    /// No picture shows text where the subject is.
    NoText,
    /// There is text, and none of it surely of a plate's format.
    Unclear,
    /// Pictures show different plates.
    Disagree,
    /// One picture alone shows it.
    OnceOnly,
}

/// What the lines of each picture amount to. `subject` decides between formats that share characters.
pub fn read_plate(pictures: &[Vec<TextLine>], subject: Class) -> Reading {
    let mut votes: BTreeMap<String, (Plate, Vec<f32>)> = BTreeMap::new();
    let mut shown = 0;
    for lines in pictures {
        let Some((plate, score)) = of_picture(lines, subject) else { continue };
        shown += 1;
        votes.entry(plate.text.clone()).or_insert_with(|| (plate, Vec::new())).1.push(score);
    }
    let best = votes.into_values().max_by(|a, b| {
        let of = |v: &(Plate, Vec<f32>)| (v.1.len(), v.1.iter().sum::<f32>());
        of(a).0.cmp(&of(b).0).then(of(a).1.total_cmp(&of(b).1))
    });
    let Some((plate, scores)) = best else {
        let text = pictures.iter().flatten().next();
        return Reading::CannotRead(text.map_or(Unread::NoText, |_| Unread::Unclear));
    };
    let agree = scores.len();
    if shown == 1 {
        return Reading::CannotRead(Unread::OnceOnly);
    }
    if agree < AGREE || (agree as f64) < PART * shown as f64 {
        return Reading::CannotRead(Unread::Disagree);
    }
    let score = scores.iter().sum::<f32>() / agree as f32;
    Reading::Read { plate, agree, of: shown, score }
}

/// The plate that one picture shows, and how sure its characters are: of several, the surest.
fn of_picture(lines: &[TextLine], subject: Class) -> Option<(Plate, f32)> {
    let mut found: Vec<(Plate, f32)> = Vec::new();
    for (nth, upper) in lines.iter().enumerate() {
        found.extend(plate_of(&upper.text, &[upper], subject));
        for lower in &lines[nth + 1..] {
            if stand_together(&upper.bbox, &lower.bbox) {
                let text = format!("{}{}", upper.text, lower.text);
                found.extend(plate_of(&text, &[upper, lower], subject));
            }
        }
    }
    found.into_iter().max_by(|a, b| a.1.total_cmp(&b.1))
}

fn plate_of(text: &str, lines: &[&TextLine], subject: Class) -> Option<(Plate, f32)> {
    let weakest = lines.iter().map(|l| l.weakest).fold(1.0, f32::min);
    let letters = |l: &TextLine| l.text.chars().filter(char::is_ascii_alphanumeric).count();
    let count: usize = lines.iter().map(|l| letters(l)).sum();
    let score =
        lines.iter().map(|l| l.score * letters(l) as f32).sum::<f32>() / count.max(1) as f32;
    if !LETTERS.contains(&count) || score < SURE || weakest < WEAKEST {
        return None;
    }
    let plate = Plate::read(text.trim_matches(['-', '.']), Some(subject)).ok()?;
    // Four digits and a series may be part of a longer plate; foreign and military ones are too easily
    // made of other writing on a vehicle. People type those.
    let usual = matches!(
        plate.format,
        PlateFormat::Car | PlateFormat::Motorcycle | PlateFormat::FourDigits
    );
    (usual && agrees_with(text, &plate)).then_some((plate, score))
}

/// Whether a plate is no other reading of the characters than what was seen: no letter that series do
/// not bear, which a person would have meant, and two digits after a dot.
fn agrees_with(text: &str, plate: &Plate) -> bool {
    let strange = plate.text.replace("RM", "").contains(['I', 'J', 'O', 'Q', 'R', 'W']);
    let after_dot = text.rsplit_once('.').map(|(_, digits)| digits.len());
    let dotted = after_dot.is_none_or(|n| n == 2 && plate.format != PlateFormat::FourDigits);
    !strange && dotted
}

/// Whether one line stands right over the other, both as high and about as wide as lines of one plate.
fn stand_together(upper: &BBox, lower: &BBox) -> bool {
    let (high, low) = (upper.y2 - upper.y1, lower.y2 - lower.y1);
    let apart = lower.y1 - upper.y2;
    let shared = upper.x2.min(lower.x2) - upper.x1.max(lower.x1);
    let narrower = (upper.x2 - upper.x1).min(lower.x2 - lower.x1);
    let alike = high < 2.0 * low && low < 2.0 * high;
    let below = lower.y1 + low / 2.0 > upper.y2 - high / 4.0;
    alike && below && apart < high.max(low) * 0.8 && shared > 0.6 * narrower
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line(text: &str, y: f32, score: f32) -> TextLine {
        let bbox = BBox { x1: 10.0, y1: y, x2: 70.0, y2: y + 20.0 };
        TextLine { text: text.to_owned(), score, weakest: score - 0.05, bbox }
    }

    fn text(reading: &Reading) -> String {
        match reading {
            Reading::Read { plate, agree, of, .. } => format!("{} {agree}/{of}", plate.text),
            Reading::CannotRead(why) => format!("{why:?}"),
        }
    }

    fn told(pictures: &[Vec<TextLine>], subject: Class) -> String {
        text(&read_plate(pictures, subject))
    }

    #[test]
    fn one_line_and_two_lines_are_plates_where_pictures_agree() {
        let car = || vec![line("84A-123.45", 5.0, 0.98), line("TAXI", 40.0, 0.99)];
        assert_eq!(told(&[car(), car(), vec![]], Class::Car), "84A-123.45 2/2");
        let bike = || vec![line("84-B1", 5.0, 0.97), line("123.45", 26.0, 0.99)];
        assert_eq!(told(&[bike(), bike(), bike()], Class::Motorcycle), "84-B1 123.45 3/3");
        let old = || vec![line("84-F1", 5.0, 0.97), line("1234", 26.0, 0.99)];
        assert_eq!(told(&[old(), old()], Class::Motorcycle), "84-F1 1234 2/2");
        let mut wrong = car();
        wrong[0].text = "84A-123.46".to_owned();
        assert_eq!(told(&[car(), wrong.clone(), car(), car()], Class::Car), "84A-123.45 3/4");
    }

    #[test]
    fn what_cannot_be_read_is_said_with_its_reason() {
        let of = |text: &str, score| vec![line(text, 5.0, score)];
        let car = |score| of("84A-123.45", score);
        assert_eq!(told(&[], Class::Car), "NoText");
        assert_eq!(told(&[vec![], vec![]], Class::Car), "NoText");
        assert_eq!(told(&[of("HONDA", 0.99), of("HONDA", 0.99)], Class::Car), "Unclear");
        assert_eq!(told(&[car(0.8), car(0.8)], Class::Car), "Unclear", "not sure enough");
        assert_eq!(told(&[car(0.99), vec![]], Class::Car), "OnceOnly");
        let other = || of("84A-123.46", 0.99);
        assert_eq!(told(&[car(0.99), other()], Class::Car), "Disagree");
        assert_eq!(told(&[car(0.99), car(0.99), other(), other()], Class::Car), "Disagree");
        // Letters that no series bears are not made into ones that some do.
        assert_eq!(told(&[of("84O-123.45", 0.99), of("84O-123.45", 0.99)], Class::Car), "Unclear");
        // A digit that was lost makes no older plate of a newer one.
        assert_eq!(told(&[of("84A-123.4", 0.99), of("84A-123.4", 0.99)], Class::Car), "Unclear");
        // Lines far apart are of different things.
        let far = || vec![line("84-B1", 5.0, 0.97), line("123.45", 90.0, 0.99)];
        assert_eq!(told(&[far(), far()], Class::Motorcycle), "Unclear");
    }

    proptest! {
        #[test]
        fn whatever_is_read_is_a_plate_that_two_agree_on(
            texts in prop::collection::vec(prop::collection::vec("[A-Z0-9.-]{0,12}", 0..4), 0..5),
        ) {
            let picture = |texts: &Vec<String>| -> Vec<TextLine> {
                texts.iter().enumerate().map(|(n, t)| line(t, 22.0 * n as f32, 0.99)).collect()
            };
            let pictures: Vec<_> = texts.iter().map(picture).collect();
            if let Reading::Read { plate, agree, of, .. } = read_plate(&pictures, Class::Car) {
                prop_assert!(agree >= 2 && agree <= of && of <= pictures.len());
                prop_assert_eq!(Plate::read(&plate.text, Some(Class::Car)).unwrap().text, plate.text);
            }
        }
    }
}
