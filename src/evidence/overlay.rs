//! Marks drawn on an event's pictures: zone or lines, way, subject, others and lamps, with a caption
//! below.

use super::caption::Caption;
use super::error::EvidenceError;
use super::lamp::Lamp;
use super::stroke::{At, Pen};
use crate::vision::BBox;
use image::RgbImage;

const DARK: [u8; 3] = [0, 0, 0];
const WHITE: [u8; 3] = [255, 255, 255];
const ZONE: [u8; 3] = [255, 214, 10];
const WAY: [u8; 3] = [64, 210, 255];
const SUBJECT: [u8; 3] = [255, 45, 45];
/// Others who have to do with it; captions call it violet.
const PARTY: [u8; 3] = [208, 110, 255];

/// Insets take no more of a caption's width than this.
const INSETS_SHARE: f32 = 0.3;

/// What is drawn. Points and boxes are in pixels of `frame_size`, whatever the picture's size.
pub(super) struct Marking {
    /// Width and height that the points are given in.
    pub frame_size: (u32, u32),
    /// Corners of the zone; empty where lines matter instead.
    pub zone: Vec<At>,
    /// Lines, each with the side it is crossed to.
    pub lines: Vec<LineMark>,
    /// Where the subject touched the ground, in order of time.
    pub path: Vec<At>,
    /// Ends of the stretch that a speed was measured on.
    pub stretch: Option<[At; 2]>,
    /// The subject at the picture's instant; `None`: not known.
    pub subject: Option<BBox>,
    /// Others who have to do with it.
    pub parties: Vec<BBox>,
    /// Traffic lights, framed and enlarged.
    pub lamps: Vec<Lamp>,
    /// What the band below says.
    pub caption: Caption,
}

/// A line and a point beyond it.
pub(super) struct LineMark {
    pub points: Vec<At>,
    pub toward: At,
}

/// The picture with its marks; higher than before by the caption's band.
pub(super) fn mark(mut picture: RgbImage, marking: &Marking) -> Result<RgbImage, EvidenceError> {
    let (width, height) = marking.frame_size;
    let sx = picture.width() as f32 / width.max(1) as f32;
    let sy = picture.height() as f32 / height.max(1) as f32;
    let scale = |points: &[At]| points.iter().map(|(x, y)| (x * sx, y * sy)).collect::<Vec<_>>();
    let thin = (picture.width().max(picture.height()) as f32 / 480.0).max(1.5);
    // Before anything is drawn: an inset shows the lamps as they are.
    let most = picture.width() as f32 * INSETS_SHARE / marking.lamps.len().max(1) as f32;
    let tall = Caption::inset_height(picture.width());
    let inset = |lamp: &Lamp| lamp.inset(&picture, (sx, sy), tall, most as u32);
    let insets: Vec<RgbImage> = marking.lamps.iter().filter_map(inset).collect();
    outline(&mut picture, &scale(&marking.zone), true, thin, ZONE);
    for line in &marking.lines {
        outline(&mut picture, &scale(&line.points), false, thin * 1.3, ZONE);
        let arrow = arrow(&line.points, line.toward);
        outline(&mut picture, &scale(&arrow), false, thin, ZONE);
    }
    outline(&mut picture, &scale(&marking.path), false, thin, WAY);
    if let Some(ends) = marking.stretch {
        let [a, b] = ends.map(|(x, y)| (x * sx, y * sy));
        outline(&mut picture, &[a, b], false, thin * 1.4, WAY);
        for tick in ticks(a, b, thin * 6.0) {
            outline(&mut picture, &tick, false, thin * 1.4, WAY);
        }
    }
    let mut frame = |bbox: &BBox, width: f32, ink| {
        let BBox { x1, y1, x2, y2 } = bbox.scaled(sx, sy);
        outline(&mut picture, &[(x1, y1), (x2, y1), (x2, y2), (x1, y2)], true, width, ink);
    };
    for lamps in marking.lamps.iter().filter_map(|l| l.bbox.as_ref()) {
        frame(lamps, thin, WHITE);
    }
    for party in &marking.parties {
        frame(party, thin * 1.2, PARTY);
    }
    if let Some(subject) = &marking.subject {
        frame(subject, thin * 1.4, SUBJECT);
    }
    marking.caption.below(&picture, &insets)
}

/// Lines with a dark edge: to be seen on bright and dark ground.
pub(super) fn outline(
    picture: &mut RgbImage,
    points: &[At],
    closed: bool,
    width: f32,
    ink: [u8; 3],
) {
    Pen { width: width * 1.9, ink: DARK, cover: 0.45 }.lines(picture, points, closed);
    Pen { width, ink, cover: 1.0 }.lines(picture, points, closed);
}

