//! How the service that watches stands.

use super::desk::Desk;
use crate::media::WallTime;
use crate::pipeline::live::{LiveStatus, STATUS_FILE};
use std::fs;

/// A status that was written longer ago says nothing of now.
const FRESH_SECONDS: i64 = 15;

/// How the service stands, if it runs.
pub(super) fn live_status(desk: &Desk) -> Option<LiveStatus> {
    let text = fs::read(desk.data.join(STATUS_FILE)).ok()?;
    let status: LiveStatus = serde_json::from_slice(&text).ok()?;
    let at = WallTime::parse(&status.at).ok()?;
    let age = (desk.now)().0.duration_since(at.0).as_secs();
    (-FRESH_SECONDS..=FRESH_SECONDS).contains(&age).then_some(status)
}
