//! `streetward handover pack`: a pack made, and perhaps taken along at once.

use super::who::{DataArgs, actor, doer};
use crate::cli::clock::now;
use crate::cli::output::print;
use crate::cli::records::known;
use crate::handover::blur::Eyes;
use crate::handover::{self, Halt, Making, Taken, make_pack};
use crate::vision::{Model, Places, Shelf};
use clap::Args;
use std::path::PathBuf;
use std::sync::Arc;

#[derive(Debug, Args)]
pub(super) struct PackArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Take the pack's folder along, into this one; it is entered that --by took it
    #[arg(long, value_name = "DIR", requires = "by")]
    out: Option<PathBuf>,
    /// The user who takes it, by the name that he signs in with
    #[arg(long, value_name = "USER")]
    by: Option<String>,
    /// The model that looks for people and vehicles [default: the best that is there]
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// The request's id
    #[arg(value_name = "REQUEST")]
    request: String,
}

pub(super) fn pack(args: &PackArgs) -> anyhow::Result<()> {
    let store = known(&args.data.data)?;
    let by = args.by.as_deref().map(|by| actor(&store, by)).transpose()?;
    let by = by.as_ref().map(doer);
    let halt = Arc::new(Halt::default());
    let taken = by.as_ref().zip(args.out.as_deref());
    let taken = taken.map(|(by, to)| Taken { by, to, halt: &halt });
    if taken.is_some() {
        on_interrupt(&halt);
    }
    let shelf = Shelf::open(Places::default())?;
    let model = Arc::new(Model::load(&shelf, args.model.as_deref())?);
    let mut eyes = Eyes::new(model)?;
    handover::remove_over(&store, &args.data.data, now())?;
    let mut making =
        Making { store: &store, data: &args.data.data, eyes: &mut eyes, at: now(), taken };
    let made = make_pack(&mut making, &args.request)?;
    let path = handover::archive_of(&args.data.data, &made);
    print(&format!(
        "{}\nSHA-256 {}\nsigned with key {}, to be taken until {}\n",
        path.display(),
        made.sha256,
        made.key_id,
        made.expires.local_rfc3339()
    ))
}

/// Ctrl-C clears away what is copied so far; the second one, or one before anything is, ends at once.
fn on_interrupt(halt: &Arc<Halt>) {
    let halt = Arc::clone(halt);
    let set = ctrlc::set_handler(move || {
        if !halt.ask() {
            std::process::exit(130);
        }
    });
    if let Err(e) = set {
        tracing::warn!("what Ctrl-C leaves of a copy goes the next time alone: {e}");
    }
}
