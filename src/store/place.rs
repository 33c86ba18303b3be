//! Where a data folder's records lie: in the folder, or in a PostgreSQL database that it names.

use super::atomic::write_atomically;
use super::database::{Carried, Database, carry};
use super::error::StoreError;
use super::filter::EventFilter;
use super::handle::Store;
use super::lock::Lock;
use crate::config::{DATABASE_FILE, write_database};
use std::path::Path;

impl Store {
    /// Lets a data folder's records lie in the PostgreSQL database at `url`, which is brought to this
    /// program's schema. Records that lie elsewhere stay there, and are not seen any more: a folder
    /// whose own database holds any is refused unless `leave_records`.
    ///
    /// # Errors
    /// The address is not sound, the database cannot be used, or the folder is worked in or holds
    /// records; everything is then as it was.
    pub fn use_database(
        data: &Path,
        url: &str,
        password_file: Option<&Path>,
        leave_records: bool,
    ) -> Result<(), StoreError> {
        let (text, config) = write_database(data, url, password_file)?;
        std::fs::create_dir_all(data).map_err(|e| StoreError::from_io(data, e))?;
        let lock = Lock::take(data)?;
        if !leave_records && !data.join(DATABASE_FILE).exists() && holds_records(data)? {
            return Err(StoreError::HoldsRecords { data: data.to_path_buf() });
        }
        match Database::open_served(&config) {
            // Somebody else writes there, and has brought it to his schema.
            Ok(_) | Err(StoreError::Busy { .. }) => {}
            Err(other) => return Err(other),
        }
        say(data, &text)?;
        drop(lock);
        Ok(())
    }

    /// Carries all records of a data folder's own database over into the PostgreSQL database at `url`,
    /// which must hold none, and lets them lie there from then on. The file stays as it was.
    ///
    /// # Errors
    /// [`StoreError::NotEmpty`], [`StoreError::NothingToMove`], [`StoreError::NotCarried`]; the folder
    /// is worked in, or what either database says. Everything is then as it was.
    pub fn move_records(
        data: &Path,
        url: &str,
        password_file: Option<&Path>,
    ) -> Result<Vec<Carried>, StoreError> {
        let (text, config) = write_database(data, url, password_file)?;
        let nothing = || StoreError::NothingToMove { data: data.to_path_buf() };
        if data.join(DATABASE_FILE).exists() || !data.join("streetward.db").exists() {
            return Err(nothing());
        }
        let lock = Lock::take(data)?;
        let from = Self::unlocked(Database::open(data)?);
        let to = Self::unlocked(Database::open_served(&config)?);
        let before = from.verify_audit(None)?;
        let carried = carry(from.database(), to.database())?;
        // The trail is the same to its last hash, or was broken before in the same place.
        let after = to.verify_audit(None)?;
        if (&after.broken, after.entries) != (&before.broken, before.entries) {
            let (rows, arrived) = (before.entries, after.entries);
            return Err(StoreError::NotCarried { table: "audit".to_owned(), rows, arrived });
        }
        say(data, &text)?;
        drop((from, to, lock));
        Ok(carried)
    }
}

/// Writes where a data folder's records lie.
fn say(data: &Path, text: &str) -> Result<(), StoreError> {
    let path = data.join(DATABASE_FILE);
    write_atomically(&path, |out| {
        out.write_all(text.as_bytes()).map_err(|e| StoreError::from_io(&path, e))
    })
}

/// Whether the folder's own database holds anything that somebody would miss.
fn holds_records(data: &Path) -> Result<bool, StoreError> {
    let store = match Store::open_read(data) {
        Err(StoreError::Missing(_)) => return Ok(false),
        // What it holds is not known to this program.
        Err(StoreError::OlderSchema { .. } | StoreError::NewerSchema { .. }) => return Ok(true),
        opened => opened?,
    };
    let any = EventFilter { limit: Some(1), ..EventFilter::default() };
    Ok(!store.events(&any)?.is_empty() || store.verify_audit(None)?.entries > 0)
}
