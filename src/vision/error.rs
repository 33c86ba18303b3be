//! What can go wrong between a model file and its detections.

use std::path::PathBuf;

/// What can go wrong between a model file and its detections.
#[derive(Debug, thiserror::Error)]
pub enum VisionError {
    /// The runtime library is nowhere.
    #[error("ONNX Runtime was not found (looked at {}); run scripts/setup, or name the library in STREETWARD_RUNTIME", list(.0))]
    RuntimeMissing(Vec<PathBuf>),
    /// The library is there but cannot serve.
    #[error(
        "ONNX Runtime at {path} cannot be used: {reason}; run scripts/setup, or name another library in STREETWARD_RUNTIME"
    )]
    RuntimeUnusable {
        /// The library.
        path: PathBuf,
        /// What the loader said.
        reason: String,
    },
    /// The manifest beside the models is not one.
    #[error(
        "model manifest {path}: {reason}; correct it, or remove it to use the models set-up fetched"
    )]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// No such model.
    #[error("there is no model named \"{name}\"; known models: {known}")]
    UnknownModel {
        /// As asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The model's file is nowhere.
    #[error("model {name}: its file {file} was not found (looked in {}); run scripts/setup, or name the folder in STREETWARD_MODELS", list(.looked))]
    ModelMissing {
        /// The model.
        name: String,
        /// Its file name.
        file: String,
        /// Folders searched.
        looked: Vec<PathBuf>,
    },
    /// The file cannot be read.
    #[error("model {path} cannot be read: {source}")]
    ModelUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not the one the manifest means.
    #[error(
        "model {path} has SHA-256 {found} but the manifest says {expected}; it is damaged or was exchanged: remove it and run scripts/setup"
    )]
    Checksum {
        /// The file.
        path: PathBuf,
        /// From the manifest.
        expected: String,
        /// Of the file.
        found: String,
    },
    /// ONNX Runtime does not take the file.
    #[error("model {path} is not a model ONNX Runtime can load: {reason}")]
    ModelCorrupt {
        /// The file.
        path: PathBuf,
        /// What the runtime said.
        reason: String,
    },
    /// The graph is not what its family promises.
    #[error(
        "model {path} does not fit its family \"{family}\": {reason}; correct the manifest's family, or use another file"
    )]
    ModelShape {
        /// The file.
        path: PathBuf,
        /// From the manifest.
        family: String,
        /// What differs.
        reason: String,
    },
    /// Running the model failed.
    #[error("inference with {model} failed: {reason}")]
    Inference {
        /// The model's name.
        model: String,
        /// What the runtime said.
        reason: String,
    },
    /// A defect.
    #[error("the infer stage ended unexpectedly; please report this with the output of -vv")]
    Panicked,
    /// OpenCV refused.
    #[error("motion measure failed: {0}")]
    Motion(String),
}

fn list(paths: &[PathBuf]) -> String {
    paths.iter().map(|p| p.display().to_string()).collect::<Vec<_>>().join(", ")
}
