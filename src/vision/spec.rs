//! What a model wants its input to be.

use super::entry::InputEntry;
use super::input_form::{ChannelOrder, Fit, InputType, Layout};
use super::letterbox::Letterbox;
use super::signature::{ElementType, Port};

/// A picture's tensor larger than this, in bytes, is refused: no camera needs 5 megapixels of
/// 32-bit colours at once, and a mistyped size must not fill the memory.
const LARGEST: usize = 64 << 20;

/// What a model wants its input to be: `(value − mean) / std` per channel, values 0 to 255.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct InputSpec {
    /// Where the channels stand.
    pub layout: Layout,
    /// Its numbers.
    pub kind: InputType,
    /// Order of channels.
    pub channels: ChannelOrder,
    /// Subtracted, in the order of channels.
    pub mean: [f32; 3],
    /// Divided by, in the order of channels.
    pub std: [f32; 3],
    /// Grey level, 0–255, around the picture.
    pub border: f32,
    /// Both sides must be multiples of this.
    pub multiple: usize,
    /// Width and height in pixels, where they cannot be chosen.
    pub size: Option<(usize, usize)>,
    /// How a picture of another shape lies in it.
    pub fit: Fit,
}

impl InputSpec {
    /// Planar floats, RGB, 0 to 1, grey around a centred picture: what most detectors take.
    pub const USUAL: Self = Self {
        layout: Layout::Nchw,
        kind: InputType::Float32,
        channels: ChannelOrder::Rgb,
        mean: [0.0; 3],
        std: [255.0; 3],
        border: 114.0,
        multiple: 32,
        size: None,
        fit: Fit::Centre,
    };

    /// What the graph's own input, then the manifest entry, then the family say.
    ///
    /// # Errors
    /// What does not go together, as the end of a sentence about the model.
    pub fn resolve(family: Self, entry: &InputEntry, port: &Port) -> Result<Self, String> {
        let ([_, a, _, b], true) = (dims(port), port.dims.len() == 4) else {
            return Err(format!("its input is {port}, not [n, 3, height, width]"));
        };
        let layout = entry.layout.unwrap_or(match (a, b) {
            (3, _) => Layout::Nchw,
            (_, 3) => Layout::Nhwc,
            _ => family.layout,
        });
        let (channels, h, w) = match layout {
            Layout::Nchw => (1, 2, 3),
            Layout::Nhwc => (3, 1, 2),
        };
        if port.fixed(channels).is_some_and(|n| n != 3) {
            let told = match layout {
                Layout::Nchw => "[n, 3, height, width]",
                Layout::Nhwc => "[n, height, width, 3]",
            };
            return Err(format!("its input is {port}, not {told}"));
        }
        let kind = match port.kind {
            ElementType::Float32 => InputType::Float32,
            ElementType::Uint8 => InputType::Uint8,
            ElementType::Float16 => {
                let how = "export it with float32 inputs and outputs";
                return Err(format!("its input {port} is float16, which is not fed here; {how}"));
            }
            _ => return Err(format!("its input {port} is neither float32 nor uint8")),
        };
        if let Some(said) = entry.kind.filter(|&said| said != kind) {
            let (said, kind) = (said.name(), kind.name());
            return Err(format!("input.type is {said}, and the graph's input is {kind}"));
        }
        if kind == InputType::Uint8 && (entry.mean.is_some() || entry.std.is_some()) {
            let why = "a graph of uint8 input normalises by itself";
            return Err(format!("input.mean and input.std are set, and {why}; leave them out"));
        }
        let (mean, std) = match kind {
            InputType::Uint8 => ([0.0; 3], [1.0; 3]),
            InputType::Float32 => {
                (entry.mean.unwrap_or(family.mean), entry.std.unwrap_or(family.std))
            }
        };
        let spec = Self {
            layout,
            kind,
            channels: entry.channels.unwrap_or(family.channels),
            mean,
            std,
            border: entry.border.unwrap_or(family.border),
            multiple: entry.multiple.unwrap_or(family.multiple),
            size: size(entry, port.fixed(w), port.fixed(h))?,
            fit: entry.fit.unwrap_or(family.fit),
        };
        spec.sound(port.fixed(0).unwrap_or(1))?;
        Ok(spec)
    }

    /// Whether the numbers make sense, for a batch of `pictures`.
    fn sound(&self, pictures: usize) -> Result<(), String> {
        if !self.mean.iter().all(|v| v.is_finite()) {
            return Err("input.mean is not finite".into());
        }
        if !self.std.iter().all(|v| v.is_normal() && *v > 0.0) {
            return Err(format!("input.std is {:?}; each must be above 0", self.std));
        }
        if !(0.0..=255.0).contains(&self.border) {
            return Err(format!("input.border is {}, not 0 to 255", self.border));
        }
        if !(1..=512).contains(&self.multiple) {
            return Err(format!("input.multiple is {}, not 1 to 512", self.multiple));
        }
        let Some((width, height)) = self.size else { return Ok(()) };
        let bytes = [3, width, height, pictures]
            .iter()
            .try_fold(self.kind.bytes(), |product, &n| product.checked_mul(n));
        match bytes {
            Some(bytes) if bytes <= LARGEST => Ok(()),
            _ => Err(format!(
                "its input of {pictures} × 3 × {height} × {width} {} takes {} MiB, more than the {} MiB \
                 allowed",
                self.kind.name(),
                bytes.map_or_else(|| "too many".into(), |b| b.div_ceil(1 << 20).to_string()),
                LARGEST >> 20
            )),
        }
    }

