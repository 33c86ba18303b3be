//! A camera file whose drawing is replaced: zones, lines, signals, calibration and rules, and nothing
//! else. The rest of the file, comments among it, stays as its author wrote it.

use super::camera::{Camera, read_camera};
use super::document::Document;
use super::error::ConfigError;
use serde_json::{Map, Value};
use std::path::Path;
use toml_edit::{DocumentMut, Item};

/// What of a camera file is a drawing, and may be redrawn.
pub const DRAWN: [&str; 5] = ["zones", "lines", "signals", "calibration", "rules"];

/// A camera file's drawing.
#[derive(Debug, Clone, PartialEq)]
pub struct Drawing {
    /// The keys of [`DRAWN`] that the file has, as JSON; points are pixels of `frame_size`.
    pub drawn: Map<String, Value>,
    /// SHA-256 of the whole file, hexadecimal: which version it is.
    pub fingerprint: String,
    /// The whole file.
    pub text: String,
}

impl Drawing {
    /// Reads a camera file's drawing.
    ///
    /// # Errors
    /// The file cannot be read or is no TOML.
    pub fn open(path: &Path) -> Result<Self, ConfigError> {
        Self::read(&Document::open(path)?)
    }

    /// The drawing of a camera file's text.
    ///
    /// # Errors
    /// It is no TOML.
    pub fn of(path: &Path, text: String) -> Result<Self, ConfigError> {
        Self::read(&Document::from_text(path, text))
    }

    fn read(document: &Document) -> Result<Self, ConfigError> {
        let whole: Value = toml::from_str(document.text()).map_err(|e| refused(document, &e))?;
        let mut drawn = Map::new();
        for key in DRAWN {
            if let Some(value) = whole.get(key) {
                drawn.insert(key.to_owned(), value.clone());
            }
        }
        let fingerprint = document.fingerprint();
        Ok(Self { drawn, fingerprint, text: document.text().to_owned() })
    }

    /// The file's text with another drawing, and the camera it then describes. What is drawn as it
    /// was keeps its comments; a key that is left out of `new` stays, an empty list is taken away.
    ///
    /// # Errors
    /// A key that is no part of a drawing, or every mistake that the new file would hold, with its
    /// line.
    pub fn redrawn(
        &self,
        path: &Path,
        new: &Map<String, Value>,
    ) -> Result<(String, Camera), ConfigError> {
        let before = Document::from_text(path, self.text.clone());
        let mut edited: DocumentMut = self.text.parse().map_err(|e| refused(&before, &e))?;
        for (key, value) in new {
            if !DRAWN.contains(&key.as_str()) {
                let known = DRAWN.join(", ");
                return Err(refused(
                    &before,
                    &format!("\"{key}\" is no drawing; these are: {known}"),
                ));
            }
            if self.drawn.get(key) == Some(value) {
                continue;
            }
            if value.is_null() || value.as_array().is_some_and(Vec::is_empty) {
                edited.remove(key);
                continue;
            }
            let item = item(key, value).map_err(|e| refused(&before, &e))?;
            edited.insert(key, item);
        }
        let text = edited.to_string();
        let camera =
            read_camera(Document::from_text(path, text.clone()), &|name| std::env::var(name).ok())
                .camera?;
        Ok((text, camera))
    }
}

fn refused(document: &Document, why: &impl ToString) -> ConfigError {
    ConfigError::Mistakes(vec![document.mistake(0..0, &why.to_string())])
}

/// A list of tables, or a table.
fn item(key: &str, value: &Value) -> Result<Item, toml_edit::ser::Error> {
    let mut wrapped = Map::new();
    wrapped.insert(key.to_owned(), plain(value));
    let mut document = toml_edit::ser::to_document(&wrapped)?;
    let item = document.remove(key).unwrap_or_default();
    let item = match item.into_array_of_tables() {
        Ok(tables) => return Ok(Item::ArrayOfTables(tables)),
        Err(item) => item,
    };
    Ok(item.into_table().map_or_else(|other| other, Item::Table))
}

