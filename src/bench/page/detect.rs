//! The page of `bench detect`.

use super::error::PageError;
use super::facts::{Facts, Figure, share};
use crate::bench::detect::{Accuracy, ClipFigures, DetectFigures, ModelFigures};
use crate::bench::plot::{Axis, Line, SERIES, Spot, columns, lines, scatter};
use crate::bench::{Failed, Report};
use askama::Template;

/// Histograms on one page at most; the tables have all figures.
const HISTOGRAMS: usize = 12;

#[derive(Template)]
#[template(path = "detect.html")]
struct Page<'a> {
    facts: Facts,
    min_score: f32,
    clips: usize,
    failed: &'a [Failed],
    models: &'a [ModelFigures],
    figures: Vec<Figure>,
    histograms: Vec<Figure>,
    left_out: usize,
    speed: Vec<Speed<'a>>,
    accuracy: Vec<Judged<'a>>,
    classes: Vec<OfClass>,
    notes: Vec<(String, &'a str)>,
}

struct Speed<'a> {
    model: String,
    c: &'a ClipFigures,
    /// Percentiles of looks and inferences, then processor time by stage.
    ms: Vec<String>,
}

struct Judged<'a> {
    model: String,
    clip: &'a str,
    a: &'a Accuracy,
    map50: String,
    map: String,
}

struct OfClass {
    model: String,
    class: &'static str,
    labels: u64,
    /// Precision, recall, F1, AP50, AP50-95.
    cells: [String; 5],
}

/// The figures as a page.
///
/// # Errors
/// A defect.
pub fn detect_page(report: &Report<DetectFigures>) -> Result<String, PageError> {
    let f = &report.figures;
    let each = || f.models.iter().flat_map(|m| m.clips.iter().map(move |c| (m, c)));
    let mut histograms = Vec::new();
    for (m, c) in each().take(HISTOGRAMS) {
        histograms.push(histogram(m, c)?);
    }
    let page = Page {
        facts: Facts::of(report),
        min_score: f.min_score,
        clips: f.models.iter().map(|m| m.clips.len()).max().unwrap_or(0),
        failed: &f.failed,
        models: &f.models,
        figures: figures(f)?,
        histograms,
        left_out: each().count().saturating_sub(HISTOGRAMS),
        speed: each().map(|(m, c)| speed(m, c)).collect(),
        accuracy: f.models.iter().flat_map(judged).collect(),
        classes: f.models.iter().flat_map(classes).collect(),
        notes: each()
            .flat_map(|(m, c)| {
                c.notes.iter().map(move |n| (format!("{} on {}", named(m), c.clip), n.as_str()))
            })
            .collect(),
    };
    Ok(page.render()?)
}

fn named(m: &ModelFigures) -> String {
    format!("{} at {}", m.model, m.input_long_side)
}

fn speed<'a>(m: &ModelFigures, c: &'a ClipFigures) -> Speed<'a> {
    let (look, infer) = (&c.latency_ms.look, &c.latency_ms.infer);
    let cpu = |stage: &str| c.cpu_ms_per_frame.get(stage).map_or(0.0, |v| *v);
    let times = [look.p50, look.p95, look.p99, infer.p50, infer.p95, infer.p99];
    let cpu = ["decode", "preprocess", "infer"].map(cpu);
    let ms = times.iter().map(|v| format!("{v:.1}")).chain(cpu.iter().map(|v| format!("{v:.2}")));
    Speed { model: named(m), c, ms: ms.collect() }
}

fn judged(m: &ModelFigures) -> Vec<Judged<'_>> {
    let row =
        |clip, a| Judged { model: named(m), clip, a, map50: share(a.map50), map: share(a.map) };
    let mut rows: Vec<Judged<'_>> =
        m.clips.iter().filter_map(|c| Some(row(c.clip.as_str(), c.accuracy.as_ref()?))).collect();
    if rows.len() > 1 {
        rows.extend(m.accuracy.as_ref().map(|a| row("all together", a)));
    }
    rows
}

fn classes(m: &ModelFigures) -> Vec<OfClass> {
    let classes = m.accuracy.iter().flat_map(|a| &a.classes);
    classes
        .map(|(class, a)| OfClass {
            model: named(m),
            class: class.name(),
            labels: a.labels,
            cells: [Some(a.precision), Some(a.recall), Some(a.f1), a.ap50, a.ap].map(share),
        })
        .collect()
}

/// Median milliseconds of a look over all clips of a model, weighed by frames.
fn look_ms(m: &ModelFigures) -> Option<f64> {
    let frames: u64 = m.clips.iter().map(|c| c.frames).sum();
    let sum: f64 = m.clips.iter().map(|c| c.latency_ms.look.p50 * c.frames as f64).sum();
    (frames > 0).then(|| sum / frames as f64)
}

fn figures(f: &DetectFigures) -> Result<Vec<Figure>, PageError> {
    let mut figures = Vec::new();
    let spots: Vec<Spot> = f
        .models
        .iter()
        .enumerate()
        .filter_map(|(series, m)| {
            let at = (look_ms(m)?, m.accuracy.as_ref()?.map50?);
            Some(Spot { name: named(m), at, series })
        })
        .collect();
    if !spots.is_empty() {
        let title = "Speed against accuracy";
        let x = Axis::over("ms a look (median)", spots.iter().map(|s| s.at.0).chain([0.0]));
        let y = Axis::new("mAP at overlap 0.5", 0.0, 1.0);
        figures.push(Figure {
            svg: scatter(title, &x, &y, &spots)?,
            title: title.into(),
            says: "Better is higher and further left. Over all labelled clips together.".into(),
            legend: Vec::new(),
        });
    }
    let judged: Vec<(usize, &ModelFigures, &Accuracy)> = f
        .models
        .iter()
        .enumerate()
        .filter_map(|(i, m)| Some((i, m, m.accuracy.as_ref().filter(|a| a.map50.is_some())?)))
        .collect();
    for group in judged.chunks(SERIES) {
        let curve = |(i, _, a): &(usize, &ModelFigures, &Accuracy)| Line {
            points: (0..)
                .map(|r| f64::from(r) / 100.0)
                .zip(a.precision_at_recall.iter().copied())
                .collect(),
            series: *i,
        };
        let curves: Vec<Line> = group.iter().map(curve).collect();
        let title = "Precision over recall";
        let axis = |name| Axis::new(name, 0.0, 1.0);
        figures.push(Figure {
            svg: lines(title, &axis("recall"), &axis("precision"), &curves)?,
            title: title.into(),
            says: "At an overlap of 0.5, mean over classes. The area under a curve is the mAP."
                .into(),
            legend: group.iter().map(|(i, m, _)| (i % SERIES, named(m))).collect(),
        });
    }
    Ok(figures)
}

fn histogram(m: &ModelFigures, c: &ClipFigures) -> Result<Figure, PageError> {
    let l = &c.latency_ms;
    let title = format!("{} on {}", named(m), c.clip);
    let marks = [l.look.p50, l.look.p95, l.look.p99];
    Ok(Figure {
        svg: columns(&title, "ms a look", l.step_ms, &l.histogram, &marks)?,
        says: format!(
            "Median {:.1} ms, 95 % within {:.1}, 99 % within {:.1}, longest {:.1}.",
            l.look.p50, l.look.p95, l.look.p99, l.look.max
        ),
        title,
        legend: Vec::new(),
    })
}
