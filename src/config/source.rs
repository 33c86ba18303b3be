//! Where a camera's pictures come from.

use super::address::StreamUrl;
use super::stream::{self, StreamTerms};
use super::table::{At, Table};
use crate::media::WallTime;
use jiff::Timestamp;
use std::path::PathBuf;
use toml::de::DeValue;

pub(super) const KEYS: &[&str] = &[
    "url",
    "analysis_url",
    "analysis_fps",
    "analysis_fps_floor",
    "priority",
    "path",
    "start_time",
    "transport",
    "connect_timeout_seconds",
    "read_timeout_seconds",
    "hardware",
    "credentials_file",
];

/// Where a camera's pictures come from: a stream, a recording, or only how to look at what a
/// command names.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceConfig {
    /// The main stream; evidence comes from it.
    pub url: Option<StreamUrl>,
    /// A smaller stream of the same view, to analyse.
    pub analysis_url: Option<StreamUrl>,
    /// Pictures analysed a second; `None`: as the command chooses.
    pub analysis_fps: Option<f64>,
    /// Live: at least so many pictures a second are analysed, however busy the machine is.
    pub analysis_fps_floor: Option<f64>,
    /// Live: its share of a busy machine against other cameras', 1 to 10.
    pub priority: u8,
    /// A recording, or a folder of them; seen from the camera file's folder.
    pub path: Option<PathBuf>,
    /// When the recording's first picture was taken.
    pub start_time: Option<WallTime>,
    /// How the streams are opened.
    pub stream: StreamTerms,
}

/// Reads `[source]`.
pub(super) fn read(
    table: &Table<'_>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> SourceConfig {
    if table.has("analysis_url") && !table.has("url") {
        table.doc().refuse(
            table.key_span("analysis_url"),
            "\"analysis_url\" needs \"url\" beside it, the main stream that evidence comes from",
        );
    }
    let mut main = url(table, "url", environment);
    let mut analysis = url(table, "analysis_url", environment);
    let mut stream = stream::read(table);
    if !is_only_device(table, [&main, &analysis]) {
        stream.credentials_file = stream::credentials(table, [&mut main, &mut analysis]);
    }
    SourceConfig {
        url: main,
        analysis_url: analysis,
        analysis_fps: table
            .number("analysis_fps", 1.0..=60.0, "pictures a second")
            .map(|n| n.value),
        analysis_fps_floor: table
            .number("analysis_fps_floor", 0.2..=60.0, "pictures a second")
            .map(|n| n.value),
        priority: table.integer("priority", 1..=10, "").map_or(1, |n| n.value as u8),
        path: path(table),
        start_time: start_time(table),
        stream,
    }
}

/// Whether all that is named are local devices; refuses what makes no sense for them.
fn is_only_device(table: &Table<'_>, urls: [&Option<StreamUrl>; 2]) -> bool {
    if let [Some(main), Some(analysis)] = urls
        && main.is_device()
        && main == analysis
    {
        let message = "\"analysis_url\" names the same device as \"url\", which can be opened once; \
                       leave it out";
        table.doc().refuse(table.key_span("analysis_url"), message);
    }
    let mut named = urls.into_iter().flatten().peekable();
    let is_device = named.peek().is_some() && named.all(StreamUrl::is_device);
    for key in ["transport", "credentials_file"] {
        if is_device && table.has(key) {
            let message =
                format!("\"{key}\" is for streams, and a local device is none; remove it");
            table.doc().refuse(table.key_span(key), &message);
        }
    }
    is_device
}

fn url(
    table: &Table<'_>,
    key: &str,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Option<StreamUrl> {
    let At { value, span } = table.string(key, "an address in quotes")?;
    match StreamUrl::new(value, environment) {
        Ok(url) => Some(url),
        Err(error) => {
            let mistake = table.doc().mistake(span, &format!("\"{key}\" {error}"));
            table.doc().note(mistake.hiding_value());
            None
        }
    }
}

fn path(table: &Table<'_>) -> Option<PathBuf> {
    let At { value, span } = table.string("path", "a path in quotes")?;
    if value.is_empty() || value.contains('\0') {
        let message = "\"path\" must name a recording or a folder of recordings";
        table.doc().refuse(span, message);
        return None;
    }
    Some(table.doc().resolve(value))
}

fn start_time(table: &Table<'_>) -> Option<WallTime> {
    let value = table.value("start_time")?;
    let text = match value.get_ref() {
        DeValue::String(text) => text.to_string(),
        DeValue::Datetime(time) => time.to_string(),
        _ => {
            table.wrong("start_time", value, "a time like 2026-08-15T14:30:00+07:00");
            return None;
        }
    };
    let time = text.parse::<Timestamp>();
    if time.is_err() {
        let message = "\"start_time\" must be a date and time with its offset from UTC, like \
                       2026-08-15T14:30:00+07:00";
        table.doc().refuse(value.span(), message);
    }
    time.ok().map(WallTime)
}
