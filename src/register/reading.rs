//! A sheet's rows as cameras, with every mistake at its place.

use super::column::Column;
use super::fields;
use super::position::swapped;
use super::problem::{Problem, Said};
use super::row::{Field, SheetRow};
use super::sheet::Sheet;
use crate::store::{RegisterCamera, RegisterPosition, RegisterState};
use jiff::civil::Date;
use std::collections::{BTreeMap, HashMap};

/// The headings stand in one of so many rows: titles may stand above.
const HEAD_ROWS: usize = 10;
/// A row with so many known headings is the row of headings.
const ENOUGH_HEADINGS: usize = 3;

/// What a sheet holds.
#[derive(Debug)]
pub(super) struct Reading {
    /// How the file heads each column it has.
    pub(super) headings: BTreeMap<Column, String>,
    /// Its cameras with their rows, those that could be read.
    pub(super) cameras: Vec<(u64, RegisterCamera)>,
    /// Rows below the headings.
    pub(super) rows: u64,
    /// What is wrong.
    pub(super) problems: Vec<Problem>,
    /// What is worth a look, and stops nothing.
    pub(super) notes: Vec<Problem>,
}

/// Reads a sheet. What a column that is not there would say of a known camera stays as it is; what an
/// empty field says is nothing.
pub(super) fn read(sheet: &Sheet, known: &HashMap<&str, &RegisterCamera>, today: Date) -> Reading {
    let mut problems = Vec::new();
    let (head, places) = headings(sheet, &mut problems);
    let headings: BTreeMap<Column, String> =
        places.iter().map(|(c, (_, text))| (*c, text.clone())).collect();
    let mut reading =
        Reading { headings, cameras: Vec::new(), rows: 0, problems, notes: Vec::new() };
    if Column::NEEDED.iter().any(|c| !places.contains_key(c)) {
        // Rows without what every row needs would only say so again and again.
        reading.rows = (sheet.rows.len() - head - 1) as u64;
        return reading;
    }
    let mut first: HashMap<String, u64> = HashMap::new();
    for row in &sheet.rows[head + 1..] {
        reading.rows += 1;
        let mut at = Row {
            line: row,
            places: &places,
            problems: &mut reading.problems,
            notes: &mut reading.notes,
        };
        // Whatever else is wrong with either of two rows, they must not have one code.
        let twice = at.twice(&mut first);
        let camera = at.camera(known, today);
        reading.cameras.extend(camera.filter(|_| !twice).map(|camera| (row.number, camera)));
    }
    reading
}

type Places = BTreeMap<Column, (usize, String)>;

/// The row of headings, and where each column stands.
fn headings(sheet: &Sheet, problems: &mut Vec<Problem>) -> (usize, Places) {
    let known =
        |row: &SheetRow| row.fields.iter().filter(|f| Column::of(&f.shown()).is_some()).count();
    let head = sheet.rows.iter().take(HEAD_ROWS).position(|r| known(r) >= ENOUGH_HEADINGS);
    let head = head.unwrap_or(0);
    let mut places = Places::new();
    let row = &sheet.rows[head];
    for (i, field) in row.fields.iter().enumerate() {
        let text = field.shown();
        if text.is_empty() {
            continue;
        }
        let Some(column) = Column::of(&text) else {
            problems.push(unknown(row.number, &text));
            continue;
        };
        if let Some((_, earlier)) = places.get(&column) {
            let said = Said::new(
                format!("cột này trùng với cột \"{earlier}\"; chỉ giữ một cột"),
                format!("this is the same as the column \"{earlier}\"; keep one of them"),
            );
            problems.push(Problem::at(row.number, &text, "", said));
            continue;
        }
        places.insert(column, (i, text));
    }
    for column in Column::NEEDED {
        if !places.contains_key(&column) {
            problems.push(Problem::of_file(Said::new(
                format!("thiếu cột \"{}\"", column.vi()),
                format!("the column \"{}\" (\"{}\") is missing", column.vi(), column.en()),
            )));
        }
    }
    let pair = [Column::Lat, Column::Lon].map(|c| places.contains_key(&c));
    if pair[0] != pair[1] {
        problems.push(Problem::of_file(Said::new(
            "cần có cả hai cột \"Vĩ độ\" và \"Kinh độ\"",
            "latitude and longitude go together: one of the two columns is missing",
        )));
    }
    (head, places)
}

