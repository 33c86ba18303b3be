//! One worker's eyes: a session with its buffers.

use super::classes::ClassTable;
use super::family::{self, Ask, Output, Outputs, RawDetection, Scratch, Values};
use super::letterbox::Letterbox;
use super::model::Model;
use super::preprocess::Preprocessor;
use super::region::Region;
use super::tensor::Tensor;
use super::{Detection, VisionError};
use crate::media::Frame;
use ort::session::Session;
use ort::value::{DynValue, TensorElementType};
use std::borrow::Cow;
use std::sync::Arc;

/// How to look at a camera's frames.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Look {
    /// Long side of the model's input, in pixels, a multiple of 32.
    pub long_side: usize,
    /// Detections below this score are not made, 0 to 1.
    pub min_score: f32,
}

/// One worker's eyes: a session with its buffers. `Send`, not shared.
///
/// Pictures are gathered into a batch ([`Detector::begin`], [`Detector::add`]), or one is a batch of
/// its own ([`Detector::prepare`]); then the model runs. Running again runs the same batch.
pub struct Detector {
    model: Arc<Model>,
    session: Session,
    preprocessor: Preprocessor,
    /// Width and height of every picture of the batch.
    size: (usize, usize),
    tensor: Tensor,
    letterboxes: Vec<Letterbox>,
    scratch: Scratch,
}

impl Detector {
    /// A new session of `model`.
    ///
    /// # Errors
    /// [`VisionError::ModelCorrupt`] where the runtime refuses.
    pub fn new(model: Arc<Model>) -> Result<Self, VisionError> {
        let session = model.session()?;
        let tensor = Tensor::of(model.input());
        let (preprocessor, letterboxes) = (Preprocessor::default(), Vec::new());
        let scratch = Scratch::default();
        Ok(Self { model, session, preprocessor, size: (0, 0), tensor, letterboxes, scratch })
    }

    /// Makes a batch of one from a region of a frame; the input takes the region's shape, where its
    /// size is free.
    pub fn prepare(&mut self, frame: &Frame, region: Region, look: Look) {
        let letterbox = self.model.input().letterbox(region, look.long_side);
        self.begin(letterbox.width, letterbox.height);
        self.put(frame, letterbox);
    }

    /// Begins a batch whose pictures all have this input size, in pixels, both sides multiples of
    /// the input's `multiple`. An input of a fixed size keeps its own.
    pub fn begin(&mut self, width: usize, height: usize) {
        self.size = self.model.input().size.unwrap_or((width, height));
        self.letterboxes.clear();
    }

    /// Adds one region of a frame, fitted into the batch's size.
    pub fn add(&mut self, frame: &Frame, region: Region) {
        let (width, height) = self.size;
        self.put(frame, Letterbox::into(region, width, height, self.model.input().fit));
    }

    /// Pictures in the batch.
    pub fn batch_len(&self) -> usize {
        self.letterboxes.len()
    }

    fn put(&mut self, frame: &Frame, letterbox: Letterbox) {
        let one = self.one();
        let at = one * self.letterboxes.len();
        self.tensor.reserve(at + one);
        self.tensor.fill(at, frame, letterbox, self.model.input(), &mut self.preprocessor);
        self.letterboxes.push(letterbox);
    }

    /// Numbers that one picture takes in the tensor.
    const fn one(&self) -> usize {
        3 * self.size.0 * self.size.1
    }

    /// Runs the model on the batch: the detections of all its pictures one after the other, boxes
    /// in pixels of each frame, of every picture in falling order of score, one box an object and
    /// class. An empty batch shows nothing.
    ///
    /// # Errors
    /// As [`Detector::infer_batch`].
    pub fn infer(&mut self, look: Look) -> Result<Vec<Detection>, VisionError> {
        let mut lists = self.infer_batch(look)?;
        if lists.len() == 1 {
            return Ok(lists.pop().unwrap_or_default());
        }
        Ok(lists.concat())
    }

    /// Runs the model on the batch: one list a picture, in the order added; boxes in pixels of each
    /// frame, falling scores, one box an object and class. A model of a fixed batch runs as often as
    /// the batch needs.
    ///
    /// # Errors
    /// [`VisionError::Inference`], [`VisionError::NotFinite`].
    pub fn infer_batch(&mut self, look: Look) -> Result<Vec<Vec<Detection>>, VisionError> {
        let model = Arc::clone(&self.model);
        let classes = model.classes();
        let lists = self.run(look, Some(classes))?;
        let mapped = |raw: RawDetection| {
            let class = classes.get(raw.class_index)?;
            Some(Detection { bbox: raw.bbox, class, score: raw.score })
        };
        Ok(lists.into_iter().map(|raw| raw.into_iter().filter_map(mapped).collect()).collect())
    }

