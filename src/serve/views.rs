//! Copies of clips for browsers that cannot play the original: made when somebody asks, one at a
//! time, kept for a day in the data folder's `view`, which may be removed at any time. What is proof
//! is the original; a copy is never sealed, exported or sent to anybody but who asked to look.

use super::refusal::Refusal;
use crate::media::{CopyLimits, WallTime, write_view_copy};
use crate::pipeline::spawn_lasting;
use crossbeam::channel::{Receiver, RecvTimeoutError, Sender, TrySendError, bounded};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// Clips that wait for their turn.
const WAITING: usize = 8;
/// What making one copy may cost.
const LIMITS: CopyLimits = CopyLimits { within: Duration::from_mins(2), bytes: 256 << 20 };
/// How long copies are kept: evidence that is no longer kept is not seen in them for longer.
const KEPT: Duration = Duration::from_hours(24);
/// Bytes of all copies.
const MOST: u64 = 1 << 30;
/// How often it is looked for what is too old.
const LOOK: Duration = Duration::from_mins(10);
/// A clip of which no copy could be made is not tried again for so long.
const REST: Duration = Duration::from_mins(5);
/// Failures that are remembered.
const FAILURES: usize = 64;

/// The copies of a data folder.
#[derive(Debug)]
pub(super) struct Views {
    folder: PathBuf,
    jobs: Arc<Mutex<Jobs>>,
    orders: Sender<Order>,
}

/// What is under way, and what failed, by the clip's SHA-256.
#[derive(Debug, Default)]
struct Jobs(BTreeMap<String, Job>);

#[derive(Debug, Clone)]
enum Job {
    Waits,
    Failed(Instant, String),
}

/// A copy to be made.
#[derive(Debug)]
struct Order {
    sha256: String,
    clip: PathBuf,
}

/// How far a copy is.
#[derive(Debug)]
pub(super) enum View {
    Ready(File),
    Waits,
}

impl Views {
    /// Starts the thread that makes them.
    pub(super) fn start(data: &Path, now: fn() -> WallTime) -> io::Result<Self> {
        let folder = data.join("view");
        let (orders, ordered) = bounded(WAITING);
        let jobs = Arc::<Mutex<Jobs>>::default();
        let (place, shared) = (folder.clone(), Arc::clone(&jobs));
        spawn_lasting("serve-view", move || work(&place, &shared, &ordered, now))?;
        Ok(Self { folder, jobs, orders })
    }

    /// The copy of the clip whose content has this SHA-256; ordered where there is none.
    pub(super) fn get(&self, clip: PathBuf, sha256: &str) -> Result<View, Refusal> {
        if let Ok(file) = File::open(self.folder.join(format!("{sha256}.mp4"))) {
            return Ok(View::Ready(file));
        }
        let mut jobs = self.jobs.lock().unwrap_or_else(PoisonError::into_inner);
        match jobs.0.get(sha256) {
            Some(Job::Waits) => return Ok(View::Waits),
            Some(Job::Failed(when, why)) if when.elapsed() < REST => {
                return Err(Refusal::no_view(why.clone()));
            }
            _ => {}
        }
        let order = Order { sha256: sha256.to_owned(), clip };
        match self.orders.try_send(order) {
            Ok(()) => {}
            Err(TrySendError::Full(_)) => return Err(Refusal::busy()),
            Err(TrySendError::Disconnected(_)) => return Err(Refusal::broken()),
        }
        jobs.0.insert(sha256.to_owned(), Job::Waits);
        Ok(View::Waits)
    }
}

