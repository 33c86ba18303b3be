//! Whether the service itself lives and works.

use crate::pipeline::live::LiveStatus;
use crate::scene::CameraState;
use std::time::Duration;

/// The status is made anew each second. One older than this is none: the service itself hangs.
const STALE: Duration = Duration::from_secs(15);

/// Whether the process does its work at all; cameras that are away do not count against it.
/// `age`: of the status; `None` before the first.
pub(super) fn is_alive(status: &LiveStatus, age: Option<Duration>) -> Result<String, String> {
    let Some(age) = age else { return Err("starting".to_owned()) };
    if age > STALE {
        return Err(format!(
            "the service hangs: it has told nothing for {:.0} s. Look at the disk under the data folder, then start it again",
            age.as_secs_f64()
        ));
    }
    if status.problems.is_empty() { Ok("ok".to_owned()) } else { Ok(status.problems.join("\n")) }
}

/// Whether it sees and keeps what it sees: at least one camera does, or there is none, and whoever
/// keeps evidence does not hang.
pub(super) fn is_ready(status: &LiveStatus, age: Option<Duration>) -> Result<String, String> {
    is_alive(status, age)?;
    if !status.hung.is_empty() {
        return Err(status.hung.join("\n"));
    }
    let sees = |s: CameraState| matches!(s, CameraState::Seeing | CameraState::Degraded);
    let seeing = status.cameras.iter().filter(|c| sees(c.state)).count();
    let said = format!("{seeing} of {} cameras see", status.cameras.len());
    if seeing > 0 || status.cameras.is_empty() { Ok(said) } else { Err(said) }
}
