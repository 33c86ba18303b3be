//! One binary for every feature.

mod observation_record;
mod rules;
