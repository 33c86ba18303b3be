//! Keys on the disk: made, read, replaced; one process at a time.

use super::super::chain::chain_days;
use super::super::disk;
use super::error::SigningError;
use super::key::SigningKey;
use super::key_id::KeyId;
use super::ring::KeyRing;
use super::trust::Trusted;
use crate::media::WallTime;
use jiff::SignedDuration;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

/// The folder of keys, in the data folder.
pub const KEYS: &str = "keys";
/// Which keys there are, in that folder.
const RING: &str = "keys.json";

fn folder(data: &Path) -> PathBuf {
    data.join(KEYS)
}

fn secret(data: &Path, id: &KeyId) -> PathBuf {
    folder(data).join(format!("{id}.pem"))
}

/// The keys of a data folder; none where none was ever made.
///
/// # Errors
/// `keys.json` cannot be read or understood.
pub fn ring(data: &Path) -> Result<Option<KeyRing>, SigningError> {
    let path = folder(data).join(RING);
    let json = match fs::read(&path) {
        Ok(json) => json,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(e) => return Err(SigningError::file("read", &path, e)),
    };
    let bad = |detail: String| SigningError::Ring { path: path.clone(), detail };
    let ring: KeyRing = serde_json::from_slice(&json).map_err(|e| bad(e.to_string()))?;
    if ring.keys.is_empty() {
        return Err(bad("it names no key".to_owned()));
    }
    Ok(Some(ring))
}

/// The key that signs now. It is read anew each time, 25 µs, so that a service takes up the
/// next key without a restart.
///
/// # Errors
/// There is none, or it cannot be read.
pub fn signer(data: &Path) -> Result<SigningKey, SigningError> {
    let none = || SigningError::NoKeys(folder(data));
    let ring = ring(data)?.ok_or_else(none)?;
    read(data, &ring.current().ok_or_else(none)?.key_id)
}

/// The keys that a data folder's signatures may be by.
///
/// # Errors
/// As [`ring`].
pub fn trusted(data: &Path) -> Result<Trusted, SigningError> {
    Ok(ring(data)?.map_or_else(Trusted::default, |ring| Trusted::of_ring(&ring)))
}

/// The keys that whoever continues the chain, or hands over, goes by: after a loss, where nobody vouches
/// for it, the one in use, too, and those since the loss that led to it. None where none was ever made.
///
/// # Errors
/// As [`ring`].
pub fn writing(data: &Path) -> Result<Option<Trusted>, SigningError> {
    Ok(ring(data)?.map(|ring| {
        let mut roots = ring.held();
        roots.extend(ring.keys.first().map(|first| first.public_key));
        Trusted::rooted_in(&roots, Some(&ring))
    }))
}

/// Makes the first key of a data folder that has none, and says so; otherwise only has the start of
/// the first one signed, where an older version left that out.
///
/// # Errors
/// Keys cannot be read or written.
pub fn ensure(data: &Path, now: WallTime) -> Result<Option<KeyId>, SigningError> {
    if let Some(known) = ring(data)? {
        // Said at once, not with the first event.
        signer(data)?;
        if let [only] = &known.keys[..]
            && only.introduced.is_none()
            && let Ok(from) = WallTime::parse(&only.from_utc)
        {
            begin_at(data, from)?;
        }
        return Ok(None);
    }
    match new_key(data, now, false) {
        Ok(id) => Ok(Some(id)),
        // Somebody else was first.
        Err(SigningError::Exists(_)) => Ok(None),
        Err(e) => Err(e),
    }
}

/// Makes the first key, or, after a loss, one that nobody vouches for.
///
/// # Errors
/// [`SigningError::Exists`] where there are keys and none was lost; keys cannot be written.
pub fn new_key(data: &Path, now: WallTime, after_loss: bool) -> Result<KeyId, SigningError> {
    let _held = hold(data)?;
    let known = ring(data)?;
    if known.is_some() && !after_loss {
        return Err(SigningError::Exists(folder(data)));
    }
    take_up(data, known.unwrap_or_default(), None, now, SignedDuration::ZERO)
}

