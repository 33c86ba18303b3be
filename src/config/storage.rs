//! `[storage]`: how long and how much is kept, and what stays free.

use super::retention::{self, RetentionTerm};
use super::table::Table;

pub(super) const KEYS: &[&str] = &[
    "observations_days",
    "observations_gigabytes",
    "unreviewed_days",
    "unreviewed_gigabytes",
    "confirmed_days",
    "health_days",
    "keep_free_gigabytes",
    "reserve_megabytes",
    "warn_percent",
    "interim_seconds",
];

/// How long and how much is kept; of days and gigabytes (10⁹ bytes), 0 is without limit.
#[derive(Debug, Clone, PartialEq)]
pub struct StorageConfig {
    /// Days that records of observations are kept.
    pub observations_days: u32,
    /// Gigabytes that records of observations may take.
    pub observations_gigabytes: f64,
    /// Days that evidence not confirmed by a person is kept.
    pub unreviewed_days: u32,
    /// Gigabytes that evidence not confirmed by a person may take.
    pub unreviewed_gigabytes: f64,
    /// Days that confirmed evidence is kept. It is never removed for space.
    pub confirmed_days: u32,
    /// How long evidence of a domain and status is kept; the first that covers it holds, and of what
    /// none covers the days above.
    pub retention: Vec<RetentionTerm>,
    /// Days that the cameras' states are kept.
    pub health_days: u32,
    /// Gigabytes that stay free on the data folder's disk: what is least protected goes for it.
    pub keep_free_gigabytes: f64,
    /// Megabytes (10⁶ bytes) set aside, so that events can be recorded when the disk is full.
    pub reserve_megabytes: u32,
    /// The disk is said to run full when this share of it is used, percent.
    pub warn_percent: u32,
    /// Seconds from one picture to the next of an incident that goes on; 0: none are taken.
    pub interim_seconds: f64,
}

impl Default for StorageConfig {
    fn default() -> Self {
        Self {
            observations_days: 30,
            observations_gigabytes: 50.0,
            unreviewed_days: 90,
            unreviewed_gigabytes: 0.0,
            confirmed_days: 0,
            retention: retention::usual(),
            health_days: 400,
            keep_free_gigabytes: 5.0,
            reserve_megabytes: 64,
            warn_percent: 85,
            interim_seconds: 60.0,
        }
    }
}

/// Reads the table, if there is one, noting every mistake.
pub(super) fn read(root: &Table<'_>) -> StorageConfig {
    let mut usual = StorageConfig::default();
    let terms = retention::read(root);
    let told = terms.is_some();
    usual.retention = terms.unwrap_or(usual.retention);
    let Some(table) = root.table("storage", " in [storage]", KEYS) else { return usual };
    // Who says how long all that is confirmed is kept means all of it.
    if table.has("confirmed_days") && !told {
        usual.retention.clear();
    }
    let whole = |key, range, unit, usual| {
        table.integer(key, range, unit).map_or(usual, |n| u32::try_from(n.value).unwrap_or(usual))
    };
    let days = |key, usual| whole(key, 0..=36_500, "days", usual);
    let number =
        |key, most, unit, usual| table.number(key, 0.0..=most, unit).map_or(usual, |n| n.value);
    let gigabytes = |key, usual| number(key, 1e6, "gigabytes", usual);
    StorageConfig {
        observations_days: days("observations_days", usual.observations_days),
        observations_gigabytes: gigabytes("observations_gigabytes", usual.observations_gigabytes),
        unreviewed_days: days("unreviewed_days", usual.unreviewed_days),
        unreviewed_gigabytes: gigabytes("unreviewed_gigabytes", usual.unreviewed_gigabytes),
        confirmed_days: days("confirmed_days", usual.confirmed_days),
        retention: usual.retention,
        health_days: days("health_days", usual.health_days),
        keep_free_gigabytes: gigabytes("keep_free_gigabytes", usual.keep_free_gigabytes),
        reserve_megabytes: whole(
            "reserve_megabytes",
            1..=10_000,
            "megabytes",
            usual.reserve_megabytes,
        ),
        warn_percent: whole("warn_percent", 1..=100, "percent", usual.warn_percent),
        interim_seconds: number("interim_seconds", 86_400.0, "seconds", usual.interim_seconds),
    }
}
