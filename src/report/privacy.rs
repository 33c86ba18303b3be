//! The yearly privacy report: who looked at evidence, what became of what was looked at, what left
//! the house, and what was removed. Read from the audit trail alone, and from the chain's tombstones;
//! no violation, plate or picture is named.

use super::document::{Block, Cell, Document, Section, Table, Words, column};
use crate::evidence::chain::{ChainError, chain_days, read_day};
use crate::media::WallTime;
use crate::store::{ActorKind, AuditEntry, AuditFilter, Store, StoreError};
use jiff::civil::{Date, date};
use jiff::tz::{Offset, TimeZone};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashSet};
use std::hash::{Hash, Hasher};
use std::path::Path;

/// Entries read at once.
const PAGE: u32 = 1000;

/// What one person, program or command did with evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Doings {
    looks: u64,
    looks_followed: u64,
    decisions: u64,
    exports: u64,
    holds: u64,
    handed: u64,
}

/// What was counted.
#[derive(Debug, Default)]
struct Counted {
    by_whom: BTreeMap<(String, String), Doings>,
    left: Vec<Vec<Cell>>,
    removed: BTreeMap<String, u64>,
}

/// What is told of everything that left the house, at most; more is counted alone.
const LEFT_MOST: usize = 5000;

/// The report of a calendar year, local time.
///
/// # Errors
/// The database or the chain cannot be read.
pub fn privacy(store: &Store, data: &Path, year: i16, today: Date) -> Result<Document, StoreError> {
    let days = (date(year, 1, 1), date(year, 12, 31));
    let mut counted = Counted::default();
    count_audit(store, days, &mut counted)?;
    count_removed(data, year, &mut counted)?;
    Ok(Document {
        name: format!("privacy-{year}"),
        title: Words::new(
            format!("Báo cáo bảo vệ dữ liệu cá nhân năm {year}"),
            format!("Privacy report for {year}"),
        ),
        days: Some(days),
        made_on: today,
        sections: sections(counted),
    })
}

fn count_audit(store: &Store, days: (Date, Date), counted: &mut Counted) -> Result<(), StoreError> {
    let zone = TimeZone::fixed(Offset::constant(7));
    let instant = |day: Date| day.to_zoned(zone.clone()).ok().map(|z| WallTime(z.timestamp()));
    let names: BTreeMap<String, (String, String)> =
        store.users()?.into_iter().map(|user| (user.id, (user.full_name, user.role))).collect();
    let mut filter = AuditFilter {
        from: instant(days.0),
        to: days.1.tomorrow().ok().and_then(instant),
        limit: PAGE,
        ..AuditFilter::default()
    };
    // The newest first: what somebody did with an event is known before he is seen looking at it.
    let mut acted: HashSet<u64> = HashSet::new();
    loop {
        let entries = store.audit_entries(&filter)?;
        for entry in &entries {
            count(entry, &names, &mut acted, counted);
        }
        match entries.last() {
            Some(last) if entries.len() == PAGE as usize => filter.before = Some(last.number),
            _ => return Ok(()),
        }
    }
}

