//! From YUV planes straight into a model's input tensor, in one pass: crop, scale, letterbox,
//! colour conversion and normalisation together. No RGB picture of the frame exists on the way.

use super::Region;
use super::input_form::{ChannelOrder, Layout};
use super::letterbox::Letterbox;
use super::resample::Axis;
use super::spec::InputSpec;
use crate::media::{Frame, YuvMatrix};
use std::iter::once;
use std::ops::Range;

/// A number of a tensor: 32-bit floating point, or a byte.
pub trait Sample: Copy {
    /// The nearest to `value`.
    fn of(value: f32) -> Self;
}

impl Sample for f32 {
    #[inline]
    fn of(value: f32) -> Self {
        value
    }
}

impl Sample for u8 {
    #[inline]
    fn of(value: f32) -> Self {
        // Halves up; the cast keeps within 0 to 255.
        (value + 0.5) as Self
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
    /// Writes `letterbox.region` of `frame` into the beginning of `tensor`, one picture in the
    /// layout, channel order and scale of `spec`. Pixels outside the picture become `spec.border`.
    pub fn fill<T: Sample>(
        &mut self,
        frame: &Frame,
        letterbox: Letterbox,
        spec: &InputSpec,
        tensor: &mut [T],
    ) {
        let plan = self.take_plan(letterbox);
        let (left, top, w, h) = letterbox.content;
        let width = letterbox.width;
        let area = width * letterbox.height;
        let tensor = &mut tensor[..3 * area];
        let colour = Colour::new(frame.matrix(), spec);
        if (w, h) != (width, letterbox.height) {
            colour.surround(spec.layout, &letterbox, tensor);
        }
        for samples in &mut self.samples {
            samples.resize(w, 0.0);
        }
        for row in 0..h {
            self.sample_row(frame, &plan, row);
            let at = (top + row) * width + left;
            let [ys, us, vs] = &self.samples;
            match spec.layout {
                Layout::Nchw => {
                    let (a, rest) = tensor.split_at_mut(area);
                    let (b, c) = rest.split_at_mut(area);
                    let out = [&mut a[at..at + w], &mut b[at..at + w], &mut c[at..at + w]];
                    colour.convert(ys, us, vs, out);
                }
                Layout::Nhwc => {
                    colour.interleave(ys, us, vs, &mut tensor[3 * at..3 * (at + w)]);
                }
            }
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

    /// Fills what lies around the picture with the border.
    fn surround<T: Sample>(&self, layout: Layout, letterbox: &Letterbox, tensor: &mut [T]) {
        let border = self.border.map(T::of);
        match layout {
            Layout::Nchw => {
                let area = letterbox.width * letterbox.height;
                for (plane, border) in tensor.chunks_exact_mut(area.max(1)).zip(border) {
                    around(letterbox).for_each(|part| plane[part].fill(border));
                }
            }
            Layout::Nhwc => {
                let (pixels, _) = tensor.as_chunks_mut::<3>();
                around(letterbox).for_each(|part| pixels[part].fill(border));
            }
        }
    }

    /// The three numbers of a pixel, in the model's order and scale.
    #[inline]
    fn pixel(&self, swap: bool, y: f32, u: f32, v: f32) -> [f32; 3] {
        let y = (y - self.y_offset) * self.y_scale;
        let (u, v) = (u - 128.0, v - 128.0);
        let red = (y + self.red_v * v).clamp(0.0, 255.0);
        let green = (y + self.green_u * u + self.green_v * v).clamp(0.0, 255.0);
        let blue = (y + self.blue_u * u).clamp(0.0, 255.0);
        let (a, c) = if swap { (blue, red) } else { (red, blue) };
        [
            a * self.scale[0] + self.offset[0],
            green * self.scale[1] + self.offset[1],
            c * self.scale[2] + self.offset[2],
        ]
    }

    fn convert<T: Sample>(&self, ys: &[f32], us: &[f32], vs: &[f32], out: [&mut [T]; 3]) {
        let n = ys.len();
        let (us, vs) = (&us[..n], &vs[..n]);
        let [first, second, third] = out.map(|plane| &mut plane[..n]);
        let swap = self.order[0] == 2;
        for i in 0..n {
            let [a, b, c] = self.pixel(swap, ys[i], us[i], vs[i]);
            first[i] = T::of(a);
            second[i] = T::of(b);
            third[i] = T::of(c);
        }
    }

    fn interleave<T: Sample>(&self, ys: &[f32], us: &[f32], vs: &[f32], out: &mut [T]) {
        let n = ys.len();
        let (us, vs) = (&us[..n], &vs[..n]);
        let (pixels, _) = out.as_chunks_mut::<3>();
        let pixels = &mut pixels[..n];
        let swap = self.order[0] == 2;
        for i in 0..n {
            pixels[i] = self.pixel(swap, ys[i], us[i], vs[i]).map(T::of);
        }
    }
}

/// What lies around the picture in an input, as stretches of pixels counted row by row.
fn around(letterbox: &Letterbox) -> impl Iterator<Item = Range<usize>> {
    let (left, top, w, h) = letterbox.content;
    let width = letterbox.width;
    let before = 0..top * width + left;
    let between = (1..h).map(move |row| {
        let end = (top + row) * width + left;
        end + w - width..end
    });
    let after = (top + h - 1) * width + left + w..width * letterbox.height;
    once(before).chain(between).chain(once(after))
}

#[cfg(test)]
#[allow(clippy::float_cmp)] // what was written is what is read
mod tests {
    use super::*;
    use crate::media::{MediaTime, WallTime, YuvMatrix};
    use crate::vision::{Fit, InputType};
    use proptest::prelude::*;

    fn textured(width: u32, height: u32) -> Frame {
        let plane = |w: u32, h: u32| -> Vec<u8> {
            (0..w * h).map(|i| ((i % w) * 7 + (i / w) * 13 + i / 91) as u8).collect()
        };
        let (luma, chroma) = (plane(width, height), plane(width.div_ceil(2), height.div_ceil(2)));
        let wall = WallTime::parse("2026-08-15T09:00:00").unwrap();
        let matrix = YuvMatrix { bt709: false, full_range: false };
        let planes: [&[u8]; 3] = [&luma, &chroma, &chroma];
        Frame::from_planes(0, MediaTime::ZERO, wall, (width, height), planes, matrix).unwrap()
    }

    proptest! {
        #[test]
        fn every_layout_and_type_holds_the_same_picture_with_its_border(
            frame in (2_u32..90, 2_u32..90), size in (4_usize..80, 4_usize..80),
            fit in prop::sample::select(vec![Fit::Centre, Fit::TopLeft, Fit::Stretch])) {
            let picture = textured(frame.0, frame.1);
            let (w, h) = size;
            let letterbox = Letterbox::into(Region::whole(frame.0, frame.1), w, h, fit);
            let planar = InputSpec { std: [1.0; 3], ..InputSpec::USUAL };
            let pixels = InputSpec { layout: Layout::Nhwc, ..planar };
            let bytes = InputSpec { kind: InputType::Uint8, ..pixels };
            let mut preprocessor = Preprocessor::default();
            // Whatever lay in the buffers before must be gone.
            let (mut a, mut b) = (vec![f32::NAN; 3 * w * h], vec![f32::NAN; 3 * w * h]);
            let mut c = vec![7_u8; 3 * w * h];
            preprocessor.fill(&picture, letterbox, &planar, &mut a);
            preprocessor.fill(&picture, letterbox, &pixels, &mut b);
            preprocessor.fill(&picture, letterbox, &bytes, &mut c);
            let (left, top, cw, ch) = letterbox.content;
            for y in 0..h {
                for x in 0..w {
                    let inside = (left..left + cw).contains(&x) && (top..top + ch).contains(&y);
                    for channel in 0..3 {
                        let at = 3 * (y * w + x) + channel;
                        let value = a[channel * w * h + y * w + x];
                        prop_assert_eq!(value, b[at]);
                        prop_assert!((value - f32::from(c[at])).abs() <= 0.5, "{} {}", value, c[at]);
                        prop_assert!(inside || value == 114.0, "{} at {}, {}", value, x, y);
                    }
                }
            }
        }
    }
}
