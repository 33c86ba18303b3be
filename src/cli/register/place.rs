//! Which register a command is about.

use crate::config::{self, SITE_FILE, Site};
use crate::review::Doer;
use crate::store::{Store, StoreError};
use anyhow::bail;
use clap::Args;
use std::path::{Path, PathBuf};

/// Where the register is.
#[derive(Debug, Args)]
pub(super) struct Where {
    /// Site file, for the data folder, bounds and contracts [default: ./streetward.toml, if it is there]
    #[arg(short, long, value_name = "FILE")]
    site: Option<PathBuf>,
    /// Data folder [default: the site's]
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: Option<PathBuf>,
}

impl Where {
    pub(super) fn site(&self) -> anyhow::Result<Option<Site>> {
        Ok(match &self.site {
            Some(file) => Some(config::load_site(file)?),
            None if Path::new(SITE_FILE).exists() => Some(config::load_site(Path::new(SITE_FILE))?),
            None => None,
        })
    }

    pub(super) fn data(&self, site: Option<&Site>) -> anyhow::Result<PathBuf> {
        let Some(data) = self.data.clone().or_else(|| site.map(|s| s.data.clone())) else {
            bail!("no data folder is given: name one with --data, or a site file with --site");
        };
        StoreError::refuse_file(&data)?;
        Ok(data)
    }

    pub(super) fn read(&self, site: Option<&Site>) -> anyhow::Result<Store> {
        Ok(Store::open_read(&self.data(site)?)?)
    }

    /// For changes: beside a service that runs, or making the folder where there is none yet.
    pub(super) fn write(&self, site: Option<&Site>) -> anyhow::Result<Store> {
        let data = self.data(site)?;
        match Store::open(&data) {
            Err(StoreError::Busy { .. }) => Ok(Store::open_beside(&data)?),
            opened => Ok(opened?),
        }
    }
}

pub(super) fn doer() -> Doer<'static> {
    Doer::Command { uid: rustix::process::getuid().as_raw() }
}
