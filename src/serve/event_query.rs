//! A query for events, as it is written in an address.

use super::asker::Asker;
use super::desk::Desk;
use super::refusal::Refusal;
use crate::media::WallTime;
use crate::review::Permission;
use crate::store::{QueueCursor, QueueFilter, QueueOrder, SecondLook, from_word};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Values of one filter at most.
const VALUES: usize = 64;
/// Letters of a text that is looked for at most.
const LETTERS: usize = 100;

/// Which events are asked for. Lists are written with commas; what is left out does not narrow.
#[derive(Debug, Clone, Default, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct EventQuery {
    /// Where review stands: `pending`, `confirmed`, …
    pub(super) status: Option<String>,
    /// What is suspected: `illegal_parking`, …
    pub(super) kind: Option<String>,
    /// `traffic`, `environment`, `urban_order`, `security`.
    pub(super) domain: Option<String>,
    /// Wards, by name.
    pub(super) ward: Option<String>,
    /// Cameras, by id.
    pub(super) camera: Option<String>,
    /// What the subject is: `car`, `motorcycle`, …
    pub(super) class: Option<String>,
    /// Started then or later: a date and time, with +07:00 unless it says otherwise.
    pub(super) from: Option<String>,
    /// Started before then.
    pub(super) to: Option<String>,
    /// Started at this hour of the local day or later, 0 to 23.
    pub(super) hour_from: Option<u8>,
    /// Started before this hour of the local day, 1 to 24; less than `hour_from`: over midnight.
    pub(super) hour_to: Option<u8>,
    /// A part of the name of camera, ward or zone, or the camera's id, marks left out or not; or the
    /// first four or more digits of the event's id.
    pub(super) text: Option<String>,
    /// A part of the number plate, as a person read it.
    pub(super) plate: Option<String>,
    /// Given to this user, by id.
    pub(super) assignee: Option<String>,
    /// Decided by this user, by id.
    pub(super) reviewer: Option<String>,
    /// Looked after by this agency, by id.
    pub(super) agency: Option<String>,
    /// `true`: not taken up or not decided in time.
    pub(super) overdue: Option<bool>,
    /// `wanted`: what waits for a second look by somebody else than who decided; `agreed`,
    /// `disagreed`: what was looked at again. For supervisors.
    pub(super) second_look: Option<String>,
    /// `true`: every sighting of an incident, not only the first.
    pub(super) sightings: Option<bool>,
    /// `newest`, `oldest`, `severity`, or `due`: what is due first by its agency's targets comes
    /// first, what nothing is due of last.
    pub(super) order: Option<String>,
    /// Events of a page, 1 to 200; 50 where it is left out.
    pub(super) limit: Option<u32>,
    /// Where the page begins: `next` of the page before.
    pub(super) cursor: Option<String>,
}

/// A query understood.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    pub(super) filter: QueueFilter,
    pub(super) order: QueueOrder,
    pub(super) after: Option<QueueCursor>,
    pub(super) limit: u32,
}

impl EventQuery {
    /// What was asked for, without what was left out.
    pub(super) fn named(&self) -> Value {
        let mut named = serde_json::to_value(self).unwrap_or_default();
        if let Value::Object(map) = &mut named {
            map.retain(|_, value| !value.is_null());
        }
        named
    }

