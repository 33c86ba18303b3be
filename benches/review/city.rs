//! Two made-up cities: their cameras, and what these would find, day after day. The same seed gives the
//! same events.

use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use std::collections::BTreeMap;
use streetward::media::{ClockQuality, WallTime};
use streetward::rules::{Closing, Kind};
use streetward::store::{EventRecord, EvidenceState, Place, Status, word};
use streetward::vision::{BBox, Class};

/// Name, letters of camera ids, wards, cameras.
const CITIES: [(&str, &str, usize, usize); 2] =
    [("Trà Vinh", "tv", 9, 120), ("Cần Thơ", "ct", 22, 483)];
const STREETS: [&str; 20] = [
    "Lê Lợi",
    "Phạm Hồng Thái",
    "Trần Hưng Đạo",
    "Nguyễn Trãi",
    "Hùng Vương",
    "Lý Thường Kiệt",
    "Điện Biên Phủ",
    "Hai Bà Trưng",
    "Nguyễn Huệ",
    "Võ Thị Sáu",
    "Phan Đình Phùng",
    "Bạch Đằng",
    "Quang Trung",
    "Ngô Quyền",
    "30 Tháng 4",
    "Cách Mạng Tháng 8",
    "Mậu Thân",
    "Nguyễn Văn Cừ",
    "Trần Phú",
    "Đồng Khởi",
];
/// Kinds that cameras look for, with how often one is found against another; zones by what they are.
const KINDS: [(Kind, u32, &str); 12] = [
    (Kind::IllegalParking, 30, "vạch vàng"),
    (Kind::SidewalkParking, 22, "vỉa hè"),
    (Kind::RedLight, 14, "vạch dừng"),
    (Kind::WrongWay, 9, "làn một chiều"),
    (Kind::SidewalkRiding, 8, "vỉa hè"),
    (Kind::Overloading, 6, "làn xe máy"),
    (Kind::SidewalkEncroachment, 5, "vỉa hè trước chợ"),
    (Kind::CrosswalkBlocking, 4, "vạch qua đường"),
    (Kind::BannedVehicle, 3, "đường cấm tải"),
    (Kind::Littering, 3, "bờ kênh"),
    (Kind::Dumping, 2, "bãi đất trống"),
    (Kind::RestrictedArea, 2, "công viên"),
];
/// How much is found in each hour of the local day.
const HOURS: [u32; 24] =
    [2, 1, 1, 1, 2, 5, 12, 18, 16, 12, 11, 12, 10, 9, 10, 12, 16, 20, 17, 12, 9, 7, 5, 3];
const DAY: i64 = 86_400;

/// One fixed view of a street.
pub struct Camera {
    pub id: String,
    pub name: String,
    pub ward: String,
    /// What it looks for: kind, and zone.
    pub rules: Vec<(Kind, String)>,
    /// How much it finds against others.
    weight: u32,
}

/// What all cameras find, in order of time.
pub struct Cities {
    pub cameras: Vec<Camera>,
    /// Sums of weights, to draw a camera by.
    sums: Vec<u32>,
    rng: Rng,
    seed: u64,
    /// The last event of each camera and rule, which the next may be a sighting of.
    before: BTreeMap<(usize, usize), (String, i64)>,
    made: u64,
}

impl Cities {
    /// Both cities, or the one whose cameras' ids begin with `only`.
    pub fn new(seed: u64, only: Option<&str>) -> Self {
        let mut rng = Rng::with_seed(seed);
        let mut cameras = Vec::new();
        for (city, letters, wards, count) in CITIES {
            if only.is_some_and(|only| only != letters) {
                continue;
            }
            for n in 0..count {
                let ward = 1 + n % wards;
                let (a, b) = (rng.usize(..STREETS.len()), rng.usize(1..STREETS.len()));
                let b = (a + b) % STREETS.len();
                let most = rng.usize(2..=5);
                let mut rules: Vec<(Kind, String)> = Vec::new();
                while rules.len() < most {
                    let (kind, zone) = drawn_kind(&mut rng);
                    if rules.iter().all(|(k, _)| *k != kind) {
                        rules.push((kind, zone.to_owned()));
                    }
                }
                cameras.push(Camera {
                    id: format!("{letters}-p{ward}-{:03}", n + 1),
                    name: format!("Ngã tư {} – {}", STREETS[a], STREETS[b]),
                    ward: format!("Phường {ward} {city}"),
                    rules,
                    // A few busy crossings find most.
                    weight: 2 + 400 / (1 + rng.u32(..100)),
                });
            }
        }
        let sums = cameras.iter().scan(0, |sum, c| {
            *sum += c.weight;
            Some(*sum)
        });
        let sums = sums.collect();
        Self { cameras, sums, rng, seed, before: BTreeMap::new(), made: 0 }
    }

    /// All wards, in order of cameras.
    pub fn wards(&self) -> Vec<String> {
        let mut wards: Vec<String> = Vec::new();
        for camera in &self.cameras {
            if !wards.contains(&camera.ward) {
                wards.push(camera.ward.clone());
            }
        }
        wards
    }

