//! A document as an official letter in Word's format, laid out by Nghị định 30/2020.
//!
//! What enters: a document, its letterhead and a template, ours or a city's own. What leaves: the
//! template with its named fields filled and the report where `{{body}}` stood. Fonts, margins and
//! the letter's head are the template's alone, so a city changes them in its word processor.

mod body;
mod builtin;
mod chart;
mod drawing;
mod fields;
mod fill;
mod package;
mod page;
mod paragraphs;
mod parts;
mod run;
mod table;
mod template;

pub(super) use builtin::template_bytes;
pub(super) use fill::{left_out, letter};
