//! Smooth lines on pictures.

use image::RgbImage;

/// A point of the picture, in pixels.
pub(super) type At = (f32, f32);

/// How a line is drawn.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pen {
    /// Width, in pixels.
    pub width: f32,
    /// Red, green, blue.
    pub ink: [u8; 3],
    /// 0: not to be seen, 1: hides what lies below.
    pub cover: f32,
}

impl Pen {
    /// Draws lines from point to point with round ends; what lies outside the picture is cut off.
    pub(super) fn lines(self, picture: &mut RgbImage, points: &[At], closed: bool) {
        for pair in points.windows(2) {
            self.line(picture, pair[0], pair[1]);
        }
        if let (true, [first, .., last]) = (closed, points) {
            self.line(picture, *last, *first);
        }
    }

    /// One line. Every pixel is covered by how deep its centre lies inside the line's outline; only
    /// the part of each row that the line can reach is looked at.
    fn line(self, picture: &mut RgbImage, a: At, b: At) {
        if ![a.0, a.1, b.0, b.1].iter().all(|v| v.is_finite()) {
            return;
        }
        let reach = self.width / 2.0 + 1.0;
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length2 = dx * dx + dy * dy;
        let rows = range(a.1.min(b.1) - reach, a.1.max(b.1) + reach, picture.height());
        for row in rows {
            let y = row as f32 + 0.5;
            // The stretch of the line, 0 to 1, whose height is within reach of this row.
            let (from, to) = if dy.abs() < 1e-3 {
                (0.0, 1.0)
            } else {
                let (p, q) = ((y - reach - a.1) / dy, (y + reach - a.1) / dy);
                (p.min(q).clamp(0.0, 1.0), p.max(q).clamp(0.0, 1.0))
            };
            let (p, q) = (a.0 + from * dx, a.0 + to * dx);
            for column in range(p.min(q) - reach, p.max(q) + reach, picture.width()) {
                let x = column as f32 + 0.5;
                let along = ((x - a.0) * dx + (y - a.1) * dy) / length2;
                let along = if along.is_finite() { along.clamp(0.0, 1.0) } else { 0.0 };
                let distance = (x - a.0 - along * dx).hypot(y - a.1 - along * dy);
                let inside = (self.width / 2.0 + 0.5 - distance).clamp(0.0, 1.0);
                blend(picture, column as i64, row as i64, self.ink, inside * self.cover);
            }
        }
    }
}

/// Whole numbers from `from` to `to` that are less than `end`.
fn range(from: f32, to: f32, end: u32) -> std::ops::Range<u32> {
    from.max(0.0) as u32..(to.max(-1.0) + 1.0).min(end as f32) as u32
}

/// Mixes `ink` into one pixel; outside the picture nothing happens.
pub(super) fn blend(picture: &mut RgbImage, x: i64, y: i64, ink: [u8; 3], cover: f32) {
    let (Ok(x), Ok(y)) = (u32::try_from(x), u32::try_from(y)) else { return };
    let cover = cover.clamp(0.0, 1.0);
    if let Some(pixel) = picture.get_pixel_mut_checked(x, y) {
        for (old, new) in pixel.0.iter_mut().zip(ink) {
            *old = (f32::from(*old) * (1.0 - cover) + f32::from(new) * cover).round() as u8;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const PEN: Pen = Pen { width: 4.0, ink: [255; 3], cover: 1.0 };

    fn drawn(a: At, b: At) -> RgbImage {
        let mut picture = RgbImage::new(60, 40);
        PEN.lines(&mut picture, &[a, b], false);
        picture
    }

    #[test]
    fn a_line_is_as_wide_as_its_pen() {
        let picture = drawn((10.0, 20.0), (50.0, 20.0));
        let column: Vec<u8> = (16..24).map(|y| picture.get_pixel(30, y).0[0]).collect();
        assert_eq!(column, [0, 0, 255, 255, 255, 255, 0, 0]);
        assert_eq!(picture.get_pixel(4, 20).0[0], 0, "beyond its end");
    }

    #[test]
    fn a_closed_outline_comes_back_to_its_start() {
        let corners = [(10.0, 10.0), (50.0, 10.0), (50.0, 30.0)];
        let mut picture = RgbImage::new(60, 40);
        PEN.lines(&mut picture, &corners, true);
        assert_eq!(picture.get_pixel(30, 20).0[0], 255, "the diagonal closes it");
    }

    proptest! {
        #[test]
        fn any_line_draws_the_same_pixels_both_ways_and_never_fails(
            a in (-300.0_f32..300.0, -300.0_f32..300.0),
            b in (-300.0_f32..300.0, -300.0_f32..300.0),
        ) {
            let (there, back) = (drawn(a, b), drawn(b, a));
            for (p, q) in there.pixels().zip(back.pixels()) {
                prop_assert!(p.0[0].abs_diff(q.0[0]) <= 2);
            }
            // A pixel under the line's middle is covered.
            let (x, y) = (f32::midpoint(a.0, b.0), f32::midpoint(a.1, b.1));
            if (1.0..59.0).contains(&x) && (1.0..39.0).contains(&y) {
                prop_assert!(there.get_pixel(x as u32, y as u32).0[0] > 200);
            }
        }
    }

    #[test]
    fn points_that_are_no_numbers_draw_nothing() {
        let picture = drawn((f32::NAN, 2.0), (5.0, f32::INFINITY));
        assert!(picture.pixels().all(|p| p.0 == [0; 3]));
    }
}
