//! Threads that hang and were left behind: they cannot be ended, only counted.

use std::thread::JoinHandle;

/// Threads that were left behind and have not come back.
#[derive(Debug)]
pub(super) struct Strays {
    most: usize,
    threads: Vec<(String, JoinHandle<()>)>,
}

impl Strays {
    /// So many may be left behind before the process itself is no good any more: each keeps its
    /// memory, and what hangs that often will not stop hanging.
    pub(super) fn new(most: usize) -> Self {
        Self { most, threads: Vec::new() }
    }

    /// Leaves a thread behind that does `what`.
    pub(super) fn leave(&mut self, what: String, thread: JoinHandle<()>) {
        tracing::error!("{what} hangs and was left behind");
        self.threads.push((what, thread));
    }

    /// How many there are now. One that came back ended by itself.
    pub(super) fn count(&mut self) -> usize {
        self.threads.retain(|(what, thread)| {
            let hangs = !thread.is_finished();
            if !hangs {
                tracing::info!("{what} came back, and ended");
            }
            hangs
        });
        self.threads.len()
    }

    /// Why the process must be started again, where too many were left behind.
    pub(super) fn too_many(&mut self) -> Option<String> {
        let count = self.count();
        (count > self.most).then(|| {
            let what: Vec<&str> = self.threads.iter().map(|(what, _)| what.as_str()).collect();
            format!(
                "{count} threads hang and cannot be ended ({}): the service stops and must be started again; look at the disk, the driver and the log",
                what.join(", ")
            )
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::threads::spawn_loose;
    use crossbeam::channel::bounded;

    #[test]
    fn who_comes_back_is_counted_no_more() {
        let mut strays = Strays::new(1);
        let (let_go, held) = bounded::<()>(0);
        for name in ["a", "b"] {
            assert_eq!(strays.too_many(), None);
            let held = held.clone();
            let thread = spawn_loose(name, move || {
                let _ = held.recv();
            })
            .unwrap();
            strays.leave(format!("stage {name}"), thread);
        }
        let why = strays.too_many().unwrap();
        assert!(why.contains("stage a") && why.contains("stage b"), "{why}");
        drop(let_go);
        while strays.count() > 0 {
            std::thread::yield_now();
        }
        assert_eq!(strays.too_many(), None);
    }
}
