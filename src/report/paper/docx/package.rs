//! A package of named parts: the ZIP archive that a DOCX is.

use std::io::{Cursor, Read, Write};
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

/// Larger than any template that people make.
const MOST_BYTES: u64 = 64 << 20;
const MOST_PARTS: usize = 2000;

/// Named parts in their order.
#[derive(Debug, Clone, Default)]
pub(super) struct Package {
    parts: Vec<(String, Vec<u8>)>,
}

impl Package {
    /// Unpacks; what is wrong is told in words that end a sentence.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        let broken = |e: &dyn std::fmt::Display| format!("it is no DOCX, or damaged ({e})");
        let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| broken(&e))?;
        if archive.len() > MOST_PARTS {
            return Err(format!("it has more than {MOST_PARTS} parts"));
        }
        let mut left = MOST_BYTES;
        let mut package = Self::default();
        for i in 0..archive.len() {
            let mut file = archive.by_index(i).map_err(|e| broken(&e))?;
            if file.is_dir() {
                continue;
            }
            let name = file.name().map_err(|e| broken(&e))?.into_owned();
            let mut part = Vec::new();
            let read = file.by_ref().take(left + 1).read_to_end(&mut part);
            let read = read.map_err(|e| broken(&e))? as u64;
            left = left
                .checked_sub(read)
                .ok_or_else(|| format!("it unpacks to more than {} MiB", MOST_BYTES >> 20))?;
            package.put(&name, part);
        }
        Ok(package)
    }

    /// Packs: the same parts give the same bytes.
    pub(super) fn write(&self) -> Result<Vec<u8>, String> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, part) in &self.parts {
            archive
                .start_file(name.as_str(), SimpleFileOptions::default())
                .map_err(|e| e.to_string())?;
            archive.write_all(part).map_err(|e| e.to_string())?;
        }
        Ok(archive.finish().map_err(|e| e.to_string())?.into_inner())
    }

    /// The part of that name.
    pub(super) fn part(&self, name: &str) -> Option<&[u8]> {
        self.parts.iter().find(|(n, _)| n == name).map(|(_, part)| part.as_slice())
    }

    /// The part of that name as text without a byte order mark, which readers of XML pass over without
    /// counting it; what is wrong is told in words that end a sentence.
    pub(super) fn text(&self, name: &str) -> Result<&str, String> {
        let part = self.part(name).ok_or_else(|| format!("it has no part \"{name}\""))?;
        let text = std::str::from_utf8(part);
        let text = text.map_err(|_| format!("its part \"{name}\" is not UTF-8"))?;
        Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
    }

    /// Adds a part, or puts another in its place.
    pub(super) fn put(&mut self, name: &str, bytes: impl Into<Vec<u8>>) {
        match self.parts.iter_mut().find(|(n, _)| n == name) {
            Some((_, part)) => *part = bytes.into(),
            None => self.parts.push((name.to_owned(), bytes.into())),
        }
    }

    /// The names of its parts.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().map(|(name, _)| name.as_str())
    }
}
