//! The page of `bench events`: scores, a timeline a clip, and a still of every miss and false alarm.

use super::error::PageError;
use super::facts::{Facts, Tile};
use super::picture::data_uri;
use crate::bench::events::{ClipFigures, EventsFigures, Finding, Score, Span, Spread};
use crate::bench::{Failed, Report};
use askama::Template;
use std::collections::BTreeMap;
use std::path::Path;

/// Stills on one page at most; the lists have all.
const STILLS: usize = 60;

#[derive(Template)]
#[template(path = "events.html")]
struct Page<'a> {
    facts: Facts,
    f: &'a EventsFigures,
    tiles: Vec<Tile>,
    failed: &'a [Failed],
    tables: Vec<(&'static str, Vec<Row>)>,
    clips: Vec<Timeline<'a>>,
    wrong: Vec<Wrong<'a>>,
    notes: Vec<(&'a str, &'a str)>,
}

struct Row {
    name: String,
    whole: bool,
    cells: Vec<String>,
}

struct Timeline<'a> {
    clip: &'a ClipFigures,
    verdict: String,
    bad: bool,
    lanes: Vec<Lane<'a>>,
}

struct Lane<'a> {
    kind: &'a str,
    labels: Vec<Bar>,
    events: Vec<Bar>,
}

/// A bar on a timeline: percent of the clip's length.
struct Bar {
    from: f64,
    width: f64,
    moment: f64,
    colour: &'static str,
    says: String,
}

struct Wrong<'a> {
    what: &'static str,
    clip: &'a str,
    kind: &'a str,
    place: &'a str,
    at: String,
    says: String,
    still: Option<String>,
}

/// The figures as a page; stills are read from where they lie now.
///
/// # Errors
/// A defect.
pub fn events_page(report: &Report<EventsFigures>) -> Result<String, PageError> {
    let f = &report.figures;
    let row = |name: &str, whole, s| Row { name: name.to_owned(), whole, cells: cells(s) };
    let mut kinds: Vec<Row> = f.kinds.iter().map(|(k, s)| row(k, false, s)).collect();
    kinds.push(row("all together", true, &f.totals));
    let conditions = f.conditions.iter().map(|(c, s)| row(c, false, s)).collect();
    let page = Page {
        facts: Facts::of(report),
        f,
        tiles: tiles(&f.totals),
        failed: &f.failed,
        tables: vec![("kind", kinds), ("condition", conditions)],
        clips: f.clips.iter().map(timeline).collect(),
        wrong: wrong(f),
        notes: f
            .clips
            .iter()
            .flat_map(|c| c.notes.iter().map(move |n| (c.name.as_str(), n.as_str())))
            .collect(),
    };
    Ok(page.render()?)
}

fn tiles(t: &Score) -> Vec<Tile> {
    let rate = t.false_alarms_per_camera_hour.map_or_else(|| "–".into(), |v| format!("{v:.1}"));
    vec![
        Tile::new(format!("{} of {}", t.found, t.labels), "found", "labelled violations"),
        Tile::new(format!("{:.3}", t.precision), "precision", "found of all events"),
        Tile::new(format!("{:.3}", t.recall), "recall", "found of all labels"),
        Tile::new(
            t.false_alarms.to_string(),
            "false alarms",
            format!("{rate} a camera-hour, {:.3} hours", t.camera_hours),
        ),
        Tile::new(t.duplicates.to_string(), "duplicates", "second events of one violation"),
        Tile::new(
            t.delay_seconds.map_or_else(|| "–".into(), |d| format!("{:.2} s", d.median)),
            "delay",
            "median, from the violation to its alert",
        ),
    ]
}

fn cells(s: &Score) -> Vec<String> {
    let spread = |s: Option<Spread>| {
        s.map_or_else(|| "–".to_owned(), |s| format!("{:.2} / {:+.2}", s.median, s.worst))
    };
    let counts = [s.labels, s.found, s.false_alarms, s.duplicates, s.wrong_subject];
    let mut cells: Vec<String> = counts.iter().map(ToString::to_string).collect();
    cells.extend([s.precision, s.recall, s.f1].map(|v| format!("{v:.3}")));
    let rate = s.false_alarms_per_camera_hour;
    cells.push(rate.map_or_else(|| "–".into(), |v| format!("{v:.1}")));
    cells.extend([s.delay_seconds, s.start_error_seconds, s.moment_error_seconds].map(spread));
    cells
}

fn timeline(clip: &ClipFigures) -> Timeline<'_> {
    let mut kinds: BTreeMap<&str, (Vec<Bar>, Vec<Bar>)> = BTreeMap::new();
    for label in &clip.labels {
        kinds.entry(label.kind).or_default().0.push(bar(label, clip.seconds));
    }
    for event in &clip.events {
        kinds.entry(event.kind).or_default().1.push(bar(event, clip.seconds));
    }
    let s = &clip.score;
    let bad = s.missed + s.false_alarms + s.duplicates + s.wrong_subject > 0;
    let verdict = if bad {
        format!(
            "{} missed, {} false, {} twice, {} of the wrong subject",
            s.missed, s.false_alarms, s.duplicates, s.wrong_subject
        )
    } else {
        format!("{} of {} found, nothing false", s.found, s.labels)
    };
    let lanes = kinds.into_iter().map(|(kind, (labels, events))| Lane { kind, labels, events });
    Timeline { clip, verdict, bad, lanes: lanes.collect() }
}

fn bar(span: &Span, seconds: f64) -> Bar {
    let percent = |t: f64| (100.0 * t / seconds.max(0.001)).clamp(0.0, 100.0);
    let from = percent(span.start_s);
    let colour = match span.finding {
        Finding::Right => "c2",
        Finding::Excused => "c0",
        Finding::WrongSubject | Finding::Duplicate => "c1",
        Finding::Missed | Finding::FalseAlarm => "c4",
    };
    let place = span.place.as_deref().unwrap_or("–");
    let says = format!(
        "{} in {place}: {:.2} to {:.2} s, violation at {:.2} s",
        span.kind, span.start_s, span.end_s, span.moment_s
    );
    Bar {
        from,
        width: (percent(span.end_s) - from).max(0.6),
        moment: percent(span.moment_s),
        colour,
        says,
    }
}

fn wrong(f: &EventsFigures) -> Vec<Wrong<'_>> {
    let at = |from: f64, to: f64| format!("{from:.1}–{to:.1} s");
    let misses = f.misses.iter().map(|m| Wrong {
        what: "Missed",
        clip: &m.clip,
        kind: m.kind,
        place: m.place.as_deref().unwrap_or("–"),
        at: at(m.start_s, m.end_s),
        says: m.note.clone(),
        still: uri(m.still.as_deref()),
    });
    let alarms = |what, list: &'static str| {
        let list = if list == "false" { &f.false_alarms } else { &f.duplicates };
        list.iter().map(move |a| Wrong {
            what,
            clip: &a.clip,
            kind: a.kind,
            place: &a.place,
            at: at(a.start_s, a.end_s),
            says: a.negative.clone().unwrap_or_default(),
            still: uri(a.still.as_deref()),
        })
    };
    let all = misses.chain(alarms("False alarm", "false")).chain(alarms("Twice", "twice"));
    all.enumerate().map(|(i, w)| if i < STILLS { w } else { Wrong { still: None, ..w } }).collect()
}

fn uri(still: Option<&Path>) -> Option<String> {
    data_uri(&image::open(still?).ok()?.to_rgb8())
}
