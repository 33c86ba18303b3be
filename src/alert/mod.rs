//! Telling people: what is found, and which camera went blind, sent to where people look.
//!
//! What enters: events, what of them is overdue, and changes of a camera's state, as letters in the store's outbox, in the
//! same transaction as what they tell of. What leaves: messages to sinks, at least once each.

mod alerter;
mod attempt;
mod backoff;
mod carrier;
mod courier;
mod details;
mod discovery;
mod escalator;
mod mail;
mod message;
mod mqtt;
mod network;
mod overdue;
mod pace;
mod papers;
mod payload;
mod post;
mod scrub;
mod sink;
mod still;
mod telegram;
mod terms;
mod webhook;
mod wording;

pub use alerter::{Alerter, News};
pub use courier::{AlertError, Courier, Delivered};
pub use details::told;
pub use escalator::{Escalated, Escalator};
pub use message::Message;
pub use mqtt::tls;
pub use papers::{ReportMade, report_letters};
pub use terms::{Term, class_term, closing_term};
