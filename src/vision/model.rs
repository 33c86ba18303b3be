//! A model loaded and checked, from which each worker gets a session of its own.

use super::classes::ClassTable;
use super::shelf::{self, ModelEntry, Shelf};
use super::spec::InputSpec;
use super::{VisionError, nanodet};
use ort::LoadDynamicError;
use ort::environment::Environment;
use ort::session::Session;
use ort::session::builder::PrepackedWeights;
use ort::value::ValueType;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// ONNX Runtime allows one environment a process.
static ENVIRONMENT: OnceLock<Environment> = OnceLock::new();

/// A model loaded and checked. Cheap to share; [`Model::session`] gives each worker its own.
pub struct Model {
    entry: ModelEntry,
    path: PathBuf,
    bytes: Vec<u8>,
    classes: ClassTable,
    batch: Option<usize>,
    environment: Environment,
    weights: PrepackedWeights,
}

impl Model {
    /// Loads the runtime (once a process) and the model `name` (or the default one), checks its
    /// checksum and that its inputs and outputs are those of its family.
    ///
    /// # Errors
    /// Everything [`VisionError`] knows but inference.
    pub fn load(shelf: &Shelf, name: Option<&str>) -> Result<Self, VisionError> {
        let entry = shelf.entry(name)?.clone();
        let path = shelf.model_file(&entry)?;
        let bytes = shelf::read_checked(&path, &entry)?;
        let classes = ClassTable::named(&entry.classes).ok_or_else(|| {
            let (name, found) = (entry.name.clone(), entry.classes.clone());
            VisionError::ModelEntry { name, key: "classes", found, known: "coco80" }
        })?;
        if entry.family != "nanodet" {
            let (name, found) = (entry.name, entry.family);
            return Err(VisionError::ModelEntry { name, key: "family", found, known: "nanodet" });
        }
        let environment = environment(&shelf.runtime_file()?)?;
        let weights = PrepackedWeights::new();
        let mut model = Self { entry, path, bytes, classes, batch: None, environment, weights };
        let session = model.session()?;
        model.check(&session)?;
        model.batch = session
            .inputs()
            .first()
            .and_then(|i| dims(i.dtype()).first().copied())
            .and_then(|n| usize::try_from(n).ok())
            .filter(|&n| n > 0);
        Ok(model)
    }

    /// Its name in the manifest.
    pub fn name(&self) -> &str {
        &self.entry.name
    }

    /// Lower-case hex SHA-256 of its file.
    pub fn sha256(&self) -> &str {
        &self.entry.sha256
    }

    /// What its input must be.
    pub fn input(&self) -> &'static InputSpec {
        &nanodet::INPUT
    }

    /// What its class numbers stand for.
    pub fn classes(&self) -> &ClassTable {
        &self.classes
    }

    /// Pictures in every run, where the graph fixes their number.
    pub fn batch(&self) -> Option<usize> {
        self.batch
    }

    /// A session of one thread: workers share the processor by being several, not by spinning.
    pub(super) fn session(&self) -> Result<Session, VisionError> {
        let build = || -> Result<Session, ort::Error> {
            Session::builder(&self.environment)?
                .with_intra_threads(1)?
                .with_inter_threads(1)?
                .with_intra_op_spinning(false)?
                .with_prepacked_weights(&self.weights)?
                .commit_from_memory(&self.bytes)
        };
        build().map_err(|e| VisionError::ModelCorrupt {
            path: self.path.clone(),
            reason: first_line(&e.to_string()),
        })
    }

    fn check(&self, session: &Session) -> Result<(), VisionError> {
        let wrong = |reason: String| Err(shape(&self.path, &self.entry, reason));
        let [input] = session.inputs() else {
            return wrong(format!("it has {} inputs, not 1", session.inputs().len()));
        };
        match dims(input.dtype()).as_slice() {
            [_, 3 | -1, _, _] => {}
            other => return wrong(format!("its input is {other:?}, not [n, 3, height, width]")),
        }
        for (name, last) in [("scores", self.classes.len() as i64), ("dist", nanodet::SIDES as i64)]
        {
            let Some(output) = session.outputs().iter().find(|o| o.name() == name) else {
                return wrong(format!("it has no output \"{name}\""));
            };
            match dims(output.dtype()).as_slice() {
                [_, _, n] if *n == last => {}
                other => {
                    return wrong(format!(
                        "its output \"{name}\" is {other:?}, not [n, anchors, {last}]"
                    ));
                }
            }
        }
        Ok(())
    }
}

/// Loads the runtime, and where it is the one set-up fetched compares it with its pinned checksum;
/// gives its path.
///
/// # Errors
/// The runtime is missing, cannot be used, or is not the file that was pinned.
pub fn verify_runtime(shelf: &Shelf) -> Result<PathBuf, VisionError> {
    let library = shelf.runtime_file()?;
    if let Some(expected) = shelf::runtime_sha256(&library) {
        shelf::read_sha256(&library, &expected)?;
    }
    environment(&library)?;
    Ok(library)
}

fn environment(library: &Path) -> Result<Environment, VisionError> {
    if let Some(environment) = ENVIRONMENT.get() {
        return Ok(environment.clone());
    }
    // A bare name would be looked for among the system's libraries, not where it was found.
    let library = &std::path::absolute(library).unwrap_or_else(|_| library.to_owned());
    let unusable = |reason: String| VisionError::RuntimeUnusable {
        path: library.clone(),
        reason: first_line(&reason),
    };
    let log = Arc::new(|_, category: &str, _: &str, _: &str, message: &str| {
        tracing::debug!(target: "onnxruntime", category, "{message}");
    });
    let builder = ort::init_from(library).map_err(|e| match e {
        LoadDynamicError::BadVersion { version_str: version, .. } => {
            VisionError::RuntimeTooOld { path: library.clone(), version }
        }
        LoadDynamicError::MissingApi { .. } => {
            unusable("it is another library, without OrtGetApiBase".into())
        }
        LoadDynamicError::Dlopen { error, .. } => {
            // The loader's own words are the error's source.
            let text = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            let why = text.replacen(&format!("{}: ", library.display()), "", 1);
            unusable(format!("it is not a shared library that can be loaded here ({why})"))
        }
        other @ LoadDynamicError::InvalidVersionString => unusable(other.to_string()),
    })?;
    let built = builder.with_name("streetward").with_telemetry(false).with_logger(log).build();
    match built {
        Ok(environment) => Ok(ENVIRONMENT.get_or_init(|| environment).clone()),
        // Another thread was first.
        Err(e) => ENVIRONMENT.get().cloned().ok_or_else(|| unusable(e.to_string())),
    }
}

fn shape(path: &Path, entry: &ModelEntry, reason: String) -> VisionError {
    VisionError::ModelShape { path: path.to_owned(), family: entry.family.clone(), reason }
}

fn dims(value: &ValueType) -> Vec<i64> {
    value.tensor_shape().map(|s| s.to_vec()).unwrap_or_default()
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().to_owned()
}
