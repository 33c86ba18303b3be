//! Makes letters of news, one for each sink that wants it.

use crate::scene::StateChange;
use crate::store::{EventRecord, Letter};

/// What there is to tell.
#[derive(Debug, Clone, Copy)]
pub enum News<'a> {
    /// An incident opened.
    Opened(&'a EventRecord),
    /// An incident told of is over, and its evidence sealed.
    Closed(&'a EventRecord),
    /// A camera's state changed: the camera's id and name, and the change.
    State(&'a str, &'a str, &'a StateChange),
}

/// Makes letters of news, one for each sink that wants it.
#[derive(Debug, Clone, Default)]
pub struct Alerter {}

impl Alerter {
    /// The letters that tell of `news`; none where no sink wants it.
    pub fn letters(&self, _news: News<'_>) -> Vec<Letter> {
        Vec::new()
    }
}
