//! `streetward models import`: a user's ONNX file becomes a model.

use super::super::output::print;
use super::told;
use crate::config::DetectorConfig;
use crate::vision::inspect::{self, InspectError, List, Wishes};
use crate::vision::{self, ClassMap, ClassTable, Import, Look, Places};
use anyhow::Context;
use clap::{Args, ValueEnum};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Take an ONNX file of a detector among the models
///
/// Looks into the file, runs it on a picture, works out how its numbers are to be read, copies it to
/// the models and enters it into the manifest.toml there. Nothing but the file is needed; what the
/// file does not tell is taken by convention, and said.
///
/// Known are NanoDet, YOLOX and YOLOv5, YOLOv8-style heads (v8, v9, v11), end-to-end heads (v10, v26),
/// RT-DETR, D-FINE, RF-DETR, and outputs of boxes, scores and classes as torchvision, TensorFlow and
/// the ONNX model zoo have them.
///
/// Exit codes: 0 imported, 1 the file is no detector that can be used here (it says why), 2 could not
/// start: a file or folder cannot be read or written, a name is taken, no runtime.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward models import yolox_tiny.onnx
  streetward models import best.onnx --name helmets --classes helmets.txt --licence MIT
  streetward models import rtdetr.onnx --dry-run --format json")]
pub struct ImportArgs {
    /// The ONNX file
    file: PathBuf,
    /// How its outputs are read, instead of finding out: nanodet, yolox, yolo, yolo-end2end, detr, boxes
    #[arg(long, value_name = "FAMILY")]
    family: Option<String>,
    /// What to call it; else as the file is called
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// A file with its class names, one a line in the model's order, or coco80 or coco91
    #[arg(long, value_name = "FILE")]
    classes: Option<PathBuf>,
    /// A picture or clip to try it on, instead of the one that comes with the program
    #[arg(long, value_name = "FILE")]
    picture: Option<PathBuf>,
    /// Its licence, as an SPDX expression
    #[arg(long, value_name = "SPDX")]
    licence: Option<String>,
    /// Where it comes from
    #[arg(long, value_name = "TEXT")]
    origin: Option<String>,
    /// The folder of models, instead of `STREETWARD_MODELS` or the one that scripts/setup made
    #[arg(long, value_name = "DIR")]
    models: Option<PathBuf>,
    /// Put it in the place of a model of the same name
    #[arg(long)]
    replace: bool,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// How to print what was found out
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// One JSON object
    Json,
}

pub(super) fn run(args: &ImportArgs) -> anyhow::Result<ExitCode> {
    match imported(args) {
        Err(e) if e.downcast_ref::<InspectError>().is_some_and(InspectError::is_refusal) => {
            super::super::output::complain(&format!("{e}"))?;
            Ok(ExitCode::from(1))
        }
        Err(e) => Err(e),
        Ok(()) => Ok(ExitCode::SUCCESS),
    }
}

fn imported(args: &ImportArgs) -> anyhow::Result<()> {
    let frame = inspect::frame(args.picture.as_deref())?;
    let usual = DetectorConfig::default();
    let look = Look { long_side: usual.input_long_side as usize, min_score: usual.min_score };
    let import = Import {
        file: args.file.clone(),
        places: Places { models: args.models.clone(), ..Places::default() },
        wishes: Wishes {
            family: args.family.clone(),
            name: args.name.clone(),
            classes: args.classes.as_deref().map(classes).transpose()?,
            licence: args.licence.clone(),
            origin: args.origin.clone(),
        },
        look,
        replace: args.replace,
        dry_run: args.dry_run,
    };
    let done = vision::import(&import, &frame)?;
    let said = match args.format {
        Format::Text => told::text(&done, &import, args.picture.as_deref()),
        Format::Json => told::json(&done, &import).context("what was found out")?,
    };
    print(&said)
}

/// `--classes`: a table by its name, or a file of names.
fn classes(path: &Path) -> Result<List, InspectError> {
    let title = path.to_string_lossy();
    if let Some(table) = ClassTable::named(&title, &ClassMap::default()) {
        let names = (0..table.len()).filter_map(|i| table.name(i)).map(str::to_owned).collect();
        return Ok(List { from: format!("the table {title}"), names });
    }
    let text = std::fs::read_to_string(path)
        .map_err(|source| InspectError::Unreadable { path: path.to_owned(), source })?;
    inspect::read_classes(&text, title.into_owned())
        .ok_or_else(|| InspectError::NoClasses { path: path.to_owned() })
}
