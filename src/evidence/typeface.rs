//! Text on pictures: the embedded font, measured, wrapped and drawn.
//!
//! The font is Noto Sans (SIL Open Font License, see `font/OFL.txt`), reduced to Latin with
//! Vietnamese, so that captions read the same on every machine.

use super::error::EvidenceError;
use super::stroke::blend;
use ab_glyph::{Font, FontRef, PxScaleFont, ScaleFont, point};
use image::RgbImage;
use unicode_normalization::UnicodeNormalization;

const REGULAR: &[u8] = include_bytes!("font/NotoSans-subset.ttf");
const BOLD: &[u8] = include_bytes!("font/NotoSans-Bold-subset.ttf");

/// How heavy letters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Weight {
    /// As text is.
    Regular,
    /// As headings are.
    Bold,
}

/// One weight of the font at one size.
pub(super) struct Typeface {
    font: PxScaleFont<FontRef<'static>>,
}

impl Typeface {
    /// The font at `line_pixels` from the highest accent to the lowest dot.
    pub(super) fn new(weight: Weight, line_pixels: f32) -> Result<Self, EvidenceError> {
        let bytes = match weight {
            Weight::Regular => REGULAR,
            Weight::Bold => BOLD,
        };
        let font = FontRef::try_from_slice(bytes).map_err(|_| EvidenceError::Font)?;
        Ok(Self { font: font.into_scaled(line_pixels) })
    }

    /// The text as it can be drawn: accents composed with their letters, and `?` for what the font
    /// does not have.
    pub(super) fn drawable(&self, text: &str) -> String {
        let known = |c: char| {
            if c.is_control() || c.is_whitespace() {
                ' '
            } else if self.font.glyph_id(c).0 == 0 {
                '?'
            } else {
                c
            }
        };
        text.nfc().map(known).collect()
    }

    /// Width of a drawable text, in pixels.
    pub(super) fn width(&self, text: &str) -> f32 {
        self.places(text).1
    }

    /// Draws a drawable text with its left top corner at `(x, y)`; what lies outside is cut off.
    pub(super) fn draw(
        &self,
        picture: &mut RgbImage,
        text: &str,
        (x, y): (f32, f32),
        ink: [u8; 3],
    ) {
        let base = y + self.font.ascent();
        for (c, at) in self.places(text).0 {
            let glyph = self
                .font
                .glyph_id(c)
                .with_scale_and_position(self.font.scale(), point(x + at, base));
            if let Some(outline) = self.font.outline_glyph(glyph) {
                let corner = outline.px_bounds().min;
                outline.draw(|gx, gy, cover| {
                    blend(
                        picture,
                        corner.x as i64 + gx as i64,
                        corner.y as i64 + gy as i64,
                        ink,
                        cover,
                    );
                });
            }
        }
    }

    /// Where each letter stands, from 0, and the width of all.
    fn places(&self, text: &str) -> (Vec<(char, f32)>, f32) {
        let mut x = 0.0;
        let mut previous = None;
        let mut places = Vec::with_capacity(text.len());
        for c in text.chars() {
            let id = self.font.glyph_id(c);
            if let Some(previous) = previous {
                x += self.font.kern(previous, id);
            }
            places.push((c, x));
            x += self.font.h_advance(id);
            previous = Some(id);
        }
        (places, x)
    }

    /// Breaks a drawable text into lines no wider than `width` pixels, between words where that is
    /// possible; what does not fit into `most` lines ends in `…`.
    pub(super) fn wrap(&self, text: &str, width: f32, most: usize) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        let mut line = String::new();
        for word in text.split_whitespace() {
            let longer = if line.is_empty() { word.to_owned() } else { format!("{line} {word}") };
            if self.width(&longer) <= width {
                line = longer;
                continue;
            }
            if !line.is_empty() {
                lines.push(std::mem::take(&mut line));
            }
            for c in word.chars() {
                line.push(c);
                if self.width(&line) > width && line.chars().count() > 1 {
                    line.pop();
                    lines.push(std::mem::replace(&mut line, c.to_string()));
                }
            }
        }
        if !line.is_empty() {
            lines.push(line);
        }
        if lines.len() > most {
            lines.truncate(most);
            if let Some(last) = lines.last_mut() {
                while !last.is_empty() && self.width(&format!("{last}…")) > width {
                    last.pop();
                }
                last.push('…');
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAMPLE: &str = "Ngã tư Lê Lợi – Phạm Hồng Thái, Phường 1: đỗ xe trái quy định ỲỴẵẫ";

    /// Pixels that `text` inks, drawn alone.
    fn inked(face: &Typeface, text: &str) -> usize {
        let mut picture = RgbImage::new(40, 60);
        face.draw(&mut picture, text, (4.0, 4.0), [255; 3]);
        picture.pixels().filter(|p| p.0[0] > 40).count()
    }

    #[test]
    fn every_vietnamese_letter_has_its_own_glyph() {
        let vowels = "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ";
        for weight in [Weight::Regular, Weight::Bold] {
            let face = Typeface::new(weight, 40.0).unwrap();
            for c in SAMPLE.nfc().chain(vowels.chars()).chain(vowels.to_uppercase().chars()) {
                assert_ne!(face.font.glyph_id(c).0, 0, "{c:?} is not in the font");
                assert!(c == ' ' || inked(&face, &c.to_string()) > 5, "{c:?} is drawn blank");
            }
            assert!(inked(&face, "ặ") > inked(&face, "a") + 10, "marks are drawn");
            assert_eq!(face.font.glyph_id('漢').0, 0, "the check above can fail");
        }
    }

    #[test]
    fn decomposed_text_is_drawn_like_composed_text() {
        let face = Typeface::new(Weight::Regular, 24.0).unwrap();
        let decomposed: String = SAMPLE.nfd().collect();
        assert_ne!(decomposed, SAMPLE);
        assert_eq!(face.drawable(&decomposed), SAMPLE);
        assert_eq!(face.drawable("漢\tb\u{7}"), "? b ");
    }

    #[test]
    fn text_is_drawn_and_no_line_is_wider_than_asked() {
        let face = Typeface::new(Weight::Regular, 30.0).unwrap();
        let lines = face.wrap(SAMPLE, 300.0, 9);
        assert!(lines.len() > 2);
        assert_eq!(lines.join(" "), SAMPLE);
        assert!(lines.iter().all(|l| face.width(l) <= 300.0));
        let mut picture = RgbImage::new(310, 40 * lines.len() as u32);
        for (i, line) in lines.iter().enumerate() {
            face.draw(&mut picture, line, (0.0, 40.0 * i as f32), [255; 3]);
        }
        let ink = picture.pixels().filter(|p| p.0[0] > 128).count();
        assert!(ink > 1500, "only {ink} pixels are inked");
    }

    #[test]
    fn too_much_text_ends_in_an_ellipsis_and_long_words_break() {
        let face = Typeface::new(Weight::Regular, 20.0).unwrap();
        let lines = face.wrap(&"Nguyễn".repeat(40), 120.0, 3);
        assert_eq!(lines.len(), 3);
        assert!(lines[2].ends_with('…'));
        assert!(lines.iter().all(|l| face.width(l) <= 120.0));
        assert!(face.wrap("", 100.0, 3).is_empty());
        assert_eq!(face.wrap("ab", 0.0, 5), ["a", "b"], "a width of nothing still ends");
    }
}
