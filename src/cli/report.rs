//! `streetward report`: the figures of a period as files.

mod template;

use super::choice::one_of;
use super::clock::now;
use super::output::complain;
use crate::config::{self, SITE_FILE, Site, nearest};
use crate::report::{
    Document, DocumentFormat, FiguresAsked, Language, Letterhead, Period, PeriodKind,
    document_bytes, document_file_name, figures_document, template_leaves_out,
};
use crate::review::Doer;
use crate::rules::{Domain, Kind};
use crate::store::{Store, StoreError, write_atomically};
use anyhow::bail;
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use serde_json::json;
use sha2::{Digest, Sha256};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Write a report of a period's figures: flagged, confirmed, handled, how long cameras saw
///
/// Counts what was flagged in a period and what people found of it, by domain, kind, ward, camera,
/// agency, hour and day, against the period before; and how long each camera saw. Every table says
/// how its figures are defined. A report holds counts alone: no person, no plate, no picture. Each
/// file written is entered into the audit trail.
///
/// Exit codes: 0 done, 1 a format could not be written (it is named), 2 could not start.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  streetward report --site streetward.toml --period month
  streetward report --data data --period year --on 2026-01-01 --format docx,xlsx --out reports
  streetward report --data data --from 2026-10-01 --to 2026-10-15 --ward 'Phường 1' --language en")]
#[command(args_conflicts_with_subcommands = true)]
pub struct ReportArgs {
    #[command(subcommand)]
    command: Option<ReportCommand>,
    /// Site file, for agencies, cameras, the letterhead and the data folder [default:
    /// ./streetward.toml, if it is there]
    #[arg(short, long, value_name = "FILE")]
    site: Option<PathBuf>,
    /// Data folder [default: the site's]
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: Option<PathBuf>,
    /// How long a period [default: month, unless --from and --to say otherwise]
    #[arg(long, value_enum, conflicts_with_all = ["from", "to"])]
    period: Option<PeriodArg>,
    /// A day within the period [default: of the last period that is over]
    #[arg(long, value_name = "DAY", conflicts_with_all = ["from", "to"])]
    on: Option<Date>,
    /// The first day of any other period
    #[arg(long, value_name = "DAY", requires = "to")]
    from: Option<Date>,
    /// Its last day
    #[arg(long, value_name = "DAY", requires = "from")]
    to: Option<Date>,
    /// Only this ward; may be given several times
    #[arg(long, value_name = "NAME")]
    ward: Vec<String>,
    /// Only this domain; may be given several times
    #[arg(long, value_parser = one_of::<Domain, _>(Domain::ALL.map(Domain::name)))]
    domain: Vec<Domain>,
    /// Only this kind; may be given several times
    #[arg(long, value_parser = one_of::<Kind, _>(Kind::ALL.map(Kind::name)))]
    kind: Vec<Kind>,
    /// Only this camera (its id); may be given several times
    #[arg(short, long, value_name = "ID")]
    camera: Vec<String>,
    /// Only what this agency looks after (its id in the site file)
    #[arg(long, value_name = "ID")]
    agency: Option<String>,
    /// What to write
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = [FormatArg::Html])]
    format: Vec<FormatArg>,
    /// The report's language
    #[arg(long, value_enum, default_value_t = LanguageArg::Vi)]
    language: LanguageArg,
    /// The folder to write into, made where it is missing
    #[arg(short, long, value_name = "DIR", default_value = ".")]
    out: PathBuf,
}

