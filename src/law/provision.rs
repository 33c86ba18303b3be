//! A provision of law, and which one a violation falls under.

use crate::rules::Kind;
use crate::vision::Class;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// How sure it is that the provision says what it is cited for. No provision is certain before a
/// lawyer has confirmed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confidence {
    /// Its text was read.
    Read,
    /// Another text reports it.
    Secondary,
    /// Known from memory only; look it up before relying on it.
    Memory,
}

/// A provision of law in force for some time. It names the place in the law and no penalty: what
/// follows from a violation is for a trained officer to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Provision {
    /// The instrument, as it is cited: `Nghị định 168/2024/NĐ-CP`.
    pub instrument: String,
    /// The place in it, as it is cited: `Điều 6 khoản 3 điểm e`.
    pub provision: String,
    /// First day of validity, local date.
    #[schemars(with = "String")]
    pub valid_from: Date,
    /// Last day of validity, local date; none while it is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(with = "Option<String>")]
    pub valid_to: Option<Date>,
    /// How sure the citation is.
    pub confidence: Confidence,
    /// Where the citation comes from, and what it was read for.
    pub source: String,
}

/// As it is cited: `Điều 6 khoản 3 điểm e Nghị định 168/2024/NĐ-CP`; followed by a warning where its
/// text was not read. Such a citation is shown all the same: it tells an officer where to look, and
/// leaving it out would read as if no provision applied.
impl std::fmt::Display for Provision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.provision, self.instrument)?;
        match self.confidence {
            Confidence::Read => Ok(()),
            Confidence::Secondary | Confidence::Memory => {
                f.write_str(" (chưa kiểm chứng / not verified)")
            }
        }
    }
}

/// One entry of the table: a provision, and whom and what it is for.
#[derive(Debug, Deserialize)]
struct Entry {
    kinds: Vec<Kind>,
    classes: Vec<Class>,
    #[serde(flatten)]
    provision: Provision,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    provisions: Vec<Entry>,
}

/// The table is part of the program and tested; one that could not be read would cite nothing.
static TABLE: LazyLock<Vec<Entry>> =
    LazyLock::new(|| read().map(|t| t.provisions).unwrap_or_default());

fn read() -> Result<Table, toml::de::Error> {
    toml::from_str(include_str!("provisions.toml"))
}

/// The provision that `kind` by a subject of `class` falls under on the local date `date`. `None`
/// where the table knows none: for restricted areas and loitering always, since whether those are
/// forbidden is for the place's own rules to say; and for dates before the instruments it holds.
pub fn provision(kind: Kind, class: Class, date: Date) -> Option<&'static Provision> {
    TABLE
        .iter()
        .find(|e| {
            e.kinds.contains(&kind)
                && e.classes.contains(&class)
                && e.provision.valid_from <= date
                && e.provision.valid_to.is_none_or(|last| date <= last)
        })
        .map(|e| &e.provision)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_table_reads_and_is_unambiguous() {
        let table = read().unwrap();
        assert!(!table.provisions.is_empty());
        for kind in Kind::ALL {
            for class in Class::ALL {
                let matching: Vec<_> = table
                    .provisions
                    .iter()
                    .filter(|e| e.kinds.contains(&kind) && e.classes.contains(&class))
                    .map(|e| &e.provision)
                    .collect();
                for (i, a) in matching.iter().enumerate() {
                    for b in &matching[i + 1..] {
                        let apart = a.valid_to.is_some_and(|t| t < b.valid_from)
                            || b.valid_to.is_some_and(|t| t < a.valid_from);
                        assert!(apart, "{kind:?} by {class:?}: {a:?} and {b:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn cites_by_kind_class_and_date() {
        let cite = |kind, class, on: Date| provision(kind, class, on).map(|p| p.provision.as_str());
        let now = date(2026, 11, 21);
        assert_eq!(cite(Kind::IllegalParking, Class::Car, now), Some("Điều 6 khoản 3 điểm e"));
        assert_eq!(cite(Kind::IllegalParking, Class::Truck, now), Some("Điều 6 khoản 3 điểm e"));
        assert_eq!(
            cite(Kind::SidewalkRiding, Class::Motorcycle, now),
            Some("Điều 7 khoản 7 điểm a")
        );
        assert_eq!(cite(Kind::Jaywalking, Class::Person, now), Some("Điều 10 khoản 1 điểm a"));
        assert_eq!(cite(Kind::IllegalParking, Class::Car, date(2024, 12, 31)), None);
        assert!(cite(Kind::IllegalParking, Class::Car, date(2025, 1, 1)).is_some());
        assert_eq!(cite(Kind::IllegalParking, Class::Person, now), None);
        for class in Class::ALL {
            assert_eq!(cite(Kind::RestrictedArea, class, now), None);
            assert_eq!(cite(Kind::Loitering, class, now), None);
            assert_eq!(cite(Kind::BannedVehicle, class, now), None);
        }
    }

    #[test]
    fn an_event_carries_it_without_a_penalty() {
        let cited = provision(Kind::IllegalParking, Class::Car, date(2026, 8, 15)).unwrap();
        assert_eq!(cited.to_string(), "Điều 6 khoản 3 điểm e Nghị định 168/2024/NĐ-CP");
        insta::assert_json_snapshot!(cited);
    }

    #[test]
    fn a_citation_that_was_not_read_says_so() {
        let read = provision(Kind::IllegalParking, Class::Car, date(2026, 8, 15)).unwrap();
        for confidence in [Confidence::Secondary, Confidence::Memory] {
            let cited = Provision { confidence, ..read.clone() }.to_string();
            assert_eq!(cited, format!("{read} (chưa kiểm chứng / not verified)"));
        }
        assert!(!read.to_string().contains("verified"));
    }
}
