//! What the register keeps of places and cameras, planned ones too.

use crate::media::WallTime;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Whether a camera stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RegisterState {
    /// It is to be installed.
    Planned,
    /// It stands.
    Installed,
    /// It was taken down.
    Removed,
}

impl RegisterState {
    /// All there are.
    pub const ALL: [Self; 3] = [Self::Planned, Self::Installed, Self::Removed];

    /// As it is written in records and files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Installed => "installed",
            Self::Removed => "removed",
        }
    }
}

/// A position, degrees.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct RegisterPosition {
    /// Latitude, north positive.
    pub lat: f64,
    /// Longitude, east positive.
    pub lon: f64,
}

/// Metres of a degree of latitude on the mean sphere.
const METRES_A_DEGREE: f64 = 111_194.93;

impl RegisterPosition {
    /// Metres between two positions on the mean sphere: over a city its error is below half a percent.
    pub fn metres_to(self, other: Self) -> f64 {
        let north = (other.lat - self.lat) * METRES_A_DEGREE;
        let middle = f64::midpoint(self.lat, other.lat).to_radians();
        let east = (other.lon - self.lon) * METRES_A_DEGREE * middle.cos();
        north.hypot(east)
    }
}

/// A camera of the register.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegisterCamera {
    /// Its code: the id of its camera file once it is attached.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// The ward it stands in.
    pub ward: String,
    /// The stage of the project that it belongs to.
    pub stage: Option<String>,
    /// The place, which several cameras may share.
    pub place: Option<String>,
    /// Where it stands.
    pub position: Option<RegisterPosition>,
    /// Whose it is.
    pub owner: Option<String>,
    /// Who keeps it running.
    pub vendor: Option<String>,
    /// Under which contract.
    pub contract: Option<String>,
    /// Where the money came from.
    pub funding: Option<String>,
    /// Who contributed it. Personal data: it leaves the register only with `consent`.
    pub contributor: Option<String>,
    /// Whether the contributor agreed to be named.
    pub consent: bool,
    /// What it cost, đồng.
    pub cost_dong: Option<i64>,
    /// Whether it stands.
    pub state: RegisterState,
    /// The local day since which it stands.
    pub installed_on: Option<Date>,
    /// What else is to be known; never disclosed.
    pub note: Option<String>,
}

impl RegisterCamera {
    /// Where it stands, as moves record it.
    pub fn spot(&self) -> RegisterSpot {
        RegisterSpot { ward: self.ward.clone(), place: self.place.clone(), position: self.position }
    }
}

/// Where a camera stands or stood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegisterSpot {
    /// The ward.
    pub ward: String,
    /// The place.
    pub place: Option<String>,
    /// The position.
    pub position: Option<RegisterPosition>,
}

/// A camera that was put elsewhere.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegisterMove {
    /// The camera's code.
    pub code: String,
    /// When it was entered.
    pub at: WallTime,
    /// Where it stood.
    pub from: RegisterSpot,
    /// Where it stands since.
    pub to: RegisterSpot,
    /// Why.
    pub reason: Option<String>,
    /// Who entered it: a user's id, `uid 1000` of a command.
    pub by: String,
}

/// A place, where one or several cameras stand.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RegisterPlace {
    /// The ward.
    pub ward: String,
    /// What it is called.
    pub name: String,
    /// Where: that of its first camera with a position.
    pub position: Option<RegisterPosition>,
}

/// A contract that cameras of the register name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterContract {
    /// What it is called.
    pub name: String,
    /// With whom.
    pub vendor: Option<String>,
}

/// A change of the register, stored as a whole or not at all.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisterChange {
    /// The version that it was made upon ([`super::Store::register_version`]).
    pub seen: u64,
    /// When.
    pub at: WallTime,
    /// By whom: a user's id, `uid 1000` of a command.
    pub by: String,
    /// The file it was read from; what was done, where there is none.
    pub file: String,
    /// The file's SHA-256, hexadecimal; empty where there is none.
    pub sha256: String,
    /// Rows of the file.
    pub rows: u64,
    /// Cameras that were not known.
    pub added: Vec<RegisterCamera>,
    /// Cameras that are other than before, as they are now.
    pub changed: Vec<RegisterCamera>,
    /// Those of them that were moved.
    pub moves: Vec<RegisterMove>,
}

