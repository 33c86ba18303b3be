//! Which carrier serves a sink.

use super::carrier::Carrier;
use super::mail::Mail;
use super::mqtt::Mqtt;
use super::telegram::Telegram;
use super::webhook::Webhook;
use crate::config::{SinkConfig, Target};

/// The carrier to a sink.
///
/// # Errors
/// A clause that says why the sink's settings cannot be used, and what to do.
pub(super) fn carrier(sink: &SinkConfig) -> Result<Box<dyn Carrier>, String> {
    Ok(match &sink.target {
        Target::Webhook(config) => Box::new(Webhook::new(sink, config)?),
        Target::Mqtt(config) => Box::new(Mqtt::new(sink, config)?),
        Target::Email(config) => Box::new(Mail::new(sink, config)?),
        Target::Telegram(config) => Box::new(Telegram::new(sink, config)?),
    })
}
