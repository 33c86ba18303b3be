//! Whether the service itself lives and works.

use crate::pipeline::live::LiveStatus;
use crate::scene::CameraState;

/// Whether the process does its work at all; cameras that are away do not count against it.
pub(super) fn is_alive(status: &LiveStatus) -> Result<String, String> {
    if status.at.is_empty() {
        return Err("starting".to_owned());
    }
    if status.problems.is_empty() { Ok("ok".to_owned()) } else { Ok(status.problems.join("\n")) }
}

/// Whether it sees: at least one camera does, or there is none.
pub(super) fn is_ready(status: &LiveStatus) -> Result<String, String> {
    is_alive(status)?;
    let sees = |s: CameraState| matches!(s, CameraState::Seeing | CameraState::Degraded);
    let seeing = status.cameras.iter().filter(|c| sees(c.state)).count();
    let said = format!("{seeing} of {} cameras see", status.cameras.len());
    if seeing > 0 || status.cameras.is_empty() { Ok(said) } else { Err(said) }
}
