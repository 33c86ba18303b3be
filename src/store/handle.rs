//! The store as the rest of the program sees it.

use super::database::Database;
use super::error::StoreError;
use super::filter::{Cursor, EventFilter};
use super::letter::Letter;
use super::lock::Lock;
use super::place_names::PlaceNames;
use super::record::{EventRecord, Put};
use super::run::{RunRecord, RunSource};
use super::storage;
use crate::media::WallTime;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Mutex;
use std::time::Duration;

/// Events fetched at once by [`Store::each_event`].
const PAGE: u64 = 500;

/// Events and runs of one data folder. May be shared between threads; every call blocks until the
/// database has answered, and what a call has written is on the disk when it returns.
#[derive(Debug)]
pub struct Store {
    // Closed first, so that nobody else comes in while the database is being put away.
    database: Database,
    lock: Option<Lock>,
    places: Mutex<PlaceNames>,
}

impl Store {
    pub(super) fn database(&self) -> &Database {
        &self.database
    }

    /// Opens for writing: creates the folder where it is missing, takes its lock (`.lock`, with this
    /// process's id in it), creates the database or brings it to this program's schema.
    ///
    /// # Errors
    /// [`StoreError::Busy`] while another process writes there; otherwise what is wrong with the
    /// folder, the disk or the database.
    pub fn open(data: &Path) -> Result<Self, StoreError> {
        std::fs::create_dir_all(data).map_err(|e| StoreError::from_io(data, e))?;
        let lock = Lock::take(data)?;
        let database = match Database::open(data) {
            // What is set aside for this; it is taken back when there is room again.
            Err(StoreError::Full(_)) if storage::release(data) => Database::open(data),
            opened => opened,
        };
        Ok(Self { database: database?, lock: Some(lock), places: Mutex::default() })
    }

    /// Opens for reading what a run has written or is writing; takes no lock.
    ///
    /// # Errors
    /// [`StoreError::Missing`] where nothing was ever stored; otherwise what is wrong.
    pub fn open_read(data: &Path) -> Result<Self, StoreError> {
        Ok(Self::unlocked(Database::open_read(data)?))
    }

    /// Opens for small changes beside the process that holds the folder's lock, such as letting dead
    /// letters be tried again; takes no lock.
    ///
    /// # Errors
    /// [`StoreError::Missing`] where nothing was ever stored; otherwise what is wrong.
    pub fn open_beside(data: &Path) -> Result<Self, StoreError> {
        Ok(Self::unlocked(Database::open_beside(data)?))
    }

    /// Looks over records that were too many to be looked over when they were opened; it takes long,
    /// and hinders nobody.
    ///
    /// # Errors
    /// [`StoreError::Corrupt`]; otherwise what kept it from looking.
    pub fn look_over(data: &Path) -> Result<(), StoreError> {
        Database::open_read(data)?.look_over()
    }

    /// Waits no longer than this, from now on, for a database that somebody else holds.
    ///
    /// # Errors
    /// What the database says.
    pub fn wait_at_most(&self, patience: Duration) -> Result<(), StoreError> {
        self.database.wait_at_most(patience)
    }

    /// Stores an event by its id. A known one is left as it is, unless it came from an interrupted
    /// run and the new one is complete; what a person decided of the half is then to be decided anew.
    pub fn put_event(&self, event: &EventRecord) -> Result<Put, StoreError> {
        let db = &self.database;
        db.put_event(event, &[])
    }

    /// Stores an event and the letters that tell of it in one transaction: neither is there without
    /// the other. Letters whose key is known are left out.
    pub fn put_event_with(
        &self,
        event: &EventRecord,
        letters: &[Letter],
    ) -> Result<Put, StoreError> {
        let db = &self.database;
        db.put_event(event, letters)
    }

    /// Whether an event is stored.
    pub fn knows_event(&self, id: &str) -> Result<bool, StoreError> {
        let db = &self.database;
        db.knows_event(id)
    }

    pub(super) fn unlocked(database: Database) -> Self {
        Self { database, lock: None, places: Mutex::default() }
    }

    /// What was read of places so far.
    pub(super) fn place_names(&self) -> &Mutex<PlaceNames> {
        &self.places
    }

    /// Whether a process holds the data folder for writing.
    pub fn is_written(data: &Path) -> bool {
        Lock::is_held(data)
    }

    /// Whether it was opened for writing.
    pub(super) fn writes(&self) -> bool {
        self.lock.is_some()
    }

    /// The events whose evidence is not sealed yet, in order of start.
    pub fn open_events(&self) -> Result<Vec<EventRecord>, StoreError> {
        let db = &self.database;
        db.open_events()
    }

    /// The events asked for, ordered by `start_utc`, then id. For many, see [`Self::each_event`].
    pub fn events(&self, filter: &EventFilter) -> Result<Vec<EventRecord>, StoreError> {
        let db = &self.database;
        db.events(filter)
    }

    /// Shows the events asked for to `visit`, in the same order, with only a page of them in memory,
    /// until it breaks.
    pub fn each_event<B>(
        &self,
        filter: &EventFilter,
        mut visit: impl FnMut(EventRecord) -> ControlFlow<B>,
    ) -> Result<ControlFlow<B>, StoreError> {
        let mut left = filter.limit.unwrap_or(u64::MAX);
        let mut page = filter.clone();
        while left > 0 {
            let size = left.min(PAGE);
            page.limit = Some(size);
            let events = self.events(&page)?;
            let had = events.len() as u64;
            page.after = events.last().map(Cursor::of);
            for event in events {
                if let ControlFlow::Break(b) = visit(event) {
                    return Ok(ControlFlow::Break(b));
                }
            }
            if had < size {
                break;
            }
            left -= had;
        }
        Ok(ControlFlow::Continue(()))
    }

    /// Records that a command has begun.
    ///
    /// # Errors
    /// [`StoreError::RunExists`] when its id is taken.
    pub fn begin_run(&self, run: &RunRecord) -> Result<(), StoreError> {
        let db = &self.database;
        db.begin_run(run)
    }

    /// Records what became of one source of a run that has begun; said again, it replaces.
    pub fn put_run_source(&self, run: &str, source: &RunSource) -> Result<(), StoreError> {
        let db = &self.database;
        db.put_run_source(run, source)
    }

    /// Records that a run has ended.
    pub fn finish_run(&self, run: &str, finished: WallTime) -> Result<(), StoreError> {
        let db = &self.database;
        db.finish_run(run, finished)
    }

    /// The run of that id.
    pub fn run(&self, id: &str) -> Result<Option<RunRecord>, StoreError> {
        let db = &self.database;
        db.run(id)
    }

    /// The sources of a run, ordered by path, then camera.
    pub fn run_sources(&self, run: &str) -> Result<Vec<RunSource>, StoreError> {
        let db = &self.database;
        db.run_sources(run)
    }
}
