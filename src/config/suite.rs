//! A suite of labelled clips: which clip, seen by which camera, with which labels.
//!
//! ```toml
//! version = 1
//!
//! [[clips]]
//! clip = "clips/red-light.mp4"
//! camera = "cameras/red-light.toml"
//! labels = "labels/red-light.json"
//! condition = "night"               # optional; "day" unless said
//! boxes = "clips/red-light.boxes.jsonl" # optional; stands in for the detector
//! start_time = "2026-08-15T06:00:00+07:00" # optional
//! may_miss = true                   # optional; what is labelled need not be found
//! ```

use super::document::Document;
use super::error::ConfigError;
use super::table::{At, Table};
use crate::media::WallTime;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

const KEYS: &[&str] = &["version", "clips"];
const CLIP_KEYS: &[&str] =
    &["name", "clip", "camera", "labels", "condition", "boxes", "start_time", "may_miss"];

/// What a path may begin with: the folder given beside the suite.
const ROOT: &str = "${ROOT}";

/// A suite as read.
#[derive(Debug, Clone, PartialEq)]
pub struct Suite {
    /// The file it was read from.
    pub file: PathBuf,
    /// At least one.
    pub clips: Vec<SuiteClip>,
}

/// One labelled clip of a suite. Paths as they can be opened.
#[derive(Debug, Clone, PartialEq)]
pub struct SuiteClip {
    /// Unique within the suite; the clip's file name without its ending, unless said.
    pub name: String,
    /// The footage.
    pub clip: PathBuf,
    /// The camera file.
    pub camera: PathBuf,
    /// The labels.
    pub labels: PathBuf,
    /// Under what condition it was taken: `day`, `night`, `rain`…
    pub condition: String,
    /// What stands in for the detector.
    pub boxes: Option<PathBuf>,
    /// When it starts.
    pub start_time: Option<WallTime>,
    /// Whether what its labels name may be missed: it is hard to see, and only inventing is wrong.
    pub may_miss: bool,
}

/// Reads a suite. Paths are relative to its folder; `${ROOT}` at a path's beginning is `root`.
///
/// # Errors
/// [`ConfigError`]: the file cannot be read, or holds mistakes; all that can be found are named.
pub fn load_suite(file: &Path, root: Option<&Path>) -> Result<Suite, ConfigError> {
    let document = Document::open(file)?;
    let clips = document.parse().and_then(|parsed| {
        let table = Table::root(&document, &parsed, KEYS)?;
        Some(clips(&table, root))
    });
    document.verdict()?;
    match clips {
        Some(clips) => Ok(Suite { file: file.to_owned(), clips }),
        None => Err(ConfigError::Mistakes(vec![
            document.mistake(0..0, "this file could not be understood; compare it with an example"),
        ])),
    }
}

fn clips(table: &Table<'_>, root: Option<&Path>) -> Vec<SuiteClip> {
    let tables = table.tables("clips", " in [[clips]]", CLIP_KEYS);
    if tables.is_empty() {
        table.missing("clips", "[[clips]] with clip, camera and labels");
    }
    let (mut clips, mut names) = (Vec::new(), BTreeSet::new());
    let mut pairs = BTreeSet::new();
    for table in &tables {
        let Some(clip) = clip(table, root) else { continue };
        if !names.insert(clip.name.clone()) {
            let message = format!(
                "two clips are called \"{}\"; give one of them another name = \"…\"",
                clip.name
            );
            let key = if table.has("name") { "name" } else { "clip" };
            table.doc().refuse(table.key_span(key), &message);
        } else if !pairs.insert((clip.clip.clone(), clip.camera.clone())) {
            let message = "this clip is already judged with this camera; put all labels into one \
                           file";
            table.doc().refuse(table.key_span("clip"), message);
        } else {
            clips.push(clip);
        }
    }
    clips
}

