//! Entering a model into the manifest beside it: everything else in the file stays as somebody wrote
//! it, comments included.

use super::ModelEntry;
use super::inspect::InspectError;
use std::fs::{self, File};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value};

/// The text of `manifest` with the entry added, or put in the place of its namesake; everything else
/// stays as somebody wrote it, comments included.
pub fn added(manifest: &Path, entry: &ModelEntry) -> Result<String, InspectError> {
    let text = match fs::read_to_string(manifest) {
        Ok(text) => Some(text),
        Err(e) if e.kind() == io::ErrorKind::NotFound => None,
        Err(source) => {
            return Err(InspectError::Unreadable { path: manifest.to_owned(), source });
        }
    };
    Ok(document(text.as_deref(), entry, manifest)?.to_string())
}

fn document(
    text: Option<&str>,
    entry: &ModelEntry,
    manifest: &Path,
) -> Result<DocumentMut, InspectError> {
    let bad = |reason: String| InspectError::Manifest { path: manifest.to_owned(), reason };
    let mut document: DocumentMut = text
        .unwrap_or("version = 1\n")
        .parse()
        .map_err(|e: toml_edit::TomlError| bad(e.message().to_owned()))?;
    let models = document.entry("models").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    let models = models
        .as_array_of_tables_mut()
        .ok_or_else(|| bad("its models are not written as [[models]]".to_owned()))?;
    let table = table(entry).map_err(|e| bad(e.to_string()))?;
    let same = |t: &&mut Table| t.get("name").and_then(Item::as_str) == Some(&entry.name);
    if let Some(old) = models.iter_mut().find(same) {
        let decor = old.decor().clone();
        *old = table;
        *old.decor_mut() = decor;
    } else {
        models.push(table);
    }
    Ok(document)
}

/// The entry as `[[models]]` with `[models.input]` and the like below it.
fn table(entry: &ModelEntry) -> Result<Table, toml_edit::ser::Error> {
    let mut table = toml_edit::ser::to_document(entry)?.as_table().clone();
    if !entry.default {
        table.remove("default");
    }
    for (_, item) in table.iter_mut() {
        if let Some(inline) = item.as_inline_table_mut() {
            inline.iter_mut().for_each(|(_, value)| shorten(value));
        }
        if item.is_inline_table() {
            *item = std::mem::take(item).into_table().map_or_else(|i| i, Item::Table);
        }
    }
    table.decor_mut().set_prefix("\n");
    Ok(table)
}

/// Writes 123.675 as somebody would, instead of all the digits of the nearest 32-bit number.
fn shorten(value: &mut Value) {
    if let Some(array) = value.as_array_mut() {
        array.iter_mut().for_each(shorten);
    }
    let short = value.as_float().and_then(|v| (v as f32).to_string().parse::<f64>().ok());
    if let Some(short) = short {
        *value = Value::from(short);
    }
}

/// Writes a file whole or not at all.
pub fn write(path: &Path, text: &str) -> Result<(), InspectError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let written = || -> io::Result<()> {
        let mut file = tempfile::Builder::new().prefix(".manifest-").tempfile_in(folder)?;
        if let Ok(old) = fs::metadata(path) {
            file.as_file().set_permissions(old.permissions())?;
        } else {
            file.as_file().set_permissions(fs::Permissions::from_mode(0o644))?;
        }
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        File::open(folder)?.sync_all()
    };
    written().map_err(|source| InspectError::Unwritable { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::InputEntry;

    fn entry(name: &str) -> ModelEntry {
        ModelEntry {
            name: name.into(),
            file: format!("{name}.onnx"),
            family: "detr".into(),
            classes: "coco91".into(),
            input: InputEntry { mean: Some([123.675, 116.28, 103.53]), ..InputEntry::default() },
            ..ModelEntry::default()
        }
    }

    #[test]
    fn what_somebody_wrote_stays() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("manifest.toml");
        let written = "# ours\nversion = 1 # keep\n\n[[models]] # the first\nname = \"a\"\n\
                       file = \"a.onnx\"\n\n[class_map]\n\"xe lam\" = \"motorcycle\" # yes\n";
        write(&path, written).unwrap();
        let one = added(&path, &entry("b")).unwrap();
        for kept in ["# ours\nversion = 1 # keep", "[[models]] # the first", "\"motorcycle\" # yes"]
        {
            assert!(one.contains(kept), "{one}");
        }
        assert!(one.contains("mean = [123.675, 116.28, 103.53]"), "{one}");
        assert!(one.contains("[models.input]") && !one.contains("default"), "{one}");
        write(&path, &one).unwrap();
        // Its namesake gives way, and nothing else.
        let again = added(&path, &ModelEntry { licence: "MIT".into(), ..entry("b") }).unwrap();
        assert_eq!(again.matches("name = \"b\"").count(), 1, "{again}");
        assert!(again.contains("licence = \"MIT\"") && again.contains("name = \"a\""), "{again}");
    }

    #[test]
    fn a_manifest_that_is_none_is_left_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("manifest.toml");
        for wrong in ["version = ", "models = 1\n"] {
            write(&path, wrong).unwrap();
            let told = added(&path, &entry("b")).unwrap_err().to_string();
            assert!(told.contains("correct it first"), "{told}");
        }
    }
}
