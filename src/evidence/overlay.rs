//! Marks drawn on the picture of the moment: zone, way and subject, with a caption below.

use super::caption::Caption;
use super::error::EvidenceError;
use super::stroke::{At, Pen};
use crate::vision::BBox;
use image::RgbImage;

const DARK: [u8; 3] = [0, 0, 0];
const ZONE: [u8; 3] = [255, 214, 10];
const WAY: [u8; 3] = [64, 210, 255];
const SUBJECT: [u8; 3] = [255, 45, 45];

/// What is drawn. Points and boxes are in pixels of `frame_size`, whatever the picture's size.
pub(super) struct Marking {
    /// Width and height that the points are given in.
    pub frame_size: (u32, u32),
    /// Corners of the zone.
    pub zone: Vec<At>,
    /// Where the subject touched the ground, in order of time.
    pub path: Vec<At>,
    /// The subject at the moment; `None`: the picture is of another instant.
    pub subject: Option<BBox>,
    /// What the band below says.
    pub caption: Caption,
}

/// The picture with its marks; higher than before by the caption's band.
pub(super) fn mark(mut picture: RgbImage, marking: &Marking) -> Result<RgbImage, EvidenceError> {
    let (width, height) = marking.frame_size;
    let sx = picture.width() as f32 / width.max(1) as f32;
    let sy = picture.height() as f32 / height.max(1) as f32;
    let scale = |points: &[At]| points.iter().map(|(x, y)| (x * sx, y * sy)).collect::<Vec<_>>();
    let thin = (picture.width().max(picture.height()) as f32 / 480.0).max(1.5);
    outline(&mut picture, &scale(&marking.zone), true, thin, ZONE);
    outline(&mut picture, &scale(&marking.path), false, thin, WAY);
    if let Some(subject) = marking.subject {
        let BBox { x1, y1, x2, y2 } = subject.scaled(sx, sy);
        outline(&mut picture, &[(x1, y1), (x2, y1), (x2, y2), (x1, y2)], true, thin * 1.4, SUBJECT);
    }
    marking.caption.below(&picture)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_scaled_from_the_scene_to_the_picture() {
        let marking = Marking {
            frame_size: (100, 50),
            zone: vec![(10.0, 10.0), (90.0, 10.0), (90.0, 40.0), (10.0, 40.0)],
            path: vec![(20.0, 45.0), (80.0, 45.0)],
            subject: Some(BBox { x1: 40.0, y1: 20.0, x2: 60.0, y2: 30.0 }),
            caption: Caption::of("x"),
        };
        let plain = RgbImage::from_pixel(1500, 1500, image::Rgb([90; 3]));
        let marked = mark(plain, &marking).unwrap();
        let at = |x: u32, y: u32| marked.get_pixel(x, y).0;
        assert_eq!((at(450, 300), at(450, 1200), at(150, 750)), (ZONE, ZONE, ZONE));
        assert_eq!(at(750, 1350), WAY);
        assert_eq!((at(750, 600), at(900, 750)), (SUBJECT, SUBJECT));
        assert_eq!(at(750, 750), [90; 3], "the subject itself is not painted over");
    }
}
