//! The table [register]: what positions of the register must be.

use super::table::{At, Table};

pub(super) const KEYS: &[&str] = &["bounds"];

/// A box on the map, degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    /// Its lowest latitude.
    pub south: f64,
    /// Its lowest longitude.
    pub west: f64,
    /// Its highest latitude.
    pub north: f64,
    /// Its highest longitude.
    pub east: f64,
}

impl Bounds {
    /// Whether a position lies within it.
    pub fn holds(&self, lat: f64, lon: f64) -> bool {
        (self.south..=self.north).contains(&lat) && (self.west..=self.east).contains(&lon)
    }
}

/// What positions of the register must be.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct RegisterConfig {
    /// Where the city lies; `None`: what is far from all other cameras is refused instead.
    pub bounds: Option<Bounds>,
}

/// Reads the table, if there is one, noting every mistake.
pub(super) fn read(root: &Table<'_>) -> RegisterConfig {
    let Some(table) = root.table("register", " in [register]", KEYS) else {
        return RegisterConfig::default();
    };
    let expected = "four numbers [south, west, north, east] in degrees";
    let bounds = table.numbers::<4>("bounds", expected).and_then(|At { value, span }| {
        let [south, west, north, east] = value;
        let sound = (-90.0..=90.0).contains(&south)
            && (-90.0..=90.0).contains(&north)
            && (-180.0..=180.0).contains(&west)
            && (-180.0..=180.0).contains(&east)
            && south < north
            && west < east;
        if !sound {
            let message = "\"bounds\" must be [south, west, north, east] in degrees, south below \
                           north and west below east";
            table.doc().refuse(span, message);
            return None;
        }
        Some(Bounds { south, west, north, east })
    });
    RegisterConfig { bounds }
}
