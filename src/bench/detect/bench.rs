//! The bench: one model over clips, in this process and on this thread.

use super::clip::Clip;
use super::error::DetectError;
use super::evaluation::Evaluation;
use super::figures::{ClipFigures, ModelFigures};
use super::found::Found;
use super::labels::Labels;
use super::latency::Latency;
use super::memory::peak_mib;
use crate::bench::failed::Failed;
use crate::media::Frame;
use crate::pipeline::{Stage, Stats};
use crate::store::{StoreError, write_atomically};
use crate::vision::{BBox, Detection, Detector, Look, Model, Region, Shelf};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Looks before any is timed: a session's first allocates and packs, and processors wake up.
const WARM: u32 = 3;
/// Average precision needs faint detections, too. They are looked for apart, untimed.
const FAINT: f32 = 0.02;

/// A label file and the clip it belongs to; without a name, the only clip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelFile {
    /// The clip's path as given, or its file name.
    pub clip: Option<String>,
    /// The file.
    pub file: PathBuf,
}

/// What to measure.
#[derive(Debug, Clone)]
pub struct DetectBench {
    /// The model's name; none for the default one.
    pub model: Option<String>,
    /// Videos and folders of pictures.
    pub clips: Vec<PathBuf>,
    /// Labels named; others are looked for beside the clips.
    pub labels: Vec<LabelFile>,
    /// How to look.
    pub look: Look,
    /// Frames of a clip at most.
    pub max_frames: Option<u64>,
    /// Write what was found here: `<model>-<side>/<clip>.jsonl`.
    pub write: Option<PathBuf>,
}

impl DetectBench {
    /// Measures the model on every clip. A clip that cannot be measured is named in the figures and
    /// does not stop the others.
    ///
    /// # Errors
    /// [`DetectError::Vision`] where the model cannot be loaded or run.
    pub fn run(&self, shelf: &Shelf) -> Result<ModelFigures, DetectError> {
        let base = peak_mib();
        let model = Arc::new(Model::load(shelf, self.model.as_deref())?);
        let entry = shelf.entry(Some(model.name()))?;
        let mut figures = ModelFigures {
            model: entry.name.clone(),
            sha256: entry.sha256.clone(),
            family: entry.family.clone(),
            licence: entry.licence.clone(),
            input_long_side: self.look.long_side,
            peak_memory_mib: None,
            base_memory_mib: base,
            clips: Vec::new(),
            accuracy: None,
            failed: Vec::new(),
        };
        let mut eyes = Eyes {
            detector: Detector::new(Arc::clone(&model))?,
            model: model.name().to_owned(),
            folder: self
                .write
                .as_ref()
                .map(|f| f.join(format!("{}-{}", model.name(), self.look.long_side))),
        };
        let mut all = Evaluation::default();
        for path in &self.clips {
            let name = path.display().to_string();
            let clip = match Clip::find(path) {
                Ok(clip) => clip,
                Err(e) => {
                    figures.failed.push(Failed { name, reason: e.to_string() });
                    continue;
                }
            };
            let labels = self.labels(&clip).unwrap_or_else(|e| {
                figures.failed.push(Failed { name: name.clone(), reason: e.to_string() });
                None
            });
            match self.written(&clip, labels.as_ref(), &mut eyes, &mut all) {
                Ok(clip) => figures.clips.push(clip),
                Err(e @ (DetectError::Vision(_) | DetectError::NotNumbers { .. })) => {
                    return Err(e);
                }
                Err(e) => figures.failed.push(Failed { name, reason: e.to_string() }),
            }
        }
        figures.accuracy = all.accuracy(self.look.min_score);
        figures.peak_memory_mib = peak_mib();
        Ok(figures)
    }

    fn labels(&self, clip: &Clip) -> Result<Option<Labels>, DetectError> {
        let named = self.labels.iter().find(|l| match &l.clip {
            Some(name) => {
                Path::new(name) == clip.path() || clip.path().file_name() == Some(name.as_ref())
            }
            None => true,
        });
        let file = named.map(|l| l.file.clone()).or_else(|| clip.labels_beside());
        file.map(|file| Labels::read(&file, clip)).transpose()
    }

    /// [`Self::clip`], its detections written where they are asked for.
    fn written(
        &self,
        clip: &Clip,
        labels: Option<&Labels>,
        eyes: &mut Eyes,
        all: &mut Evaluation,
    ) -> Result<ClipFigures, DetectError> {
        let Some(folder) = eyes.folder.clone() else {
            return self.clip(clip, labels, eyes, all, &mut Found::nowhere());
        };
        std::fs::create_dir_all(&folder).map_err(|e| StoreError::from_io(&folder, e))?;
        let mut name = clip.path().file_stem().unwrap_or_default().to_owned();
        name.push(".jsonl");
        let path = folder.join(name);
        write_atomically(&path, |out| {
            self.clip(clip, labels, eyes, all, &mut Found::new(&path, out))
        })
    }