/// Without nulls, which TOML does not know, and with whole numbers as people write them.
fn plain(value: &Value) -> Value {
    match value {
        Value::Array(items) => items.iter().map(plain).collect(),
        Value::Object(map) => map
            .iter()
            .filter(|(_, v)| !v.is_null())
            .map(|(k, v)| (k.clone(), plain(v)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Number(n) => match n.as_f64() {
            // A hundredth of a pixel is finer than anyone draws.
            Some(f) if n.is_f64() && f.fract() == 0.0 && f.abs() < 1e15 => (f as i64).into(),
            Some(f) if n.is_f64() => ((f * 100.0).round() / 100.0).into(),
            _ => value.clone(),
        },
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FILE: &str = r#"# The crossing at the market.
version = 1
id = "p1"
name = "Chợ" # as the ward calls it
frame_size = [1280, 720]

# The yellow lines, painted in May.
[[zones]]
name = "lines"
polygon = [[640, 60], [735, 55], [740, 105]]

[[rules]]
kind = "illegal_parking"
zone = "lines"
dwell_seconds = 60 # by the sign
"#;

    fn written() -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("p1.toml");
        std::fs::write(&path, FILE).unwrap();
        (folder, path)
    }

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().unwrap().clone()
    }

    #[test]
    fn only_what_was_redrawn_is_written_anew() {
        let (_folder, path) = written();
        let drawing = Drawing::open(&path).unwrap();
        assert_eq!(drawing.drawn["zones"][0]["name"], "lines");
        let zones = json!([{"name": "lines", "polygon": [[600.0, 60.126], [735, 55], [740, 105]]}]);
        let rules = drawing.drawn["rules"].clone();
        let new = map(&json!({"zones": zones, "rules": rules}));
        let (text, camera) = drawing.redrawn(&path, &new).unwrap();
        assert_eq!(camera.scene.zones.len(), 1);
        assert!(text.contains("polygon = [[600, 60.13], [735, 55], [740, 105]]"), "{text}");
        for kept in ["# The crossing at the market.", "# as the ward calls it", "60 # by the sign"]
        {
            assert!(text.contains(kept), "{text}");
        }
        // Nothing new: not a letter changes.
        assert_eq!(drawing.redrawn(&path, &drawing.drawn).unwrap().0, FILE);
    }

    #[test]
    fn a_zone_that_rules_need_cannot_be_taken_away() {
        let (_folder, path) = written();
        let drawing = Drawing::open(&path).unwrap();
        let told = drawing.redrawn(&path, &map(&json!({"zones": []}))).unwrap_err().to_string();
        assert!(told.contains("lines") && told.contains("p1.toml"), "{told}");
        let none = map(&json!({"zones": [], "rules": []}));
        let told = drawing.redrawn(&path, &none);
        assert!(told.is_err() || told.is_ok_and(|(_, camera)| camera.rules.is_empty()));
    }

    #[test]
    fn what_is_no_drawing_and_what_is_wrong_are_refused() {
        let (_folder, path) = written();
        let drawing = Drawing::open(&path).unwrap();
        for (new, says) in [
            (json!({"source": {"url": "rtsp://elsewhere/"}}), "source"),
            (json!({"id": "p2"}), "id"),
            (json!({"zones": [{"name": "lines", "polygon": [[0, 0], [10, 10]]}]}), "lines"),
            (json!({"zones": "none"}), "zones"),
            (json!({"zones": [{"name": "lines", "polygn": [[0, 0], [9, 9], [0, 9]]}]}), "polygn"),
            (
                json!({"zones": [{"name": "lines", "polygon": [[0, 0], [9000, 10], [0, 9]]}]}),
                "lines",
            ),
        ] {
            let told = drawing.redrawn(&path, &map(&new)).unwrap_err().to_string();
            assert!(told.contains(says), "{told}");
        }
    }
}
