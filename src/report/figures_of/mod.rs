//! Figures of a period, for those who must account for it: what was flagged, what people found of it,
//! what became of it, and how long cameras saw.
//!
//! What enters: one row an incident from the store, the ledger of cameras' states, and the site as it is
//! configured. What leaves: a [`super::Document`], in which every table says how its figures are defined.
//! Each definition stands once, in `definition`. Only counts enter: nobody's name, no plate, no picture.

mod asked;
mod cameras;
mod chart;
mod coverage;
mod definition;
mod document;
mod file_name;
mod groups;
mod header;
mod median;
mod over_time;
mod period;
mod places;
mod planned;
mod reviewed;
mod said;
mod sections;
mod table;
mod tally;
mod watched;

pub use asked::{FiguresAsked, FiguresError};
pub use definition::FigureDefinition;
pub use document::figures_document;
pub use period::{Period, PeriodError, PeriodKind};
pub use planned::Planned;
