//! What a letter says, before it is put into words.

use crate::media::WallTime;
use crate::rules::Kind;
use crate::scene::StateChange;
use crate::store::{EventRecord, Stage, word};
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
    /// An event was not taken up, or not decided, in the time that its agency has.
    Overdue {
        /// What is known now.
        event: Box<EventRecord>,
        /// What people call the agency.
        agency: String,
        /// The step that is overdue.
        stage: Stage,
        /// When it should have been done.
        due: WallTime,
    },
    /// Several are overdue.
    OverdueMany {
        /// The agency's id.
        agency: String,
        /// What people call it.
        agency_name: String,
        /// Events not taken up in time.
        acknowledge: u64,
        /// Events not decided in time.
        decide: u64,
        /// By kind, the most first.
        kinds: Vec<(Kind, u64)>,
        /// When the one came that waits longest.
        oldest: WallTime,
    },
    /// The report of a period was made by schedule.
    Report {
        /// What the report is, in Vietnamese.
        title_vi: String,
        /// The same in English.
        title_en: String,
        /// Its files, seen from the data folder.
        files: Vec<String>,
    },
    /// A try of the sink, which tells of nothing.
    Test,
}

impl Message {
    /// The event it tells of.
    pub fn event(&self) -> Option<&EventRecord> {
        match self {
            Self::Opened { event } | Self::Closed { event } | Self::Overdue { event, .. } => {
                Some(event)
            }
            Self::Camera { .. } | Self::OverdueMany { .. } | Self::Report { .. } | Self::Test => {
                None
            }
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
            Self::Overdue { event, .. } => {
                format!("{} at {}, overdue", event.kind.name(), event.camera)
            }
            Self::OverdueMany { agency, acknowledge, decide, .. } => {
                format!("{} events overdue, {agency}", acknowledge + decide)
            }
            Self::Report { title_en, .. } => title_en.clone(),
            Self::Test => "a test".to_owned(),
        }
    }
}
