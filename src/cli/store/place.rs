//! `streetward store use` and `streetward store move`: where a data folder's records lie.

use crate::store::{Carried, Store, StoreError};
use anyhow::Context;
use clap::Args;
use std::fmt::Write;
use std::path::{Path, PathBuf};

pub(super) const HELP: &str = "\
The password is read from --password-file, or from the environment's STREETWARD_DATABASE_PASSWORD,
never from the address. Over a network the server's certificate is checked; give its authority by
?sslrootcert=FILE, or say ?sslmode=disable where the network is trusted.

Exit codes: 0 done, 2 the database cannot be used, and everything is as it was.

Examples:
  streetward store use --data data --url postgresql://streetward@localhost/streetward --password-file db-password
  streetward store use --data data --url 'postgresql:///streetward?host=/run/postgresql&user=streetward'";

#[derive(Debug, Args)]
pub(super) struct UseArgs {
    /// Data folder; evidence and observations stay in it
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// The database, which must exist: `postgresql://user@host/name`
    #[arg(long, value_name = "URL")]
    url: String,
    /// File whose first line is the password
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
    /// Begin anew although the folder's own database holds records; they stay in streetward.db
    #[arg(long)]
    leave_records: bool,
}

pub(super) const MOVE_HELP: &str = "\
The database must exist and hold no records of streetward. No service may run meanwhile. All of it is
one transaction of the server; the rows of every table are counted on both sides, and the audit trail
is verified there. The file stays as it was, under its name: keep it until a backup of the server was
made, then remove it, for it holds what people log in with. The password is given as for `store use`.

Exit codes: 0 done, 2 nothing was moved, and everything is as it was.

Examples:
  streetward store move --data data --url postgresql://streetward@localhost/streetward --password-file db-password";

#[derive(Debug, Args)]
pub(super) struct MoveArgs {
    /// Data folder; evidence and observations stay in it
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
    /// The database, which must exist and be empty: `postgresql://user@host/name`
    #[arg(long, value_name = "URL")]
    url: String,
    /// File whose first line is the password
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

/// The file is found from wherever a command is given.
fn password_file(file: Option<&Path>) -> anyhow::Result<Option<PathBuf>> {
    let found = file.map(|file| {
        std::path::absolute(file).with_context(|| format!("cannot find {}", file.display()))
    });
    found.transpose()
}

/// Carries a data folder's records over into a PostgreSQL database; what was done, in words.
pub(super) fn moved(args: &MoveArgs) -> anyhow::Result<(String, bool)> {
    StoreError::refuse_file(&args.data)?;
    let password = password_file(args.password_file.as_deref())?;
    let carried = Store::move_records(&args.data, &args.url, password.as_deref())?;
    let mut text = String::new();
    for Carried { table, rows } in carried.iter().filter(|c| c.rows > 0) {
        writeln!(text, "{rows:>10}  {table}")?;
    }
    let rows: u64 = carried.iter().map(|c| c.rows).sum();
    writeln!(
        text,
        "{rows} rows were carried over; the records of {0} lie in {1} from now on. {0}/streetward.db stays \
         as it was, and is not read any more.",
        args.data.display(),
        args.url
    )?;
    Ok((text, true))
}

/// Lets a data folder's records lie in a PostgreSQL database; what was done, in words.
pub(super) fn used(args: &UseArgs) -> anyhow::Result<(String, bool)> {
    StoreError::refuse_file(&args.data)?;
    let password = password_file(args.password_file.as_deref())?;
    Store::use_database(&args.data, &args.url, password.as_deref(), args.leave_records)?;
    let text = format!(
        "The records of {} lie in {} from now on; evidence stays in the folder.\n",
        args.data.display(),
        args.url
    );
    Ok((text, true))
}
