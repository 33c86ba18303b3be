//! `streetward events export`: a file, and what the audit trail keeps of it.

use super::super::batch::now;
use super::super::user::known;
use super::{ExportArgs, Selection, listed};
use crate::media::WallTime;
use crate::report::{Hashed, ListFormat};
use crate::review::Doer;
use crate::store::{EventFilter, Status, StoreError, write_atomically};
use std::io;

/// Writes the file; what leaves is entered into the audit trail before the file has its name. What
/// cannot be entered does not leave.
pub(super) fn export(
    a: &ExportArgs,
    filter: &EventFilter,
    format: ListFormat,
) -> anyhow::Result<u64> {
    let store = known(&a.selection.data)?;
    // A list cut short must not take the place of the old one.
    write_atomically(&a.output, |out| {
        let mut out = Hashed::new(out);
        let written = listed(&store, filter, &mut out, format, a.bom).map_err(|e| match e
            .downcast::<io::Error>()
        {
            Ok(io) => StoreError::from_io(&a.output, io).into(),
            Err(e) => e,
        })?;
        let doer = Doer::Command { uid: rustix::process::getuid().as_raw() };
        let file = a.output.file_name().unwrap_or_default().to_string_lossy();
        let details = serde_json::json!({
            "filter": a.selection.named(a.any_status, filter.status),
            "events": written,
            "sha256": out.end().1,
        });
        store.audit(&doer.entry(now(), "export", &file, details))?;
        Ok(written)
    })
}

impl Selection {
    /// What was asked for, as the audit trail has it; `status` is the one that is exported.
    fn named(&self, any_status: bool, status: Option<Status>) -> serde_json::Value {
        let mut named = serde_json::json!({
            "camera": self.camera,
            "kind": self.kind,
            "domain": self.domain,
            "status": if any_status { None } else { status },
            "any_status": any_status.then_some(true),
            "from": self.from.map(WallTime::utc_rfc3339),
            "to": self.to.map(WallTime::utc_rfc3339),
            "limit": self.limit,
            "all": self.all.then_some(true),
        });
        if let Some(map) = named.as_object_mut() {
            map.retain(|_, value| !value.is_null());
        }
        named
    }
}
