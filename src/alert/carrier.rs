//! What takes a letter to its sink.

use super::attempt::{Attempt, Outcome};
use super::mail::Mail;
use super::mqtt::Mqtt;
use super::telegram::Telegram;
use super::webhook::Webhook;
use crate::config::{SinkConfig, Target};

/// What takes letters to one sink. Blocks for at most about the sink's time-out.
pub(super) trait Carrier: Send {
    /// Tries once.
    fn carry(&mut self, attempt: &Attempt<'_>) -> Outcome;

    /// No more letters for now: lets go of connections.
    fn rest(&mut self) {}
}

/// The carrier to a sink.
///
/// # Errors
/// A clause that says why the sink's settings cannot be used, and what to do.
pub(super) fn of(sink: &SinkConfig) -> Result<Box<dyn Carrier>, String> {
    Ok(match &sink.target {
        Target::Webhook(config) => Box::new(Webhook::new(sink, config)?),
        Target::Mqtt(config) => Box::new(Mqtt::new(sink, config)?),
        Target::Email(config) => Box::new(Mail::new(sink, config)?),
        Target::Telegram(config) => Box::new(Telegram::new(sink, config)?),
    })
}
