//! A camera file.

use super::attention;
use super::calibration;
use super::document::Document;
use super::drawing;
use super::drawn::Drawn;
use super::error::ConfigError;
use super::feed::FeedConfig;
use super::health::{self, HealthConfig};
use super::needs::{self, There};
use super::reference;
use super::rule;
use super::signal::{self, Signals};
use super::source::{self, SourceConfig};
use super::table::{At, Table};
use crate::rules::{Mechanism, RuleSpec};
use crate::scene::{Programme, Scene};
use crate::vision::Class;
use crate::vision::attention::AttentionSpec;
use crate::vision::background::Photograph;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use unicode_normalization::UnicodeNormalization;

pub(super) const KEYS: &[&str] = &[
    "version",
    "id",
    "name",
    "ward",
    "position",
    "frame_size",
    "source",
    "zones",
    "lines",
    "signals",
    "calibration",
    "rules",
    "evidence",
    "detector",
    "attention",
    "health",
    "vendor",
    "contract",
];

pub(super) const POSITION_KEYS: &[&str] = &["lat", "lon"];
pub(super) const EVIDENCE_KEYS: &[&str] = &["pre_seconds", "post_seconds"];
pub(super) const DETECTOR_KEYS: &[&str] = &["model", "min_score", "input_long_side", "steady"];

/// The longest side of a picture, in pixels.
const LONGEST_SIDE: f64 = 16_384.0;

/// One fixed view, validated: what it looks at, what is judged there, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Camera {
    /// Unique within a site: 1 to 64 letters, digits, `-`, `_`, `.`. Part of event ids.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The ward it stands in.
    pub ward: Option<String>,
    /// Where it stands.
    pub position: Option<Position>,
    /// The picture's size and what is drawn on it.
    pub scene: Scene,
    /// What controllers say of traffic lights, by name.
    pub programmes: BTreeMap<String, Arc<Programme>>,
    /// Photographs of zones when they are clear, by zone.
    pub references: BTreeMap<String, Arc<Photograph>>,
    /// What is judged.
    pub rules: Vec<RuleSpec>,
    /// Where its pictures come from.
    pub source: Option<SourceConfig>,
    /// How much of a violation's surroundings is kept.
    pub evidence: EvidenceConfig,
    /// Controllers to be listened to while it runs live; their programmes are among those above.
    pub feeds: Vec<FeedConfig>,
    /// How it is looked at.
    pub detector: DetectorConfig,
    /// Where and how often it is looked at.
    pub attention: AttentionSpec,
    /// What counts as a fault of its view.
    pub health: HealthConfig,
    /// Who keeps it running; `None`: as its contract says.
    pub vendor: Option<String>,
    /// The contract of the site file that it is under; `None`: the one that names it.
    pub contract: Option<String>,
    /// The file it was read from.
    pub file: PathBuf,
    /// SHA-256 of that file, hexadecimal.
    pub fingerprint: String,
}

/// A place on Earth, WGS 84, in degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Position {
    /// Latitude, −90 to 90, north positive.
    pub lat: f64,
    /// Longitude, −180 to 180, east positive.
    pub lon: f64,
}

/// How much of a violation's surroundings its clip shows, in seconds, 0 to 120.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct EvidenceConfig {
    /// Before its moment.
    pub pre_seconds: f64,
    /// After its moment.
    pub post_seconds: f64,
}

impl Default for EvidenceConfig {
    fn default() -> Self {
        Self { pre_seconds: 5.0, post_seconds: 5.0 }
    }
}

/// How a camera is looked at.
#[derive(Debug, Clone, PartialEq)]
pub struct DetectorConfig {
    /// The model's name in the manifest of models; `None`: the site's default.
    pub model: Option<String>,
    /// Detections below this score are not used, 0.05 to 0.95.
    pub min_score: f32,
    /// The longer side of the model's input, in pixels, a multiple of 32 from 160 to 1920.
    pub input_long_side: u32,
    /// Whether camera shake is compensated.
    pub steady: bool,
}

