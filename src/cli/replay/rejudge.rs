//! One source's record, judged again.

use crate::rules::{Closing, Incident, IncidentUpdate, Judge, RuleSpec};
use crate::scene::{Observation, Scene};
use crate::store::{ObservationReader, RecordEnd};
use anyhow::bail;
use std::path::{Path, PathBuf};

/// One source's record, judged again.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Replayed {
    /// The source's fingerprint.
    pub(super) source_fingerprint: String,
    /// Observations judged.
    pub(super) observations: u64,
    /// What was found, in order of closing.
    pub(super) incidents: Vec<Incident>,
    /// Rules that this record cannot be judged by, and why.
    pub(super) unjudged: Vec<(String, String)>,
    /// Why the rest of the record could not be read, if so.
    pub(super) failure: Option<String>,
}

/// Judges one source's record, one observation in memory at a time. Rules that need what it does
/// not hold are left out and named. A record that cannot be read to
/// its end is judged as far as it goes, as an interrupted run is.
///
/// # Errors
/// The rules cannot be judged on this scene.
pub(super) fn rejudge(
    scene: &Scene,
    rules: &[RuleSpec],
    fingerprint: &str,
    files: &[PathBuf],
) -> anyhow::Result<Replayed> {
    let mut unjudged = Vec::new();
    let mut rules = rules.to_vec();
    if let Some(first) = files.first() {
        let reader = ObservationReader::open(first)?;
        let header = reader.header();
        rules.retain(|rule| {
            let lack = header.watched.lacks(rule, scene, header.frame_size);
            unjudged.extend(lack.iter().map(|why| (rule.name.clone(), why.clone())));
            lack.is_none()
        });
    }
    let mut judge = Judge::new(scene.clone(), rules)?;
    let mut replayed = Replayed {
        source_fingerprint: fingerprint.into(),
        observations: 0,
        incidents: Vec::new(),
        unjudged,
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
        o.view = o.view.scaled(f64::from(sx), f64::from(sy));
        for sight in &mut o.tracks {
            sight.bbox = sight.bbox.scaled(sx, sy);
        }
        for thing in &mut o.things {
            thing.bbox = thing.bbox.scaled(sx, sy);
            thing.area *= sx * sy;
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
