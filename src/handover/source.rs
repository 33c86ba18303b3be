//! A pack as it was given to be verified: a folder, or its archive, which is read without unpacking it.

use super::error::HandoverError;
use super::manifest::is_within;
use crate::evidence::digest::digest_of;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};
use zip::ZipArchive;

/// Files of a pack at most: nothing that is one comes near.
const MOST_FILES: usize = 100_000;
/// Bytes of a manifest, signature or record at most.
const MOST_BYTES: u64 = 64 << 20;

/// The files of a pack, by path, its parts divided by `/`.
pub(super) enum Files {
    Folder { root: PathBuf, names: Vec<String> },
    Archive { archive: Box<ZipArchive<BufReader<File>>>, places: BTreeMap<String, usize> },
}

impl Files {
    /// Opens what was given.
    pub(super) fn open(path: &Path) -> Result<Self, HandoverError> {
        if path.is_dir() {
            let mut names = Vec::new();
            list(path, "", &mut names)?;
            names.sort_unstable();
            return Ok(Self::Folder { root: path.to_path_buf(), names });
        }
        let file = File::open(path).map_err(|e| HandoverError::file("read", path, e))?;
        let not_one = || HandoverError::NotAPack { path: path.to_path_buf() };
        let archive = ZipArchive::new(BufReader::new(file)).map_err(|_| not_one())?;
        if archive.len() > MOST_FILES {
            return Err(not_one());
        }
        let mut places = BTreeMap::new();
        for place in 0..archive.len() {
            let Some(Ok(name)) = archive.name_for_index(place) else { return Err(not_one()) };
            // Everything lies in one folder of the pack's name.
            let Some((_, name)) = name.split_once('/') else { return Err(not_one()) };
            if name.is_empty() || name.ends_with('/') {
                continue;
            }
            if !is_within(name) || places.insert(name.to_owned(), place).is_some() {
                return Err(not_one());
            }
        }
        Ok(Self::Archive { archive: Box::new(archive), places })
    }

    /// The path of every file, sorted.
    pub(super) fn names(&self) -> Vec<String> {
        match self {
            Self::Folder { names, .. } => names.clone(),
            Self::Archive { places, .. } => places.keys().cloned().collect(),
        }
    }

    /// Size and SHA-256 of a file.
    pub(super) fn digest(&mut self, name: &str) -> io::Result<(u64, String)> {
        self.read(name, |from| digest_of(&mut &mut *from))
    }

    /// All of a small file.
    pub(super) fn bytes(&mut self, name: &str) -> io::Result<Vec<u8>> {
        self.read(name, |from| {
            let mut bytes = Vec::new();
            from.take(MOST_BYTES).read_to_end(&mut bytes)?;
            Ok(bytes)
        })
    }

    fn read<T>(
        &mut self,
        name: &str,
        work: impl FnOnce(&mut dyn Read) -> io::Result<T>,
    ) -> io::Result<T> {
        let missing = || io::Error::from(io::ErrorKind::NotFound);
        match self {
            Self::Folder { root, names } => {
                if names.binary_search_by(|n| n.as_str().cmp(name)).is_err() {
                    return Err(missing());
                }
                work(&mut File::open(root.join(name))?)
            }
            Self::Archive { archive, places } => {
                let place = *places.get(name).ok_or_else(missing)?;
                let mut file = archive.by_index(place).map_err(io::Error::other)?;
                work(&mut file)
            }
        }
    }
}

/// Paths of all that is no folder, links included: those are read as what they are, and are no files
/// of a pack.
fn list(folder: &Path, before: &str, names: &mut Vec<String>) -> Result<(), HandoverError> {
    let failed = |e| HandoverError::file("read", folder, e);
    for entry in fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        let name = format!("{before}{}", entry.file_name().to_string_lossy());
        if entry.file_type().map_err(failed)?.is_dir() {
            list(&entry.path(), &format!("{name}/"), names)?;
        } else {
            names.push(name);
        }
        if names.len() > MOST_FILES {
            return Err(HandoverError::NotAPack { path: folder.to_path_buf() });
        }
    }
    Ok(())
}
