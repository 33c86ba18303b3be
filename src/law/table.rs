//! The catalogue of provisions: committed data, read once.

use super::around::{Amendment, Exempt, Gap, Related, Relation};
use super::provision::{Confidence, Provision, Text};
use crate::rules::Kind;
use crate::vision::Class;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// A provision with whom and what it is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// The kinds it is cited for.
    pub kinds: Vec<Kind>,
    /// The classes of subject; empty: any.
    pub classes: Vec<Class>,
    /// People on the vehicle, the rider among them: least, and most where there is a limit. `None`:
    /// their number does not matter.
    pub people: Option<(u32, Option<u32>)>,
    /// Names of its relations to others that may be in force with it.
    pub relations: Vec<String>,
    /// The text's own range of fines: information, never computed with and never in an event.
    pub range: Option<Range>,
    /// What is cited.
    pub provision: Provision,
}

/// A text's own range, in Vietnamese đồng.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// For individuals: least and most.
    pub individual: [u64; 2],
    /// For organisations: least and most, where the text names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organisation: Option<[u64; 2]>,
    /// Points off the driving licence, as the text has it.
    pub points: String,
}

/// All that is known.
#[derive(Debug, Clone, Default)]
pub struct Table {
    /// Provisions, in the order in which they are cited.
    pub articles: Vec<Article>,
    /// How they relate.
    pub relations: Vec<Relation>,
    /// What a reviewer has to think of.
    pub exemptions: Vec<Exempt>,
    /// What changes what.
    pub amendments: Vec<Amendment>,
    /// What matters besides.
    pub related: Vec<Related>,
    /// What is not held.
    pub gaps: Vec<Gap>,
}

/// One `[[provisions]]` of the data files.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    kinds: Vec<Kind>,
    #[serde(default)]
    classes: Vec<Class>,
    /// One number: at least so many people; two: from the first to the second.
    #[serde(default)]
    people: Vec<u32>,
    #[serde(default)]
    relations: Vec<String>,
    range: Option<Range>,
    instrument: String,
    provision: String,
    conduct: Text,
    valid_from: Date,
    valid_to: Option<Date>,
    confidence: Confidence,
    source: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Provisions {
    provisions: Vec<Entry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Around {
    relations: Vec<Relation>,
    exemptions: Vec<Exempt>,
    amendments: Vec<Amendment>,
    related: Vec<Related>,
    gaps: Vec<Gap>,
}

impl From<Entry> for Article {
    fn from(e: Entry) -> Self {
        Self {
            kinds: e.kinds,
            classes: e.classes,
            people: e.people.first().map(|&least| (least, e.people.get(1).copied())),
            relations: e.relations,
            range: e.range,
            provision: Provision {
                instrument: e.instrument,
                provision: e.provision,
                conduct: Some(e.conduct),
                valid_from: e.valid_from,
                valid_to: e.valid_to,
                confidence: e.confidence,
                source: e.source,
            },
        }
    }
}

/// The table is part of the program and tested; one that could not be read would cite nothing.
static TABLE: LazyLock<Table> = LazyLock::new(|| read().unwrap_or_default());

/// The catalogue.
pub fn table() -> &'static Table {
    &TABLE
}

fn read() -> Result<Table, toml::de::Error> {
    let mut articles = Vec::new();
    for text in [include_str!("data/traffic.toml"), include_str!("data/street.toml")] {
        let entries: Provisions = toml::from_str(text)?;
        articles.extend(entries.provisions.into_iter().map(Article::from));
    }
    let around: Around = toml::from_str(include_str!("data/around.toml"))?;
    let Around { relations, exemptions, amendments, related, gaps } = around;
    Ok(Table { articles, relations, exemptions, amendments, related, gaps })
}

impl Article {
    /// Whether it speaks of a subject of `class`; without a class, of any.
    pub fn concerns(&self, class: Option<Class>) -> bool {
        self.classes.is_empty() || class.is_none_or(|c| self.classes.contains(&c))
    }

    /// Whether it speaks of so many people; without a number, of any.
    pub fn counts(&self, people: Option<u32>) -> bool {
        let (Some((least, most)), Some(people)) = (self.people, people) else { return true };
        people >= least && most.is_none_or(|most| people <= most)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_data_reads_and_says_everything_of_every_provision() {
        let table = read().unwrap();
        assert!(table.articles.len() > 30);
        for a in &table.articles {
            let p = &a.provision;
            assert!(!a.kinds.is_empty() && !p.source.is_empty(), "{a:?}");
            assert!(p.valid_to.is_none_or(|last| last >= p.valid_from), "{a:?}");
            let text = p.conduct.as_ref().unwrap();
            assert!(!text.vi.is_empty() && !text.en.is_empty());
            for [least, most] in
                a.range.iter().flat_map(|r| [Some(r.individual), r.organisation]).flatten()
            {
                assert!(0 < least && least < most, "{a:?}");
            }
            for name in &a.relations {
                assert!(table.relations.iter().any(|r| r.name == *name), "{name}");
            }
        }
        assert!(table.exemptions.iter().all(|e| !e.kinds.is_empty()));
        assert!(table.gaps.iter().all(|g| !g.kinds.is_empty()));
        let used =
            |name: &str| table.articles.iter().any(|a| a.relations.iter().any(|r| r == name));
        for relation in &table.relations {
            assert!(used(&relation.name), "{} relates nothing", relation.name);
        }
    }
}
