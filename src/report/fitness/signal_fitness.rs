//! How well a traffic light is read.

use crate::vision::lamp::{Colour, Doubt, Glimpse};
use serde::Serialize;

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
    pub(super) doubts: Vec<(Doubt, u64)>,
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
            Err(doubt) => doubt,
        };
        self.unknown += 1;
        match self.doubts.iter_mut().find(|(told, _)| *told == doubt) {
            Some((_, count)) => *count += 1,
            None => self.doubts.push((doubt, 1)),
        }
        self.mostly =
            self.doubts.iter().max_by_key(|(_, count)| *count).map(|(told, _)| said(*told).1);
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

/// Why no lamp could be told, in Vietnamese and English.
pub(super) const fn said(doubt: Doubt) -> (&'static str, &'static str) {
    match doubt {
        Doubt::Outside => ("khung nằm ngoài hình", "it does not lie in the picture"),
        Doubt::Pale => ("không có màu nào", "nothing in it has a colour"),
        Doubt::Mixed => ("màu không phải của một đèn", "its colours are no one lamp's"),
        Doubt::Spread => (
            "màu lan ra xung quanh như của tường hoặc xe",
            "its colour goes on around it, as a wall's or a vehicle's",
        ),
        Doubt::Dull => ("tối hơn xung quanh", "it is darker than what is around it"),
        Doubt::Misplaced => {
            ("màu không nằm đúng chỗ của đèn đó", "its colour lies where that lamp cannot be")
        }
    }
}
