//! What a file would change in the register.

use super::column::{Column, fold};
use super::position::Whereabouts;
use super::problem::{Problem, Said};
use super::reading::{self, Reading};
use super::sheet::Sheet;
use crate::config::{Bounds, Contract};
use crate::store::{RegisterCamera, RegisterSpot, RegisterState};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::HashMap;

/// Positions closer together than this are the same, measured again: metres.
pub(super) const SAME_METRES: f64 = 15.0;
/// Cameras of one name closer together than this are one under two codes, metres.
const ONE_METRES: f64 = 1.0;
/// Problems named at most.
const MOST_PROBLEMS: usize = 500;

/// What a file is read by.
#[derive(Debug, Clone, Copy)]
pub struct ImportTerms<'a> {
    /// Where the city lies.
    pub bounds: Option<Bounds>,
    /// Whether cameras that stand may be moved.
    pub moves: bool,
    /// The local day.
    pub today: Date,
    /// What the site file says of contracts.
    pub contracts: &'a [Contract],
}

/// A camera that would be other than it is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Changed {
    /// Its row.
    pub row: u64,
    /// As it would be.
    pub camera: RegisterCamera,
    /// Which columns differ, by key.
    pub columns: Vec<&'static str>,
    /// The same as sheets head them.
    pub titles: Vec<Said>,
}

/// A camera that would be moved.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Moved {
    /// Its row.
    pub row: u64,
    /// Its code.
    pub code: String,
    /// Where it stands.
    pub from: RegisterSpot,
    /// Where it would stand.
    pub to: RegisterSpot,
    /// How far apart these are; `None`: one has no position.
    pub metres: Option<f64>,
}

/// What a file would change in the register. Nothing of it is done while there is a problem.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportPlan {
    /// The version of the register that it was compared with.
    pub seen: u64,
    /// Rows of the file.
    pub rows: u64,
    /// Cameras that are new, with their rows.
    pub added: Vec<(u64, RegisterCamera)>,
    /// Cameras that would be other than they are.
    pub changed: Vec<Changed>,
    /// Cameras that are as they were.
    pub unchanged: u64,
    /// Those of the changed that would be moved.
    pub moved: Vec<Moved>,
    /// What is wrong, by row: every one must be put right first.
    pub problems: Vec<Problem>,
    /// Problems that are not named, because there are so many.
    pub more_problems: u64,
    /// What is worth a look, and stops nothing.
    pub notes: Vec<Problem>,
}

impl ImportPlan {
    /// Compares a file with the register as it is at version `seen`.
    pub fn new(
        sheet: &Sheet,
        known: &[RegisterCamera],
        seen: u64,
        terms: &ImportTerms<'_>,
    ) -> Self {
        let by_code: HashMap<&str, &RegisterCamera> =
            known.iter().map(|c| (c.code.as_str(), c)).collect();
        let folded: HashMap<String, &str> =
            known.iter().map(|c| (c.code.to_lowercase(), c.code.as_str())).collect();
        let mut reading = reading::read(sheet, &by_code, terms.today);
        check_positions(&mut reading, known, terms);
        check_twice(&mut reading, known);
        check_contracts(&mut reading, terms);
        let mut plan = Self {
            seen,
            rows: reading.rows,
            added: Vec::new(),
            changed: Vec::new(),
            unchanged: 0,
            moved: Vec::new(),
            problems: Vec::new(),
            more_problems: 0,
            notes: std::mem::take(&mut reading.notes),
        };
        for (row, camera) in std::mem::take(&mut reading.cameras) {
            let same = folded.get(&camera.code.to_lowercase()).filter(|c| **c != camera.code);
            if let Some(same) = same {
                reading.problems.push(otherwise_written(row, &camera.code, same));
                continue;
            }
            plan.compare(row, camera, &by_code, terms, &mut reading);
        }
        let mut problems = reading.problems;
        problems.sort_by_key(|p| p.row);
        plan.more_problems = problems.len().saturating_sub(MOST_PROBLEMS) as u64;
        problems.truncate(MOST_PROBLEMS);
        plan.problems = problems;
        plan
    }

