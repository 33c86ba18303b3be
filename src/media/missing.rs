//! What a clip lacks of the stretch that was asked for, and why.

use super::time::{MediaTime, TimeSpan};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Why wanted footage is not in a clip.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissingReason {
    /// The footage begins or ends there: there is no more.
    NoFootage,
    /// Reading was stopped or failed there: reading the footage again gives more.
    BrokenOff,
    /// There was more, and memory did not suffice to keep it.
    NotKept,
    /// The recording changes its codec or picture size there; a clip has only one.
    StreamChanged,
}

/// Footage that was asked for and is not in a clip.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Missing {
    /// How much, in seconds.
    pub seconds: f64,
    /// Why.
    pub reason: MissingReason,
}

/// Why packets that were held end where they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// All of the span was collected.
    Whole,
    /// The footage itself ended first.
    SourceEnd,
    /// Reading was stopped, failed or was given up first.
    BrokenOff,
    /// The byte limit was reached first.
    Limit,
    /// The camera gave nothing more of it: a live stream was away.
    Gap,
}

/// What was asked of a hold, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Asked {
    /// The stretch wanted.
    pub(super) span: TimeSpan,
    /// Why it ends where it does.
    pub(super) reach: Reach,
    /// Packets of its beginning were given up before it was asked for.
    pub(super) late: bool,
}

/// What a clip shows, in its place within the packets it was cut from.
#[derive(Debug, Clone, Copy)]
pub(super) struct Shown {
    /// Its first picture.
    pub(super) starts: MediaTime,
    /// Where its last picture ends.
    pub(super) ends: MediaTime,
    /// From one picture to the next, in microseconds.
    pub(super) frame: i64,
    /// It begins with the first packet held.
    pub(super) is_first: bool,
    /// It ends with the last packet held.
    pub(super) is_last: bool,
}

impl Asked {
    /// What is missing before and after what is shown; less than a frame is nothing.
    pub(super) fn missing(&self, shown: &Shown) -> (Option<Missing>, Option<Missing>) {
        let lack = |microseconds: i64, reason| {
            let seconds = MediaTime(microseconds).seconds();
            (microseconds > shown.frame).then_some(Missing { seconds, reason })
        };
        let before = match (shown.is_first, self.late) {
            (false, _) => MissingReason::StreamChanged,
            (true, true) => MissingReason::NotKept,
            (true, false) => MissingReason::NoFootage,
        };
        let after = match self.reach {
            _ if !shown.is_last => Some(MissingReason::StreamChanged),
            Reach::Whole => None,
            Reach::SourceEnd | Reach::Gap => Some(MissingReason::NoFootage),
            Reach::BrokenOff => Some(MissingReason::BrokenOff),
            Reach::Limit => Some(MissingReason::NotKept),
        };
        (
            lack(shown.starts.0 - self.span.from.0, before),
            after.and_then(|reason| lack(self.span.to.0 - shown.ends.0, reason)),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn missing(
        (starts, ends): (i64, i64),
        reach: Reach,
        (is_first, is_last): (bool, bool),
    ) -> (Option<Missing>, Option<Missing>) {
        let span = TimeSpan { from: MediaTime(2_000_000), to: MediaTime(8_000_000) };
        let (starts, ends) = (MediaTime(starts * 1_000_000), MediaTime(ends * 1_000_000));
        let shown = Shown { starts, ends, frame: 100_000, is_first, is_last };
        Asked { span, reach, late: false }.missing(&shown)
    }

    #[test]
    fn each_side_has_its_own_reason() {
        use MissingReason::{BrokenOff, NoFootage, NotKept, StreamChanged};
        let all = (true, true);
        assert_eq!(missing((1, 8), Reach::SourceEnd, all), (None, None));
        assert_eq!(missing((1, 7), Reach::Whole, all), (None, None), "a slow camera");
        let lack = |seconds, reason| Some(Missing { seconds, reason });
        assert_eq!(
            missing((4, 6), Reach::SourceEnd, all),
            (lack(2.0, NoFootage), lack(2.0, NoFootage))
        );
        assert_eq!(missing((2, 6), Reach::BrokenOff, all), (None, lack(2.0, BrokenOff)));
        assert_eq!(missing((2, 6), Reach::Limit, all), (None, lack(2.0, NotKept)));
        assert_eq!(
            missing((4, 6), Reach::Whole, (false, false)),
            (lack(2.0, StreamChanged), lack(2.0, StreamChanged))
        );
    }
}
