//! The pipeline's speed against its bound: what the processors could do if only decoding,
//! preprocessing and inference cost anything.

use crate::config::Camera;
use crate::media::{OpenOptions, Source};
use crate::pipeline::{self, Job, PipelineError, Run, Stage, Stats};
use crate::vision::{Detector, Model, Region};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Instant;

/// Frames of which each stage is measured alone, before and again after the pipeline ran, so that
/// a machine that slows down in between shows in both.
const ALONE_FRAMES: usize = 120;

/// What to measure.
pub struct PipelineBench {
    /// The camera: its rules are judged, its detector settings used.
    pub camera: Arc<Camera>,
    /// The clip.
    pub clip: PathBuf,
    /// The model.
    pub model: Arc<Model>,
    /// Inference workers.
    pub workers: usize,
}

/// Processor time of one stage.
#[derive(Debug, Clone, Serialize)]
pub struct StageFigures {
    /// Milliseconds of processor time a frame within the running pipeline.
    pub cpu_ms_per_frame: f64,
    /// The same, measured alone on one thread; only for the stages that make the bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alone_cpu_ms_per_frame: Option<f64>,
}

/// What was measured. Evidence is not written while measuring; every frame is inferred.
#[derive(Debug, Clone, Serialize)]
pub struct PipelineFigures {
    /// Frames worked through.
    pub frames: u64,
    /// Wall time of the pipeline, seconds.
    pub seconds: f64,
    /// Frames a second of wall time.
    pub frames_per_second: f64,
    /// Processors ÷ (decode + preprocess + infer processor time a frame, each measured alone).
    pub bound_frames_per_second: f64,
    /// `frames_per_second ÷ bound_frames_per_second`.
    pub share_of_bound: f64,
    /// Processors the process may use.
    pub cores: usize,
    /// Inference workers.
    pub workers: usize,
    /// Size of the model's input, width and height.
    pub input: (usize, usize),
    /// The model's name.
    pub model: String,
    /// By stage name.
    pub stages: BTreeMap<&'static str, StageFigures>,
}

impl PipelineBench {
    /// Measures each stage alone, the pipeline, and each stage alone again.
    ///
    /// # Errors
    /// What stops a run.
    pub fn run(&self) -> Result<PipelineFigures, PipelineError> {
        let alone = Stats::default();
        let input = self.alone(&alone)?;
        let stats = Arc::new(Stats::default());
        let run = Run {
            model: Arc::clone(&self.model),
            workers: self.workers,
            at_once: 1,
            attention: false,
            keep: None,
            stop: Arc::default(),
            stats: Arc::clone(&stats),
        };
        let job =
            Job { camera: Arc::clone(&self.camera), path: self.clip.clone(), start_time: None };
        let started = Instant::now();
        let report = run.work(vec![job], |_| {})?;
        let seconds = started.elapsed().as_secs_f64().min(report.took.as_secs_f64());
        if let Some(failure) = report.jobs.iter().find_map(|j| j.failures().into_iter().next()) {
            return Err(PipelineError::Failed(failure));
        }
        self.alone(&alone)?;
        Ok(self.figures(&stats, &alone, seconds, input))
    }

    /// Decodes, preprocesses and infers some frames on this thread, one stage after the other.
    fn alone(&self, stats: &Stats) -> Result<(usize, usize), PipelineError> {
        let look = pipeline::look(&self.camera.detector);
        let mut source = Source::open(&self.clip, OpenOptions::default())?;
        let mut detector = Detector::new(Arc::clone(&self.model))?;
        let mut warm = false;
        for _ in 0..ALONE_FRAMES {
            let Some(frame) = stats.measure(Stage::Decode, || source.next_frame())? else { break };
            let region = Region::whole(frame.width(), frame.height());
            if !warm {
                // The first run of a session allocates and packs; no later one does.
                detector.prepare(&frame, region, look);
                detector.infer(look)?;
                warm = true;
            }
            stats.measure(Stage::Preprocess, || detector.prepare(&frame, region, look));
            stats.measure(Stage::Infer, || detector.infer(look))?;
        }
        Ok(detector.input_size())
    }

    fn figures(
        &self,
        stats: &Stats,
        alone: &Stats,
        seconds: f64,
        input: (usize, usize),
    ) -> PipelineFigures {
        let frames = stats.items(Stage::Infer);
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let per = |stats: &Stats, stage, n: u64| stats.cpu(stage).as_secs_f64() / n.max(1) as f64;
        let bounding = [Stage::Decode, Stage::Preprocess, Stage::Infer];
        let bound_seconds: f64 = bounding.iter().map(|&s| per(alone, s, alone.items(s))).sum();
        let bound = cores as f64 / bound_seconds.max(f64::EPSILON);
        let fps = frames as f64 / seconds.max(f64::EPSILON);
        let stages = Stage::ALL
            .into_iter()
            .filter(|&s| stats.items(s) > 0)
            .map(|s| {
                let alone_ms =
                    bounding.contains(&s).then(|| round(per(alone, s, alone.items(s)) * 1e3));
                let cpu_ms_per_frame = round(per(stats, s, frames) * 1e3);
                (s.name(), StageFigures { cpu_ms_per_frame, alone_cpu_ms_per_frame: alone_ms })
            })
            .collect();
        PipelineFigures {
            frames,
            seconds: round(seconds),
            frames_per_second: round(fps),
            bound_frames_per_second: round(bound),
            share_of_bound: round(fps / bound),
            cores,
            workers: self.workers,
            input,
            model: self.model.name().to_owned(),
            stages,
        }
    }
}

fn round(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}
