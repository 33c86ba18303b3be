//! The bench: a suite's clips in, figures out.

use super::error::EventsError;
use super::facts::EventFacts;
use super::figures::{ClipFigures, EventsFigures, FalseAlarm, Miss};
use super::kind_name::{Timing, canonical, timing};
use super::labels::Label;
use super::matching::{Matched, match_events};
use super::prepared::{Prepared, places};
use super::score::{Score, round};
use super::spans::{event_spans, label_spans};
use super::still;
use crate::bench::failed::Failed;
use crate::media::{MediaTime, SourceInfo};
use crate::pipeline::{Job, JobReport, PipelineError, Run, Stats};
use crate::rules::{IncidentUpdate, Judge, Kind, Mechanism};
use crate::store::{EventRecord, ObservationReader, Store, records_of};
use crate::vision::Model;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// What to measure, and how.
pub struct EventsBench {
    /// The suite, as it is named in the figures.
    pub suite: String,
    /// Its clips.
    pub clips: Vec<Prepared>,
    /// Where events and observations go.
    pub data: PathBuf,
    /// Where stills of misses go.
    pub stills: PathBuf,
    /// Inference workers, at least 1.
    pub workers: usize,
    /// Clips worked on at the same time, at least 1.
    pub at_once: usize,
    /// Seconds by which times may differ.
    pub tolerance: f64,
    /// Set from outside: stop.
    pub stop: Arc<AtomicBool>,
}

/// Gives a model by its name in the manifest, or the default one.
pub type LoadModel<'a> = dyn Fn(Option<&str>) -> Result<Arc<Model>, PipelineError> + 'a;

/// One clip after its run.
struct Judged {
    events: Vec<EventFacts>,
    seconds: f64,
    notes: Vec<String>,
}

impl EventsBench {
    /// Runs every clip and matches what came of it. `load` gives a model by name, `progress` is
    /// called with the number of clips done.
    ///
    /// # Errors
    /// What stops a run; a clip that fails is named in the figures and stops nothing.
    pub fn run(
        &self,
        load: &LoadModel<'_>,
        mut progress: impl FnMut(usize),
    ) -> Result<EventsFigures, EventsError> {
        let store = Store::open(&self.data)?;
        let mut figures = self.empty();
        let mut judged: Vec<Option<Judged>> = self.clips.iter().map(|_| None).collect();
        let mut done = 0;
        for (name, numbers) in self.by_model() {
            let model = load(name.as_deref())?;
            if numbers.iter().any(|&i| self.clips[i].boxes.is_none()) || figures.model.is_empty() {
                model.name().clone_into(&mut figures.model);
            }
            let run = Run {
                model,
                workers: self.workers,
                at_once: self.at_once,
                attention: true,
                keep: Some((&store, &self.data)),
                stop: Arc::clone(&self.stop),
                stats: Arc::new(Stats::default()),
            };
            let jobs = numbers.iter().map(|&i| job(&self.clips[i])).collect();
            let report = run.work(jobs, |watch| {
                let ended = watch.ended.iter();
                let ended = ended.filter(|e| e.load(std::sync::atomic::Ordering::Relaxed));
                progress(done + ended.count());
            })?;
            done += numbers.len();
            for (n, (&i, job)) in numbers.iter().zip(&report.jobs).enumerate() {
                let own: Vec<&EventRecord> =
                    report.events.iter().filter(|(job, _)| *job == n).map(|(_, e)| e).collect();
                match self.judged(&self.clips[i], job, &own) {
                    Ok(clip) => judged[i] = Some(clip),
                    Err(reason) => figures
                        .failed
                        .push(Failed { name: self.clips[i].clip.name.clone(), reason }),
                }
            }
        }
        figures.failed.sort_by_key(|f| self.clips.iter().position(|c| c.clip.name == f.name));
        for (clip, judged) in self.clips.iter().zip(&judged) {
            if let Some(judged) = judged {
                self.score(&mut figures, clip, judged);
            }
        }
        for score in figures.kinds.values_mut().chain(figures.conditions.values_mut()) {
            *score = std::mem::take(score).reckon();
        }
        figures.totals = std::mem::take(&mut figures.totals).reckon();
        Ok(figures)
    }

    fn empty(&self) -> EventsFigures {
        EventsFigures {
            suite: self.suite.clone(),
            model: String::new(),
            tolerance_seconds: self.tolerance,
            totals: Score::default(),
            kinds: BTreeMap::new(),
            conditions: BTreeMap::new(),
            clips: Vec::new(),
            misses: Vec::new(),
            false_alarms: Vec::new(),
            duplicates: Vec::new(),
            failed: Vec::new(),
        }
    }

