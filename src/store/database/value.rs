//! What a statement's parameter may be: the four types that all tables are made of.

use sqlx::{Arguments, Encode, Type};

/// A parameter, or the lack of one, of a known type: PostgreSQL wants to know of what type nothing is.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::store) enum Value {
    Text(Option<String>),
    Whole(Option<i64>),
    Real(Option<f64>),
    Truth(Option<bool>),
}

macro_rules! value_of {
    ($($type:ty => $variant:ident),* $(,)?) => {$(
        impl From<$type> for Value {
            fn from(value: $type) -> Self {
                Self::$variant(Some(value.into()))
            }
        }

        impl From<Option<$type>> for Value {
            fn from(value: Option<$type>) -> Self {
                Self::$variant(value.map(Into::into))
            }
        }
    )*};
}

value_of! { String => Text, &str => Text, &String => Text, i64 => Whole, f64 => Real, bool => Truth }

impl From<&Option<String>> for Value {
    fn from(value: &Option<String>) -> Self {
        Self::Text(value.clone())
    }
}

/// Parameters in a database's own form.
pub(super) fn arguments<A: Arguments>(values: Vec<Value>) -> Result<A, sqlx::Error>
where
    Option<String>: Encode<'static, A::Database> + Type<A::Database>,
    Option<i64>: Encode<'static, A::Database> + Type<A::Database>,
    Option<f64>: Encode<'static, A::Database> + Type<A::Database>,
    Option<bool>: Encode<'static, A::Database> + Type<A::Database>,
{
    let mut arguments = A::default();
    for value in values {
        match value {
            Value::Text(text) => arguments.add(text),
            Value::Whole(whole) => arguments.add(whole),
            Value::Real(real) => arguments.add(real),
            Value::Truth(truth) => arguments.add(truth),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}
