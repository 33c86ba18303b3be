//! In which data folder, and for which user, something is done.

use crate::handover::Doer;
use crate::review::{Actor, User};
use crate::store::{ActorKind, Store};
use anyhow::Context as _;
use clap::Args;
use std::path::PathBuf;

#[derive(Debug, Args)]
pub(super) struct DataArgs {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    pub(super) data: PathBuf,
}

/// The user of that name, who may come in.
pub(super) fn actor(store: &Store, by: &str) -> anyhow::Result<Actor> {
    let name = crate::review::user_name(by)?;
    let record = store.user_named(&name)?.filter(|u| !u.disabled);
    let record = record.with_context(|| {
        format!("there is no user \"{name}\" who may come in; see `streetward user list`")
    })?;
    Ok(User::of(&record)?.actor())
}

/// The user, by this command.
pub(super) fn doer(actor: &Actor) -> Doer<'_> {
    let id = format!("uid {}", rustix::process::getuid().as_raw());
    Doer { actor, id, kind: ActorKind::Command, address: None }
}
