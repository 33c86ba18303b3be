//! The yearly privacy report: who looked at evidence, what became of what was looked at, what left
//! the house, and what was removed. Read from the audit trail alone, and from the chain's tombstones;
//! no violation, plate or picture is named.

mod filter;
mod left;
mod search;

use super::document::{Block, Cell, Document, Section, Table, Words, column};
use crate::evidence::chain::{ChainError, chain_days, read_day};
use crate::media::WallTime;
use crate::store::{ActorKind, AuditEntry, AuditFilter, Store, StoreError, UserRecord};
use jiff::civil::{Date, date};
use jiff::tz::{Offset, TimeZone};
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, HashSet};
use std::hash::{Hash, Hasher};
use std::path::Path;

use left::Left;
use search::{LIST, Searches};

/// Entries read at once.
const PAGE: u32 = 1000;

/// What one person, program or command did with evidence.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Doings {
    lists: u64,
    plates: u64,
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
    /// By name, role, and id: two people may have one name.
    by_whom: BTreeMap<(String, String, String), Doings>,
    searches: Searches,
    left: Left,
    removed: BTreeMap<String, u64>,
}

/// What people are called, and their role, by id.
type Names = BTreeMap<String, (String, String)>;

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
    let names = names(store)?;
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
            count(store, entry, &names, &mut acted, counted)?;
        }
        match entries.last() {
            Some(last) if entries.len() == PAGE as usize => filter.before = Some(last.number),
            _ => return Ok(()),
        }
    }
}

/// Who shares a name is told apart by what they log in with.
fn names(store: &Store) -> Result<Names, StoreError> {
    let users = store.users()?;
    let mut bearers: BTreeMap<String, u32> = BTreeMap::new();
    for user in &users {
        *bearers.entry(user.full_name.clone()).or_default() += 1;
    }
    let called = |user: &UserRecord| match bearers.get(&user.full_name) {
        Some(2..) => format!("{} ({})", user.full_name, user.name),
        _ => user.full_name.clone(),
    };
    Ok(users.iter().map(|user| (user.id.clone(), (called(user), user.role.clone()))).collect())
}

