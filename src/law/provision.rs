//! A provision of law, as events cite it.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

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

impl Confidence {
    /// The name used in records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Secondary => "secondary",
            Self::Memory => "memory",
        }
    }
}

/// The same in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Text {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

/// A provision of law in force for some time. It names the place in the law and no penalty: what
/// follows from a violation is for a trained officer to decide.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Provision {
    /// The instrument, as it is cited: `Nghị định 168/2024/NĐ-CP`.
    pub instrument: String,
    /// The place in it, as it is cited: `Điều 6 khoản 3 điểm e`.
    pub provision: String,
    /// What it speaks of, in short; not its wording. Absent in older records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conduct: Option<Text>,
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

impl Provision {
    /// Whether it is in force on a local date.
    pub fn in_force(&self, date: Date) -> bool {
        self.valid_from <= date && self.valid_to.is_none_or(|last| date <= last)
    }

    /// Place and instrument: `Điều 6 khoản 3 điểm e Nghị định 168/2024/NĐ-CP`.
    pub fn cited(&self) -> String {
        format!("{} {}", self.provision, self.instrument)
    }
}

/// As it is cited: `Điều 6 khoản 3 điểm e Nghị định 168/2024/NĐ-CP`; followed by a warning where its
/// text was not read. Such a citation is shown all the same: it tells an officer where to look, and
/// leaving it out would read as if no provision applied.
impl std::fmt::Display for Provision {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.cited())?;
        match self.confidence {
            Confidence::Read => Ok(()),
            Confidence::Secondary | Confidence::Memory => {
                f.write_str(" (chưa kiểm chứng / not verified)")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::law::provision;
    use crate::rules::Kind;
    use crate::vision::Class;
    use jiff::civil::date;

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
