//! A model loaded and checked, from which each worker gets a session of its own.

use super::classes::ClassTable;
use super::provider::{Placement, Providers};
use super::session::{self, Graph, Unplaced};
use super::shelf::{self, ModelEntry, Shelf};
use super::spec::InputSpec;
use super::{VisionError, nanodet};
use ort::environment::Environment;
use ort::session::Session;
use ort::value::ValueType;
use std::path::{Path, PathBuf};

/// A model loaded and checked. Cheap to share; [`Model::session`] gives each worker its own.
pub struct Model {
    entry: ModelEntry,
    path: PathBuf,
    classes: ClassTable,
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
        let classes = ClassTable::named(&entry.classes).ok_or_else(|| {
            let (name, found) = (entry.name.clone(), entry.classes.clone());
            VisionError::ModelEntry { name, key: "classes", found, known: "coco80" }
        })?;
        if entry.family != "nanodet" {
            let (name, found) = (entry.name, entry.family);
            return Err(VisionError::ModelEntry { name, key: "family", found, known: "nanodet" });
        }
        let graph = Graph::new(environment, bytes);
        let (session, placement) = graph.place(providers).map_err(|e| match e {
            Unplaced::Refused(reason) => VisionError::ModelCorrupt { path: path.clone(), reason },
            Unplaced::Providers(error) => error,
        })?;
        let model = Self { entry, path, classes, graph, placement };
        model.check(&session)?;
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

    /// What it runs on.
    pub fn placement(&self) -> &Placement {
        &self.placement
    }

    /// A session for one worker.
    pub(super) fn session(&self) -> Result<Session, VisionError> {
        let path = || self.path.clone();
        let session = self.graph.session(&self.placement.on);
        session.map_err(|reason| VisionError::ModelCorrupt { path: path(), reason })
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

fn shape(path: &Path, entry: &ModelEntry, reason: String) -> VisionError {
    VisionError::ModelShape { path: path.to_owned(), family: entry.family.clone(), reason }
}

fn dims(value: &ValueType) -> Vec<i64> {
    value.tensor_shape().map(|s| s.to_vec()).unwrap_or_default()
}
