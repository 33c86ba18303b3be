//! From YUV planes straight into a model's input tensor, in one pass: crop, scale, letterbox,
//! colour conversion and normalisation together. No RGB picture of the frame exists on the way.

use super::resample::Axis;
use super::spec::{ChannelOrder, Fit, InputSpec};
use super::{BBox, Region};
use crate::media::{Frame, YuvMatrix};

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

/// Sampling tables kept: a few cameras' whole frames outlive the passing regions between them.
const PLANS: usize = 16;

/// Fills tensors from frames. Keeps its tables and row buffers from frame to frame, so that steady
/// cameras cost no allocation.
#[derive(Debug, Default)]
pub struct Preprocessor {
    /// The latest used last.
    plans: Vec<Plan>,
    rows: [Vec<f32>; 3],
    samples: [Vec<f32>; 3],
}

/// Sampling tables for one shape of frame and letterbox.
#[derive(Debug)]
struct Plan {
    letterbox: Letterbox,
    luma: (Axis, Axis),
    chroma: (Axis, Axis),
}

impl Plan {
    fn new(letterbox: Letterbox) -> Self {
        let Region { x, y, width, height } = letterbox.region;
        let (_, _, w, h) = letterbox.content;
        let luma = (Axis::new(x as f64, width as f64, w), Axis::new(y as f64, height as f64, h));
        // Chroma samples lie at half the rate; MPEG siting is a quarter of a luma pixel off the
        // middle, far below what a detector can tell.
        let half = |v: u32| f64::from(v) / 2.0;
        let chroma = (Axis::new(half(x), half(width), w), Axis::new(half(y), half(height), h));
        Self { letterbox, luma, chroma }
    }
}

impl Preprocessor {
    /// Writes `letterbox.region` of `frame` into `tensor`, planar `[3, height, width]` floats in the
    /// channel order and scale of `spec`. Pixels outside the picture become `spec.border`.
    pub fn fill(
        &mut self,
        frame: &Frame,
        letterbox: Letterbox,
        spec: &InputSpec,
        tensor: &mut [f32],
    ) {
        let plan = self.take_plan(letterbox);
        let (left, top, w, h) = letterbox.content;
        let area = letterbox.width * letterbox.height;
        let colour = Colour::new(frame.matrix(), spec);
        let (first, rest) = tensor.split_at_mut(area);
        let (second, third) = rest.split_at_mut(area);
        let mut planes = [first, second, &mut third[..area]];
        if (w, h) != (letterbox.width, letterbox.height) {
            for (plane, border) in planes.iter_mut().zip(colour.border) {
                plane.fill(border);
            }
        }
        for samples in &mut self.samples {
            samples.resize(w, 0.0);
        }
        for row in 0..h {
            self.sample_row(frame, &plan, row);
            let at = (top + row) * letterbox.width + left;
            let [a, b, c] = &mut planes;
            let out = [&mut a[at..at + w], &mut b[at..at + w], &mut c[at..at + w]];
            let [ys, us, vs] = &self.samples;
            colour.convert(ys, us, vs, out);
        }
        self.plans.push(plan);
    }

    /// The tables for `letterbox`, out of those kept or new; makes room to put them back.
    fn take_plan(&mut self, letterbox: Letterbox) -> Plan {
        if let Some(at) = self.plans.iter().rposition(|plan| plan.letterbox == letterbox) {
            return self.plans.remove(at);
        }
        if self.plans.len() >= PLANS {
            self.plans.remove(0);
        }
        Plan::new(letterbox)
    }

    /// Y, U and V of one output row, resampled, into `self.samples`.
    fn sample_row(&mut self, frame: &Frame, plan: &Plan, row: usize) {
        let [y_row, u_row, v_row] = &mut self.rows;
        let [ys, us, vs] = &mut self.samples;
        plan.luma.1.blend_rows(row, frame.plane(0), y_row);
        plan.luma.0.gather(y_row, ys);
        let (cx, cy) = (&plan.chroma.0, &plan.chroma.1);
        cy.blend_rows(row, frame.plane(1), u_row);
        cy.blend_rows(row, frame.plane(2), v_row);
        cx.gather(u_row, us);
        cx.gather(v_row, vs);
    }
}

/// YUV → RGB (ITU-R BT.601 or BT.709) and the model's normalisation.
struct Colour {
    y_scale: f32,
    y_offset: f32,
    red_v: f32,
    green_u: f32,
    green_v: f32,
    blue_u: f32,
    /// Per output plane: which of red, green, blue, times what, plus what.
    order: [usize; 3],
    scale: [f32; 3],
    offset: [f32; 3],
    border: [f32; 3],
}

impl Colour {
    fn new(matrix: YuvMatrix, spec: &InputSpec) -> Self {
        let (kr, kb): (f32, f32) = if matrix.bt709 { (0.2126, 0.0722) } else { (0.299, 0.114) };
        let kg = 1.0 - kr - kb;
        let (y_scale, y_offset, c_scale) =
            if matrix.full_range { (1.0, 0.0, 1.0) } else { (255.0 / 219.0, 16.0, 255.0 / 224.0) };
        let order = match spec.channels {
            ChannelOrder::Rgb => [0, 1, 2],
            ChannelOrder::Bgr => [2, 1, 0],
        };
        let scale = spec.std.map(|s| 1.0 / s);
        let offset = [0, 1, 2].map(|i| -spec.mean[i] / spec.std[i]);
        let border = [0, 1, 2].map(|i| spec.border * scale[i] + offset[i]);
        Self {
            y_scale,
            y_offset,
            red_v: c_scale * 2.0 * (1.0 - kr),
            green_u: -c_scale * 2.0 * (1.0 - kb) * kb / kg,
            green_v: -c_scale * 2.0 * (1.0 - kr) * kr / kg,
            blue_u: c_scale * 2.0 * (1.0 - kb),
            order,
            scale,
            offset,
            border,
        }
    }

    fn convert(&self, ys: &[f32], us: &[f32], vs: &[f32], out: [&mut [f32]; 3]) {
        let n = ys.len();
        let (us, vs) = (&us[..n], &vs[..n]);
        let [first, second, third] = out.map(|plane| &mut plane[..n]);
        let swap = self.order[0] == 2;
        for i in 0..n {
            let y = (ys[i] - self.y_offset) * self.y_scale;
            let (u, v) = (us[i] - 128.0, vs[i] - 128.0);
            let red = (y + self.red_v * v).clamp(0.0, 255.0);
            let green = (y + self.green_u * u + self.green_v * v).clamp(0.0, 255.0);
            let blue = (y + self.blue_u * u).clamp(0.0, 255.0);
            let (a, c) = if swap { (blue, red) } else { (red, blue) };
            first[i] = a * self.scale[0] + self.offset[0];
            second[i] = green * self.scale[1] + self.offset[1];
            third[i] = c * self.scale[2] + self.offset[2];
        }
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

    #[test]
    fn a_box_of_a_region_comes_back_in_pixels_of_the_frame() {
        let region = Region { x: 100, y: 50, width: 320, height: 320 };
        let fit = Letterbox::fit(region, 640, 32);
        let back = fit.to_frame(BBox { x1: 64.0, y1: 128.0, x2: 640.0, y2: 900.0 });
        assert_eq!(back, BBox { x1: 132.0, y1: 114.0, x2: 420.0, y2: 370.0 });
    }
}
