//! What was planted in the loop that cameras watch, and when it was found.

use std::path::Path;
use streetward::media::WallTime;
use streetward::scene::CameraState;
use streetward::store::{EventRecord, Store};

/// The loop's length: every place in it comes by once in this time.
const LOOP_SECONDS: f64 = 29.5;
/// Room for the seam of the loop, where tracks break off, and for the rule's own time.
const SLACK_SECONDS: f64 = 12.0;

fn seconds(t: WallTime) -> f64 {
    t.0.as_microsecond() as f64 / 1e6
}

/// Seconds from the moment of each of these cameras' events to when its incident was opened, by the
/// log, of those whose moment lies within a time.
pub fn opened_after(
    log: &Path,
    events: &[EventRecord],
    ids: &[&str],
    (from, to): (WallTime, WallTime),
) -> Vec<f64> {
    let text = std::fs::read_to_string(log).unwrap();
    let field = |line: &str, name: &str| -> Option<String> {
        let rest = line.split(&format!(" {name}=")).nth(1)?;
        Some(rest.split(' ').next()?.trim_matches('"').to_owned())
    };
    let opened: Vec<(WallTime, String, f64)> = text
        .lines()
        .filter(|line| line.contains(" incident opened "))
        .filter_map(|line| {
            let at = WallTime::parse(line.split(' ').next()?).ok()?;
            Some((at, field(line, "camera")?, field(line, "at_seconds")?.parse().ok()?))
        })
        .collect();
    let mine = events.iter().filter(|e| ids.contains(&e.camera.as_str()));
    mine.filter(|e| (from..to).contains(&e.moment_utc))
        .filter_map(|e| {
            let is_it = |(_, camera, at): &&(WallTime, String, f64)| {
                *camera == e.camera && (at - e.moment_media_seconds).abs() < 0.002
            };
            let (at, ..) = opened.iter().find(is_it)?;
            Some(seconds(*at) - seconds(e.moment_utc))
        })
        .collect()
}

/// What came of what was planted.
#[derive(Debug, Default)]
pub struct Planted {
    /// Stretches as long as the loop in which a camera saw throughout.
    pub whole: usize,
    /// Those in which nobody was found.
    pub missed: Vec<String>,
}

impl Planted {
    pub fn and(mut self, other: Self) -> Self {
        self.whole += other.whole;
        self.missed.extend(other.missed);
        self
    }
}

/// Whether in every stretch as long as the loop in which a camera saw throughout somebody was found on
/// the lawn.
pub fn planted(
    store: &Store,
    events: &[EventRecord],
    id: &str,
    from: WallTime,
    to: WallTime,
) -> Planted {
    let changes = store.state_changes(Some(id), from, to).unwrap();
    let sees = |s| matches!(s, CameraState::Seeing | CameraState::Degraded);
    let mut opened = Vec::new();
    let mut stretches = Vec::new();
    let mut since: Option<f64> = None;
    for record in &changes {
        let at = seconds(record.change.at).max(seconds(from));
        match (since, sees(record.change.state)) {
            (None, true) => since = Some(at),
            (Some(begun), false) => {
                stretches.push((begun, at));
                since = None;
            }
            _ => {}
        }
    }
    stretches.extend(since.map(|begun| (begun, seconds(to))));
    opened.extend(events.iter().filter(|e| e.camera == id).flat_map(|e| {
        // One who stays over the loop's seam is one incident for longer.
        let (start, end) = (seconds(e.start_utc), seconds(e.end_utc));
        let steps = ((end - start) / 2.0).max(0.0) as u64;
        (0..=steps).map(move |n| start + 2.0 * n as f64)
    }));
    let span = LOOP_SECONDS + SLACK_SECONDS;
    let mut result = Planted::default();
    for (begun, ended) in stretches {
        let mut at = begun;
        while at + span <= ended {
            result.whole += 1;
            if !opened.iter().any(|t| (at..=at + span).contains(t)) {
                result.missed.push(format!("{id}: from {at:.1} to {:.1}", at + span));
            }
            at += 5.0;
        }
    }
    result
}
