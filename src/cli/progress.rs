//! Progress bars: one a file, drawn only on a terminal.

use super::output::bars;
use crate::pipeline::{Job, Watch};
use indicatif::{ProgressBar, ProgressStyle};
use std::sync::atomic::Ordering::Relaxed;

const KNOWN: &str = "{prefix:28!} {bar:24.cyan/blue} {percent:>3}% {msg} eta {eta}";
const UNKNOWN: &str = "{prefix:28!} {spinner} {msg}";

/// One bar a job.
pub(super) struct Bars(Vec<ProgressBar>);

impl Bars {
    pub(super) fn new(jobs: &[Job]) -> Self {
        let bar = |job: &Job| {
            let bar = bars().add(ProgressBar::no_length());
            let name = job.path.file_name().unwrap_or(job.path.as_os_str());
            bar.set_prefix(name.to_string_lossy().into_owned());
            bar.set_message("waiting");
            bar
        };
        Self(jobs.iter().map(bar).collect())
    }

    pub(super) fn draw(&self, watch: &Watch<'_>) {
        for (i, bar) in self.0.iter().enumerate() {
            if bar.is_finished() || !watch.begun[i].load(Relaxed) {
                continue;
            }
            let progress = &watch.progress[i];
            let frames = progress.frames.load(Relaxed);
            let expected = progress.expected.load(Relaxed);
            if expected > 0 && bar.length().is_none() {
                bar.set_length(expected);
            }
            let template = if expected > 0 { KNOWN } else { UNKNOWN };
            if let Ok(style) = ProgressStyle::with_template(template) {
                bar.set_style(style);
            }
            bar.set_position(frames);
            let incidents = progress.incidents.load(Relaxed);
            bar.set_message(format!("{frames} frames, {:.0}/s, {incidents} found", bar.per_sec()));
            if watch.ended[i].load(Relaxed) {
                bar.finish();
            }
        }
    }

    pub(super) fn finish(&self) {
        self.0.iter().for_each(ProgressBar::abandon);
    }
}
