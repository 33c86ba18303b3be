//! `streetward models`: what detectors there are, and whether their files are whole.

use super::output::print;
use crate::vision::{Model, Places, Shelf, read_checked};
use clap::{Args, Subcommand};
use comfy_table::{Table, presets::UTF8_HORIZONTAL_ONLY};
use std::process::ExitCode;

/// List or verify the models and the runtime.
#[derive(Debug, Args)]
pub struct ModelsArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every model known, where it lies, its licence and origin
    List {
        /// One JSON array instead of a table
        #[arg(long)]
        json: bool,
    },
    /// Check every model's SHA-256 and load each into the runtime
    ///
    /// Looks where `streetward batch` looks: STREETWARD_RUNTIME and STREETWARD_MODELS, then the
    /// folder that scripts/setup made.
    Verify,
}

pub(super) fn run(args: &ModelsArgs) -> anyhow::Result<ExitCode> {
    let shelf = Shelf::open(Places::default())?;
    match args.what {
        What::List { json: true } => {
            print(&format!("{}\n", serde_json::to_string_pretty(shelf.entries())?))?;
            Ok(ExitCode::SUCCESS)
        }
        What::List { json: false } => list(&shelf),
        What::Verify => verify(&shelf),
    }
}

fn list(shelf: &Shelf) -> anyhow::Result<ExitCode> {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    table.set_header(["model", "family", "classes", "licence", "file", "origin"]);
    for e in shelf.entries() {
        let file =
            shelf.model_file(e).map_or_else(|_| "not fetched".into(), |p| p.display().to_string());
        table.add_row([&e.name, &e.family, &e.classes, &e.licence, &file, &e.origin]);
    }
    print(&format!("{table}\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn verify(shelf: &Shelf) -> anyhow::Result<ExitCode> {
    let mut failed = false;
    let mut line = |name: &str, result: Result<String, crate::vision::VisionError>| {
        let (word, text) = match result {
            Ok(text) => ("ok", text),
            Err(e) => {
                failed = true;
                ("FAILED", e.to_string())
            }
        };
        print(&format!("{word:<7} {name}: {text}\n"))
    };
    line("onnxruntime", shelf.runtime_file().map(|p| p.display().to_string()))?;
    for entry in shelf.entries() {
        let loaded = shelf.model_file(entry).and_then(|path| {
            read_checked(&path, entry)?;
            Model::load(shelf, Some(&entry.name))?;
            Ok(path.display().to_string())
        });
        line(&entry.name, loaded)?;
    }
    Ok(ExitCode::from(u8::from(failed)))
}
