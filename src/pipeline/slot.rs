//! What the recording thread of a service has in hand: an incident's dossier, and rows to be written.

use super::dossier::Dossier;
use crate::rules::{Closing, Incident, IncidentKey};
use crate::store::{EventRecord, Letter};
use std::time::Instant;

/// A dossier, here or in a helper's hands.
pub(super) struct Slot {
    pub number: usize,
    pub key: IncidentKey,
    /// `None` while a helper works at it.
    pub dossier: Option<Box<Dossier>>,
    /// It closed while a helper worked at it.
    pub closed: Option<(Box<Incident>, Closing)>,
    /// Its session was given up while a helper worked at it.
    pub interrupted: bool,
    pub spooled: Instant,
    pub not_before: Instant,
    pub tries: u32,
    /// Why there will be no evidence of it.
    pub never: Option<String>,
}

/// A row to be written, and what it frees.
pub(super) struct Row {
    pub record: EventRecord,
    pub letters: Vec<Letter>,
    pub dossier: Option<Box<Dossier>>,
}

impl Slot {
    /// Nobody will say how it ended: its session was given up.
    pub(super) fn interrupt(&mut self) {
        match &mut self.dossier {
            Some(dossier) => dossier.interrupt(),
            None => self.interrupted = true,
        }
    }
}
