//! What a pack is made with.

use super::blur::Eyes;
use super::doer::Doer;
use super::halt::Halt;
use crate::media::WallTime;
use crate::store::Store;
use std::path::Path;

/// What a pack is made with.
#[derive(Debug)]
pub struct Making<'a> {
    /// Where the records are.
    pub store: &'a Store,
    /// The data folder.
    pub data: &'a Path,
    /// Who looks for those to be blurred.
    pub eyes: &'a mut Eyes,
    /// When it is made.
    pub at: WallTime,
    /// Who takes the pack's folder along at once; none: its archive lies in the data folder.
    pub taken: Option<Taken<'a>>,
}

/// A pack's folder that leaves as soon as it is made.
#[derive(Debug)]
pub struct Taken<'a> {
    /// Who takes it.
    pub by: &'a Doer<'a>,
    /// The folder that it is put into.
    pub to: &'a Path,
    /// Breaks it off.
    pub halt: &'a Halt,
}
