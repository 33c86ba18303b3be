//! The page of `bench track`.

use super::error::PageError;
use super::facts::{Facts, Figure, Tile};
use crate::bench::plot::{Axis, Line, Spot, lines, scatter};
use crate::bench::track::{AlphaCurves, TrackFigures, TrackScores};
use crate::bench::{Failed, Report};
use askama::Template;

#[derive(Template)]
#[template(path = "track.html")]
struct Page<'a> {
    facts: Facts,
    folder: &'a str,
    whose: String,
    min_score: f32,
    tiles: Vec<Tile>,
    failed: &'a [Failed],
    figures: Vec<Figure>,
    rows: Vec<Row<'a>>,
    timed: bool,
    notes: Vec<(&'a str, &'a str)>,
}

struct Row<'a> {
    name: &'a str,
    whole: bool,
    s: &'a TrackScores,
    frames: u64,
    detections: String,
    micros: String,
}

impl Row<'_> {
    /// The three scores that bars are drawn of: colour, name, percent.
    fn bars(&self) -> [(usize, &'static str, f64); 3] {
        [(0, "HOTA", self.s.hota), (1, "DetA", self.s.det_a), (2, "AssA", self.s.ass_a)]
    }

    fn percent(&self) -> [String; 8] {
        let s = self.s;
        [s.hota, s.det_a, s.ass_a, s.loc_a, s.mota, s.idf1, s.idp, s.idr].map(|v| format!("{v:.2}"))
    }
}

/// The figures as a page.
///
/// # Errors
/// A defect.
pub fn track_page(report: &Report<TrackFigures>) -> Result<String, PageError> {
    let f = &report.figures;
    let one = |v: Option<f64>| v.map_or_else(|| "–".into(), |v| format!("{v:.1}"));
    let mut rows: Vec<Row<'_>> = f
        .sequences
        .iter()
        .map(|(name, s)| Row {
            name,
            whole: false,
            s: &s.scores,
            frames: u64::from(s.frames),
            detections: one(s.detections_per_frame),
            micros: one(s.microseconds_per_frame),
        })
        .collect();
    if let Some(combined) = &f.combined {
        rows.push(Row {
            name: "all together",
            whole: true,
            s: combined,
            frames: f.frames,
            detections: one(f.detections_per_frame),
            micros: one(f.microseconds_per_frame),
        });
    }
    let page = Page {
        facts: Facts::of(report),
        folder: &f.folder,
        whose: f.results.as_ref().map_or_else(
            || "this program's tracker, default settings".into(),
            |r| format!("result files in {r}"),
        ),
        min_score: f.min_score,
        tiles: f.combined.as_ref().map(|c| tiles(f, c)).unwrap_or_default(),
        failed: &f.failed,
        figures: figures(f)?,
        timed: f.microseconds_per_frame.is_some(),
        notes: f
            .sequences
            .iter()
            .flat_map(|(name, s)| s.notes.iter().map(move |n| (name.as_str(), n.as_str())))
            .collect(),
        rows,
    };
    Ok(page.render()?)
}

fn tiles(f: &TrackFigures, c: &TrackScores) -> Vec<Tile> {
    let percent = |v: f64| format!("{v:.2}");
    let mut tiles = vec![
        Tile::new(percent(c.hota), "HOTA", "detection and association in equal parts"),
        Tile::new(percent(c.det_a), "DetA", "are the boxes right"),
        Tile::new(percent(c.ass_a), "AssA", "do they keep their identity"),
        Tile::new(percent(c.idf1), "IDF1", "under one name the whole time"),
        Tile::new(percent(c.mota), "MOTA", "misses, false boxes and switches"),
        Tile::new(
            c.switches.to_string(),
            "switches",
            format!("{} objects, {} tracks", c.objects, c.tracks),
        ),
    ];
    if let (Some(micros), Some(detections)) = (f.microseconds_per_frame, f.detections_per_frame) {
        let says = format!("at {detections:.1} detections, one thread");
        tiles.push(Tile::new(format!("{micros:.1} µs"), "a frame", says));
    }
    tiles
}

