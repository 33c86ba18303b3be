//! Counts of events from what the database keeps in step with them, without looking at the events.

use super::database::{Database, QueryBuilder, Row, query_scalar};
use super::error::StoreError;
use super::queue::{QueueFilter, TallyBy, TallyRow};
use super::queue_found::Found;
use super::queue_narrow::{among, domains, wards};
use super::word::{from_word, word};
use crate::media::WallTime;
use crate::rules::Domain;
use std::collections::BTreeMap;

const DAY_US: i64 = 86_400_000_000;
const SHIFT_US: i64 = 25_200_000_000;

/// What a filter asks for where counts alone can answer it.
struct Plain<'f> {
    statuses: Vec<String>,
    kinds: Vec<String>,
    /// `None`: all.
    domains: Option<Vec<Domain>>,
    /// `None`: all, and what stands in none.
    wards: Option<Vec<String>>,
    cameras: &'f [String],
    from: Option<WallTime>,
    to: Option<WallTime>,
    sightings: bool,
}

impl<'f> Plain<'f> {
    /// `None`: it asks for something of single events.
    fn of(f: &'f QueueFilter) -> Option<Self> {
        // Every field by name: a new one must be thought of here.
        let QueueFilter {
            scope: _,
            statuses,
            kinds,
            domains: _,
            wards: _,
            cameras,
            classes,
            from,
            to,
            hours,
            text,
            plate,
            assignee,
            reviewer,
            agency,
            overdue,
            second_look,
            not_reviewer,
            agencies: _,
            sightings,
        } = f;
        let named =
            [text, plate, assignee, reviewer, not_reviewer, agency].iter().any(|n| n.is_some());
        if named
            || hours.is_some()
            || overdue.is_some()
            || second_look.is_some()
            || !classes.is_empty()
        {
            return None;
        }
        Some(Self {
            statuses: statuses.iter().map(word).collect(),
            kinds: kinds.iter().map(word).collect(),
            domains: domains(f),
            wards: wards(f),
            cameras,
            from: *from,
            to: *to,
            sightings: *sightings,
        })
    }

    fn narrow(&self, q: &mut QueryBuilder) {
        let some = |values: &[String]| (!values.is_empty()).then(|| values.to_vec());
        among(q, "status", some(&self.statuses));
        among(q, "domain", self.domains.as_ref().map(|d| d.iter().map(word).collect()));
    }
}

impl Database {
    /// How many events a filter without times finds; `None`: counts alone cannot tell.
    pub(super) fn total(&self, f: &QueueFilter) -> Result<Option<u64>, StoreError> {
        let Some(plain) = Plain::of(f).filter(|p| p.from.is_none() && p.to.is_none()) else {
            return Ok(None);
        };
        let what = if plain.sightings { "sightings" } else { "firsts" };
        let mut q = QueryBuilder::new(format!(
            "SELECT CAST(COALESCE(SUM({what}), 0) AS BIGINT) FROM totals WHERE TRUE"
        ));
        plain.totals(&mut q);
        let count: i64 = self.wait(q.build_query_scalar().fetch_one(&self.pool))?;
        Ok(Some(count.unsigned_abs()))
    }

    /// Counts by status and key: from what is counted already as far as it tells, else by looking at
    /// each event.
    pub(super) fn tally(
        &self,
        f: &QueueFilter,
        found: &Found,
        by: TallyBy,
    ) -> Result<Vec<TallyRow>, StoreError> {
        let mut counts = Counts::default();
        if !self.counted_before(f, found, by, &mut counts)? {
            counts.add(self, &self.counted_singly(f, found, by)?)?;
        }
        counts.rows()
    }

