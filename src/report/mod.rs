//! What was found, shown to people and to other programs: lists of events the page of a run, and
//! reports as papers.
//!
//! What enters: [`crate::store::EventRecord`]s and the figures of a run. What leaves: tables, JSON,
//! CSV and one HTML page that opens from disk and asks nothing of a server or the network.

mod document;
mod figures;
mod fitness;
mod hashed;
mod listing;
mod page;
mod paper;
mod recurrence;
mod say;
mod summary;
mod uptime;

pub use document::{
    Block, Cell, Chart, ChartStyle, Column, Document, Language, Picture, Section, Series, Table,
    Words,
};
pub use fitness::{
    Fitness, Lamp, RuleFitness, Sample, SampleKind, SignalFitness, Verdict, ZoneFitness, fitness,
};
pub use hashed::Hashed;
pub use listing::{ListFormat, Listing};
pub use paper::{
    DocumentFormat, Letterhead, PaperError, document_bytes, document_file_name, write_document,
};
pub use recurrence::{Recurrence, Tally};
pub use say::reason_names;
pub use summary::{ReportError, RunSummary, write_summary};
pub use uptime::{Care, Uptime, UptimeFormat, UptimeRow, uptime, write_uptime};
