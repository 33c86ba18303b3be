//! The register of places and cameras: what is planned, what stands, what it cost, who gave it.
//!
//! What enters: sheets that city staff keep (CSV, XLSX), as they are typed. What leaves: a plan of what
//! they would change, with every mistake at its row and column, and the change itself, whole or not at
//! all; and what of the register may be made public. Keeping is the store's.

mod column;
mod csv_file;
mod disclosed;
mod error;
mod fields;
mod money;
mod name_part;
mod name_words;
mod notes;
mod plan;
mod position;
mod problem;
mod reading;
mod row;
mod sheet;
mod template;
mod transfer;
mod veil;
mod xlsx_file;

pub use column::Column;
pub(crate) use column::fold;
pub use disclosed::{Disclosed, DisclosedCamera, DisclosedPart, disclosed};
pub use error::RegisterError;
pub use notes::site_notes;
pub use plan::{Changed, ImportPlan, ImportTerms, Moved};
pub use problem::{Problem, Said};
pub use sheet::{MOST_BYTES, Sheet};
pub use template::{TemplateFormat, template};
pub use transfer::{MoveTo, carry_out, move_camera};
pub use veil::{UNNAMED, Veil};
