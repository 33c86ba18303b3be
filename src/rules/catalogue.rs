//! The catalogue's entries.

use super::kind::{Domain, Kind, KindInfo, Mechanism, Severity};
use crate::vision::Class;

const MOTOR: &[Class] = &[Class::Motorcycle, Class::Car, Class::Bus, Class::Truck];

const fn entry(
    kind: Kind,
    name: &'static str,
    mechanism: Mechanism,
    domain: Domain,
    classes: &'static [Class],
    dwell_seconds: f64,
) -> KindInfo {
    KindInfo {
        kind,
        name,
        mechanism,
        domain,
        severity: Severity::Medium,
        classes,
        dwell_seconds,
        stationary: !matches!(kind, Kind::Loitering),
        name_vi: "",
        name_en: "",
    }
}

#[rustfmt::skip]
static CATALOGUE: [KindInfo; 9] = [
    entry(Kind::IllegalStopping, "illegal_stopping", Mechanism::Dwell, Domain::Traffic, MOTOR, 10.0),
    entry(Kind::IllegalParking, "illegal_parking", Mechanism::Dwell, Domain::Traffic, MOTOR, 60.0),
    entry(Kind::CrosswalkBlocking, "crosswalk_blocking", Mechanism::Dwell, Domain::Traffic, MOTOR, 5.0),
    entry(Kind::SidewalkParking, "sidewalk_parking", Mechanism::Dwell, Domain::UrbanOrder, MOTOR, 60.0),
    entry(Kind::Loitering, "loitering", Mechanism::Dwell, Domain::Security, &[Class::Person], 120.0),
    entry(Kind::BannedVehicle, "banned_vehicle", Mechanism::Presence, Domain::Traffic, MOTOR, 0.0),
    entry(Kind::SidewalkRiding, "sidewalk_riding", Mechanism::Presence, Domain::Traffic, &[Class::Motorcycle], 0.0),
    entry(Kind::Jaywalking, "jaywalking", Mechanism::Presence, Domain::Traffic, &[Class::Person], 0.0),
    entry(Kind::RestrictedArea, "restricted_area", Mechanism::Presence, Domain::Security, &[Class::Person], 0.0),
];

impl Kind {
    /// Every kind, in the order of declaration.
    pub const ALL: [Self; 9] = [
        Self::IllegalStopping,
        Self::IllegalParking,
        Self::CrosswalkBlocking,
        Self::SidewalkParking,
        Self::Loitering,
        Self::BannedVehicle,
        Self::SidewalkRiding,
        Self::Jaywalking,
        Self::RestrictedArea,
    ];

    /// What the catalogue says of this kind.
    pub fn info(self) -> &'static KindInfo {
        &CATALOGUE[self as usize]
    }

    /// The kind of that name in configuration and records.
    pub fn from_name(name: &str) -> Option<Self> {
        CATALOGUE.iter().find(|info| info.name == name).map(|info| info.kind)
    }
}
