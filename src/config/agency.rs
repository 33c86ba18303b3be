//! The tables [[agencies]]: who looks after which events, and how soon.

use super::camera::Camera;
use super::list::{named_sinks, texts, words};
use super::sink::SinkConfig;
use super::table::Table;
use crate::rules::Domain;
use unicode_normalization::UnicodeNormalization;

pub(super) const KEYS: &[&str] =
    &["id", "name", "wards", "domains", "acknowledge_minutes", "decide_hours", "sinks"];

/// An agency that reviews events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agency {
    /// What users and events name it by.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The wards it looks after; `None`: all, and what stands in none.
    pub wards: Option<Vec<String>>,
    /// The domains it looks after; `None`: all.
    pub domains: Option<Vec<Domain>>,
    /// Minutes within which somebody is to have taken an event up.
    pub acknowledge_minutes: u32,
    /// Hours within which somebody is to have decided.
    pub decide_hours: u32,
    /// Names of `[[alerts]]` that hear of what is overdue; none: nobody hears.
    pub sinks: Vec<String>,
}

impl Agency {
    /// Whether it looks after events of this ward and domain.
    pub fn covers(&self, ward: Option<&str>, domain: Domain) -> bool {
        self.wards.as_ref().is_none_or(|w| ward.is_some_and(|ward| w.iter().any(|w| w == ward)))
            && self.domains.as_ref().is_none_or(|d| d.contains(&domain))
    }
}

/// The agency that events of this ward and domain go to: the first that looks after them.
pub fn agency_for<'a>(
    agencies: &'a [Agency],
    ward: Option<&str>,
    domain: Domain,
) -> Option<&'a Agency> {
    agencies.iter().find(|a| a.covers(ward, domain))
}

/// Reads `[[agencies]]` of a site file, noting every mistake.
pub(super) fn read(root: &Table<'_>, alerts: &[SinkConfig]) -> Vec<Agency> {
    let mut agencies: Vec<Agency> = Vec::new();
    for table in root.tables("agencies", " in [[agencies]]", KEYS) {
        for (key, example) in
            [("id", "id = \"csgt-p1\""), ("name", "name = \"Cảnh sát giao thông Phường 1\"")]
        {
            if !table.has(key) {
                table.missing(key, example);
            }
        }
        let id = id(&table);
        let name = table.label("name");
        let wards = texts(&table, "wards")
            .map(|wards| wards.iter().map(|w| w.trim().nfc().collect()).collect());
        let domains = words(&table, "domains", &Domain::ALL.map(|d| (d.name(), d)));
        let whole = |key, range, unit, usual| {
            table.integer(key, range, unit).map_or(usual, |n| n.value as u32)
        };
        let acknowledge_minutes = whole("acknowledge_minutes", 1..=43_200, "minutes", 60);
        let decide_hours = whole("decide_hours", 1..=8760, "hours", 24);
        if i64::from(acknowledge_minutes) > i64::from(decide_hours) * 60 {
            let message = "\"acknowledge_minutes\" must not be longer than \"decide_hours\": nobody decides before taking up";
            table.doc().refuse(table.key_span("acknowledge_minutes"), message);
        }
        let sinks = named_sinks(&table, alerts);
        let (Some(id), Some(name)) = (id, name) else { continue };
        agencies.push(Agency {
            id,
            name: name.value,
            wards,
            domains,
            acknowledge_minutes,
            decide_hours,
            sinks,
        });
        refuse_twice(&table, &agencies);
    }
    agencies
}

fn id(table: &Table<'_>) -> Option<String> {
    let id = table.name("id")?;
    let sound = id.value.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b));
    if !sound {
        let message = "\"id\" must be made of letters without marks, digits, and - _ .";
        table.doc().refuse(id.span, message);
        return None;
    }
    Some(id.value)
}

fn refuse_twice(table: &Table<'_>, agencies: &[Agency]) {
    if let Some((last, others)) = agencies.split_last()
        && others.iter().any(|a| a.id == last.id)
    {
        let message = format!("two agencies have the id \"{}\"; give each its own", last.id);
        table.doc().refuse(table.key_span("id"), &message);
    }
}

/// What of agencies and cameras does not go together, one sentence each.
pub(super) fn doubts<'a>(
    agencies: &[Agency],
    cameras: impl Iterator<Item = &'a Camera> + Clone,
) -> Vec<String> {
    let mut doubts = Vec::new();
    for agency in agencies {
        for ward in agency.wards.iter().flatten() {
            if !cameras.clone().any(|c| c.ward.as_ref() == Some(ward)) {
                doubts.push(format!(
                    "agency \"{}\" looks after the ward \"{ward}\", in which no camera stands",
                    agency.id
                ));
            }
        }
    }
    if agencies.is_empty() {
        return doubts;
    }
    let mut left: Vec<(Option<&str>, &str)> = Vec::new();
    for camera in cameras {
        let ward = camera.ward.as_deref();
        for rule in &camera.rules {
            let domain = rule.kind.info().domain;
            if agency_for(agencies, ward, domain).is_none()
                && !left.contains(&(ward, domain.name()))
            {
                left.push((ward, domain.name()));
            }
        }
    }
    for (ward, domain) in left {
        let place = ward.map_or("no ward".to_owned(), |w| format!("the ward \"{w}\""));
        doubts.push(format!(
            "no agency looks after {domain} in {place}; nobody is told to review it"
        ));
    }
    doubts
}
