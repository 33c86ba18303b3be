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
const ROAD: &[Class] = &[Class::Bicycle, Class::Motorcycle, Class::Car, Class::Bus, Class::Truck];
const OWNERS: &[Class] =
    &[Class::Person, Class::Bicycle, Class::Motorcycle, Class::Car, Class::Bus, Class::Truck];
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

const CROSSING: KindInfo = KindInfo {
    mechanism: Mechanism::Crossing,
    classes: ROAD,
    enter_seconds: 0.0,
    leave_seconds: 2.0,
    ..PRESENCE
};
/// Classes are those of owners.
const LEFT: KindInfo = KindInfo {
    mechanism: Mechanism::LeftObject,
    domain: Domain::Environment,
    classes: OWNERS,
    enter_seconds: 0.0,
    leave_seconds: 10.0,
    ..PRESENCE
};
/// Classes are those whose standing objects count, besides what no detector knows.
const OCCUPANCY: KindInfo = KindInfo {
    mechanism: Mechanism::Occupancy,
    domain: Domain::UrbanOrder,
    classes: ROAD,
    enter_seconds: 0.0,
    leave_seconds: 60.0,
    dwell_seconds: 300.0,
    ..PRESENCE
};

/// One entry a kind, in the order of declaration.
static CATALOGUE: [KindInfo; 22] = [
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
    KindInfo {
        kind: Kind::RedLight,
        name: "red_light",
        severity: Severity::High,
        name_vi: "Không chấp hành hiệu lệnh của đèn tín hiệu giao thông",
        name_en: "Running a red light",
        ..CROSSING
    },
    KindInfo {
        kind: Kind::SolidLine,
        name: "solid_line",
        name_vi: "Đè vạch, vượt qua vạch kẻ liền",
        name_en: "Crossing a solid line",
        ..CROSSING
    },
    KindInfo {
        kind: Kind::BannedTurn,
        name: "banned_turn",
        name_vi: "Chuyển hướng tại nơi cấm",
        name_en: "Banned turn",
        ..CROSSING
    },
    KindInfo {
        kind: Kind::WrongWay,
        name: "wrong_way",
        mechanism: Mechanism::Direction,
        severity: Severity::High,
        name_vi: "Đi ngược chiều",
        name_en: "Driving the wrong way",
        ..CROSSING
    },
    KindInfo {
        kind: Kind::Speeding,
        name: "speeding",
        mechanism: Mechanism::Speed,
        classes: MOTOR,
        enter_seconds: 0.5,
        name_vi: "Chạy quá tốc độ quy định",
        name_en: "Speeding",
        ..CROSSING
    },
    KindInfo {
        kind: Kind::Overloading,
        name: "overloading",
        mechanism: Mechanism::Riders,
        classes: RIDERS,
        enter_seconds: 0.5,
        name_vi: "Chở quá số người quy định",
        name_en: "Too many people on a two-wheeler",
        ..CROSSING
    },
    KindInfo {
        kind: Kind::NoHelmet,
        name: "no_helmet",
        mechanism: Mechanism::Riders,
        classes: RIDERS,
        enter_seconds: 0.5,
        name_vi: "Không đội mũ bảo hiểm",
        name_en: "Riding without a helmet",
        ..CROSSING
    },
    KindInfo {
        kind: Kind::Littering,
        name: "littering",
        name_vi: "Vứt, thải, bỏ rác không đúng nơi quy định",
        name_en: "Littering",
        ..LEFT
    },
    KindInfo {
        kind: Kind::Dumping,
        name: "dumping",
        severity: Severity::High,
        name_vi: "Đổ chất thải, phế thải không đúng nơi quy định",
        name_en: "Dumping waste",
        ..LEFT
    },
    KindInfo {
        kind: Kind::AbandonedObject,
        name: "abandoned_object",
        domain: Domain::Security,
        name_vi: "Đồ vật bị bỏ lại không người trông giữ",
        name_en: "Abandoned object",
        ..LEFT
    },
    KindInfo {
        kind: Kind::SidewalkEncroachment,
        name: "sidewalk_encroachment",
        name_vi: "Lấn chiếm vỉa hè",
        name_en: "Encroachment on the sidewalk",
        ..OCCUPANCY
    },
    KindInfo {
        kind: Kind::RoadwayEncroachment,
        name: "roadway_encroachment",
        name_vi: "Lấn chiếm lòng đường",
        name_en: "Encroachment on the roadway",
        ..OCCUPANCY
    },
    KindInfo {
        kind: Kind::Crowd,
        name: "crowd",
        mechanism: Mechanism::Crowd,
        domain: Domain::Security,
        classes: PEOPLE,
        enter_seconds: 0.0,
        leave_seconds: 10.0,
        dwell_seconds: 10.0,
        name_vi: "Tụ tập đông người",
        name_en: "Crowd",
        ..OCCUPANCY
    },
];

impl Kind {
    /// Every kind, in the order of declaration.
    pub const ALL: [Self; 22] = [
        Self::IllegalStopping,
        Self::IllegalParking,
        Self::CrosswalkBlocking,
        Self::SidewalkParking,
        Self::Loitering,
        Self::BannedVehicle,
        Self::SidewalkRiding,
        Self::Jaywalking,
        Self::RestrictedArea,
        Self::RedLight,
        Self::SolidLine,
        Self::BannedTurn,
        Self::WrongWay,
        Self::Speeding,
        Self::Overloading,
        Self::NoHelmet,
        Self::Littering,
        Self::Dumping,
        Self::AbandonedObject,
        Self::SidewalkEncroachment,
        Self::RoadwayEncroachment,
        Self::Crowd,
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

impl Mechanism {
    /// Whether `dwell_seconds` means something to it.
    pub const fn has_dwell(self) -> bool {
        matches!(self, Self::Dwell | Self::Occupancy | Self::Crowd)
    }

    /// Whether its rules name a line instead of a zone.
    pub const fn on_line(self) -> bool {
        matches!(self, Self::Crossing)
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
            assert_eq!(info.mechanism.has_dwell(), info.dwell_seconds > 0.0, "{}", info.name);
        }
        assert_eq!(names.len(), CATALOGUE.len());
        assert_eq!(Kind::from_name("Illegal_Parking"), None);
    }

    #[test]
    fn the_desk_offers_these_kinds_by_the_same_names() {
        let text = include_str!("../../web/src/i18n/kinds.json");
        let offered: serde_json::Value = serde_json::from_str(text).unwrap();
        let known = |info: &KindInfo| {
            let KindInfo { name, domain, name_vi: vi, name_en: en, .. } = *info;
            let domain = domain.name();
            (name.to_owned(), serde_json::json!({ "domain": domain, "vi": vi, "en": en }))
        };
        let known: serde_json::Map<_, _> = CATALOGUE.iter().map(known).collect();
        assert_eq!(offered, serde_json::Value::Object(known));
    }

    #[test]
    fn domains_have_their_serde_names() {
        for domain in Domain::ALL {
            let serde = serde_json::to_string(&domain).unwrap();
            assert_eq!(serde, format!("\"{}\"", domain.name()));
        }
    }
}
