//! `--provider` and `--require-provider`, which several commands know.

use crate::vision::{Provider, Providers};
use clap::Args;

/// What inference runs on.
#[derive(Debug, Args)]
pub(super) struct ProviderArgs {
    /// What inference may run on, best first: cpu, openvino, cuda, tensorrt, coreml
    /// [default: the site's, or cpu]
    #[arg(
        long = "provider",
        value_name = "NAME,…",
        value_delimiter = ',',
        value_parser = named
    )]
    order: Vec<Provider>,
    /// Do not start unless this one can be used
    #[arg(long = "require-provider", value_name = "NAME", value_parser = named)]
    require: Option<Provider>,
}

impl ProviderArgs {
    /// What the command line says, or else the site.
    pub(super) fn or(&self, site: Providers) -> anyhow::Result<Providers> {
        if self.order.is_empty() && self.require.is_none() {
            return Ok(site);
        }
        let order = (!self.order.is_empty()).then(|| self.order.clone());
        Ok(Providers::new(order, self.require)?)
    }
}

fn named(name: &str) -> Result<Provider, String> {
    let known = Provider::ALL.map(Provider::name).join(", ");
    Provider::named(name).ok_or_else(|| format!("the providers are {known}"))
}
