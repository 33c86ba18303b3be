//! Where the runtime and the models lie, and which models there are.

use super::VisionError;
use super::classes::ClassMap;
use super::manifest::{self, RuntimeFile};
use super::model_entry::ModelEntry;
use super::processor::Instructions;
use super::text_entry::{TextEntry, TextRole};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::{Path, PathBuf};

/// The folder set-up makes, beside Cargo.toml or in any folder above the program or the working
/// directory.
const SETUP_FOLDER: &str = ".streetward";

/// Paths from the site's configuration, before the environment and the usual places.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Places {
    /// The runtime library itself.
    pub runtime: Option<PathBuf>,
    /// A folder of models.
    pub models: Option<PathBuf>,
}

/// The models at hand: those pinned by the project, and those a `manifest.toml` beside the model
/// files adds.
#[derive(Debug, Clone)]
pub struct Shelf {
    places: Places,
    entries: Vec<ModelEntry>,
    texts: Vec<TextEntry>,
    map: ClassMap,
}

impl Shelf {
    /// Looks where configuration, then the environment (`STREETWARD_RUNTIME`,
    /// `STREETWARD_MODELS`), then set-up's folder say.
    ///
    /// # Errors
    /// A manifest that cannot be read.
    pub fn open(mut places: Places) -> Result<Self, VisionError> {
        places.runtime = places.runtime.or_else(|| path_from("STREETWARD_RUNTIME"));
        places.models = places.models.or_else(|| path_from("STREETWARD_MODELS"));
        let pinned = manifest::pinned()?;
        let (mut entries, mut texts) = (pinned.models, pinned.text_models);
        let mut map = ClassMap::default();
        for folder in folders(places.models.as_deref(), "models") {
            let path = folder.join("manifest.toml");
            let Ok(text) = std::fs::read_to_string(&path) else { continue };
            let beside = manifest::parse(&path, &text)?;
            map.extend(&beside.class_map)
                .map_err(|reason| VisionError::Manifest { path: path.clone(), reason })?;
            texts.extend(beside.text_models);
            for entry in beside.models {
                entries.retain(|e| e.name != entry.name);
                entries.push(entry);
            }
        }
        Ok(Self { places, entries, texts, map })
    }

    /// Every model known, on disk or not.
    pub fn entries(&self) -> &[ModelEntry] {
        &self.entries
    }

    /// What class names stand for: the project's map, and what manifests beside the models add.
    pub const fn class_map(&self) -> &ClassMap {
        &self.map
    }

    /// The model of that name, or the default one for this processor.
    ///
    /// # Errors
    /// [`VisionError::UnknownModel`].
    pub fn entry(&self, name: Option<&str>) -> Result<&ModelEntry, VisionError> {
        self.entry_on(name, true)
    }

    /// The model of that name, or the default one where the main processor runs it or does not.
    ///
    /// # Errors
    /// [`VisionError::UnknownModel`].
    pub fn entry_on(
        &self,
        name: Option<&str>,
        main_processor: bool,
    ) -> Result<&ModelEntry, VisionError> {
        let found = match name {
            Some(name) => self.entries.iter().find(|e| e.name == name),
            None => default_of(&self.entries, |with| main_processor && with.here()),
        };
        found.ok_or_else(|| VisionError::UnknownModel {
            name: name.unwrap_or("default").to_owned(),
            known: self.entries.iter().map(|e| &*e.name).collect::<Vec<_>>().join(", "),
        })
    }

    /// Why the default model is the default one here, for a person; `None` where it needs no reason.
    pub fn default_reason(&self) -> Option<String> {
        let chosen = self.entry(None).ok()?;
        if let Some(with) = chosen.default_with {
            return Some(format!("this processor has {with}"));
        }
        let other = self.entries.iter().find(|e| e.default_with.is_some())?;
        let with = other.default_with.filter(|with| !with.here())?;
        Some(format!("this processor lacks {with}, with which it would be {}", other.name))
    }

    /// The folder of models that is looked in first, where new ones belong; it may not exist yet.
    pub fn folder(&self) -> PathBuf {
        folders(self.places.models.as_deref(), "models").swap_remove(0)
    }

    /// The model's file, its checksum not yet looked at.
    ///
    /// # Errors
    /// [`VisionError::ModelMissing`], naming the folders searched.
    pub fn model_file(&self, entry: &ModelEntry) -> Result<PathBuf, VisionError> {
        let looked = folders(self.places.models.as_deref(), "models");
        let found = looked.iter().map(|f| f.join(&entry.file)).find(|p| p.is_file());
        found.ok_or_else(|| VisionError::ModelMissing {
            name: entry.name.clone(),
            file: entry.file.clone(),
            looked,
        })
    }

    /// The model of text with this role and its file, what a manifest beside the models says going
    /// first; `None`: its file is not there.
    pub(super) fn text_model(&self, role: TextRole) -> Option<(&TextEntry, PathBuf)> {
        let looked = folders(self.places.models.as_deref(), "models");
        self.texts.iter().rev().filter(|e| e.role == role).find_map(|entry| {
            let path = looked.iter().map(|f| f.join(&entry.file)).find(|p| p.is_file())?;
            Some((entry, path))
        })
    }

