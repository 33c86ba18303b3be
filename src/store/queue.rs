//! Which events a desk asks for: many filters at once, page by page, within a user's scope.

use super::record::{EventRecord, Status};
use super::review::SecondLook;
use crate::config::Agency;
use crate::media::WallTime;
use crate::rules::{Domain, Kind};
use crate::vision::Class;
use serde::{Deserialize, Serialize};

/// What one user may see at all. `None`: everything; an empty list: nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QueueScope {
    /// Only these wards; an event without a ward is then out of scope.
    pub wards: Option<Vec<String>>,
    /// Only these domains.
    pub domains: Option<Vec<Domain>>,
}

impl QueueScope {
    /// Whether something of this ward and domain lies within.
    pub fn holds(&self, ward: Option<&str>, domain: Domain) -> bool {
        self.holds_ward(ward) && self.domains.as_ref().is_none_or(|d| d.contains(&domain))
    }

    /// Whether a camera of this ward lies within.
    pub fn holds_ward(&self, ward: Option<&str>) -> bool {
        let Some(wards) = &self.wards else { return true };
        ward.is_some_and(|ward| wards.iter().any(|w| w == ward))
    }
}

/// Which events are asked for. An empty list asks for any; every field given narrows.
#[derive(Debug, Clone, Default)]
pub struct QueueFilter {
    /// What may be seen at all.
    pub scope: QueueScope,
    /// Where review stands.
    pub statuses: Vec<Status>,
    /// What is suspected.
    pub kinds: Vec<Kind>,
    /// The fields they are reported under.
    pub domains: Vec<Domain>,
    /// The wards.
    pub wards: Vec<String>,
    /// The cameras, by id.
    pub cameras: Vec<String>,
    /// What the subject is.
    pub classes: Vec<Class>,
    /// Started then or later.
    pub from: Option<WallTime>,
    /// Started before then.
    pub to: Option<WallTime>,
    /// Started within these hours of the local day (+07:00), the first included, the last not;
    /// 22 to 6 goes over midnight.
    pub hours: Option<(u8, u8)>,
    /// A part of the camera's id, or of the names of camera, ward or zone, or the first four or more
    /// digits of the event's id. Capitals do not matter, nor do marks where it has none.
    pub text: Option<String>,
    /// A part of the number plate, as a person read it.
    pub plate: Option<String>,
    /// Given to this user.
    pub assignee: Option<String>,
    /// Decided by this user.
    pub reviewer: Option<String>,
    /// Looked after by this agency, one of `agencies`.
    pub agency: Option<String>,
    /// Not taken up, or not decided, by this time although it should be.
    pub overdue: Option<WallTime>,
    /// Where a second look at it stands.
    pub second_look: Option<SecondLook>,
    /// Decided by somebody else than this user.
    pub not_reviewer: Option<String>,
    /// The site's agencies, in order: for `agency`, `overdue` and the order by what is due.
    pub agencies: Vec<Agency>,
    /// Every sighting of an incident, not only the first of all.
    pub sightings: bool,
}

/// The order of a queue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum QueueOrder {
    /// Those that began last come first.
    #[default]
    Newest,
    /// Those that wait longest come first.
    Oldest,
    /// The gravest first, among them the newest.
    Severity,
    /// Those first whose next step is due first, by their agencies' targets; last those of which
    /// nothing is due.
    Due,
}

/// A place in a queue; what follows it is asked for next. Its text form is for programs to hand back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueueCursor {
    /// How grave the last event had is: 0 low to 2 high; 0 where the order does not ask.
    pub gravity: i64,
    /// Its start, or when it is due in that order; microseconds since 1970-01-01 UTC.
    pub start_utc_us: i64,
    /// Its id.
    pub id: String,
}

impl QueueCursor {
    /// The place as a text.
    pub fn text(&self) -> String {
        format!("{}.{}.{}", self.gravity, self.start_utc_us, self.id)
    }

    /// The place that a text names; `None` where it was not made by [`Self::text`].
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.splitn(3, '.');
        let gravity = parts.next()?.parse().ok()?;
        let start_utc_us = parts.next()?.parse().ok()?;
        let id = parts.next()?.to_owned();
        (!id.is_empty() && id.len() <= 100).then_some(Self { gravity, start_utc_us, id })
    }
}

/// One page of a queue.
#[derive(Debug, Clone, PartialEq)]
pub struct QueuePage {
    /// The events, in the order asked for.
    pub events: Vec<EventRecord>,
    /// Where the next page begins; `None`: this is the last.
    pub next: Option<QueueCursor>,
}

/// How many events there are, as far as was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Counted {
    /// So many, or more.
    pub at_least: u64,
    /// So many, and no more.
    pub exact: bool,
}

impl Counted {
    /// Counted no further than `most`.
    pub(super) fn up_to(self, most: u64) -> Self {
        Self { at_least: self.at_least.min(most), exact: self.exact && self.at_least <= most }
    }
}

/// By what events are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TallyBy {
    /// Field of reports.
    Domain,
    /// Ward; empty where the camera has none.
    Ward,
    /// Camera's id.
    Camera,
    /// Kind.
    Kind,
    /// Hour of the local day, 0 to 23.
    Hour,
    /// Local day, as days since 1970-01-01.
    Day,
}

/// How many events share a key and a status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TallyRow {
    /// What they share, as records write it.
    pub key: String,
    /// Where their review stands.
    pub status: Status,
    /// How many.
    pub count: u64,
}

/// How far the store's records have come, so that who watches sees what is new.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord)]
pub struct StoreMark {
    /// The number of the event stored last.
    pub events: i64,
    /// The number of the decision made last.
    pub decisions: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_cursor_comes_back(gravity in 0i64..3, at in any::<i64>(), id in "[0-9a-f]{1,40}") {
            let cursor = QueueCursor { gravity, start_utc_us: at, id };
            prop_assert_eq!(QueueCursor::parse(&cursor.text()), Some(cursor));
        }

        #[test]
        fn no_text_makes_a_cursor_panic(text in ".{0,60}") {
            let _ = QueueCursor::parse(&text);
        }
    }

    #[test]
    fn what_has_no_ward_is_only_for_all_wards() {
        let all = QueueScope::default();
        let one = QueueScope { wards: Some(vec!["Phường 1".to_owned()]), domains: None };
        assert!(all.holds(None, Domain::Traffic) && !one.holds(None, Domain::Traffic));
        assert!(one.holds(Some("Phường 1"), Domain::Traffic));
        assert!(!one.holds_ward(Some("Phường 2")));
        let none = QueueScope { wards: None, domains: Some(Vec::new()) };
        assert!(!none.holds(Some("Phường 1"), Domain::Traffic));
    }
}
