//! What was asked for when something left, in words: entries keep it as programs wrote it.

use crate::report::Words;
use crate::report::say;
use crate::rules::{Domain, Kind};
use crate::store::{Status, from_word};
use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Map, Value};

/// What an entry's details say of why something left; `None`: nothing.
pub(super) fn why(details: &Value) -> Option<Words> {
    let text = |key: &str| details[key].as_str().filter(|text| !text.is_empty());
    // A person's own words stand as they are.
    if let Some(own) = text("purpose").or_else(|| text("reason")) {
        return Some(Words::same(own));
    }
    if let Some(schedule) = text("schedule") {
        return Some(scheduled(schedule));
    }
    let parts: Vec<Words> = match &details["filter"] {
        Value::Object(map) => map.iter().filter_map(|(key, value)| part(map, key, value)).collect(),
        Value::String(text) if !text.is_empty() => vec![Words::same(text)],
        _ => Vec::new(),
    };
    if parts.is_empty() {
        return None;
    }
    let all = |of: fn(&Words) -> &str| parts.iter().map(of).collect::<Vec<_>>().join("; ");
    Some(Words::new(all(|w| &w.vi), all(|w| &w.en)))
}

/// One condition.
fn part(map: &Map<String, Value>, key: &str, value: &Value) -> Option<Words> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Null | Value::Bool(false) => return None,
        other => other.to_string(),
    };
    let named = |vi: &str, en: &str, value: Words| {
        Some(Words::new(format!("{vi} {}", value.vi), format!("{en} {}", value.en)))
    };
    let told = |vi: &str, en: &str| Some(Words::new(vi, en));
    match key {
        "ward" => named("địa bàn", "ward", Words::same(text)),
        "camera" => named("camera", "camera", Words::same(text)),
        "agency" => named("cơ quan", "agency", Words::same(text)),
        "text" => named("tìm", "text", Words::same(format!("“{text}”"))),
        "domain" => named("lĩnh vực", "domain", each(&text, domain)),
        "kind" => named("hành vi", "kind", each(&text, kind)),
        "status" => named("tình trạng", "status", each(&text, status)),
        "from" => named("từ", "from", when(&text)),
        // Another way to write a report's day.
        "to" => named("đến", "to", when(&text)),
        "on" => named("vào", "of", when(&text)),
        "period" => named("kỳ", "period", period(&text)),
        "hour_from" => named("từ giờ", "from hour", Words::same(text)),
        "hour_to" => named("đến giờ", "to hour", Words::same(text)),
        "limit" if !map.contains_key("cursor") => named("nhiều nhất", "at most", Words::same(text)),
        "class" => told("theo loại đối tượng", "by what the subject is"),
        // Whose plate it was is not the report's to tell.
        "plate" => told("theo biển số", "by a number plate"),
        "assignee" => told("theo người được giao", "by whom it was given to"),
        "reviewer" => told("theo người kết luận", "by who decided"),
        "overdue" => told("quá hạn", "overdue"),
        "second_look" => told("theo lượt xem lại", "by second looks"),
        "sightings" => told("mọi lần thấy", "every sighting"),
        "any_status" => told("mọi tình trạng", "whatever its status"),
        // How a list is laid out narrows nothing.
        "all" | "order" | "limit" | "cursor" | "format" | "language" => None,
        _ => told("điều kiện khác", "another condition"),
    }
}

/// The values of a list written with commas, each in words.
fn each(list: &str, of: impl Fn(&str) -> Words) -> Words {
    let all: Vec<Words> = list.split(',').map(|value| of(value.trim())).collect();
    let joined = |of: fn(&Words) -> &str| all.iter().map(of).collect::<Vec<_>>().join(", ");
    Words::new(joined(|w| &w.vi), joined(|w| &w.en))
}

pub(super) fn domain(code: &str) -> Words {
    from_word::<Domain>(code).map_or_else(|_| other(code), |d| Words::new(d.name_vi(), d.name_en()))
}

fn kind(code: &str) -> Words {
    Kind::from_name(code)
        .map_or_else(|| other(code), |k| Words::new(k.info().name_vi, k.info().name_en))
}

fn status(code: &str) -> Words {
    from_word::<Status>(code).map_or_else(
        |_| other(code),
        |s| {
            let said = say::status(s);
            Words::new(said.vi, said.en)
        },
    )
}

/// A word of another version.
pub(super) fn other(code: &str) -> Words {
    Words::new("khác", code)
}

fn period(word: &str) -> Words {
    let (vi, en) = match word {
        "day" => ("ngày", "day"),
        "week" => ("tuần", "week"),
        "month" => ("tháng", "month"),
        "half_year" => ("nửa năm", "half-year"),
        "year" => ("năm", "year"),
        _ => return other(word),
    };
    Words::new(vi, en)
}

/// A schedule's name: its period, its language, who is told.
fn scheduled(name: &str) -> Words {
    let mut parts = name.splitn(3, ' ');
    let (first, language, sinks) = (parts.next().unwrap_or_default(), parts.next(), parts.next());
    let period = period(first);
    let (vi, en) = match language {
        Some("vi") => ("tiếng Việt", "in Vietnamese"),
        Some("en") => ("tiếng Anh", "in English"),
        // Not a name that this version gives.
        _ => return Words::same(name),
    };
    let sinks = sinks.map(|sinks| format!(": {sinks}")).unwrap_or_default();
    Words::new(
        format!("định kỳ theo {}, {vi}{sinks}", period.vi),
        format!("by {}, {en}{sinks}", period.en),
    )
}

/// A day or an instant as people write it.
fn when(text: &str) -> Words {
    if let Ok(at) = text.parse::<Timestamp>() {
        let local = crate::media::WallTime(at).local();
        return Words::new(
            local.strftime("%H:%M %d/%m/%Y").to_string(),
            local.strftime("%Y-%m-%d %H:%M").to_string(),
        );
    }
    match text.parse::<Date>() {
        Ok(day) if text.len() == 10 => {
            Words::new(day.strftime("%d/%m/%Y").to_string(), day.to_string())
        }
        _ => Words::same(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn conditions_are_told_in_words() {
        let told = |details: Value| why(&details).unwrap();
        let all = told(json!({ "filter": {
            "ward": "Phường 1", "domain": "traffic,urban_order", "kind": "red_light", "camera": null,
            "status": "confirmed", "plate": "84A-123.45", "second_look": "wanted", "new_key": "x_y",
            "hour_from": 7, "order": "newest", "from": "2026-01-01", "to": "2026-01-31T17:00:00Z",
        } }));
        assert!(!all.vi.contains('_') && !all.vi.contains("84A"), "{}", all.vi);
        for said in
            ["địa bàn Phường 1", "lĩnh vực Giao thông, ", "từ 01/01/2026", "00:00 01/02/2026"]
        {
            assert!(all.vi.contains(said), "{said}: {}", all.vi);
        }
        assert!(all.en.contains("domain Traffic, Urban order"), "{}", all.en);
        let schedule = told(json!({ "schedule": "half_year vi văn thư" }));
        assert_eq!(schedule.vi, "định kỳ theo nửa năm, tiếng Việt: văn thư");
        assert_eq!(told(json!({ "purpose": "Xử phạt", "filter": {} })).vi, "Xử phạt");
        assert_eq!(why(&json!({ "filter": {} })), None);
    }
}
