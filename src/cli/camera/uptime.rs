//! `streetward camera uptime`: how long each camera saw, against what was agreed.

use crate::cli::clock::now;
use crate::cli::instant::{end_instant, first_instant};
use crate::config::{self, Language, SITE_FILE, Site};
use crate::media::WallTime;
use crate::report::{Care, UptimeFormat, uptime, write_uptime};
use crate::store::{Store, StoreError};
use anyhow::bail;
use clap::Args;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// How long each camera saw: by day, camera and vendor, against what was agreed
///
/// What `streetward live` recorded of its cameras' states is added up: seeing, degraded, blind,
/// offline, and unknown while the service did not run. A site file's [[contracts]] say what was agreed
/// with whom; a level that was not kept is marked with "!".
///
/// Exit codes: 0 done, 1 an agreed level was not kept over the period, 2 could not start.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward camera uptime --site streetward.toml --from 2026-08-01 --to 2026-08-31
  streetward camera uptime --data data --from 2026-08-15 --format csv
  streetward camera uptime --from 2026-08-01 --to 2026-08-31 --language vi")]
pub(super) struct UptimeArgs {
    /// Site file, for contracts and the data folder [default: ./streetward.toml, if it is there]
    #[arg(short, long, value_name = "FILE")]
    site: Option<PathBuf>,
    /// Data folder [default: the site's]
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: Option<PathBuf>,
    /// From this time or day on, local (+07:00) unless it says otherwise [default: all there is]
    #[arg(long, value_name = "TIME", value_parser = first_instant)]
    from: Option<WallTime>,
    /// Before this time; a date alone includes that whole day [default: what is known last]
    #[arg(long, value_name = "TIME", value_parser = end_instant)]
    to: Option<WallTime>,
    /// Only this camera (its id)
    #[arg(short, long, value_name = "ID")]
    camera: Option<String>,
    /// How to print it
    #[arg(long, value_enum, default_value_t = UptimeFormat::Table)]
    format: UptimeFormat,
    /// The table's language
    #[arg(long, value_enum, default_value_t = Language::En)]
    language: Language,
}

pub(super) fn run(args: &UptimeArgs) -> anyhow::Result<ExitCode> {
    let site = match &args.site {
        Some(file) => Some(config::load_site(file)?),
        None if Path::new(SITE_FILE).exists() => Some(config::load_site(Path::new(SITE_FILE))?),
        None => None,
    };
    let Some(data) = args.data.clone().or_else(|| site.as_ref().map(|s| s.data.clone())) else {
        bail!("no data folder is given: name one with --data, or a site file with --site");
    };
    StoreError::refuse_file(&data)?;
    let store = Store::open_read(&data)?;
    let ever = (WallTime(jiff::Timestamp::MIN), WallTime(jiff::Timestamp::MAX));
    let service = store.service_times(ever.0, ever.1)?;
    let first = service.first().map(|s| s.started);
    let last = service.iter().map(|s| s.last).max();
    let (Some(first), Some(last)) = (first, last) else {
        bail!("{} holds no camera states: `streetward live` records them", data.display());
    };
    let from = args.from.map_or(first, |from| from.max(first));
    let to = args.to.map_or(last, |to| to.min(now()));
    if from >= to {
        bail!(
            "nothing is recorded in that period; there are records from {} to {}",
            first.local_rfc3339(),
            last.local_rfc3339()
        );
    }
    let records = store.state_changes(args.camera.as_deref(), from, to)?;
    let ledger = uptime(&records, &service, &|camera| care(site.as_ref(), camera), from, to);
    let out = BufWriter::new(io::stdout().lock());
    match write(&ledger, args, out) {
        // Whoever reads has had enough.
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => {}
        other => other?,
    }
    let missed = ledger.cameras.iter().any(|row| row.kept == Some(false));
    Ok(ExitCode::from(u8::from(missed)))
}

fn write(ledger: &crate::report::Uptime, args: &UptimeArgs, mut out: impl Write) -> io::Result<()> {
    write_uptime(ledger, args.format, args.language, &mut out)?;
    out.flush()
}

/// Who keeps a camera running, by the site file.
fn care(site: Option<&Site>, camera: &str) -> Care {
    let Some(site) = site else { return Care::default() };
    let known = site.cameras.iter().find(|c| c.id == camera);
    let contract = site.contract(camera, known.and_then(|c| c.contract.as_deref())).cloned();
    let vendor = known
        .and_then(|c| c.vendor.clone())
        .or_else(|| contract.as_ref().map(|c| c.vendor.clone()));
    Care { vendor, contract }
}
