//! The caption below a marked picture: what, where, when, and that nobody has confirmed it yet.

use super::context::EvidenceContext;
use super::error::EvidenceError;
use super::facts::Names;
use super::id::EventId;
use super::lamp::Lamp;
use super::measured::{measured_said, number};
use super::shot::{Part, Shot};
use super::typeface::{Typeface, Weight};
use crate::media::ClockQuality;
use crate::rules::{Incident, Measure, Quantity, Role};
use image::{Rgb, RgbImage};

const GROUND: Rgb<u8> = Rgb([18, 22, 28]);
const WHITE: [u8; 3] = [255, 255, 255];
const GREY: [u8; 3] = [205, 211, 219];
const AMBER: [u8; 3] = [255, 196, 46];

/// Height of a line of letters as a share of the picture's width: about 12 pixels an em when a
/// picture is looked at 640 pixels wide.
const LINE_SHARE: f32 = 0.0265;
/// No line is lower: letters of a smaller picture could not be read.
const LEAST_LINE: f32 = 15.0;
/// Height of an inset, in lines of letters.
const INSET_LINES: f32 = 4.5;
/// Lines that one part of the caption may take.
const MOST_LINES: usize = 4;

/// What a caption says.
#[derive(Debug, Clone)]
pub(super) struct Caption {
    lines: Vec<Line>,
}

#[derive(Debug, Clone)]
struct Line {
    text: String,
    weight: Weight,
    ink: [u8; 3],
}

impl Caption {
    /// The caption of a picture of an incident that nobody has reviewed: what, where, when, what
    /// was measured, what the lights showed, whose frames are drawn.
    pub(super) fn new(
        ctx: &EvidenceContext,
        incident: &Incident,
        id: &EventId,
        shot: Shot,
        lamps: &[Lamp],
        roles: &[Role],
    ) -> Self {
        let info = incident.kind.info();
        let camera = &ctx.camera;
        let mut place = vec![camera.name.clone()];
        place.extend(camera.ward.clone());
        place.extend(camera.position.map(|p| format!("{:.5}, {:.5}", p.lat, p.lon)));
        let wall = if shot.part == Part::Moment { incident.moment_wall } else { shot.wall };
        let mut time = wall.local().strftime("%H:%M:%S%.3f %d/%m/%Y (+07:00)").to_string();
        if shot.part != Part::Moment {
            let Names { vi, en } = apart(shot.at.since(incident.moment));
            time = format!("{time} – {vi} / {en}");
        }
        if ctx.source.clock_quality == ClockQuality::Guessed {
            time.push_str(" – thời gian ước tính / time only guessed");
        }
        let line = |text, weight, ink| Line { text, weight, ink };
        let both = |Names { vi, en }: Names| format!("{vi} / {en}");
        let mut lines = vec![
            line(format!("{} / {}", info.name_vi, info.name_en), Weight::Bold, WHITE),
            line(place.join(" · "), Weight::Regular, GREY),
            line(time, Weight::Regular, GREY),
        ];
        // How long the light was red is said with the light.
        let of_lamp = |m: &&Measure| lamps.is_empty() || m.what != Quantity::RedForSeconds;
        // What was measured is so at the moment; under another picture it would mislead.
        let told = |m: &&Measure| shot.part == Part::Moment && of_lamp(m);
        let measured: Vec<_> = incident.measured.iter().filter(told).copied().collect();
        for said in measured_said(incident.kind, &measured) {
            lines.push(line(both(said), Weight::Regular, WHITE));
        }
        for lamp in lamps {
            lines.push(line(both(lamp.said()), Weight::Bold, lamp.ink()));
        }
        if incident.owner_not_seen {
            let (vi, en) = ("Không thấy người để lại", "nobody was seen to leave it");
            lines.push(line(format!("{vi} / {en}"), Weight::Regular, WHITE));
        }
        for role in roles {
            lines.push(line(both(frame_of(*role)), Weight::Regular, GREY));
        }
        lines.push(line(
            format!("CHỜ DUYỆT / pending review · {}", id.short()),
            Weight::Bold,
            AMBER,
        ));
        if let Some(off) = shot.off {
            lines.push(line(other_instant(off), Weight::Bold, AMBER));
        }
        Self { lines }
    }

    /// Height of insets beside the text below a picture of that width, in pixels.
    pub(super) fn inset_height(picture_width: u32) -> u32 {
        (line_height(picture_width) * 1.12 * INSET_LINES).round() as u32
    }

