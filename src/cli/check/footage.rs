//! What a camera file says against the recording it names: photographs of clear zones, and what
//! controllers said.

use crate::config::Camera;
use crate::media::{ClockQuality, Frame, OpenOptions, Source, SourceInfo, WallTime};
use crate::scene::{Programme, SignalState};
use crate::vision::background::{Photograph, fits};
use jiff::SignedDuration;
use std::sync::Arc;

/// Pictures of a recording that a photograph is compared with, and seconds between them.
const LOOKS: usize = 4;
const LOOK_SECONDS: f64 = 3.0;
/// States are asked for this often over the recording, seconds; of a day at most.
const STATE_SECONDS: i64 = 1;
const MOST_STATES: i64 = 86_400;

/// What was found, a sentence each.
#[derive(Debug, Default)]
pub(super) struct Footage {
    /// What must be put right.
    pub mistakes: Vec<String>,
    /// What is perhaps not meant.
    pub warnings: Vec<String>,
}

/// Compares a camera with its recording, where it has one that can be read: that it cannot is told
/// where it is asked for.
pub(super) fn footage(camera: &Camera) -> Footage {
    let mut found = Footage::default();
    let recording = camera.source.as_ref().and_then(|s| s.path.as_ref());
    let asks = !camera.references.is_empty() || !camera.programmes.is_empty();
    let Some(recording) = recording.filter(|_| asks) else { return found };
    let start_time = camera.source.as_ref().and_then(|s| s.start_time);
    let options = OpenOptions { start_time, ..OpenOptions::default() };
    let Ok(mut source) = Source::open(recording, options) else { return found };
    for (name, programme) in &camera.programmes {
        found.warnings.extend(silent(name, programme, source.info()));
    }
    let frames = if camera.references.is_empty() { Vec::new() } else { pictures(&mut source) };
    let unlike = |p: &&Arc<Photograph>| {
        !frames.is_empty() && !frames.iter().any(|f| fits(p, f).unwrap_or(true))
    };
    let said = |p: &Arc<Photograph>| {
        format!(
            "{} does not show the view of {}, or in a light that cannot be compared; take a picture of this camera by that light, when the zone is clear",
            p.path().display(),
            recording.display()
        )
    };
    found.mistakes.extend(camera.references.values().filter(unlike).map(said));
    found
}

fn pictures(source: &mut Source) -> Vec<Frame> {
    let (mut frames, mut due) = (Vec::new(), 0.0);
    while frames.len() < LOOKS {
        let Ok(Some(frame)) = source.next_frame() else { break };
        if frame.time.seconds() >= due {
            due = frame.time.seconds() + LOOK_SECONDS;
            frames.push(frame);
        }
    }
    frames
}

/// What a file of states leaves out of a recording's time.
fn silent(signal: &str, programme: &Programme, info: &SourceInfo) -> Option<String> {
    let seconds = info.duration_seconds? as i64;
    let times = (0..=seconds.min(MOST_STATES)).step_by(STATE_SECONDS as usize);
    let (mut known, mut all) = (0, 0);
    for second in times {
        let at = info.start_wall.0.checked_add(SignedDuration::from_secs(second)).ok()?;
        all += 1;
        known += i64::from(programme.state(WallTime(at)) != SignalState::Unknown);
    }
    if known == all {
        return None;
    }
    let much =
        if known == 0 { "nothing".to_owned() } else { format!("only {} %", 100 * known / all) };
    let clock = match info.clock_quality {
        ClockQuality::Guessed => {
            "; its time is only guessed, so give it with --start-time when it is worked through"
        }
        _ => "",
    };
    Some(format!(
        "the file of states of signal \"{signal}\" tells {much} of the recording, which begins {}{clock}; without a state that is known there is no red light",
        info.start_wall.local_rfc3339()
    ))
}