fn clip(table: &Table<'_>, root: Option<&Path>) -> Option<SuiteClip> {
    let needed = |key: &'static str, example: &str| {
        if !table.has(key) {
            table.missing(key, example);
        }
        path(table, key, root)
    };
    let clip = needed("clip", "clip = \"clips/red-light.mp4\"");
    let camera = needed("camera", "camera = \"cameras/red-light.toml\"");
    let labels = needed("labels", "labels = \"labels/red-light.json\"");
    let name = if table.has("name") {
        Some(table.name("name")?.value)
    } else {
        clip.as_ref().and_then(|c| Some(c.file_stem()?.to_string_lossy().into_owned()))
    };
    let condition =
        if table.has("condition") { table.name("condition")?.value } else { "day".to_owned() };
    let boxes = if table.has("boxes") { Some(path(table, "boxes", root)?) } else { None };
    let start_time = if table.has("start_time") { Some(start_time(table)?) } else { None };
    Some(SuiteClip {
        name: name?,
        clip: clip?,
        camera: camera?,
        labels: labels?,
        condition,
        boxes,
        start_time,
        may_miss: table.flag("may_miss").unwrap_or(false),
    })
}

fn path(table: &Table<'_>, key: &str, root: Option<&Path>) -> Option<PathBuf> {
    let At { value, span } = table.string(key, "a path in quotes")?;
    let refuse = |message: &str| table.doc().refuse(span.clone(), message);
    if value.trim().is_empty() {
        refuse(&format!("\"{key}\" must not be empty"));
        return None;
    }
    if let Some(rest) = value.strip_prefix(ROOT) {
        let Some(root) = root else {
            refuse("where is ${ROOT}? give its folder with --root, or take ${ROOT} out");
            return None;
        };
        return Some(root.join(rest.trim_start_matches('/')));
    }
    Some(table.doc().resolve(value))
}

fn start_time(table: &Table<'_>) -> Option<WallTime> {
    let At { value, span } = table.string("start_time", "a time in quotes")?;
    WallTime::parse(value)
        .map_err(|why| table.doc().refuse(span, &format!("\"start_time\": {why}")))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, root: Option<&Path>) -> Result<Suite, ConfigError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("suite.toml");
        std::fs::write(&file, text).unwrap();
        load_suite(&file, root)
    }

    #[test]
    fn paths_are_relative_to_the_suite_or_to_the_root() {
        let text = "version = 1\n[[clips]]\nclip = \"${ROOT}/clips/a.mp4\"\ncamera = \"cam.toml\"\n\
                    labels = \"${ROOT}/a.json\"\n";
        let suite = read(text, Some(Path::new("else/where"))).unwrap();
        let clip = &suite.clips[0];
        assert_eq!(clip.clip, Path::new("else/where/clips/a.mp4"));
        assert!(clip.camera.ends_with("cam.toml") && clip.camera.parent().is_some());
        assert_eq!((clip.name.as_str(), clip.condition.as_str()), ("a", "day"));
        let said = read(text, None).unwrap_err().to_string();
        assert!(said.contains("suite.toml:3:") && said.contains("--root"), "{said}");
    }

    #[test]
    fn every_mistake_is_named_with_its_line() {
        let text = "version = 1\n[[clips]]\nclip = \"a.mp4\"\ncamera = \"c.toml\"\nlabel = \"a.json\"\n\
                    [[clips]]\nclip = \"b.mp4\"\ncamera = \"c.toml\"\nlabels = \"b.json\"\nname = \"x\"\n\
                    [[clips]]\nclip = \"b.mp4\"\ncamera = \"d.toml\"\nlabels = \"b.json\"\nname = \"x\"\n";
        let said = read(text, None).unwrap_err().to_string();
        for part in ["suite.toml:5:", "did you mean \"labels\"?", "two clips are called \"x\""] {
            assert!(said.contains(part), "{said}");
        }
        let empty = read("version = 1\n", None).unwrap_err().to_string();
        assert!(empty.contains("[[clips]]"), "{empty}");
    }
}
