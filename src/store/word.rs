//! The names that enums have in records: the same in the database, in JSON and on the command line.

use serde::Serialize;
use serde::de::{DeserializeOwned, IntoDeserializer, value};

/// The name serde gives a variant without fields (`illegal_parking`); empty for anything that is
/// not written as a text.
pub fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// The variant of that name.
///
/// # Errors
/// A sentence that names the word and the ones understood.
pub fn from_word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let deserializer: value::StrDeserializer<'_, value::Error> = text.into_deserializer();
    T::deserialize(deserializer).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::ClockQuality;
    use crate::rules::{Closing, Domain, Kind, Severity};
    use crate::vision::Class;

    fn there_and_back<T: Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>(values: &[T]) {
        for v in values {
            let w = word(v);
            assert!(!w.is_empty(), "{v:?}");
            assert_eq!(from_word::<T>(&w).as_ref(), Ok(v));
        }
    }

    #[test]
    fn every_word_comes_back() {
        there_and_back(&[Kind::IllegalStopping, Kind::Loitering, Kind::RestrictedArea]);
        there_and_back(&[Domain::Traffic, Domain::UrbanOrder]);
        there_and_back(&[Severity::Low, Severity::High]);
        there_and_back(&[Closing::SourceEnded, Closing::Interrupted]);
        there_and_back(&[ClockQuality::FileName, ClockQuality::Guessed]);
        there_and_back(&Class::ALL);
    }

    #[test]
    fn an_unknown_word_is_refused_with_the_known_ones() {
        let said = from_word::<Kind>("illegal_flying").unwrap_err();
        assert!(said.contains("illegal_flying") && said.contains("illegal_parking"), "{said}");
    }
}
