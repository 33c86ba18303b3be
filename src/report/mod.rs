//! What was found, shown to people and to other programs: lists of events the page of a run, and
//! reports as papers.
//!
//! What enters: [`crate::store::EventRecord`]s and the figures of a run. What leaves: tables, JSON,
//! CSV and one HTML page that opens from disk and asks nothing of a server or the network.

mod disclosure;
mod document;
mod figures;
mod figures_of;
mod fitness;
mod hashed;
mod listing;
mod page;
mod paper;
mod privacy;
mod recurrence;
mod report_error;
mod run_summary;
mod say;
mod scheduler;
mod summary;
mod survey;
mod uptime;
mod view;

pub use disclosure::{DisclosureError, DisclosureFormat, disclosure_bytes};
pub use document::{
    Block, Cell, Chart, ChartStyle, Column, Document, Language, Picture, Section, Series, Table,
    Words,
};
pub use figures_of::{
    FigureDefinition, FiguresAsked, FiguresError, Period, PeriodError, PeriodKind, Planned,
    figures_document,
};
pub use fitness::{
    Fitness, Lamp, RuleFitness, Sample, SampleKind, SignalFitness, Verdict, ZoneFitness, fitness,
};
pub use hashed::Hashed;
pub use listing::{ListFormat, Listing};
pub use paper::{
    DocumentFormat, Letterhead, PaperError, document_bytes, document_file_name,
    template_leaves_out, write_document, write_template,
};
pub use privacy::privacy;
pub use recurrence::{Recurrence, Tally};
pub use report_error::ReportError;
pub use run_summary::RunSummary;
pub use say::reason_names;
pub use scheduler::{ScheduleError, Scheduler};
pub use summary::write_summary;
pub use survey::{PlannedPlace, Survey, planned_places, survey_document, view_still, worst_stills};
pub use uptime::{
    CameraTime, Care, Uptime, UptimeFormat, UptimeRow, camera_time, uptime, write_uptime,
};
pub use view::{
    Advice, KindView, Knows, Light, LightShares, ViewFitness, ViewReason, ViewTerms, view_fitness,
    worst_first,
};