impl Default for DetectorConfig {
    fn default() -> Self {
        Self { model: None, min_score: 0.45, input_long_side: 640, steady: true }
    }
}

/// A camera file as read: the camera where it is sound, and its id even where it is not.
pub(super) struct Reading {
    pub(super) document: Document,
    pub(super) id: Option<At<String>>,
    pub(super) camera: Result<Camera, ConfigError>,
}

/// Reads a camera file. `${NAME}` in stream addresses is taken from the environment.
///
/// # Errors
/// [`ConfigError`]: the file cannot be read, or holds mistakes; all that can be found are named.
pub fn load_camera(path: &Path) -> Result<Camera, ConfigError> {
    read_camera(Document::open(path)?, &|name| std::env::var(name).ok()).camera
}

/// Reads a camera from a document.
pub(super) fn read_camera(
    document: Document,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Reading {
    let mut id = None;
    let camera = document.parse().and_then(|parsed| {
        let root = Table::root(&document, &parsed, KEYS)?;
        id = read_id(&root);
        read(&root, id.as_ref().map(|id| id.value.clone()), environment)
    });
    let camera = match (document.verdict(), camera) {
        (Ok(()), Some(camera)) => Ok(camera),
        (Err(mistakes), _) => Err(mistakes),
        // Nothing was noted, yet nothing came of it: never silent.
        (Ok(()), None) => Err(ConfigError::Mistakes(vec![
            document.mistake(0..0, "this file could not be understood; compare it with an example"),
        ])),
    };
    Reading { document, id, camera }
}

fn read(
    root: &Table<'_>,
    id: Option<String>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Option<Camera> {
    if !root.has("name") {
        root.missing("name", "name = \"Ngã tư Lê Lợi – Phạm Hồng Thái\"");
    }
    let name = root.label("name");
    // Scopes and agencies name it: however its letters were typed.
    let ward = root.label("ward").map(|ward| ward.value.nfc().collect());
    let position = position(root);
    let frame_size = frame_size(root);
    let source = root.table("source", " in [source]", source::KEYS);
    let source = source.map(|table| source::read(&table, environment));
    let zones = root.tables("zones", " in [[zones]]", drawing::ZONE_KEYS);
    let (zones, zone_names) = drawing::zones(&zones, frame_size);
    let lines = root.tables("lines", " in [[lines]]", drawing::LINE_KEYS);
    let (lines, line_names) = drawing::lines(&lines, frame_size);
    let signals = root.tables("signals", " in [[signals]]", signal::KEYS);
    let Signals { sound: signals, names: signal_names, programmes, feeds } =
        signal::signals(&signals, frame_size, environment);
    let drawn = Drawn { zones: zone_names, lines: line_names, signals: signal_names };
    let plane = calibration::read(root, frame_size);
    let there = There { zones: &zones, calibration: root.has("calibration") };
    let (rules, references) = rules(root, &drawn, &there, frame_size);
    let evidence = evidence(root);
    let detector = detector(root);
    let attention = attention::read(root, detector.input_long_side, rules.iter().any(tells_riders));
    let health = health::read(root);
    let vendor = root.label("vendor").map(|vendor| vendor.value);
    let contract = root.label("contract").map(|contract| contract.value);
    Some(Camera {
        id: id?,
        name: name?.value,
        ward,
        position,
        scene: Scene { frame_size: frame_size?, zones, lines, signals, plane },
        programmes,
        references,
        rules,
        source,
        evidence,
        feeds,
        detector,
        attention,
        health,
        vendor,
        contract,
        file: root.doc().path().to_owned(),
        fingerprint: root.doc().fingerprint(),
    })
}

/// Whether a rule must know who rides.
fn tells_riders(rule: &RuleSpec) -> bool {
    let people = rule.classes.contains(&Class::Person);
    rule.kind.info().mechanism == Mechanism::Riders || people && !rule.riders
}

fn read_id(root: &Table<'_>) -> Option<At<String>> {
    if !root.has("id") {
        root.missing("id", "id = \"p1-le-loi-01\"");
    }
    let At { value, span } = root.string("id", "a text in quotes")?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    // A name of dots alone would be a folder's.
    let dots = value.chars().all(|c| c == '.');
    if value.len() > 64 || dots || !value.chars().all(allowed) {
        let message = "\"id\" must have 1 to 64 letters (a–z, without marks), digits, \"-\", \"_\" \
                       or \".\"";
        root.doc().refuse(span, message);
        return None;
    }
    Some(At { value: value.to_owned(), span })
}

fn position(root: &Table<'_>) -> Option<Position> {
    let table = root.table("position", " in position", POSITION_KEYS)?;
    for (key, example) in [("lat", "lat = 9.9347"), ("lon", "lon = 106.3453")] {
        if !table.has(key) {
            table.missing(key, example);
        }
    }
    let lat = table.number("lat", -90.0..=90.0, "degrees");
    let lon = table.number("lon", -180.0..=180.0, "degrees");
    Some(Position { lat: lat?.value, lon: lon?.value })
}

fn frame_size(root: &Table<'_>) -> Option<(u32, u32)> {
    if !root.has("frame_size") {
        root.missing(
            "frame_size",
            "frame_size = [1280, 720], the picture that points are given in",
        );
    }
    let expected = "two whole numbers [width, height] in pixels";
    let At { value, span } = root.numbers::<2>("frame_size", expected)?;
    if value.iter().any(|side| side.fract() != 0.0 || !(16.0..=LONGEST_SIDE).contains(side)) {
        let message = format!(
            "\"frame_size\" must be [width, height], whole numbers of pixels between 16 and \
             {LONGEST_SIDE}"
        );
        root.doc().refuse(span, &message);
        return None;
    }
    Some((value[0] as u32, value[1] as u32))
}

fn rules(
    root: &Table<'_>,
    drawn: &Drawn,
    there: &There<'_>,
    frame: Option<(u32, u32)>,
) -> (Vec<RuleSpec>, BTreeMap<String, Arc<Photograph>>) {
    let mut rules: Vec<RuleSpec> = Vec::new();
    let mut references = BTreeMap::new();
    for table in root.tables("rules", " in [[rules]]", rule::KEYS) {
        let Some(rule) = rule::read(&table, drawn) else { continue };
        needs::check(&table, &rule, there);
        reference::read(&table, &rule, frame, &mut references);
        if rules.iter().any(|earlier| earlier.name == rule.name) {
            let key = if table.has("name") { "name" } else { "kind" };
            let message = format!(
                "two rules are called \"{}\"; give one of them another name = \"…\"",
                rule.name
            );
            root.doc().refuse(table.key_span(key), &message);
        } else {
            rules.push(rule);
        }
    }
    (rules, references)
}

fn evidence(root: &Table<'_>) -> EvidenceConfig {
    let mut evidence = EvidenceConfig::default();
    if let Some(table) = root.table("evidence", " in [evidence]", EVIDENCE_KEYS) {
        let seconds = |key| table.number(key, 0.0..=120.0, "seconds").map(|n| n.value);
        evidence.pre_seconds = seconds("pre_seconds").unwrap_or(evidence.pre_seconds);
        evidence.post_seconds = seconds("post_seconds").unwrap_or(evidence.post_seconds);
    }
    evidence
}

fn detector(root: &Table<'_>) -> DetectorConfig {
    let mut detector = DetectorConfig::default();
    let Some(table) = root.table("detector", " in [detector]", DETECTOR_KEYS) else {
        return detector;
    };
    detector.model = table.name("model").map(|model| model.value);
    if let Some(score) = table.number("min_score", 0.05..=0.95, "") {
        detector.min_score = score.value as f32;
    }
    detector.steady = table.flag("steady").unwrap_or(detector.steady);
    if let Some(side) = table.integer("input_long_side", 160..=1920, "pixels") {
        if side.value % 32 == 0 {
            detector.input_long_side = side.value as u32;
        } else {
            let near = (side.value + 16) / 32 * 32;
            let message = format!("\"input_long_side\" must be a multiple of 32, like {near}");
            root.doc().refuse(side.span, &message);
        }
    }
    detector
}
