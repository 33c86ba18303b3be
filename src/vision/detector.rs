//! One worker's eyes: a session with its buffers.

use super::model::Model;
use super::preprocess::{Letterbox, Preprocessor};
use super::spec::{Fit, Region};
use super::{Detection, VisionError, nanodet, nms};
use crate::media::Frame;
use ndarray::{ArrayView3, Axis};
use ort::session::Session;
use ort::value::TensorRef;
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
    tensor: Vec<f32>,
    letterboxes: Vec<Letterbox>,
}

impl Detector {
    /// A new session of `model`.
    ///
    /// # Errors
    /// [`VisionError::ModelCorrupt`] where the runtime refuses.
    pub fn new(model: Arc<Model>) -> Result<Self, VisionError> {
        let session = model.session()?;
        let preprocessor = Preprocessor::default();
        let (tensor, letterboxes) = (Vec::new(), Vec::new());
        Ok(Self { model, session, preprocessor, size: (0, 0), tensor, letterboxes })
    }

    /// Makes a batch of one from a region of a frame; the input takes the region's shape.
    pub fn prepare(&mut self, frame: &Frame, region: Region, look: Look) {
        let letterbox = Letterbox::fit(region, look.long_side, self.model.input().multiple);
        self.begin(letterbox.width, letterbox.height);
        self.put(frame, letterbox);
    }

    /// Begins a batch whose pictures all have this input size, in pixels, both sides multiples of
    /// the input's `multiple`.
    pub fn begin(&mut self, width: usize, height: usize) {
        self.size = (width, height);
        self.letterboxes.clear();
    }

    /// Adds one region of a frame, letterboxed into the batch's size.
    pub fn add(&mut self, frame: &Frame, region: Region) {
        let (width, height) = self.size;
        self.put(frame, Letterbox::into(region, width, height, Fit::Centre));
    }

    /// Pictures in the batch.
    pub fn batch_len(&self) -> usize {
        self.letterboxes.len()
    }

    fn put(&mut self, frame: &Frame, letterbox: Letterbox) {
        let one = self.one();
        let at = one * self.letterboxes.len();
        // Grows to the largest batch and stays there; the length used is the batch's own.
        if self.tensor.len() < at + one {
            self.tensor.resize(at + one, 0.0);
        }
        let into = &mut self.tensor[at..at + one];
        self.preprocessor.fill(frame, letterbox, self.model.input(), into);
        self.letterboxes.push(letterbox);
    }

    /// Numbers that one picture takes in the tensor.
    fn one(&self) -> usize {
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
    /// [`VisionError::Inference`].
    pub fn infer_batch(&mut self, look: Look) -> Result<Vec<Vec<Detection>>, VisionError> {
        let pictures = self.letterboxes.len();
        let at_once = self.model.batch().unwrap_or(pictures).max(1);
        let mut lists = Vec::with_capacity(pictures);
        for first in (0..pictures).step_by(at_once) {
            self.run(first, at_once, look, &mut lists)?;
        }
        Ok(lists)
    }

    /// Runs `count` pictures from `first` on; those beyond the batch are whatever the buffer holds,
    /// and nobody reads what comes of them.
    fn run(
        &mut self,
        first: usize,
        count: usize,
        look: Look,
        lists: &mut Vec<Vec<Detection>>,
    ) -> Result<(), VisionError> {
        let one = self.one();
        let (width, height) = self.size;
        let name = self.model.name();
        let failed = |reason: String| VisionError::Inference { model: name.to_owned(), reason };
        if self.tensor.len() < (first + count) * one {
            self.tensor.resize((first + count) * one, 0.0);
        }
        let pictures = &self.tensor[first * one..(first + count) * one];
        let input = TensorRef::from_array_view(([count, 3, height, width], pictures))
            .map_err(|e| failed(e.to_string()))?;
        let outputs = self.session.run(ort::inputs![input]).map_err(|e| failed(e.to_string()))?;
        let anchors = nanodet::anchors(width, height);
        let tensor = |name: &str, last: usize| -> Result<ArrayView3<'_, f32>, VisionError> {
            let value = outputs.get(name).ok_or_else(|| failed(format!("no output {name}")))?;
            let array = value.try_extract_array::<f32>().map_err(|e| failed(e.to_string()))?;
            array
                .into_shape_with_order((count, anchors, last))
                .map_err(|e| failed(format!("output {name} has a wrong shape: {e}")))
        };
        let classes = self.model.classes();
        let (scores, dist) = (tensor("scores", classes.len())?, tensor("dist", nanodet::SIDES)?);
        for (i, letterbox) in self.letterboxes[first..].iter().take(count).enumerate() {
            let mut found = Vec::new();
            let (scores, dist) = (scores.index_axis(Axis(0), i), dist.index_axis(Axis(0), i));
            nanodet::decode(&scores, &dist, letterbox, classes, look.min_score, &mut found);
            nms::suppress(&mut found, nanodet::NMS_IOU);
            lists.push(found);
        }
        Ok(())
    }

    /// Takes a ready tensor, planar `[3, height, width]`, as a batch of one in place of
    /// [`Detector::prepare`].
    pub fn load(&mut self, tensor: &[f32], letterbox: Letterbox) {
        self.begin(letterbox.width, letterbox.height);
        self.tensor.clear();
        self.tensor.extend_from_slice(tensor);
        self.letterboxes.push(letterbox);
    }

    /// Width and height of the input as last prepared or begun; zeros before.
    pub fn input_size(&self) -> (usize, usize) {
        self.size
    }

    /// The input tensor as last prepared: planar `[3, height, width]` for each picture.
    pub fn tensor(&self) -> &[f32] {
        &self.tensor[..self.one() * self.letterboxes.len()]
    }
}
