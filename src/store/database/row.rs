//! Rows of an answer, whichever database gave them.

use sqlx::postgres::{PgRow, Postgres};
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{ColumnIndex, Decode, Row as _, Type};

/// One row.
pub(in crate::store) enum Row {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

/// What a column's value can be read as.
pub(in crate::store) trait Field<'r>:
    Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>
{
}

impl<'r, T> Field<'r> for T where
    T: Decode<'r, Sqlite> + Type<Sqlite> + Decode<'r, Postgres> + Type<Postgres>
{
}

/// A column, by name or from 0.
pub(in crate::store) trait Column:
    ColumnIndex<SqliteRow> + ColumnIndex<PgRow>
{
}

impl<T: ColumnIndex<SqliteRow> + ColumnIndex<PgRow>> Column for T {}

impl Row {
    /// A column's value.
    pub(in crate::store) fn try_get<'r, T: Field<'r>>(
        &'r self,
        column: impl Column,
    ) -> Result<T, sqlx::Error> {
        match self {
            Self::Sqlite(row) => row.try_get(column),
            Self::Postgres(row) => row.try_get(column),
        }
    }
}
