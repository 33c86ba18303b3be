//! The file itself: opened by the runtime, asked what it says of itself, and run once.

use super::super::entry::DataEntry;
use super::super::letterbox::Letterbox;
use super::super::preprocess::Preprocessor;
use super::super::session::environment;
use super::super::signature::{ElementType, Port, Signature};
use super::super::spec::InputSpec;
use super::super::tensor::Tensor;
use super::super::{ModelEntry, Shelf, VisionError, external};
use super::error::InspectError;
use super::facts::{Answer, Given, Metadata};
use crate::media::Frame;
use ort::session::Session;
use ort::value::DynValue;
use sha2::{Digest, Sha256};
use std::borrow::Cow;
use std::io;
use std::path::{Path, PathBuf};

/// An ONNX file as the runtime has opened it.
pub struct Graph {
    path: PathBuf,
    session: Session,
    /// What it takes and gives.
    pub signature: Signature,
    /// What stands beside the graph.
    pub metadata: Metadata,
    /// Lower-case hex of the whole file.
    pub sha256: String,
    /// Files beside it that hold its weights.
    pub data: Vec<DataEntry>,
}

impl Graph {
    /// Opens the file with the runtime of `shelf`.
    ///
    /// # Errors
    /// [`InspectError::Unreadable`], [`InspectError::NotOnnx`], [`InspectError::Refused`];
    /// [`VisionError::DataMissing`]; no runtime.
    pub fn open(path: &Path, shelf: &Shelf) -> Result<Self, InspectError> {
        let environment = environment(&shelf.runtime_file()?)?;
        if oversized(path) {
            let is = "it is larger than 2 GiB, which no ONNX file can be".to_owned();
            return Err(InspectError::NotOnnx { path: path.to_owned(), is });
        }
        let bytes = read(path)?;
        if let Some(is) = foreign(&bytes) {
            return Err(InspectError::NotOnnx { path: path.to_owned(), is });
        }
        let data = data(path, &bytes)?;
        let entry = ModelEntry { data, ..ModelEntry::default() };
        let weights = external::read(path, &bytes, &entry)?;
        let build = || -> Result<Session, ort::Error> {
            let mut builder = Session::builder(&environment)?
                .with_intra_threads(1)?
                .with_inter_threads(1)?
                .with_intra_op_spinning(false)?;
            for (file, bytes) in weights {
                builder = builder.with_external_initializer_file_in_memory(file, bytes)?;
            }
            builder.commit_from_memory(&bytes)
        };
        let session = build().map_err(|e| refused(path, &e.to_string()))?;
        Ok(Self {
            path: path.to_owned(),
            signature: Signature::of(&session),
            metadata: metadata(&session),
            session,
            sha256: hex::encode(Sha256::digest(&bytes)),
            data: entry.data,
        })
    }

    /// Runs it on a picture, laid into its input as `spec` and `letterbox` say.
    ///
    /// # Errors
    /// [`InspectError::Run`].
    pub fn run(
        &mut self,
        frame: &Frame,
        spec: &InputSpec,
        letterbox: Letterbox,
    ) -> Result<Answer, InspectError> {
        let path = self.path.clone();
        let broken = |e: ort::Error| {
            let reason = e.to_string().lines().next().unwrap_or_default().trim().to_owned();
            InspectError::Run { path: path.clone(), reason }
        };
        let (width, height) = (letterbox.width, letterbox.height);
        let pictures = self.picture_port()?.fixed(0).unwrap_or(1);
        let one = 3 * width * height;
        let mut tensor = Tensor::of(spec);
        tensor.reserve(pictures * one);
        let mut preprocessor = Preprocessor::default();
        for i in 0..pictures {
            tensor.fill(i * one, frame, letterbox, spec, &mut preprocessor);
        }
        let picture = self.picture_port()?.name.clone();
        let view = tensor.view(0, spec.shape(pictures, width, height)).map_err(broken)?;
        let mut inputs = vec![(Cow::Borrowed(picture.as_str()), view)];
        let size = self.size_port().map(|p| p.name.clone());
        if let Some(name) = &size {
            // Told the input's own size, the graph gives boxes in its pixels.
            let sizes = [width as i64, height as i64].repeat(pictures);
            let sizes = ort::value::Tensor::from_array(([pictures, 2], sizes)).map_err(broken)?;
            inputs.push((Cow::Borrowed(name.as_str()), sizes.into()));
        }
        let given = self.session.run(inputs).map_err(broken)?;
        let outputs = self.signature.outputs.iter().filter_map(|port| {
            let mut output = read_output(port, given.get(&port.name)?)?;
            first_picture(&mut output, pictures);
            Some(output)
        });
        Ok(Answer { size: (width, height), takes_size: size.is_some(), outputs: outputs.collect() })
    }

