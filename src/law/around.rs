//! What stands around the provisions: how they relate, exemptions, amendments, related
//! instruments, and what is not known.

use super::provision::{Confidence, Text};
use crate::rules::{Domain, Kind};
use crate::vision::Class;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How provisions in force together relate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum RelationKind {
    /// Two instruments cover the same conduct; which is applied is not for a program to say.
    Overlap,
    /// Which one applies depends on facts that the pictures may not show.
    Depends,
}

/// A declared relation of provisions that may be in force together.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Relation {
    /// What provisions name it by.
    pub name: String,
    /// How they relate.
    pub relation: RelationKind,
    /// What a reviewer is told.
    pub note: Text,
}

/// Conduct that is no violation, or may not be, for a reviewer to think of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Exemption {
    /// What it is.
    pub text: Text,
    /// How sure it is.
    pub confidence: Confidence,
    /// Where it comes from.
    pub source: String,
}

/// An exemption with the kinds it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Exempt {
    /// The kinds.
    pub kinds: Vec<Kind>,
    /// The exemption.
    #[serde(flatten)]
    pub exemption: Exemption,
}

/// An instrument that changes another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Amendment {
    /// The changing instrument.
    pub instrument: String,
    /// The one changed.
    pub amends: String,
    /// From this local date on.
    pub valid_from: Date,
    /// Which places it rewrites.
    pub rewrites: Vec<String>,
    /// What it does.
    pub note: Text,
    /// How sure that is.
    pub confidence: Confidence,
    /// Where it comes from.
    pub source: String,
}

/// What a related instrument is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Topic {
    /// What counts as evidence, and what a record holds.
    Evidence,
    /// What has to be done when.
    Procedure,
    /// How long a violation can be acted on.
    Limitation,
    /// Protection of personal data.
    PersonalData,
    /// What machines may decide.
    Automation,
}

/// An instrument that no event cites and that matters to its use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Related {
    /// What it is about.
    pub topic: Topic,
    /// The fields it matters to.
    pub domains: Vec<Domain>,
    /// Its name.
    pub instrument: String,
    /// First day of validity, local date.
    pub valid_from: Date,
    /// Last day of validity, local date; none while it is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<Date>,
    /// What it says, in short.
    pub note: Text,
    /// How sure that is.
    pub confidence: Confidence,
    /// Where it comes from.
    pub source: String,
}

/// What the catalogue does not hold, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gap {
    /// The kinds it concerns.
    #[serde(skip_serializing, default)]
    pub kinds: Vec<Kind>,
    /// The classes; empty: all.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub classes: Vec<Class>,
    /// Why.
    pub note: Text,
}

impl Related {
    /// Whether it holds on a local date.
    pub fn in_force(&self, date: Date) -> bool {
        self.valid_from <= date && self.valid_to.is_none_or(|last| date <= last)
    }
}

impl Gap {
    /// Whether it is about `kind` by a subject of `class`; without a class, about any.
    pub fn concerns(&self, kind: Kind, class: Option<Class>) -> bool {
        self.kinds.contains(&kind)
            && (self.classes.is_empty() || class.is_none_or(|c| self.classes.contains(&c)))
    }
}
