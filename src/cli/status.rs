//! `streetward status`: how the running service stands.

use super::output::print;
use crate::alert;
use crate::config::{self, Language, SITE_FILE};
use crate::media::WallTime;
use crate::pipeline::live::{CameraStatus, LiveStatus, STATUS_FILE};
use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// A status older than this was left by a service that no longer runs, seconds.
const STALE_SECONDS: f64 = 10.0;

/// Show how the running service stands: each camera's state, frame rates, drops, delay, last event.
///
/// Exit codes: 0 every camera sees, 1 some do not or the service does not run, 2 nothing is known.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward status --site streetward.toml
  streetward status --data /var/lib/streetward --format json
  streetward status --language vi
  watch -n 2 streetward status --data data")]
pub struct StatusArgs {
    /// Site file, for its data folder [default: ./streetward.toml, unless --data is given]
    #[arg(short, long, value_name = "FILE")]
    site: Option<PathBuf>,
    /// Data folder of the service
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: Option<PathBuf>,
    /// Form of what is printed
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
    /// The language in which the table says why a camera does not see
    #[arg(long, value_enum, default_value_t = Language::En)]
    language: Language,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// One JSON object, as the service writes it
    Json,
}

pub(super) fn run(args: &StatusArgs) -> anyhow::Result<ExitCode> {
    let data = match (&args.data, &args.site) {
        (Some(data), _) => data.clone(),
        (None, site) => {
            let site = site.as_deref().unwrap_or(Path::new(SITE_FILE));
            config::load_site(site)?.data
        }
    };
    let file = data.join(STATUS_FILE);
    let text = std::fs::read_to_string(&file).with_context(|| {
        format!(
            "{}: no service has told its status here; start one with: streetward live",
            file.display()
        )
    })?;
    let status: LiveStatus = serde_json::from_str(&text)
        .with_context(|| format!("{}: cannot be understood", file.display()))?;
    let age = age_seconds(&status)?;
    let runs = age < STALE_SECONDS;
    match args.format {
        Format::Json => print(&(text + "\n"))?,
        Format::Table => print(&told(&status, age, runs, args.language))?,
    }
    let well = runs && status.cameras.iter().all(|c| !c.state.is_away());
    Ok(ExitCode::from(u8::from(!well)))
}

fn age_seconds(status: &LiveStatus) -> anyhow::Result<f64> {
    let Ok(at) = WallTime::parse(&status.at) else {
        bail!("the status has no time; is it from another version?")
    };
    let age = super::clock::now().0.as_microsecond() - at.0.as_microsecond();
    Ok(age as f64 / 1e6)
}

fn told(status: &LiveStatus, age: f64, runs: bool, language: Language) -> String {
    let mut text = if runs {
        format!("{} · since {} · process {}\n", status.site, status.started, status.pid)
    } else {
        format!(
            "{}: the service does not run; it last told its status {:.0} s ago, at {}\n",
            status.site, age, status.at
        )
    };
    for problem in &status.problems {
        let _ = writeln!(text, "! {problem}");
    }
    for note in &status.memory.exceeded {
        let _ = writeln!(text, "memory: {note}");
    }
    if status.threads_hung > 0 {
        let _ = writeln!(text, "{} threads hang and were left behind", status.threads_hung);
    }
    let mut table = Table::new();
    table.load_preset(presets::UTF8_HORIZONTAL_ONLY);
    table.set_content_arrangement(ContentArrangement::Dynamic);
    table.set_header([
        "camera",
        "state",
        "fps",
        "tried",
        "dropped",
        "delay p95",
        "events",
        "last",
        "why",
    ]);
    for camera in &status.cameras {
        table.add_row(row(camera, language));
    }
    let _ = writeln!(text, "{table}");
    for sink in &status.sinks {
        let trouble = sink.trouble.as_ref().map(|t| format!(": {t}")).unwrap_or_default();
        let _ = writeln!(
            text,
            "alerts {}: {} waiting, {} given up{trouble}",
            sink.name, sink.waiting, sink.dead
        );
    }
    text
}

fn row(c: &CameraStatus, language: Language) -> [String; 9] {
    let last = c.last_event_kind.as_deref().zip(c.last_event_at.as_deref());
    let said = alert::told(&c.reasons, &c.figures, language);
    let why = match (&c.next_try, language) {
        (Some(next), Language::En) => format!("{said}; next try {next}"),
        (Some(next), Language::Vi) => format!("{said}; thử lại lúc {next}"),
        (None, _) => said,
    };
    [
        c.id.clone(),
        c.state.name().to_owned(),
        format!("{:.1}", c.analysed_fps),
        format!("{:.1}", c.rate_fps),
        c.dropped.to_string(),
        c.lag_p95_seconds.map_or_else(|| "–".to_owned(), |s| format!("{s:.2} s")),
        c.incidents.to_string(),
        last.map_or_else(|| "–".to_owned(), |(kind, at)| format!("{kind} {at}")),
        why,
    ]
}
