//! One source's record, judged again.

use super::range::Range;
use crate::pipeline::PipelineError;
use crate::rules::{Closing, Incident, IncidentUpdate, Judge, RuleSpec};
use crate::scene::{Observation, Scene};
use crate::store::{ObservationReader, RecordEnd};
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
    range: Range,
) -> Result<Replayed, PipelineError> {
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
        match judge_file(&mut judge, scene, path, range, &mut replayed) {
            Ok(end) => closing = end,
            Err(e) => {
                replayed.failure = Some(e.to_string());
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
    range: Range,
    replayed: &mut Replayed,
) -> Result<Closing, PipelineError> {
    let mut reader = ObservationReader::open(path)?;
    let recorded = reader.header().frame_size;
    for observation in reader.by_ref() {
        let observation = on_scene(observation?, recorded, scene.frame_size);
        if !range.holds(observation.wall) {
            continue;
        }
        replayed.observations += 1;
        replayed.incidents.extend(finished(judge.observe(&observation)));
    }
    match reader.footer() {
        Some(footer) => Ok(match footer.end {
            RecordEnd::Complete | RecordEnd::Truncated => Closing::SourceEnded,
            RecordEnd::Interrupted => Closing::Interrupted,
        }),
        None => Err(PipelineError::Failed(format!(
            "observation record {} breaks off; what is left of it was judged; run `streetward batch` on its footage again",
            path.display()
        ))),
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::{MediaTime, WallTime};
    use crate::rules::Kind;
    use crate::scene::Zone;
    use crate::store::ObservationWriter;
    use crate::track::TrackId;
    use rustix::time::{ClockId, clock_gettime};

    /// The campus's record so many times, one after the other.
    fn long_record(folder: &Path, times: i64) -> Vec<PathBuf> {
        let fixture = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("fixtures/observations/campus-416.jsonl.zst");
        let mut reader = ObservationReader::open(&fixture).unwrap();
        let header = reader.header().clone();
        let observations: Vec<Observation> = reader.by_ref().map(Result::unwrap).collect();
        let mut writer = ObservationWriter::create(folder, header).unwrap();
        for k in 0..times {
            for o in &observations {
                let mut o = o.clone();
                let later = jiff::SignedDuration::from_secs(k * 80);
                o.time = MediaTime(o.time.0 + k * 80_000_000);
                o.wall = WallTime(o.wall.0 + later);
                o.tracks.iter_mut().for_each(|s| s.id = TrackId(s.id.0 + k as u32 * 1000));
                writer.write(&o).unwrap();
            }
        }
        writer.finish(RecordEnd::Complete).unwrap()
    }

    #[test]
    fn replay_is_far_faster_than_the_street() {
        let folder = tempfile::tempdir().unwrap();
        let files = long_record(folder.path(), 20);
        let zone = |name: &str, corners: &[[f32; 2]]| Zone::new(name, corners, (768, 576)).unwrap();
        let zones = vec![
            zone("lines", &[[640.0, 60.0], [735.0, 55.0], [740.0, 105.0], [645.0, 110.0]]),
            zone("grass", &[[0.0, 300.0], [767.0, 300.0], [767.0, 575.0], [0.0, 575.0]]),
        ];
        let scene = Scene { frame_size: (768, 576), zones, ..Scene::default() };
        let parking = RuleSpec::of(Kind::IllegalParking, "lines");
        let on_grass = [Kind::RestrictedArea, Kind::Loitering, Kind::Jaywalking];
        let mut rules = vec![RuleSpec { dwell_seconds: 30.0, ..parking }];
        rules.extend(on_grass.map(|k| RuleSpec::of(k, "grass")));
        let seconds = || {
            let t = clock_gettime(ClockId::ThreadCPUTime);
            t.tv_sec as f64 + t.tv_nsec as f64 / 1e9
        };
        let before = seconds();
        let replayed = rejudge(&scene, &rules, "f00d", &files, Range::default()).unwrap();
        let took = seconds() - before;
        assert_eq!((replayed.observations, replayed.failure), (795 * 20, None));
        assert!(replayed.incidents.len() >= 20, "{}", replayed.incidents.len());
        let times = 20.0 * 80.0 / took;
        // Unoptimised code is slower, but not by as much as that.
        let least = if cfg!(debug_assertions) { 50.0 } else { 500.0 };
        assert!(times > least, "{times:.0} times as fast as the street");
    }
}
