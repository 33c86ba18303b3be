//! The tables [[retention]]: how long evidence is kept, by domain and by what a person decided.
//!
//! What stands here without a table follows how long such evidence can be used: for traffic one year
//! (from memory of the law), for the environment two (a secondary source). Have a lawyer confirm both
//! before a city relies on them.

use super::list::words;
use super::table::Table;
use crate::rules::Domain;

pub(super) const KEYS: &[&str] = &["domains", "statuses", "days"];

/// Where a person stands with an event, as far as keeping it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeptStatus {
    /// Nobody has decided.
    Pending,
    /// It was found to be no violation, or nobody can tell.
    Dismissed,
    /// It is a violation.
    Confirmed,
}

impl KeptStatus {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Pending, Self::Dismissed, Self::Confirmed];

    /// Its word in files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Dismissed => "dismissed",
            Self::Confirmed => "confirmed",
        }
    }
}

/// How long evidence of some domains and statuses is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RetentionTerm {
    /// Of these domains; none named: of all.
    pub domains: Option<Vec<Domain>>,
    /// Of these statuses; none named: of all.
    pub statuses: Option<Vec<KeptStatus>>,
    /// So many days; 0: without limit.
    pub days: u32,
}

impl RetentionTerm {
    /// Whether it says how long this is kept.
    pub fn covers(&self, domain: Option<Domain>, status: KeptStatus) -> bool {
        let of = self.domains.as_ref();
        of.is_none_or(|of| domain.is_some_and(|d| of.contains(&d)))
            && self.statuses.as_ref().is_none_or(|of| of.contains(&status))
    }
}

/// What holds where a site says nothing.
pub(super) fn usual() -> Vec<RetentionTerm> {
    [(Domain::Traffic, 365), (Domain::Environment, 730)]
        .map(|(domain, days)| RetentionTerm {
            domains: Some(vec![domain]),
            statuses: Some(vec![KeptStatus::Confirmed]),
            days,
        })
        .into()
}

/// Reads the tables, noting every mistake; `None`: there are none.
pub(super) fn read(root: &Table<'_>) -> Option<Vec<RetentionTerm>> {
    let tables = root.tables("retention", " in [[retention]]", KEYS);
    let mut terms = Vec::with_capacity(tables.len());
    for table in &tables {
        if !table.has("days") {
            table.missing("days", "days = 365");
        }
        let domains = words(table, "domains", &Domain::ALL.map(|d| (d.name(), d)));
        let statuses = words(table, "statuses", &KeptStatus::ALL.map(|s| (s.name(), s)));
        let Some(days) = table.integer("days", 0..=36_500, "days") else { continue };
        terms.push(RetentionTerm { domains, statuses, days: days.value as u32 });
    }
    (!tables.is_empty()).then_some(terms)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_covers_says() {
        let usual = usual();
        let days = |domain, status| usual.iter().find(|t| t.covers(domain, status)).map(|t| t.days);
        assert_eq!(days(Some(Domain::Traffic), KeptStatus::Confirmed), Some(365));
        assert_eq!(days(Some(Domain::Environment), KeptStatus::Confirmed), Some(730));
        assert_eq!(days(Some(Domain::Traffic), KeptStatus::Pending), None);
        assert_eq!(days(Some(Domain::Security), KeptStatus::Confirmed), None);
        assert_eq!(days(None, KeptStatus::Confirmed), None);
    }
}
