//! Hangs on purpose, so that tests see the watch at work on the real program. There is none of this
//! in a release.
//!
//! `STREETWARD_HANG=judge/cam-1/30/600` makes the judge stage of camera cam-1 hang for 600 s at its
//! piece of work number 30 in a session, once in the life of the process; `…/600/3` three times.
//! Several stand behind each other with commas. Stages of the service itself have no camera:
//! `seal//0/600`.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::Duration;

/// Where it is asked for.
const VARIABLE: &str = "STREETWARD_HANG";

/// One hang asked for.
#[derive(Debug)]
struct Asked {
    stage: String,
    whose: String,
    /// Before which piece of work.
    piece: u64,
    length: Duration,
    /// How often still.
    left: AtomicU64,
}

/// A hang asked for of one stage.
#[derive(Debug, Clone, Copy)]
pub(super) struct Fault(&'static Asked);

impl Fault {
    /// What is asked for of this stage.
    pub(super) fn of(stage: &str, whose: &str) -> Option<Self> {
        static ASKED: OnceLock<Vec<Asked>> = OnceLock::new();
        let asked = ASKED.get_or_init(|| {
            let text = std::env::var(VARIABLE).unwrap_or_default();
            text.split(',').filter_map(read).collect()
        });
        asked.iter().find(|a| a.stage == stage && a.whose == whose).map(Self)
    }

    /// Hangs, where it is time to.
    pub(super) fn strike(self, done: u64) {
        let Self(asked) = self;
        let take = |left: u64| left.checked_sub(1);
        if done >= asked.piece && asked.left.fetch_update(Relaxed, Relaxed, take).is_ok() {
            tracing::warn!(stage = asked.stage, camera = asked.whose, "hangs, as it was asked to");
            std::thread::sleep(asked.length);
        }
    }
}

fn read(text: &str) -> Option<Asked> {
    let mut parts = text.split('/');
    let (stage, whose) = (parts.next()?.to_owned(), parts.next()?.to_owned());
    let mut number = || parts.next()?.parse::<u64>().ok();
    let (piece, length) = (number()?, Duration::from_secs(number()?));
    Some(Asked { stage, whose, piece, length, left: AtomicU64::new(number().unwrap_or(1)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hang_is_read_and_happens_as_often_as_asked() {
        assert!(read("").is_none() && read("judge/a/x/1").is_none());
        let asked = read("judge/cam/2/0/2").unwrap();
        assert_eq!((asked.stage.as_str(), asked.whose.as_str(), asked.piece), ("judge", "cam", 2));
        let fault = Fault(Box::leak(Box::new(asked)));
        (0..10).for_each(|done| fault.strike(done));
        assert_eq!(fault.0.left.load(Relaxed), 0);
        assert_eq!(read("seal//0/600").unwrap().left.load(Relaxed), 1);
    }
}
