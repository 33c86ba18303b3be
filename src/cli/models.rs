//! `streetward models`: what detectors there are, and whether their files are whole.

use super::output::print;
use crate::vision::{Model, Places, Shelf, VisionError, read_checked, verify_runtime};
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{Table, presets::UTF8_HORIZONTAL_ONLY};
use std::process::ExitCode;

/// List or verify the models and the runtime
///
/// The runtime and the models are looked for where `streetward batch` looks: `STREETWARD_RUNTIME` and
/// `STREETWARD_MODELS`, then the folder that scripts/setup made.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward models list
  streetward models verify")]
pub struct ModelsArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Every model known, where it lies, its licence and origin
    #[command(after_help = "Examples:
  streetward models list
  streetward models list --format json")]
    List {
        /// How to print them
        #[arg(long, value_enum, default_value_t = Format::Table)]
        format: Format,
    },
    /// Check the runtime and every model: load each, and compare its SHA-256
    ///
    /// Looks where `streetward batch` looks: `STREETWARD_RUNTIME`, `STREETWARD_MODELS`, then the
    /// folder that scripts/setup made. The runtime's SHA-256 is compared where it is the file that
    /// scripts/setup fetched; another one is only loaded.
    ///
    /// Exit codes: 0 all can be used, 1 something cannot (each is named).
    #[command(after_help = "Examples:
  streetward models verify
  STREETWARD_RUNTIME=/opt/onnxruntime/lib/libonnxruntime.so streetward models verify")]
    Verify,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// One JSON array
    Json,
}

pub(super) fn run(args: &ModelsArgs) -> anyhow::Result<ExitCode> {
    let shelf = Shelf::open(Places::default())?;
    match args.what {
        What::List { format: Format::Json } => {
            print(&format!("{}\n", serde_json::to_string_pretty(shelf.entries())?))?;
            Ok(ExitCode::SUCCESS)
        }
        What::List { format: Format::Table } => list(&shelf),
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
        table.add_row([&e.name, &e.family, &e.classes_told(), &e.licence, &file, &e.origin]);
    }
    print(&format!("{table}\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn verify(shelf: &Shelf) -> anyhow::Result<ExitCode> {
    let mut failed = false;
    let mut line = |name: &str, result: Result<String, VisionError>| {
        let (word, text) = match result {
            Ok(text) => ("ok", text),
            Err(e) => {
                failed = true;
                ("FAILED", e.to_string())
            }
        };
        print(&format!("{word:<7} {name}: {text}\n"))
    };
    let runtime = verify_runtime(shelf);
    let usable = runtime.is_ok();
    line("onnxruntime", runtime.map(|p| p.display().to_string()))?;
    for entry in shelf.entries() {
        let verified = shelf.model_file(entry).and_then(|path| {
            read_checked(&path, entry)?;
            if usable {
                Model::load(shelf, Some(&entry.name))?;
                Ok(path.display().to_string())
            } else {
                Ok(format!("{} (its SHA-256 only; not loaded without a runtime)", path.display()))
            }
        });
        line(&entry.name, verified)?;
    }
    Ok(ExitCode::from(u8::from(failed)))
}