    /// [`Detector::infer_batch`] by the model's own class numbers, those included that stand for no
    /// road user: for plates, litter.
    ///
    /// # Errors
    /// As [`Detector::infer_batch`].
    pub fn infer_raw(&mut self, look: Look) -> Result<Vec<Vec<RawDetection>>, VisionError> {
        self.run(look, None)
    }

    fn run(
        &mut self,
        look: Look,
        only: Option<&ClassTable>,
    ) -> Result<Vec<Vec<RawDetection>>, VisionError> {
        let pictures = self.letterboxes.len();
        let at_once = self.model.batch().unwrap_or(pictures).max(1);
        let mut lists = Vec::with_capacity(pictures);
        for first in (0..pictures).step_by(at_once) {
            self.run_part(first, at_once, (look.min_score, only), &mut lists)?;
        }
        Ok(lists)
    }

    /// Runs `count` pictures from `first` on; those beyond the batch are whatever the buffer holds,
    /// and nobody reads what comes of them.
    fn run_part(
        &mut self,
        first: usize,
        count: usize,
        (min_score, only): (f32, Option<&ClassTable>),
        lists: &mut Vec<Vec<RawDetection>>,
    ) -> Result<(), VisionError> {
        let (one, (width, height)) = (self.one(), self.size);
        let (model, head) = (&self.model, self.model.head());
        let broken = |e: ort::Error| {
            let reason = e.to_string();
            VisionError::Inference { model: model.name().to_owned(), reason }
        };
        self.tensor.reserve((first + count) * one);
        let shape = model.input().shape(count, width, height);
        let pictures = self.tensor.view(first * one, shape).map_err(broken)?;
        let mut inputs = vec![(Cow::Borrowed(model.picture()), pictures)];
        if let Some(name) = head.size_input() {
            // Told the input's own size, the graph gives boxes in its pixels.
            let sizes = [width as i64, height as i64].repeat(count);
            let sizes = ort::value::Tensor::from_array(([count, 2], sizes)).map_err(broken)?;
            inputs.push((Cow::Borrowed(name), sizes.into()));
        }
        let given = self.session.run(inputs).map_err(broken)?;
        let named = model.signature().outputs.iter().filter_map(|port| {
            let value = given.get(&port.name)?;
            output(&port.name, value)
        });
        let outputs = Outputs(named.collect());
        let agnostic = model.entry().thresholds.class_agnostic.unwrap_or(false);
        for (i, letterbox) in self.letterboxes[first..].iter().take(count).enumerate() {
            let ask = Ask { letterbox, min_score, only };
            let found = family::finish(head, agnostic, &outputs, i, &ask, &mut self.scratch)
                .map_err(|fault| family::failed(model.name(), fault))?;
            lists.push(found);
        }
        Ok(())
    }

    /// Takes a ready tensor, planar `[3, height, width]`, as a batch of one in place of
    /// [`Detector::prepare`].
    pub fn load(&mut self, tensor: &[f32], letterbox: Letterbox) {
        self.begin(letterbox.width, letterbox.height);
        self.tensor = Tensor::F32(tensor.to_vec());
        self.letterboxes.push(letterbox);
    }

    /// Width and height of the input as last prepared or begun; zeros before.
    pub const fn input_size(&self) -> (usize, usize) {
        self.size
    }

    /// The input tensor as last prepared, in the model's layout, picture after picture; empty where
    /// the model takes bytes.
    pub fn tensor(&self) -> &[f32] {
        let floats = self.tensor.floats();
        &floats[..floats.len().min(self.one() * self.letterboxes.len())]
    }
}

/// An output of the runtime as families read it; those of other types are nobody's.
fn output<'a>(name: &'a str, value: &'a DynValue) -> Option<Output<'a>> {
    let values = match value.dtype().tensor_type()? {
        TensorElementType::Float32 => Values::F32(value.try_extract_array().ok()?),
        TensorElementType::Int64 => Values::I64(value.try_extract_array().ok()?),
        TensorElementType::Int32 => Values::I32(value.try_extract_array().ok()?),
        _ => return None,
    };
    Some(Output { name, values })
}
