//! What form a bench's figures take, and where they go.

use crate::cli::{events, output};
use crate::store::{StoreError, write_atomically};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;

/// What form the figures take, and where they go.
#[derive(Debug, Args)]
pub(super) struct FormArgs {
    /// Form of the figures [default: by the ending of --output, or table]
    #[arg(long, value_enum)]
    format: Option<Form>,
    /// File to write them to [default: the terminal]
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// A form of figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Form {
    /// For people
    Table,
    /// One JSON object, for programs
    Json,
    /// One page with plots that opens from disk
    Html,
}

impl FormArgs {
    pub(super) fn form(&self) -> Form {
        let ending = self.output.as_ref().and_then(|p| p.extension()?.to_str());
        self.format.unwrap_or(match ending {
            Some("json") => Form::Json,
            Some("html" | "htm") => Form::Html,
            _ => Form::Table,
        })
    }

    /// Whether people read the figures at once, so that nothing need be said beside them.
    pub(super) fn is_table_on_terminal(&self) -> bool {
        self.output.is_none() && self.form() == Form::Table
    }

    /// Refuses a place where nothing can be written, before anything is measured.
    pub(super) fn check(&self) -> anyhow::Result<()> {
        self.output.as_deref().map_or(Ok(()), events::refuse_place)
    }

    pub(super) fn give(&self, text: &str) -> anyhow::Result<()> {
        let Some(path) = &self.output else { return output::print(text) };
        write_atomically(path, |out| {
            out.write_all(text.as_bytes()).map_err(|e| StoreError::from_io(path, e))
        })?;
        Ok(())
    }
}

/// A bar over the parts of a bench, drawn only on a terminal.
pub(super) fn bar() -> ProgressBar {
    let bar = output::bars().add(ProgressBar::no_length());
    if let Ok(style) = ProgressStyle::with_template("{bar:24.cyan/blue} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    bar
}
