//! Where a picture lies inside a model's input, and the way back.

use super::BBox;
use super::input_form::Fit;
use super::region::Region;

/// Where a region of the frame lies inside a model's input, and how to get back.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Letterbox {
    /// Input width, in pixels.
    pub width: usize,
    /// Input height, in pixels.
    pub height: usize,
    /// The region's picture inside the input: left, top, width, height.
    pub content: (usize, usize, usize, usize),
    /// The region of the frame, in pixels.
    pub region: Region,
}

impl Letterbox {
    /// Fits `region` into an input whose long side is `long_side` and whose sides are multiples of
    /// `multiple`; the shorter side is as short as the region's shape allows. The picture keeps its
    /// aspect and lies in the middle.
    pub fn fit(region: Region, long_side: usize, multiple: usize) -> Self {
        let (w, h) = (region.width.max(1) as f64, region.height.max(1) as f64);
        let scale = long_side as f64 / w.max(h);
        let content_w = ((w * scale).round() as usize).clamp(1, long_side);
        let content_h = ((h * scale).round() as usize).clamp(1, long_side);
        let (width, height) =
            (content_w.next_multiple_of(multiple), content_h.next_multiple_of(multiple));
        let content = ((width - content_w) / 2, (height - content_h) / 2, content_w, content_h);
        Self { width, height, content, region }
    }

    /// Fits `region` into an input of exactly this size, in pixels.
    pub fn into(region: Region, width: usize, height: usize, fit: Fit) -> Self {
        let (w, h) = (region.width.max(1) as f64, region.height.max(1) as f64);
        let scale = (width as f64 / w).min(height as f64 / h);
        let content_w = ((w * scale).round() as usize).clamp(1, width.max(1));
        let content_h = ((h * scale).round() as usize).clamp(1, height.max(1));
        let content = match fit {
            Fit::Centre => {
                ((width - content_w) / 2, (height - content_h) / 2, content_w, content_h)
            }
            Fit::TopLeft => (0, 0, content_w, content_h),
            Fit::Stretch => (0, 0, width, height),
        };
        Self { width, height, content, region }
    }

    /// A box in input pixels, cut where the picture ends.
    pub fn clip(&self, b: BBox) -> BBox {
        let (left, top, w, h) = self.content;
        let (left, top) = (left as f32, top as f32);
        let x = |v: f32| v.clamp(left, left + w as f32);
        let y = |v: f32| v.clamp(top, top + h as f32);
        BBox { x1: x(b.x1), y1: y(b.y1), x2: x(b.x2), y2: y(b.y2) }
    }

    /// A box in input pixels, as a box in frame pixels, clipped to the region.
    pub fn to_frame(&self, b: BBox) -> BBox {
        let (left, top, w, h) = self.content;
        let (sx, sy) = (self.region.width as f32 / w as f32, self.region.height as f32 / h as f32);
        let (x0, y0) = (self.region.x as f32, self.region.y as f32);
        let x = |v: f32| x0 + ((v - left as f32) * sx).clamp(0.0, self.region.width as f32);
        let y = |v: f32| y0 + ((v - top as f32) * sy).clamp(0.0, self.region.height as f32);
        BBox { x1: x(b.x1), y1: y(b.y1), x2: x(b.x2), y2: y(b.y2) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_letterbox_keeps_the_shape_and_finds_the_way_back(
            width in 2_u32..5000, height in 2_u32..5000, side in 5_usize..40) {
            let long = side * 32;
            let fit = Letterbox::fit(Region::whole(width, height), long, 32);
            prop_assert!(fit.width.is_multiple_of(32) && fit.height.is_multiple_of(32));
            prop_assert_eq!(fit.width.max(fit.height), long);
            let (left, top, w, h) = fit.content;
            prop_assert!(left + w <= fit.width && top + h <= fit.height);
            prop_assert!(fit.width - w < 32 && fit.height - h < 32);
            let inside = BBox {
                x1: left as f32,
                y1: top as f32,
                x2: (left + w) as f32,
                y2: (top + h) as f32,
            };
            let back = fit.to_frame(inside);
            prop_assert!(back.x1.abs() < 0.01 && (back.x2 - width as f32).abs() < 0.5);
            prop_assert!(back.y1.abs() < 0.01 && (back.y2 - height as f32).abs() < 0.5);
        }
    }

    proptest! {
        #[test]
        fn any_fit_finds_the_way_back_and_stays_in_the_frame(
            region in (0_u32..500, 0_u32..500, 2_u32..3000, 2_u32..3000),
            size in (8_usize..1300, 8_usize..1300),
            fit in prop::sample::select(vec![Fit::Centre, Fit::TopLeft, Fit::Stretch]),
            b in (-0.5_f32..1.5, -0.5_f32..1.5, -0.5_f32..1.5, -0.5_f32..1.5)) {
            let (x, y, width, height) = region;
            let region = Region { x, y, width, height };
            let l = Letterbox::into(region, size.0, size.1, fit);
            let (left, top, w, h) = l.content;
            prop_assert!(w >= 1 && h >= 1 && left + w <= l.width && top + h <= l.height);
            match fit {
                Fit::Stretch => prop_assert_eq!(l.content, (0, 0, size.0, size.1)),
                Fit::TopLeft => prop_assert_eq!((left, top), (0, 0)),
                Fit::Centre => {}
            }
            prop_assert!(fit == Fit::Stretch || w == l.width || h == l.height);
            let at = |u: f32, v: f32| (left as f32 + u * w as f32, top as f32 + v * h as f32);
            let ((x1, y1), (x2, y2)) = (at(b.0, b.1), at(b.2, b.3));
            let back = l.to_frame(BBox { x1, y1, x2, y2 });
            let (right, bottom) = ((x + width) as f32, (y + height) as f32);
            for (got, share) in [(back.x1, b.0), (back.x2, b.2)] {
                let wanted = x as f32 + share.clamp(0.0, 1.0) * width as f32;
                prop_assert!((got - wanted).abs() < 0.01 * width as f32 + 0.01, "{got} {wanted}");
                prop_assert!(got >= x as f32 && got <= right);
            }
            for got in [back.y1, back.y2] {
                prop_assert!(got >= y as f32 && got <= bottom);
            }
        }
    }

    #[test]
    fn a_box_of_a_region_comes_back_in_pixels_of_the_frame() {
        let region = Region { x: 100, y: 50, width: 320, height: 320 };
        let fit = Letterbox::fit(region, 640, 32);
        let back = fit.to_frame(BBox { x1: 64.0, y1: 128.0, x2: 640.0, y2: 900.0 });
        assert_eq!(back, BBox { x1: 132.0, y1: 114.0, x2: 420.0, y2: 370.0 });
    }
}
