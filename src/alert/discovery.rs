//! Tells Home Assistant of cameras: an entity for what a camera's state is, one for its incidents
//! (<https://www.home-assistant.io/integrations/mqtt/#mqtt-discovery>).

use crate::config::MqttConfig;
use serde_json::json;

/// Topics and bodies, to be retained, that make a camera known.
pub(super) fn of_camera(
    prefix: &str,
    config: &MqttConfig,
    camera: &str,
    name: &str,
) -> Vec<(String, String)> {
    let plain: String = camera
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || c == '-' || c == '_' { c } else { '_' })
        .collect();
    let device = json!({
        "identifiers": [format!("streetward_{plain}")],
        "name": name,
        "manufacturer": "Streetward",
    });
    let state_topic = config.state_topic.replace("{camera}", camera);
    let state = json!({
        "name": "Trạng thái quan sát",
        "unique_id": format!("streetward_{plain}_state"),
        "state_topic": state_topic,
        "value_template": "{{ value_json.change.state }}",
        "json_attributes_topic": state_topic,
        "json_attributes_template": "{{ value_json.change | tojson }}",
        "device_class": "enum",
        "options": ["seeing", "degraded", "blind", "offline"],
        "icon": "mdi:cctv",
        "device": device,
    });
    let mut all =
        vec![(format!("{prefix}/sensor/streetward_{plain}/state/config"), state.to_string())];
    if let Some(topic) = watched(&config.topic, camera) {
        let incidents = json!({
            "name": "Trường hợp nghi vấn",
            "unique_id": format!("streetward_{plain}_incident"),
            "state_topic": topic,
            "event_types": ["opened", "continued", "closed"],
            "value_template": "{{ {'event_type': value_json.phase, 'kind': value_json.event.kind, \
                'id': value_json.event.id, 'title': value_json.title} | tojson }}",
            "icon": "mdi:alert-octagon-outline",
            "device": device,
        });
        all.push((
            format!("{prefix}/event/streetward_{plain}/incident/config"),
            incidents.to_string(),
        ));
    }
    all
}

/// The topic that all of a camera's events come under; `None` where none holds them and no others.
fn watched(template: &str, camera: &str) -> Option<String> {
    if !template.contains("{camera}") {
        return None;
    }
    let levels = template.split('/').map(|level| match level {
        "{kind}" | "{domain}" | "{ward}" | "{id}" => Some("+".to_owned()),
        other => {
            let level = other.replace("{camera}", camera);
            (!level.contains('{')).then_some(level)
        }
    });
    levels.collect::<Option<Vec<_>>>().map(|levels| levels.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_of_one_camera_is_watched() {
        for (template, topic) in [
            ("streetward/{camera}/events", Some("streetward/c1/events")),
            ("city/{ward}/{camera}/{kind}", Some("city/+/c1/+")),
            ("city/{camera}/x-{kind}", None),
            ("city/events", None),
        ] {
            assert_eq!(watched(template, "c1").as_deref(), topic, "{template}");
        }
    }
}
