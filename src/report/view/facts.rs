//! What of a camera is stored that tells how good its view is.

use super::judged::{Measured, ViewFitness, judge};
use super::light::Light;
use super::tracks::{Told, told};
use crate::config::Camera;
use crate::media::WallTime;
use crate::report::fitness::{Sample, fitness};
use crate::report::uptime::{Stretch, timeline};
use crate::store::{EventFilter, ServiceTime, StateRecord, Status, Store, StoreError, ViewLooks};
use crate::vision::Class;
use std::collections::BTreeMap;
use std::path::Path;

/// Incidents of a camera that are measured at most.
const MOST_INCIDENTS: u64 = 1000;

/// A model's name, and the classes that it knows.
pub type Knows = (String, Vec<Class>);

/// What views are measured over.
#[derive(Clone, Copy)]
pub struct ViewTerms<'a> {
    /// From then.
    pub from: WallTime,
    /// Until before then.
    pub to: WallTime,
    /// What a camera's model knows; `None`: everything, as far as can be told here.
    pub model: &'a dyn Fn(&Camera) -> Option<Knows>,
}

/// How good the views of these cameras are, the worst first; what nothing is known of comes last.
///
/// # Errors
/// What the store says. A record of observations that cannot be read tells nothing, and is noted in
/// the log.
pub fn view_fitness(
    store: &Store,
    data: &Path,
    cameras: &[&Camera],
    terms: &ViewTerms<'_>,
) -> Result<Vec<ViewFitness>, StoreError> {
    let looks = store.view_looks(terms.from, terms.to)?;
    let states = store.state_changes(None, terms.from, terms.to)?;
    let service = store.service_times(terms.from, terms.to)?;
    let mut judged = Vec::with_capacity(cameras.len());
    for camera in cameras {
        judged.push(one(store, data, camera, terms, (&looks, &states, &service))?);
    }
    worst_first(&mut judged);
    Ok(judged)
}

/// Puts the worst first, and what nothing is known of last.
pub fn worst_first(views: &mut [ViewFitness]) {
    views.sort_by(|a, b| {
        let unknown = |v: &ViewFitness| v.verdict == crate::report::Verdict::Unknown;
        (unknown(a), a.score, &a.camera).cmp(&(unknown(b), b.score, &b.camera))
    });
}

type Stored<'a> = (&'a [ViewLooks], &'a [StateRecord], &'a [ServiceTime]);

fn one(
    store: &Store,
    data: &Path,
    camera: &Camera,
    terms: &ViewTerms<'_>,
    (looks, states, service): Stored<'_>,
) -> Result<ViewFitness, StoreError> {
    let looks: Vec<&ViewLooks> = looks.iter().filter(|l| l.camera == camera.id).collect();
    let changes: Vec<&StateRecord> = states.iter().filter(|s| s.camera == camera.id).collect();
    let stretches = stretches(&changes, service, terms);
    let Told { sample, rules, unknown } = told(camera, data).unwrap_or_else(|e| {
        tracing::warn!(camera = %camera.id, "what was observed cannot be read: {e}");
        Told { sample: Sample::default(), rules: BTreeMap::new(), unknown: (0, 0) }
    });
    let (model, given) =
        (terms.model)(camera).unwrap_or_else(|| (String::new(), Class::DETECTED.to_vec()));
    let fitness = fitness(camera, &sample, &model, &given);
    let filter = EventFilter {
        camera: Some(camera.id.clone()),
        from: Some(terms.from),
        to: Some(terms.to),
        merged: true,
        limit: Some(MOST_INCIDENTS),
        ..EventFilter::default()
    };
    let mut incidents: BTreeMap<String, Vec<f32>> = BTreeMap::new();
    for event in store.events(&filter)? {
        if event.status == Status::Dismissed {
            continue;
        }
        let Some(place) = event.place else { continue };
        incidents.entry(event.rule).or_default().push(place.start.height());
    }
    let light = Light::of(&looks, &stretches);
    Ok(judge(&Measured { camera, light, fitness, seen: rules, unknown, incidents }))
}

/// A camera's states over the time in which the service ran; of a camera that never ran live, none.
fn stretches(
    changes: &[&StateRecord],
    service: &[ServiceTime],
    terms: &ViewTerms<'_>,
) -> Vec<Stretch> {
    if changes.is_empty() {
        return Vec::new();
    }
    // Before the service first ran and after it last did nothing is known anyway.
    let first = service.iter().map(|s| s.started).min();
    let last = service.iter().map(|s| s.last).max();
    let (Some(first), Some(last)) = (first, last) else { return Vec::new() };
    let from = terms.from.max(first).0.as_microsecond();
    let to = terms.to.min(last).0.as_microsecond();
    if from >= to { Vec::new() } else { timeline(changes, service, from, to) }
}
