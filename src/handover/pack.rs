//! Making a pack: put together aside, and in its place only when it is whole.

use super::along::Along;
use super::archive::write_archive;
use super::custody::{Names, custody, head};
use super::digest::sha256;
use super::error::HandoverError;
use super::instructions::instructions;
use super::making::Making;
use super::manifest::{
    MANIFEST, OUTSIDE, PackEvent, PackFormat, PackManifest, PackRequest, SIGNATURE, SIGNATURE_BYTES,
};
use super::original::put_event;
use super::page::page;
use super::place::{MAKING, PACKS, archive_of};
use super::put::{create, put, put_json};
use super::request::{may_take, ready};
use super::signing::pack_key;
use super::standing::events_of;
use super::turn::Turn;
use crate::evidence::ManifestFile;
use crate::evidence::chain::ChainWord;
use crate::evidence::digest::file_digest;
use crate::evidence::signing::{self, Signature};
use crate::media::WallTime;
use crate::store::{
    ActorKind, HandoverRequest, NewEntry, PackRecord, RequestState, Store, StoreError,
};
use jiff::ToSpan;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};

/// The list of sums, as `sha256sum` reads it.
const SUMS: &str = "SHA256SUMS";

/// Makes the pack of an allowed request.
///
/// # Errors
/// Why there is no pack: then nothing of it is left, and the request says why, unless only the disk that
/// it is taken to is at fault.
pub fn make_pack(making: &mut Making<'_>, request: &str) -> Result<PackRecord, HandoverError> {
    let (store, at) = (making.store, making.at);
    let id = request;
    let packs = making.data.join(PACKS);
    create(&packs)?;
    let _turn = Turn::take(&packs)?;
    let request = store.request(id)?.ok_or_else(|| HandoverError::NoRequest(id.to_owned()))?;
    if request.state != RequestState::Approved {
        return Err(HandoverError::NotFromHere(request.state));
    }
    if let Some(taken) = &making.taken {
        may_take(taken.by, &request)?;
    }
    made(making, &request).inspect_err(|error| {
        // With trouble the service would not make it any more, and nothing is wrong with the pack.
        if matches!(error, HandoverError::NotTaken { .. } | HandoverError::Stopped { .. }) {
            return;
        }
        if let Err(e) = put_trouble(store, id, error, at) {
            tracing::error!(request = id, "the trouble with a pack could not be kept: {e}");
        }
    })
}

/// Keeps why a request's pack could not be made.
///
/// # Errors
/// The store's.
pub fn put_trouble(
    store: &Store,
    request: &str,
    error: &HandoverError,
    at: WallTime,
) -> Result<(), HandoverError> {
    let entry = entry(at, "handover_failed", request, json!({ "why": error.code() }));
    Ok(store.put_request_trouble(request, &error.to_string(), &entry)?)
}

fn made(making: &mut Making<'_>, request: &HandoverRequest) -> Result<PackRecord, HandoverError> {
    let packs = making.data.join(PACKS);
    let aside = tempfile::Builder::new()
        .prefix(MAKING)
        .tempdir_in(&packs)
        .map_err(|e| HandoverError::file("create", &packs, e))?;
    let pack = format!("pk-{}", request.id.trim_start_matches("hr-"));
    let top = format!("pack-{pack}");
    let folder = aside.path().join(&top);
    create(&folder)?;

    let records = events_of(making.store, request)?;
    ready(&records)?;
    let along = making.taken.as_ref().map(|taken| Along::begin(taken, &top)).transpose()?;
    // First: with a key there is an answer to what must be signed.
    let key = pack_key(making.store, making.data, making.at)?;
    let trusted = signing::writing(making.data)?.unwrap_or_default();
    let ids = records.iter().map(|record| record.id.as_str()).collect();
    let word = ChainWord::read(making.data, trusted, &ids).map_err(StoreError::from)?;
    let (mut events, mut sealed) = (Vec::new(), Vec::new());
    for record in &records {
        let (event, manifest_sha256) = put_event(making.data, record, &folder, &word, making.eyes)?;
        sealed.push(PackEvent { id: record.id.clone(), sealed_manifest_sha256: manifest_sha256 });
        events.push(event);
    }
    let public = key.public();
    let key_id = public.id().to_string();
    let expires = making.at.0.checked_add(i64::from(request.valid_days).saturating_mul(24).hours());
    let expires = WallTime(expires.unwrap_or(making.at.0));
    put_json(&folder.join("custody.json"), &custody(making.store, request, &events)?)?;
    put(&folder.join("VERIFY.txt"), instructions(&pack, &key_id).as_bytes())?;
    put(&folder.join("key.pem"), public.to_pem()?.as_bytes())?;
    put(&folder.join("index.html"), page(&pack, &key_id, &public.hex(), expires).as_bytes())?;

    let mut files = sums_of(&folder)?;
    let line = |f: &ManifestFile| format!("{}  {}\n", f.sha256, f.name);
    put(&folder.join(SUMS), files.iter().map(line).collect::<String>().as_bytes())?;
    files = sums_of(&folder)?;
    let manifest = PackManifest {
        format: PackFormat::V1,
        pack: pack.clone(),
        request: told(making.store, request)?,
        made_utc: making.at.utc_rfc3339(),
        expires_utc: expires.utc_rfc3339(),
        software: concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION")).to_owned(),
        audit_head: head(making.store)?,
        events: sealed,
        files,
    };
    let bytes = manifest.to_json()?;
    put(&folder.join(MANIFEST), &bytes)?;
    put_json(&folder.join(SIGNATURE), &Signature::of(&key, &bytes))?;
    put(&folder.join(SIGNATURE_BYTES), &key.sign(&bytes))?;

    let mut names: Vec<String> = manifest.files.iter().map(|f| f.name.clone()).collect();
    names.extend(OUTSIDE.map(str::to_owned));
    let archive = aside.path().join("archive.zip");
    write_archive(&folder, &top, &names, &archive)?;
    let (size, archive_sha256) =
        file_digest(&archive).map_err(|e| HandoverError::file("read", &archive, e))?;
    let record = PackRecord {
        id: pack,
        request: request.id.clone(),
        made: making.at,
        expires,
        bytes: size,
        sha256: archive_sha256,
        manifest_sha256: sha256(&bytes),
        key_id,
    };
    let kept = || {
        // Making it takes minutes.
        ready(&events_of(making.store, request)?)?;
        keep(making, &record, &archive)
    };
    match along {
        None => kept()?,
        Some(along) => along.leave(making, &record, &folder, kept)?,
    }
    Ok(record)
}

