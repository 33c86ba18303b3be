//! All records of one database carried over into another that holds none: from the file of a data
//! folder to a server.
//!
//! Whatever tables the schema has are carried, each row as it is. Tables that the database itself
//! keeps in step with `events` are made anew there by its own triggers. Everything is one transaction
//! of the server: all of it is there, or nothing.

use super::builder::QueryBuilder;
use super::connection::Transaction;
use super::handle::Database;
use super::query::{query, query_scalar};
use super::row::Row;
use super::value::Value;
use crate::store::error::StoreError;
use std::path::PathBuf;

/// Values of one statement at most; a server takes 65535.
const VALUES: usize = 8_000;
/// Rows of one statement at most, so that few are in memory.
const ROWS: usize = 500;

/// What triggers make of `events`.
const FOLLOWS: [&str; 3] = ["totals", "tallies", "places"];

/// How many rows of a table were carried over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Carried {
    /// The table.
    pub table: String,
    /// Rows, the same in both databases.
    pub rows: u64,
}

/// A table as both databases have it.
struct Table {
    name: String,
    columns: Vec<(String, Sort)>,
    /// Tables whose rows it refers to.
    needs: Vec<String>,
}

/// What a column holds.
#[derive(Clone, Copy)]
enum Sort {
    Text,
    Whole,
    Real,
    Truth,
}

impl Sort {
    fn of(declared: &str) -> Option<Self> {
        Some(match declared.to_ascii_uppercase().as_str() {
            "TEXT" => Self::Text,
            "BIGINT" | "INTEGER" => Self::Whole,
            "DOUBLE PRECISION" | "REAL" => Self::Real,
            "BOOLEAN" => Self::Truth,
            _ => return None,
        })
    }

    fn value(self, row: &Row, column: usize) -> Result<Value, sqlx::Error> {
        Ok(match self {
            Self::Text => Value::Text(row.try_get(column)?),
            Self::Whole => Value::Whole(row.try_get(column)?),
            Self::Real => Value::Real(row.try_get(column)?),
            Self::Truth => Value::Truth(row.try_get(column)?),
        })
    }
}

/// Carries all records of `from`, an open file, over into `to`, an open server without any.
///
/// # Errors
/// [`StoreError::NotEmpty`] where the server holds records, [`StoreError::NotCarried`] where not all
/// arrived; what either database says. The server is then as it was.
pub(in crate::store) fn carry(from: &Database, to: &Database) -> Result<Vec<Carried>, StoreError> {
    let tables = tables(from)?;
    let mut transaction = to.wait(to.begin_write())?;
    for table in &tables {
        if count(to, &mut transaction, &table.name)? > 0 {
            let (database, table) = (to.name(), table.name.clone());
            return Err(StoreError::NotEmpty { database, table });
        }
    }
    let mut carried = Vec::with_capacity(tables.len());
    for table in &tables {
        let rows = copy(from, to, &mut transaction, table)?;
        let arrived = count(to, &mut transaction, &table.name)?;
        if arrived != rows {
            return Err(StoreError::NotCarried { table: table.name.clone(), rows, arrived });
        }
        carried.push(Carried { table: table.name.clone(), rows });
    }
    to.wait(transaction.commit())?;
    Ok(carried)
}

/// The tables to carry, each after those that it refers to.
fn tables(from: &Database) -> Result<Vec<Table>, StoreError> {
    let names: Vec<String> = from.wait(
        query_scalar(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
             AND name <> '_sqlx_migrations' ORDER BY name",
        )
        .fetch_all(&from.pool),
    )?;
    let mut left = Vec::new();
    for name in names.into_iter().filter(|name| !FOLLOWS.contains(&name.as_str())) {
        left.push(table(from, name)?);
    }
    let mut ordered: Vec<Table> = Vec::with_capacity(left.len());
    while !left.is_empty() {
        let known = |name: &String| ordered.iter().any(|t: &Table| t.name == *name);
        let ready = left.iter().position(|t| t.needs.iter().all(|n| *n == t.name || known(n)));
        // Tables that refer to one another in a circle would be refused by the server.
        ordered.push(left.remove(ready.unwrap_or(0)));
    }
    Ok(ordered)
}

fn table(from: &Database, name: String) -> Result<Table, StoreError> {
    let described = from.wait(
        query("SELECT name, type FROM pragma_table_info($1) ORDER BY cid")
            .bind(&name)
            .fetch_all(&from.pool),
    )?;
    let mut columns = Vec::with_capacity(described.len());
    for row in &described {
        let (column, declared): (String, String) =
            (from.column(row, "name")?, from.column(row, "type")?);
        let sort = Sort::of(&declared).ok_or_else(|| {
            let (path, detail) =
                (PathBuf::from(from.name()), format!("{name}.{column}: {declared}"));
            StoreError::Corrupt { path, detail }
        })?;
        columns.push((column, sort));
    }
    let needs = from.wait(
        query_scalar("SELECT \"table\" FROM pragma_foreign_key_list($1)")
            .bind(&name)
            .fetch_all(&from.pool),
    )?;
    Ok(Table { name, columns, needs })
}

fn count(on: &Database, within: &mut Transaction, table: &str) -> Result<u64, StoreError> {
    let mut q = QueryBuilder::new("SELECT COUNT(*) FROM ");
    q.push(table);
    let rows: i64 = on.wait(q.build_query_scalar().fetch_one(&mut **within))?;
    Ok(rows as u64)
}

/// Copies a table in the order in which its rows were stored; how many.
fn copy(
    from: &Database,
    to: &Database,
    within: &mut Transaction,
    table: &Table,
) -> Result<u64, StoreError> {
    let columns: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    let list = columns.join(", ");
    let page = (VALUES / columns.len().max(1)).clamp(1, ROWS);
    let (mut after, mut copied) = (i64::MIN, 0);
    loop {
        let mut q =
            QueryBuilder::new(format!("SELECT {list}, rowid FROM {} WHERE rowid > ", table.name));
        q.push_bind(after).push(" ORDER BY rowid LIMIT ").push_bind(page as i64);
        let rows = from.wait(q.build().fetch_all(&from.pool))?;
        let Some(last) = rows.last() else { return Ok(copied) };
        after = last.try_get(columns.len()).map_err(|e| from.meaning(e))?;
        let mut q = QueryBuilder::new(format!("INSERT INTO {} ({list}) VALUES ", table.name));
        for (nth, row) in rows.iter().enumerate() {
            q.push(if nth == 0 { "(" } else { ", (" });
            for (column, (_, sort)) in table.columns.iter().enumerate() {
                let value = sort.value(row, column).map_err(|e| from.meaning(e))?;
                if column > 0 {
                    q.push(", ");
                }
                q.push_bind(value);
            }
            q.push(")");
        }
        to.wait(q.build().execute(&mut **within))?;
        copied += rows.len() as u64;
    }
}
