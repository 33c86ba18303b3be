//! Incidents counted by all that they share, in one pass over the period.

use super::asked::FiguresAsked;
use super::period::Period;
use super::places::{LocalTime, Places};
use super::tally::Counts;
use crate::config::agency_for;
use crate::rules::Domain;
use crate::store::{FigureRow, Store, StoreError, from_word};
use std::collections::BTreeMap;

/// Incidents by one thing that they share.
#[derive(Debug, Clone, Default)]
pub(super) struct Groups(pub(super) BTreeMap<String, Counts>);

impl Groups {
    fn add(&mut self, key: &str, row: &FigureRow<'_>) {
        // Most are there already, and need no new text.
        match self.0.get_mut(key) {
            Some(counts) => counts.add(row),
            None => self.0.entry(key.to_owned()).or_default().add(row),
        }
    }

    pub(super) fn of(&self, key: &str) -> Counts {
        self.0.get(key).copied().unwrap_or_default()
    }
}

/// Lengths of time, microseconds.
#[derive(Debug, Clone, Default)]
pub(super) struct Times {
    pub(super) acknowledge: Vec<i64>,
    pub(super) decide: Vec<i64>,
}

/// What a period brought.
#[derive(Debug, Default)]
pub(super) struct Counted {
    pub(super) all: Counts,
    pub(super) domains: Groups,
    /// By domain and kind, `/` between.
    pub(super) kinds: Groups,
    pub(super) wards: Groups,
    pub(super) cameras: Groups,
    /// Empty: nobody's.
    pub(super) agencies: Groups,
    pub(super) hours: [Counts; 24],
    pub(super) weekdays: [Counts; 7],
    /// By days since 1970-01-01.
    pub(super) days: BTreeMap<i64, Counts>,
    /// Dismissed, by reason and domain.
    pub(super) reasons: BTreeMap<String, BTreeMap<String, u64>>,
    /// Confirmed, by result and domain.
    pub(super) results: BTreeMap<String, BTreeMap<String, u64>>,
    pub(super) places: Places,
    /// By domain and agency.
    pub(super) times: BTreeMap<(String, String), Times>,
}

impl Counted {
    /// Counts a period; `whole`: with what is told of the period itself alone.
    pub(super) fn of(
        store: &Store,
        asked: &FiguresAsked,
        period: &Period,
        whole: bool,
    ) -> Result<Self, StoreError> {
        let mut counted = Self::default();
        let mut keys = Keys::default();
        store.each_figure_row(&asked.filter, period.times(), &mut |row| {
            counted.add(asked, &row, whole, &mut keys);
        })?;
        Ok(counted)
    }

    fn add(&mut self, asked: &FiguresAsked, row: &FigureRow<'_>, whole: bool, keys: &mut Keys) {
        let ward = row.ward.unwrap_or_default();
        self.all.add(row);
        self.domains.add(row.domain, row);
        self.kinds.add(keys.joined(row.domain, row.kind), row);
        self.wards.add(ward, row);
        self.cameras.add(row.camera, row);
        let agency = match row.given {
            Some(given) => given,
            None => keys.agency(asked, row),
        };
        let agency = agency.to_owned();
        self.agencies.add(&agency, row);
        let times = self.times.entry((row.domain.to_owned(), agency)).or_default();
        let since = |at: Option<i64>| at.map(|at| at - row.moment_utc_us);
        times.acknowledge.extend(since(row.acknowledged_utc_us));
        // What was opened again has no decision that stands.
        if matches!(row.status, "confirmed" | "dismissed" | "cannot_tell") {
            times.decide.extend(since(row.decided_utc_us));
        }
        if !whole {
            return;
        }
        let at = LocalTime::of(row.start_utc_us);
        self.hours[at.hour].add(row);
        self.weekdays[at.weekday].add(row);
        self.days.entry(at.day).or_default().add(row);
        self.places.add(row, at);
        let told = match row.status {
            "dismissed" => row.reason.map(|reason| (&mut self.reasons, reason)),
            "confirmed" => row.result.map(|result| (&mut self.results, result)),
            _ => None,
        };
        if let Some((by, word)) = told {
            *by.entry(word.to_owned()).or_default().entry(row.domain.to_owned()).or_default() += 1;
        }
    }

    /// Times of all whose domain and agency are meant.
    pub(super) fn times_of(&self, meant: impl Fn(&str, &str) -> bool) -> Times {
        let mut all = Times::default();
        for ((domain, agency), times) in &self.times {
            if meant(domain, agency) {
                all.acknowledge.extend(&times.acknowledge);
                all.decide.extend(&times.decide);
            }
        }
        all
    }
}

/// Keys that come again and again, put together once.
#[derive(Debug, Default)]
struct Keys {
    joined: String,
    /// The agency of each ward and domain.
    agencies: BTreeMap<String, BTreeMap<String, String>>,
}

impl Keys {
    fn joined(&mut self, domain: &str, kind: &str) -> &str {
        self.joined.clear();
        for part in [domain, "/", kind] {
            self.joined.push_str(part);
        }
        &self.joined
    }

    /// The agency that looks after a ward's domain; empty: none.
    fn agency(&mut self, asked: &FiguresAsked, row: &FigureRow<'_>) -> &str {
        let ward = row.ward.unwrap_or_default();
        if self.agencies.get(ward).is_none_or(|of| !of.contains_key(row.domain)) {
            let domain: Option<Domain> = from_word(row.domain).ok();
            let agency = domain
                .and_then(|domain| agency_for(&asked.filter.agencies, row.ward, domain))
                .map(|a| a.id.clone());
            let of = self.agencies.entry(ward.to_owned()).or_default();
            of.insert(row.domain.to_owned(), agency.unwrap_or_default());
        }
        self.agencies.get(ward).and_then(|of| of.get(row.domain)).map_or("", String::as_str)
    }
}
