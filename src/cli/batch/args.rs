//! What `streetward batch` is told.

use crate::cli::providers::ProviderArgs;
use crate::media::WallTime;
use clap::{Args, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Judge recorded footage and write evidence of what is found.
///
/// Each event is one incident: stills before, at and after the moment, a marked still, a clip, a
/// record (event.json) and a manifest with the SHA-256 of every file, in DATA/evidence. The same
/// footage judged twice gives the same events, each once; a run that was stopped or killed is simply
/// run again.
///
/// Exit codes: 0 all footage judged, 1 some could not be (named below the table), 2 nothing could
/// start.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward batch --camera cameras/le-loi.toml --data data monday.mp4 tuesday.mp4
  streetward batch --camera cameras/le-loi.toml --data data recordings/2026-08-15/
  streetward batch --site streetward.toml p1-le-loi-01=a.mp4 p1-cho-02=b.mp4
  streetward batch --camera cam.toml --data data --start-time 2026-08-15T06:00:00+07:00 clip.avi
  streetward batch --camera cam.toml --data data --provider cuda,cpu clip.mp4

Environment (a site file's own settings come first):
  STREETWARD_RUNTIME  the ONNX Runtime library, a file [default: the one scripts/setup fetched]
  STREETWARD_MODELS   the folder of models [default: the one scripts/setup filled]
  STREETWARD_DATA     the data folder, where --data is not given
  STREETWARD_LOG      what to log, as in info,streetward::media=debug; takes the place of -v")]
pub struct BatchArgs {
    /// Recordings: files, or folders of segments that follow one another. With several cameras,
    /// CAMERA=PATH says whose it is; without any, each camera's `[source] path` is taken
    #[arg(value_name = "[CAMERA=]PATH")]
    pub(super) clips: Vec<String>,
    /// Camera file; may be given several times
    #[arg(short, long, value_name = "FILE")]
    pub(super) camera: Vec<PathBuf>,
    /// Site file: its cameras, data folder and runtime settings are used
    #[arg(short, long, value_name = "FILE", conflicts_with = "camera")]
    pub(super) site: Option<PathBuf>,
    /// Data folder, made where missing [default: the site's, or ./data]
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    pub(super) data: Option<PathBuf>,
    /// When the recordings start, as 2026-08-15T06:00:00+07:00 (without an offset: +07:00). Otherwise
    /// taken from the file's metadata, its name, or guessed from its modification time
    #[arg(long, value_name = "TIME", value_parser = WallTime::parse)]
    pub(super) start_time: Option<WallTime>,
    /// Inference workers [default: one a processor, or 2 where another device does the work]
    #[arg(long, value_name = "N", value_parser = crate::cli::count::count)]
    pub(super) workers: Option<NonZeroUsize>,
    #[command(flatten)]
    pub(super) providers: ProviderArgs,
    /// Recordings worked on at the same time [default: one a processor]
    #[arg(long, value_name = "N", value_parser = crate::cli::count::count)]
    pub(super) jobs: Option<NonZeroUsize>,
    /// Look at every frame, also where nothing moved since the last look
    #[arg(long)]
    pub(super) every_frame: bool,
    /// Form of the events printed at the end
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people, with figures and the path of the summary page
    Table,
    /// One JSON object an event and line, nothing else
    Jsonl,
}
