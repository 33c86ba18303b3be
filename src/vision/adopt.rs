//! Taking a model file among the models: tried as it will be used, copied, and entered into the
//! `manifest.toml` beside it. Either all of it happens or nothing.

use super::detector::Look;
use super::entry::{DataEntry, InputEntry};
use super::inscribe;
use super::inspect::{self, Finding, InspectError, Proposal, Wishes, propose};
use super::region::Region;
use super::{BBox, Detector, Model, ModelEntry, Places, Shelf, VisionError};
use crate::media::Frame;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tempfile::TempDir;

/// The manifest beside the models.
const MANIFEST: &str = "manifest.toml";

/// What is to be imported, and how.
#[derive(Debug, Clone)]
pub struct Import {
    /// The ONNX file.
    pub file: PathBuf,
    /// Where the runtime lies, and the folder of models.
    pub places: Places,
    /// What is said instead of found out.
    pub wishes: Wishes,
    /// How to look at the picture.
    pub look: Look,
    /// Whether a model or file of the same name gives way.
    pub replace: bool,
    /// Whether to say only what would be done.
    pub dry_run: bool,
}

/// One thing the model saw in the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Sight {
    /// The model's own name of its class.
    pub class: String,
    /// Confidence, 0 to 1.
    pub score: f32,
    /// Where, in pixels of the picture.
    pub bbox: BBox,
}

/// What was imported.
#[derive(Debug, Clone)]
pub struct Imported {
    /// Its manifest entry.
    pub entry: ModelEntry,
    /// What the entry rests on.
    pub findings: Vec<Finding>,
    /// The model's file among the models.
    pub path: PathBuf,
    /// The manifest that has its entry.
    pub manifest: PathBuf,
    /// What it saw in the picture, the surest first.
    pub seen: Vec<Sight>,
    /// Width and height of the input it ran with, in pixels.
    pub input: (usize, usize),
}

/// Inspects a file, tries it on `frame`, and takes it among the models.
///
/// # Errors
/// Everything [`InspectError`] knows; nothing has changed then.
pub fn import(import: &Import, frame: &Frame) -> Result<Imported, InspectError> {
    let shelf = Shelf::open(import.places.clone())?;
    let folder = shelf.folder();
    let name = name(import)?;
    free(&shelf, &folder, &name, import.replace)?;
    let unwritable = |path: &Path| {
        let path = path.to_owned();
        move |source| InspectError::Unwritable { path, source }
    };
    let mut proposal = propose(&import.file, &shelf, frame, &import.wishes)?;
    proposal.entry.name = name;
    let inside = lies_in(&import.file, &folder);
    if !inside {
        proposal.entry.file = format!("{}.onnx", proposal.entry.name);
    }
    fs::create_dir_all(&folder).map_err(unwritable(&folder))?;
    // Held to the end: two imports at once must not write over each other's entry.
    let lock = File::open(&folder).map_err(unwritable(&folder))?;
    lock.lock().map_err(unwritable(&folder))?;
    let stage = tempfile::Builder::new()
        .prefix(".import-")
        .tempdir_in(&folder)
        .map_err(unwritable(&folder))?;
    copy_all(&import.file, &proposal.entry, stage.path())?;
    let (seen, input) = tried(&mut proposal, import, &stage, frame)?;
    if seen.is_empty() {
        proposal.findings.push(otherwise_scaled(&proposal.entry, import, &stage, frame));
    }
    let (entry, findings) = (proposal.entry, proposal.findings);
    let manifest = folder.join(MANIFEST);
    if !import.dry_run {
        let text = inscribe::added(&manifest, &entry)?;
        if !inside {
            place(&entry, stage.path(), &folder, import.replace)?;
        }
        inscribe::write(&manifest, &text)?;
    }
    Ok(Imported { path: folder.join(&entry.file), entry, findings, manifest, seen, input })
}

/// The model's name: as asked for, or the file's own, in letters that are easy to type.
fn name(import: &Import) -> Result<String, InspectError> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if let Some(name) = &import.wishes.name {
        let sound = (1..=64).contains(&name.len()) && name.chars().all(allowed);
        let sound = sound && name.starts_with(|c: char| c.is_ascii_alphanumeric());
        return if sound { Ok(name.clone()) } else { Err(InspectError::Name(name.clone())) };
    }
    let stem = import.file.file_stem().unwrap_or_default().to_string_lossy().to_lowercase();
    let name: String = stem.chars().map(|c| if allowed(c) { c } else { '-' }).take(64).collect();
    let name = name.trim_matches(['-', '.', '_']);
    Ok(if name.is_empty() { "model".to_owned() } else { name.to_owned() })
}

/// That no model has this name yet, or that it gives way.
fn free(shelf: &Shelf, folder: &Path, name: &str, replace: bool) -> Result<(), InspectError> {
    if !shelf.entries().iter().any(|e| e.name == name) {
        return Ok(());
    }
    let beside = fs::read_to_string(folder.join(MANIFEST)).unwrap_or_default();
    let own = toml::from_str::<toml::Table>(&beside).is_ok_and(|t| {
        let models = t.get("models").and_then(|m| m.as_array());
        let named = |m: &toml::Value| m.get("name").and_then(toml::Value::as_str) == Some(name);
        models.is_some_and(|m| m.iter().any(named))
    });
    if own && replace {
        return Ok(());
    }
    if !own {
        return Err(InspectError::NamePinned(name.to_owned()));
    }
    let place = format!("in {}", folder.join(MANIFEST).display());
    Err(InspectError::NameTaken { name: name.to_owned(), place })
}

