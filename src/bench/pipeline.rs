//! The pipeline's speed against its bound: what the processors could do if only decoding,
//! preprocessing and inference cost anything; and the work that attention saves.

use super::work::{Work, idle_share, round};
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

/// Which runs are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AttentionRuns {
    /// All of every frame is inferred.
    Off,
    /// As the camera's attention is configured.
    On,
    /// One after the other.
    Both,
}

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
    /// Which runs are measured.
    pub attention: AttentionRuns,
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

/// What was measured. Evidence is not written while measuring. The figures are those of the run in
/// which every frame was inferred, unless only one with attention was made.
#[derive(Debug, Clone, Serialize)]
pub struct PipelineFigures {
    /// Frames worked through.
    pub frames: u64,
    /// Wall time of the pipeline, seconds.
    pub seconds: f64,
    /// Frames a second of wall time.
    pub frames_per_second: f64,
    /// Processors ÷ (decode + preprocess + infer processor time a frame, each measured alone), and
    /// no more than one thread decodes.
    pub bound_frames_per_second: f64,
    /// `frames_per_second ÷ bound_frames_per_second`.
    pub share_of_bound: f64,
    /// Processors the process may use.
    pub cores: usize,
    /// Inference workers.
    pub workers: usize,
    /// Size of the model's input for a whole frame, width and height.
    pub input: (usize, usize),
    /// The model's name.
    pub model: String,
    /// What the model ran on.
    pub provider: String,
    /// By stage name.
    pub stages: BTreeMap<&'static str, StageFigures>,
    /// Share of the clip's frames that differ nowhere from the one before; only where attention was
    /// measured.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub idle_share: Option<f64>,
    /// Work of each run, `off` and `on`.
    pub attention: BTreeMap<&'static str, Work>,
}

/// One run and what it took.
struct Measured {
    stats: Arc<Stats>,
    seconds: f64,
    work: Work,
}

impl PipelineBench {
    /// Measures each stage alone, the pipeline, and each stage alone again.
    ///
    /// # Errors
    /// What stops a run.
    pub fn run(&self) -> Result<PipelineFigures, PipelineError> {
        let alone = Stats::default();
        let input = self.alone(&alone)?;
        let mut runs = Vec::new();
        for (name, on) in [("off", false), ("on", true)] {
            let wanted = match self.attention {
                AttentionRuns::Off => !on,
                AttentionRuns::On => on,
                AttentionRuns::Both => true,
            };
            if wanted {
                runs.push((name, self.measure(on)?));
            }
        }
        self.alone(&alone)?;
        let idle = match self.attention {
            AttentionRuns::Off => None,
            _ => Some(idle_share(&self.clip)?),
        };
        Ok(self.figures(runs, &alone, input, idle))
    }

    fn measure(&self, attention: bool) -> Result<Measured, PipelineError> {
        let stats = Arc::new(Stats::default());
        let run = Run {
            model: Arc::clone(&self.model),
            workers: self.workers,
            at_once: 1,
            attention,
            keep: None,
            stop: Arc::default(),
            stats: Arc::clone(&stats),
        };
        let (camera, path) = (Arc::clone(&self.camera), self.clip.clone());
        let job = Job { camera, path, start_time: None, boxes: None };
        let started = Instant::now();
        let report = run.work(vec![job], |_| {})?;
        let seconds = started.elapsed().as_secs_f64().min(report.took.as_secs_f64());
        if let Some(failure) = report.jobs.iter().find_map(|j| j.failures().into_iter().next()) {
            return Err(PipelineError::Failed(failure));
        }
        let work = report.jobs.first().map(|j| Work::of(&j.progress)).unwrap_or_default();
        Ok(Measured { stats, seconds, work })
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
        mut runs: Vec<(&'static str, Measured)>,
        alone: &Stats,
        input: (usize, usize),
        idle_share: Option<f64>,
    ) -> PipelineFigures {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let per = |stats: &Stats, stage, n: u64| stats.cpu(stage).as_secs_f64() / n.max(1) as f64;
        let each = |s| per(alone, s, alone.items(s));
        let whole = (input.0 * input.1) as f64;
        for (_, run) in &mut runs {
            // What is looked at costs by its pixels; decoding is one thread's work.
            let looks = run.work.model_input_pixels_per_frame / whole.max(1.0);
            let decode = each(Stage::Decode);
            let all = decode + looks * (each(Stage::Preprocess) + each(Stage::Infer));
            let bound = (cores as f64 / all.max(1e-9)).min(1.0 / decode.max(1e-9));
            let fps = run.work.frames as f64 / run.seconds.max(f64::EPSILON);
            run.work.frames_per_second = round(fps);
            run.work.bound_frames_per_second = round(bound);
            run.work.share_of_bound = round(fps / bound);
            run.work.seconds = round(run.seconds);
        }
        let main = runs.first();
        let frames = main.map_or(0, |(_, run)| run.work.frames);
        let bounding = [Stage::Decode, Stage::Preprocess, Stage::Infer];
        let stages = main.map_or_else(BTreeMap::new, |(_, run)| {
            let done = Stage::ALL.into_iter().filter(|&s| run.stats.items(s) > 0);
            done.map(|s| {
                let alone_cpu_ms_per_frame = bounding.contains(&s).then(|| round(each(s) * 1e3));
                let cpu_ms_per_frame = round(per(&run.stats, s, frames) * 1e3);
                (s.name(), StageFigures { cpu_ms_per_frame, alone_cpu_ms_per_frame })
            })
            .collect()
        });
        let work = main.map(|(_, run)| run.work.clone()).unwrap_or_default();
        PipelineFigures {
            frames,
            seconds: work.seconds,
            frames_per_second: work.frames_per_second,
            bound_frames_per_second: work.bound_frames_per_second,
            share_of_bound: work.share_of_bound,
            cores,
            workers: self.workers,
            input,
            model: self.model.name().to_owned(),
            provider: self.model.placement().to_string(),
            stages,
            idle_share,
            attention: runs.into_iter().map(|(name, run)| (name, run.work)).collect(),
        }
    }
}
