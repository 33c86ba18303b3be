//! A model loaded and checked, from which each worker gets a session of its own.

use super::classes::ClassTable;
use super::family::{self, Head, Refusal};
use super::model_entry::ModelEntry;
use super::provider::{Placement, Providers};
use super::session::{self, Graph, Unplaced};
use super::shelf::{self, Shelf};
use super::signature::Signature;
use super::spec::InputSpec;
use super::{VisionError, external};
use ort::environment::Environment;
use ort::session::Session;
use std::path::PathBuf;

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
    placement: Placement,
}

impl Model {
    /// Loads the runtime (once a process) and the model `name` (or the default one), checks its
    /// checksum and that its inputs and outputs are those of its family.
    ///
    /// # Errors
    /// Everything [`VisionError`] knows but inference.
    pub fn load(shelf: &Shelf, name: Option<&str>) -> Result<Self, VisionError> {
        Self::load_with(shelf, name, &Providers::default())
    }

    /// [`Model::load`] for the best that can be had of `providers`.
    ///
    /// # Errors
    /// As [`Model::load`], and where what is required cannot be had.
    pub fn load_with(
        shelf: &Shelf,
        name: Option<&str>,
        providers: &Providers,
    ) -> Result<Self, VisionError> {
        let environment = session::environment(&shelf.runtime_file()?)?;
        // Which model is the default one depends on what will run it.
        let main = providers.order().iter().filter(|p| p.built_in()).all(|p| p.on_main_processor());
        let entry = shelf.entry_on(name, main)?;
        let model = Self::from_entry(shelf, entry, environment.clone(), providers)?;
        let better = shelf.entry_on(name, model.placement.on_main_processor())?;
        let model = if better == entry {
            model
        } else {
            // What was built in could not be used.
            Self::from_entry(shelf, better, environment, providers)?
        };
        tracing::info!("{} runs on {}", model.name(), model.placement);
        Ok(model)
    }

    fn from_entry(
        shelf: &Shelf,
        entry: &ModelEntry,
        environment: Environment,
        providers: &Providers,
    ) -> Result<Self, VisionError> {
        let entry = entry.clone();
        let path = shelf.model_file(&entry)?;
        let bytes = shelf::read_checked(&path, &entry)?;
        let classes = entry.class_table(shelf.class_map())?;
        let refused = |refusal| family::refused(&entry, path.clone(), refusal);
        let usual = family::input(&entry.family).ok_or_else(|| refused(Refusal::Family))?;
        let data = external::read(&path, &bytes, &entry)?;
        let graph = Graph::new(environment, bytes, data);
        let (session, placement) = graph.place(providers).map_err(|e| match e {
            Unplaced::Refused(reason) => VisionError::ModelCorrupt { path: path.clone(), reason },
            Unplaced::Providers(error) => error,
        })?;
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
        Ok(Self { entry, path, classes, signature, input, batch, head, graph, placement })
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

    /// What it runs on.
    pub const fn placement(&self) -> &Placement {
        &self.placement
    }

    /// A session for one worker.
    pub(super) fn session(&self) -> Result<Session, VisionError> {
        let path = || self.path.clone();
        let session = self.graph.session(&self.placement.on);
        session.map_err(|reason| VisionError::ModelCorrupt { path: path(), reason })
    }
}
