//! Manifests: which models there are, what is pinned of them, how they are to be read. A key that is
//! not known is refused, with the place of the mistake and the key that was probably meant.

use super::VisionError;
use super::model_entry::ModelEntry;
use super::text_entry::TextEntry;
use serde::Deserialize;
use serde::de::IgnoredAny;
use std::collections::BTreeMap;
use std::path::Path;

/// Pinned by the project; set-up fetches what it names.
const PINNED: &str = include_str!("../../models/manifest.toml");

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Manifest {
    #[serde(default)]
    version: Option<i64>,
    pub(super) runtime: Option<RuntimeEntry>,
    #[serde(default)]
    pub(super) models: Vec<ModelEntry>,
    /// Models that read text; optional.
    #[serde(default)]
    pub(super) text_models: Vec<TextEntry>,
    /// Class names of models, and what each stands for.
    #[serde(default)]
    pub(super) class_map: BTreeMap<String, String>,
    /// Footage that set-up fetches; nothing to the program.
    #[serde(default, rename = "clips")]
    _clips: Option<IgnoredAny>,
    /// What set-up builds the desk's pages with; nothing to the program.
    #[serde(default, rename = "node")]
    _node: Option<IgnoredAny>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RuntimeEntry {
    pub(super) files: Vec<RuntimeFile>,
}

#[derive(Debug, Deserialize)]
pub(super) struct RuntimeFile {
    pub(super) platform: String,
    pub(super) file: String,
    pub(super) sha256: String,
}

/// The project's own.
pub(super) fn pinned() -> Result<Manifest, VisionError> {
    parse(Path::new("models/manifest.toml"), PINNED)
}

/// Reads a manifest; `path` is for messages.
pub(super) fn parse(path: &Path, text: &str) -> Result<Manifest, VisionError> {
    let wrong = |reason: String| VisionError::Manifest { path: path.to_owned(), reason };
    let manifest: Manifest = toml::from_str(text).map_err(|e| {
        let line = e.span().map(|span| 1 + text[..span.start].matches('\n').count());
        let place = line.map_or_else(String::new, |line| format!("line {line}: "));
        wrong(format!("{place}{}", plain(e.message())))
    })?;
    match manifest.version {
        None | Some(1) => Ok(manifest),
        Some(other) => Err(wrong(format!("its version is {other}, and this program reads 1"))),
    }
}

/// Serde's words for an unknown key or word, with the one probably meant instead of all there are.
fn plain(message: &str) -> String {
    let message = message.lines().next().unwrap_or_default();
    let mut quoted = message.split('`').skip(1).step_by(2);
    let kind = ["unknown field", "unknown variant"].into_iter().find(|k| message.starts_with(k));
    let (Some(kind), Some(found)) = (kind, quoted.next()) else { return message.to_owned() };
    let known: Vec<&str> = quoted.collect();
    let near = known
        .iter()
        .map(|name| (strsim::osa_distance(found, name), *name))
        .filter(|(distance, _)| *distance <= (found.chars().count() / 3).max(1))
        .min();
    let what = if kind.ends_with("field") { "key" } else { "word" };
    match near {
        Some((_, name)) => format!("unknown {what} \"{found}\"; did you mean \"{name}\"?"),
        None => format!("unknown {what} \"{found}\"; known here are {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ENTRY: &str = "[[models]]\nname = \"m\"\nfile = \"m.onnx\"\nsha256 = \"\"\n\
        family = \"yolo\"\nclasses = \"coco80\"\nlicence = \"MIT\"\norigin = \"here\"\n";

    fn told(more: &str) -> String {
        let text = format!("version = 1\n{ENTRY}{more}");
        parse(Path::new("manifest.toml"), &text).unwrap_err().to_string()
    }

    #[test]
    fn every_part_of_an_entry_is_read_and_written_again() {
        let more = "[models.input]\nlayout = \"nhwc\"\ntype = \"uint8\"\nchannels = \"bgr\"\n\
            size = [320, 256]\nfit = \"top_left\"\n[models.output]\nbox_format = \"yxyx\"\n\
            normalised = true\nclass_base = 1\nactivation = \"sigmoid\"\n[models.thresholds]\n\
            nms_iou = 0.5\n[class_map]\n\"xe lam\" = \"motorcycle\"\n";
        let manifest = parse(Path::new("m"), &format!("{ENTRY}{more}")).unwrap();
        assert_eq!(manifest.class_map["xe lam"], "motorcycle");
        let entry = &manifest.models[0];
        assert_eq!(entry.input.size, Some([320, 256]));
        assert_eq!(entry.thresholds.nms_iou, Some(0.5));
        let again: ModelEntry = toml::from_str(&toml::to_string(entry).unwrap()).unwrap();
        assert_eq!(&again, entry);
        // What says nothing is not written.
        let short = parse(Path::new("m"), ENTRY).unwrap().models.remove(0);
        let written = toml::to_string(&short).unwrap();
        assert!(!written.contains("input") && !written.contains("class_names"), "{written}");
    }

    #[test]
    fn a_mistyped_key_is_told_with_its_line_and_the_right_one() {
        let key = told("[models.input]\nlayuot = \"nchw\"\n");
        assert!(key.contains("line 11: unknown key \"layuot\"; did you mean \"layout\"?"), "{key}");
        let word = told("[models.input]\nlayout = \"nwhc\"\n");
        assert!(word.contains("unknown word \"nwhc\"; did you mean \"nhwc\"?"), "{word}");
        let far = told("colour = 1\n");
        assert!(far.contains("unknown key \"colour\"; known here are name, file"), "{far}");
        let table = told("[class_maps]\n");
        assert!(table.contains("did you mean \"class_map\"?"), "{table}");
        let version = parse(Path::new("m"), "version = 2").unwrap_err().to_string();
        assert!(version.contains("its version is 2"), "{version}");
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(\\PC|\n){0,200}") {
            let _ = parse(Path::new("m"), &text);
        }
    }
}
