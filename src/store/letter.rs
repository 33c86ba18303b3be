//! A message waiting in the outbox.

use crate::media::WallTime;
use serde::{Deserialize, Serialize};

/// A message waiting in the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Letter {
    /// The same for every try, and for the same news made again after a restart: receivers drop what
    /// they have had.
    pub key: String,
    /// The sink's name.
    pub sink: String,
    /// What it tells of: an event's id, or a camera's. Letters of one subject go out in order.
    pub subject: String,
    /// When the news is from.
    pub at: WallTime,
    /// What it says, as JSON.
    pub body: String,
}
