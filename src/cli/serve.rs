//! `streetward serve`: the desk's server alone, over what is stored.

use super::clock::now;
use super::output::complain;
use crate::config::{self, SITE_FILE};
use crate::pipeline::{Reminder, look_over, spawn_lasting};
use crate::report::Scheduler;
use crate::serve::{Desk, ServeTerms, Server};
use crate::store::{Store, StoreError};
use clap::Args;
use sd_notify::NotifyState;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::flag;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Serve the review desk and its API over what is stored.
///
/// Answers from the data folder that `batch` or `live` fills, beside them or alone. Users are made on
/// this machine with `streetward user add`; there is none until then, and nobody gets in. Without a
/// certificate it answers on this machine alone, unless a proxy stands before it.
///
/// While it runs, the sinks of [[agencies]] are told what is overdue, and the reports of
/// [[report.schedules]] are made.
///
/// Editing the site or a camera file while it runs is enough: the edit is checked first, and a bad one
/// changes nothing and is told. Where it listens and the data folder need a restart.
///
/// SIGTERM or Ctrl-C stops in order, SIGHUP reads the site again.
///
/// Exit codes: 0 stopped in order, 2 could not start.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward serve --site streetward.toml
  streetward serve --site streetward.toml --data data --listen 127.0.0.1:8480
  streetward serve --site streetward.toml --listen 127.0.0.1:0    # any free port; it is told")]
pub struct ServeArgs {
    /// Site file: its cameras, data folder and settings are used
    #[arg(short, long, value_name = "FILE", default_value = SITE_FILE)]
    site: PathBuf,
    /// Data folder [default: the site's]
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: Option<PathBuf>,
    /// Address and port [default: the site's]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

pub(super) fn run(args: &ServeArgs) -> anyhow::Result<ExitCode> {
    let site = config::load_site(&args.site)?;
    let data = args.data.clone().unwrap_or_else(|| site.data.clone());
    let mut terms = ServeTerms::of(&site.serve);
    terms.listen = args.listen.unwrap_or(terms.listen);
    let server = Server::bind(terms)?;
    prepare(&data)?;
    let reminder = Reminder::open(&site, &data)?;
    let schedules = Arc::new(AtomicBool::new(false));
    let scheduler = Scheduler::new(&site, &data).reread_on(Arc::clone(&schedules));
    let desk = Desk::open(Arc::new(site), &data, server.terms(), now)?;
    let (stop, reread) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
    let remind = Arc::new(AtomicBool::new(false));
    for asked in [&reread, &remind, &schedules] {
        flag::register(SIGHUP, Arc::clone(asked))?;
    }
    for signal in [SIGINT, SIGTERM] {
        // The second ends the process at once.
        flag::register_conditional_shutdown(signal, 130, Arc::clone(&stop))?;
        flag::register(signal, Arc::clone(&stop))?;
    }
    complain(&format!("the desk is at {}; data in {}", server.url(), data.display()))?;
    let _ = sd_notify::notify(&[NotifyState::Ready]);
    let (told, reminder) = (Arc::clone(&stop), reminder.reread_on(remind));
    spawn_lasting("remind", move || reminder.run(&told, now))?;
    let told = Arc::clone(&stop);
    spawn_lasting("reports", move || {
        if let Err(e) = scheduler.run(&told, now) {
            tracing::error!("reports by schedule: {e}");
        }
    })?;
    server.run(desk.reread_on(reread), &stop)?;
    complain("stopped")?;
    Ok(ExitCode::SUCCESS)
}

/// Brings the data folder to this program's schema, unless who writes there has done so.
fn prepare(data: &Path) -> anyhow::Result<()> {
    match Store::open(data) {
        Ok(store) => {
            super::signing::ready(&store, data)?;
            drop(store);
            Ok(look_over(data)?)
        }
        Err(StoreError::Busy { .. }) => Ok(()),
        Err(e) => Err(e.into()),
    }
}
