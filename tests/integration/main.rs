//! What the rooms do together, on real files.

mod track;
