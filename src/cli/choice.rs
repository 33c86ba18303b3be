//! An option that is one of a few words.

use crate::store::from_word;
use clap::builder::{PossibleValuesParser, TypedValueParser};

/// An option's values, so that help shows them and a slip is answered with the nearest.
pub(super) fn one_of<T, const N: usize>(
    words: [&'static str; N],
) -> impl TypedValueParser<Value = T>
where
    T: serde::de::DeserializeOwned + Clone + Send + Sync + 'static,
{
    PossibleValuesParser::new(words).try_map(|word| from_word::<T>(&word))
}
