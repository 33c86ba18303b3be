//! Where an actor's permissions reach: wards and domains.

use crate::rules::Domain;
use crate::store::QueueScope;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeSet;
use unicode_normalization::UnicodeNormalization;

/// All of something, or only these. In JSON `"all"` or a list.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Reach<T: Ord> {
    /// All, and what has none.
    #[default]
    All,
    /// Only these.
    These(BTreeSet<T>),
}

impl<T: Ord + Clone> Reach<T> {
    /// Whether this one is reached.
    pub fn holds<Q: Ord + ?Sized>(&self, one: Option<&Q>) -> bool
    where
        T: std::borrow::Borrow<Q>,
    {
        match self {
            Self::All => true,
            Self::These(these) => one.is_some_and(|one| these.contains(one)),
        }
    }

    /// Whether all that the other reaches is reached.
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::All, _) => true,
            (Self::These(_), Self::All) => false,
            (Self::These(these), Self::These(others)) => others.is_subset(these),
        }
    }

    /// What both reach.
    #[must_use]
    pub fn within(&self, other: &Self) -> Self {
        match (self, other) {
            (Self::All, reach) | (reach, Self::All) => reach.clone(),
            (Self::These(a), Self::These(b)) => Self::These(a.intersection(b).cloned().collect()),
        }
    }
}

impl<T: Ord> FromIterator<T> for Reach<T> {
    fn from_iter<I: IntoIterator<Item = T>>(these: I) -> Self {
        Self::These(these.into_iter().collect())
    }
}

impl<T: Ord + Serialize> Serialize for Reach<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::All => serializer.serialize_str("all"),
            Self::These(these) => these.serialize(serializer),
        }
    }
}

impl<'de, T: Ord + Deserialize<'de>> Deserialize<'de> for Reach<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "snake_case")]
        enum Word {
            All,
        }
        #[derive(Deserialize)]
        #[serde(untagged, expecting = "write \"all\" or a list")]
        enum Written<T: Ord> {
            All(Word),
            These(BTreeSet<T>),
        }
        Written::deserialize(deserializer).map(|written| match written {
            Written::All(Word::All) => Self::All,
            Written::These(these) => Self::These(these),
        })
    }
}

/// Where an actor's permissions reach.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scope {
    /// Wards. What stands in no ward is reached by `all` only.
    pub wards: Reach<String>,
    /// Domains.
    pub domains: Reach<Domain>,
}

impl Scope {
    /// Whether what is of this ward and domain is reached.
    pub fn holds(&self, ward: Option<&str>, domain: Domain) -> bool {
        self.wards.holds(ward) && self.domains.holds(Some(&domain))
    }

    /// Whether all that the other reaches is reached.
    pub fn covers(&self, other: &Self) -> bool {
        self.wards.covers(&other.wards) && self.domains.covers(&other.domains)
    }

    /// What both reach.
    #[must_use]
    pub fn within(&self, other: &Self) -> Self {
        Self {
            wards: self.wards.within(&other.wards),
            domains: self.domains.within(&other.domains),
        }
    }

    /// The same, with wards' names composed and trimmed as configuration has them.
    #[must_use]
    pub fn composed(self) -> Self {
        let wards = match self.wards {
            Reach::All => Reach::All,
            Reach::These(these) => these.iter().map(|w| w.trim().nfc().collect()).collect(),
        };
        Self { wards, ..self }
    }
}

impl From<&Scope> for QueueScope {
    fn from(scope: &Scope) -> Self {
        Self { wards: listed(&scope.wards), domains: listed(&scope.domains) }
    }
}

fn listed<T: Ord + Clone>(reach: &Reach<T>) -> Option<Vec<T>> {
    match reach {
        Reach::All => None,
        Reach::These(these) => Some(these.iter().cloned().collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn reach() -> impl Strategy<Value = Reach<String>> {
        prop_oneof![
            Just(Reach::All),
            proptest::collection::btree_set("[a-d]", 0..4).prop_map(Reach::These)
        ]
    }

    proptest! {
        #[test]
        fn what_two_reach_is_what_each_reaches(a in reach(), b in reach(), w in "[a-e]") {
            let both = a.within(&b);
            let one = Some(w.as_str());
            prop_assert_eq!(both.holds(one), a.holds(one) && b.holds(one));
            prop_assert_eq!(both.holds(None::<&str>), a.holds(None::<&str>) && b.holds(None::<&str>));
            prop_assert!(a.covers(&both) && b.covers(&both));
            if a.covers(&b) { prop_assert_eq!(both, b.clone()); }
            let json = serde_json::to_string(&a).unwrap();
            prop_assert_eq!(serde_json::from_str::<Reach<String>>(&json).unwrap(), a);
        }
    }

    #[test]
    fn json_is_all_or_a_list() {
        let scope: Scope =
            serde_json::from_str(r#"{"wards":["Phường 1"],"domains":"all"}"#).unwrap();
        assert!(scope.holds(Some("Phường 1"), Domain::Traffic));
        assert!(!scope.holds(None, Domain::Traffic) && !scope.holds(Some("x"), Domain::Traffic));
        assert!(serde_json::from_str::<Scope>(r#"{"wards":"some","domains":"all"}"#).is_err());
        assert!(serde_json::from_str::<Scope>(r#"{"domains":"all"}"#).is_err(), "wards are said");
        let decomposed = Scope {
            wards: ["Phươ\u{300}ng 1 ".to_owned()].into_iter().collect(),
            ..Scope::default()
        };
        assert_eq!(decomposed.composed().wards, scope.wards);
    }
}
