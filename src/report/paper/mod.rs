//! A [`Document`](super::Document) put on paper: HTML, CSV, XLSX and DOCX.
//!
//! What enters: a filled document, a [`Letterhead`], a city's own template. What leaves: the bytes
//! of a file, or a file that is there whole or not at all. Nothing is counted here.

mod cell;
mod chart_svg;
mod csv;
mod docx;
mod error;
mod format;
mod html;
mod labels;
mod letterhead;
mod tables;
mod write;
mod xlsx;

pub(super) use cell::number;
pub(super) use write::write_whole;

pub use error::PaperError;
pub use format::DocumentFormat;
pub use letterhead::Letterhead;
pub use write::{
    document_bytes, document_file_name, template_leaves_out, write_document, write_template,
};
