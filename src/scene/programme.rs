//! What a controller says that a traffic light shows: changes with their times, and fixed cycles.
//!
//! One JSON object a line: a change `{"time": "2026-08-15T06:00:00+07:00", "signal": "through",
//! "state": "red"}`, or a plan that repeats from then on `{"time": "…", "signal": "through",
//! "cycle": [["red", 40], ["green", 30], ["amber", 3]]}` (seconds). Each holds until the next line
//! of its signal, or until `"until"` where that is written. A change without `"until"` is believed
//! for [`LONGEST_SECONDS`]: what was not heard of since may have gone dark.

use super::signal::SignalState;
use super::signal_feed::SignalFeed;
use crate::media::WallTime;
use serde::Deserialize;
use std::sync::Arc;

/// A change not followed by another holds this long at most, seconds: no signal waits longer.
const LONGEST_SECONDS: f64 = 600.0;
/// Lines a file may have: a year of changes of one signal.
const MOST_LINES: usize = 1_000_000;
/// Parts a cycle may have.
const MOST_PARTS: usize = 32;

/// What one traffic light shows by its controller, over time.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Programme {
    /// By time.
    entries: Vec<Entry>,
    /// What it says now, in place of these.
    live: Option<Arc<SignalFeed>>,
}

#[derive(Debug, Clone, PartialEq)]
struct Entry {
    /// Microseconds since 1970, as the two below.
    from: i64,
    until: i64,
    /// State and length in microseconds; one that never ends where it does not repeat.
    cycle: Vec<(SignalState, i64)>,
}

/// Why a file gives no programme.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct ProgrammeError {
    /// Line, from 1.
    pub line: usize,
    /// What is wrong and what to write.
    pub what: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    time: String,
    signal: String,
    state: Option<SignalState>,
    cycle: Option<Vec<(SignalState, f64)>>,
    until: Option<String>,
}

impl Programme {
    /// What a controller says live.
    pub fn live(feed: Arc<SignalFeed>) -> Self {
        Self { entries: Vec::new(), live: Some(feed) }
    }

    /// The programme of `signal` in a file's text; lines of other signals are checked too.
    ///
    /// # Errors
    /// The first line that cannot be understood or is older than the one of the same signal before.
    pub fn parse(text: &str, signal: &str) -> Result<Self, ProgrammeError> {
        let mut entries: Vec<Entry> = Vec::new();
        for (i, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
            let wrong = |what: String| ProgrammeError { line: i + 1, what };
            if i >= MOST_LINES {
                return Err(wrong(format!(
                    "there are more than {MOST_LINES} lines; split the file"
                )));
            }
            let written: Written = serde_json::from_str(line).map_err(|e| {
                wrong(format!(
                    "{e}; write {{\"time\": \"2026-08-15T06:00:00+07:00\", \"signal\": \"…\", \"state\": \"red\"}} or a \"cycle\": [[\"red\", 40], …]"
                ))
            })?;
            let entry = entry(&written).map_err(wrong)?;
            if written.signal != signal {
                continue;
            }
            if entries.last().is_some_and(|last| last.from >= entry.from) {
                return Err(wrong("it is not later than the line before of this signal; put the lines in order of time".to_owned()));
            }
            if let Some(last) = entries.last_mut() {
                last.until = last.until.min(entry.from);
            }
            entries.push(entry);
        }
        Ok(Self { entries, live: None })
    }

    /// Whether it says nothing at all.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty() && self.live.is_none()
    }

    /// What the controller says it showed then; unknown where it says nothing.
    pub fn state(&self, at: WallTime) -> SignalState {
        if let Some(feed) = &self.live {
            return feed.state(at);
        }
        let at = at.0.as_microsecond();
        let after = self.entries.partition_point(|e| e.from <= at);
        let Some(entry) = after.checked_sub(1).and_then(|i| self.entries.get(i)) else {
            return SignalState::Unknown;
        };
        if at >= entry.until {
            return SignalState::Unknown;
        }
        let whole: i64 = entry.cycle.iter().map(|(_, length)| *length).sum();
        let mut left = (at - entry.from).rem_euclid(whole.max(1));
        for (state, length) in &entry.cycle {
            if left < *length {
                return *state;
            }
            left -= length;
        }
        SignalState::Unknown
    }
}

