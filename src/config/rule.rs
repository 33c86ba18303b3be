//! Reads `[[rules]]`.

use super::hours::parse_hours;
use super::suggest;
use super::table::{At, Table, type_of};
use crate::rules::{HoursRange, Kind, Mechanism, RuleSpec, Severity};
use crate::vision::Class;

pub(super) const KEYS: &[&str] = &[
    "kind",
    "zone",
    "name",
    "dwell_seconds",
    "enter_seconds",
    "leave_seconds",
    "hours",
    "classes",
    "riders",
    "severity",
];

/// The longest time a rule may allow or wait, a day.
const LONGEST_SECONDS: f64 = 86_400.0;

/// Kinds that are planned: known, so that a file naming one gets a better answer than "unknown".
const PLANNED: [&str; 13] = [
    "red_light",
    "solid_line",
    "banned_turn",
    "wrong_way",
    "speeding",
    "overloading",
    "no_helmet",
    "littering",
    "dumping",
    "abandoned_object",
    "sidewalk_encroachment",
    "roadway_encroachment",
    "crowd",
];

const SEVERITIES: [(&str, Severity); 3] =
    [("low", Severity::Low), ("medium", Severity::Medium), ("high", Severity::High)];

/// Reads one rule; `zones` are the names of the camera's zones, sound or not, so that a mistake in
/// a zone is not reported again at its rules. `None` when anything is wrong with it.
pub(super) fn read(table: &Table<'_>, zones: &[String]) -> Option<RuleSpec> {
    let kind = kind(table);
    let zone = zone(table, zones);
    let name = if table.has("name") { Some(table.name("name")) } else { None };
    let dwell = seconds(table, "dwell_seconds", f64::MIN_POSITIVE);
    let enter = seconds(table, "enter_seconds", 0.0);
    let leave = seconds(table, "leave_seconds", f64::MIN_POSITIVE);
    let hours = hours(table);
    let classes = classes(table);
    let riders = table.flag("riders");
    let severity = severity(table);
    let (kind, zone) = (kind?, zone?);
    let info = kind.info();
    if table.has("dwell_seconds") && info.mechanism != Mechanism::Dwell {
        let message = format!(
            "\"dwell_seconds\" has no effect on {}, which holds from entering the zone; remove it",
            info.name
        );
        table.doc().refuse(table.key_span("dwell_seconds"), &message);
        return None;
    }
    Some(RuleSpec {
        name: match name {
            Some(written) => written?.value,
            None => format!("{}@{zone}", info.name),
        },
        kind,
        zone,
        classes: classes?.unwrap_or_else(|| info.classes.to_vec()),
        riders: riders.unwrap_or(info.riders),
        enter_seconds: enter?.unwrap_or(info.enter_seconds),
        leave_seconds: leave?.unwrap_or(info.leave_seconds),
        dwell_seconds: dwell?.unwrap_or(info.dwell_seconds),
        hours: hours?,
        severity: severity?.unwrap_or(info.severity),
    })
}

/// `Some(None)`: not written; `None`: wrong, and noted.
type Optional<T> = Option<Option<T>>;

fn kind(table: &Table<'_>) -> Option<Kind> {
    if !table.has("kind") {
        table.missing("kind", "kind = \"illegal_parking\", or another kind");
    }
    let At { value, span } = table.string("kind", "a kind's name in quotes")?;
    if let Some(kind) = Kind::from_name(value) {
        return Some(kind);
    }
    let judged: Vec<&str> = Kind::ALL.iter().map(|kind| kind.info().name).collect();
    let near = suggest::nearest(value, judged.iter().copied().chain(PLANNED));
    let message = if PLANNED.contains(&value) {
        format!(
            "kind \"{value}\" is planned but this version cannot judge it; remove the rule, or use \
             one of {}",
            judged.join(", ")
        )
    } else if let Some(planned) = near.filter(|near| PLANNED.contains(near)) {
        format!(
            "unknown kind \"{value}\"; \"{planned}\" is planned but this version cannot judge it"
        )
    } else {
        format!("unknown kind \"{value}\"{}", suggest::hint(value, "kinds", &judged))
    };
    table.doc().refuse(span, &message);
    None
}

fn zone(table: &Table<'_>, zones: &[String]) -> Option<String> {
    if !table.has("zone") {
        table.missing("zone", "zone = \"the name of one of this camera's zones\"");
    }
    let At { value, span } = table.string("zone", "a zone's name in quotes")?;
    if zones.iter().any(|zone| zone == value) {
        return Some(value.to_owned());
    }
    let known: Vec<&str> = zones.iter().map(String::as_str).collect();
    let hint = match known.as_slice() {
        [] => "; this camera has no zones, add [[zones]]".to_owned(),
        known => suggest::hint(value, "zones", known),
    };
    table.doc().refuse(span, &format!("there is no zone \"{value}\"{hint}"));
    None
}

fn seconds(table: &Table<'_>, key: &str, least: f64) -> Optional<f64> {
    if !table.has(key) {
        return Some(None);
    }
    let written = table.number(key, f64::MIN..=f64::MAX, "seconds")?;
    if (least..=LONGEST_SECONDS).contains(&written.value) {
        return Some(Some(written.value));
    }
    let bound = if least > 0.0 { "greater than 0" } else { "0 or greater" };
    let message = format!("\"{key}\" must be {bound} and at most {LONGEST_SECONDS} seconds");
    table.doc().refuse(written.span, &message);
    None
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

fn classes(table: &Table<'_>) -> Optional<Vec<Class>> {
    if !table.has("classes") {
        return Some(None);
    }
    let written = table.elements("classes", "an array of classes like [\"car\", \"truck\"]")?;
    let names = Class::ALL.map(Class::name);
    let mut classes = Vec::with_capacity(written.value.len());
    for element in written.value {
        let class = element
            .get_ref()
            .as_str()
            .map(|name| (name, Class::ALL.into_iter().find(|class| class.name() == name)));
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
        let message = "\"classes\" is empty, so the rule would concern nobody; remove it, or name \
                       some";
        table.doc().refuse(written.span, message);
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
