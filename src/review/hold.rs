//! A hold as a person asks for it.

use super::error::AccessError;
use super::random::id;
use crate::media::WallTime;
use crate::store::Hold;

/// Letters of a reason at most.
const REASON: usize = 500;

/// Why something cannot be kept as asked.
#[derive(Debug, thiserror::Error)]
pub enum HoldError {
    /// A reason that says nothing, or too much.
    #[error("give the case that the evidence is kept for, in 1 to {REASON} letters")]
    Reason,
    /// An end that is over.
    #[error("the time until which it is to be kept is over already: give a later one")]
    Past,
    /// No id could be made.
    #[error(transparent)]
    Random(#[from] AccessError),
}

/// A reason as it is stored.
///
/// # Errors
/// [`HoldError::Reason`].
pub fn hold_reason(text: &str) -> Result<String, HoldError> {
    let text = text.trim();
    let sound = !text.is_empty() && text.chars().count() <= REASON;
    if sound { Ok(text.to_owned()) } else { Err(HoldError::Reason) }
}

/// A hold that begins now, with an id of its own.
///
/// # Errors
/// [`HoldError`].
pub fn new_hold(
    event: &str,
    reason: &str,
    by: &str,
    now: WallTime,
    until: Option<WallTime>,
) -> Result<Hold, HoldError> {
    if until.is_some_and(|until| until <= now) {
        return Err(HoldError::Past);
    }
    let (event, by) = (event.to_owned(), by.to_owned());
    Ok(Hold { id: id("h")?, event, reason: hold_reason(reason)?, by, at: now, until, lifted: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hold_needs_a_case_and_an_end_to_come() {
        let now = WallTime("2026-08-15T08:00:00Z".parse().unwrap());
        let hold = new_hold("e", "  Hồ sơ 12 ", "uid 1", now, None).unwrap();
        assert_eq!((hold.reason.as_str(), hold.is_active(now)), ("Hồ sơ 12", true));
        assert!(hold.id.starts_with("h-"));
        for reason in ["", "  ", &"đ".repeat(REASON + 1)] {
            assert!(matches!(new_hold("e", reason, "u", now, None), Err(HoldError::Reason)));
        }
        assert!(matches!(new_hold("e", "x", "u", now, Some(now)), Err(HoldError::Past)));
    }
}