    /// The picture with the caption in a band below it, so that no pixel is hidden. Width stays as
    /// it was. Insets stand at the right end of the band, one beside the other.
    pub(super) fn below(
        &self,
        picture: &RgbImage,
        insets: &[RgbImage],
    ) -> Result<RgbImage, EvidenceError> {
        let line = line_height(picture.width());
        let margin = (line * 0.6).round();
        let step = (line * 1.12).round();
        let beside: f32 = insets.iter().map(|i| i.width() as f32 + margin).sum();
        let width = picture.width() as f32 - beside;
        let mut rows = Vec::new();
        for part in &self.lines {
            let face = Typeface::new(part.weight, line)?;
            let text = face.drawable(&part.text);
            for row in face.wrap(&text, width - 2.0 * margin, MOST_LINES) {
                rows.push((row, part.weight, part.ink));
            }
        }
        let tallest = insets.iter().map(RgbImage::height).max().unwrap_or(0) as f32;
        let band = 2.0 * margin * 0.8 + (step * rows.len() as f32).max(tallest);
        let mut whole =
            RgbImage::from_pixel(picture.width(), picture.height() + band as u32, GROUND);
        image::imageops::replace(&mut whole, picture, 0, 0);
        let mut y = picture.height() as f32 + margin * 0.8;
        for (text, weight, ink) in rows {
            Typeface::new(weight, line)?.draw(&mut whole, &text, (margin, y), ink);
            y += step;
        }
        let mut x = width;
        for inset in insets {
            let top = picture.height() as f32 + margin * 0.8;
            image::imageops::replace(&mut whole, inset, x as i64, top as i64);
            x += inset.width() as f32 + margin;
        }
        Ok(whole)
    }
}

/// Height of a line of letters below a picture of that width, in pixels.
fn line_height(picture_width: u32) -> f32 {
    (picture_width as f32 * LINE_SHARE).max(LEAST_LINE).round()
}

/// How far a picture is from the moment; negative: before it.
fn apart(seconds: f64) -> Names {
    let (vi, en) = number(seconds.abs(), 1);
    if seconds < 0.0 {
        Names {
            vi: format!("trước thời điểm ghi nhận {vi} giây"),
            en: format!("{en} s before the moment"),
        }
    } else {
        Names {
            vi: format!("sau thời điểm ghi nhận {vi} giây"), en: format!("{en} s after it")
        }
    }
}

/// Whose frame is drawn.
fn frame_of(role: Role) -> Names {
    let (vi, en) = match role {
        Role::Owner => ("người để lại", "who left it"),
        Role::Brought => ("người, phương tiện mang đến", "who brought it"),
        Role::Rider => ("người trên xe", "who is on the vehicle"),
        Role::Member => ("người trong khu vực", "who is in the zone"),
    };
    Names { vi: format!("Khung tím: {vi}"), en: format!("violet frame: {en}") }
}

/// What is said under a picture that is not of the moment.
fn other_instant(off: f64) -> String {
    let (vi, en) = if off < 0.0 { ("trước", "before") } else { ("sau", "after") };
    let seconds = off.abs();
    let comma = format!("{seconds:.1}").replace('.', ",");
    format!(
        "Không còn hình tại thời điểm vi phạm; hình này {vi} đó {comma} giây \
         / no picture of the moment is held; this one is {seconds:.1} s {en} it"
    )
}

#[cfg(test)]
impl Caption {
    /// A caption of one bold white part.
    pub(super) fn of(text: &str) -> Self {
        Self { lines: vec![Line { text: text.to_owned(), weight: Weight::Bold, ink: WHITE }] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_stays_as_it_was_above_the_band() {
        for (width, height) in [(64, 48), (640, 360), (1080, 1920)] {
            let picture = RgbImage::from_fn(width, height, |x, y| Rgb([x as u8, y as u8, 7]));
            let whole =
                Caption::of("Đỗ xe trái quy định / Illegal parking").below(&picture, &[]).unwrap();
            assert!(whole.width() == width && whole.height() > height);
            assert!(picture.enumerate_pixels().all(|(x, y, p)| whole.get_pixel(x, y) == p));
            let ink = whole.pixels().filter(|p| p.0 == WHITE).count();
            assert!(ink > 20, "{width}×{height}: {ink} white pixels");
        }
    }

    #[test]
    fn a_picture_of_another_instant_says_so() {
        let late = other_instant(2.25);
        assert!(late.contains("sau đó 2,2 giây") && late.contains("2.2 s after it"), "{late}");
        assert!(other_instant(-1.0).contains("trước đó 1,0 giây"));
    }

    #[test]
    fn letters_grow_with_the_picture() {
        let band = |width| {
            let picture = RgbImage::new(width, 100);
            Caption::of("Ỵ").below(&picture, &[]).unwrap().height() - 100
        };
        assert_eq!(band(100), band(500), "never below what can be read");
        assert!(band(3840) > 5 * band(640));
    }
}
