//! What left the house: lists, reports, surveys and packs, as the audit trail has them. What was asked,
//! refused or only made ready has left nothing.

use super::filter::why;
use crate::report::document::{Block, Cell, Section, Table, Words, column};
use crate::store::{ActorKind, AuditEntry, Store, StoreError};
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// What is told of everything that left, at most, the newest first; more is counted alone.
const MOST: usize = 5000;

/// What is entered when something leaves.
const LEAVING: [&str; 6] =
    ["export", "handover_not_taken", "handover_taken", "handover_taking", "report", "survey"];

/// What a request was for, and how many events it names.
type Asked = Option<(u64, String)>;

/// What left the house.
#[derive(Debug)]
pub(super) struct Left {
    rows: Vec<Vec<Cell>>,
    all: u64,
    most: usize,
    /// By the request's id.
    requests: HashMap<String, Asked>,
    /// Requests whose copy onto another disk has ended, with the entry of its beginning still to come.
    ended: HashSet<String>,
}

impl Default for Left {
    fn default() -> Self {
        Self::at_most(MOST)
    }
}

impl Left {
    fn at_most(most: usize) -> Self {
        Self { rows: Vec::new(), all: 0, most, requests: HashMap::new(), ended: HashSet::new() }
    }

    /// Takes an entry down where something left by it; whether it did.
    pub(super) fn take(
        &mut self,
        store: &Store,
        entry: &AuditEntry,
        who: &str,
    ) -> Result<bool, StoreError> {
        if !LEAVING.contains(&entry.action.as_str()) {
            return Ok(false);
        }
        let details: Value = serde_json::from_str(&entry.details).unwrap_or_default();
        let Some(what) = what(entry, &details) else { return Ok(false) };
        let mut events = many(&details["events"]);
        let mut purpose = why(&details);
        if self.is_told(entry, &details) {
            return Ok(false);
        }
        if entry.action.starts_with("handover_")
            && let Some((asked, what_for)) = self.asked(store, &entry.subject)?
        {
            (events, purpose) = (Some(asked), Some(Words::same(what_for)));
        }
        self.put(vec![
            Cell::Day(entry.at.local().date()),
            Cell::same(who),
            Cell::Words(what),
            events.map_or(Cell::Nothing, Cell::Count),
            purpose.map_or(Cell::Nothing, Cell::Words),
        ]);
        Ok(true)
    }

    /// A copy onto another disk is entered as begun and as ended, the end read first: it is told once.
    /// One that has no end was broken off, with whatever of it is on that disk.
    fn is_told(&mut self, entry: &AuditEntry, details: &Value) -> bool {
        match entry.action.as_str() {
            "handover_not_taken" => !self.ended.insert(entry.subject.clone()),
            "handover_taken" if !details["to"].is_null() => {
                !self.ended.insert(entry.subject.clone())
            }
            "handover_taking" => self.ended.remove(&entry.subject),
            _ => false,
        }
    }

    fn put(&mut self, row: Vec<Cell>) {
        self.all += 1;
        if self.rows.len() < self.most {
            self.rows.push(row);
        }
    }

    fn asked(&mut self, store: &Store, request: &str) -> Result<Asked, StoreError> {
        if let Some(known) = self.requests.get(request) {
            return Ok(known.clone());
        }
        let known = store
            .request(request)?
            .map(|r| (r.events.len() as u64, format!("{} ({})", r.purpose, r.agency)));
        self.requests.insert(request.to_owned(), known.clone());
        Ok(known)
    }

