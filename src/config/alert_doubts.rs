//! What of a site's alerts is allowed but perhaps not meant.

use super::agency::Agency;
use super::camera::Camera;
use super::hours::show_hours;
use super::sink::{MailSecurity, QuietHours, SinkConfig, Target, Wants};
use crate::rules::RuleSpec;

/// Minutes in a day.
const DAY: u16 = 24 * 60;

/// What of a site's alerts is allowed but perhaps not meant, one sentence each. What is overdue comes
/// to a sink that an agency names, whatever the sink asks for.
pub fn alert_warnings(
    sinks: &[SinkConfig],
    agencies: &[Agency],
    cameras: &[Camera],
) -> Vec<String> {
    sinks
        .iter()
        .flat_map(|sink| {
            let named = agencies.iter().any(|a| a.sinks.contains(&sink.name));
            doubts(sink, named, cameras)
                .into_iter()
                .map(|doubt| format!("alerts \"{}\": {doubt}", sink.name))
        })
        .collect()
}

fn doubts(sink: &SinkConfig, named: bool, cameras: &[Camera]) -> Vec<String> {
    let mut doubts = Vec::new();
    let wants = &sink.wants;
    for id in wants.cameras.iter().flatten() {
        if !cameras.iter().any(|camera| camera.id == *id) {
            doubts.push(format!("no camera has the id \"{id}\""));
        }
    }
    for ward in wants.wards.iter().flatten() {
        if !cameras.iter().any(|camera| camera.ward.as_ref() == Some(ward)) {
            doubts.push(format!("no camera stands in the ward \"{ward}\""));
        }
    }
    let asks_none = wants.kinds.as_ref().is_some_and(Vec::is_empty);
    let reachable = cameras.iter().any(|c| c.rules.iter().any(|rule| may_come(wants, c, rule)));
    let tells_states = wants.camera_states.as_ref().is_none_or(|states| !states.is_empty());
    if !(reachable || asks_none && (tells_states || named)) {
        doubts.push(
            "no event can come there: no rule of a camera fits its kinds, domains, severities, cameras and wards"
                .to_owned(),
        );
    }
    if let Some(quiet) = &sink.quiet
        && (0..DAY).all(|m| quiet.hours.iter().any(|h| h.contains(m)))
    {
        let hours: Vec<String> = quiet.hours.iter().map(|h| show_hours(*h)).collect();
        let rest = match quiet {
            QuietHours { severe_pass: true, .. } => "only grave news goes out",
            QuietHours { severe_pass: false, .. } => "nothing goes out at its time",
        };
        doubts.push(format!("its quiet hours {} are the whole day; {rest}", hours.join(", ")));
    }
    doubts.extend(plain(&sink.target).map(str::to_owned));
    doubts
}

fn may_come(wants: &Wants, camera: &Camera, rule: &RuleSpec) -> bool {
    fn among<T: PartialEq>(list: Option<&Vec<T>>, one: &T) -> bool {
        list.is_none_or(|list| list.contains(one))
    }
    among(wants.kinds.as_ref(), &rule.kind)
        && among(wants.domains.as_ref(), &rule.kind.info().domain)
        && among(wants.severities.as_ref(), &rule.severity)
        && among(wants.cameras.as_ref(), &camera.id)
        && wants
            .wards
            .as_ref()
            .is_none_or(|wards| camera.ward.as_ref().is_some_and(|w| wards.contains(w)))
}

/// Secrets that can be read on the way.
fn plain(target: &Target) -> Option<&'static str> {
    match target {
        Target::Webhook(w) if w.url.is_plain() && w.token.is_some() => {
            Some("its token can be read on the way; use https")
        }
        Target::Webhook(w) if w.url.is_plain() && w.key.is_none() => {
            Some("without https and a key, anybody on the way can read and forge its messages")
        }
        Target::Mqtt(m) if !m.tls && m.login.is_some() => {
            Some("its password can be read on the way; leave \"tls\" out")
        }
        Target::Email(e) if e.security == MailSecurity::Plain && e.login.is_some() => {
            Some("its password can be read on the way; use security = \"starttls\" or \"tls\"")
        }
        Target::Telegram(t) if t.url.is_plain() => {
            Some("its token can be read on the way; use https")
        }
        _ => None,
    }
}
