//! What cameras, their zones and wards are called in a report.

use super::asked::FiguresAsked;
use crate::register::Veil;
use crate::report::{Cell, Words};
use crate::store::{Store, StoreError};
use std::collections::BTreeMap;

/// What is known of a camera.
#[derive(Debug, Clone, Default)]
struct Known {
    name: String,
    ward: Option<String>,
}

/// The cameras that are asked for, by id, and the names that may not stand in what is told of them: a
/// report goes to others than those who keep the register.
#[derive(Debug, Default)]
pub(super) struct Cameras {
    known: BTreeMap<String, Known>,
    pub(super) veil: Veil,
}

impl Cameras {
    /// The site's own cameras, those of the ledger and those that events name.
    pub(super) fn of(store: &Store, asked: &FiguresAsked) -> Result<Self, StoreError> {
        let mut known: BTreeMap<String, Known> = BTreeMap::new();
        for record in store.last_states()? {
            known.insert(record.camera, Known { name: record.camera_name, ward: None });
        }
        for (id, (name, ward)) in store.camera_places()? {
            known.insert(id, Known { name, ward: Some(ward).filter(|w| !w.is_empty()) });
        }
        for (id, name, ward) in asked.cameras.iter().flatten() {
            known.insert(id.clone(), Known { name: name.clone(), ward: ward.clone() });
        }
        known.retain(|id, camera| asked.holds_camera(id, camera.ward.as_deref()));
        Ok(Self { known, veil: Veil::of(&store.register_cameras()?) })
    }

    /// Their ids.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.known.keys().map(String::as_str)
    }

    /// Code, name and ward.
    pub(super) fn cells(&self, id: &str) -> [Cell; 3] {
        let camera = self.known.get(id).cloned().unwrap_or_default();
        let at = camera.ward.map(|ward| self.veil.at(id, &ward));
        let name = self.veil.at(id, &camera.name);
        [Cell::same(self.veil.code(id)), Cell::same(name), ward(at.as_deref())]
    }

    /// What it is called beside a bar.
    pub(super) fn label(&self, id: &str) -> Words {
        Words::same(match self.known.get(id) {
            Some(camera) => self.veil.at(id, &camera.name),
            None => self.veil.code(id),
        })
    }

    /// A zone of one of them.
    pub(super) fn zone(&self, id: &str, zone: &str) -> Cell {
        Cell::same(self.veil.at(id, zone))
    }

    /// A ward.
    pub(super) fn ward(&self, name: &str) -> Cell {
        ward(Some(&self.veil.over(name)))
    }
}

/// A ward's name; "none" where a camera stands in none.
pub(super) fn ward(ward: Option<&str>) -> Cell {
    match ward.filter(|w| !w.is_empty()) {
        Some(ward) => Cell::same(ward),
        None => Cell::Words(Words::new("(không ghi địa bàn)", "(no ward)")),
    }
}
