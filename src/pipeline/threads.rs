//! Where threads come from: named, scoped, their processor time counted.

use super::PipelineError;
use std::io;
use std::thread::{Builder, JoinHandle, Scope, ScopedJoinHandle};
use std::time::Duration;

/// Spawns a thread called `name` (15 bytes show in `top`) within `scope`.
///
/// # Errors
/// The system refuses another thread.
pub(super) fn spawn<'scope, 'env, T: Send + 'scope>(
    scope: &'scope Scope<'scope, 'env>,
    name: &str,
    work: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, T>> {
    Builder::new().name(name.to_owned()).spawn_scoped(scope, work)
}

/// Waits for a stage; one that could not start or died is named.
pub(super) fn joined(
    name: &'static str,
    handle: io::Result<ScopedJoinHandle<'_, ()>>,
) -> Result<(), PipelineError> {
    handle?.join().map_err(|_| PipelineError::StageDied(name))
}

/// Spawns a thread called `name` that lasts as long as the process, or as its work.
///
/// # Errors
/// The system refuses another thread.
pub fn spawn_lasting(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<()> {
    Builder::new().name(name.to_owned()).spawn(work).map(drop)
}

/// Spawns a thread called `name` that may be left behind, should it hang.
///
/// # Errors
/// The system refuses another thread.
pub(super) fn spawn_loose(
    name: &str,
    work: impl FnOnce() + Send + 'static,
) -> io::Result<JoinHandle<()>> {
    Builder::new().name(name.to_owned()).spawn(work)
}

/// Processor time the calling thread has used.
pub fn cpu_time() -> Duration {
    let t = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(t.tv_sec.unsigned_abs(), t.tv_nsec.unsigned_abs() as u32)
}
