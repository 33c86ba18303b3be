//! A model loaded and checked, from which each worker gets a session of its own.

use super::classes::ClassTable;
use super::family::{self, Head, Refusal};
use super::shelf::{self, ModelEntry, Shelf};
use super::signature::Signature;
use super::spec::InputSpec;
use super::{VisionError, external};
use ort::LoadDynamicError;
use ort::environment::Environment;
use ort::session::Session;
use ort::session::builder::PrepackedWeights;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// ONNX Runtime allows one environment a process.
static ENVIRONMENT: OnceLock<Environment> = OnceLock::new();

/// Held while the environment is made: of two made at once the runtime would go on using the logger
/// of the one that is thrown away.
static LOADING: Mutex<()> = Mutex::new(());

/// A model loaded and checked. Cheap to share; [`Model::session`] gives each worker its own.
pub struct Model {
    entry: ModelEntry,
    path: PathBuf,
    classes: ClassTable,
    signature: Signature,
    input: InputSpec,
    batch: Option<usize>,
    head: Box<dyn Head>,
    graph: Graph,
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
        let classes = entry.class_table(shelf.class_map())?;
        let refused = |refusal| family::refused(&entry, path.clone(), refusal);
        let usual = family::input(&entry.family).ok_or_else(|| refused(Refusal::Family))?;
        let data = external::read(&path, &bytes, &entry)?;
        let environment = environment(&shelf.runtime_file()?)?;
        let graph = Graph { bytes, data, environment, weights: PrepackedWeights::new() };
        let session = graph
            .session()
            .map_err(|reason| VisionError::ModelCorrupt { path: path.clone(), reason })?;
        let signature = Signature::of(&session);
        let head = family::build(&entry, &signature, &classes).map_err(refused)?;
        let shape = |reason| refused(Refusal::Shape(reason));
        let picture = signature.picture().ok_or_else(|| {
            let inputs: Vec<String> = signature.inputs.iter().map(ToString::to_string).collect();
            let inputs = inputs.join(", ");
            shape(format!("none of its inputs ({inputs}) is [n, 3, height, width]"))
        })?;
        let input = InputSpec::resolve(usual, &entry.input, picture).map_err(shape)?;
        let batch = head.batch().or(picture.fixed(0));
        Ok(Self { entry, path, classes, signature, input, batch, head, graph })
    }

    /// Its name in the manifest.
    pub fn name(&self) -> &str {
        &self.entry.name
    }

    /// Lower-case hex SHA-256 of its file.
    pub fn sha256(&self) -> &str {
        &self.entry.sha256
    }

    /// What the manifest says of it.
    pub const fn entry(&self) -> &ModelEntry {
        &self.entry
    }

    /// What its graph takes and gives.
    pub const fn signature(&self) -> &Signature {
        &self.signature
    }

    /// What its input must be.
    pub const fn input(&self) -> &InputSpec {
        &self.input
    }

    /// What its class numbers stand for.
    pub const fn classes(&self) -> &ClassTable {
        &self.classes
    }

    /// Pictures in every run, where their number cannot be chosen.
    pub const fn batch(&self) -> Option<usize> {
        self.batch
    }

    /// The name of the input that takes pictures.
    pub(super) fn picture(&self) -> &str {
        self.signature.picture().map_or("", |port| &port.name)
    }

    /// What reads its outputs.
    pub(super) fn head(&self) -> &dyn Head {
        &*self.head
    }

    /// A session for one worker.
    pub(super) fn session(&self) -> Result<Session, VisionError> {
        self.graph
            .session()
            .map_err(|reason| VisionError::ModelCorrupt { path: self.path.clone(), reason })
    }
}

/// The bytes of a model, from which sessions are made.
struct Graph {
    bytes: Vec<u8>,
    /// Weights outside its own file, as it names their files.
    data: Vec<external::Data>,
    environment: Environment,
    weights: PrepackedWeights,
}

impl Graph {
    /// A session of one thread: workers share the processor by being several, not by spinning.
    fn session(&self) -> Result<Session, String> {
        let build = || -> Result<Session, ort::Error> {
            let mut builder = Session::builder(&self.environment)?
                .with_intra_threads(1)?
                .with_inter_threads(1)?
                .with_intra_op_spinning(false)?
                .with_prepacked_weights(&self.weights)?;
            for (file, bytes) in &self.data {
                builder =
                    builder.with_external_initializer_file_in_memory(file, Arc::clone(bytes))?;
            }
            builder.commit_from_memory(&self.bytes)
        };
        build().map_err(|e| first_line(&e.to_string()))
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
    let _alone = LOADING.lock().unwrap_or_else(PoisonError::into_inner);
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
    let environment = built.map_err(|e| unusable(e.to_string()))?;
    Ok(ENVIRONMENT.get_or_init(|| environment).clone())
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().to_owned()
}
