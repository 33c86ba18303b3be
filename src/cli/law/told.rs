//! What `streetward law` prints.

use crate::law::{
    Amendment, Article, Citation, Confidence, Gap, Range, Related, RelationKind, table,
};
use crate::rules::{Domain, Kind};
use crate::vision::Class;
use comfy_table::{ContentArrangement, Table, TableComponent, presets};
use jiff::civil::Date;
use serde_json::{Value, json};
use std::fmt::Write;

/// Said below whatever is printed.
const CONFIRM: &str = "Have a lawyer confirm each provision before a city relies on it. The program proposes; a competent officer decides.";

/// Shown with every range.
const RANGE: &str = "the text's own range, as information (nothing is computed)";

/// All that is known of one kind.
pub(super) fn one(kind: Kind, cited: &Citation, class: Option<Class>, date: Date) -> String {
    let info = kind.info();
    let whom = class.map(|c| format!(", {}", c.name())).unwrap_or_default();
    let mut out = format!(
        "{} ({}, {})\n{}\nIn force on {date}{whom}:\n",
        info.name_vi,
        info.name,
        info.domain.name(),
        info.name_en
    );
    if cited.articles.is_empty() {
        out.push_str("\n  No provision is known.\n");
    }
    for article in &cited.articles {
        out.push_str(&told(article));
    }
    for overlap in &cited.overlap {
        let head = match overlap.relation {
            RelationKind::Overlap => "Overlap, to be decided by the officer",
            RelationKind::Depends => "Depends on facts",
        };
        let _ = write!(out, "\n{head}: {}\n", overlap.provisions.join("; "));
        let _ = write!(out, "  {}\n  {}\n", overlap.note.vi, overlap.note.en);
    }
    for e in &cited.exemptions {
        let sure = confidence(e.confidence);
        let _ = write!(out, "\nExempt, to be checked: {} / {} ({sure})\n", e.text.vi, e.text.en);
    }
    for gap in &cited.gaps {
        let whom = if gap.classes.is_empty() {
            String::new()
        } else {
            format!(" ({})", classes(&gap.classes))
        };
        let _ = write!(out, "\nNot held{whom}: {} / {}\n", gap.note.vi, gap.note.en);
    }
    for a in amendments(cited, date) {
        let _ = write!(
            out,
            "\n{} amends {} from {}: {}\n",
            a.instrument, a.amends, a.valid_from, a.note.en
        );
    }
    let mut first = true;
    for r in related(info.domain, date) {
        out.push_str(if first { "\nRelated:\n" } else { "" });
        first = false;
        let sure = confidence(r.confidence);
        let _ = writeln!(out, "  {}: {} ({sure})", r.instrument, r.note.en);
    }
    let _ = write!(out, "\n{CONFIRM}\n");
    out
}

fn told(a: &Article) -> String {
    let p = &a.provision;
    let mut out = format!("\n  {}\n", p.cited());
    if let Some(text) = &p.conduct {
        let _ = write!(out, "    {}\n    {}\n", text.vi, text.en);
    }
    let until = p.valid_to.map(|d| format!(" to {d}")).unwrap_or_default();
    let _ = writeln!(out, "    for {}; in force from {}{until}", whom(a), p.valid_from);
    let _ = writeln!(out, "    {}: {}", confidence(p.confidence), p.source);
    if let Some(range) = &a.range {
        let _ = writeln!(out, "    {RANGE}: {}", range_told(range));
    }
    out
}

fn whom(a: &Article) -> String {
    let mut text =
        if a.classes.is_empty() { "any subject".to_owned() } else { classes(&a.classes) };
    match a.people {
        None => {}
        Some((least, Some(most))) if least == most => {
            let _ = write!(text, " with {least} people");
        }
        Some((least, Some(most))) => {
            let _ = write!(text, " with {least} to {most} people");
        }
        Some((least, None)) => {
            let _ = write!(text, " with {least} people or more");
        }
    }
    text
}

fn classes(all: &[Class]) -> String {
    all.iter().map(|c| c.name()).collect::<Vec<_>>().join(", ")
}

const fn confidence(c: Confidence) -> &'static str {
    match c {
        Confidence::Read => "text read",
        Confidence::Secondary => "reported by another text, not read",
        Confidence::Memory => "from memory, look it up",
    }
}