fn figures(f: &TrackFigures) -> Result<Vec<Figure>, PageError> {
    let Some(combined) = &f.combined else { return Ok(Vec::new()) };
    let percent = |name: &str| Axis::new(name, 0.0, 100.0);
    let a = &combined.alphas;
    let curve = |values: &[f64], series: usize| Line {
        points: a.alpha.iter().copied().zip(values.iter().copied()).collect(),
        series,
    };
    let curves = [curve(&a.hota, 0), curve(&a.det_a, 1), curve(&a.ass_a, 2), curve(&a.loc_a, 3)];
    let overlap = Axis::new("overlap from which boxes agree", 0.0, 1.0);
    let title = "Scores over overlap";
    let names = ["HOTA", "DetA", "AssA", "LocA"].map(str::to_owned);
    let mut figures = vec![Figure {
        svg: lines(title, &overlap, &percent("%"), &curves)?,
        title: title.into(),
        says: "All sequences together. The headline figures are the means of these curves.".into(),
        legend: names.into_iter().enumerate().collect(),
    }];
    if f.sequences.len() > 1 {
        figures.extend(by_sequence(f)?);
    }
    Ok(figures)
}

/// Where each sequence is won and lost.
fn by_sequence(f: &TrackFigures) -> Result<Vec<Figure>, PageError> {
    let common = common_start(f);
    let spots: Vec<Spot> = f
        .sequences
        .iter()
        .map(|(name, s)| Spot {
            name: name[common.len()..].to_owned(),
            at: (s.scores.det_a, s.scores.ass_a),
            series: 0,
        })
        .chain(f.combined.iter().map(|c| Spot {
            name: "all".into(),
            at: (c.det_a, c.ass_a),
            series: 1,
        }))
        .collect();
    let det = Axis::over("DetA, %", spots.iter().map(|s| s.at.0));
    let ass = Axis::over("AssA, %", spots.iter().map(|s| s.at.1));
    let title = "Detection against association";
    let says = "Further right: fewer boxes missed or false. Higher: identities kept longer.";
    let mut figures = vec![Figure {
        svg: scatter(title, &det, &ass, &spots)?,
        title: title.into(),
        says: if common.is_empty() {
            says.into()
        } else {
            format!("{says} Named without \"{common}\".")
        },
        legend: vec![(0, "a sequence".into()), (1, "all together".into())],
    }];
    // More curves than colours could not be told apart.
    if f.sequences.len() <= crate::bench::plot::SERIES {
        let line = |(series, a): (usize, &AlphaCurves)| Line {
            points: a.alpha.iter().copied().zip(a.hota.iter().copied()).collect(),
            series,
        };
        let curves: Vec<Line> =
            f.sequences.values().map(|s| &s.scores.alphas).enumerate().map(line).collect();
        let title = "HOTA over overlap, by sequence";
        let overlap = Axis::new("overlap from which boxes agree", 0.0, 1.0);
        figures.push(Figure {
            svg: lines(title, &overlap, &Axis::new("HOTA, %", 0.0, 100.0), &curves)?,
            title: title.into(),
            says: String::new(),
            legend: f.sequences.keys().cloned().enumerate().collect(),
        });
    }
    Ok(figures)
}

/// What all sequences' names begin with, up to their numbers; empty where that is little.
fn common_start(f: &TrackFigures) -> &str {
    let mut names = f.sequences.keys();
    let Some(first) = names.next() else { return "" };
    let shared = names.fold(first.len(), |n, name| {
        first.bytes().zip(name.bytes()).take(n).take_while(|(a, b)| a == b).count()
    });
    let shared = (0..=shared).rev().find(|&n| first.is_char_boundary(n)).unwrap_or(0);
    let start = first[..shared].trim_end_matches(|c: char| c.is_ascii_digit());
    if start.len() < 4 || f.sequences.keys().any(|name| name == start) { "" } else { start }
}