    fn clip(
        &self,
        clip: &Clip,
        labels: Option<&Labels>,
        eyes: &mut Eyes,
        all: &mut Evaluation,
        written: &mut Found<'_>,
    ) -> Result<ClipFigures, DetectError> {
        let (stats, mut evaluation) = (Stats::default(), Evaluation::default());
        let mut times = Times::default();
        let (mut found, mut size, mut decoding) = (0, (0, 0), Duration::ZERO);
        let mut frames = clip.frames()?;
        let most = self.max_frames.unwrap_or(u64::MAX);
        let mut index = 0;
        while index < most {
            let started = Instant::now();
            let Some(frame) = stats.measure(Stage::Decode, || frames.next())? else { break };
            decoding += started.elapsed();
            size = (frame.width(), frame.height());
            if index == 0 {
                for _ in 0..WARM {
                    self.look(
                        &frame,
                        &mut eyes.detector,
                        &Stats::default(),
                        &mut Times::default(),
                    )?;
                }
            }
            let seen = self.look(&frame, &mut eyes.detector, &stats, &mut times)?;
            eyes.check(&seen, index)?;
            found += seen.len() as u64;
            written.frame(index, &frame, &seen)?;
            if let Some((labels, boxes)) = labels.and_then(|l| Some((l, l.frames.get(&index)?))) {
                let look = Look { min_score: FAINT.min(self.look.min_score), ..self.look };
                let faint = eyes.detector.infer(look)?;
                eyes.check(&faint, index)?;
                evaluation.add(&labels.classes, boxes, &faint);
            }
            index += 1;
        }
        let latency_ms = Latency::of(&times.infer, &times.look).ok_or_else(|| {
            let (path, reason) = (clip.path().to_owned(), "it has no picture".to_owned());
            DetectError::Clip { path, reason }
        })?;
        all.merge(&evaluation);
        let mut notes = labels.map(|l| l.notes.clone()).unwrap_or_default();
        if let Some(labels) = labels {
            let unseen = labels.frames.range(index..).count();
            if unseen > 0 {
                notes.push(format!(
                    "{unseen} labelled frames lie after the last that was looked at"
                ));
            }
        }
        let looking: f64 = times.look.iter().map(|&ms| f64::from(ms) / 1e3).sum();
        let per = |stage| stats.cpu(stage).as_secs_f64() * 1e3 / index as f64;
        let cpu = [Stage::Decode, Stage::Preprocess, Stage::Infer]
            .map(|stage| (stage.name().to_owned(), round(per(stage))));
        Ok(ClipFigures {
            clip: clip.path().display().to_string(),
            frames: index,
            size,
            input: eyes.detector.input_size(),
            frames_per_second: round(index as f64 / (looking + decoding.as_secs_f64())),
            looks_per_second: round(index as f64 / looking),
            latency_ms,
            cpu_ms_per_frame: BTreeMap::from(cpu),
            detections_per_frame: round(found as f64 / index as f64),
            accuracy: evaluation.accuracy(self.look.min_score),
            notes,
        })
    }

    /// One timed look at the whole frame.
    fn look(
        &self,
        frame: &Frame,
        detector: &mut Detector,
        stats: &Stats,
        times: &mut Times,
    ) -> Result<Vec<Detection>, DetectError> {
        let region = Region::whole(frame.width(), frame.height());
        let began = Instant::now();
        stats.measure(Stage::Preprocess, || detector.prepare(frame, region, self.look));
        let prepared = began.elapsed();
        let seen = stats.measure(Stage::Infer, || detector.infer(self.look))?;
        let whole = began.elapsed();
        times.look.push(whole.as_secs_f32() * 1e3);
        times.infer.push(whole.saturating_sub(prepared).as_secs_f32() * 1e3);
        Ok(seen)
    }
}

/// A session, the name of what it runs, and where its detections are written.
struct Eyes {
    detector: Detector,
    model: String,
    folder: Option<PathBuf>,
}

impl Eyes {
    /// Refuses what is not a number.
    fn check(&self, seen: &[Detection], frame: u64) -> Result<(), DetectError> {
        let sound = |d: &Detection| {
            let BBox { x1, y1, x2, y2 } = d.bbox;
            [d.score, x1, y1, x2, y2].iter().all(|v| v.is_finite())
        };
        if seen.iter().all(sound) {
            return Ok(());
        }
        Err(DetectError::NotNumbers { model: self.model.clone(), frame })
    }
}

/// Milliseconds of each look and inference.
#[derive(Default)]
struct Times {
    look: Vec<f32>,
    infer: Vec<f32>,
}

fn round(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
