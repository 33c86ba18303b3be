//! How long to wait before trying again.

use std::time::Duration;

/// Waits that double up to a limit, each shortened by chance so that cameras behind one switch do
/// not all come back in the same instant ("full jitter over the upper half").
#[derive(Debug, Clone)]
pub(super) struct Backoff {
    first: Duration,
    most: Duration,
    next: Duration,
}

impl Backoff {
    /// Waits from about `first` to `most`.
    pub(super) fn new(first: Duration, most: Duration) -> Self {
        Self { first, most: most.max(first), next: first }
    }

    /// The next wait.
    pub(super) fn wait(&mut self) -> Duration {
        let whole = self.next;
        self.next = (whole * 2).min(self.most);
        whole.mul_f64(0.5 + 0.5 * fastrand::f64())
    }

    /// It went well: the next wait is a short one again.
    pub(super) fn reset(&mut self) {
        self.next = self.first;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_to_a_limit_and_begin_anew() {
        let second = Duration::from_secs(1);
        let mut backoff = Backoff::new(second / 2, second * 8);
        let waits: Vec<Duration> = (0..40).map(|_| backoff.wait()).collect();
        assert!(waits[0] <= second / 2 && waits[0] >= second / 4);
        for (n, wait) in waits.iter().enumerate() {
            let whole = (second / 2 * 2u32.pow(n.min(10) as u32)).min(second * 8);
            assert!(*wait <= whole && *wait >= whole / 2, "{n}: {wait:?}");
        }
        // Chance: not all the same.
        assert!(waits[10..].iter().any(|w| *w != waits[10]));
        backoff.reset();
        assert!(backoff.wait() <= second / 2);
    }
}
