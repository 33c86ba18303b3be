//! How long to wait after a failed try.

use jiff::SignedDuration;

/// The first wait, and the longest after which a sink that is back is noticed, seconds.
const FIRST: f64 = 2.0;
const CAP: f64 = 60.0;
/// The first and the longest wait of a letter that was refused, seconds.
const FIRST_REFUSED: f64 = 10.0;
const CAP_REFUSED: f64 = 600.0;

/// Doubling waits with jitter, so that many services do not come back at once.
#[derive(Debug)]
pub(super) struct Backoff {
    failures: u32,
}

impl Backoff {
    pub(super) const fn new() -> Self {
        Self { failures: 0 }
    }

    /// A try succeeded.
    pub(super) const fn calm(&mut self) {
        self.failures = 0;
    }

    /// A try failed: how long to wait.
    pub(super) fn fail(&mut self) -> SignedDuration {
        let wait = wait(FIRST, CAP, self.failures);
        self.failures = self.failures.saturating_add(1);
        wait
    }

    /// How long a letter waits that was refused, after so many tries before.
    pub(super) fn refusal(tries: u32) -> SignedDuration {
        wait(FIRST_REFUSED, CAP_REFUSED, tries)
    }
}

/// Between half and the whole of `first` × 2^n, or of `cap`.
fn wait(first: f64, cap: f64, n: u32) -> SignedDuration {
    let whole = (first * 2_f64.powi(n.min(30) as i32)).min(cap);
    SignedDuration::from_millis((whole * 1000.0 * (0.5 + 0.5 * fastrand::f64())) as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_grow_to_a_cap_and_begin_anew() {
        let mut backoff = Backoff::new();
        let waits: Vec<f64> = (0..40).map(|_| backoff.fail().as_secs_f64()).collect();
        assert!((1.0..=2.0).contains(&waits[0]), "{waits:?}");
        assert!((4.0..=8.0).contains(&waits[2]), "{waits:?}");
        assert!(waits[10..].iter().all(|w| (30.0..=60.0).contains(w)), "{waits:?}");
        assert!(waits[10..].windows(2).any(|w| w[0].total_cmp(&w[1]).is_ne()), "no jitter");
        backoff.calm();
        assert!(backoff.fail().as_secs_f64() <= 2.0);
    }
}
