//! Events written as a list.

use crate::report::{ListFormat, Listing};
use crate::store::{EventFilter, Store};
use std::io::Write;
use std::ops::ControlFlow;

/// Writes the events of a filter; how many there were.
pub(super) fn listed(
    store: &Store,
    filter: &EventFilter,
    out: impl Write,
    format: ListFormat,
    bom: bool,
) -> anyhow::Result<u64> {
    let mut listing = Listing::new(out, format, bom);
    let flow = store.each_event(filter, |e| match listing.event(&e) {
        Ok(()) => ControlFlow::Continue(()),
        Err(e) => ControlFlow::Break(e),
    })?;
    if let ControlFlow::Break(e) = flow {
        return Err(e.into());
    }
    Ok(listing.end()?)
}