    /// The input that takes pictures.
    ///
    /// # Errors
    /// [`InspectError::Input`], with what the inputs are.
    pub fn picture_port(&self) -> Result<&Port, InspectError> {
        let inputs = &self.signature.inputs;
        let wrong = |reason: String| InspectError::Input { path: self.path.clone(), reason };
        let told = || inputs.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let Some(port) = self.signature.picture() else {
            let bare = inputs.iter().any(|p| matches!(p.dims.as_slice(), [3, _, _]));
            return Err(wrong(if bare {
                format!("its input is {}, without a batch; export it with a batch of one", told())
            } else {
                format!("its inputs are {}, and none is [n, 3, height, width]", told())
            }));
        };
        let others = inputs.len() - 1 - usize::from(self.size_port().is_some());
        if others > 0 {
            return Err(wrong(format!(
                "it wants more than pictures ({}); export it with the picture as its only input",
                told()
            )));
        }
        Ok(port)
    }

    fn size_port(&self) -> Option<&Port> {
        let sizes = |p: &&Port| p.kind == ElementType::Int64 && p.dims.len() == 2 && p.dims[1] == 2;
        self.signature.inputs.iter().find(sizes)
    }
}

fn read(path: &Path) -> Result<Vec<u8>, InspectError> {
    let unreadable = |source| InspectError::Unreadable { path: path.to_owned(), source };
    let facts = std::fs::metadata(path).map_err(unreadable)?;
    if !facts.is_file() {
        return Err(unreadable(io::Error::other("it is not a file")));
    }
    std::fs::read(path).map_err(unreadable)
}

/// Whether a file is larger than its format can be: a protobuf message ends at 2 GiB.
fn oversized(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|facts| facts.len() >= 1 << 31)
}

/// What a file is that is no ONNX, by how it begins, and what to do.
fn foreign(bytes: &[u8]) -> Option<String> {
    let starts = |with: &[u8]| bytes.starts_with(with);
    let is = if bytes.is_empty() {
        "it is empty; copy or export it again"
    } else if starts(b"version https://git-lfs") {
        "it is the pointer that Git LFS leaves for a large file; fetch the file itself with git lfs pull"
    } else if starts(b"PK\x03\x04") {
        "it is an archive, as PyTorch's .pt and .pth are; export the model to ONNX first"
    } else if bytes.get(4..8) == Some(b"TFL3") {
        "it is TensorFlow Lite; convert it with tf2onnx first"
    } else if starts(b"\x89HDF") {
        "it is HDF5, as Keras saves models; convert it with tf2onnx first"
    } else if starts(b"<?xml") || starts(b"<net") {
        "it is XML, as OpenVINO's models are; take the ONNX file it was made from"
    } else {
        return None;
    };
    Some(is.to_owned())
}

/// The files with weights outside the model's own, with their checksums.
fn data(path: &Path, bytes: &[u8]) -> Result<Vec<DataEntry>, InspectError> {
    let folder = path.parent().unwrap_or(Path::new(""));
    let hashed = |file: String| {
        let place = folder.join(&file);
        if !place.is_file() {
            let path = path.to_owned();
            return Err(InspectError::Vision(VisionError::DataMissing { path, file }));
        }
        let sha256 = hex::encode(Sha256::digest(read(&place)?));
        Ok(DataEntry { file, sha256 })
    };
    external::files(bytes).into_iter().map(hashed).collect()
}

fn refused(path: &Path, told: &str) -> InspectError {
    let path = path.to_owned();
    let line = told.lines().next().unwrap_or_default().trim();
    if line.contains("protobuf parsing failed") || line.contains("Protobuf parsing failed") {
        let is = "the runtime finds no graph in it; export the model to ONNX, or copy it again";
        return InspectError::NotOnnx { path, is: is.into() };
    }
    InspectError::Refused { path, reason: line.to_owned() }
}

fn metadata(session: &Session) -> Metadata {
    let Ok(metadata) = session.metadata() else { return Metadata::default() };
    let keys = metadata.custom_keys().unwrap_or_default();
    let keys = keys.into_iter().filter_map(|key| Some((metadata.custom(&key)?, key)));
    Metadata {
        producer: metadata.producer().filter(|p| !p.is_empty()),
        keys: keys.map(|(value, key)| (key, value)).collect(),
    }
}

/// An output as numbers; those of other types are nobody's.
fn read_output(port: &Port, value: &DynValue) -> Option<Given> {
    let (dims, values) = match port.kind {
        ElementType::Float32 => {
            let (shape, values) = value.try_extract_tensor::<f32>().ok()?;
            (shape.to_vec(), values.to_vec())
        }
        ElementType::Int64 => {
            let (shape, values) = value.try_extract_tensor::<i64>().ok()?;
            (shape.to_vec(), values.iter().map(|&v| v as f32).collect())
        }
        ElementType::Int32 => {
            let (shape, values) = value.try_extract_tensor::<i32>().ok()?;
            (shape.to_vec(), values.iter().map(|&v| v as f32).collect())
        }
        _ => (value.shape().to_vec(), Vec::new()),
    };
    let dims = dims.iter().map(|&n| usize::try_from(n).unwrap_or(0)).collect();
    Some(Given { name: port.name.clone(), kind: port.kind, dims, values })
}

/// Keeps the first picture of a batch whose number is fixed.
fn first_picture(output: &mut Given, pictures: usize) {
    if pictures > 1 && output.dims.first() == Some(&pictures) {
        output.dims[0] = 1;
        output.values.truncate(output.values.len() / pictures);
    }
}
