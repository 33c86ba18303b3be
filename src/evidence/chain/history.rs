//! What the chain has said of events before.

use super::entry::ChainEntry;
use super::files::{chain_days, read_day};
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// What the chain said last, from a day on, of each of these events that it names. Days that cannot
/// be read are passed over: verifying names them.
pub fn last_entries(
    data: &Path,
    from: Date,
    events: &BTreeSet<&str>,
) -> BTreeMap<String, ChainEntry> {
    let mut last = BTreeMap::new();
    let days = chain_days(data).unwrap_or_default();
    for day in days.into_iter().filter(|day| *day >= from) {
        let Ok(Some(read)) = read_day(data, day) else { continue };
        let named = read.entries.into_iter().filter(|e| events.contains(e.event.as_str()));
        last.extend(named.map(|entry| (entry.event.clone(), entry)));
    }
    last
}