/// How many cameras are planned and stand, of one ward and stage.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegisterCount {
    /// The ward.
    pub ward: String,
    /// The stage; `None`: of none.
    pub stage: Option<String>,
    /// Still to be installed.
    pub planned: u64,
    /// Standing.
    pub installed: u64,
    /// Taken down: no part of what is planned.
    pub removed: u64,
}

/// How many cameras the register holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RegisterCounts {
    /// All that are to stand in the end: those still planned and those that stand.
    pub wanted: u64,
    /// Those that stand.
    pub installed: u64,
    /// Places at which cameras stand.
    pub places: u64,
    /// By ward, then stage.
    pub parts: Vec<RegisterCount>,
}

impl RegisterCounts {
    /// What was installed of what is to stand, 0 to 1; `None`: the register is empty.
    pub fn coverage(&self) -> Option<f64> {
        (self.wanted > 0).then(|| self.installed as f64 / self.wanted as f64)
    }

    /// The same of these wards alone, of the cameras of a register.
    #[must_use]
    pub fn within(mut self, register: &[RegisterCamera], mine: impl Fn(&str) -> bool) -> Self {
        self.parts.retain(|p| mine(&p.ward));
        self.installed = self.parts.iter().map(|p| p.installed).sum();
        self.wanted = self.parts.iter().map(|p| p.installed + p.planned).sum();
        let standing =
            register.iter().filter(|c| c.state == RegisterState::Installed && mine(&c.ward));
        // A camera whose place has no name is a place of its own.
        let places: BTreeSet<(&str, &str)> =
            standing.map(|c| (c.ward.as_str(), c.place.as_deref().unwrap_or(&c.code))).collect();
        self.places = places.len() as u64;
        self
    }

    /// The wards together, each with all of its stages.
    pub fn by_ward(&self) -> Vec<RegisterCount> {
        let mut wards: Vec<RegisterCount> = Vec::new();
        for part in &self.parts {
            match wards.last_mut() {
                Some(last) if last.ward == part.ward => {
                    last.planned += part.planned;
                    last.installed += part.installed;
                    last.removed += part.removed;
                }
                _ => wards.push(RegisterCount { stage: None, ..part.clone() }),
            }
        }
        wards
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metres_are_those_of_a_map() {
        // A hundredth of a degree at ten degrees north, by the haversine formula.
        let a = RegisterPosition { lat: 9.9347, lon: 106.3453 };
        let east = RegisterPosition { lat: 9.9347, lon: 106.3553 };
        let north = RegisterPosition { lat: 9.9447, lon: 106.3453 };
        assert!((a.metres_to(east) - 1095.3).abs() < 2.0, "{}", a.metres_to(east));
        assert!((a.metres_to(north) - 1111.9).abs() < 1.0, "{}", a.metres_to(north));
        assert!(a.metres_to(a) < 1e-9);
    }

    #[test]
    fn counts_of_wards_add_up_their_stages() {
        let part = |ward: &str, stage: &str, planned, installed| RegisterCount {
            ward: ward.into(),
            stage: Some(stage.into()),
            planned,
            installed,
            removed: 1,
        };
        let counts = RegisterCounts {
            wanted: 483,
            installed: 120,
            places: 69,
            parts: vec![part("1", "1", 0, 60), part("1", "2", 100, 0), part("2", "1", 263, 60)],
        };
        let wards = counts.by_ward();
        assert_eq!(wards.len(), 2);
        assert_eq!((wards[0].planned, wards[0].installed, wards[0].removed), (100, 60, 2));
        assert!((counts.coverage().unwrap() - 120.0 / 483.0).abs() < 1e-12);
        assert_eq!(RegisterCounts::default().coverage(), None);
    }
}
