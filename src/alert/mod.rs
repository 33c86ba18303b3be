//! Telling people: what is found, and which camera went blind, sent to where people look.
//!
//! What enters: events and changes of a camera's state, as letters in the store's outbox, in the
//! same transaction as what they tell of. What leaves: messages to sinks, at least once each.

mod alerter;

pub use alerter::{Alerter, News};