/// Puts the archive in its place and keeps that it is there.
fn keep(making: &Making<'_>, record: &PackRecord, archive: &Path) -> Result<(), HandoverError> {
    let place = archive_of(making.data, record);
    let failed = |e| HandoverError::file("write", &place, e);
    fs::rename(archive, &place).map_err(failed)?;
    let packs = making.data.join(PACKS);
    fs::File::open(&packs).and_then(|f| f.sync_all()).map_err(failed)?;
    let details = json!({
        "pack": record.id, "bytes": record.bytes, "sha256": record.sha256,
        "manifest_sha256": record.manifest_sha256, "key": record.key_id,
        "expires": record.expires.utc_rfc3339(),
    });
    let entry = entry(making.at, "handover_packed", &record.request, details);
    if making.store.put_pack(record, &entry)? {
        return Ok(());
    }
    let now = making.store.request(&record.request)?;
    if now.as_ref().is_none_or(|r| r.pack.is_none()) {
        // The request waits for it no more.
        let _ = fs::remove_file(&place);
    }
    Err(HandoverError::NotFromHere(now.map_or(RequestState::Packed, |r| r.state)))
}

fn told(store: &Store, request: &HandoverRequest) -> Result<PackRequest, HandoverError> {
    let mut names = Names::new(store);
    let approved = request.decided.map(WallTime::utc_rfc3339);
    Ok(PackRequest {
        id: request.id.clone(),
        agency: request.agency.clone(),
        receiver: request.receiver.clone(),
        purpose: request.purpose.clone(),
        legal_basis: request.legal_basis.clone(),
        asked_by: names.of(&request.asked_by)?,
        asked_utc: request.asked.utc_rfc3339(),
        approved_by: names.of(request.decided_by.as_deref().unwrap_or_default())?,
        approved_utc: approved.unwrap_or_default(),
        note: request.decision_note.clone(),
        range: request.range.clone(),
    })
}

/// Size and SHA-256 of every file below a folder, by path.
fn sums_of(folder: &Path) -> Result<Vec<ManifestFile>, HandoverError> {
    let mut files = Vec::new();
    let mut left: Vec<PathBuf> = vec![folder.to_path_buf()];
    while let Some(path) = left.pop() {
        let failed = |e| HandoverError::file("read", &path, e);
        if path.is_dir() {
            for entry in fs::read_dir(&path).map_err(failed)? {
                left.push(entry.map_err(failed)?.path());
            }
            continue;
        }
        let (bytes, sha256) = file_digest(&path).map_err(failed)?;
        let name = path.strip_prefix(folder).unwrap_or(&path).to_string_lossy().into_owned();
        files.push(ManifestFile { name, bytes, sha256 });
    }
    files.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(files)
}

fn entry(at: WallTime, action: &str, subject: &str, details: serde_json::Value) -> NewEntry {
    NewEntry {
        at,
        actor: "streetward".to_owned(),
        actor_kind: ActorKind::Service,
        action: action.to_owned(),
        subject: subject.to_owned(),
        details,
        address: None,
    }
}
