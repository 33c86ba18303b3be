//! What is kept, how well it is protected, and why it may go.

use super::record::Status;
use super::word::word;
use crate::config::{KeptStatus, StorageConfig};
use crate::media::WallTime;
use crate::rules::Domain;
use serde::Serialize;
use std::path::PathBuf;

/// Something kept, as a whole or not at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// What it is.
    pub class: ItemClass,
    /// The event's id; of a record, its file's name.
    pub id: String,
    /// Its folder or file, relative to the data folder.
    pub path: PathBuf,
    /// When it happened; of a record, when it was last written.
    pub at: WallTime,
    /// From when on somebody could look at it: when it was stored, or decided since.
    pub since: WallTime,
    /// What it takes.
    pub bytes: u64,
    /// The event's domain; none of a record.
    pub domain: Option<Domain>,
    /// It is kept for a case: it never goes.
    pub held: bool,
}

/// What is protected how well; the least protected first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ItemClass {
    /// A record of observations.
    Observations,
    /// Evidence that a person found to be no violation, or that nothing can be told by.
    Dismissed,
    /// Evidence that nobody has decided on.
    Pending,
    /// Evidence that a person confirmed.
    Confirmed,
}

impl ItemClass {
    /// The class of an event's evidence.
    pub const fn of(status: Status) -> Self {
        match status {
            Status::Pending | Status::Acknowledged => Self::Pending,
            Status::Confirmed => Self::Confirmed,
            Status::Dismissed | Status::CannotTell => Self::Dismissed,
        }
    }

    /// How many days it is kept; 0: without limit.
    pub(super) fn days(self, domain: Option<Domain>, config: &StorageConfig) -> u32 {
        let (status, otherwise) = match self {
            Self::Observations => return config.observations_days,
            Self::Dismissed => (KeptStatus::Dismissed, config.unreviewed_days),
            Self::Pending => (KeptStatus::Pending, config.unreviewed_days),
            Self::Confirmed => (KeptStatus::Confirmed, config.confirmed_days),
        };
        let term = config.retention.iter().find(|t| t.covers(domain, status));
        term.map_or(otherwise, |t| t.days)
    }

    /// From when on its days count. A term in law counts from when it happened; of what nobody has
    /// confirmed, there must have been that long to look at it.
    pub(super) fn counts_from(self, at: WallTime, since: WallTime) -> WallTime {
        match self {
            Self::Confirmed => at,
            _ => at.max(since),
        }
    }

    /// Whether plates outlive the evidence: those of a violation that a person confirmed.
    pub(super) const fn keeps_plates(self) -> bool {
        matches!(self, Self::Confirmed)
    }
}

impl Item {
    /// How many days it is kept; 0: without limit.
    pub(super) fn days(&self, config: &StorageConfig) -> u32 {
        self.class.days(self.domain, config)
    }

    /// From when on its days count.
    pub(super) fn counts_from(&self) -> WallTime {
        self.class.counts_from(self.at, self.since)
    }

    /// Why it goes, as one word.
    pub(super) fn rule(&self, why: Why, config: &StorageConfig) -> String {
        let class = word(&self.class);
        match (why, self.domain) {
            (Why::Room, _) => "room".to_owned(),
            (Why::Quota, _) => format!("quota:{class}"),
            (Why::Age, Some(domain)) => {
                format!("age:{}:{class}:{}", domain.name(), self.days(config))
            }
            (Why::Age, None) => format!("age:{class}:{}", self.days(config)),
        }
    }
}

/// Why something goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Its days are over.
    Age,
    /// Its class takes more than its share.
    Quota,
    /// The disk must keep room.
    Room,
}
