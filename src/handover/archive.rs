//! A pack's folder as one file: a ZIP archive that opens anywhere.

use super::error::HandoverError;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// Writes the files `names` of `folder` into a new archive, in that order, under `top`. The same files
/// give the same bytes.
pub(super) fn write_archive(
    folder: &Path,
    top: &str,
    names: &[String],
    to: &Path,
) -> Result<(), HandoverError> {
    let failed = |e: &dyn std::fmt::Display| HandoverError::archive(to, e);
    let file = File::create(to).map_err(|e| HandoverError::file("write", to, e))?;
    let mut archive = ZipWriter::new(BufWriter::new(file));
    for name in names {
        let path = folder.join(name);
        let mut from = File::open(&path).map_err(|e| HandoverError::file("read", &path, e))?;
        let bytes = from.metadata().map_err(|e| HandoverError::file("read", &path, e))?.len();
        let packed =
            Path::new(name).extension().is_some_and(|e| e == "jpg" || e == "mp4" || e == "mkv");
        let method = if packed { CompressionMethod::Stored } else { CompressionMethod::Deflated };
        let options = SimpleFileOptions::default()
            .compression_method(method)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o644)
            .large_file(bytes >= u64::from(u32::MAX));
        archive.start_file(format!("{top}/{name}"), options).map_err(|e| failed(&e))?;
        io::copy(&mut from, &mut archive).map_err(|e| failed(&e))?;
    }
    let mut out = archive.finish().map_err(|e| failed(&e))?;
    out.flush().map_err(|e| failed(&e))?;
    out.get_ref().sync_all().map_err(|e| failed(&e))
}
