//! What is allowed but perhaps not meant.

use super::address::StreamUrl;
use super::camera::Camera;
use super::hours::{self, show_hours};
use crate::rules::{RuleSpec, Terms};
use crate::vision::background::ANALYSED;
use geo::BoundingRect;

/// A zone smaller than this share of the picture is hardly drawn on purpose.
const SMALL_SHARE: f64 = 0.0005;
/// A zone whose longer side spans fewer pixels of the picture on which standing things are told is too
/// small to judge their share.
const LEAST_PIXELS: f64 = 24.0;

/// Lamps of fewer pixels are too small to be told in most pictures: chroma is halved both ways.
const LEAST_LAMP: f32 = 6.0;

/// What is allowed in a camera file but perhaps not meant, one sentence each. Looks at the file
/// system for the recording it names.
pub fn warnings(camera: &Camera) -> Vec<String> {
    let mut warnings = Vec::new();
    let mut warn = |text: String| warnings.push(text);
    if camera.rules.is_empty() {
        warn("no rules: nothing is judged; add [[rules]]".to_owned());
    }
    for zone in &camera.scene.zones {
        let share = zone_share(camera, zone.area());
        if share < SMALL_SHARE {
            let (name, percent) = (&zone.name, share * 100.0);
            warn(format!(
                "zone \"{name}\" covers only {percent:.3} % of the picture; is it meant?"
            ));
        }
        if !camera.rules.is_empty() && !camera.rules.iter().any(|rule| rule.zone == zone.name) {
            warn(format!("zone \"{}\" is used by no rule", zone.name));
        }
    }
    for rule in camera.rules.iter().filter(|rule| matches!(rule.terms, Terms::Occupancy(_))) {
        let (width, height) = camera.scene.frame_size;
        let factor = f64::from(ANALYSED.0 / width as f32)
            .min(f64::from(ANALYSED.1 / height as f32))
            .min(1.0);
        let bounds = camera.scene.zone(&rule.zone).and_then(|z| z.polygon.bounding_rect());
        let Some(bounds) = bounds else { continue };
        let pixels = f64::from(bounds.width().max(bounds.height())) * factor;
        if pixels < LEAST_PIXELS {
            warn(format!(
                "zone \"{}\" spans only {pixels:.0} pixels of the picture that is analysed, too few for {}; {LEAST_PIXELS:.0} are needed: place the camera nearer, or draw it larger",
                rule.zone,
                rule.kind.name()
            ));
        }
    }
    for signal in &camera.scene.signals {
        let used = |rule: &RuleSpec| matches!(&rule.terms, Terms::Crossing(t) if t.signal.as_ref() == Some(&signal.name));
        if !camera.rules.iter().any(used) {
            warn(format!("signal \"{}\" is used by no rule", signal.name));
        }
    }
    for signal in &camera.scene.signals {
        let (width, height) = (signal.bbox.width(), signal.bbox.height());
        let (long, short) = (width.max(height), width.min(height));
        let lamp = if long >= 1.7 * short { long / 3.0 } else { short };
        if lamp < LEAST_LAMP {
            warn(format!(
                "signal \"{}\" has lamps of about {lamp:.0} pixels: under {LEAST_LAMP} its state is often unknown; use a sharper or nearer picture",
                signal.name
            ));
        }
    }
    for line in &camera.scene.lines {
        let used = |rule: &RuleSpec| {
            rule.zone == line.name
                || matches!(&rule.terms, Terms::Crossing(t) if t.exit_line.as_ref() == Some(&line.name)
                    || t.exempt_exits.contains(&line.name))
        };
        if !camera.rules.iter().any(used) {
            warn(format!("line \"{}\" is used by no rule", line.name));
        }
    }
    for rule in camera.rules.iter().filter(|rule| !rule.hours.is_empty()) {
        let hours: Vec<String> = rule.hours.iter().map(|hours| show_hours(*hours)).collect();
        warn(format!(
            "rule \"{}\" holds only {} local time (+07:00), so the footage's clock must be right",
            rule.name,
            hours.join(", ")
        ));
    }
    warnings.extend(hours::doubts(&camera.rules));
    let mut warn = |text: String| warnings.push(text);
    if let Some(picture) = camera.health.reference.as_ref().filter(|picture| !picture.exists()) {
        warn(format!("there is no reference picture at {}", picture.display()));
    }
    if let Some(source) = &camera.source {
        if [&source.url, &source.analysis_url].into_iter().flatten().any(StreamUrl::secret_in_file)
        {
            warn(
                "the file holds a password; write ${NAME} and set it in the environment".to_owned(),
            );
        }
        if [&source.url, &source.analysis_url].into_iter().flatten().any(StreamUrl::is_list) {
            warn(
                "the stream is a list of segments (HLS): it is late by about three of them, and so are \
                 the times of events; use RTSP where the camera has it"
                    .to_owned(),
            );
        }
        if source.stream.credentials_are_exposed() {
            warn(
                "everyone on this machine may read the credentials file; take the right away: chmod o-r"
                    .to_owned(),
            );
        }
        if let Some(path) = source.path.as_ref().filter(|path| !path.exists()) {
            warn(format!("there is no recording at {}", path.display()));
        }
    }
    warnings
}

/// The share of the picture that an area covers, 0 to 1.
pub fn zone_share(camera: &Camera, area: f32) -> f64 {
    let (width, height) = camera.scene.frame_size;
    f64::from(area) / (f64::from(width) * f64::from(height))
}