fn lies_in(file: &Path, folder: &Path) -> bool {
    let parent = file.canonicalize().ok().and_then(|p| p.parent().map(Path::to_owned));
    parent.is_some() && parent == folder.canonicalize().ok()
}

/// The model and its weights, into the folder where they are tried: what is tried is what is kept.
fn copy_all(file: &Path, entry: &ModelEntry, stage: &Path) -> Result<(), InspectError> {
    let beside = file.parent().unwrap_or(Path::new(""));
    let data = entry.data.iter().map(|d| (beside.join(&d.file), stage.join(&d.file)));
    for (from, to) in data.chain([(file.to_owned(), stage.join(&entry.file))]) {
        let copied = to.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| {
            fs::copy(&from, &to)?;
            File::open(&to)?.sync_all()
        });
        copied.map_err(|source| InspectError::Unwritable { path: to, source })?;
    }
    Ok(())
}

/// Loads the staged model as every command will, and looks at the picture with it. A graph that says
/// it takes any size and then does not is held to the size it was made for.
fn tried(
    proposal: &mut Proposal,
    import: &Import,
    stage: &TempDir,
    frame: &Frame,
) -> Result<(Vec<Sight>, (usize, usize)), InspectError> {
    match look(&proposal.entry, import, stage, frame) {
        Err(VisionError::Inference { .. }) if proposal.entry.input.size.is_none() => {
            let (width, height) = proposal.fallback;
            proposal.entry.input.size = Some([width, height]);
            proposal.findings.push(Finding::taken(
                "size",
                format!("{width} × {height}"),
                "the graph says that it takes any size, and failed with another",
                "change input.size",
            ));
            Ok(look(&proposal.entry, import, stage, frame)?)
        }
        other => Ok(other?),
    }
}

/// What a model that saw nothing would have seen with its input on another scale.
fn otherwise_scaled(
    entry: &ModelEntry,
    import: &Import,
    stage: &TempDir,
    frame: &Frame,
) -> Finding {
    let input = |mean, std| InputEntry { mean: Some(mean), std: Some(std), ..entry.input.clone() };
    let (mean, std) = inspect::IMAGENET;
    let scales = [
        ("values 0 to 1", input([0.0; 3], [255.0; 3])),
        ("values 0 to 255", input([0.0; 3], [1.0; 3])),
        ("ImageNet's mean and deviation", input(mean, std)),
    ];
    let told = scales.into_iter().filter_map(|(what, input)| {
        let (mean, std) = (input.mean?, input.std?);
        let entry = ModelEntry { input, ..entry.clone() };
        let n = look(&entry, import, stage, frame).ok()?.0.len();
        (n > 0).then(|| {
            format!("with {what} it sees {n} (input.mean = {mean:?}, input.std = {std:?})")
        })
    });
    let told: Vec<String> = told.collect();
    let otherwise = if told.is_empty() {
        "try another --picture, or compare input in the manifest with what it was trained with"
            .into()
    } else {
        told.join("; ")
    };
    let because = "so the model is no use for such pictures, or its input is not as taken here";
    Finding::taken("trial", "nothing was seen", because, otherwise)
}

fn look(
    entry: &ModelEntry,
    import: &Import,
    stage: &TempDir,
    frame: &Frame,
) -> Result<(Vec<Sight>, (usize, usize)), VisionError> {
    let path = stage.path().join(MANIFEST);
    let bad = |reason: String| VisionError::Manifest { path: path.clone(), reason };
    let text = inscribe::added(&path, entry).map_err(|e| bad(e.to_string()))?;
    fs::write(&path, text).map_err(|e| bad(e.to_string()))?;
    let models = Some(stage.path().to_owned());
    let shelf = Shelf::open(Places { models, ..import.places.clone() })?;
    let model = Arc::new(Model::load(&shelf, Some(&entry.name)).map_err(|e| outside(e, import))?);
    let mut detector = Detector::new(Arc::clone(&model))?;
    detector.prepare(frame, Region::whole(frame.width(), frame.height()), import.look);
    let mut lists = detector.infer_raw(import.look)?;
    let sight = |raw: super::RawDetection| Sight {
        class: model.classes().name(raw.class_index).unwrap_or_default().to_owned(),
        score: raw.score,
        bbox: raw.bbox,
    };
    let seen = lists.pop().unwrap_or_default().into_iter().map(sight).collect();
    Ok((seen, detector.input_size()))
}

/// An error about the staged file, told of the file that was given.
fn outside(error: VisionError, import: &Import) -> VisionError {
    match error {
        VisionError::ModelShape { family, reason, .. } => {
            VisionError::ModelShape { path: import.file.clone(), family, reason }
        }
        other => other,
    }
}

/// Moves the staged files to where they will lie.
fn place(
    entry: &ModelEntry,
    stage: &Path,
    folder: &Path,
    replace: bool,
) -> Result<(), InspectError> {
    let own = DataEntry { file: entry.file.clone(), sha256: entry.sha256.clone() };
    let files = || entry.data.iter().chain([&own]);
    let taken = |file: &&DataEntry| {
        let there = folder.join(&file.file);
        there.exists() && super::shelf::read_sha256(&there, &file.sha256).is_err()
    };
    if let Some(file) = files().find(taken).filter(|_| !replace) {
        return Err(InspectError::FileTaken(folder.join(&file.file)));
    }
    for file in files() {
        let to = folder.join(&file.file);
        let moved = to
            .parent()
            .map_or(Ok(()), fs::create_dir_all)
            .and_then(|()| fs::rename(stage.join(&file.file), &to));
        moved.map_err(|source| InspectError::Unwritable { path: to, source })?;
    }
    Ok(())
}
