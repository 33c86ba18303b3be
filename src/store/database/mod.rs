//! The databases that a store can stand on, behind one face.
//!
//! Tables speak to [`Database`] alone: a statement is written once, for all of them ([`query`],
//! [`query_scalar`], [`QueryBuilder`]), its parameters are [`Value`]s, its rows [`Row`]s. What a
//! database has its own words for (opening, locking, what its errors mean, what it says of itself)
//! stays in this room.

mod builder;
mod carry;
mod connection;
mod handle;
mod migrations;
mod open;
mod open_postgres;
mod open_sqlite;
mod postgres;
mod query;
mod row;
mod server;
mod sqlite;
mod value;

pub(super) use builder::QueryBuilder;
pub use carry::Carried;
pub(super) use carry::carry;
pub(super) use connection::{Pool, Transaction};
pub(super) use handle::Database;
pub(super) use query::{Query, query, query_scalar};
pub(super) use row::Row;