    /// Where `region` lies in the input when it is looked at with this long side, in pixels; an
    /// input of a fixed size keeps its own.
    pub fn letterbox(&self, region: super::Region, long_side: usize) -> Letterbox {
        if let Some((width, height)) = self.size {
            return Letterbox::into(region, width, height, self.fit);
        }
        let free = Letterbox::fit(region, long_side, self.multiple);
        match self.fit {
            Fit::Centre => free,
            fit => Letterbox::into(region, free.width, free.height, fit),
        }
    }

    /// The tensor's shape for a batch.
    pub fn shape(&self, pictures: usize, width: usize, height: usize) -> [usize; 4] {
        match self.layout {
            Layout::Nchw => [pictures, 3, height, width],
            Layout::Nhwc => [pictures, height, width, 3],
        }
    }
}

fn dims(port: &Port) -> [i64; 4] {
    std::array::from_fn(|i| port.dims.get(i).copied().unwrap_or(-1))
}

/// The size that cannot be chosen, from the graph or the entry.
fn size(
    entry: &InputEntry,
    width: Option<usize>,
    height: Option<usize>,
) -> Result<Option<(usize, usize)>, String> {
    let said = entry.size.map(|[w, h]| (w, h));
    if let Some((0, _) | (_, 0)) = said {
        return Err("input.size has a side of 0".into());
    }
    match (said, width, height) {
        (None, None, None) => Ok(None),
        (None, Some(w), Some(h)) => Ok(Some((w, h))),
        (None, ..) => Err("its input has one fixed and one free side; set input.size".into()),
        (Some((w, h)), gw, gh) => {
            if gw.is_some_and(|g| g != w) || gh.is_some_and(|g| g != h) {
                let told = |n: Option<usize>| n.map_or_else(|| "any".into(), |n| n.to_string());
                let graph = format!("{} × {}", told(gw), told(gh));
                return Err(format!("input.size is {w} × {h}, and the graph wants {graph}"));
            }
            Ok(Some((w, h)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn port(kind: ElementType, dims: &[i64]) -> Port {
        Port { name: "images".into(), kind, dims: dims.to_vec() }
    }

    fn resolve(entry: &InputEntry, kind: ElementType, dims: &[i64]) -> Result<InputSpec, String> {
        InputSpec::resolve(InputSpec::USUAL, entry, &port(kind, dims))
    }

    #[test]
    fn the_graph_tells_layout_type_and_size() {
        let none = InputEntry::default();
        let planar = resolve(&none, ElementType::Float32, &[1, 3, 480, 640]).unwrap();
        assert_eq!((planar.layout, planar.size), (Layout::Nchw, Some((640, 480))));
        let bytes = resolve(&none, ElementType::Uint8, &[1, -1, -1, 3]).unwrap();
        assert_eq!((bytes.layout, bytes.kind, bytes.size), (Layout::Nhwc, InputType::Uint8, None));
        assert_eq!((bytes.mean, bytes.std), ([0.0; 3], [1.0; 3]));
        assert_eq!(bytes.shape(2, 640, 384), [2, 384, 640, 3]);
    }

    #[test]
    fn what_does_not_go_together_is_said() {
        let told = |entry: InputEntry, kind, dims: &[i64]| resolve(&entry, kind, dims).unwrap_err();
        let float = ElementType::Float32;
        let none = InputEntry::default;
        assert!(told(none(), float, &[1, 4, 64, 64]).contains("not [n, 3, height, width]"));
        assert!(told(none(), float, &[1, 1000]).contains("not [n, 3, height, width]"));
        assert!(told(none(), ElementType::Float16, &[1, 3, 64, 64]).contains("export it with"));
        let size = InputEntry { size: Some([320, 320]), ..none() };
        assert!(
            told(size, float, &[1, 3, 640, 640]).contains("320 × 320, and the graph wants 640")
        );
        let scaled = InputEntry { std: Some([255.0; 3]), ..none() };
        assert!(told(scaled, ElementType::Uint8, &[1, 64, 64, 3]).contains("leave them out"));
        let huge = told(none(), float, &[1, 3, 8192, 8192]);
        assert!(huge.contains("takes 768 MiB, more than the 64"), "{huge}");
        let flat = InputEntry { std: Some([0.0, 1.0, 1.0]), ..none() };
        assert!(told(flat, float, &[1, 3, 64, 64]).contains("each must be above 0"));
        assert!(told(none(), float, &[1, 3, 640, -1]).contains("set input.size"));
    }
}
