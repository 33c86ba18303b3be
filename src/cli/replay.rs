//! `streetward replay`: judges what was recorded again by the rules as they are now.
//!
//! After a zone is redrawn or a time changed, this shows what the new rules would find in footage
//! that was analysed before, without decoding any of it. It changes nothing.

use crate::config::load_camera;
use crate::media::MediaTime;
use crate::rules::{Closing, Incident, IncidentUpdate, Judge, Kind, RuleSpec};
use crate::scene::{Observation, Scene};
use crate::store::{
    EventFilter, ObservationReader, RecordEnd, Store, StoreError, records_of,
};
use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use comfy_table::{Table, presets::UTF8_HORIZONTAL_ONLY};
use serde::Serialize;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Judge stored observations again by the rules as they are now.
#[derive(Debug, Args)]
pub struct ReplayArgs {
    /// The camera's file.
    #[arg(long, value_name = "FILE")]
    pub camera: PathBuf,
    /// The data folder.
    #[arg(long, value_name = "DIR")]
    pub data: PathBuf,
    /// How to list what is found.
    #[arg(long, value_enum, default_value_t = ReplayFormat::Table)]
    pub format: ReplayFormat,
}

/// How `replay` lists what it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum ReplayFormat {
    /// For people.
    Table,
    /// One JSON document.
    Json,
    /// An incident a line.
    Jsonl,
}

/// What the new rules make of an incident.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// Stored, and found again.
    Kept,
    /// Found now, not stored.
    Gained,
    /// Stored, not found any more.
    Lost,
}

/// A stored event as far as replay compares it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredIncident {
    /// The event's id.
    pub id: String,
    /// Its source's fingerprint.
    pub source_fingerprint: String,
    /// Its incident's key: `<rule>/<track>/<start>`.
    pub incident_key: String,
    /// The kind.
    pub kind: Kind,
    /// The zone.
    pub zone: String,
    /// When it began, became a violation, was last seen.
    pub times: [MediaTime; 3],
}

/// One line of what replay says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReplayedIncident {
    /// Kept, gained or lost.
    pub change: Change,
    /// The stored event's id, where there is one.
    pub event: Option<String>,
    /// The kind.
    pub kind: Kind,
    /// The zone.
    pub zone: String,
    /// The source's fingerprint.
    pub source_fingerprint: String,
    /// The incident's key as it is now; as it was stored, where it is lost.
    pub incident_key: String,
    /// When it began, seconds of media time.
    pub start_media_seconds: f64,
    /// When it became a violation, seconds of media time.
    pub moment_media_seconds: f64,
    /// When it was last seen, seconds of media time.
    pub end_media_seconds: f64,
}

/// One source's record, judged again.
#[derive(Debug, Clone, PartialEq)]
pub struct Replayed {
    /// The source's fingerprint.
    pub source_fingerprint: String,
    /// Observations judged.
    pub observations: u64,
    /// What was found, in order of closing.
    pub incidents: Vec<Incident>,
    /// Why the rest of the record could not be read, if so.
    pub failure: Option<String>,
}

