//! The tables of a document.

use crate::report::{Block, Document, Table};

/// The document's tables, from top to bottom.
pub(super) fn tables(document: &Document) -> impl Iterator<Item = &Table> {
    document.sections.iter().flat_map(|s| &s.blocks).filter_map(|b| match b {
        Block::Table(table) => Some(table),
        _ => None,
    })
}
