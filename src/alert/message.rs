//! What a letter says, before it is put into words.

use crate::scene::StateChange;
use crate::store::{EventRecord, word};
use serde::{Deserialize, Serialize};

/// What a letter says, before it is put into words: its body in the outbox.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "news", rename_all = "snake_case")]
pub enum Message {
    /// An incident opened.
    Opened {
        /// What is known so far.
        event: Box<EventRecord>,
    },
    /// An incident is over.
    Closed {
        /// What is known now.
        event: Box<EventRecord>,
    },
    /// A camera's state changed.
    Camera {
        /// The camera's id.
        camera: String,
        /// Its name.
        name: String,
        /// The change.
        change: StateChange,
    },
    /// A try of the sink, which tells of nothing.
    Test,
}

impl Message {
    /// The event it tells of.
    pub fn event(&self) -> Option<&EventRecord> {
        match self {
            Self::Opened { event } | Self::Closed { event } => Some(event),
            Self::Camera { .. } | Self::Test => None,
        }
    }

    /// In a few words, for lists.
    pub fn brief(&self) -> String {
        match self {
            Self::Opened { event } => format!("{} at {}", event.kind.name(), event.camera),
            Self::Closed { event } => format!("{} at {}, over", event.kind.name(), event.camera),
            Self::Camera { camera, change, .. } => {
                format!("camera {camera} {}", word(&change.state))
            }
            Self::Test => "a test".to_owned(),
        }
    }
}