fn count(
    store: &Store,
    entry: &AuditEntry,
    names: &Names,
    acted: &mut HashSet<u64>,
    counted: &mut Counted,
) -> Result<(), StoreError> {
    let of = |name: &str| {
        let mut hash = DefaultHasher::new();
        (&entry.actor, name).hash(&mut hash);
        hash.finish()
    };
    let who = match entry.actor_kind {
        ActorKind::User => names.get(&entry.actor).cloned(),
        ActorKind::Token => Some((entry.actor.clone(), "token".to_owned())),
        ActorKind::Command => Some((entry.actor.clone(), "command".to_owned())),
        ActorKind::Service => Some(("streetward".to_owned(), "service".to_owned())),
    };
    let (name, role) = who.unwrap_or_else(|| (entry.actor.clone(), "–".to_owned()));
    let left = counted.left.take(store, entry, &name)?;
    let mut doings = Doings::default();
    match entry.action.as_str() {
        // A list with small pictures, however many it showed, was one look.
        LIST => match counted.searches.take(entry) {
            Some(questions) => doings.plates = questions,
            None => doings.lists = 1,
        },
        "evidence_seen" => {
            doings.looks = 1;
            // Every look before a decision led to it, not the last alone.
            doings.looks_followed = u64::from(acted.contains(&of(&entry.subject)));
        }
        "decision" => {
            doings.decisions = 1;
            acted.insert(of(&entry.subject));
        }
        "hold_added" | "hold_lifted" => doings.holds = 1,
        // One step with how it ended.
        "handover_taking" if !left => return Ok(()),
        step if step.starts_with("handover_") => doings.handed = 1,
        _ if left => doings.exports = 1,
        _ => return Ok(()),
    }
    // What is no person is told by what it is called, people by who they are.
    let id = if entry.actor_kind == ActorKind::User { entry.actor.clone() } else { String::new() };
    let all = counted.by_whom.entry((name, role, id)).or_default();
    all.lists += doings.lists;
    all.plates += doings.plates;
    all.looks += doings.looks;
    all.looks_followed += doings.looks_followed;
    all.decisions += doings.decisions;
    all.exports += doings.exports;
    all.holds += doings.holds;
    all.handed += doings.handed;
    Ok(())
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

fn sections(counted: Counted) -> Vec<Section> {
    let text = |text: String| Cell::same(text);
    let by_whom: Vec<Vec<Cell>> = counted
        .by_whom
        .into_iter()
        .map(|((name, role, _), d)| {
            vec![
                text(name),
                Cell::Words(role_name(&role)),
                Cell::Count(d.lists),
                Cell::Count(d.plates),
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
                    column("lists", "Xem danh sách", "Lists seen"),
                    column("plates", "Tra theo biển số", "Searches by plate"),
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
                        "Xem danh sách: một người mở một danh sách có hình thu nhỏ, dù danh sách nêu bao nhiêu vụ việc; không tính là lượt xem.",
                        "Lists seen: one person was shown a list with small pictures, of however many events; not counted among the looks.",
                    ),
                    Words::new(
                        "Tra theo biển số: một người tìm vụ việc theo biển số, dù có kết quả hay không; cùng một câu hỏi trong ngày, dù xem nhiều trang, tính một lần. Không tính vào số lần xem danh sách; xuất danh sách theo biển số tính là lượt xuất.",
                        "Searches by plate: one person looked events up by a number plate, found or not; the same question counts once a day, however many pages were seen. Not counted among the lists; exports by a plate are exports.",
                    ),
                    Words::new(
                        "Lượt xem: một người mở chứng cứ của một vụ việc, tính một lần trong mỗi phiên làm việc.",
                        "Looks: one person opened the evidence of one event, counted once a session.",
                    ),
                    Words::new(
                        "Xem rồi xử lý: sau lượt xem, chính người đó đã xử lý vụ việc trong năm; mục đích xem là xử lý.",
                        "Looked and acted: after the look the same person decided on that event within the year, which was the purpose.",
                    ),
                    Words::new(
                        "Lượt xuất: lấy ra danh sách vụ việc, báo cáo hoặc bản khảo sát. Bước bàn giao: mỗi bước của một yêu cầu bàn giao, kể cả lấy gói hồ sơ.",
                        "Exports: lists of events, reports or surveys taken. Handing over: each step of a request, taking its pack among them.",
                    ),
                    Words::new(
                        "Chỉ xem: lượt xem không dẫn đến xử lý của người đó; lý do không được ghi lại.",
                        "Looked only: no decision by that person followed; no reason is recorded.",
                    ),
                ],
            })],
        },
        counted.left.section(),
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
        ["quota", class] => {
            let of = class_name(class);
            Words::new(
                format!("Vượt dung lượng cho phép ({})", of.vi),
                format!("More room than its share ({})", of.en),
            )
        }
        ["age", ref of @ .., days] if days.parse::<u32>().is_ok() => {
            let of: Vec<Words> = match of {
                [domain, class] => vec![filter::domain(domain), class_name(class)],
                [class] => vec![class_name(class)],
                _ => Vec::new(),
            };
            let of = |say: fn(&Words) -> &str| {
                let all = of.iter().map(say).filter(|w| !w.is_empty()).collect::<Vec<_>>();
                if all.is_empty() { String::new() } else { format!(" ({})", all.join(", ")) }
            };
            Words::new(
                format!("Hết thời hạn lưu {days} ngày{}", of(|w| &w.vi)),
                format!("Kept for {days} days{}", of(|w| &w.en)),
            )
        }
        _ => Words::new("Lý do khác", rule),
    }
}

/// What a rule removes.
fn class_name(class: &str) -> Words {
    match class {
        "observations" => Words::new("bản ghi quan sát", "records of observations"),
        "dismissed" => Words::new("không vi phạm hoặc không đủ căn cứ", "dismissed or undecidable"),
        "pending" => Words::new("chưa kết luận", "not decided"),
        "confirmed" => Words::new("đã xác nhận vi phạm", "confirmed"),
        "" => Words::default(),
        other => filter::other(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_are_told_in_words() {
        let vi = |rule: &str| rule_name(rule).vi;
        assert_eq!(
            vi("age:urban_order:confirmed:365"),
            "Hết thời hạn lưu 365 ngày (Trật tự đô thị, đã xác nhận vi phạm)"
        );
        assert_eq!(vi("age:observations:30"), "Hết thời hạn lưu 30 ngày (bản ghi quan sát)");
        assert_eq!(vi("age:365"), "Hết thời hạn lưu 365 ngày");
        assert_eq!(vi("quota:pending"), "Vượt dung lượng cho phép (chưa kết luận)");
        assert_eq!(vi("some_thing:new"), "Lý do khác");
    }
}