fn entry(written: &Written) -> Result<Entry, String> {
    let micros = |text: &str| WallTime::parse(text).map(|t| t.0.as_microsecond());
    let from = micros(&written.time)?;
    let until = written.until.as_deref().map(micros).transpose()?;
    if until.is_some_and(|until| until <= from) {
        return Err("\"until\" is not after \"time\"".to_owned());
    }
    let length = |seconds: f64| (seconds * 1e6).round() as i64;
    let (cycle, end) = match (&written.state, &written.cycle) {
        (Some(state), None) => (
            vec![(*state, i64::MAX)],
            until.unwrap_or(from.saturating_add(length(LONGEST_SECONDS))),
        ),
        (None, Some(parts)) => {
            let sound = |(_, seconds): &(SignalState, f64)| (0.1..=3600.0).contains(seconds);
            if parts.is_empty() || parts.len() > MOST_PARTS || !parts.iter().all(sound) {
                return Err(format!(
                    "a cycle has 1 to {MOST_PARTS} parts of 0.1 to 3600 seconds, like [[\"red\", 40], [\"green\", 30], [\"amber\", 3]]"
                ));
            }
            (parts.iter().map(|(s, t)| (*s, length(*t))).collect(), until.unwrap_or(i64::MAX))
        }
        _ => return Err("give either \"state\" or \"cycle\"".to_owned()),
    };
    Ok(Entry { from, until: end, cycle })
}

#[cfg(test)]
mod tests {
    use super::*;
    use SignalState::{Amber, Green, Red, Unknown};
    use proptest::prelude::*;

    fn at(text: &str) -> WallTime {
        WallTime::parse(text).unwrap()
    }

    #[test]
    fn changes_and_cycles_hold_until_the_next() {
        let text = r#"
{"time": "2026-08-15T06:00:00+07:00", "signal": "through", "state": "red"}
{"time": "2026-08-15T06:00:10+07:00", "signal": "left", "state": "amber"}
{"time": "2026-08-15T06:00:30+07:00", "signal": "through", "state": "green", "until": "2026-08-15T06:00:40+07:00"}
{"time": "2026-08-15T06:01:00+07:00", "signal": "through", "cycle": [["red", 40], ["green", 30], ["amber", 3]]}
"#;
        let programme = Programme::parse(text, "through").unwrap();
        for (time, state) in [
            ("2026-08-15T05:59:59.999+07:00", Unknown),
            ("2026-08-15T06:00:00+07:00", Red),
            ("2026-08-15T06:00:29.999+07:00", Red),
            ("2026-08-15T06:00:30+07:00", Green),
            ("2026-08-15T06:00:45+07:00", Unknown),
            ("2026-08-15T06:01:39+07:00", Red),
            ("2026-08-15T06:01:40+07:00", Green),
            ("2026-08-15T06:02:12+07:00", Amber),
            ("2026-08-15T06:02:13+07:00", Red),
            ("2026-08-15T12:00:00+07:00", Red),
        ] {
            assert_eq!(programme.state(at(time)), state, "{time}");
        }
        let left = Programme::parse(text, "left").unwrap();
        assert_eq!(left.state(at("2026-08-15T06:09:00+07:00")), Amber);
        assert_eq!(left.state(at("2026-08-15T06:11:00+07:00")), Unknown, "not heard of for long");
        assert!(Programme::parse(text, "other").unwrap().is_empty());
    }

    #[test]
    fn wrong_lines_are_named() {
        let wrong = |line: &str| Programme::parse(&format!("\n{line}"), "a").unwrap_err();
        for line in [
            "red",
            r#"{"time": "soon", "signal": "a", "state": "red"}"#,
            r#"{"time": "2026-08-15T06:00:00+07:00", "signal": "a", "state": "purple"}"#,
            r#"{"time": "2026-08-15T06:00:00+07:00", "signal": "a"}"#,
            r#"{"time": "2026-08-15T06:00:00+07:00", "signal": "a", "cycle": []}"#,
            r#"{"time": "2026-08-15T06:00:00+07:00", "signal": "a", "cycle": [["red", 0]]}"#,
            r#"{"time": "2026-08-15T06:00:00+07:00", "signal": "a", "state": "red", "colour": 1}"#,
        ] {
            assert_eq!(wrong(line).line, 2, "{line}");
        }
        let one = r#"{"time": "2026-08-15T06:00:00+07:00", "signal": "a", "state": "red"}"#;
        assert!(wrong(&format!("{one}\n{one}")).what.contains("order of time"));
    }

    proptest! {
        #[test]
        fn any_text_is_judged(text in "\\PC{0,60}", seconds in -1_000_000_000_i64..9_000_000_000) {
            let time = WallTime(jiff::Timestamp::from_second(seconds).unwrap());
            if let Ok(programme) = Programme::parse(&text, "a") {
                prop_assert_eq!(programme.state(time), Unknown);
            }
        }
    }
}
