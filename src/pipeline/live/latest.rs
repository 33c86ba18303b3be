//! A bounded queue whose oldest gives way: live, the newest frame is worth more.

use crossbeam::channel::{Receiver, Sender, TrySendError, bounded};

/// The sending end.
pub(super) struct LatestSender<T> {
    to: Sender<T>,
    // Kept to take the oldest out; nobody else than the stage behind receives.
    from: Receiver<T>,
}

/// A queue of `capacity` items.
pub(super) fn latest<T>(capacity: usize) -> (LatestSender<T>, Receiver<T>) {
    let (to, from) = bounded(capacity.max(1));
    (LatestSender { to, from: from.clone() }, from)
}

impl<T> LatestSender<T> {
    /// Puts an item in, in place of the oldest where there is no room. Gives how many gave way.
    pub(super) fn send(&self, mut item: T) -> u64 {
        let mut dropped = 0;
        loop {
            match self.to.try_send(item) {
                Ok(()) => return dropped,
                // `from` is held here, so the queue is never without a receiver.
                Err(TrySendError::Full(back) | TrySendError::Disconnected(back)) => {
                    item = back;
                    dropped += u64::from(self.from.try_recv().is_ok());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_gives_way_and_is_counted() {
        let (to, from) = latest(4);
        let dropped: u64 = (0..10).map(|n| to.send(n)).sum();
        assert_eq!(dropped, 6);
        assert_eq!(from.try_iter().collect::<Vec<_>>(), [6, 7, 8, 9]);
        drop(to);
        assert!(from.recv().is_err());
    }
}