    /// What is asked for, within what whoever asks may see.
    ///
    /// # Errors
    /// [`Refusal::not_understood`], naming the value.
    pub(super) fn wanted(&self, desk: &Desk, asker: &Asker) -> Result<Wanted, Refusal> {
        let plain = |value: &Option<String>| value.clone().filter(|v| !v.is_empty());
        let look: Option<SecondLook> = match plain(&self.second_look) {
            Some(_) if !asker.may(Permission::Reopen) => return Err(Refusal::not_allowed()),
            Some(word) => Some(from_word(&word).map_err(|e| wrong("second_look", &e))?),
            None => None,
        };
        let filter = QueueFilter {
            scope: asker.scope.clone(),
            statuses: words("status", self.status.as_deref())?,
            kinds: words("kind", self.kind.as_deref())?,
            domains: words("domain", self.domain.as_deref())?,
            wards: list("ward", self.ward.as_deref())?,
            cameras: list("camera", self.camera.as_deref())?,
            classes: words("class", self.class.as_deref())?,
            from: time("from", self.from.as_deref())?,
            to: time("to", self.to.as_deref())?,
            hours: self.hours()?,
            text: self.text()?,
            plate: plain(&self.plate).map(|p| p.chars().take(LETTERS).collect()),
            assignee: plain(&self.assignee),
            reviewer: plain(&self.reviewer),
            agency: plain(&self.agency),
            overdue: (self.overdue == Some(true)).then(|| (desk.now)()),
            second_look: look,
            not_reviewer: (look == Some(SecondLook::Wanted)).then(|| asker.actor.user.clone()),
            agencies: desk.site().agencies.clone(),
            sightings: self.sightings.unwrap_or(false),
        };
        let order = match self.order.as_deref() {
            None => QueueOrder::default(),
            Some(word) => from_word(word).map_err(|e| wrong("order", &e))?,
        };
        let limit = self.limit.unwrap_or(50);
        if !(1..=200).contains(&limit) {
            return Err(wrong("limit", "a page has 1 to 200 events"));
        }
        let after = match self.cursor.as_deref() {
            None | Some("") => None,
            Some(text) => Some(
                QueueCursor::parse(text)
                    .ok_or_else(|| wrong("cursor", "give `next` of the page before"))?,
            ),
        };
        Ok(Wanted { filter, order, after, limit })
    }

    fn hours(&self) -> Result<Option<(u8, u8)>, Refusal> {
        if (self.hour_from, self.hour_to) == (None, None) {
            return Ok(None);
        }
        let (first, end) = (self.hour_from.unwrap_or(0), self.hour_to.unwrap_or(24));
        if first > 23 || !(1..=24).contains(&end) || first == end {
            return Err(wrong("hour_from, hour_to", "give two different hours of 0 to 24"));
        }
        Ok(Some((first, end)))
    }

    fn text(&self) -> Result<Option<String>, Refusal> {
        let text = self.text.as_deref().map(str::trim).filter(|t| !t.is_empty());
        if text.is_some_and(|t| t.chars().count() > LETTERS) {
            return Err(wrong("text", "look for 100 letters or fewer"));
        }
        Ok(text.map(str::to_owned))
    }
}

/// A time as people and programs write it.
pub(super) fn time(key: &str, text: Option<&str>) -> Result<Option<WallTime>, Refusal> {
    let Some(text) = text.filter(|t| !t.is_empty()) else { return Ok(None) };
    // A date alone is its midnight.
    let date = text.parse::<jiff::civil::Date>().ok().filter(|_| text.len() == 10);
    let text = date.map_or_else(|| text.to_owned(), |d| format!("{d}T00:00:00+07:00"));
    WallTime::parse(&text).map(Some).map_err(|e| wrong(key, &e))
}

fn words<T: DeserializeOwned>(key: &str, text: Option<&str>) -> Result<Vec<T>, Refusal> {
    list(key, text)?.iter().map(|word| from_word(word).map_err(|e| wrong(key, &e))).collect()
}

fn list(key: &str, text: Option<&str>) -> Result<Vec<String>, Refusal> {
    let values: Vec<String> = text
        .unwrap_or_default()
        .split(',')
        .map(str::trim)
        .filter(|v| !v.is_empty())
        .map(str::to_owned)
        .collect();
    if values.len() > VALUES {
        return Err(wrong(key, "give 64 values or fewer"));
    }
    Ok(values)
}

fn wrong(key: &str, what: &str) -> Refusal {
    Refusal::not_understood(format!("{key}: {what}"))
}