/// Replaces the key in use; what the old one signed stays trusted, and may be taken into the chain
/// until `overlap` is over.
///
/// # Errors
/// There is none, it cannot be read, or keys cannot be written; the clock is behind what was signed.
pub fn rotate(data: &Path, now: WallTime, overlap: SignedDuration) -> Result<KeyId, SigningError> {
    let _held = hold(data)?;
    let before = signer(data)?;
    let known = ring(data)?.unwrap_or_default();
    // The old key's time would end before what it has signed, for good.
    if let Some((than, way)) = later(data, &known, now) {
        return Err(SigningError::Behind { now, than, way });
    }
    take_up(data, known, Some(&before), now, overlap)
}

/// What was signed later than `now`, and what to do where the clock was ahead then.
fn later(data: &Path, known: &KeyRing, now: WallTime) -> Option<(String, String)> {
    let today = now.local().date();
    let last = chain_days(data).ok().and_then(|days| days.last().copied());
    let from = known.current().and_then(|key| WallTime::parse(&key.from_utc).ok());
    let from = from.filter(|from| now < *from);
    let key_day = from.map(|from| from.local().date());
    // Whatever is the latest, so that who waits waits once.
    if let Some(last) = last.filter(|last| today < *last && key_day.is_none_or(|day| day < *last)) {
        return Some((format!("the chain, which has {last}"), format!("wait until {last}")));
    }
    let (from, key_day) = (from?, key_day?);
    let until = from.local_rfc3339();
    // As whoever extends the chain judges it.
    let begins_now = today < key_day && last.is_none_or(|last| last < key_day);
    let way = if begins_now {
        format!(
            "`streetward evidence chain`, or the service that runs, lets that key begin now: rotate after that, or wait until {until}"
        )
    } else {
        format!("wait until {until}")
    };
    Some((format!("the key in use, of {until}"), way))
}

/// Lets the key in use begin at `now` if its time begins later: it was made while the clock was
/// ahead, and nothing that it signs could be taken into the chain before then.
///
/// # Errors
/// A secret that has to sign the new start cannot be read, or `keys.json` cannot be written.
pub fn begin_earlier(data: &Path, now: WallTime) -> Result<(), SigningError> {
    let known = ring(data)?.ok_or_else(|| SigningError::NoKeys(folder(data)))?;
    let from = known.current().and_then(|key| WallTime::parse(&key.from_utc).ok());
    if from.is_some_and(|from| from <= now) { Ok(()) } else { begin_at(data, now) }
}

fn begin_at(data: &Path, from: WallTime) -> Result<(), SigningError> {
    let _held = hold(data)?;
    let key = signer(data)?;
    let mut known = ring(data)?.unwrap_or_default();
    let before = known.keys.len().checked_sub(2).and_then(|n| known.keys.get(n));
    let by = known.current().and_then(|current| current.introduced.as_ref());
    let before = before.filter(|before| by.is_some_and(|by| by.key_id == before.key_id));
    let before = before.map(|before| read(data, &before.key_id)).transpose()?;
    known.begin(&key, before.as_ref(), from);
    write_ring(data, &known)
}

/// The public half of a key, of the one in use unless another is named, in PEM.
///
/// # Errors
/// There is no such key.
pub fn export_public(data: &Path, id: Option<&KeyId>) -> Result<String, SigningError> {
    let ring = ring(data)?.ok_or_else(|| SigningError::NoKeys(folder(data)))?;
    let key = match id {
        Some(id) => ring.key(id).ok_or_else(|| SigningError::Unknown(id.clone()))?,
        None => ring.current().ok_or_else(|| SigningError::NoKeys(folder(data)))?,
    };
    key.public_key.to_pem()
}

/// The secret is on the disk before anything names it; a crash in between leaves a file nobody uses.
fn take_up(
    data: &Path,
    mut ring: KeyRing,
    before: Option<&SigningKey>,
    now: WallTime,
    overlap: SignedDuration,
) -> Result<KeyId, SigningError> {
    let key = SigningKey::generate()?;
    let id = key.public().id();
    let path = secret(data, &id);
    let pem = key.to_pem().map_err(|detail| SigningError::Key { path: path.clone(), detail })?;
    write(&path, pem.as_bytes(), 0o600)?;
    ring.take_up(&key, before, now, overlap);
    write_ring(data, &ring)?;
    Ok(id)
}

