//! A register of a city of 120 cameras of the 483 it has planned.

#![allow(clippy::unwrap_used)]

use super::city::Cities;
use super::year::SEED;
use std::fmt::Write;
use streetward::media::WallTime;
use streetward::register::{ImportPlan, ImportTerms, Sheet, carry_out};
use streetward::review::Doer;
use streetward::store::Store;

/// Cameras that are to stand in the end.
pub const WANTED: u64 = 483;

/// Enters the generated city's cameras, those still to come in its own wards and in two more, and some
/// that were taken down, which count no more.
pub fn enlist(store: &Store) {
    let mut csv = String::from("Mã camera;Tên camera;Phường/xã;Tình trạng\n");
    let cameras = Cities::new(SEED, Some("tv")).cameras;
    for camera in &cameras {
        writeln!(csv, "{};{};{};đã lắp đặt", camera.id, camera.name, camera.ward).unwrap();
    }
    let wards = ["Phường 1 Trà Vinh", "Phường 2 Trà Vinh", "Xã Long Đức", "Xã Hòa Thuận"];
    for n in cameras.len()..WANTED as usize {
        writeln!(csv, "qh-{n:03};Điểm {n};{};dự kiến", wards[n % 4]).unwrap();
    }
    for n in 0..7 {
        writeln!(csv, "cu-{n};Điểm cũ {n};{};đã tháo dỡ", wards[n % 4]).unwrap();
    }
    let sheet = Sheet::read(csv.as_bytes()).unwrap();
    let today = jiff::civil::date(2026, 12, 31);
    let terms = ImportTerms { bounds: None, moves: false, today, contracts: &[] };
    let plan = ImportPlan::new(&sheet, &[], store.register_version().unwrap(), &terms);
    assert_eq!(plan.problems, []);
    let at = WallTime("2026-12-31T03:00:00Z".parse().unwrap());
    carry_out(store, &plan, &Doer::Command { uid: 7 }, at, ("cameras.csv", "ab")).unwrap();
}