/// An arrow from the middle of a line's longest part to the side it is crossed to, short enough not
/// to be taken for a line.
fn arrow(points: &[At], toward: At) -> Vec<At> {
    let length = |p: &[At]| (p[1].0 - p[0].0).hypot(p[1].1 - p[0].1);
    let Some(part) = points.windows(2).max_by(|a, b| length(a).total_cmp(&length(b))) else {
        return Vec::new();
    };
    let long = length(part);
    if long <= 0.0 {
        return Vec::new();
    }
    let (ux, uy) = ((part[1].0 - part[0].0) / long, (part[1].1 - part[0].1) / long);
    let from = (f32::midpoint(part[0].0, part[1].0), f32::midpoint(part[0].1, part[1].1));
    let side = (toward.0 - part[0].0) * -uy + (toward.1 - part[0].1) * ux;
    let (nx, ny) = if side >= 0.0 { (-uy, ux) } else { (uy, -ux) };
    let reach = (long * 0.15).clamp(6.0, 40.0);
    let tip = (from.0 + nx * reach, from.1 + ny * reach);
    let barb = |way: f32| {
        let back = reach * 0.4;
        (tip.0 - nx * back + ux * back * way, tip.1 - ny * back + uy * back * way)
    };
    vec![from, tip, barb(1.0), tip, barb(-1.0)]
}

/// Short lines across both ends of a stretch.
fn ticks(a: At, b: At, half: f32) -> [[At; 2]; 2] {
    let long = (b.0 - a.0).hypot(b.1 - a.1).max(1e-3);
    let (nx, ny) = (-(b.1 - a.1) / long * half, (b.0 - a.0) / long * half);
    [a, b].map(|(x, y)| [(x - nx, y - ny), (x + nx, y + ny)])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scene::SignalState;

    fn marking() -> Marking {
        Marking {
            frame_size: (100, 50),
            zone: vec![(10.0, 10.0), (90.0, 10.0), (90.0, 40.0), (10.0, 40.0)],
            lines: vec![],
            path: vec![(20.0, 45.0), (80.0, 45.0)],
            stretch: None,
            subject: Some(BBox { x1: 40.0, y1: 20.0, x2: 60.0, y2: 30.0 }),
            parties: vec![],
            lamps: vec![],
            caption: Caption::of("x"),
        }
    }

    #[test]
    fn marks_are_scaled_from_the_scene_to_the_picture() {
        let plain = RgbImage::from_pixel(1500, 1500, image::Rgb([90; 3]));
        let marked = mark(plain, &marking()).unwrap();
        let at = |x: u32, y: u32| marked.get_pixel(x, y).0;
        assert_eq!((at(450, 300), at(450, 1200), at(150, 750)), (ZONE, ZONE, ZONE));
        assert_eq!(at(750, 1350), WAY);
        assert_eq!((at(750, 600), at(900, 750)), (SUBJECT, SUBJECT));
        assert_eq!(at(750, 750), [90; 3], "the subject itself is not painted over");
    }

    #[test]
    fn lines_lamps_and_others_are_drawn_and_the_lamp_is_shown_enlarged_below() {
        let lamp = Lamp {
            name: "through".into(),
            bbox: Some(BBox { x1: 80.0, y1: 5.0, x2: 84.0, y2: 11.0 }),
            state: SignalState::Red,
            red_for: None,
        };
        let marking = Marking {
            zone: vec![],
            lines: vec![LineMark { points: vec![(10.0, 30.0), (90.0, 30.0)], toward: (50.0, 5.0) }],
            parties: vec![BBox { x1: 5.0, y1: 20.0, x2: 9.0, y2: 28.0 }],
            lamps: vec![lamp],
            subject: None,
            path: vec![],
            ..marking()
        };
        let glow = [10, 200, 250];
        let mut plain = RgbImage::from_pixel(1000, 500, image::Rgb([90; 3]));
        for (x, y) in (802..838).flat_map(|x| (54..106).map(move |y| (x, y))) {
            plain.put_pixel(x, y, image::Rgb(glow));
        }
        let marked = mark(plain, &marking).unwrap();
        let at = |x: u32, y: u32| marked.get_pixel(x, y).0;
        assert_eq!((at(200, 300), at(800, 300)), (ZONE, ZONE));
        assert_eq!(at(500, 285), ZONE, "the arrow points up, towards the side crossed to");
        assert_ne!(at(500, 315), ZONE);
        assert_eq!((at(800, 80), at(820, 50)), (WHITE, WHITE), "the lamps are framed");
        assert_eq!(at(820, 80), glow, "and not painted over");
        assert_eq!(at(50, 240), PARTY);
        let below: Vec<_> = marked.enumerate_pixels().filter(|(_, y, _)| *y > 500).collect();
        let shown = below.iter().filter(|(_, _, p)| p.0 == glow).count();
        assert!(shown > 300, "the lamps in the band: {shown} pixels");
        let left = below.iter().filter(|(_, _, p)| p.0 == glow).map(|(x, ..)| *x).min().unwrap();
        assert!(left > 700, "beside the text, not under it: {left}");
    }
}