    /// All of it in a table, and how much is not named one by one.
    pub(super) fn section(self) -> Section {
        let told = self.rows.len() as u64;
        let mut blocks = Vec::new();
        if self.all > told {
            blocks.push(Block::Paragraph(Words::new(
                format!(
                    "Trong năm có {} lần dữ liệu được đưa ra ngoài; bảng chỉ nêu {told} lần gần nhất, các lần còn lại xem trong nhật ký kiểm tra.",
                    self.all
                ),
                format!(
                    "Data left {} times in the year; the table names the latest {told} alone, the audit trail holds the others.",
                    self.all
                ),
            )));
        }
        blocks.push(Block::Table(Table {
            key: "left".to_owned(),
            title: Words::new(
                "Dữ liệu đã xuất, báo cáo và hồ sơ đã giao",
                "Exports, reports and packs taken",
            ),
            columns: vec![
                column("day", "Ngày", "Day"),
                column("who", "Người thực hiện", "By whom"),
                column("what", "Việc", "What"),
                column("events", "Số vụ việc", "Events"),
                column("purpose", "Mục đích hoặc điều kiện lọc", "Purpose or filter"),
            ],
            rows: self.rows,
            total: None,
            definitions: vec![Words::new(
                "Chỉ tính những lần tệp thực sự được lấy ra hoặc gửi đi: danh sách vụ việc, báo cáo, bản khảo sát (có hình ảnh đường phố), gói hồ sơ bàn giao. Yêu cầu, phê duyệt, từ chối không phải là đưa dữ liệu ra ngoài và được tính ở cột \"Bước bàn giao\". Lần chép gói hồ sơ ra ổ đĩa khác không trọn vẹn cũng được tính, vì phần đã chép có thể còn đọc được từ ổ đĩa đó.",
                "Only where a file was really taken or sent: lists of events, reports, surveys (with pictures of streets), packs. Requests, approvals and refusals are no leaving, and are counted under \"Handing over\". A pack that was not copied whole onto another disk is told as well: what was copied may still be read from that disk.",
            )],
        }));
        Section {
            title: Words::new("Dữ liệu đã đưa ra ngoài", "What left the house"), blocks
        }
    }
}

/// What left by an entry; `None`: nothing did.
fn what(entry: &AuditEntry, details: &Value) -> Option<Words> {
    Some(match entry.action.as_str() {
        "export" => Words::new("Xuất danh sách vụ việc", "List of events"),
        "handover_taken" => Words::new("Lấy gói hồ sơ bàn giao", "Pack taken"),
        "handover_taking" | "handover_not_taken" => Words::new(
            "Chép gói hồ sơ bàn giao ra ổ đĩa khác, không trọn vẹn",
            "Pack copied onto another disk, not whole",
        ),
        "survey" => Words::new("Tải bản khảo sát", "Survey"),
        // A scheduled report stays in the data folder, unless it is sent somewhere.
        "report" if entry.actor_kind == ActorKind::Service => {
            many(&details["sinks"]).filter(|sinks| *sinks > 0)?;
            Words::new("Gửi báo cáo định kỳ", "Scheduled report sent")
        }
        "report" => Words::new("Tải báo cáo", "Report"),
        _ => return None,
    })
}

/// A number, or how many a list names.
fn many(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_array().map(|list| list.len() as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_named_is_counted_and_said() {
        let paragraphs = |count: u64| {
            let mut left = Left::at_most(2);
            for n in 0..count {
                left.put(vec![Cell::Count(n)]);
            }
            let blocks = left.section().blocks;
            let said = blocks.iter().find_map(|b| match b {
                Block::Paragraph(words) => Some(words.en.clone()),
                _ => None,
            });
            let rows = blocks.iter().find_map(|b| match b {
                Block::Table(table) => Some(table.rows.len()),
                _ => None,
            });
            (rows.unwrap_or_default(), said)
        };
        assert_eq!(paragraphs(2), (2, None));
        let (rows, said) = paragraphs(3);
        assert_eq!(rows, 2);
        assert!(said.is_some_and(|s| s.contains("left 3 times") && s.contains("latest 2")));
    }

    #[test]
    fn lists_are_counted() {
        assert_eq!(many(&json!(3)), Some(3));
        assert_eq!(many(&json!(["a", "b"])), Some(2));
        assert_eq!(many(&json!("3")), None);
    }
}