fn unknown(row: u64, heading: &str) -> Problem {
    let said = match Column::near(heading) {
        Some(near) => Said::new(
            format!("không có cột này; có phải \"{}\"?", near.vi()),
            format!("there is no such column; did you mean \"{}\" (\"{}\")?", near.vi(), near.en()),
        ),
        None => Said::new(
            format!("không có cột này; bỏ đi, hoặc đổi thành một trong: {}", all(Column::vi)),
            format!("there is no such column; remove it, or name it one of: {}", all(Column::en)),
        ),
    };
    Problem::at(row, heading, "", said)
}

fn all(name: impl Fn(Column) -> &'static str) -> String {
    Column::ALL.map(name).join(", ")
}

/// A row being read.
struct Row<'a> {
    line: &'a SheetRow,
    places: &'a Places,
    problems: &'a mut Vec<Problem>,
    notes: &'a mut Vec<Problem>,
}

impl Row<'_> {
    fn field(&self, column: Column) -> Option<&Field> {
        let (at, _) = self.places.get(&column)?;
        Some(self.line.fields.get(*at).unwrap_or(&Field::Empty))
    }

    fn note(&mut self, column: Column, found: &str, said: Said) {
        let heading = self.places.get(&column).map_or(column.vi(), |(_, text)| text.as_str());
        self.problems.push(Problem::at(self.line.number, heading, found, said));
    }

    /// Whether an earlier row has this one's code; that is noted.
    fn twice(&mut self, first: &mut HashMap<String, u64>) -> bool {
        let code = self.field(Column::Code).map(fields::code);
        let Some(Ok(Some(code))) = code else { return false };
        let Some(earlier) = first.get(&code.to_lowercase()).copied() else {
            first.insert(code.to_lowercase(), self.line.number);
            return false;
        };
        let said = Said::new(
            format!("mã này đã có ở dòng {earlier}; mỗi camera một mã"),
            format!("row {earlier} has this code already; give each camera its own"),
        );
        self.note(Column::Code, &code, said);
        true
    }

    /// What a field holds; where its column is not there, `kept`.
    fn take<T: Default>(
        &mut self,
        column: Column,
        kept: Option<T>,
        read: impl FnOnce(&Field) -> Result<T, Said>,
    ) -> T {
        let Some(field) = self.field(column) else { return kept.unwrap_or_default() };
        let found = field.shown();
        read(field).unwrap_or_else(|said| {
            self.note(column, &found, said);
            T::default()
        })
    }

    fn needed<T>(
        &mut self,
        column: Column,
        read: impl FnOnce(&Field) -> Result<Option<T>, Said>,
    ) -> Option<T> {
        let before = self.problems.len();
        let value = self.take(column, None, read);
        if value.is_none() && self.problems.len() == before {
            let said =
                Said::new("để trống; phải có giá trị", "nothing is written here, and must be");
            self.note(column, "", said);
        }
        value
    }

    /// The row's camera; `None` where a mistake was noted without which it would not be one.
    fn camera(
        &mut self,
        known: &HashMap<&str, &RegisterCamera>,
        today: Date,
    ) -> Option<RegisterCamera> {
        let before = self.problems.len();
        let code = self.needed(Column::Code, fields::code);
        let old = code.as_deref().and_then(|c| known.get(c)).copied();
        let text = |column| move |f: &Field| fields::text(f, column);
        let name = self.needed(Column::Name, text(Column::Name));
        let ward = self.needed(Column::Ward, text(Column::Ward));
        let state = self.needed(Column::State, fields::state);
        let mut words = |column, kept: fn(&RegisterCamera) -> &Option<String>| {
            self.take(column, old.map(|o| kept(o).clone()), text(column))
        };
        let stage = words(Column::Stage, |o| &o.stage);
        let place = words(Column::Place, |o| &o.place);
        let owner = words(Column::Owner, |o| &o.owner);
        let vendor = words(Column::Vendor, |o| &o.vendor);
        let contract = words(Column::Contract, |o| &o.contract);
        let funding = words(Column::Funding, |o| &o.funding);
        let contributor = words(Column::Contributor, |o| &o.contributor);
        let note = words(Column::Note, |o| &o.note);
        let consent = self.consent(old, contributor.as_deref());
        let cost_dong = self.take(Column::Cost, old.map(|o| o.cost_dong), fields::money);
        let installed_on =
            self.take(Column::InstalledOn, old.map(|o| o.installed_on), |f| fields::day(f, today));
        let position = self.position(old);
        if consent && contributor.is_none() {
            let said = Said::new(
                "đồng ý nêu tên nhưng không ghi người đóng góp",
                "consent to be named is given and nobody is named as contributor",
            );
            self.note(Column::Consent, "", said);
        }
        if installed_on.is_some() && state == Some(RegisterState::Planned) {
            let said = Said::new(
                "camera dự kiến thì chưa có ngày lắp đặt",
                "what is only planned has no day since which it stands",
            );
            self.note(Column::InstalledOn, "", said);
        }
        let (code, name, ward, state) = (code?, name?, ward?, state?);
        (self.problems.len() == before).then_some(RegisterCamera {
            code,
            name,
            ward,
            stage,
            place,
            position,
            owner,
            vendor,
            contract,
            funding,
            contributor,
            consent,
            cost_dong,
            state,
            installed_on,
            note,
        })
    }

    /// Whether the contributor may be named. Consent is one person's: kept from before, it does not
    /// pass to another.
    fn consent(&mut self, old: Option<&RegisterCamera>, contributor: Option<&str>) -> bool {
        let before = old.filter(|o| o.consent);
        let said = self.take(Column::Consent, Some(before.is_some()), fields::consent);
        let Some(before) = before else { return said };
        let kept = self.field(Column::Consent).is_none_or(|f| *f == Field::Empty);
        let name = |text: Option<&str>| text.unwrap_or_default().to_lowercase();
        if !kept || name(before.contributor.as_deref()) == name(contributor) {
            return said;
        }
        let lapsed = Said::new(
            "người đóng góp đã đổi nên sự đồng ý nêu tên của người trước không còn hiệu lực; nếu người mới đồng ý, ghi \"có\" vào cột \"Đồng ý nêu tên\"",
            "the contributor is another, to whom the consent of the one before does not pass; if the new one agrees, write \"yes\" under consent",
        );
        let heading = self.places.get(&Column::Contributor);
        let heading = heading.map_or(Column::Contributor.vi(), |(_, text)| text.as_str());
        let found = contributor.unwrap_or_default();
        self.notes.push(Problem::at(self.line.number, heading, found, lapsed));
        false
    }

    fn position(&mut self, old: Option<&RegisterCamera>) -> Option<RegisterPosition> {
        if !self.places.contains_key(&Column::Lat) {
            return old.and_then(|o| o.position);
        }
        let number = |row: &Self, column| match row.field(column) {
            Some(Field::Number(n)) => Some(*n),
            Some(field) => super::position::degrees(&field.shown()),
            None => None,
        };
        let raw = number(self, Column::Lat).zip(number(self, Column::Lon));
        if let Some((lat, lon)) = raw.filter(|(lat, lon)| swapped(*lat, *lon)) {
            let said = Said::new(
                "vĩ độ và kinh độ bị đổi chỗ cho nhau",
                "latitude and longitude stand in each other's column",
            );
            self.note(Column::Lat, &format!("{lat}, {lon}"), said);
            return None;
        }
        let before = self.problems.len();
        let lat = self.take(Column::Lat, None, |f| fields::degree(f, Column::Lat));
        let lon = self.take(Column::Lon, None, |f| fields::degree(f, Column::Lon));
        if lat.is_some() != lon.is_some() && self.problems.len() == before {
            let missing = if lat.is_none() { Column::Lat } else { Column::Lon };
            let said = Said::new(
                "thiếu một trong hai tọa độ; ghi cả hai hoặc để trống cả hai",
                "one of the two coordinates is missing; write both or none",
            );
            self.note(missing, "", said);
        }
        lat.zip(lon).map(|(lat, lon)| RegisterPosition { lat, lon })
    }
}
