//! The judge of one camera: all its rules over its observations.

use super::area::Area;
use super::incident::{Closing, IncidentUpdate};
use super::kind::Mechanism;
use super::roll::Roll;
use super::ruling::Ruling;
use super::spec::RuleSpec;
use crate::media::MediaTime;
use crate::scene::{Observation, Scene};

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
#[derive(Debug)]
pub struct Judge {
    rulings: Vec<Ruling>,
    roll: Roll,
    now: Option<MediaTime>,
    late: u64,
}

impl Judge {
    /// A judge of these rules.
    ///
    /// # Errors
    /// A rule whose zone is unknown, whose name is another's, or whose times or classes make no
    /// sense.
    #[expect(clippy::needless_pass_by_value, reason = "a judge is given its scene for good")]
    pub fn new(scene: Scene, rules: Vec<RuleSpec>) -> Result<Self, RuleError> {
        let mut rulings: Vec<Ruling> = Vec::with_capacity(rules.len());
        let mut names = std::collections::BTreeSet::new();
        for rule in rules {
            if !names.insert(rule.name.clone()) {
                return Err(RuleError::SameName { rule: rule.name });
            }
            check(&rule)?;
            let Some(zone) = scene.zone(&rule.zone) else {
                let known: Vec<&str> = scene.zones.iter().map(|z| z.name.as_str()).collect();
                return Err(RuleError::UnknownZone {
                    rule: rule.name,
                    zone: rule.zone,
                    known: if known.is_empty() { "none".into() } else { known.join(", ") },
                });
            };
            let area = Area::new(&scene, zone);
            rulings.push(Ruling::new(rule, area));
        }
        Ok(Self { rulings, roll: Roll::default(), now: None, late: 0 })
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
        self.roll.note(o);
        for ruling in &mut self.rulings {
            ruling.observe(o, &self.roll, &mut out);
        }
        out
    }

    /// Ends all: closes every open incident as `closing`, drops every candidate.
    pub fn finish(&mut self, closing: Closing) -> Vec<IncidentUpdate> {
        let mut out = Vec::new();
        for ruling in &mut self.rulings {
            ruling.end(closing, &mut out);
        }
        out
    }

    /// Observations left out because their time was not later than the one before.
    pub fn late(&self) -> u64 {
        self.late
    }

    /// Sightings left out because too many subjects were in one zone at once.
    pub fn unjudged(&self) -> u64 {
        self.rulings.iter().map(Ruling::unjudged).sum()
    }
}

fn check(rule: &RuleSpec) -> Result<(), RuleError> {
    if rule.classes.is_empty() {
        return Err(RuleError::NoClasses { rule: rule.name.clone() });
    }
    let dwells = rule.kind.info().mechanism == Mechanism::Dwell;
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
