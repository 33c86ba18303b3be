//! Reads `[[alerts]]`.

use super::alert_target;
use super::drawing::unique_name;
use super::hours::parse_hours;
use super::list::{one_of, texts, words};
use super::sink::{Language, QuietHours, SinkConfig, Target, Wants};
use super::table::{At, Table};
use crate::rules::{Domain, HoursRange, Kind, Severity};
use crate::scene::CameraState;

pub(super) const KEYS: &[&str] = &[
    "name",
    "kind",
    "kinds",
    "domains",
    "severities",
    "cameras",
    "wards",
    "camera_states",
    "language",
    "quiet_hours",
    "severe_pass",
    "most_per_minute",
    "attach_still",
    "timeout_seconds",
    "give_up_days",
    "link",
    "ca_file",
    "url",
    "key",
    "key_file",
    "token",
    "token_file",
    "host",
    "port",
    "tls",
    "user",
    "password",
    "password_file",
    "topic",
    "state_topic",
    "discovery_prefix",
    "security",
    "from",
    "to",
    "chat",
];

/// Unless the file says otherwise: a try may take so long, seconds.
const TIMEOUT_SECONDS: f64 = 10.0;
/// And is given up after so many days.
const GIVE_UP_DAYS: f64 = 3.0;

const SEVERITIES: [(&str, Severity); 3] =
    [("low", Severity::Low), ("medium", Severity::Medium), ("high", Severity::High)];
const STATES: [(&str, CameraState); 4] = [
    ("seeing", CameraState::Seeing),
    ("degraded", CameraState::Degraded),
    ("blind", CameraState::Blind),
    ("offline", CameraState::Offline),
];
const LANGUAGES: [(&str, Language); 2] = [("vi", Language::Vi), ("en", Language::En)];

/// Reads the sinks; those with a mistake, which is noted, are left out.
pub(super) fn read(
    tables: &[Table<'_>],
    environment: &dyn Fn(&str) -> Option<String>,
) -> Vec<SinkConfig> {
    let mut names = Vec::new();
    tables.iter().filter_map(|table| sink(table, &mut names, environment)).collect()
}

fn sink(
    table: &Table<'_>,
    names: &mut Vec<String>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Option<SinkConfig> {
    let name = unique_name(table, names, "name = \"duty_room\"");
    let target = alert_target::read(table, environment);
    let attach_still = table.flag("attach_still").unwrap_or(false);
    if attach_still && matches!(target, Some(Target::Webhook(_) | Target::Mqtt(_))) {
        let message = "\"attach_still\" is for email and telegram; other sinks are told the evidence's folder";
        table.doc().refuse(table.key_span("attach_still"), message);
    }
    let kinds = Kind::ALL.map(|kind| (kind.info().name, kind));
    let wants = Wants {
        kinds: words(table, "kinds", &kinds),
        domains: words(table, "domains", &Domain::ALL.map(|d| (d.name(), d))),
        severities: words(table, "severities", &SEVERITIES),
        cameras: texts(table, "cameras"),
        wards: texts(table, "wards"),
        camera_states: words(table, "camera_states", &STATES),
    };
    let language = table
        .string("language", "\"vi\" or \"en\"")
        .and_then(|word| one_of(table, "language", &word, &LANGUAGES))
        .unwrap_or_default();
    let quiet = quiet(table);
    let number = |key, range, unit| table.number(key, range, unit).map(|n| n.value);
    let most_per_minute =
        table.integer("most_per_minute", 1..=6000, "messages").map(|n| n.value as u32);
    let timeout = number("timeout_seconds", 0.2..=60.0, "seconds").unwrap_or(TIMEOUT_SECONDS);
    let give_up_days = number("give_up_days", 0.01..=30.0, "days").unwrap_or(GIVE_UP_DAYS);
    let link = link(table);
    let ca_file = table.string("ca_file", "a path in quotes").map(|p| table.doc().resolve(p.value));
    let target = target?;
    Some(SinkConfig {
        name: name?,
        most_per_minute: most_per_minute.or(usual_pace(&target)),
        target,
        wants,
        language,
        quiet,
        attach_still,
        timeout_seconds: timeout,
        give_up_days,
        link,
        ca_file,
    })
}

/// What people's channels bear: Telegram takes 20 messages a minute into a group
/// (<https://core.telegram.org/bots/faq>).
const fn usual_pace(target: &Target) -> Option<u32> {
    match target {
        Target::Webhook(_) | Target::Mqtt(_) => None,
        Target::Email(_) => Some(30),
        Target::Telegram(_) => Some(20),
    }
}

fn quiet(table: &Table<'_>) -> Option<QuietHours> {
    let severe_pass = table.flag("severe_pass");
    if !table.has("quiet_hours") {
        if severe_pass.is_some() {
            let message =
                "\"severe_pass\" says what passes in quiet hours: give \"quiet_hours\" too";
            table.doc().refuse(table.key_span("severe_pass"), message);
        }
        return None;
    }
    let written = table.elements("quiet_hours", "an array of hours like [\"22:00-06:00\"]")?;
    let mut hours: Vec<HoursRange> = Vec::with_capacity(written.value.len());
    for element in written.value {
        let Some(text) = element.get_ref().as_str() else {
            table.wrong("quiet_hours", element, "an array of hours like [\"22:00-06:00\"]");
            continue;
        };
        match parse_hours(text) {
            Ok(range) => hours.push(range),
            Err(error) => {
                table.doc().refuse(element.span(), &format!("quiet_hours \"{text}\" {error}"));
            }
        }
    }
    (!hours.is_empty()).then_some(QuietHours { hours, severe_pass: severe_pass.unwrap_or(true) })
}

fn link(table: &Table<'_>) -> Option<String> {
    let At { value, span } = table.string("link", "an address in quotes, with {id} in it")?;
    let web = value.starts_with("http://") || value.starts_with("https://");
    if !web || value.contains(char::is_whitespace) || super::redact::redact(value) != value {
        let message = "\"link\" must be an address without a password, like https://streetward.example/events/{id}";
        table.doc().refuse(span, message);
        return None;
    }
    Some(value.to_owned())
}
