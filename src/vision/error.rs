//! What can go wrong between a model file and its detections.

use std::path::PathBuf;

/// What can go wrong between a model file and its detections.
#[derive(Debug, thiserror::Error)]
pub enum VisionError {
    /// The runtime library is nowhere.
    #[error("ONNX Runtime was not found (looked at {}); run scripts/setup, or name the library in STREETWARD_RUNTIME", list(.0))]
    RuntimeMissing(Vec<PathBuf>),
    /// A folder where the library belongs.
    #[error("{0} is a folder, not ONNX Runtime; name the .so file in it")]
    RuntimeFolder(PathBuf),
    /// The library is older than what this program was built for.
    #[error(
        "{path} is ONNX Runtime {version}, and 1.{} or newer is needed; run scripts/setup, or name another library in STREETWARD_RUNTIME",
        ort::MINOR_VERSION
    )]
    RuntimeTooOld {
        /// The library.
        path: PathBuf,
        /// Its version.
        version: String,
    },
    /// The library is there but cannot serve.
    #[error(
        "{path} cannot be used as ONNX Runtime: {reason}; run scripts/setup, or name another library in STREETWARD_RUNTIME"
    )]
    RuntimeUnusable {
        /// The library.
        path: PathBuf,
        /// What it is instead, or what the loader said.
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
    #[error(
        "there is no model named \"{name}\"; name one of {known} as `model` under [detector], or leave it out"
    )]
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
    #[error("model {path} cannot be read ({source}); remove it and run scripts/setup")]
    ModelUnreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is not the one the manifest means.
    #[error(
        "{path} has SHA-256 {found} but the manifest says {expected}; it is damaged or was exchanged: remove it and run scripts/setup"
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
    #[error(
        "{path} is not a model ONNX Runtime can load ({reason}); remove it and run scripts/setup"
    )]
    ModelCorrupt {
        /// The file.
        path: PathBuf,
        /// What the runtime said.
        reason: String,
    },
    /// The manifest says of a model what this version does not know.
    #[error(
        "model {name}: its {key} \"{found}\" is not known here; write one of {known} in the manifest, or use another model"
    )]
    ModelEntry {
        /// The model.
        name: String,
        /// The key of its entry: `family`, `classes`.
        key: &'static str,
        /// Its value.
        found: String,
        /// What it can be.
        known: String,
    },
    /// The manifest names a model's classes twice or not at all.
    #[error(
        "model {name}: write either classes = \"…\" (the name of a table) or class_names = [\"…\", …] in the manifest"
    )]
    ModelClasses {
        /// The model.
        name: String,
    },
    /// The graph is not what its family promises.
    #[error(
        "model {path} does not fit its family \"{family}\": {reason}; correct its entry in the manifest, or use another file"
    )]
    ModelShape {
        /// The file.
        path: PathBuf,
        /// From the manifest.
        family: String,
        /// What differs.
        reason: String,
    },
    /// Weights that the graph keeps outside its own file are nowhere.
    #[error(
        "model {path} keeps weights in {file}, which is not there; copy {file} into the same folder as the model, or export the model as one file"
    )]
    DataMissing {
        /// The model's file.
        path: PathBuf,
        /// The file with its weights, as the graph names it.
        file: String,
    },
    /// The model gave NaN or infinity.
    #[error(
        "inference with {model} gave numbers that are not finite in its output \"{output}\"; compare its input in the manifest (type, mean, std) with what it was trained with, or use another file"
    )]
    NotFinite {
        /// The model's name.
        model: String,
        /// The output's name.
        output: String,
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
