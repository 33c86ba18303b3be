//! The judge of one camera: all its rules over its observations.

use super::incident::{Closing, IncidentUpdate};
use super::kind::Mechanism;
use super::orderly::orderly;
use super::resting::Resting;
use super::roll::Roll;
use super::ruling::Ruling;
use super::spec::RuleSpec;
use super::state::{self, JUDGE_STATE_VERSION, JudgeState, RuleState};
use crate::media::MediaTime;
use crate::scene::{Observation, Scene};
use crate::track::TrackId;

/// Why rules cannot be judged.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RuleError {
    /// The rule's zone is not in the scene.
    #[error(
        "rule `{rule}` names zone `{zone}`, which the scene does not have; its zones are: {known}"
    )]
    UnknownZone {
        /// The rule's name.
        rule: String,
        /// The zone it names.
        zone: String,
        /// The scene's zones.
        known: String,
    },
    /// The rule's line is not in the scene.
    #[error(
        "rule `{rule}` names line `{line}`, which the scene does not have; its lines are: {known}"
    )]
    UnknownLine {
        /// The rule's name.
        rule: String,
        /// The line it names.
        line: String,
        /// The scene's lines.
        known: String,
    },
    /// What was kept is not what this program keeps.
    #[error(
        "what the rules knew was kept by another version of this program (version {found} of it, not {JUDGE_STATE_VERSION}); begin anew without it"
    )]
    OtherVersion {
        /// The version found.
        found: u32,
    },
    /// Two rules of one name would give incidents of one key.
    #[error("two rules are named `{rule}`; give one of them another `name`")]
    SameName {
        /// The name.
        rule: String,
    },
    /// A time that is no time.
    #[error("rule `{rule}`: `{field}` is {value}; give a number of seconds {wanted}")]
    BadSeconds {
        /// The rule's name.
        rule: String,
        /// The field's name.
        field: &'static str,
        /// What it holds.
        value: f64,
        /// What it may hold.
        wanted: &'static str,
    },
    /// A rule of speed in a scene without metres.
    #[error(
        "rule `{rule}` judges speed, and the scene has no calibration; give it four points or more \
         that were measured on the ground"
    )]
    Uncalibrated {
        /// The rule's name.
        rule: String,
    },
    /// A rule of direction in a zone without one.
    #[error("rule `{rule}` judges direction, and its zone `{zone}` has no heading; give it one")]
    NoHeading {
        /// The rule's name.
        rule: String,
        /// Its zone.
        zone: String,
    },
    /// A rule that concerns nobody.
    #[error("rule `{rule}` concerns no class; leave `classes` out for the kind's own, or name one")]
    NoClasses {
        /// The rule's name.
        rule: String,
    },
}

/// Judges the observations of one source, in order of time, by the rules of its camera.
///
/// Pure: the same observations give the same updates. Judge [`Observation::rounded`] ones, so that
/// the record of them gives the same again.
///
/// A subject is followed through lost and found tracks by place and size. After an incident is
/// closed its subject starts no other for twice `leave_seconds`: one who steps out and back in is
/// one alert. Someone still in the zone when that time is over begins a new incident; a vehicle
/// still at rest where it was does not, for it is the same parking, only hidden for a while.
///
/// While the view is not the one the rules were drawn for (the camera was moved for good, or it
/// cannot be told how it looks), rules see nothing: nothing begins or opens, and what is open ends
/// as left after its `leave_seconds`.
#[derive(Debug)]
pub struct Judge {
    rulings: Vec<(RuleMark, Ruling)>,
    roll: Roll,
    now: Option<MediaTime>,
    last_track: Option<TrackId>,
    late: u64,
}

/// A rule's name and what it is judged by, as kept with its state.
#[derive(Debug)]
struct RuleMark {
    name: String,
    fingerprint: String,
}

impl Judge {
    /// A judge of these rules.
    ///
    /// # Errors
    /// A rule whose zone is unknown, whose name is another's, or whose times or classes make no
    /// sense.
    #[expect(clippy::needless_pass_by_value, reason = "a judge is given its scene for good")]
    pub fn new(scene: Scene, rules: Vec<RuleSpec>) -> Result<Self, RuleError> {
        let mut rulings = Vec::with_capacity(rules.len());
        let mut names = std::collections::BTreeSet::new();
        for rule in rules {
            if !names.insert(rule.name.clone()) {
                return Err(RuleError::SameName { rule: rule.name });
            }
            check(&rule)?;
            let on_line = rule.kind.info().mechanism.on_line();
            let names = |n: &RuleSpec| (n.name.clone(), n.zone.clone());
            if on_line && scene.line(&rule.zone).is_none() {
                let (rule, line) = names(&rule);
                let known = known(scene.lines.iter().map(|l| l.name.as_str()));
                return Err(RuleError::UnknownLine { rule, line, known });
            }
            if !on_line && scene.zone(&rule.zone).is_none() {
                let (rule, zone) = names(&rule);
                let known = known(scene.zones.iter().map(|z| z.name.as_str()));
                return Err(RuleError::UnknownZone { rule, zone, known });
            }
            let mechanism = rule.kind.info().mechanism;
            if mechanism == Mechanism::Speed && scene.plane.is_none() {
                return Err(RuleError::Uncalibrated { rule: rule.name });
            }
            let heading = scene.zone(&rule.zone).and_then(|z| z.heading);
            if mechanism == Mechanism::Direction && heading.is_none() {
                return Err(RuleError::NoHeading { rule: rule.name, zone: rule.zone });
            }
            let mark = RuleMark {
                name: rule.name.clone(),
                fingerprint: state::fingerprint(&rule, &scene),
            };
            rulings.extend(Ruling::new(rule, &scene).map(|ruling| (mark, ruling)));
        }
        Ok(Self { rulings, roll: Roll::default(), now: None, last_track: None, late: 0 })
    }

