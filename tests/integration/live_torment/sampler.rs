//! What is watched while cameras are tormented: frames and delays of those that are not, and memory.

use crate::live_support::Running;
use std::time::{Duration, Instant};

/// One look at the service.
struct Sample {
    at: Instant,
    /// Frames analysed by each steady camera so far.
    analysed: Vec<u64>,
    /// The 95th percentile of their last frames' delays, in seconds.
    delay: Vec<f64>,
    /// MiB in RAM.
    memory: f64,
}

/// Looks at the service once a second while it is asked to rest.
pub struct Sampler<'a> {
    steady: &'a [&'a str],
    samples: Vec<Sample>,
}

/// What a phase came to.
#[derive(Debug, Clone, Copy)]
pub struct Phase {
    pub seconds: f64,
    /// Frames a second, of the worst steady camera.
    pub fps: f64,
    /// 95th percentile of delay: the median over the phase, of the worst steady camera.
    pub delay: f64,
    /// MiB in RAM, the median over the first quarter of the phase and over its last.
    pub memory: (f64, f64),
}

impl<'a> Sampler<'a> {
    pub fn new(steady: &'a [&'a str]) -> Self {
        Self { steady, samples: Vec::new() }
    }

    /// Lets time pass, looking.
    pub fn rest(&mut self, live: &Running, length: Duration) {
        let until = Instant::now() + length;
        loop {
            self.look(live);
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            std::thread::sleep(left.min(Duration::from_secs(1)));
        }
    }

    fn look(&mut self, live: &Running) {
        let status = live.status().unwrap();
        let camera = |id: &&str| status.cameras.iter().find(|c| c.id == **id).unwrap();
        self.samples.push(Sample {
            at: Instant::now(),
            analysed: self.steady.iter().map(|id| camera(id).analysed).collect(),
            delay: self
                .steady
                .iter()
                .map(|id| camera(id).lag_p95_seconds.unwrap_or(f64::NAN))
                .collect(),
            memory: resident(status.pid),
        });
    }

    /// What it came to since the last phase ended.
    pub fn phase(&mut self) -> Phase {
        let samples = std::mem::take(&mut self.samples);
        let (first, last) = (samples.first().unwrap(), samples.last().unwrap());
        let seconds = last.at.duration_since(first.at).as_secs_f64();
        let cameras = 0..self.steady.len();
        let frames = |n: usize| (last.analysed[n] - first.analysed[n]) as f64;
        let fps = cameras.clone().map(|n| frames(n) / seconds).fold(f64::MAX, f64::min);
        let delay = cameras.map(|n| median(samples.iter().map(|s| s.delay[n]))).fold(0.0, f64::max);
        let quarter = (samples.len() / 4).max(1);
        let memory = |part: &[Sample]| median(part.iter().map(|s| s.memory));
        let memory = (memory(&samples[..quarter]), memory(&samples[samples.len() - quarter..]));
        Phase { seconds, fps, delay, memory }
    }
}

pub fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.filter(|v| v.is_finite()).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The value that a share of them lie under.
pub fn percentile(mut values: Vec<f64>, share: f64) -> f64 {
    values.sort_by(f64::total_cmp);
    let at = (values.len().saturating_sub(1) as f64 * share).round() as usize;
    values.get(at).copied().unwrap_or(f64::NAN)
}

/// MiB of memory that a process keeps in RAM.
fn resident(pid: u32) -> f64 {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = text.lines().find(|l| l.starts_with("VmRSS:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() / 1024.0
}
