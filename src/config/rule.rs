//! Reads `[[rules]]`.

use super::drawn::{Drawn, named};
use super::hours::parse_hours;
use super::suggest;
use super::table::{At, Optional, Table, type_of};
use super::terms::{self, seconds};
use crate::rules::{Day, HoursRange, Kind, RuleSpec, Severity};
use crate::vision::Class;

/// Keys that every rule may have.
const COMMON: usize = 12;
pub(super) const KEYS: &[&str] = &[
    "kind",
    "zone",
    "line",
    "name",
    "enter_seconds",
    "leave_seconds",
    "hours",
    "days",
    "classes",
    "except_classes",
    "riders",
    "severity",
    "dwell_seconds",
    "signal",
    "grace_seconds",
    "beyond_lengths",
    "way",
    "exit_line",
    "within_seconds",
    "exempt_exits",
    "tolerance_degrees",
    "travel_lengths",
    "limit_kmh",
    "margin_kmh",
    "most_people",
    "stay_seconds",
    "owner_gone_seconds",
    "reach_lengths",
    "grown_share",
    "owner",
    "most_share",
    "reference",
];

const DAYS: [(&str, Day); 7] = [
    ("mon", Day::Mon),
    ("tue", Day::Tue),
    ("wed", Day::Wed),
    ("thu", Day::Thu),
    ("fri", Day::Fri),
    ("sat", Day::Sat),
    ("sun", Day::Sun),
];
const SEVERITIES: [(&str, Severity); 3] =
    [("low", Severity::Low), ("medium", Severity::Medium), ("high", Severity::High)];

/// Reads one rule. `None` when anything is wrong with it.
pub(super) fn read(table: &Table<'_>, drawn: &Drawn) -> Option<RuleSpec> {
    let kind = kind(table);
    let place = place(table, kind, drawn);
    let name = if table.has("name") { Some(table.name("name")) } else { None };
    let dwell = seconds(table, "dwell_seconds", f64::MIN_POSITIVE);
    let enter = seconds(table, "enter_seconds", 0.0);
    let leave = seconds(table, "leave_seconds", f64::MIN_POSITIVE);
    let hours = hours(table);
    let days = days(table);
    let classes = class_list(table, "classes");
    let except = class_list(table, "except_classes");
    let riders = table.flag("riders");
    let severity = severity(table);
    let terms = kind.and_then(|kind| terms::read(table, kind, drawn));
    let (kind, zone, terms) = (kind?, place?, terms?);
    let info = kind.info();
    let mut sound = true;
    for key in KEYS[COMMON..].iter().filter(|key| table.has(key)) {
        if !terms::concern(kind, key) {
            let message = format!("\"{key}\" has no effect on {}; remove it", info.name);
            table.doc().refuse(table.key_span(key), &message);
            sound = false;
        }
    }
    let mut classes = classes?.unwrap_or_else(|| info.classes.to_vec());
    let except = except?.unwrap_or_default();
    classes.retain(|class| !except.contains(class));
    if classes.is_empty() {
        let message = "\"except_classes\" leaves nobody whom the rule concerns; remove some";
        table.doc().refuse(table.key_span("except_classes"), message);
        sound = false;
    }
    let rule = RuleSpec {
        name: match name {
            Some(written) => written?.value,
            None => format!("{}@{zone}", info.name),
        },
        kind,
        zone,
        classes,
        riders: riders.unwrap_or(info.riders),
        enter_seconds: enter?.unwrap_or(info.enter_seconds),
        leave_seconds: leave?.unwrap_or(info.leave_seconds),
        dwell_seconds: dwell?.unwrap_or(info.dwell_seconds),
        hours: hours?,
        days: days?,
        severity: severity?.unwrap_or(info.severity),
        terms,
    };
    sound.then_some(rule)
}

fn kind(table: &Table<'_>) -> Option<Kind> {
    if !table.has("kind") {
        table.missing("kind", "kind = \"illegal_parking\", or another kind");
    }
    let At { value, span } = table.string("kind", "a kind's name in quotes")?;
    if let Some(kind) = Kind::from_name(value) {
        return Some(kind);
    }
    let kinds: Vec<&str> = Kind::ALL.iter().map(|kind| kind.info().name).collect();
    let message = format!("unknown kind \"{value}\"{}", suggest::hint(value, "kinds", &kinds));
    table.doc().refuse(span, &message);
    None
}