    /// Clips by the model they want; those that want none in particular first.
    fn by_model(&self) -> BTreeMap<Option<String>, Vec<usize>> {
        let mut groups: BTreeMap<Option<String>, Vec<usize>> = BTreeMap::new();
        for (i, clip) in self.clips.iter().enumerate() {
            let model = clip.camera.detector.model.clone().filter(|_| clip.boxes.is_none());
            groups.entry(model).or_default().push(i);
        }
        groups
    }

    fn judged(
        &self,
        clip: &Prepared,
        job: &JobReport,
        events: &[&EventRecord],
    ) -> Result<Judged, String> {
        let failures = job.failures();
        let Some(source) = job.source.as_ref().filter(|_| failures.is_empty()) else {
            return Err(if failures.is_empty() { "not begun".into() } else { failures.join("; ") });
        };
        let (opened, seconds) =
            openings(&self.data, clip, source).map_err(|e| format!("its observations: {e}"))?;
        let mut events: Vec<EventFacts> = events
            .iter()
            .map(|e| {
                let folder = self.data.join(&e.evidence);
                EventFacts::of(e, &folder, opened.get(&e.incident_key).copied())
            })
            .collect();
        events.sort_by(|a, b| a.start.total_cmp(&b.start).then_with(|| a.id.cmp(&b.id)));
        Ok(Judged { events, seconds, notes: job.progress.notes() })
    }

    fn score(&self, figures: &mut EventsFigures, clip: &Prepared, judged: &Judged) {
        let names = places(&clip.camera);
        let (labels, events) = (&clip.labels.events, &judged.events);
        let matched = match_events(&clip.labels, events, &|n| names.contains(n), self.tolerance);
        let mut kinds: BTreeMap<&'static str, Score> = BTreeMap::new();
        for kind in judged_kinds(clip) {
            kinds.entry(kind).or_default();
        }
        for found in &matched.found {
            let (label, event) = (&labels[found.label], &events[found.event]);
            let score = kinds.entry(label.kind).or_default();
            score.labels += 1;
            score.found += 1;
            score.wrong_subject += usize::from(found.right_subject == Some(false));
            let complete = complete(label, event, clip);
            score.delays.push(round(event.opened - complete));
            // When a thing put down has become litter is no fact of the scene unless its label says.
            let left = mechanism(event.kind) == Some(Mechanism::LeftObject);
            if label.complete.is_some() || !left {
                score.moments.push(round(event.moment - complete));
            }
            if timing(label.kind) != Timing::Instant {
                score.starts.push(round(event.start - label.start));
            }
        }
        for &i in &matched.missed {
            let score = kinds.entry(labels[i].kind).or_default();
            score.labels += 1;
            score.missed += 1;
        }
        for &i in &matched.false_alarms {
            kinds.entry(events[i].kind).or_default().false_alarms += 1;
        }
        for &(i, _) in &matched.duplicates {
            kinds.entry(events[i].kind).or_default().duplicates += 1;
        }
        for &i in &matched.excused {
            kinds.entry(events[i].kind).or_default().excused += 1;
        }
        let mut whole = Score::default();
        for (kind, score) in &mut kinds {
            score.seconds = 0.0;
            whole.add(score);
            score.seconds = judged.seconds;
            figures.kinds.entry(kind).or_default().add(score);
        }
        whole.seconds = judged.seconds;
        figures.totals.add(&whole);
        figures.conditions.entry(clip.clip.condition.clone()).or_default().add(&whole);
        self.list(figures, clip, events, &matched);
        let negatives = clip.labels.negative_for.keys().map(|&kind| {
            let wrong = matched.false_alarms.iter().filter(|&&i| events[i].kind == kind);
            (kind, wrong.count())
        });
        figures.clips.push(ClipFigures {
            name: clip.clip.name.clone(),
            condition: clip.clip.condition.clone(),
            seconds: round(judged.seconds),
            score: whole.reckon(),
            negatives: negatives.collect(),
            labels: label_spans(labels, &matched, clip),
            events: event_spans(events, &matched),
            notes: judged.notes.clone(),
        });
    }

