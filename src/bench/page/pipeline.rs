//! The page of `bench pipeline`.

use super::error::PageError;
use super::facts::{Facts, Tile};
use crate::bench::{Failed, PipelineFigures, Report};
use askama::Template;

#[derive(Template)]
#[template(path = "pipeline.html")]
struct Page<'a> {
    facts: Facts,
    f: &'a PipelineFigures,
    tiles: Vec<Tile>,
    failed: &'a [Failed],
    stages: Vec<StageRow>,
    notes: Vec<(String, String)>,
}

struct StageRow {
    name: &'static str,
    cpu: String,
    alone: String,
    /// Length of a bar: percent of the longest.
    share: f64,
}

/// The figures as a page.
///
/// # Errors
/// A defect.
pub fn pipeline_page(report: &Report<PipelineFigures>) -> Result<String, PageError> {
    let f = &report.figures;
    let longest = f.stages.values().map(|s| s.cpu_ms_per_frame).fold(f64::MIN_POSITIVE, f64::max);
    let stages = f.stages.iter().map(|(&name, s)| StageRow {
        name,
        cpu: format!("{:.3}", s.cpu_ms_per_frame),
        alone: s.alone_cpu_ms_per_frame.map_or_else(|| "–".into(), |v| format!("{v:.3}")),
        share: 100.0 * s.cpu_ms_per_frame / longest,
    });
    let bound =
        format!("of {:.1} frames/s, what decoding and inference allow", f.bound_frames_per_second);
    let tiles = vec![
        Tile::new(
            format!("{:.1}", f.frames_per_second),
            "frames a second",
            format!("{} frames in {:.1} s", f.frames, f.seconds),
        ),
        Tile::new(format!("{:.3}", f.share_of_bound), "of the bound", bound),
        Tile::new(format!("{}×{}", f.input.0, f.input.1), "input", f.model.clone()),
        Tile::new(f.workers.to_string(), "workers", format!("{} processors", f.cores)),
    ];
    let page = Page {
        facts: Facts::of(report),
        f,
        tiles,
        failed: &[],
        stages: stages.collect(),
        notes: Vec::new(),
    };
    Ok(page.render()?)
}
