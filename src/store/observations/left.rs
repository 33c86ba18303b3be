//! Records that a process left unfinished: made whole from what is readable of them.

use super::error::{RecordError, io_error};
use super::files::{ENDING, PARTIAL, file_name, list};
use super::format::{RecordEnd, RecordFooter};
use super::reader::ObservationReader;
use super::writer::{LEVEL, append_line, holds_more};
use std::fs::{self, File};
use std::io::BufWriter;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use tempfile::NamedTempFile;
use zstd::zstd_safe::find_frame_compressed_size;

/// A file longer than this is read no further, bytes: an hour of a busy street is some megabytes.
const LONGEST: u64 = 1 << 30;
/// What the name of one that is written anew begins with.
const ANEW: &str = ".finishing-";

/// Finishes the records of all cameras that a process left unfinished and no other still writes: what
/// is readable stays and ends as [`RecordEnd::Interrupted`]; what is torn goes. Gives how many.
///
/// # Errors
/// The disk refuses, or is full: what is left is left for the next time.
pub fn finish_records(data: &Path) -> Result<usize, RecordError> {
    let mut finished = 0;
    for camera in list(&data.join("observations"), "")? {
        if camera.is_dir() {
            finished += finish_in(&camera)?;
        }
    }
    Ok(finished)
}

/// The same for one camera's folder.
pub(super) fn finish_in(folder: &Path) -> Result<usize, RecordError> {
    let mut finished = 0;
    for junk in list(folder, "")?.iter().filter(|p| file_name(p).starts_with(ANEW)) {
        fs::remove_file(junk).map_err(|e| io_error(junk, "remove it", e))?;
    }
    for partial in list(folder, PARTIAL)? {
        let failed = |e| io_error(&partial, "finish it", e);
        let Ok(file) = File::options().read(true).write(true).open(&partial) else { continue };
        if file.try_lock().is_err() {
            continue;
        }
        let written = file.metadata().and_then(|about| about.modified()).map_err(failed)?;
        let Some(target) = target_of(&partial) else { continue };
        let ready = match whole_pieces(&file).map_err(failed)? {
            Pieces { bytes: 0, .. } => match made_anew(&partial, &target) {
                // Another version of the program may read it.
                Err(e @ RecordError::BadFormat { .. }) => {
                    tracing::warn!("{e}");
                    continue;
                }
                made => made?,
            },
            Pieces { observations: 0, .. } => None,
            Pieces { observations, .. } if holds_more(&target, observations) => None,
            pieces => {
                end_after(&file, &pieces).map_err(failed)?;
                Some(partial.clone())
            }
        };
        let Some(ready) = ready else {
            fs::remove_file(&partial).map_err(failed)?;
            continue;
        };
        // It is as old as what it holds, not as its being finished.
        File::options()
            .write(true)
            .open(&ready)
            .and_then(|f| f.set_modified(written).and_then(|()| f.sync_all()))
            .and_then(|()| fs::rename(&ready, &target))
            .and_then(|()| if ready == partial { Ok(()) } else { fs::remove_file(&partial) })
            .and_then(|()| File::open(folder)?.sync_all())
            .map_err(failed)?;
        tracing::info!(record = %target.display(), "a record that was left unfinished is finished");
        finished += 1;
    }
    Ok(finished)
}

/// `<day>.<source>.jsonl.zst` of `….jsonl.zst.partial` or `….jsonl.zst.<random>.partial`.
fn target_of(partial: &Path) -> Option<PathBuf> {
    let name = file_name(partial);
    let end = name.find(ENDING)? + ENDING.len();
    Some(partial.with_file_name(name.get(..end)?))
}

/// What is whole at the beginning of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Pieces {
    bytes: u64,
    observations: u64,
    /// Whether the last line is a footer.
    ended: bool,
}

/// Pieces whose end and checksum are there, one after the other from the beginning.
fn whole_pieces(file: &File) -> std::io::Result<Pieces> {
    let length = file.metadata()?.len().min(LONGEST);
    let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
    file.read_exact_at(&mut bytes, 0)?;
    let mut found = Pieces { bytes: 0, observations: 0, ended: false };
    let mut rest = &bytes[..];
    while let Ok(size) = find_frame_compressed_size(rest) {
        let Some(frame) = rest.get(..size).filter(|f| !f.is_empty()) else { break };
        let Ok(text) = zstd::decode_all(frame) else { break };
        let lines = text.split(|b| *b == b'\n').filter(|line| !line.is_empty());
        for line in lines {
            found.ended = line.starts_with(b"{\"end\"");
            found.observations += u64::from(!found.ended && !line.starts_with(b"{\"format\""));
        }
        found.bytes += size as u64;
        rest = &rest[size..];
    }
    Ok(found)
}

/// Cuts what is torn and ends the record.
fn end_after(file: &File, pieces: &Pieces) -> std::io::Result<()> {
    file.set_len(pieces.bytes)?;
    if pieces.ended {
        return Ok(());
    }
    let footer = RecordFooter { end: RecordEnd::Interrupted, observations: pieces.observations };
    let (mut line, mut text) = (Vec::new(), Vec::new());
    append_line(&mut line, &mut text, &footer)?;
    file.write_all_at(&zstd::encode_all(&text[..], LEVEL)?, pieces.bytes)?;
    file.sync_all()
}

/// A record that was one piece, as those of recorded footage are, written again as far as it can be
/// read. `None`: there is nothing in it, or what is at its place holds more.
fn made_anew(partial: &Path, target: &Path) -> Result<Option<PathBuf>, RecordError> {
    let failed = |e| io_error(partial, "finish it", e);
    let mut reader = match ObservationReader::open(partial) {
        Ok(reader) => reader,
        // What the disk cannot read now, it may read later.
        Err(RecordError::Io { path, action, source }) if source.raw_os_error().is_some() => {
            return Err(RecordError::Io { path, action, source });
        }
        Err(e @ RecordError::BadFormat { .. }) => return Err(e),
        Err(e) => {
            tracing::warn!("{e}; nothing of it can be kept");
            return Ok(None);
        }
    };
    let folder = partial.parent().unwrap_or(Path::new("."));
    let anew = tempfile::Builder::new()
        .prefix(ANEW)
        .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
        .tempfile_in(folder)
        .map_err(failed)?;
    let mut zstd = zstd::Encoder::new(BufWriter::new(anew), LEVEL).map_err(failed)?;
    zstd.include_checksum(true).map_err(failed)?;
    let mut line = Vec::new();
    let header = reader.header().clone();
    append_line(&mut line, &mut zstd, &header).map_err(failed)?;
    let mut observations = 0;
    for observation in reader.by_ref().map_while(Result::ok) {
        append_line(&mut line, &mut zstd, &observation).map_err(failed)?;
        observations += 1;
    }
    if observations == 0 || holds_more(target, observations) {
        return Ok(None);
    }
    let end = reader.footer().map_or(RecordEnd::Interrupted, |f| f.end);
    append_line(&mut line, &mut zstd, &RecordFooter { end, observations }).map_err(failed)?;
    let buffered: BufWriter<NamedTempFile> = zstd.finish().map_err(failed)?;
    let file = buffered.into_inner().map_err(|e| failed(e.into_error()))?;
    file.as_file().sync_all().map_err(failed)?;
    let (_, path) = file.keep().map_err(|e| failed(e.error))?;
    Ok(Some(path))
}
