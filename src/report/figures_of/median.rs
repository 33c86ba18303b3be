//! The middle of many lengths of time.

/// The median of microseconds, in seconds: the middle one, or the mean of the two in the middle;
/// `None`: there are none. What it is given is put into another order.
pub(super) fn median_seconds(times: &mut [i64]) -> Option<f64> {
    let upper = times.len() / 2;
    if times.is_empty() {
        return None;
    }
    let middle = *times.select_nth_unstable(upper).1;
    if times.len() % 2 == 1 {
        return Some(middle as f64 / 1e6);
    }
    let lower = times[..upper].iter().copied().max().unwrap_or(middle);
    // Both are far below where a sum would not fit.
    Some((lower + middle) as f64 / 2.0 / 1e6)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn it_is_the_middle_of_the_sorted(times in proptest::collection::vec(-1_000_000_000_000i64..4_000_000_000_000, 0..60)) {
            let mut sorted = times.clone();
            sorted.sort_unstable();
            let n = sorted.len();
            let expected = match n {
                0 => None,
                _ if n % 2 == 1 => Some(sorted[n / 2] as f64 / 1e6),
                _ => Some((sorted[n / 2 - 1] + sorted[n / 2]) as f64 / 2.0 / 1e6),
            };
            prop_assert_eq!(median_seconds(&mut times.clone()), expected);
        }
    }
}
