//! What was told of a camera's traffic lights, by the same reader that judging uses.

use super::judged::Verdict;
use crate::config::Camera;
use crate::vision::lamp::{Colour, Doubt, Glimpse};
use serde::Serialize;

/// So many looks without a colour tell that the box is on nothing.
const ENOUGH_LOOKS: u64 = 10;

/// What a traffic light showed in the pictures looked at, one by one.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct SignalFitness {
    /// The signal.
    pub signal: String,
    /// Looks in which it showed red, amber, green.
    pub red: u64,
    /// See `red`.
    pub amber: u64,
    /// See `red`.
    pub green: u64,
    /// Looks in which it could not be told.
    pub unknown: u64,
    /// Why not, mostly.
    pub mostly: Option<&'static str>,
    #[serde(skip)]
    doubts: Vec<(&'static str, u64)>,
}

impl SignalFitness {
    /// Of a signal that was not looked at yet.
    pub fn of(signal: &str) -> Self {
        Self { signal: signal.to_owned(), ..Self::default() }
    }

    /// Takes in one look.
    pub fn note(&mut self, glimpse: &Glimpse) {
        let doubt = match glimpse.lit {
            Ok(colour) => {
                let counts = [&mut self.red, &mut self.amber, &mut self.green];
                for (which, count) in Colour::ALL.into_iter().zip(counts) {
                    *count += u64::from(which == colour);
                }
                return;
            }
            Err(doubt) => said(doubt),
        };
        self.unknown += 1;
        match self.doubts.iter_mut().find(|(told, _)| *told == doubt) {
            Some((_, count)) => *count += 1,
            None => self.doubts.push((doubt, 1)),
        }
        self.mostly = self.doubts.iter().max_by_key(|(_, count)| *count).map(|(told, _)| *told);
    }

    /// Looks in all.
    pub fn looks(&self) -> u64 {
        self.red + self.amber + self.green + self.unknown
    }

    /// A sentence for people.
    pub fn sentence(&self) -> String {
        let Self { signal, red, amber, green, unknown, .. } = self;
        let mostly = self.mostly.map(|why| format!(" (mostly: {why})")).unwrap_or_default();
        format!(
            "signal \"{signal}\": red in {red}, amber in {amber}, green in {green}, unknown in \
             {unknown} of {} looks{mostly}",
            self.looks()
        )
    }
}

/// What is to be said of a rule that needs the signal.
pub(super) fn judge_signal(
    camera: &Camera,
    seen: Option<&SignalFitness>,
    mut add: impl FnMut(Verdict, String),
) {
    let Some(seen) = seen.filter(|s| s.looks() > 0 && s.unknown == s.looks()) else { return };
    if camera.programmes.contains_key(&seen.signal) {
        return;
    }
    let verdict = if seen.looks() < ENOUGH_LOOKS { Verdict::Poor } else { Verdict::Cannot };
    let why = seen.mostly.unwrap_or("nothing there is a lamp");
    add(
        verdict,
        format!(
            "no lamp could be told in the box of signal \"{}\" in {} looks (mostly: {why}); draw it \
             around the head with `streetward camera snapshot`, or give a file of its states",
            seen.signal,
            seen.looks()
        ),
    );
}

const fn said(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Outside => "it does not lie in the picture",
        Doubt::Pale => "nothing in it has a colour",
        Doubt::Mixed => "its colours are no one lamp's",
        Doubt::Spread => "its colour goes on around it, as a wall's or a vehicle's",
        Doubt::Dull => "it is darker than what is around it",
        Doubt::Misplaced => "its colour lies where that lamp cannot be",
    }
}
