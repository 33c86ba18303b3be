//! A word from outside to a copy under way, so that whoever breaks it off leaves nothing of it.

use std::sync::atomic::{AtomicBool, Ordering::SeqCst};

/// Says to a pack's folder on its way to another disk that it is to stop.
#[derive(Debug, Default)]
pub struct Halt {
    asked: AtomicBool,
    copying: AtomicBool,
}

impl Halt {
    /// Asks it to stop; whether it will: nothing is to be cleared away before it is copied, and who asks
    /// twice does not want to wait.
    pub fn ask(&self) -> bool {
        !self.asked.swap(true, SeqCst) && self.copying.load(SeqCst)
    }

    pub(super) fn copying(&self) {
        self.copying.store(true, SeqCst);
    }

    pub(super) fn asked(&self) -> bool {
        self.asked.load(SeqCst)
    }
}
