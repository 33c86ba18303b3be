//! `streetward check`: validates configuration and shows how it was understood.

use crate::config::{
    Camera, ConfigError, SITE_FILE, SiteReading, load_camera, read_site, show_hours, warnings,
    zone_share,
};
use crate::rules::{Mechanism, RuleSpec};
use clap::Args;
use comfy_table::{ContentArrangement, Table, presets};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// What to check.
#[derive(Debug, Clone, Args)]
pub struct CheckArgs {
    /// Site file; all camera files it names are checked with it [default: streetward.toml, unless
    /// --camera is given]
    #[arg(long, value_name = "FILE")]
    pub site: Option<PathBuf>,

    /// Camera file; may be given several times
    #[arg(long = "camera", value_name = "FILE")]
    pub cameras: Vec<PathBuf>,
}

/// Checks configuration: 0 sound, 1 mistakes (all named), 2 nothing could be read.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &CheckArgs) -> anyhow::Result<ExitCode> {
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
    for file in &args.cameras {
        check_camera(file, load_camera(file), &mut tally, out)?;
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
    match site {
        Ok(site) => {
            writeln!(out, "{}: OK", file.display())?;
            writeln!(out, "  {}", site.name)?;
            writeln!(out, "  cameras {}", site.cameras_folder.display())?;
            writeln!(out, "  data    {}\n", site.data.display())?;
        }
        Err(error) => refuse(&error, tally, out)?,
    }
    for (file, camera) in cameras {
        check_camera(&file, camera, tally, out)?;
    }
    Ok(())
}

fn check_camera(
    file: &Path,
    camera: Result<Camera, ConfigError>,
    tally: &mut Tally,
    out: &mut impl Write,
) -> io::Result<()> {
    tally.files += 1;
    let camera = match camera {
        Ok(camera) => camera,
        Err(error) => return refuse(&error, tally, out),
    };
    writeln!(out, "{}: OK", file.display())?;
    describe(&camera, out)?;
    for warning in warnings(&camera) {
        tally.warnings += 1;
        writeln!(out, "  warning: {warning}")?;
    }
    writeln!(out)
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
    let judges = match info.mechanism {
        Mechanism::Dwell => format!("{} over {} s", info.name, rule.dwell_seconds),
        Mechanism::Presence => info.name.to_owned(),
    };
    let hours: Vec<String> = rule.hours.iter().map(|hours| show_hours(*hours)).collect();
    let classes: Vec<&str> = rule.classes.iter().map(|class| class.name()).collect();
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
