//! One worker's eyes: a session with its buffers.

use super::model::Model;
use super::preprocess::{Letterbox, Preprocessor};
use super::spec::Region;
use super::{Detection, VisionError, nanodet, nms};
use crate::media::Frame;
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
pub struct Detector {
    model: Arc<Model>,
    session: Session,
    preprocessor: Preprocessor,
    tensor: Vec<f32>,
    letterbox: Option<Letterbox>,
}

impl Detector {
    /// A new session of `model`.
    ///
    /// # Errors
    /// [`VisionError::ModelCorrupt`] where the runtime refuses.
    pub fn new(model: Arc<Model>) -> Result<Self, VisionError> {
        let session = model.session()?;
        let (preprocessor, tensor) = (Preprocessor::default(), Vec::new());
        Ok(Self { model, session, preprocessor, tensor, letterbox: None })
    }

    /// Fills the input tensor from one region of a frame.
    pub fn prepare(&mut self, frame: &Frame, region: Region, look: Look) {
        let spec = self.model.input();
        let letterbox = Letterbox::fit(region, look.long_side, spec.multiple);
        self.tensor.resize(3 * letterbox.width * letterbox.height, 0.0);
        self.preprocessor.fill(frame, letterbox, spec, &mut self.tensor);
        self.letterbox = Some(letterbox);
    }

    /// Runs the model on what [`Detector::prepare`] made; boxes in pixels of the frame, falling
    /// scores, one box an object and class. Nothing prepared, nothing seen.
    ///
    /// # Errors
    /// [`VisionError::Inference`].
    pub fn infer(&mut self, look: Look) -> Result<Vec<Detection>, VisionError> {
        let Some(letterbox) = self.letterbox else { return Ok(Vec::new()) };
        let name = self.model.name();
        let failed = |reason: String| VisionError::Inference { model: name.to_owned(), reason };
        let shape = [1, 3, letterbox.height, letterbox.width];
        let input = TensorRef::from_array_view((shape, &*self.tensor))
            .map_err(|e| failed(e.to_string()))?;
        let outputs = self.session.run(ort::inputs![input]).map_err(|e| failed(e.to_string()))?;
        let anchors = nanodet::anchors(letterbox.width, letterbox.height);
        let tensor = |name: &str, last: usize| {
            let value = outputs.get(name).ok_or_else(|| failed(format!("no output {name}")))?;
            let array = value.try_extract_array::<f32>().map_err(|e| failed(e.to_string()))?;
            array
                .into_shape_with_order((anchors, last))
                .map_err(|e| failed(format!("output {name} has a wrong shape: {e}")))
        };
        let classes = self.model.classes();
        let (scores, dist) = (tensor("scores", classes.len())?, tensor("dist", nanodet::SIDES)?);
        let mut found = Vec::new();
        nanodet::decode(&scores, &dist, &letterbox, classes, look.min_score, &mut found);
        nms::suppress(&mut found, nanodet::NMS_IOU);
        Ok(found)
    }

    /// Takes a ready tensor, planar `[3, height, width]`, in place of [`Detector::prepare`].
    pub fn load(&mut self, tensor: &[f32], letterbox: Letterbox) {
        self.tensor.clear();
        self.tensor.extend_from_slice(tensor);
        self.letterbox = Some(letterbox);
    }

    /// Width and height of the input as last prepared; zeros before.
    pub fn input_size(&self) -> (usize, usize) {
        self.letterbox.map_or((0, 0), |l| (l.width, l.height))
    }

    /// The input tensor as last prepared: planar `[3, height, width]`.
    pub fn tensor(&self) -> &[f32] {
        &self.tensor
    }
}
