//! The table [report]: who issues reports, who signs and receives them.

use super::list::texts;
use super::schedule::{self, Schedule};
use super::sink::SinkConfig;
use super::table::Table;
use std::path::PathBuf;

pub(super) const KEYS: &[&str] = &[
    "authority",
    "superior",
    "symbol",
    "place",
    "addressees",
    "recipients",
    "signer_for",
    "signer_title",
    "signer_name",
    "template",
    "planned_cameras",
    "schedules",
];

/// Who issues reports, who signs and receives them; what is left out is left to be filled in by
/// hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportConfig {
    /// The issuing authority, in capitals.
    pub authority: Option<String>,
    /// The authority above it, in capitals.
    pub superior: Option<String>,
    /// What follows the number and its slash.
    pub symbol: Option<String>,
    /// Where reports are issued.
    pub place: Option<String>,
    /// To whom they are addressed, an authority above, one line each.
    pub addressees: Vec<String>,
    /// Who receives them, one line each.
    pub recipients: Vec<String>,
    /// In whose name they are signed.
    pub signer_for: Option<String>,
    /// The office of who signs.
    pub signer_title: Option<String>,
    /// The name of who signs.
    pub signer_name: Option<String>,
    /// A DOCX of the city's own with named fields.
    pub template: Option<PathBuf>,
    /// How many cameras are planned; none: as the register says.
    pub planned_cameras: Option<u32>,
    /// Reports that the running service makes by itself.
    pub schedules: Vec<Schedule>,
}

/// Reads the table, if there is one, noting every mistake.
pub(super) fn read(root: &Table<'_>, alerts: &[SinkConfig]) -> ReportConfig {
    let Some(table) = root.table("report", " in [report]", KEYS) else {
        return ReportConfig::default();
    };
    let text = |key| table.label(key).map(|label| label.value);
    ReportConfig {
        authority: text("authority"),
        superior: text("superior"),
        symbol: text("symbol"),
        place: text("place"),
        addressees: lines(&table, "addressees", "[\"Ủy ban nhân dân thành phố\"]"),
        recipients: lines(&table, "recipients", "[\"Như trên;\", \"Lưu: VT.\"]"),
        signer_for: text("signer_for"),
        signer_title: text("signer_title"),
        signer_name: text("signer_name"),
        template: text("template").map(|path| table.doc().resolve(&path)),
        planned_cameras: table
            .integer("planned_cameras", 1..=1_000_000, "cameras")
            .and_then(|n| u32::try_from(n.value).ok()),
        schedules: schedule::read(&table, alerts),
    }
}

/// Lines of a letter; `example` says in a refusal what they look like.
fn lines(table: &Table<'_>, key: &str, example: &str) -> Vec<String> {
    let lines = texts(table, key).unwrap_or_default();
    let is_sound = |line: &String| {
        !line.is_empty() && line.chars().count() <= 200 && !line.chars().any(char::is_control)
    };
    if lines.len() > 40 || !lines.iter().all(is_sound) {
        let message = format!(
            "\"{key}\" must be at most 40 lines of 1 to 200 characters each, like {example}"
        );
        table.doc().refuse(table.key_span(key), &message);
    }
    lines
}