fn write_ring(data: &Path, ring: &KeyRing) -> Result<(), SigningError> {
    let path = folder(data).join(RING);
    let mut json = serde_json::to_vec_pretty(ring)
        .map_err(|e| SigningError::Ring { path: path.clone(), detail: e.to_string() })?;
    json.push(b'\n');
    write(&path, &json, 0o644)
}

fn read(data: &Path, id: &KeyId) -> Result<SigningKey, SigningError> {
    let path = secret(data, id);
    let pem = fs::read_to_string(&path).map_err(|e| SigningError::file("read", &path, e))?;
    let bad = |detail: String| SigningError::Key { path: path.clone(), detail };
    let key = SigningKey::from_pem(&pem).map_err(bad)?;
    let found = key.public().id();
    if found == *id { Ok(key) } else { Err(bad(format!("it is the key {found}"))) }
}

fn write(path: &Path, content: &[u8], mode: u32) -> Result<(), SigningError> {
    disk::write_whole(path, content, mode).map_err(|e| SigningError::file("write", path, e))
}

/// Makes the folder, open to its owner alone, and keeps others out until it is dropped.
fn hold(data: &Path) -> Result<File, SigningError> {
    use std::os::unix::fs::DirBuilderExt;
    let folder = folder(data);
    let failed = |e| SigningError::file("create", &folder, e);
    fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder).map_err(failed)?;
    let held = File::open(&folder).map_err(failed)?;
    held.lock().map_err(failed)?;
    Ok(held)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn now() -> WallTime {
        WallTime(jiff::Timestamp::from_second(1_790_000_000).unwrap())
    }

    #[test]
    fn the_first_key_is_made_once_and_is_its_owners_alone() {
        let data = tempfile::tempdir().unwrap();
        assert!(matches!(signer(data.path()), Err(SigningError::NoKeys(_))));
        let id = ensure(data.path(), now()).unwrap().unwrap();
        assert_eq!(ensure(data.path(), now()).unwrap(), None);
        assert_eq!(signer(data.path()).unwrap().public().id(), id);
        let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(secret(data.path(), &id)), 0o600);
        assert_eq!(mode(folder(data.path())), 0o700);
        assert!(matches!(new_key(data.path(), now(), false), Err(SigningError::Exists(_))));
    }

    #[test]
    fn after_a_rotation_both_keys_are_trusted_and_the_new_one_signs() {
        let data = tempfile::tempdir().unwrap();
        let old = ensure(data.path(), now()).unwrap().unwrap();
        let new = rotate(data.path(), now(), SignedDuration::from_hours(24)).unwrap();
        assert_eq!(signer(data.path()).unwrap().public().id(), new);
        let trusted = trusted(data.path()).unwrap();
        assert!(trusted.knows(&old) && trusted.knows(&new) && trusted.doubts.is_empty());
        assert!(export_public(data.path(), Some(&old)).unwrap().contains("BEGIN PUBLIC KEY"));
    }

    #[test]
    fn a_start_in_the_future_is_moved_and_signed_again_by_who_signed_it() {
        let data = tempfile::tempdir().unwrap();
        let later = |days: i64| WallTime(now().0 + SignedDuration::from_hours(24 * days));
        ensure(data.path(), later(30)).unwrap().unwrap();
        begin_earlier(data.path(), now()).unwrap();
        let begins = || trusted(data.path()).unwrap().begins();
        assert_eq!(begins(), Some(now()));
        // Not later, and not twice.
        begin_earlier(data.path(), later(5)).unwrap();
        assert_eq!(begins(), Some(now()));
        // Rotated while the clock was ahead: the one before signs the new start.
        let new = rotate(data.path(), later(40), SignedDuration::ZERO).unwrap();
        begin_earlier(data.path(), later(10)).unwrap();
        let trusted = trusted(data.path()).unwrap();
        assert!(trusted.doubts.is_empty() && trusted.touches(&new, later(10), later(11)));
        assert!(!trusted.touches(&new, now(), later(9)));
    }

    #[test]
    fn a_clock_that_was_ahead_is_told_apart_from_one_that_is_behind() {
        let data = tempfile::tempdir().unwrap();
        let after = |hours: i64| WallTime(now().0 + SignedDuration::from_hours(hours));
        let refused = || rotate(data.path(), now(), SignedDuration::ZERO).unwrap_err().to_string();
        ensure(data.path(), after(30 * 24)).unwrap().unwrap();
        let said = refused();
        for both in [now(), after(30 * 24)] {
            assert!(said.contains(&both.local_rfc3339()), "{said}");
        }
        let until = format!("or wait until {}", after(30 * 24).local_rfc3339());
        for told in
            ["if the clock is wrong now, set it right", "`streetward evidence chain`", &until]
        {
            assert!(said.contains(told), "{told}: {said}");
        }
        // With a day of the chain in its time it keeps its start: there is only waiting.
        let day = |of: WallTime| {
            let name = of.local().strftime("chain/%Y/%m/%Y-%m-%d.json").to_string();
            let path = data.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "{}").unwrap();
        };
        day(after(30 * 24));
        let said = refused();
        assert!(!said.contains("evidence chain"), "{said}");
        assert!(
            said.ends_with(&format!("wait until {}", after(30 * 24).local_rfc3339())),
            "{said}"
        );
        // The later of both is named.
        day(after(40 * 24));
        let last = after(40 * 24).local().date().to_string();
        let said = refused();
        assert!(said.ends_with(&format!("wait until {last}")), "{said}");
        begin_earlier(data.path(), now()).unwrap();
        assert!(refused().contains(&format!("the chain, which has {last}")));
    }

    #[test]
    fn what_lets_a_key_begin_now_lets_it_be_replaced() {
        let data = tempfile::tempdir().unwrap();
        let ahead = WallTime(now().0 + SignedDuration::from_hours(30 * 24));
        ensure(data.path(), ahead).unwrap().unwrap();
        assert!(rotate(data.path(), now(), SignedDuration::ZERO).is_err());
        begin_earlier(data.path(), now()).unwrap();
        let new = rotate(data.path(), now(), SignedDuration::ZERO).unwrap();
        assert!(trusted(data.path()).unwrap().knows(&new));
    }

    #[test]
    fn the_start_that_an_older_version_left_unsigned_is_signed() {
        let data = tempfile::tempdir().unwrap();
        ensure(data.path(), now()).unwrap().unwrap();
        let mut old = ring(data.path()).unwrap().unwrap();
        old.keys[0].introduced = None;
        write_ring(data.path(), &old).unwrap();
        assert_eq!(trusted(data.path()).unwrap().begins(), None, "anybody may have written it");
        assert_eq!(ensure(data.path(), now()).unwrap(), None);
        assert_eq!(trusted(data.path()).unwrap().begins(), Some(now()));
    }

    #[test]
    fn a_lost_or_damaged_secret_is_an_error_and_another_can_follow() {
        let data = tempfile::tempdir().unwrap();
        let old = ensure(data.path(), now()).unwrap().unwrap();
        let path = secret(data.path(), &old);
        fs::write(&path, "no key").unwrap();
        assert!(matches!(ensure(data.path(), now()), Err(SigningError::Key { .. })));
        fs::write(&path, SigningKey::generate().unwrap().to_pem().unwrap()).unwrap();
        let error = signer(data.path()).unwrap_err().to_string();
        assert!(error.contains("it is the key"), "{error}");
        fs::remove_file(&path).unwrap();
        assert!(matches!(signer(data.path()), Err(SigningError::File { .. })));
        assert!(rotate(data.path(), now(), SignedDuration::ZERO).is_err());
        let new = new_key(data.path(), now(), true).unwrap();
        assert_eq!(signer(data.path()).unwrap().public().id(), new);
        assert!(!trusted(data.path()).unwrap().knows(&new), "nobody vouches for it");
        let goes_by = |id: &KeyId| writing(data.path()).unwrap().unwrap().knows(id);
        assert!(goes_by(&new), "who writes has it");
        let next = rotate(data.path(), now(), SignedDuration::ZERO).unwrap();
        assert!([&old, &new, &next].into_iter().all(goes_by), "and had it");
    }
}
