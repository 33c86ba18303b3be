//! `bench events` for people at a terminal.

use super::grid::{align, grid};
use crate::bench::Report;
use crate::bench::events::{EventsFigures, Score, Spread};
use std::fmt::Write;

/// The figures as tables, then every miss and false alarm.
pub(super) fn table(report: &Report<EventsFigures>) -> Result<String, std::fmt::Error> {
    let f = &report.figures;
    let mut out = String::new();
    let t = &f.totals;
    writeln!(
        out,
        "{}: {} clips, {:.3} hours; {} of {} labels found, {} false alarms, {} duplicates",
        f.suite,
        f.clips.len(),
        t.camera_hours,
        t.found,
        t.labels,
        t.false_alarms,
        t.duplicates
    )?;
    writeln!(out, "{}", rows("kind", f.kinds.iter().map(|(k, s)| (*k, s)), Some(t)))?;
    if f.conditions.len() > 1 {
        let conditions = f.conditions.iter().map(|(c, s)| (c.as_str(), s));
        writeln!(out, "{}", rows("condition", conditions, None))?;
    }
    for m in &f.misses {
        let place = m.place.as_deref().map(|p| format!(" in {p}")).unwrap_or_default();
        writeln!(
            out,
            "MISSED {}: {}{place} at {:.1}-{:.1} s {}",
            m.clip, m.kind, m.start_s, m.end_s, m.note
        )?;
    }
    for (what, alarms) in [("FALSE ALARM", &f.false_alarms), ("DUPLICATE", &f.duplicates)] {
        for a in alarms {
            let negative = a.negative.as_ref().map(|n| format!(" (negative: {n})"));
            writeln!(
                out,
                "{what} {}: {} in {} at {:.1}-{:.1} s{}",
                a.clip,
                a.kind,
                a.place,
                a.start_s,
                a.end_s,
                negative.unwrap_or_default()
            )?;
        }
    }
    for failed in &f.failed {
        writeln!(out, "FAILED {}: {}", failed.name, failed.reason)?;
    }
    Ok(out)
}

fn rows<'a>(
    head: &str,
    scores: impl Iterator<Item = (&'a str, &'a Score)>,
    whole: Option<&'a Score>,
) -> comfy_table::Table {
    let mut table = grid(&[
        head,
        "labels",
        "found",
        "false",
        "twice",
        "wrong",
        "precision",
        "recall",
        "F1",
        "false/h",
        "delay s",
        "start s",
        "moment s",
    ]);
    let spread = |s: Option<Spread>| {
        s.map_or_else(|| "–".to_owned(), |s| format!("{:.2} ({:+.2})", s.median, s.worst))
    };
    for (name, s) in scores.chain(whole.map(|s| ("all together", s))) {
        let counts = [s.labels, s.found, s.false_alarms, s.duplicates, s.wrong_subject];
        let mut cells = vec![name.to_owned()];
        cells.extend(counts.map(|n| n.to_string()));
        cells.extend([s.precision, s.recall, s.f1].map(|v| format!("{v:.3}")));
        let rate = s.false_alarms_per_camera_hour;
        cells.push(rate.map_or_else(|| "–".into(), |v| format!("{v:.1}")));
        cells.extend([s.delay_seconds, s.start_error_seconds, s.moment_error_seconds].map(spread));
        table.add_row(cells);
    }
    align(&mut table, 1);
    table
}
