//! One event of a pack: what was sealed as it is, copies with others blurred, and what was in force.

use super::blur::{Eyes, write_shared};
use super::digest::sha256;
use super::error::HandoverError;
use super::in_force::in_force;
use super::manifest::{MANIFEST, SIGNATURE};
use super::put::{create, put, put_json, read};
use crate::evidence::chain::ChainWord;
use crate::evidence::digest::file_digest;
use crate::evidence::{self, Event, Manifest};
use crate::store::EventRecord;
use std::fs;
use std::path::Path;

/// Puts an event into a pack's folder; gives the record and the SHA-256 of the manifest that sealed
/// it. The pack is signed with the city's key, so nothing enters that somebody without that key could
/// have made.
pub(super) fn put_event(
    data: &Path,
    record: &EventRecord,
    pack: &Path,
    word: &ChainWord,
    eyes: &mut Eyes,
) -> Result<(Event, String), HandoverError> {
    let altered = |detail: &str| HandoverError::Altered {
        event: record.id.clone(),
        detail: detail.to_owned(),
    };
    let event = evidence::sealed_event(data, Path::new(&record.evidence))?
        .ok_or_else(|| HandoverError::NoEvidence(vec![record.id.clone()]))?;
    let from = data.join(&record.evidence);
    let to = pack.join("events").join(&record.id);
    let (original, shared) = (to.join("original"), to.join("shared"));
    create(&original)?;
    create(&shared)?;
    let bytes = read(&from.join(MANIFEST))?;
    let sealed = Manifest::parse(&bytes).map_err(|e| altered(&e.to_string()))?;
    put(&original.join(MANIFEST), &bytes)?;
    let signature = from.join(SIGNATURE);
    if signature.is_file() {
        put(&original.join(SIGNATURE), &read(&signature)?)?;
    }
    // Of the copy: that is what leaves.
    let doubt = word.doubt(&record.id, &original);
    if let Some(why) = doubt.map_err(|e| HandoverError::file("read", &original, e))? {
        return Err(altered(&format!("{MANIFEST}: {why}")));
    }
    for file in &sealed.files {
        let (source, target) = (from.join(&file.name), original.join(&file.name));
        fs::copy(&source, &target).map_err(|e| HandoverError::file("copy", &source, e))?;
        // What was copied is what was sealed, or there is no pack.
        let (size, sum) =
            file_digest(&target).map_err(|e| HandoverError::file("read", &target, e))?;
        if size != file.bytes || sum != file.sha256 {
            return Err(altered(&format!("{}: its content is another", file.name)));
        }
    }
    let blurred = write_shared(&event, &original, &shared, eyes)?;
    put_json(&shared.join("blurring.json"), &blurred)?;
    put_json(&to.join("in-force.json"), &in_force(&event))?;
    Ok((event, sha256(&bytes)))
}
