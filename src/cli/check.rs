//! `streetward check`: validates configuration and shows how it was understood.

mod footage;

use crate::config::{
    Camera, ConfigError, SITE_FILE, SiteReading, alert_warnings, load_camera, read_site,
    show_hours, warnings, zone_share,
};
use crate::report::{Letterhead, template_leaves_out};
use crate::rules::RuleSpec;
use crate::vision::{Class, Places, Providers, Shelf};
use anyhow::bail;
use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};
use footage::footage;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Validate configuration and show how it was understood
///
/// Every mistake is named with its line and what to write instead. For what is sound, zones and rules
/// are shown as `streetward batch` would take them, with all defaults. README.md explains every key.
///
/// Exit codes: 0 sound, 1 mistakes, 2 no file could be read.
#[derive(Debug, Clone, Args)]
#[command(after_help = "Examples:
  streetward check --camera my-camera.toml
  streetward check --camera cameras/le-loi.toml --camera cameras/cho.toml
  streetward check --site streetward.toml")]
pub struct CheckArgs {
    /// Site file; the camera files of its folder are checked with it [default: ./streetward.toml,
    /// unless --camera is given]
    #[arg(short, long, value_name = "FILE")]
    pub site: Option<PathBuf>,

    /// Camera file; may be given several times
    #[arg(short, long = "camera", value_name = "FILE")]
    pub cameras: Vec<PathBuf>,
}

/// Checks configuration: 0 sound, 1 mistakes (all named), 2 nothing could be read.
///
/// # Errors
/// When no file is named and none lies here, or standard output cannot be written.
pub fn run(args: &CheckArgs) -> anyhow::Result<ExitCode> {
    if args.site.is_none() && args.cameras.is_empty() && !Path::new(SITE_FILE).exists() {
        bail!("no file is given: name a camera file with --camera, or a site file with --site");
    }
    let mut out = io::BufWriter::new(io::stdout().lock());
    let code = write(args, &mut out)?;
    out.flush()?;
    Ok(ExitCode::from(code))
}

/// Checks configuration, writes what was found to `out`, and gives the exit code.
///
/// # Errors
/// When `out` cannot be written.
pub fn write(args: &CheckArgs, out: &mut impl Write) -> io::Result<u8> {
    check(args, out).map(|tally| tally.exit())
}

/// What came of the files.
#[derive(Debug, Default)]
struct Tally {
    files: usize,
    unread: usize,
    mistakes: usize,
    warnings: usize,
}

impl Tally {
    fn exit(&self) -> u8 {
        match self {
            Self { files, unread, .. } if files == unread => 2,
            Self { unread: 0, mistakes: 0, .. } => 0,
            _ => 1,
        }
    }
}

fn check(args: &CheckArgs, out: &mut impl Write) -> io::Result<Tally> {
    let mut tally = Tally::default();
    let site = match &args.site {
        Some(site) => Some(site.as_path()),
        None if args.cameras.is_empty() => Some(Path::new(SITE_FILE)),
        None => None,
    };
    if let Some(file) = site {
        check_site(file, &mut tally, out)?;
    }
    let shelf = if args.cameras.is_empty() {
        None
    } else {
        open_shelf(Places::default(), &mut tally, out)?
    };
    let mut ids: Vec<(String, &Path)> = Vec::new();
    for file in &args.cameras {
        let camera = load_camera(file);
        let id = camera.as_ref().ok().map(|camera| camera.id.clone());
        check_camera(file, camera, shelf.as_ref(), &mut tally, out)?;
        let Some(id) = id else { continue };
        if let Some((_, other)) = ids.iter().find(|(earlier, _)| *earlier == id) {
            tally.mistakes += 1;
            writeln!(
                out,
                "{} and {} both have the id \"{id}\"; give each camera its own\n",
                other.display(),
                file.display()
            )?;
        }
        ids.push((id, file));
    }
    let Tally { files, unread, mistakes, warnings } = tally;
    write!(out, "{}", count(files, "file"))?;
    if unread > 0 {
        write!(out, ", {unread} not usable")?;
    }
    writeln!(out, ", {}, {}", count(mistakes, "mistake"), count(warnings, "warning"))?;
    Ok(tally)
}

fn check_site(file: &Path, tally: &mut Tally, out: &mut impl Write) -> io::Result<()> {
    let SiteReading { site, cameras } = read_site(file);
    tally.files += 1;
    let mut shelf = None;
    match site {
        Ok(site) => {
            let runtime = &site.runtime;
            let places =
                Places { runtime: runtime.onnxruntime.clone(), models: runtime.models.clone() };
            shelf = open_shelf(places, tally, out)?;
            writeln!(out, "{}: OK", file.display())?;
            writeln!(out, "  {}", site.name)?;
            writeln!(out, "  cameras {}", site.cameras_folder.display())?;
            writeln!(out, "  data    {}", site.data.display())?;
            if site.inference != Providers::default() {
                writeln!(out, "  runs on {}", site.inference)?;
            }
            for sink in &site.alerts {
                writeln!(out, "  alerts  \"{}\" by {}", sink.name, sink.target.kind())?;
            }
            let sound: Vec<Camera> =
                cameras.iter().filter_map(|(_, c)| c.as_ref().ok().cloned()).collect();
            // With a camera unread, what can come is not known.
            if sound.len() == cameras.len() {
                for warning in alert_warnings(&site.alerts, &site.agencies, &sound) {
                    tally.warnings += 1;
                    writeln!(out, "  warning: {warning}")?;
                }
            }
            for warning in site.warnings(cameras.iter().filter_map(|(_, c)| c.as_ref().ok())) {
                tally.warnings += 1;
                writeln!(out, "  warning: {warning}")?;
            }
            let head = Letterhead::of(&site.report);
            let lacks = template_leaves_out(&head, site.report.template.as_deref());
            // All else works without it.
            if let Some(warning) = lacks.unwrap_or_else(|e| Some(e.to_string())) {
                tally.warnings += 1;
                writeln!(out, "  warning: {warning}")?;
            }
            writeln!(out)?;
        }
        Err(error) => refuse(&error, tally, out)?,
    }
    for (file, camera) in cameras {
        check_camera(&file, camera, shelf.as_ref(), tally, out)?;
    }
    Ok(())
}

