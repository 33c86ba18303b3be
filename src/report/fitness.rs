//! What a camera's view is good for: for each rule whether it works there, and if not, why and what to
//! do. The first part of advice on badly placed cameras.

mod decimal;
mod judged;
mod sample;
mod sight;
mod signal_fitness;
mod signals;
mod standing;
mod thing;
mod verdict;

pub(super) use judged::model_share;
pub use judged::{Fitness, RuleFitness, ZoneFitness, fitness};
pub use sample::{Lamp, Sample, SampleKind};
pub use signal_fitness::SignalFitness;
pub use verdict::Verdict;