    /// Counts without looking at each event; false: that cannot be.
    fn counted_before(
        &self,
        f: &QueueFilter,
        found: &Found,
        by: TallyBy,
        counts: &mut Counts,
    ) -> Result<bool, StoreError> {
        let Some(mut plain) = Plain::of(f) else { return Ok(false) };
        let key = match by {
            TallyBy::Domain => "domain",
            TallyBy::Ward => "ward",
            TallyBy::Camera => "camera",
            TallyBy::Kind => "kind",
            TallyBy::Hour | TallyBy::Day => "",
        };
        if plain.from.is_none() && plain.to.is_none() && !key.is_empty() {
            let what = if plain.sightings { "sightings" } else { "firsts" };
            let mut q = QueryBuilder::new(format!(
                "SELECT {key} AS tallied, status, CAST(SUM({what}) AS BIGINT) AS many
                 FROM totals WHERE TRUE"
            ));
            plain.totals(&mut q);
            q.push(format!(" GROUP BY {key}, status"));
            counts.add(self, &self.wait(q.build().fetch_all(&self.pool))?)?;
            return Ok(true);
        }
        let (Some(from), Some(to)) = (plain.from, plain.to) else { return Ok(false) };
        if plain.sightings || !plain.kinds.is_empty() || !plain.cameras.is_empty() {
            return Ok(false);
        }
        // Whole local days are counted; what lies before and after them is looked at.
        let (from, to) = (from.0.as_microsecond(), to.0.as_microsecond());
        let first = (from + SHIFT_US + DAY_US - 1).div_euclid(DAY_US);
        let end = (to + SHIFT_US).div_euclid(DAY_US);
        if from < 0 || first >= end {
            return Ok(false);
        }
        if plain.wards.is_none() && matches!(by, TallyBy::Ward | TallyBy::Camera) {
            // Each ward's rows lie together, so all are named; PostgreSQL guesses wrongly at a
            // subquery's.
            let all = query_scalar::<String>("SELECT DISTINCT ward FROM totals ORDER BY ward");
            plain.wards = Some(self.wait(all.fetch_all(&self.pool))?);
        }
        let rows = self.wait(plain.days(by, first, end).build().fetch_all(&self.pool))?;
        counts.add(self, &rows)?;
        let midnight = |day: i64| day * DAY_US - SHIFT_US;
        for (from, to) in [(from, midnight(first)), (midnight(end), to)] {
            if from < to {
                let time = |us| jiff::Timestamp::from_microsecond(us).map(WallTime).ok();
                let edge = QueueFilter { from: time(from), to: time(to), ..f.clone() };
                counts.add(self, &self.counted_singly(&edge, found, by)?)?;
            }
        }
        Ok(true)
    }
}

impl Plain<'_> {
    /// Narrows `totals`.
    fn totals(&self, q: &mut QueryBuilder) {
        self.narrow(q);
        among(q, "ward", self.wards.clone());
        let some = |values: &[String]| (!values.is_empty()).then(|| values.to_vec());
        among(q, "kind", some(&self.kinds));
        among(q, "camera", some(self.cameras));
    }

    /// Counts of the local days from `first` until before `end`.
    fn days(&self, by: TallyBy, first: i64, end: i64) -> QueryBuilder {
        let (sort, key) = match by {
            TallyBy::Domain => ("kind", "domain"),
            TallyBy::Ward => ("kind", "ward"),
            TallyBy::Kind => ("kind", "tallied"),
            TallyBy::Day => ("kind", "CAST(day AS TEXT)"),
            TallyBy::Hour => ("hour", "tallied"),
            TallyBy::Camera => ("camera", "tallied"),
        };
        // Those of all wards together lie as sorts of their own.
        let all = if self.wards.is_none() { "all_" } else { "" };
        let mut q = QueryBuilder::new(format!(
            "SELECT {key} AS tallied, status, CAST(SUM(firsts) AS BIGINT) AS many
             FROM tallies WHERE sort = '{all}{sort}'"
        ));
        among(&mut q, "ward", Some(self.wards.clone().unwrap_or_else(|| vec![String::new()])));
        q.push(" AND day >= ").push_bind(first).push(" AND day < ").push_bind(end);
        self.narrow(&mut q);
        q.push(format!(" GROUP BY {key}, status"));
        q
    }
}

/// Counts by key and status, to be added up.
#[derive(Default)]
struct Counts(BTreeMap<(String, String), i64>);

impl Counts {
    fn add(&mut self, db: &Database, rows: &[Row]) -> Result<(), StoreError> {
        for row in rows {
            let key = (db.column(row, "tallied")?, db.column(row, "status")?);
            *self.0.entry(key).or_insert(0) += db.column::<i64>(row, "many")?;
        }
        Ok(())
    }

    /// By key, then status; what was counted away again is left out.
    fn rows(self) -> Result<Vec<TallyRow>, StoreError> {
        let rows = self.0.into_iter().filter(|(_, count)| *count > 0);
        rows.map(|((key, status), count)| {
            let status = from_word(&status).map_err(|detail| StoreError::UnknownWord {
                id: key.clone(),
                column: "status",
                detail,
            })?;
            Ok(TallyRow { key, status, count: count.unsigned_abs() })
        })
        .collect()
    }
}
