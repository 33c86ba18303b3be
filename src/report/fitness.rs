//! What a camera's view is good for: for each rule whether it works there, and if not, why and what to
//! do. The first part of advice on badly placed cameras.

mod judged;
mod sample;
mod sight;
mod signals;
mod standing;
mod thing;

pub(super) use judged::model_share;
pub use judged::{Fitness, RuleFitness, Verdict, ZoneFitness, fitness};
pub use sample::{Lamp, Sample, SampleKind};
pub use signals::SignalFitness;