    /// The runtime library.
    ///
    /// # Errors
    /// [`VisionError::RuntimeMissing`], naming the places searched; [`VisionError::RuntimeFolder`].
    pub fn runtime_file(&self) -> Result<PathBuf, VisionError> {
        if let Some(path) = &self.places.runtime {
            if path.is_dir() {
                return Err(VisionError::RuntimeFolder(path.clone()));
            }
            let missing = || VisionError::RuntimeMissing(vec![path.clone()]);
            return path.is_file().then(|| path.clone()).ok_or_else(missing);
        }
        let pinned = pinned_runtime()?;
        let names: Vec<&str> =
            pinned.iter().map(|f| &*f.file).chain(["libonnxruntime.so"]).collect();
        let mut looked = Vec::new();
        for folder in folders(None, "runtime") {
            looked.extend(names.iter().map(|name| folder.join(name)));
        }
        looked.iter().find(|p| p.is_file()).cloned().ok_or(VisionError::RuntimeMissing(looked))
    }
}

/// The default of `entries`: what a manifest beside the models says goes before what the project
/// pins, and among those what the processor is made for before what runs everywhere.
fn default_of(entries: &[ModelEntry], has: impl Fn(Instructions) -> bool) -> Option<&ModelEntry> {
    entries.iter().rev().find(|e| e.default || e.default_with.is_some_and(&has))
}

/// The checksum pinned for a runtime library in set-up's folder; `None` for any other library.
pub(super) fn runtime_sha256(library: &Path) -> Option<String> {
    let name = library.file_name()?;
    let file = pinned_runtime().ok()?.into_iter().find(|f| name == f.file.as_str())?;
    let folder = library.canonicalize().ok()?.parent()?.to_owned();
    let fetched = |place: &PathBuf| place.canonicalize().is_ok_and(|place| place == folder);
    folders(None, "runtime").iter().any(fetched).then_some(file.sha256)
}

/// The runtime files pinned for this platform.
fn pinned_runtime() -> Result<Vec<RuntimeFile>, VisionError> {
    let platform = format!("{}-{}", std::env::consts::OS, std::env::consts::ARCH);
    let files = manifest::pinned()?.runtime.map(|r| r.files).unwrap_or_default();
    Ok(files.into_iter().filter(|f| f.platform == platform).collect())
}

/// Reads the file whole, once, and checks it against its manifest entry: what is loaded is what was
/// checked.
///
/// # Errors
/// [`VisionError::ModelUnreadable`], [`VisionError::Checksum`].
pub fn read_checked(path: &Path, entry: &ModelEntry) -> Result<Vec<u8>, VisionError> {
    read_sha256(path, &entry.sha256)
}

/// Reads the file whole and checks that its SHA-256 is this one.
pub(super) fn read_sha256(path: &Path, expected: &str) -> Result<Vec<u8>, VisionError> {
    let mut bytes = Vec::new();
    std::fs::File::open(path)
        .and_then(|mut f| f.read_to_end(&mut bytes))
        .map_err(|source| VisionError::ModelUnreadable { path: path.to_owned(), source })?;
    let found = hex::encode(Sha256::digest(&bytes));
    if found != expected {
        let expected = expected.to_owned();
        return Err(VisionError::Checksum { path: path.to_owned(), expected, found });
    }
    Ok(bytes)
}

fn path_from(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).filter(|v| !v.is_empty()).map(PathBuf::from)
}

/// The folder named, or every set-up folder above the working directory and the program.
fn folders(named: Option<&Path>, what: &str) -> Vec<PathBuf> {
    if let Some(folder) = named {
        return vec![folder.to_owned()];
    }
    let mut found: Vec<PathBuf> = Vec::new();
    let starts = [std::env::current_dir().ok(), std::env::current_exe().ok()];
    for start in starts.into_iter().flatten() {
        for above in start.ancestors() {
            let folder = above.join(SETUP_FOLDER);
            if folder.is_dir() && !found.iter().any(|f| f.starts_with(&folder)) {
                found.push(folder.join(what));
            }
        }
    }
    if found.is_empty() {
        found.push(PathBuf::from(SETUP_FOLDER).join(what));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_default_is_what_the_processor_is_made_for_unless_a_manifest_says_otherwise() {
        let mut entries = manifest::pinned().unwrap().models;
        let name = |entries: &[ModelEntry], has| default_of(entries, |_| has).unwrap().name.clone();
        assert_eq!(name(&entries, true), "nanodet-g-int8");
        assert_eq!(name(&entries, false), "nanodet-g");
        let mine = ModelEntry { name: "mine".into(), default: true, ..entries[0].clone() };
        entries.push(mine);
        assert_eq!(name(&entries, true), "mine");
    }
}
