//! A worker's input tensor: one buffer for all pictures of a batch, of the model's own numbers.

use super::Letterbox;
use super::input_form::InputType;
use super::preprocess::Preprocessor;
use super::spec::InputSpec;
use crate::media::Frame;
use ort::session::SessionInputValue;
use ort::value::TensorRef;

/// Numbers of a batch, picture by picture.
#[derive(Debug)]
pub(super) enum Tensor {
    F32(Vec<f32>),
    U8(Vec<u8>),
}

impl Tensor {
    /// An empty one of the model's numbers.
    pub(super) fn of(spec: &InputSpec) -> Self {
        match spec.kind {
            InputType::Float32 => Self::F32(Vec::new()),
            InputType::Uint8 => Self::U8(Vec::new()),
        }
    }

    /// Grows to `len` numbers and never shrinks: it stays as large as the largest batch.
    pub(super) fn reserve(&mut self, len: usize) {
        match self {
            Self::F32(v) if v.len() < len => v.resize(len, 0.0),
            Self::U8(v) if v.len() < len => v.resize(len, 0),
            _ => {}
        }
    }

    /// Writes one picture from number `at` on.
    pub(super) fn fill(
        &mut self,
        at: usize,
        frame: &Frame,
        letterbox: Letterbox,
        spec: &InputSpec,
        preprocessor: &mut Preprocessor,
    ) {
        match self {
            Self::F32(v) => preprocessor.fill(frame, letterbox, spec, &mut v[at..]),
            Self::U8(v) => preprocessor.fill(frame, letterbox, spec, &mut v[at..]),
        }
    }

    /// Numbers from `at` on, as the runtime takes them.
    pub(super) fn view(
        &self,
        at: usize,
        shape: [usize; 4],
    ) -> Result<SessionInputValue<'_>, ort::Error> {
        let end = at + shape.iter().product::<usize>();
        Ok(match self {
            Self::F32(v) => TensorRef::from_array_view((shape, &v[at..end]))?.into(),
            Self::U8(v) => TensorRef::from_array_view((shape, &v[at..end]))?.into(),
        })
    }

    /// The floats; none where the model takes bytes.
    pub(super) fn floats(&self) -> &[f32] {
        match self {
            Self::F32(v) => v,
            Self::U8(_) => &[],
        }
    }
}
