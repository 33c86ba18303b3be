//! Opening the database that a data folder's records lie in.

use super::handle::Database;
use super::{open_postgres, open_sqlite};
use crate::config::{DatabaseConfig, load_database};
use crate::store::error::StoreError;
use std::path::Path;

impl Database {
    /// Opens for writing, creates and migrates. What is committed survives a power cut.
    pub(in crate::store) fn open(data: &Path) -> Result<Self, StoreError> {
        match load_database(data)? {
            Some(config) => open_postgres::open(&config),
            None => open_sqlite::open(&open_sqlite::path_in(data)),
        }
    }

    /// Opens a server's for writing, whatever a data folder says.
    pub(in crate::store) fn open_served(config: &DatabaseConfig) -> Result<Self, StoreError> {
        open_postgres::open(config)
    }

    /// Opens for reading what is there, beside a writer or without one.
    pub(in crate::store) fn open_read(data: &Path) -> Result<Self, StoreError> {
        match load_database(data)? {
            Some(config) => open_postgres::open_read(&config),
            None => open_sqlite::open_read(&open_sqlite::found_in(data)?),
        }
    }

    /// Opens for writing beside the process that writes most.
    pub(in crate::store) fn open_beside(data: &Path) -> Result<Self, StoreError> {
        match load_database(data)? {
            Some(config) => open_postgres::open_beside(&config),
            None => open_sqlite::open_beside(&open_sqlite::found_in(data)?),
        }
    }
}
