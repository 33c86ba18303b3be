//! `streetward keys`: the keys that sign evidence.

use super::clock::now;
use super::output::{complain, print};
use crate::evidence::signing::{self, KeyId, KeyRing};
use crate::media::WallTime;
use crate::store::{Store, StoreError};
use anyhow::bail;
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use jiff::SignedDuration;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Make, list and replace the keys that sign evidence
///
/// Each manifest is signed (Ed25519) by a key that was made on this machine and lies in the data
/// folder's keys/, readable to its owner alone. The first one is made when footage is first worked
/// on. Keep the public half somewhere else: it shows later that a key is the one it was.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward keys new --data data
  streetward keys list --data data
  streetward keys rotate --data data
  streetward keys export-public --data data > city.pub.pem")]
pub struct KeysArgs {
    #[command(subcommand)]
    command: KeysCommand,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Make the first key of a data folder
    #[command(after_help = "\
Exit codes: 0 made, 2 there are keys already, or it could not be made.

Examples:
  streetward keys new --data data
  streetward keys new --data data --after-loss")]
    New(NewArgs),
    /// List every key and its time
    #[command(after_help = "\
Exit codes: 0 all is well, 1 a key is not vouched for or cannot be read, 2 there are none.

Examples:
  streetward keys list --data data
  streetward keys list --data data --format json")]
    List(ListArgs),
    /// Replace the key in use
    ///
    /// A running service takes up the new key with its next event. The new key is vouched for by the
    /// old one, and signs when the time of the old one ends: what the old one signed stays valid. A
    /// key does not end before it began: while the clock is behind the key in use, or the last day of
    /// the chain, none is replaced.
    #[command(after_help = "\
Exit codes: 0 replaced, 2 the key in use cannot be read (see keys new --after-loss), or the clock is
behind it, or was ahead when it was made; what is said then tells both times, and what to do.

Examples:
  streetward keys rotate --data data
  streetward keys rotate --data data --overlap-days 1")]
    Rotate(RotateArgs),
    /// Print the public half of a key in PEM, for whoever is to verify evidence
    #[command(after_help = "Examples:
  streetward keys export-public --data data > city.pub.pem
  streetward keys export-public --data data --key 0f1e2d3c4b5a6978")]
    ExportPublic(ExportArgs),
}

#[derive(Debug, Args)]
struct NewArgs {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// Make another although there are keys: the secret of the one in use is lost, so nobody can
    /// vouch for the new one, and verifying asks for it with --key
    #[arg(long)]
    after_loss: bool,
}

#[derive(Debug, Args)]
struct ListArgs {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// How to print them; json: {"keys": [...], "doubts": [...]}
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Args)]
struct RotateArgs {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// Days in which what the old key signed may still come into the chain
    #[arg(long, value_name = "DAYS", default_value_t = 7, value_parser = clap::value_parser!(i64).range(0..=90))]
    overlap_days: i64,
}

#[derive(Debug, Args)]
struct ExportArgs {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// Which key [default: the one in use]
    #[arg(long, value_name = "ID")]
    key: Option<KeyId>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs: one object
    Json,
}

/// Runs `streetward keys …`.
pub(super) fn run(args: &KeysArgs) -> anyhow::Result<ExitCode> {
    match &args.command {
        KeysCommand::New(args) => {
            exists(&args.data)?;
            let (at, first) = (now(), signing::ring(&args.data)?.is_none());
            let id = signing::new_key(&args.data, at, args.after_loss)?;
            if first {
                enter_older(&args.data, at)?;
            }
            print(&format!("{id} signs from now on. Keep its public half elsewhere too.\n"))?;
        }
        KeysCommand::Rotate(args) => {
            exists(&args.data)?;
            let overlap = SignedDuration::from_hours(24 * args.overlap_days);
            let id = signing::rotate(&args.data, now(), overlap)?;
            print(&format!("{id} signs from now on. Keep its public half elsewhere too.\n"))?;
        }
        KeysCommand::ExportPublic(args) => {
            exists(&args.data)?;
            print(&signing::export_public(&args.data, args.key.as_ref())?)?;
        }
        KeysCommand::List(args) => return list(args),
    }
    Ok(ExitCode::SUCCESS)
}

/// Enters what is older than the first key into the chain of the key's own day, where there is any.
fn enter_older(data: &Path, at: WallTime) -> anyhow::Result<()> {
    let entered = match Store::open_beside(data) {
        Ok(store) => store.enter_older(data, at),
        Err(StoreError::Missing(_)) => Ok(()),
        Err(e) => Err(e),
    };
    if let Err(e) = entered {
        complain(&format!(
            "what is older than the key could not be entered into the chain; do so today with \
             `streetward evidence chain`: {e}"
        ))?;
    }
    Ok(())
}

fn exists(data: &Path) -> anyhow::Result<()> {
    StoreError::refuse_file(data)?;
    if !data.is_dir() {
        bail!("there is no folder {}: give the data folder", data.display());
    }
    Ok(())
}

fn list(args: &ListArgs) -> anyhow::Result<ExitCode> {
    exists(&args.data)?;
    let Some(ring) = signing::ring(&args.data)? else {
        bail!("there is no signing key in {}: streetward keys new", args.data.display());
    };
    let mut doubts = ring.vouched().1;
    if let Err(e) = signing::signer(&args.data) {
        doubts.push(e.to_string());
    }
    let text = match args.format {
        Format::Json => {
            serde_json::to_string_pretty(&json!({ "keys": ring.keys, "doubts": doubts }))? + "\n"
        }
        Format::Table => doubts.iter().fold(table(&ring), |text, doubt| text + doubt + "\n"),
    };
    print(&text)?;
    Ok(ExitCode::from(u8::from(!doubts.is_empty())))
}

fn table(ring: &KeyRing) -> String {
    let mut table = Table::new();
    table.load_preset(presets::UTF8_FULL_CONDENSED);
    table.set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(["key", "from", "until", "introduced by", "public half"]);
    for key in &ring.keys {
        let by = key.introduced.as_ref().filter(|v| v.key_id != key.key_id);
        let by = by.map_or("–", |v| v.key_id.as_str());
        let until = key.until_utc.as_deref().unwrap_or("in use");
        let public = key.public_key.hex();
        table.add_row([key.key_id.as_str(), &key.from_utc, until, by, &public]);
    }
    format!("{table}\n")
}