    /// A judge that goes on from what another knew, with the names of the rules that begin anew:
    /// they, or what they look at, are not what they were. Updates that follow are those the other
    /// would have given; what it had opened is not opened again.
    ///
    /// # Errors
    /// As [`Self::new`], and a state of another version.
    pub fn resume(
        scene: Scene,
        rules: Vec<RuleSpec>,
        state: JudgeState,
    ) -> Result<(Self, Vec<String>), RuleError> {
        if state.version != JUDGE_STATE_VERSION {
            return Err(RuleError::OtherVersion { found: state.version });
        }
        let mut judge = Self::new(scene, rules)?;
        (judge.now, judge.last_track) = (state.now, state.last_track);
        (judge.late, judge.roll) = (state.late, state.roll);
        let mut known = state.rules;
        let mut anew = Vec::new();
        for (mark, ruling) in &mut judge.rulings {
            let same = |r: &RuleState| r.name == mark.name && r.fingerprint == mark.fingerprint;
            let taken = known.iter().position(same).map(|at| known.swap_remove(at));
            if !taken.is_some_and(|r| ruling.restore(r.ruling)) {
                anew.push(mark.name.clone());
            }
        }
        Ok((judge, anew))
    }

    /// What it knows, for [`Self::resume`].
    pub fn state(&self) -> JudgeState {
        let rules = self.rulings.iter().map(|(mark, ruling)| RuleState {
            name: mark.name.clone(),
            fingerprint: mark.fingerprint.clone(),
            ruling: ruling.state(),
        });
        JudgeState {
            version: JUDGE_STATE_VERSION,
            now: self.now,
            last_track: self.last_track,
            late: self.late,
            roll: self.roll.clone(),
            rules: rules.collect(),
        }
    }

    /// Judges the next observation. One that is not later than the one before says nothing and is
    /// only counted ([`Self::late`]).
    pub fn observe(&mut self, o: &Observation) -> Vec<IncidentUpdate> {
        let mut out = Vec::new();
        if self.now.is_some_and(|now| o.time <= now) {
            self.late += 1;
            return out;
        }
        self.now = Some(o.time);
        self.last_track = self.last_track.max(o.tracks.iter().map(|s| s.id).max());
        let o = &*orderly(o);
        self.roll.note(o);
        for (_, ruling) in &mut self.rulings {
            ruling.observe(o, &self.roll, &mut out);
        }
        out
    }

    /// Ends all: closes every open incident as `closing`, drops every candidate.
    pub fn finish(&mut self, closing: Closing) -> Vec<IncidentUpdate> {
        let mut out = Vec::new();
        for (_, ruling) in &mut self.rulings {
            ruling.end(closing, &mut out);
        }
        out
    }

    /// What stands in the zones of rules that watch for it, each with the fingerprint of its rule and
    /// what that looks at.
    pub fn resting(&self) -> Vec<(Resting, &str)> {
        let zones = self.rulings.iter().filter_map(|(mark, ruling)| match ruling {
            Ruling::Zone(zone) => Some((mark, zone)),
            _ => None,
        });
        zones
            .flat_map(|(mark, zone)| zone.resting().map(move |r| (r, &*mark.fingerprint)))
            .collect()
    }

    /// Observations left out because their time was not later than the one before.
    pub fn late(&self) -> u64 {
        self.late
    }

    /// Sightings left out because too many subjects were in one zone at once.
    pub fn unjudged(&self) -> u64 {
        self.rulings.iter().map(|(_, ruling)| ruling.unjudged()).sum()
    }
}

fn known<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    if names.is_empty() { "none".into() } else { names.join(", ") }
}

fn check(rule: &RuleSpec) -> Result<(), RuleError> {
    if rule.classes.is_empty() {
        return Err(RuleError::NoClasses { rule: rule.name.clone() });
    }
    let dwells = rule.kind.info().mechanism.has_dwell();
    let fields = [
        ("enter_seconds", rule.enter_seconds, false),
        ("leave_seconds", rule.leave_seconds, true),
        ("dwell_seconds", rule.dwell_seconds, dwells),
    ];
    for (field, value, positive) in fields {
        let good = value.is_finite() && if positive { value > 0.0 } else { value >= 0.0 };
        if !good {
            let wanted = if positive { "above 0" } else { "of 0 or more" };
            return Err(RuleError::BadSeconds { rule: rule.name.clone(), field, value, wanted });
        }
    }
    Ok(())
}