// Its words stand at its arguments.
#[derive(Debug, Subcommand)]
enum ReportCommand {
    Template(template::TemplateArgs),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum PeriodArg {
    Day,
    Week,
    Month,
    HalfYear,
    Year,
}

impl PeriodArg {
    const fn kind(self) -> PeriodKind {
        match self {
            Self::Day => PeriodKind::Day,
            Self::Week => PeriodKind::Week,
            Self::Month => PeriodKind::Month,
            Self::HalfYear => PeriodKind::HalfYear,
            Self::Year => PeriodKind::Year,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LanguageArg {
    /// Vietnamese
    Vi,
    /// English
    En,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// One page with charts, for a browser and for printing
    Html,
    /// A ZIP archive of a CSV file a table
    Csv,
    /// A workbook
    Xlsx,
    /// An official letter, laid out by Nghị định 30/2020
    Docx,
    /// For programs: both languages, tables by key
    Json,
}

/// Runs the command.
pub fn run(args: &ReportArgs) -> anyhow::Result<ExitCode> {
    if let Some(ReportCommand::Template(args)) = &args.command {
        return template::run(args);
    }
    let site = match &args.site {
        Some(file) => Some(config::load_site(file)?),
        None if Path::new(SITE_FILE).exists() => Some(config::load_site(Path::new(SITE_FILE))?),
        None => None,
    };
    let Some(data) = args.data.clone().or_else(|| site.as_ref().map(|s| s.data.clone())) else {
        bail!("no data folder is given: name one with --data, or a site file with --site");
    };
    StoreError::refuse_file(&data)?;
    let now = now();
    let period = if let (Some(from), Some(to)) = (args.from, args.to) {
        Period::range(from, to)?
    } else {
        let kind = args.period.map_or(PeriodKind::Month, PeriodArg::kind);
        match args.on {
            Some(on) => Period::of(kind, on)?,
            None => Period::last_over(kind, now)?,
        }
    };
    let store = super::records::known(&data)?;
    let mut asked = FiguresAsked::of(period, site.as_ref(), now);
    known(args, site.as_ref(), &store)?;
    asked.filter.wards.clone_from(&args.ward);
    asked.filter.domains.clone_from(&args.domain);
    asked.filter.kinds.clone_from(&args.kind);
    asked.filter.cameras.clone_from(&args.camera);
    asked.filter.agency.clone_from(&args.agency);
    let planned = site.as_ref().and_then(|s| s.report.planned_cameras);
    let asked = asked.told_by(&data, planned);
    let document = figures_document(&store, &asked)?;
    write_all(args, site.as_ref(), &store, &document)
}

/// Names that nothing bears are told, and not counted as nothing.
fn known(args: &ReportArgs, site: Option<&Site>, store: &Store) -> anyhow::Result<()> {
    if let Some(id) = &args.agency {
        let ids: Vec<&str> = site.iter().flat_map(|s| &s.agencies).map(|a| a.id.as_str()).collect();
        refuse_unknown("agency", id, &ids)?;
    }
    let places = store.camera_places()?;
    let cameras = site.map(|s| s.cameras.as_slice()).unwrap_or_default();
    let mut wards: Vec<&str> = places.values().map(|(_, ward)| ward.as_str()).collect();
    wards.extend(cameras.iter().filter_map(|c| c.ward.as_deref()));
    for ward in &args.ward {
        refuse_unknown("ward", ward, &wards)?;
    }
    let mut ids: Vec<&str> = places.keys().map(String::as_str).collect();
    ids.extend(cameras.iter().map(|c| c.id.as_str()));
    for camera in &args.camera {
        refuse_unknown("camera", camera, &ids)?;
    }
    Ok(())
}

fn refuse_unknown(what: &str, name: &str, known: &[&str]) -> anyhow::Result<()> {
    if known.contains(&name) {
        return Ok(());
    }
    match nearest(name, known.iter().copied()) {
        Some(near) => bail!("there is no {what} \"{name}\"; did you mean \"{near}\"?"),
        None => bail!("there is no {what} \"{name}\" in the site or among what was stored"),
    }
}

/// Writes every format; those that cannot be written are named.
fn write_all(
    args: &ReportArgs,
    site: Option<&Site>,
    store: &Store,
    document: &Document,
) -> anyhow::Result<ExitCode> {
    let language = match args.language {
        LanguageArg::Vi => Language::Vi,
        LanguageArg::En => Language::En,
    };
    std::fs::create_dir_all(&args.out).map_err(|e| StoreError::from_io(&args.out, e))?;
    let config = site.map(|s| s.report.clone()).unwrap_or_default();
    let head = Letterhead::of(&config);
    let mut failed = false;
    for format in &args.format {
        let form = match format {
            FormatArg::Html => Some(DocumentFormat::Html),
            FormatArg::Csv => Some(DocumentFormat::Csv),
            FormatArg::Xlsx => Some(DocumentFormat::Xlsx),
            FormatArg::Docx => Some(DocumentFormat::Docx),
            FormatArg::Json => None,
        };
        let name = form.map_or_else(
            || format!("{}.json", document.name),
            |form| document_file_name(document, form, language),
        );
        let out = args.out.join(&name);
        let bytes = match form {
            Some(form) => {
                let template = config.template.as_deref();
                document_bytes(document, form, language, &head, template)
                    .map_err(anyhow::Error::from)
            }
            None => serde_json::to_string_pretty(document)
                .map(|text| (text + "\n").into_bytes())
                .map_err(anyhow::Error::from),
        };
        match bytes.and_then(|bytes| args.write(store, &name, &out, &bytes)) {
            Ok(()) => {
                // The file is there; whether anybody reads this does not matter.
                let _ = writeln!(std::io::stderr(), "written: {}", out.display());
                if form == Some(DocumentFormat::Docx)
                    && let Some(left_out) = template_leaves_out(&head, config.template.as_deref())?
                {
                    complain(&format!("warning: {left_out}"))?;
                }
            }
            Err(e) => {
                failed = true;
                complain(&format!("{} was not written: {e}", out.display()))?;
            }
        }
    }
    Ok(ExitCode::from(u8::from(failed)))
}

impl ReportArgs {
    /// Writes a file; what leaves is entered into the audit trail before the file has its name.
    fn write(&self, store: &Store, name: &str, out: &Path, bytes: &[u8]) -> anyhow::Result<()> {
        write_atomically(out, |w| {
            w.write_all(bytes).map_err(|e| StoreError::from_io(out, e))?;
            let details = json!({
                "filter": self.named(),
                "bytes": bytes.len(),
                "sha256": hex::encode(Sha256::digest(bytes)),
            });
            let doer = Doer::Command { uid: rustix::process::getuid().as_raw() };
            store.audit(&doer.entry(now(), "report", name, details))?;
            Ok(())
        })
    }

    /// What was asked for, as the audit trail has it; which days, the file's name says.
    fn named(&self) -> serde_json::Value {
        let list = |l: Vec<&str>| (!l.is_empty()).then(|| l.join(", "));
        let texts =
            |l: &'static str, of: &[String]| (l, list(of.iter().map(String::as_str).collect()));
        let named = [
            texts("ward", &self.ward),
            ("domain", list(self.domain.iter().map(|d| d.name()).collect())),
            ("kind", list(self.kind.iter().map(|k| k.name()).collect())),
            texts("camera", &self.camera),
            ("agency", self.agency.clone()),
        ];
        named.into_iter().filter_map(|(key, text)| Some((key, text?))).collect()
    }
}