    /// The events of the local day that begins at `midnight`, in order of time, none after `until`.
    pub fn day(&mut self, midnight: Timestamp, count: u64, until: Timestamp) -> Vec<EventRecord> {
        let hours: u32 = HOURS.iter().sum();
        let mut starts: Vec<i64> = (0..count)
            .map(|_| {
                let mut drawn = self.rng.u32(..hours);
                let hour = HOURS.iter().position(|h| match drawn.checked_sub(*h) {
                    Some(left) => {
                        drawn = left;
                        false
                    }
                    None => true,
                });
                let second = hour.unwrap_or(0) as i64 * 3600 + self.rng.i64(0..3600);
                let micros = second * 1_000_000 + self.rng.i64(0..1_000_000);
                let whole =
                    (until.as_microsecond() - midnight.as_microsecond()).min(DAY * 1_000_000);
                // Of a day that is not over, all in the part that is.
                midnight.as_microsecond() + micros % whole.max(1)
            })
            .collect();
        starts.sort_unstable();
        starts.into_iter().filter_map(|us| self.event(us)).collect()
    }

    fn event(&mut self, start_us: i64) -> Option<EventRecord> {
        let drawn = self.rng.u32(..*self.sums.last()?);
        let nth = self.sums.partition_point(|sum| *sum <= drawn);
        let camera = &self.cameras[nth];
        let rule = self.rng.usize(..camera.rules.len());
        let (kind, zone) = &camera.rules[rule];
        let info = kind.info();
        let start = Timestamp::from_microsecond(start_us).ok()?;
        let lasts = self.rng.i64(3..90);
        let at = |s: i64| WallTime(start + SignedDuration::from_secs(s));
        self.made += 1;
        let id = id_of(self.seed, self.made);
        // What stands is now and then seen again after it was hidden.
        let seen = self.before.insert((nth, rule), (id.clone(), start_us / 1_000_000 + lasts));
        let continues = seen
            .filter(|(_, end)| info.stationary && start_us / 1_000_000 - end < 3 * 3600)
            .filter(|_| self.rng.u32(..100) < 15)
            .map(|(id, _)| id);
        let bbox = BBox { x1: 300.0, y1: 200.0, x2: 420.0, y2: 320.0 };
        let day = WallTime(start).local().date();
        Some(EventRecord {
            kind: *kind,
            domain: info.domain,
            severity: info.severity,
            camera: camera.id.clone(),
            camera_name: camera.name.clone(),
            ward: Some(camera.ward.clone()),
            zone: zone.clone(),
            rule: format!("{}@{zone}", word(kind)),
            source: format!("rtsp://{}/main", camera.id),
            source_fingerprint: format!(
                "{:016x}{:08x}",
                self.seed ^ nth as u64,
                start_us / (DAY * 1_000_000)
            ),
            incident_key: format!("{}/{}", word(kind), self.made),
            start_media_seconds: (start_us % (DAY * 1_000_000)) as f64 / 1e6,
            moment_media_seconds: (start_us % (DAY * 1_000_000)) as f64 / 1e6 + lasts as f64 / 2.0,
            end_media_seconds: (start_us % (DAY * 1_000_000)) as f64 / 1e6 + lasts as f64,
            start_utc: WallTime(start),
            moment_utc: at(lasts / 2),
            end_utc: at(lasts),
            clock_quality: ClockQuality::Metadata,
            closing: Closing::Left,
            complete: true,
            status: Status::Pending,
            evidence: format!(
                "evidence/{:04}/{:02}/{:02}/{id}",
                day.year(),
                day.month(),
                day.day()
            ),
            evidence_state: EvidenceState::Whole,
            evidence_note: None,
            subject_class: drawn_class(&mut self.rng, info.classes),
            provision: Some("Nghị định 168/2024/NĐ-CP, Điều 6 khoản 3 điểm e".to_owned()),
            model: "nanodet-plus-m_416".to_owned(),
            software_version: env!("CARGO_PKG_VERSION").to_owned(),
            same_as: None,
            sightings: 1,
            place: Some(Place { start: bbox, last: bbox, appearance: None, continues }),
            id,
        })
    }
}

fn drawn_kind(rng: &mut Rng) -> (Kind, &'static str) {
    let all: u32 = KINDS.iter().map(|k| k.1).sum();
    let mut drawn = rng.u32(..all);
    for (kind, weight, zone) in KINDS {
        match drawn.checked_sub(weight) {
            Some(left) => drawn = left,
            None => return (kind, zone),
        }
    }
    (Kind::IllegalParking, "vạch vàng")
}

/// Motorcycles are most of what moves; of the rest each is as likely.
fn drawn_class(rng: &mut Rng, classes: &[Class]) -> Class {
    if classes.contains(&Class::Motorcycle) && rng.u32(..100) < 60 {
        return Class::Motorcycle;
    }
    classes.get(rng.usize(..classes.len().max(1))).copied().unwrap_or(Class::Person)
}

/// Ids look like hashes, as real ones do, and come in no order.
fn id_of(seed: u64, made: u64) -> String {
    let mut rng = Rng::with_seed(seed ^ made.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    format!("{:016x}{:016x}", rng.u64(..), rng.u64(..))
}
