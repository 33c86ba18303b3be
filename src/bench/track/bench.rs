//! The bench: sequences in, figures out.

use super::figures::{SequenceFigures, TrackFigures};
use super::follow::Footage;
use super::overlap::Overlaps;
use super::scores::Tally;
use crate::bench::failed::Failed;
use crate::bench::mot::{MotError, MotFile, MotKind, MotRow, Sequence, sequences};
use crate::store::{StoreError, write_atomically};
use crate::track::TrackerConfig;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Passes of the tracker that are timed; the median counts.
const PASSES: usize = 5;

/// What to measure.
#[derive(Debug, Clone)]
pub struct TrackBench {
    /// A folder of sequences, or one sequence.
    pub folder: PathBuf,
    /// Judge these result files, `<sequence>.txt` (or `data/<sequence>.txt`), and run no tracker.
    pub results: Option<PathBuf>,
    /// Write our tracker's result files here.
    pub write: Option<PathBuf>,
    /// Leave out detections below this score, 0 to 1.
    pub min_score: f32,
    /// Settings of the tracker.
    pub config: TrackerConfig,
}

/// What stops the bench as a whole, or one sequence of it.
#[derive(Debug, thiserror::Error)]
pub enum TrackError {
    /// Files in MOT form.
    #[error(transparent)]
    Mot(#[from] MotError),
    /// Result files cannot be written.
    #[error(transparent)]
    Write(#[from] StoreError),
    /// The folder for result files cannot be made.
    #[error("the folder {path} cannot be made: {source}; give another --write")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// One sequence, judged.
struct Judged {
    tally: Tally,
    figures: SequenceFigures,
    detections: u64,
    /// Seconds of each timed pass.
    passes: Vec<f64>,
}

impl TrackBench {
    /// Judges each sequence, calling `progress` with the number of those done, of all, and the name of
    /// the next. A sequence that cannot be judged is named in the figures and does not stop the others.
    ///
    /// # Errors
    /// [`MotError::NoSequence`] or an unreadable folder, and where result files cannot be written.
    pub fn run(
        &self,
        mut progress: impl FnMut(usize, usize, &str),
    ) -> Result<TrackFigures, TrackError> {
        let folders = sequences(&self.folder)?;
        if let Some(path) = &self.write {
            std::fs::create_dir_all(path)
                .map_err(|source| TrackError::Folder { path: path.clone(), source })?;
        }
        let mut figures = TrackFigures {
            folder: self.folder.display().to_string(),
            results: self.results.as_ref().map(|p| p.display().to_string()),
            min_score: self.min_score,
            combined: None,
            sequences: BTreeMap::new(),
            failed: Vec::new(),
            microseconds_per_frame: None,
            detections_per_frame: None,
            frames: 0,
        };
        let (mut all, mut passes, mut detections) = (Tally::default(), [0.0; PASSES], 0);
        for (i, folder) in folders.iter().enumerate() {
            let name = folder.file_name().unwrap_or_default().to_string_lossy();
            progress(i, folders.len(), &name);
            match self.judge(folder) {
                Ok((name, judged)) => {
                    all.add(&judged.tally);
                    detections += judged.detections;
                    figures.frames += u64::from(judged.figures.frames);
                    passes.iter_mut().zip(&judged.passes).for_each(|(sum, pass)| *sum += pass);
                    figures.sequences.insert(name, judged.figures);
                }
                Err(TrackError::Mot(e)) => {
                    figures.failed.push(Failed { name: name.into_owned(), reason: e.to_string() });
                }
                Err(e) => return Err(e),
            }
        }
        progress(folders.len(), folders.len(), "");
        if !figures.sequences.is_empty() {
            figures.combined = Some(all.scores());
            if self.results.is_none() {
                let frames = figures.frames as f64;
                figures.microseconds_per_frame = Some(micros(median(&passes), frames));
                figures.detections_per_frame = Some(round(detections as f64 / frames));
            }
        }
        Ok(figures)
    }

    fn judge(&self, folder: &Path) -> Result<(String, Judged), TrackError> {
        let sequence = Sequence::open(folder)?;
        let frames = sequence.info.frames;
        let mut notes = sequence.notes.clone();
        let (rows, footage) = if let Some(results) = &self.results {
            let file =
                MotFile::read(&result_file(results, &sequence.name), MotKind::Results, frames)?;
            if file.rows.is_empty() {
                notes.push("the result file is empty".to_owned());
            }
            (file.by_frame(frames), None)
        } else {
            let file = sequence.detections()?;
            if file.rows.is_empty() {
                notes.push("det.txt is empty: there is nothing to follow".to_owned());
            } else if let Some(gaps) = file.gaps(frames) {
                notes.push(format!("det.txt: {gaps}"));
            }
            let footage = Footage::new(&sequence, &file, self.min_score)?;
            (footage.follow(self.config), Some(footage))
        };
        if let Some(folder) = self.write.as_ref().filter(|_| footage.is_some()) {
            write_results(&folder.join(format!("{}.txt", sequence.name)), &rows)?;
        }
        let tally = Tally::of(&Overlaps::between(&sequence.truth.by_frame(frames), &rows));
        let passes: Vec<f64> = footage.as_ref().map_or_else(Vec::new, |f| {
            (0..PASSES).map(|_| f.cost(self.config).as_secs_f64()).collect()
        });
        let detections = footage.as_ref().map_or(0, Footage::detections);
        let figures = SequenceFigures {
            scores: tally.scores(),
            frames,
            frame_rate: sequence.info.frame_rate,
            detections_per_frame: footage
                .as_ref()
                .map(|_| round(detections as f64 / f64::from(frames))),
            microseconds_per_frame: footage
                .as_ref()
                .map(|_| micros(median(&passes), f64::from(frames))),
            notes,
        };
        Ok((sequence.name, Judged { tally, figures, detections, passes }))
    }
}

/// `<folder>/<name>.txt`, or `<folder>/data/<name>.txt` as other tools lay results out.
fn result_file(folder: &Path, name: &str) -> PathBuf {
    let file = format!("{name}.txt");
    let deeper = folder.join("data").join(&file);
    if deeper.is_file() { deeper } else { folder.join(file) }
}

fn write_results(path: &Path, frames: &[Vec<MotRow>]) -> Result<(), StoreError> {
    write_atomically(path, |out| {
        for r in frames.iter().flatten() {
            writeln!(
                out,
                "{},{},{},{},{},{},{},-1,-1,-1",
                r.frame, r.id, r.left, r.top, r.width, r.height, r.value
            )
            .map_err(|e| StoreError::from_io(path, e))?;
        }
        Ok(())
    })
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}

fn micros(seconds: f64, frames: f64) -> f64 {
    round(seconds * 1e6 / frames.max(1.0))
}

fn round(value: f64) -> f64 {
    (value * 1e3).round() / 1e3
}
