//! Rows of an answer, whichever database gave them.

use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{ColumnIndex, Decode, Row as _, Type};

/// One row.
pub(in crate::store) enum Row {
    Sqlite(SqliteRow),
}

/// What a column's value can be read as.
pub(in crate::store) trait Field<'r>: Decode<'r, Sqlite> + Type<Sqlite> {}

impl<'r, T: Decode<'r, Sqlite> + Type<Sqlite>> Field<'r> for T {}

/// A column, by name or from 0.
pub(in crate::store) trait Column: ColumnIndex<SqliteRow> {}

impl<T: ColumnIndex<SqliteRow>> Column for T {}

impl Row {
    /// A column's value.
    pub(in crate::store) fn try_get<'r, T: Field<'r>>(
        &'r self,
        column: impl Column,
    ) -> Result<T, sqlx::Error> {
        match self {
            Self::Sqlite(row) => row.try_get(column),
        }
    }
}
