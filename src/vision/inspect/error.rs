//! Why an ONNX file cannot become a model here.

use super::super::VisionError;
use std::io;
use std::path::PathBuf;

/// Why an ONNX file cannot become a model here.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// The file, the class list or the picture cannot be read.
    #[error("{path} cannot be read ({source}); check the path and its permissions")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file of another kind.
    #[error("{path} is not ONNX: {is}")]
    NotOnnx {
        /// The file.
        path: PathBuf,
        /// What it is instead, and what to do.
        is: String,
    },
    /// ONNX, but not for this runtime.
    #[error(
        "{path} is ONNX, but ONNX Runtime cannot load it ({reason}); export it again with standard operators"
    )]
    Refused {
        /// The file.
        path: PathBuf,
        /// What the runtime said.
        reason: String,
    },
    /// Its input takes no pictures.
    #[error("{path} takes no pictures that can be fed here: {reason}")]
    Input {
        /// The file.
        path: PathBuf,
        /// What its input is.
        reason: String,
    },
    /// It failed on a picture.
    #[error("{path} failed on a picture: {reason}; export it again, or try another --picture")]
    Run {
        /// The file.
        path: PathBuf,
        /// What the runtime said.
        reason: String,
    },
    /// It says itself that it is no detector.
    #[error(
        "{path} says that its task is \"{task}\", and only \"detect\" is read here; export a detection model"
    )]
    Task {
        /// The file.
        path: PathBuf,
        /// What it was trained for.
        task: String,
    },
    /// Its outputs are of no family.
    #[error("{path}: its outputs are {what}{}\n  it gives {outputs}\n{needs}", hint(*.why))]
    UnknownHead {
        /// The file.
        path: PathBuf,
        /// What they are not of.
        what: String,
        /// Its outputs.
        outputs: String,
        /// What each family needs, a line each.
        needs: String,
        /// What can be said of the outputs.
        why: Option<&'static str>,
    },
    /// There is no such family.
    #[error("there is no family \"{found}\"; name one of {known}")]
    Family {
        /// As asked for.
        found: String,
        /// What there is.
        known: String,
    },
    /// The list of classes is not the model's.
    #[error(
        "{path} has {has} classes, and {list} has {names} names; give --classes with one name for each class, in the model's order"
    )]
    ClassCount {
        /// The model.
        path: PathBuf,
        /// Classes of its outputs.
        has: usize,
        /// Where the names come from.
        list: String,
        /// How many there are.
        names: usize,
    },
    /// The list of classes holds none.
    #[error("{path} holds no class names; write one name a line, in the model's order")]
    NoClasses {
        /// The list.
        path: PathBuf,
    },
    /// It gave NaN or infinity.
    #[error(
        "{path} gave numbers that are not finite in its output \"{output}\" for an ordinary picture; its weights are damaged or were exported in too small a type: export it again as float32"
    )]
    NotFinite {
        /// The model.
        path: PathBuf,
        /// The output.
        output: String,
    },
    /// The picture cannot be used.
    #[error("{path} cannot be read as a picture ({reason}); give another --picture")]
    Picture {
        /// The picture.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// There is a model of that name already.
    #[error(
        "there is a model named \"{name}\" already ({place}); give another --name, or --replace to put this one in its place"
    )]
    NameTaken {
        /// The name.
        name: String,
        /// Where its entry stands.
        place: String,
    },
    /// The name is one of the project's own models'.
    #[error("\"{0}\" is the name of a model that set-up fetches; give another --name")]
    NamePinned(String),
    /// A name that cannot be one.
    #[error(
        "\"{0}\" cannot be a model's name; use 1 to 64 letters, digits, \"-\", \"_\" and \".\""
    )]
    Name(String),
    /// A file of that name lies in the models folder, and is another one.
    #[error(
        "{0} is there already and is another file; give another --name, or --replace to put this one in its place"
    )]
    FileTaken(PathBuf),
    /// The entry cannot be written.
    #[error(
        "{path} cannot be written ({source}); check the folder's permissions and space, or name another with --models"
    )]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The manifest beside the models is none.
    #[error("{path} is not a manifest that can be added to ({reason}); correct it first")]
    Manifest {
        /// The manifest.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// Everything else between a file and its detections.
    #[error(transparent)]
    Vision(#[from] VisionError),
}

impl InspectError {
    /// Whether the file was read and is nothing for here, rather than the import not begun.
    pub const fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::NotOnnx { .. }
                | Self::Refused { .. }
                | Self::Input { .. }
                | Self::Run { .. }
                | Self::Task { .. }
                | Self::UnknownHead { .. }
                | Self::ClassCount { .. }
                | Self::NotFinite { .. }
                | Self::Vision(
                    VisionError::DataMissing { .. }
                        | VisionError::ModelShape { .. }
                        | VisionError::Inference { .. }
                        | VisionError::NotFinite { .. }
                )
        )
    }
}

fn hint(why: Option<&str>) -> String {
    why.map_or_else(String::new, |why| format!(": {why}"))
}