/// Makes what is ordered until nobody can order any more.
fn work(folder: &Path, jobs: &Mutex<Jobs>, ordered: &Receiver<Order>, now: fn() -> WallTime) {
    loop {
        sweep(folder, now().0.into(), MOST);
        let order = match ordered.recv_timeout(LOOK) {
            Ok(order) => order,
            Err(RecvTimeoutError::Timeout) => continue,
            Err(RecvTimeoutError::Disconnected) => return,
        };
        let made = fs::create_dir_all(folder).map_err(|e| e.to_string()).and_then(|()| {
            let copy = folder.join(format!("{}.mp4", order.sha256));
            write_view_copy(&order.clip, &copy, &LIMITS).map_err(|e| e.to_string())
        });
        let mut jobs = jobs.lock().unwrap_or_else(PoisonError::into_inner);
        jobs.0.remove(&order.sha256);
        if let Err(why) = made {
            // Its path is for the log, not for who asks.
            tracing::warn!("no copy for viewing: {why}");
            if jobs.0.len() >= FAILURES {
                jobs.0.retain(|_, job| matches!(job, Job::Waits));
            }
            let why = "the clip could not be decoded and encoded anew".to_owned();
            jobs.0.insert(order.sha256, Job::Failed(Instant::now(), why));
        }
    }
}

/// Removes what is older than [`KEPT`], what an earlier process left half made, and the oldest of
/// what is more than `most` bytes.
fn sweep(folder: &Path, now: SystemTime, most: u64) {
    let mut files: Vec<(SystemTime, PathBuf, u64)> = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let (path, facts) = (entry.path(), entry.metadata());
        let Some((made, bytes)) = facts.ok().and_then(|f| Some((f.modified().ok()?, f.len())))
        else {
            continue;
        };
        let whole = path.extension().is_some_and(|e| e == "mp4");
        let old = now.duration_since(made).is_ok_and(|age| age > KEPT);
        if !whole || old {
            let _ = fs::remove_file(&path);
        } else {
            files.push((made, path, bytes));
        }
    }
    files.sort();
    let mut left: u64 = files.iter().map(|(_, _, bytes)| bytes).sum();
    for (_, path, bytes) in files {
        if left <= most {
            break;
        }
        if fs::remove_file(&path).is_ok() {
            left -= bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn copies_go_by_age_by_bytes_and_when_they_are_halves() {
        let folder = tempfile::tempdir().unwrap();
        let now = SystemTime::UNIX_EPOCH + Duration::from_hours(490_000);
        let put = |name: &str, hours: u64, bytes: usize| {
            let path = folder.path().join(name);
            fs::write(&path, vec![0; bytes]).unwrap();
            let file = File::options().write(true).open(&path).unwrap();
            file.set_modified(now - Duration::from_hours(hours)).unwrap();
        };
        let left = || {
            let mut names: Vec<String> = fs::read_dir(folder.path())
                .unwrap()
                .map(|e| e.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        };
        put("a.mp4", 25, 10);
        put("b.mp4", 5, 10);
        put("c.mp4", 4, 10);
        put("d.mp4", 3, 10);
        put(".clip-x.part", 0, 10);
        sweep(folder.path(), now, 1000);
        assert_eq!(left(), ["b.mp4", "c.mp4", "d.mp4"]);
        sweep(folder.path(), now, 20);
        assert_eq!(left(), ["c.mp4", "d.mp4"]);
        sweep(&folder.path().join("none"), now, 0);
    }

    #[test]
    fn what_waits_is_bounded_and_a_failure_is_told_and_forgotten() {
        let data = tempfile::tempdir().unwrap();
        let (orders, ordered) = bounded(2);
        let views = Views { folder: data.path().join("view"), jobs: Arc::default(), orders };
        let ask = |sum: &str| views.get(data.path().join("none.mp4"), sum);
        assert!(matches!(ask("aa"), Ok(View::Waits)));
        assert!(matches!(ask("aa"), Ok(View::Waits)), "ordered once");
        assert!(matches!(ask("bb"), Ok(View::Waits)));
        assert!(ask("cc").is_err(), "no more than that wait");
        let Views { folder, jobs, orders } = views;
        drop(orders);
        work(&folder, &jobs, &ordered, || WallTime(jiff::Timestamp::UNIX_EPOCH));
        let jobs = jobs.lock().unwrap();
        assert!(matches!(jobs.0["aa"], Job::Failed(..)) && matches!(jobs.0["bb"], Job::Failed(..)));
    }
}
