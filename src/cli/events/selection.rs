//! Which events a command is about.

use crate::cli::choice::one_of;
use crate::cli::instant::{end_instant, first_instant};
use crate::media::WallTime;
use crate::rules::{Domain, Kind};
use crate::store::{EventFilter, Status};
use clap::Args;
use std::path::PathBuf;

/// The words of [`Status::ALL`].
const STATUSES: [&str; 5] = ["pending", "acknowledged", "confirmed", "dismissed", "cannot_tell"];

/// Which events; every option narrows.
#[derive(Debug, Args)]
pub(super) struct Selection {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    pub(super) data: PathBuf,
    /// Only this camera (its id)
    #[arg(short, long, value_name = "ID")]
    pub(super) camera: Option<String>,
    /// Only this kind
    #[arg(long, value_parser = one_of::<Kind, _>(Kind::ALL.map(Kind::name)))]
    pub(super) kind: Option<Kind>,
    /// Only this domain
    #[arg(long, value_parser = one_of::<Domain, _>(Domain::ALL.map(Domain::name)))]
    pub(super) domain: Option<Domain>,
    /// Only with this review status
    #[arg(long, value_parser = one_of::<Status, _>(STATUSES))]
    pub(super) status: Option<Status>,
    /// Started at this time or later: 2026-08-15, 2026-08-15T14:30, local (+07:00) unless it says otherwise
    #[arg(long, value_name = "TIME", value_parser = first_instant)]
    pub(super) from: Option<WallTime>,
    /// Started before this time; a date alone includes that whole day
    #[arg(long, value_name = "TIME", value_parser = end_instant)]
    pub(super) to: Option<WallTime>,
    /// At most so many
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<u64>,
    /// Every sighting of an incident, not only its first
    #[arg(long)]
    pub(super) all: bool,
}

impl Selection {
    pub(super) fn filter(&self) -> EventFilter {
        EventFilter {
            camera: self.camera.clone(),
            kind: self.kind,
            domain: self.domain,
            status: self.status,
            from: self.from,
            to: self.to,
            merged: !self.all,
            limit: self.limit,
            ..EventFilter::default()
        }
    }

    /// What was asked for, as the audit trail has it; `status` is the one that is exported.
    pub(super) fn named(&self, any_status: bool, status: Option<Status>) -> serde_json::Value {
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