    /// Whether it may be carried out.
    pub fn is_sound(&self) -> bool {
        self.problems.is_empty()
    }

    fn compare(
        &mut self,
        row: u64,
        camera: RegisterCamera,
        known: &HashMap<&str, &RegisterCamera>,
        terms: &ImportTerms<'_>,
        reading: &mut Reading,
    ) {
        let Some(old) = known.get(camera.code.as_str()) else {
            self.added.push((row, camera));
            return;
        };
        let columns = differing(old, &camera);
        if columns.is_empty() {
            self.unchanged += 1;
            return;
        }
        if let Some(moved) = moved(row, old, &camera) {
            if !terms.moves {
                reading.problems.push(unasked(&moved, &reading.headings));
            }
            self.moved.push(moved);
        }
        if old.state == RegisterState::Installed && camera.state == RegisterState::Planned {
            let said = Said::new(
                "camera đã lắp đặt nay ghi là dự kiến",
                "it stood, and is only planned now",
            );
            self.notes.push(Problem::at(row, Column::State.vi(), &camera.code, said));
        }
        let stood = old.state == RegisterState::Installed && old.position.is_some();
        if stood && camera.position.is_none() {
            let said = Said::new(
                "vị trí đã có nay để trống sẽ bị xóa",
                "its position is left empty, and will be removed",
            );
            self.notes.push(Problem::at(row, Column::Lat.vi(), &camera.code, said));
        }
        let titles = columns.iter().map(|c| Said::new(c.vi(), c.en())).collect();
        let columns = columns.iter().map(|c| c.key()).collect();
        self.changed.push(Changed { row, camera, columns, titles });
    }
}

/// One camera under two codes would count twice.
fn otherwise_written(row: u64, code: &str, known: &str) -> Problem {
    let said = Said::new(
        format!("Danh mục camera đã có {known}; hãy viết mã đúng như vậy"),
        format!("the register has this camera as {known}; write its code like that"),
    );
    Problem::at(row, Column::Code.vi(), code, said)
}

/// A camera that stands, elsewhere: plans may change as they like.
fn moved(row: u64, old: &RegisterCamera, new: &RegisterCamera) -> Option<Moved> {
    if old.state != RegisterState::Installed {
        return None;
    }
    let metres = old.position.zip(new.position).map(|(a, b)| a.metres_to(b));
    let far = metres.is_some_and(|m| m > SAME_METRES);
    (far || old.ward != new.ward).then(|| Moved {
        row,
        code: old.code.clone(),
        from: old.spot(),
        to: new.spot(),
        metres,
    })
}

fn unasked(moved: &Moved, headings: &std::collections::BTreeMap<Column, String>) -> Problem {
    let how_vi = moved.metres.map_or_else(String::new, |m| format!(" {m:.0} m"));
    let how_en = moved.metres.map_or_else(String::new, |m| format!(" by {m:.0} m"));
    let to_ward = moved.from.ward != moved.to.ward;
    let column = if to_ward { Column::Ward } else { Column::Lat };
    let wards = if to_ward {
        (
            format!(" (từ {} sang {})", moved.from.ward, moved.to.ward),
            format!(" (from {} to {})", moved.from.ward, moved.to.ward),
        )
    } else {
        (String::new(), String::new())
    };
    let said = Said::new(
        format!(
            "camera đã lắp đặt bị dời{how_vi}{}; nếu đúng là đã dời, hãy nhập lại với lựa chọn cho phép dời (--moves)",
            wards.0
        ),
        format!(
            "a camera that stands was moved{how_en}{}; if it really was, import again with --moves",
            wards.1
        ),
    );
    let heading = headings.get(&column).map_or(column.vi(), String::as_str);
    Problem::at(moved.row, heading, &moved.code, said)
}

