//! The figures of `bench detect` as a table for people.

use super::grid::{align, grid};
use crate::bench::Report;
use crate::bench::detect::{Accuracy, DetectFigures, ModelFigures};
use comfy_table::Table;
use std::fmt::Write;

pub(super) fn table(report: &Report<DetectFigures>) -> Result<String, std::fmt::Error> {
    let f = &report.figures;
    let mut out = String::new();
    let machine = &report.machine;
    writeln!(out, "{}, {} processors; each model on one thread", machine.processor, machine.cores)?;
    if f.models.iter().any(|m| !m.clips.is_empty()) {
        writeln!(out, "{}", speed(f))?;
    }
    if f.models.iter().any(|m| m.accuracy.is_some()) {
        writeln!(out, "\naccuracy on labelled frames, detections from {} on", f.min_score)?;
        writeln!(out, "{}", accuracy(f))?;
    }
    for model in &f.models {
        for clip in &model.clips {
            for note in &clip.notes {
                writeln!(out, "note: {} on {}: {note}", named(model), clip.clip)?;
            }
        }
    }
    for failed in &f.failed {
        writeln!(out, "FAILED {}: {}", failed.name, failed.reason)?;
    }
    Ok(out)
}

fn named(model: &ModelFigures) -> String {
    format!("{} at {}", model.model, model.input_long_side)
}

fn speed(f: &DetectFigures) -> Table {
    let mut table = grid(&[
        "model",
        "clip",
        "input",
        "frames",
        "fps",
        "p50 ms",
        "p95",
        "p99",
        "infer p50",
        "CPU decode",
        "prepare",
        "infer",
        "MiB",
    ]);
    for m in &f.models {
        for c in &m.clips {
            let l = &c.latency_ms;
            let cpu = |stage: &str| c.cpu_ms_per_frame.get(stage).map_or(0.0, |v| *v);
            let mut cells = vec![
                named(m),
                c.clip.clone(),
                format!("{}×{}", c.input.0, c.input.1),
                c.frames.to_string(),
                format!("{:.1}", c.frames_per_second),
            ];
            let ms = [l.look.p50, l.look.p95, l.look.p99, l.infer.p50];
            cells.extend(
                ms.into_iter()
                    .chain(["decode", "preprocess", "infer"].map(cpu))
                    .map(|v| format!("{v:.1}")),
            );
            cells.push(m.peak_memory_mib.map_or_else(|| "–".into(), |v| format!("{v:.0}")));
            table.add_row(cells);
        }
    }
    align(&mut table, 3);
    table
}

fn accuracy(f: &DetectFigures) -> Table {
    let mut table = grid(&[
        "model",
        "clip",
        "frames",
        "labels",
        "precision",
        "recall",
        "F1",
        "mAP50",
        "mAP50-95",
    ]);
    let mut row = |model: String, clip: &str, a: &Accuracy| {
        let share = |v: Option<f64>| v.map_or_else(|| "–".into(), |v| format!("{v:.3}"));
        let mut cells = vec![model, clip.to_owned(), a.frames.to_string(), a.labels.to_string()];
        cells.extend([Some(a.precision), Some(a.recall), Some(a.f1), a.map50, a.map].map(share));
        table.add_row(cells);
    };
    for m in &f.models {
        let judged: Vec<_> =
            m.clips.iter().filter_map(|c| Some((c, c.accuracy.as_ref()?))).collect();
        for (clip, accuracy) in &judged {
            row(named(m), &clip.clip, accuracy);
        }
        if let Some(accuracy) = m.accuracy.as_ref().filter(|_| judged.len() > 1) {
            row(named(m), "all together", accuracy);
        }
    }
    align(&mut table, 2);
    table
}