/// Runs the command: exit 0, or 1 where a record could be read in part only.
///
/// # Errors
/// The camera's file, the data folder or the store cannot be read, or the camera has no record.
pub fn run(args: &ReplayArgs) -> anyhow::Result<ExitCode> {
    let camera = load_camera(&args.camera)?;
    let sources = sources(&args.data, &camera.id)?;
    if sources.is_empty() {
        bail!(
            "no observations of camera `{}` are stored in {}; run `streetward batch` on its footage first",
            camera.id,
            args.data.display()
        );
    }
    let mut lines = Vec::new();
    let mut failures = Vec::new();
    let mut observations = 0;
    for (fingerprint, files) in &sources {
        let replayed = rejudge(&camera.scene, &camera.rules, fingerprint, files)?;
        let stored = stored(&args.data, &camera.id, fingerprint)?;
        observations += replayed.observations;
        lines.extend(compare(&replayed, &stored));
        failures.extend(replayed.failure);
    }
    let mut out = std::io::stdout().lock();
    show(&mut out, args.format, &camera.id, (sources.len(), observations), &lines)
        .context("cannot write the result")?;
    for failure in &failures {
        tracing::error!("{failure}");
    }
    Ok(if failures.is_empty() { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The camera's records by source, each source's files in order of day.
fn sources(data: &Path, camera: &str) -> anyhow::Result<Vec<(String, Vec<PathBuf>)>> {
    let mut sources: Vec<(String, Vec<PathBuf>)> = Vec::new();
    for path in records_of(data, camera)? {
        let fingerprint = ObservationReader::open(&path)?.header().source_fingerprint.clone();
        match sources.iter_mut().find(|(known, _)| *known == fingerprint) {
            Some((_, files)) => files.push(path),
            None => sources.push((fingerprint, vec![path])),
        }
    }
    Ok(sources)
}

/// Judges one source's record, one observation in memory at a time. A record that cannot be read to
/// its end is judged as far as it goes, as an interrupted run is.
///
/// # Errors
/// The rules cannot be judged on this scene.
pub fn rejudge(
    scene: &Scene,
    rules: &[RuleSpec],
    fingerprint: &str,
    files: &[PathBuf],
) -> anyhow::Result<Replayed> {
    let mut judge = Judge::new(scene.clone(), rules.to_vec())?;
    let mut replayed = Replayed {
        source_fingerprint: fingerprint.into(),
        observations: 0,
        incidents: Vec::new(),
        failure: None,
    };
    let mut closing = Closing::Interrupted;
    for path in files {
        match judge_file(&mut judge, scene, path, &mut replayed) {
            Ok(end) => closing = end,
            Err(e) => {
                replayed.failure = Some(format!("{e:#}"));
                closing = Closing::Interrupted;
                break;
            }
        }
    }
    replayed.incidents.extend(finished(judge.finish(closing)));
    Ok(replayed)
}

fn judge_file(
    judge: &mut Judge,
    scene: &Scene,
    path: &Path,
    replayed: &mut Replayed,
) -> anyhow::Result<Closing> {
    let mut reader = ObservationReader::open(path)?;
    let recorded = reader.header().frame_size;
    for observation in reader.by_ref() {
        let observation = on_scene(observation?, recorded, scene.frame_size);
        replayed.observations += 1;
        replayed.incidents.extend(finished(judge.observe(&observation)));
    }
    match reader.footer() {
        Some(footer) => Ok(match footer.end {
            RecordEnd::Complete | RecordEnd::Truncated => Closing::SourceEnded,
            RecordEnd::Interrupted => Closing::Interrupted,
        }),
        None => bail!(
            "observation record {} breaks off; what is left of it was judged; run `streetward batch` on its footage again",
            path.display()
        ),
    }
}

/// The observation in pixels of the scene as it is drawn now.
fn on_scene(mut o: Observation, recorded: (u32, u32), drawn: (u32, u32)) -> Observation {
    if recorded != drawn {
        let (sx, sy) =
            (drawn.0 as f32 / recorded.0.max(1) as f32, drawn.1 as f32 / recorded.1.max(1) as f32);
        for sight in &mut o.tracks {
            sight.bbox = sight.bbox.scaled(sx, sy);
        }
    }
    o
}

fn finished(updates: Vec<IncidentUpdate>) -> impl Iterator<Item = Incident> {
    updates.into_iter().filter_map(|u| match u {
        IncidentUpdate::Closed(incident, _) => Some(*incident),
        _ => None,
    })
}

fn stored(data: &Path, camera: &str, fingerprint: &str) -> anyhow::Result<Vec<StoredIncident>> {
    let store = match Store::open_read(data) {
        Ok(store) => store,
        Err(StoreError::Missing(_)) => return Ok(Vec::new()),
        Err(e) => return Err(e.into()),
    };
    let filter = EventFilter {
        camera: Some(camera.into()),
        source_fingerprint: Some(fingerprint.into()),
        ..EventFilter::default()
    };
    let events = store.events(&filter)?;
    Ok(events
        .into_iter()
        .map(|e| StoredIncident {
            id: e.id,
            source_fingerprint: e.source_fingerprint,
            incident_key: e.incident_key,
            kind: e.kind,
            zone: e.zone,
            times: [e.start_media_seconds, e.moment_media_seconds, e.end_media_seconds]
                .map(MediaTime::from_seconds),
        })
        .collect())
}

/// What the incidents found now are to those stored of the same source. The same key is the same
/// incident; and so is one of the same rule, begun by the same track, at a time they share, since a
/// redrawn zone moves the instant of entering.
pub fn compare(now: &Replayed, stored: &[StoredIncident]) -> Vec<ReplayedIncident> {
    let mut left: Vec<&StoredIncident> =
        stored.iter().filter(|s| s.source_fingerprint == now.source_fingerprint).collect();
    let mut counterparts: Vec<Option<&StoredIncident>> = vec![None; now.incidents.len()];
    let tests: [fn(&Incident, &StoredIncident) -> bool; 2] = [
        |i, s| i.key.0 == s.incident_key,
        |i, s| {
            begun_by(&i.key.0) == begun_by(&s.incident_key)
                && i.start <= s.times[2]
                && s.times[0] <= i.last
        },
    ];
    for same in tests {
        for (incident, counterpart) in now.incidents.iter().zip(&mut counterparts) {
            if counterpart.is_none()
                && let Some(at) = left.iter().position(|s| same(incident, s))
            {
                *counterpart = Some(left.remove(at));
            }
        }
    }
    let found = now.incidents.iter().zip(&counterparts).map(|(i, counterpart)| ReplayedIncident {
        change: if counterpart.is_some() { Change::Kept } else { Change::Gained },
        event: counterpart.map(|s| s.id.clone()),
        kind: i.kind,
        zone: i.zone.clone(),
        source_fingerprint: now.source_fingerprint.clone(),
        incident_key: i.key.0.clone(),
        start_media_seconds: i.start.seconds(),
        moment_media_seconds: i.moment.seconds(),
        end_media_seconds: i.last.seconds(),
    });
    let lost = left.iter().map(|s| ReplayedIncident {
        change: Change::Lost,
        event: Some(s.id.clone()),
        kind: s.kind,
        zone: s.zone.clone(),
        source_fingerprint: s.source_fingerprint.clone(),
        incident_key: s.incident_key.clone(),
        start_media_seconds: s.times[0].seconds(),
        moment_media_seconds: s.times[1].seconds(),
        end_media_seconds: s.times[2].seconds(),
    });
    let mut lines: Vec<_> = found.chain(lost).collect();
    lines.sort_by(|a, b| {
        a.start_media_seconds
            .total_cmp(&b.start_media_seconds)
            .then_with(|| a.incident_key.cmp(&b.incident_key))
    });
    lines
}

/// `<rule>/<track>` of a key.
fn begun_by(key: &str) -> &str {
    key.rsplit_once('/').map_or(key, |(begun_by, _)| begun_by)
}

fn show(
    out: &mut impl Write,
    format: ReplayFormat,
    camera: &str,
    (sources, observations): (usize, u64),
    lines: &[ReplayedIncident],
) -> anyhow::Result<()> {
    let count = |change| lines.iter().filter(|l| l.change == change).count();
    let [kept, gained, lost] = [Change::Kept, Change::Gained, Change::Lost].map(count);
    match format {
        ReplayFormat::Jsonl => {
            for line in lines {
                serde_json::to_writer(&mut *out, line)?;
                writeln!(out)?;
            }
        }
        ReplayFormat::Json => {
            let document = serde_json::json!({
                "format": "streetward.replay/1",
                "camera": camera,
                "sources": sources,
                "observations": observations,
                "totals": { "kept": kept, "gained": gained, "lost": lost },
                "incidents": lines,
            });
            serde_json::to_writer_pretty(&mut *out, &document)?;
            writeln!(out)?;
        }
        ReplayFormat::Table => {
            let mut table = Table::new();
            table.load_preset(UTF8_HORIZONTAL_ONLY).set_header([
                "change", "kind", "zone", "source", "start s", "moment s", "end s", "event",
            ]);
            for l in lines {
                let change = match l.change {
                    Change::Kept => "kept",
                    Change::Gained => "gained",
                    Change::Lost => "lost",
                };
                table.add_row([
                    change,
                    l.kind.name(),
                    &l.zone,
                    l.source_fingerprint.get(..12).unwrap_or(&l.source_fingerprint),
                    &format!("{:.1}", l.start_media_seconds),
                    &format!("{:.1}", l.moment_media_seconds),
                    &format!("{:.1}", l.end_media_seconds),
                    l.event.as_deref().unwrap_or("—"),
                ]);
            }
            writeln!(out, "{table}")?;
            writeln!(
                out,
                "{kept} kept, {gained} gained, {lost} lost; {observations} observations of {sources} source(s)"
            )?;
        }
    }
    Ok(())
}