fn count(
    entry: &AuditEntry,
    names: &BTreeMap<String, (String, String)>,
    acted: &mut HashSet<u64>,
    counted: &mut Counted,
) {
    let of = |name: &str| {
        let mut hash = DefaultHasher::new();
        (&entry.actor, name).hash(&mut hash);
        hash.finish()
    };
    let handed = ["request_", "pack_", "handover_"].iter().any(|p| entry.action.starts_with(p));
    let who = match entry.actor_kind {
        ActorKind::User => names.get(&entry.actor).cloned(),
        ActorKind::Token => Some((entry.actor.clone(), "token".to_owned())),
        ActorKind::Command => Some((entry.actor.clone(), "command".to_owned())),
        ActorKind::Service => Some(("streetward".to_owned(), "service".to_owned())),
    };
    let who = who.unwrap_or_else(|| (entry.actor.clone(), "–".to_owned()));
    let mut doings = Doings::default();
    match entry.action.as_str() {
        // A list with small pictures, however many it showed, was one look.
        "list_seen" => doings.looks = 1,
        "evidence_seen" => {
            doings.looks = 1;
            // The last look before a decision is the one that led to it.
            doings.looks_followed = u64::from(acted.remove(&of(&entry.subject)));
        }
        "decision" => {
            doings.decisions = 1;
            acted.insert(of(&entry.subject));
        }
        "export" => doings.exports = 1,
        "hold_added" | "hold_lifted" => doings.holds = 1,
        _ if handed => doings.handed = 1,
        _ => return,
    }
    if (doings.exports + doings.handed) > 0 && counted.left.len() < LEFT_MOST {
        let details: serde_json::Value = serde_json::from_str(&entry.details).unwrap_or_default();
        let many = details["events"].as_u64().map_or(Cell::Nothing, Cell::Count);
        let purpose = ["purpose", "reason", "filter"]
            .iter()
            .find_map(|key| details.get(*key))
            .map_or(Cell::Nothing, |v| Cell::same(plain(v)));
        counted.left.push(vec![
            Cell::Day(entry.at.local().date()),
            Cell::same(who.0.clone()),
            Cell::Words(action(&entry.action)),
            many,
            purpose,
        ]);
    }
    let all = counted.by_whom.entry(who).or_default();
    all.looks += doings.looks;
    all.looks_followed += doings.looks_followed;
    all.decisions += doings.decisions;
    all.exports += doings.exports;
    all.holds += doings.holds;
    all.handed += doings.handed;
}

fn count_removed(data: &Path, year: i16, counted: &mut Counted) -> Result<(), StoreError> {
    for day in chain_days(data)?.into_iter().filter(|d| d.year() == year) {
        let Some(read) = read_day(data, day).or_else(unreadable)? else { continue };
        for stone in read.entries.into_iter().filter_map(|e| e.tombstone) {
            *counted.removed.entry(stone.rule).or_default() += 1;
        }
    }
    Ok(())
}

/// A damaged day is said by `evidence verify`; what can be told is told.
fn unreadable<T>(error: ChainError) -> Result<Option<T>, StoreError> {
    match error {
        ChainError::Unreadable { .. } => {
            tracing::warn!("what was removed that day is not counted: {error}");
            Ok(None)
        }
        other => Err(other.into()),
    }
}

