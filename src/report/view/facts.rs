//! What of a camera is stored that tells how good its view is.

use super::judged::{Measured, ViewFitness, judge};
use super::light::Light;
use super::tracks::{Told, told};
use crate::config::Camera;
use crate::media::WallTime;
use crate::report::fitness::{Sample, fitness};
use crate::report::uptime::{Stretch, timeline};
use crate::store::{ServiceTime, StateRecord, Store, StoreError};
use crate::vision::Class;
use std::collections::BTreeMap;
use std::path::Path;

/// Incidents of a camera that are measured at most, the latest: a median needs no more.
const MOST_INCIDENTS: u32 = 300;

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
    let service = store.service_times(terms.from, terms.to)?;
    let each = cameras.iter().map(|camera| one(store, data, camera, terms, &service));
    let mut judged = each.collect::<Result<Vec<_>, _>>()?;
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

/// What it costs is bounded: so many days, incidents and observations of one camera, however many
/// there are.
fn one(
    store: &Store,
    data: &Path,
    camera: &Camera,
    terms: &ViewTerms<'_>,
    service: &[ServiceTime],
) -> Result<ViewFitness, StoreError> {
    let looks = store.view_looks(&camera.id, terms.from, terms.to)?;
    let changes = store.state_changes(Some(&camera.id), terms.from, terms.to)?;
    let stretches = stretches(&changes, service, terms);
    let Told { sample, rules, unknown } = told(camera, data).unwrap_or_else(|e| {
        tracing::warn!(camera = %camera.id, "what was observed cannot be read: {e}");
        Told { sample: Sample::default(), rules: BTreeMap::new(), unknown: (0, 0) }
    });
    let (model, given) =
        (terms.model)(camera).unwrap_or_else(|| (String::new(), Class::DETECTED.to_vec()));
    let fitness = fitness(camera, &sample, &model, &given);
    let period = (terms.from, terms.to);
    let incidents = store.subject_heights(&camera.id, period, MOST_INCIDENTS)?;
    let light = Light::of(&looks, &stretches);
    Ok(judge(&Measured { camera, light, fitness, seen: rules, unknown, incidents }))
}

/// A camera's states over the time in which the service ran; of a camera that never ran live, none.
fn stretches(
    changes: &[StateRecord],
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
    if from >= to {
        return Vec::new();
    }
    timeline(&changes.iter().collect::<Vec<_>>(), service, from, to)
}
