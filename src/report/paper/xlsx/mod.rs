//! A document as a workbook: what it is about, a sheet for each table, charts with their data,
//! definitions. Numbers are numbers.

mod book;
mod charts;
mod formats;
mod front;
mod grid;

pub(super) use book::workbook;
