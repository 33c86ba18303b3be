//! The catalogue's entries: what each kind of violation is called, and how it is judged unless a
//! rule says otherwise.
//!
//! Why these times. A halt that traffic forces (a gap, a turning car, a pedestrian) is mostly over
//! within ten seconds, so stopping counts from 10 s; setting down a passenger or a parcel is over
//! within a minute, so parking counts from 60 s; a crossing is in the way of people on foot after
//! 5 s; two minutes without going anywhere is staying, not waiting for the lights. Each is only a
//! default: the rule's `dwell_seconds` is what the city decides.

use super::kind::{Domain, Kind, KindInfo, Mechanism, Severity};
use crate::vision::Class;

/// Motor vehicles, in the order of [`Class::ALL`].
const MOTOR: &[Class] = &[Class::Motorcycle, Class::Car, Class::Bus, Class::Truck];
const FOUR_WHEELS: &[Class] = &[Class::Car, Class::Bus, Class::Truck];
const RIDERS: &[Class] = &[Class::Motorcycle];
const PEOPLE: &[Class] = &[Class::Person];

/// What most entries share; each entry names what differs.
const PRESENCE: KindInfo = KindInfo {
    kind: Kind::RestrictedArea,
    name: "",
    mechanism: Mechanism::Presence,
    domain: Domain::Traffic,
    severity: Severity::Medium,
    classes: PEOPLE,
    riders: true,
    enter_seconds: 1.0,
    leave_seconds: 5.0,
    dwell_seconds: 0.0,
    stationary: false,
    name_vi: "",
    name_en: "",
};
const DWELL: KindInfo = KindInfo {
    mechanism: Mechanism::Dwell,
    classes: MOTOR,
    leave_seconds: 10.0,
    stationary: true,
    ..PRESENCE
};

/// One entry a kind, in the order of declaration.
static CATALOGUE: [KindInfo; 9] = [
    KindInfo {
        kind: Kind::IllegalStopping,
        name: "illegal_stopping",
        dwell_seconds: 10.0,
        name_vi: "Dừng xe trái quy định",
        name_en: "Illegal stopping",
        ..DWELL
    },
    KindInfo {
        kind: Kind::IllegalParking,
        name: "illegal_parking",
        dwell_seconds: 60.0,
        leave_seconds: 30.0,
        name_vi: "Đỗ xe trái quy định",
        name_en: "Illegal parking",
        ..DWELL
    },
    KindInfo {
        kind: Kind::CrosswalkBlocking,
        name: "crosswalk_blocking",
        dwell_seconds: 5.0,
        leave_seconds: 5.0,
        name_vi: "Dừng, đỗ xe trên phần đường dành cho người đi bộ qua đường",
        name_en: "Blocking a pedestrian crossing",
        ..DWELL
    },
    KindInfo {
        kind: Kind::SidewalkParking,
        name: "sidewalk_parking",
        domain: Domain::UrbanOrder,
        severity: Severity::Low,
        dwell_seconds: 60.0,
        leave_seconds: 30.0,
        name_vi: "Đỗ xe trên vỉa hè trái quy định",
        name_en: "Parking on the sidewalk",
        ..DWELL
    },
    KindInfo {
        kind: Kind::Loitering,
        name: "loitering",
        domain: Domain::Security,
        severity: Severity::Low,
        classes: PEOPLE,
        dwell_seconds: 120.0,
        stationary: false,
        name_vi: "Lảng vảng, lưu lại lâu bất thường tại khu vực cần bảo vệ",
        name_en: "Loitering",
        ..DWELL
    },
    KindInfo {
        kind: Kind::BannedVehicle,
        name: "banned_vehicle",
        classes: FOUR_WHEELS,
        name_vi: "Điều khiển phương tiện đi vào khu vực cấm, đường cấm",
        name_en: "Banned vehicle",
        ..PRESENCE
    },
    KindInfo {
        kind: Kind::SidewalkRiding,
        name: "sidewalk_riding",
        classes: RIDERS,
        name_vi: "Điều khiển xe đi trên vỉa hè",
        name_en: "Riding on the sidewalk",
        ..PRESENCE
    },
    KindInfo {
        kind: Kind::Jaywalking,
        name: "jaywalking",
        severity: Severity::Low,
        riders: false,
        name_vi: "Người đi bộ qua đường không đúng nơi quy định",
        name_en: "Jaywalking",
        ..PRESENCE
    },
    KindInfo {
        kind: Kind::RestrictedArea,
        name: "restricted_area",
        domain: Domain::Security,
        name_vi: "Xâm nhập khu vực cấm",
        name_en: "Entering a restricted area",
        ..PRESENCE
    },
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

    /// The name used in configuration and records.
    pub fn name(self) -> &'static str {
        self.info().name
    }

    /// The kind of that name in configuration and records.
    pub fn from_name(name: &str) -> Option<Self> {
        CATALOGUE.iter().find(|i| i.name == name).map(|i| i.kind)
    }
}

impl Domain {
    /// Every domain, in the order of declaration.
    pub const ALL: [Self; 4] = [Self::Traffic, Self::Environment, Self::UrbanOrder, Self::Security];

    /// The name used in records.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Traffic => "traffic",
            Self::Environment => "environment",
            Self::UrbanOrder => "urban_order",
            Self::Security => "security",
        }
    }

    /// Name in administrative Vietnamese.
    pub const fn name_vi(self) -> &'static str {
        match self {
            Self::Traffic => "Giao thông",
            Self::Environment => "Môi trường",
            Self::UrbanOrder => "Trật tự đô thị",
            Self::Security => "An ninh trật tự",
        }
    }

    /// Name in English.
    pub const fn name_en(self) -> &'static str {
        match self {
            Self::Traffic => "Traffic",
            Self::Environment => "Environment",
            Self::UrbanOrder => "Urban order",
            Self::Security => "Security",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_kind_has_its_own_entry_and_its_serde_name() {
        let mut names = BTreeSet::new();
        for kind in Kind::ALL {
            let info = kind.info();
            assert_eq!(info.kind, kind, "the table is in the order of declaration");
            let serde = serde_json::to_string(&kind).unwrap();
            assert_eq!(serde, format!("\"{}\"", info.name));
            assert!(info.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'));
            assert_eq!(Kind::from_name(info.name), Some(kind));
            assert!(names.insert(info.name) && !info.classes.is_empty());
            assert!(!info.name_vi.is_empty() && !info.name_en.is_empty());
            assert_eq!(info.mechanism == Mechanism::Dwell, info.dwell_seconds > 0.0);
        }
        assert_eq!(names.len(), CATALOGUE.len());
        assert_eq!(Kind::from_name("Illegal_Parking"), None);
    }

    #[test]
    fn domains_have_their_serde_names() {
        for domain in Domain::ALL {
            let serde = serde_json::to_string(&domain).unwrap();
            assert_eq!(serde, format!("\"{}\"", domain.name()));
        }
    }
}