fn range_told(range: &Range) -> String {
    let from_to = |[least, most]: [u64; 2]| format!("{}–{} đ", grouped(least), grouped(most));
    let mut text = format!("individuals {}", from_to(range.individual));
    if let Some(organisation) = range.organisation {
        let _ = write!(text, ", organisations {}", from_to(organisation));
    }
    if range.points != "0" {
        let _ = write!(text, ", licence points {}", range.points);
    }
    text
}

/// As Vietnam writes sums: `4.000.000`.
fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, d) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push('.');
        }
        out.push(d);
    }
    out
}

/// Amendments of what is cited, in force on the day.
fn amendments(cited: &Citation, date: Date) -> impl Iterator<Item = &'static Amendment> {
    let instruments: Vec<&str> =
        cited.articles.iter().map(|a| a.provision.instrument.as_str()).collect();
    table()
        .amendments
        .iter()
        .filter(move |a| a.valid_from <= date && instruments.contains(&a.amends.as_str()))
}

fn related(domain: Domain, date: Date) -> impl Iterator<Item = &'static Related> {
    table().related.iter().filter(move |r| r.domains.contains(&domain) && r.in_force(date))
}

/// A line for each kind and provision.
pub(super) fn list(all: &[(Kind, Citation)], date: Date) -> String {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
    table.remove_style(TableComponent::HorizontalLines);
    table.remove_style(TableComponent::MiddleIntersections);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["kind", "for", "provision", "confidence", "with others"]);
    for (kind, cited) in all {
        let mut name = kind.name();
        for a in &cited.articles {
            let p = &a.provision;
            let others = with_others(a, cited);
            table.add_row([name, &whom(a), &p.cited(), p.confidence.name(), &others]);
            name = "";
        }
        let none = cited.articles.is_empty();
        for gap in cited.gaps.iter().filter(|g| none || !g.classes.is_empty()) {
            table.add_row([name, &of_gap(gap), "(none held)", "", ""]);
            name = "";
        }
        if !name.is_empty() {
            table.add_row([name, "", "(none in force)", "", ""]);
        }
    }
    format!(
        "In force on {date}:\n{table}\n`streetward law KIND` tells more of one: what it covers, \
         how several relate, exemptions, what is not held.\n{CONFIRM}\n"
    )
}

/// How a provision relates to others that are in force with it.
fn with_others(a: &Article, cited: &Citation) -> String {
    let place = a.provision.cited();
    let mut words = Vec::new();
    for overlap in cited.overlap.iter().filter(|o| o.provisions.contains(&place)) {
        words.push(match overlap.relation {
            RelationKind::Overlap => "overlap",
            RelationKind::Depends => "depends",
        });
    }
    words.join(", ")
}

fn of_gap(gap: &Gap) -> String {
    if gap.classes.is_empty() { "any subject".to_owned() } else { classes(&gap.classes) }
}

/// The same for programs.
pub(super) fn json(
    all: &[(Kind, Citation)],
    class: Option<Class>,
    date: Date,
) -> anyhow::Result<String> {
    let kinds: Vec<Value> = all.iter().map(|(kind, cited)| kind_json(*kind, cited, date)).collect();
    let told = json!({ "date": date, "vehicle": class, "kinds": kinds, "confirm": CONFIRM });
    Ok(serde_json::to_string_pretty(&told)? + "\n")
}

fn kind_json(kind: Kind, cited: &Citation, date: Date) -> Value {
    let info = kind.info();
    let provision = |a: &&Article| {
        let mut value = json!(a.provision);
        value["classes"] = json!(a.classes);
        value["people"] = a.people.map_or(Value::Null, |(least, most)| json!([least, most]));
        value["range_vnd_information_only"] = json!(a.range);
        value
    };
    json!({
        "kind": kind,
        "names": { "vi": info.name_vi, "en": info.name_en },
        "domain": info.domain,
        "provisions": cited.articles.iter().map(provision).collect::<Vec<_>>(),
        "overlap": cited.overlap,
        "exemptions": cited.exemptions,
        "not_held": cited.gaps,
        "amendments": amendments(cited, date).collect::<Vec<_>>(),
        "related": related(info.domain, date).collect::<Vec<_>>(),
    })
}