/// A filter or purpose in a line.
fn plain(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Object(map) => {
            let parts = map.iter().filter(|(_, v)| !v.is_null());
            parts.map(|(k, v)| format!("{k} {}", plain(v))).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}

fn action(word: &str) -> Words {
    match word {
        "export" => Words::new("Xuất dữ liệu", "Export"),
        other => Words::new(format!("Bàn giao ({other})"), format!("Handing over ({other})")),
    }
}

fn sections(counted: Counted) -> Vec<Section> {
    let text = |text: String| Cell::same(text);
    let by_whom: Vec<Vec<Cell>> = counted
        .by_whom
        .into_iter()
        .map(|((name, role), d)| {
            vec![
                text(name),
                Cell::Words(role_name(&role)),
                Cell::Count(d.looks),
                Cell::Count(d.looks_followed),
                Cell::Count(d.looks - d.looks_followed),
                Cell::Count(d.decisions),
                Cell::Count(d.exports),
                Cell::Count(d.handed),
                Cell::Count(d.holds),
            ]
        })
        .collect();
    let removed: Vec<Vec<Cell>> = counted
        .removed
        .into_iter()
        .map(|(rule, n)| vec![Cell::Words(rule_name(&rule)), Cell::Count(n)])
        .collect();
    vec![
        Section {
            title: Words::new("Ai đã xem chứng cứ và vì sao", "Who looked at evidence, and why"),
            blocks: vec![Block::Table(Table {
                key: "by_whom".to_owned(),
                title: Words::new(
                    "Việc xem và sử dụng chứng cứ theo người",
                    "Looks and uses by person",
                ),
                columns: vec![
                    column("who", "Người hoặc chương trình", "Person or program"),
                    column("role", "Vai trò", "Role"),
                    column("looks", "Lượt xem", "Looks"),
                    column("looks_followed", "Xem rồi xử lý", "Looked and acted"),
                    column("looks_alone", "Chỉ xem", "Looked only"),
                    column("decisions", "Lượt xử lý", "Decisions"),
                    column("exports", "Lượt xuất", "Exports"),
                    column("handed", "Bước bàn giao", "Handing over"),
                    column("holds", "Lượt giữ lại", "Holds"),
                ],
                rows: by_whom,
                total: None,
                definitions: vec![
                    Words::new(
                        "Lượt xem: một người mở chứng cứ của một vụ việc, tính một lần trong mỗi phiên làm việc.",
                        "Looks: one person opened the evidence of one event, counted once a session.",
                    ),
                    Words::new(
                        "Xem rồi xử lý: sau lượt xem, chính người đó đã xử lý vụ việc trong năm; mục đích xem là xử lý.",
                        "Looked and acted: after the look the same person decided on that event within the year, which was the purpose.",
                    ),
                    Words::new(
                        "Chỉ xem: lượt xem không dẫn đến xử lý của người đó; lý do không được ghi lại.",
                        "Looked only: no decision by that person followed; no reason is recorded.",
                    ),
                ],
            })],
        },
        Section {
            title: Words::new("Dữ liệu đã đưa ra ngoài", "What left the house"),
            blocks: vec![Block::Table(Table {
                key: "left".to_owned(),
                title: Words::new("Xuất dữ liệu và bàn giao", "Exports and handing over"),
                columns: vec![
                    column("day", "Ngày", "Day"),
                    column("who", "Người thực hiện", "By whom"),
                    column("what", "Việc", "What"),
                    column("events", "Số vụ việc", "Events"),
                    column("purpose", "Mục đích hoặc điều kiện lọc", "Purpose or filter"),
                ],
                rows: counted.left,
                total: None,
                definitions: vec![],
            })],
        },
        Section {
            title: Words::new("Dữ liệu đã xóa", "What was removed"),
            blocks: vec![Block::Table(Table {
                key: "removed".to_owned(),
                title: Words::new("Chứng cứ đã xóa theo lý do", "Evidence removed, by reason"),
                columns: vec![
                    column("rule", "Lý do", "Reason"),
                    column("events", "Số vụ việc", "Events"),
                ],
                rows: removed,
                total: None,
                definitions: vec![Words::new(
                    "Mỗi lần xóa để lại một bản ghi trong chuỗi niêm phong hằng ngày; năm tính theo ngày ghi vào chuỗi.",
                    "Each removal leaves a tombstone in the daily chain; the year is that of the chain's day.",
                )],
            })],
        },
    ]
}

fn role_name(role: &str) -> Words {
    let vi = match role {
        "viewer" => "Người xem",
        "reviewer" => "Người xử lý",
        "supervisor" => "Người giám sát",
        "administrator" => "Quản trị viên",
        "auditor" => "Người kiểm tra",
        "token" => "Chương trình",
        "command" => "Lệnh trên máy chủ",
        "service" => "Hệ thống",
        other => return Words::same(other),
    };
    Words::new(vi, role)
}

/// A tombstone's rule in words.
fn rule_name(rule: &str) -> Words {
    let parts: Vec<&str> = rule.split(':').collect();
    match parts[..] {
        ["room"] => Words::new("Ổ đĩa không còn đủ chỗ", "No room on the disk"),
        ["quota", ..] => Words::new("Vượt dung lượng cho phép", "More room than its share"),
        ["age", .., days] => Words::new(
            format!("Hết thời hạn lưu {days} ngày ({rule})"),
            format!("Kept for {days} days ({rule})"),
        ),
        _ => Words::same(rule),
    }
}
