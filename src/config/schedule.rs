//! The tables [[report.schedules]]: reports that the running service makes by itself, and who is told.

use super::list::{named_sinks, one_of, words};
use super::sink::{Language, SinkConfig};
use super::table::Table;

pub(super) const KEYS: &[&str] = &["period", "formats", "language", "sinks"];

const PERIODS: [(&str, SchedulePeriod); 5] = [
    ("day", SchedulePeriod::Day),
    ("week", SchedulePeriod::Week),
    ("month", SchedulePeriod::Month),
    ("half_year", SchedulePeriod::HalfYear),
    ("year", SchedulePeriod::Year),
];
const FORMATS: [(&str, ScheduleFormat); 4] = [
    ("html", ScheduleFormat::Html),
    ("csv", ScheduleFormat::Csv),
    ("xlsx", ScheduleFormat::Xlsx),
    ("docx", ScheduleFormat::Docx),
];
const LANGUAGES: [(&str, Language); 2] = [("vi", Language::Vi), ("en", Language::En)];

/// After which periods a report is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SchedulePeriod {
    /// A local day.
    Day,
    /// Monday to Sunday.
    Week,
    /// A calendar month.
    Month,
    /// January to June, July to December.
    HalfYear,
    /// A calendar year.
    Year,
}

/// What a report is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScheduleFormat {
    /// A page.
    Html,
    /// CSV files.
    Csv,
    /// A workbook.
    Xlsx,
    /// A letter.
    Docx,
}

/// Reports that are made by themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Schedule {
    /// After each of these.
    pub period: SchedulePeriod,
    /// As what.
    pub formats: Vec<ScheduleFormat>,
    /// In which language.
    pub language: Language,
    /// Names of `[[alerts]]` that are told; none: the files are there.
    pub sinks: Vec<String>,
}

impl Schedule {
    /// What tells it from others: who is told what, in which language. A schedule that tells others is
    /// another one, so that these are told too.
    pub fn name(&self) -> String {
        let word = PERIODS.iter().find(|(_, p)| *p == self.period).map_or("", |(word, _)| word);
        let language = if self.language == Language::Vi { "vi" } else { "en" };
        let mut sinks = self.sinks.clone();
        sinks.sort();
        format!("{word} {language} {}", sinks.join(",")).trim_end().to_owned()
    }
}

/// Reads the schedules of `[report]`, noting every mistake.
pub(super) fn read(report: &Table<'_>, alerts: &[SinkConfig]) -> Vec<Schedule> {
    let mut schedules: Vec<Schedule> = Vec::new();
    for table in report.tables("schedules", " in [[report.schedules]]", KEYS) {
        if !table.has("period") {
            table.missing("period", "period = \"month\"");
        }
        let period =
            table.string("period", "\"day\", \"week\", \"month\", \"half_year\" or \"year\"");
        let period = period.and_then(|word| one_of(&table, "period", &word, &PERIODS));
        let formats = words(&table, "formats", &FORMATS).unwrap_or(vec![ScheduleFormat::Docx]);
        if formats.is_empty() {
            let message = "\"formats\" must name at least one of html, csv, xlsx, docx";
            table.doc().refuse(table.key_span("formats"), message);
        }
        let language = table
            .string("language", "\"vi\" or \"en\"")
            .and_then(|word| one_of(&table, "language", &word, &LANGUAGES))
            .unwrap_or_default();
        let sinks = named_sinks(&table, alerts);
        let Some(period) = period else { continue };
        let schedule = Schedule { period, formats, language, sinks };
        if schedules.iter().any(|s| s.name() == schedule.name()) {
            let message = "two schedules make the same reports for the same [[alerts]]; name all formats in one of them";
            table.doc().refuse(table.key_span("period"), message);
            continue;
        }
        schedules.push(schedule);
    }
    schedules
}
