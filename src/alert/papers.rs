//! Reports in letters: their words, and their files where a sink takes files.

use super::alerter::key;
use super::message::Message;
use super::wording::{Said, Wording};
use crate::config::Language;
use crate::media::WallTime;
use crate::store::Letter;
use std::path::{Component, Path};

/// Attachments of one letter together at most; mail servers seldom take more. What does not fit is told
/// by its place alone.
const MOST_BYTES: u64 = 15 << 20;

/// A report that was made by schedule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportMade {
    /// The schedule's name.
    pub schedule: String,
    /// The period's stable name, `2026-10`.
    pub period: String,
    /// What the report is, in Vietnamese.
    pub title_vi: String,
    /// The same in English.
    pub title_en: String,
    /// Its files, seen from the data folder.
    pub files: Vec<String>,
}

/// The letters that tell these sinks of a report.
pub fn report_letters(sinks: &[String], made: &ReportMade, at: WallTime) -> Vec<Letter> {
    let message = Message::Report {
        title_vi: made.title_vi.clone(),
        title_en: made.title_en.clone(),
        files: made.files.clone(),
    };
    // Of plain fields alone, so it cannot fail.
    let Ok(body) = serde_json::to_string(&message) else { return Vec::new() };
    let subject = format!("report {}", made.period);
    let letter = |sink: &String| Letter {
        key: key(sink, &subject, &made.schedule),
        sink: sink.clone(),
        subject: subject.clone(),
        at,
        body: body.clone(),
        recovery: false,
    };
    sinks.iter().map(letter).collect()
}

/// A report's files that still lie in the data folder, by name, as far as a letter bears them.
pub(super) fn of_report(data: &Path, files: &[String]) -> Vec<(String, Vec<u8>)> {
    let mut left = MOST_BYTES;
    let mut papers = Vec::new();
    for file in files {
        let path = Path::new(file);
        // What the outbox says is not trusted with other places.
        let within = path.components().all(|part| matches!(part, Component::Normal(_)));
        let Some(name) = path.file_name().and_then(|n| n.to_str()).filter(|_| within) else {
            continue;
        };
        let path = data.join(path);
        let length = std::fs::metadata(&path).map_or(u64::MAX, |m| m.len());
        if length > left {
            continue;
        }
        if let Ok(bytes) = std::fs::read(&path) {
            left -= length;
            papers.push((name.to_owned(), bytes));
        }
    }
    papers
}

impl Wording {
    /// A report that was made.
    pub(super) fn report(&self, (vi, en): (&str, &str), files: &[String]) -> Said {
        let list = files.iter().fold(String::new(), |list, file| list + "\n– " + file);
        let (title, text) = match self.language {
            Language::Vi => (
                vi.to_owned(),
                format!("{vi} đã được lập tự động. Tệp trong thư mục dữ liệu:{list}"),
            ),
            Language::En => (
                en.to_owned(),
                format!("{en} was made by schedule. Files in the data folder:{list}"),
            ),
        };
        Said { title, text, link: None, detail: None }
    }
}
