//! Which files beside a model hold its weights.
//!
//! ONNX keeps large weights outside the graph's own file: an initializer then names a file instead of
//! holding its numbers. The runtime says so only when it fails, and not which file it missed; so the
//! few fields of the format that tell (onnx.proto: `ModelProto.graph`, `GraphProto.initializer`,
//! `TensorProto.external_data`) are read here, and nothing else of the graph.

use super::VisionError;
use super::model_entry::ModelEntry;
use super::shelf::read_sha256;
use std::collections::BTreeSet;
use std::path::{Component, Path};
use std::sync::Arc;

/// Field numbers of onnx.proto.
const GRAPH: u64 = 7;
const INITIALIZER: u64 = 5;
const EXTERNAL_DATA: u64 = 13;
const KEY: u64 = 1;
const VALUE: u64 = 2;

/// The files that hold weights of this model, as its graph names them; none where all its weights
/// lie in its own file, or where the bytes are no ONNX at all.
pub fn files(model: &[u8]) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for graph in Fields(model).numbered(GRAPH) {
        for tensor in Fields(graph).numbered(INITIALIZER) {
            for pair in Fields(tensor).numbered(EXTERNAL_DATA) {
                let text = |n| Fields(pair).numbered(n).next().unwrap_or_default();
                if text(KEY) == b"location" {
                    found.insert(String::from_utf8_lossy(text(VALUE)).into_owned());
                }
            }
        }
    }
    found
}

/// A file's name as the graph writes it, and its bytes.
pub(super) type Data = (String, Arc<[u8]>);

/// Reads the files that hold weights of the model at `path`, from its folder, and checks those whose
/// checksum the entry gives.
///
/// # Errors
/// [`VisionError::DataMissing`], [`VisionError::ModelUnreadable`], [`VisionError::Checksum`].
pub(super) fn read(
    path: &Path,
    model: &[u8],
    entry: &ModelEntry,
) -> Result<Vec<Data>, VisionError> {
    let mut read = Vec::new();
    for file in files(model) {
        let missing = || VisionError::DataMissing { path: path.to_owned(), file: file.clone() };
        // A graph must not reach outside its own folder.
        let inside = Path::new(&file)
            .components()
            .all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
        let place = path.parent().unwrap_or(Path::new("")).join(&file);
        if !inside || !place.is_file() {
            return Err(missing());
        }
        let bytes = if let Some(data) = entry.data.iter().find(|d| d.file == file) {
            read_sha256(&place, &data.sha256)?
        } else {
            tracing::warn!(
                model = entry.name,
                "weights in {} have no checksum; add data = [{{ file = \"{file}\", sha256 = … }}] \
                     to the model's entry",
                place.display()
            );
            std::fs::read(&place)
                .map_err(|source| VisionError::ModelUnreadable { path: place, source })?
        };
        read.push((file, bytes.into()));
    }
    Ok(read)
}

/// The fields of a protobuf message; ends early where the bytes are none.
struct Fields<'a>(&'a [u8]);

impl<'a> Fields<'a> {
    /// Those of this number that hold bytes.
    fn numbered(self, number: u64) -> impl Iterator<Item = &'a [u8]> {
        self.filter_map(move |(n, bytes)| bytes.filter(|_| n == number))
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn take(&mut self, n: u64) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(usize::try_from(n).ok()?)?;
        self.0 = rest;
        Some(taken)
    }
}

impl<'a> Iterator for Fields<'a> {
    /// The field's number, and its bytes where it holds some.
    type Item = (u64, Option<&'a [u8]>);

    fn next(&mut self) -> Option<Self::Item> {
        let tag = self.varint()?;
        let bytes = match tag & 7 {
            0 => self.varint().map(|_| None),
            1 => self.take(8).map(|_| None),
            2 => {
                let n = self.varint()?;
                self.take(n).map(Some)
            }
            5 => self.take(4).map(|_| None),
            _ => None,
        };
        Some((tag >> 3, bytes?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn field(number: u8, bytes: &[u8]) -> Vec<u8> {
        let mut out = vec![number << 3 | 2];
        assert!(bytes.len() < 128, "one byte of length");
        out.push(bytes.len() as u8);
        out.extend(bytes);
        out
    }

    fn model(location: &str) -> Vec<u8> {
        let pair = |k: &str, v: &str| {
            field(13, &[field(1, k.as_bytes()), field(2, v.as_bytes())].concat())
        };
        let tensor = [vec![0x10, 1], pair("offset", "0"), pair("location", location)].concat();
        [vec![0x08, 9], field(7, &field(5, &tensor))].concat()
    }

    #[test]
    fn the_file_with_the_weights_is_found() {
        assert_eq!(files(&model("m.onnx.data")).into_iter().collect::<Vec<_>>(), ["m.onnx.data"]);
        assert!(files(b"not a model at all").is_empty());
    }

    #[test]
    fn a_graph_reaches_nothing_outside_its_folder() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("models")).unwrap();
        std::fs::write(dir.path().join("secret"), "x").unwrap();
        let path = dir.path().join("models/m.onnx");
        let told = read(&path, &model("../secret"), &ModelEntry::default()).unwrap_err();
        assert!(matches!(told, VisionError::DataMissing { .. }), "{told}");
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_an_end(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            files(&bytes);
        }
    }
}