    fn list(
        &self,
        figures: &mut EventsFigures,
        clip: &Prepared,
        events: &[EventFacts],
        matched: &Matched,
    ) {
        let missed: Vec<&Label> = matched.missed.iter().map(|&i| &clip.labels.events[i]).collect();
        let stills = self.stills_of(clip, &missed);
        for (label, still) in missed.iter().zip(stills) {
            figures.misses.push(Miss {
                clip: clip.clip.name.clone(),
                condition: clip.clip.condition.clone(),
                kind: label.kind,
                place: label.place.clone(),
                start_s: label.start,
                end_s: label.end,
                note: label.note.clone(),
                still,
            });
        }
        let alarm = |i: usize| {
            let event = &events[i];
            FalseAlarm {
                clip: clip.clip.name.clone(),
                condition: clip.clip.condition.clone(),
                kind: event.kind,
                place: event.place.clone(),
                rule: event.rule.clone(),
                start_s: event.start,
                moment_s: event.moment,
                end_s: event.end,
                event: event.id.clone(),
                negative: clip.labels.negative_for.get(event.kind).cloned(),
                still: event.still.clone(),
            }
        };
        figures.false_alarms.extend(matched.false_alarms.iter().map(|&i| alarm(i)));
        figures.duplicates.extend(matched.duplicates.iter().map(|&(i, _)| alarm(i)));
    }

    /// Stills of labels; one that cannot be made is not worth failing for.
    fn stills_of(&self, clip: &Prepared, labels: &[&Label]) -> Vec<Option<PathBuf>> {
        if labels.is_empty() || std::fs::create_dir_all(&self.stills).is_err() {
            return vec![None; labels.len()];
        }
        let pictures = still::of_labels(clip, labels).unwrap_or_default();
        let mut paths = Vec::with_capacity(labels.len());
        for (i, (label, picture)) in labels.iter().zip(&pictures).enumerate() {
            let name = format!("{}-missed-{i}-{}.jpg", clip.clip.name, label.kind);
            let path = self.stills.join(name);
            paths.push(picture.save(&path).is_ok().then_some(path));
        }
        paths.resize(labels.len(), None);
        paths
    }
}

fn job(clip: &Prepared) -> Job {
    let own = || clip.camera.source.as_ref().and_then(|s| s.start_time);
    Job {
        camera: Arc::clone(&clip.camera),
        path: clip.clip.clip.clone(),
        start_time: clip.clip.start_time.or_else(own),
        boxes: clip.boxes.clone(),
    }
}

/// When each incident opened, by its key, and how long the footage is: its observations judged again,
/// which gives the same incidents. Seconds.
fn openings(
    data: &Path,
    clip: &Prepared,
    source: &SourceInfo,
) -> Result<(BTreeMap<String, f64>, f64), String> {
    let said = |e: &dyn std::fmt::Display| e.to_string();
    let camera = &clip.camera;
    let mut judge = Judge::new(camera.scene.clone(), camera.rules.clone()).map_err(|e| said(&e))?;
    let (mut opened, mut last, mut step) = (BTreeMap::new(), MediaTime::ZERO, 0.0);
    for path in records_of(data, &camera.id).map_err(|e| said(&e))? {
        let reader = ObservationReader::open(&path).map_err(|e| said(&e))?;
        if reader.header().source_fingerprint != source.fingerprint {
            continue;
        }
        for observation in reader {
            let observation = observation.map_err(|e| said(&e))?;
            step = observation.time.since(last);
            last = observation.time;
            for update in judge.observe(&observation) {
                if let IncidentUpdate::Opened(incident) = update {
                    opened.insert(incident.key.0, observation.time.seconds());
                }
            }
        }
    }
    Ok((opened, source.duration_seconds.unwrap_or(last.seconds() + step)))
}

fn mechanism(kind: &str) -> Option<Mechanism> {
    Kind::from_name(kind).map(|kind| kind.info().mechanism)
}

/// Kinds that a clip's camera judges or its labels name.
fn judged_kinds(clip: &Prepared) -> BTreeSet<&'static str> {
    let rules = clip.camera.rules.iter().filter_map(|r| canonical(r.kind.name()));
    rules.chain(clip.labels.events.iter().map(|l| l.kind)).collect()
}

/// When a labelled violation was complete: as it says, or after the time that the rule allows.
fn complete(label: &Label, event: &EventFacts, clip: &Prepared) -> f64 {
    label.complete.unwrap_or_else(|| {
        let rule = clip.camera.rules.iter().find(|r| r.name == event.rule);
        let allowed = rule.map_or(0.0, |r| match r.kind.info().mechanism {
            m if m.has_dwell() => r.dwell_seconds,
            Mechanism::Presence => r.enter_seconds,
            _ => 0.0,
        });
        label.start + allowed
    })
}