fn differing(old: &RegisterCamera, new: &RegisterCamera) -> Vec<Column> {
    let parts = [
        (Column::Name, old.name != new.name),
        (Column::Ward, old.ward != new.ward),
        (Column::Stage, old.stage != new.stage),
        (Column::Place, old.place != new.place),
        (Column::Lat, old.position != new.position),
        (Column::Owner, old.owner != new.owner),
        (Column::Vendor, old.vendor != new.vendor),
        (Column::Contract, old.contract != new.contract),
        (Column::Funding, old.funding != new.funding),
        (Column::Contributor, old.contributor != new.contributor),
        (Column::Consent, old.consent != new.consent),
        (Column::Cost, old.cost_dong != new.cost_dong),
        (Column::State, old.state != new.state),
        (Column::InstalledOn, old.installed_on != new.installed_on),
        (Column::Note, old.note != new.note),
    ];
    parts.into_iter().filter(|(_, differs)| *differs).map(|(c, _)| c).collect()
}

fn check_positions(reading: &mut Reading, known: &[RegisterCamera], terms: &ImportTerms<'_>) {
    let all: Vec<_> = known
        .iter()
        .chain(reading.cameras.iter().map(|(_, c)| c))
        .filter_map(|c| c.position)
        .collect();
    let whereabouts = Whereabouts::new(terms.bounds, &all);
    let heading = reading.headings.get(&Column::Lat).map_or(Column::Lat.vi(), String::as_str);
    for (row, camera) in &reading.cameras {
        let Some(at) = camera.position else { continue };
        if let Some(said) = whereabouts.refuses(at) {
            let found = format!("{}, {}", at.lat, at.lon);
            reading.problems.push(Problem::at(*row, heading, &found, said));
        }
    }
}

/// One camera under two codes.
fn check_twice(reading: &mut Reading, known: &[RegisterCamera]) {
    let mut by_name: HashMap<String, Vec<(Option<u64>, &RegisterCamera)>> = HashMap::new();
    let in_file: std::collections::HashSet<&str> =
        reading.cameras.iter().map(|(_, c)| c.code.as_str()).collect();
    for camera in known.iter().filter(|c| !in_file.contains(c.code.as_str())) {
        by_name.entry(fold(&camera.name)).or_default().push((None, camera));
    }
    let mut found = Vec::new();
    for (row, camera) in &reading.cameras {
        let same = by_name.entry(fold(&camera.name)).or_default();
        let twin = same.iter().find(|(_, other)| {
            let near = camera.position.zip(other.position);
            near.is_some_and(|(a, b)| a.metres_to(b) < ONE_METRES)
        });
        if let Some((earlier, twin)) = twin {
            let at = earlier.map_or_else(
                || ("đã có trong danh mục".to_owned(), "the register".to_owned()),
                |r| (format!("ở dòng {r}"), format!("row {r}")),
            );
            let said = Said::new(
                format!(
                    "cùng tên và vị trí với camera \"{}\" {}; mỗi camera chỉ ghi một lần",
                    twin.code, at.0
                ),
                format!(
                    "{} has a camera of this name at this position, \"{}\"; enter each once",
                    at.1, twin.code
                ),
            );
            found.push(Problem::at(*row, Column::Name.vi(), &camera.name, said));
        }
        same.push((Some(*row), camera));
    }
    reading.problems.extend(found);
}

/// A contract has one vendor, and the site file's word on it holds.
fn check_contracts(reading: &mut Reading, terms: &ImportTerms<'_>) {
    let mut vendors: HashMap<&str, (String, &str)> = HashMap::new();
    for contract in terms.contracts {
        vendors.insert(&contract.name, ("[[contracts]]".to_owned(), &contract.vendor));
    }
    let mut found = Vec::new();
    for (row, camera) in &reading.cameras {
        let (Some(contract), Some(vendor)) = (&camera.contract, &camera.vendor) else { continue };
        let (place, said) =
            vendors.entry(contract).or_insert_with(|| (row.to_string(), vendor.as_str()));
        if fold(said) != fold(vendor) {
            let said = Said::new(
                format!(
                    "hợp đồng \"{contract}\" là với \"{said}\" ({place}); một hợp đồng chỉ có một nhà cung cấp"
                ),
                format!(
                    "contract \"{contract}\" is with \"{said}\" ({place}); a contract has one vendor"
                ),
            );
            found.push(Problem::at(*row, Column::Vendor.vi(), vendor, said));
        }
    }
    reading.problems.extend(found);
}