/// The zone or line that the rule holds at. Of an unknown kind, what is written is checked.
fn place(table: &Table<'_>, kind: Option<Kind>, drawn: &Drawn) -> Option<String> {
    let on_line = kind.map_or(table.has("line"), |kind| kind.info().mechanism.on_line());
    let (key, other) = if on_line { ("line", "zone") } else { ("zone", "line") };
    if let Some(kind) = kind
        && table.has(other)
    {
        let message = format!("{} is judged by a {key}; write {key} = \"…\" instead", kind.name());
        table.doc().refuse(table.key_span(other), &message);
        return None;
    }
    if !table.has(key) {
        table.missing(key, &format!("{key} = \"the name of one of this camera's {key}s\""));
    }
    let known = if on_line { &drawn.lines } else { &drawn.zones };
    named(table, key, key, known)
}

fn hours(table: &Table<'_>) -> Option<Vec<HoursRange>> {
    if !table.has("hours") {
        return Some(Vec::new());
    }
    let expected = "an array of hours like [\"06:00-22:00\"]";
    let written = table.elements("hours", expected)?;
    if written.value.is_empty() {
        let message = "\"hours\" is empty, so the rule would never hold; remove it for the whole \
                       day, or write [\"06:00-22:00\"]";
        table.doc().refuse(written.span, message);
        return None;
    }
    let mut hours = Vec::with_capacity(written.value.len());
    for element in written.value {
        let parsed = match element.get_ref().as_str() {
            Some(text) => parse_hours(text).map_err(|error| format!("hours \"{text}\" {error}")),
            None => Err(format!(
                "hours must be a text like \"06:00-22:00\", not {}",
                type_of(element.get_ref())
            )),
        };
        match parsed {
            Ok(range) => hours.push(range),
            Err(why) => table.doc().refuse(element.span(), &why),
        }
    }
    (hours.len() == written.value.len()).then_some(hours)
}

fn days(table: &Table<'_>) -> Option<Vec<Day>> {
    if !table.has("days") {
        return Some(Vec::new());
    }
    let written = table.elements("days", "an array of days like [\"mon\", \"sat\"]")?;
    let mut days = Vec::with_capacity(written.value.len());
    for element in written.value {
        let name = element.get_ref().as_str();
        let day = name.and_then(|name| DAYS.iter().find(|(known, _)| *known == name));
        let why = match (name, day) {
            (_, Some((_, day))) if !days.contains(day) => {
                days.push(*day);
                continue;
            }
            (Some(name), Some(_)) => format!("\"{name}\" is named twice; remove one"),
            (Some(name), None) => {
                let hint = suggest::hint(name, "days", &DAYS.map(|(name, _)| name));
                format!("unknown day \"{name}\"{hint}")
            }
            (None, _) => "a day must be a name in quotes like \"mon\"".to_owned(),
        };
        table.doc().refuse(element.span(), &why);
    }
    if written.value.is_empty() {
        let message = "\"days\" is empty, so the rule would never hold; remove it for every day";
        table.doc().refuse(written.span, message);
        return None;
    }
    (days.len() == written.value.len()).then_some(days)
}

fn class_list(table: &Table<'_>, key: &str) -> Optional<Vec<Class>> {
    if !table.has(key) {
        return Some(None);
    }
    let written = table.elements(key, "an array of classes like [\"car\", \"truck\"]")?;
    let names = Class::DETECTED.map(Class::name);
    let mut classes = Vec::with_capacity(written.value.len());
    for element in written.value {
        let class = element
            .get_ref()
            .as_str()
            .map(|name| (name, Class::DETECTED.into_iter().find(|class| class.name() == name)));
        let why = match class {
            Some((_, Some(class))) if !classes.contains(&class) => {
                classes.push(class);
                continue;
            }
            Some((name, Some(_))) => format!("\"{name}\" is named twice; remove one"),
            Some((name, None)) => {
                format!("unknown class \"{name}\"{}", suggest::hint(name, "classes", &names))
            }
            None => format!(
                "a class must be a name in quotes, not {}; the classes are {}",
                type_of(element.get_ref()),
                names.join(", ")
            ),
        };
        table.doc().refuse(element.span(), &why);
    }
    if written.value.is_empty() {
        let message = format!("\"{key}\" is empty; remove it, or name some");
        table.doc().refuse(written.span, &message);
        return None;
    }
    (classes.len() == written.value.len()).then_some(Some(classes))
}

fn severity(table: &Table<'_>) -> Optional<Severity> {
    if !table.has("severity") {
        return Some(None);
    }
    let At { value, span } = table.string("severity", "\"low\", \"medium\" or \"high\"")?;
    let known = SEVERITIES.iter().find(|(name, _)| *name == value);
    if known.is_none() {
        let hint = suggest::hint(value, "severities", &SEVERITIES.map(|(name, _)| name));
        table.doc().refuse(span, &format!("unknown severity \"{value}\"{hint}"));
    }
    known.map(|(_, severity)| Some(*severity))
}