/// The models at hand; without them (a mistake, told) no camera's model can be looked up.
fn open_shelf(
    places: Places,
    tally: &mut Tally,
    out: &mut impl Write,
) -> io::Result<Option<Shelf>> {
    match Shelf::open(places) {
        Ok(shelf) => Ok(Some(shelf)),
        Err(error) => {
            tally.mistakes += 1;
            writeln!(out, "{error}\n")?;
            Ok(None)
        }
    }
}

fn check_camera(
    file: &Path,
    camera: Result<Camera, ConfigError>,
    shelf: Option<&Shelf>,
    tally: &mut Tally,
    out: &mut impl Write,
) -> io::Result<()> {
    tally.files += 1;
    let camera = match camera {
        Ok(camera) => camera,
        Err(error) => return refuse(&error, tally, out),
    };
    let model = camera.detector.model.as_deref();
    if let Some(Err(error)) = shelf.map(|shelf| shelf.entry(model)) {
        tally.mistakes += 1;
        return writeln!(out, "{}: {error}\n", file.display());
    }
    let footage = footage(&camera);
    if !footage.mistakes.is_empty() {
        tally.mistakes += footage.mistakes.len();
        for mistake in footage.mistakes {
            writeln!(out, "{}: {mistake}", file.display())?;
        }
        return writeln!(out);
    }
    writeln!(out, "{}: OK", file.display())?;
    describe(&camera, out)?;
    let unserved = shelf.map(|shelf| unserved(&camera, shelf)).unwrap_or_default();
    for warning in warnings(&camera).into_iter().chain(footage.warnings).chain(unserved) {
        tally.warnings += 1;
        writeln!(out, "  warning: {warning}")?;
    }
    writeln!(out)
}

/// Rules that the camera's model cannot serve, a sentence each.
pub(super) fn unserved(camera: &Camera, shelf: &Shelf) -> Vec<String> {
    let Ok(entry) = shelf.entry(camera.detector.model.as_deref()) else { return Vec::new() };
    // What is wrong with a model's classes is told when it is loaded.
    let Ok(table) = entry.class_table(shelf.class_map()) else { return Vec::new() };
    let given = table.gives();
    camera.rules.iter().filter_map(|rule| rule.unserved(&entry.name, &given)).collect()
}

fn refuse(error: &ConfigError, tally: &mut Tally, out: &mut impl Write) -> io::Result<()> {
    if error.was_read() {
        tally.mistakes += error.count();
    } else {
        tally.unread += 1;
    }
    writeln!(out, "{error}\n")
}

fn describe(camera: &Camera, out: &mut impl Write) -> io::Result<()> {
    let (width, height) = camera.scene.frame_size;
    let ward = camera.ward.as_ref().map(|ward| format!(", {ward}")).unwrap_or_default();
    writeln!(out, "  {}: {}{ward}, {width}×{height}", camera.id, camera.name)?;
    if let Some(url) = camera.source.as_ref().and_then(|source| source.url.as_ref()) {
        writeln!(out, "  stream {url}")?;
    }
    if !camera.scene.zones.is_empty() {
        let mut zones = plain_table(&["zone", "corners", "of the picture"]);
        for zone in &camera.scene.zones {
            let share = format!("{:.2} %", 100.0 * zone_share(camera, zone.area()));
            zones.add_row([zone.name.clone(), zone.corners().len().to_string(), share]);
        }
        write_indented(&zones, out)?;
    }
    if !camera.rules.is_empty() {
        let heads = ["rule", "zone", "judges", "enter", "leave", "hours", "classes", "severity"];
        let mut rules = plain_table(&heads);
        for rule in &camera.rules {
            rules.add_row(rule_row(rule));
        }
        write_indented(&rules, out)?;
    }
    Ok(())
}

fn rule_row(rule: &RuleSpec) -> [String; 8] {
    let info = rule.kind.info();
    let judges = if info.mechanism.has_dwell() {
        format!("{} over {} s", info.name, rule.dwell_seconds)
    } else {
        info.name.to_owned()
    };
    let hours: Vec<String> = rule.hours.iter().map(|hours| show_hours(*hours)).collect();
    let classes: Vec<&str> = rule.classes.iter().map(|class| named(*class, rule)).collect();
    [
        rule.name.clone(),
        rule.zone.clone(),
        judges,
        format!("{} s", rule.enter_seconds),
        format!("{} s", rule.leave_seconds),
        if hours.is_empty() { "always".to_owned() } else { hours.join(", ") },
        classes.join(", "),
        format!("{:?}", rule.severity).to_lowercase(),
    ]
}

fn named(class: Class, rule: &RuleSpec) -> &'static str {
    if class == Class::Person && !rule.riders { "person on foot" } else { class.name() }
}

fn plain_table(heads: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(heads.to_vec());
    table
}

fn write_indented(table: &Table, out: &mut impl Write) -> io::Result<()> {
    for line in table.to_string().lines() {
        writeln!(out, "  {}", line.trim_end())?;
    }
    Ok(())
}

fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}
