//! What stops `bench events`.

use super::labels::LabelError;
use crate::config::ConfigError;
use crate::pipeline::{BoxesError, PipelineError};
use crate::store::StoreError;

/// What stops the bench before or while it measures.
#[derive(Debug, thiserror::Error)]
pub enum EventsError {
    /// The suite or a camera file.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Files of labels and boxes with something wrong; all are named.
    #[error("{}", lines(.0))]
    Inputs(Vec<InputError>),
    /// No clip of the suite has such a name.
    #[error("the suite has no clip named \"{name}\"{hint}")]
    NoClip {
        /// The name asked for.
        name: String,
        /// The near one.
        hint: String,
    },
    /// The pipeline.
    #[error(transparent)]
    Pipeline(#[from] PipelineError),
    /// The data folder.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What is wrong with what belongs to a clip.
#[derive(Debug, thiserror::Error)]
pub enum InputError {
    /// A camera file.
    #[error(transparent)]
    Camera(#[from] ConfigError),
    /// Its labels.
    #[error(transparent)]
    Label(#[from] LabelError),
    /// Its boxes.
    #[error(transparent)]
    Boxes(#[from] BoxesError),
    /// Two camera files of one id.
    #[error("{0}")]
    SameCamera(String),
}

fn lines(errors: &[InputError]) -> String {
    errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
