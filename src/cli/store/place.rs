//! `streetward store use`: where a data folder's records lie.

use crate::store::{Store, StoreError};
use anyhow::Context;
use clap::Args;
use std::path::PathBuf;

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

/// Lets a data folder's records lie in a PostgreSQL database; what was done, in words.
pub(super) fn used(args: &UseArgs) -> anyhow::Result<(String, bool)> {
    StoreError::refuse_file(&args.data)?;
    // The file is found from wherever a command is given.
    let password = args.password_file.as_deref().map(|file| {
        std::path::absolute(file).with_context(|| format!("cannot find {}", file.display()))
    });
    let password = password.transpose()?;
    Store::use_database(&args.data, &args.url, password.as_deref(), args.leave_records)?;
    let text = format!(
        "The records of {} lie in {} from now on; evidence stays in the folder.\n",
        args.data.display(),
        args.url
    );
    Ok((text, true))
}
