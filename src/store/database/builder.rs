//! A statement put together piece by piece.

use super::query::{Query, Scalar};
use super::value::Value;
use std::fmt::{Display, Write};

/// A statement that grows. What comes from outside is only ever bound, never pushed.
#[derive(Debug)]
pub(in crate::store) struct QueryBuilder {
    sql: String,
    values: Vec<Value>,
}

impl QueryBuilder {
    pub(in crate::store) fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), values: Vec::new() }
    }

    /// Adds a piece of the statement.
    pub(in crate::store) fn push(&mut self, sql: impl Display) -> &mut Self {
        // A text takes whatever is written to it.
        let _ = write!(self.sql, "{sql}");
        self
    }

    /// Adds a parameter.
    pub(in crate::store) fn push_bind(&mut self, value: impl Into<Value>) -> &mut Self {
        self.values.push(value.into());
        let number = self.values.len();
        self.push(format_args!("${number}"))
    }

    /// Adds a list, `separator` between its members.
    pub(in crate::store) fn separated(&mut self, separator: &'static str) -> Separated<'_> {
        Separated { builder: self, separator, begun: false }
    }

    pub(in crate::store) fn build(self) -> Query {
        Query::new(self.sql, self.values)
    }

    pub(in crate::store) fn build_query_scalar<T>(self) -> Scalar<T> {
        self.build().scalar()
    }
}

/// A list within a statement.
pub(in crate::store) struct Separated<'b> {
    builder: &'b mut QueryBuilder,
    separator: &'static str,
    begun: bool,
}

impl Separated<'_> {
    /// Adds a parameter to the list.
    pub(in crate::store) fn push_bind(&mut self, value: impl Into<Value>) -> &mut Self {
        if std::mem::replace(&mut self.begun, true) {
            self.builder.push(self.separator);
        }
        self.builder.push_bind(value);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_numbered_as_they_come() {
        let mut q = QueryBuilder::new("SELECT 1 WHERE a = ");
        q.push_bind("x").push(" AND b IN (");
        let mut list = q.separated(", ");
        list.push_bind(1_i64).push_bind(2_i64);
        q.push(") AND c = ").push_bind(None::<bool>);
        assert_eq!(q.sql, "SELECT 1 WHERE a = $1 AND b IN ($2, $3) AND c = $4");
        let wanted = ["x".into(), 1_i64.into(), 2_i64.into(), Value::Truth(None)];
        assert_eq!(q.values, wanted);
    }
}
