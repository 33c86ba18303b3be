//! What of its surroundings a record holds, so that a rule which needs more is not judged by it.

use crate::rules::{Mechanism, RuleSpec, Terms};
use crate::scene::{Scene, Zone};
use geo::BoundingRect;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What was watched while a record was made, besides road users. A record from before this was
/// noted holds none of it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Watched {
    /// Traffic lights, by name.
    pub signals: Vec<String>,
    /// Whether standing things were.
    pub things: bool,
    /// Zones whose cover was, each with the box around it that its cells are laid over, `[x1, y1,
    /// x2, y2]` in pixels of the record's `frame_size`.
    pub covers: BTreeMap<String, [f32; 4]>,
}

impl Watched {
    /// What is watched for these rules.
    pub fn by(scene: &Scene, rules: &[RuleSpec]) -> Self {
        let of = |mechanism| rules.iter().filter(move |r| r.kind.info().mechanism == mechanism);
        let covers = of(Mechanism::Occupancy).filter_map(|r| scene.zone(&r.zone));
        Self {
            signals: scene.signals.iter().map(|s| s.name.clone()).collect(),
            things: of(Mechanism::LeftObject).next().is_some(),
            covers: covers.filter_map(|z| Some((z.name.clone(), around(z)?))).collect(),
        }
    }

    /// Why the rule cannot be judged by such a record; `None`: it can. `recorded`: the record's
    /// `frame_size`.
    pub fn lacks(&self, rule: &RuleSpec, scene: &Scene, recorded: (u32, u32)) -> Option<String> {
        let name = &rule.name;
        let lacking = |what: String| {
            Some(format!(
                "rule `{name}` cannot be judged from this record: {what}; run `streetward batch` on the footage again"
            ))
        };
        match (&rule.terms, rule.kind.info().mechanism) {
            (Terms::Crossing(terms), _) => match &terms.signal {
                Some(signal) if !self.signals.contains(signal) => {
                    lacking(format!("signal `{signal}` was not watched when it was made"))
                }
                _ => None,
            },
            (_, Mechanism::LeftObject) if !self.things => {
                lacking("things left standing were not watched when it was made".into())
            }
            (_, Mechanism::Occupancy) => {
                let Some(then) = self.covers.get(&rule.zone) else {
                    let zone = &rule.zone;
                    return lacking(format!(
                        "cover of zone `{zone}` was not watched when it was made"
                    ));
                };
                let sx = scene.frame_size.0 as f32 / recorded.0.max(1) as f32;
                let sy = scene.frame_size.1 as f32 / recorded.1.max(1) as f32;
                let then = [then[0] * sx, then[1] * sy, then[2] * sx, then[3] * sy];
                let now = scene.zone(&rule.zone).and_then(around);
                let apart = |now: [f32; 4]| now.iter().zip(then).any(|(a, b)| (a - b).abs() > 1.0);
                if now.is_none_or(apart) {
                    return lacking(format!("zone `{}` was redrawn since", rule.zone));
                }
                None
            }
            _ => None,
        }
    }
}

fn around(zone: &Zone) -> Option<[f32; 4]> {
    let rect = zone.polygon.bounding_rect()?;
    Some([rect.min().x, rect.min().y, rect.max().x, rect.max().y])
}
