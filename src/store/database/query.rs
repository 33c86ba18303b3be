//! A statement and its parameters, to be carried out by whichever database it is given to.

use super::connection::On;
use super::row::{Field, Row};
use super::value::{Value, arguments};
use sqlx::sqlite::{Sqlite, SqliteArguments};
use sqlx::{AssertSqlSafe, SqlSafeStr, SqlStr};
use std::marker::PhantomData;

/// A statement; `$1`, `$2`, … stand for its parameters.
pub(in crate::store) fn query(sql: impl SqlSafeStr) -> Query {
    Query { sql: sql.into_sql_str(), values: Vec::new() }
}

/// A statement that gives one column.
pub(in crate::store) fn query_scalar<T>(sql: impl SqlSafeStr) -> Scalar<T> {
    query(sql).scalar()
}

/// A statement and its parameters.
pub(in crate::store) struct Query {
    sql: SqlStr,
    values: Vec<Value>,
}

/// What a statement has done.
pub(in crate::store) struct Done {
    rows: u64,
}

impl Done {
    /// How many rows it changed.
    pub(in crate::store) fn rows_affected(&self) -> u64 {
        self.rows
    }
}

/// Has a statement carried out wherever it is to be.
macro_rules! carry_out {
    ($query:expr, $on:expr, $method:ident) => {{
        let Query { sql, values } = $query;
        match $on.into() {
            On::SqlitePool(pool) => {
                sqlx::query_with::<Sqlite, _>(sql, arguments::<SqliteArguments>(values)?)
                    .$method(pool)
                    .await
            }
            On::Sqlite(connection) => {
                sqlx::query_with::<Sqlite, _>(sql, arguments::<SqliteArguments>(values)?)
                    .$method(connection)
                    .await
            }
        }
    }};
}

impl Query {
    pub(super) fn new(sql: String, values: Vec<Value>) -> Self {
        Self { sql: AssertSqlSafe(sql).into_sql_str(), values }
    }

    /// Gives the next parameter.
    pub(in crate::store) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    pub(super) fn scalar<T>(self) -> Scalar<T> {
        Scalar { query: self, of: PhantomData }
    }

    pub(in crate::store) async fn execute<'c>(
        self,
        on: impl Into<On<'c>>,
    ) -> Result<Done, sqlx::Error> {
        carry_out!(self, on, execute).map(|done| Done { rows: done.rows_affected() })
    }

    pub(in crate::store) async fn fetch_all<'c>(
        self,
        on: impl Into<On<'c>>,
    ) -> Result<Vec<Row>, sqlx::Error> {
        let rows = carry_out!(self, on, fetch_all)?;
        Ok(rows.into_iter().map(Row::Sqlite).collect())
    }

    pub(in crate::store) async fn fetch_optional<'c>(
        self,
        on: impl Into<On<'c>>,
    ) -> Result<Option<Row>, sqlx::Error> {
        carry_out!(self, on, fetch_optional).map(|row| row.map(Row::Sqlite))
    }

    pub(in crate::store) async fn fetch_one<'c>(
        self,
        on: impl Into<On<'c>>,
    ) -> Result<Row, sqlx::Error> {
        self.fetch_optional(on).await?.ok_or(sqlx::Error::RowNotFound)
    }
}

/// A statement that gives one column of type `T`.
pub(in crate::store) struct Scalar<T> {
    query: Query,
    of: PhantomData<T>,
}

impl<T: for<'r> Field<'r>> Scalar<T> {
    /// Gives the next parameter.
    pub(in crate::store) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.query = self.query.bind(value);
        self
    }

    pub(in crate::store) async fn fetch_all<'c>(
        self,
        on: impl Into<On<'c>>,
    ) -> Result<Vec<T>, sqlx::Error> {
        self.query.fetch_all(on).await?.iter().map(|row| row.try_get(0)).collect()
    }

    pub(in crate::store) async fn fetch_optional<'c>(
        self,
        on: impl Into<On<'c>>,
    ) -> Result<Option<T>, sqlx::Error> {
        self.query.fetch_optional(on).await?.map(|row| row.try_get(0)).transpose()
    }

    pub(in crate::store) async fn fetch_one<'c>(
        self,
        on: impl Into<On<'c>>,
    ) -> Result<T, sqlx::Error> {
        self.query.fetch_one(on).await?.try_get(0)
    }
}
