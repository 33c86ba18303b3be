//! Where a statement is carried out: on a connection of its own, or within a transaction.

use sqlx::sqlite::{Sqlite, SqliteConnection, SqlitePool};
use std::ops::{Deref, DerefMut};

/// The connections to one database: one, for a store asks one thing at a time.
#[derive(Debug)]
pub(in crate::store) enum Pool {
    Sqlite(SqlitePool),
}

/// A transaction that will write; what is not committed when it is dropped has not been.
pub(in crate::store) struct Transaction {
    pub(super) on: Connection,
}

/// The connection of a transaction.
pub(in crate::store) enum Connection {
    Sqlite(sqlx::Transaction<'static, Sqlite>),
}

impl Transaction {
    pub(in crate::store) async fn commit(self) -> Result<(), sqlx::Error> {
        match self.on {
            Connection::Sqlite(transaction) => transaction.commit().await,
        }
    }
}

impl Deref for Transaction {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.on
    }
}

impl DerefMut for Transaction {
    fn deref_mut(&mut self) -> &mut Connection {
        &mut self.on
    }
}

/// Either of the two.
pub(in crate::store) enum On<'c> {
    SqlitePool(&'c SqlitePool),
    Sqlite(&'c mut SqliteConnection),
}

impl<'c> From<&'c Pool> for On<'c> {
    fn from(pool: &'c Pool) -> Self {
        match pool {
            Pool::Sqlite(pool) => Self::SqlitePool(pool),
        }
    }
}

impl<'c> From<&'c mut Connection> for On<'c> {
    fn from(connection: &'c mut Connection) -> Self {
        match connection {
            Connection::Sqlite(transaction) => Self::Sqlite(transaction),
        }
    }
}
