//! A view as who looks after some domains may know it: how often the others' rules found something is
//! not theirs to know, nor what their incidents showed of the view.

use super::judged::{OF_RULES, ViewFitness, weighed};
use crate::rules::Domain;

impl ViewFitness {
    /// The view judged by its pictures and by the rules of these domains alone; `None`: by all.
    #[must_use]
    pub fn of_domains(self, domains: Option<&[Domain]>) -> Self {
        let Some(domains) = domains else { return self };
        let mut view = self;
        let all = view.kinds.len();
        view.kinds.retain(|k| domains.contains(&k.kind.info().domain));
        if view.kinds.len() == all {
            return view;
        }
        let mut light = std::mem::take(&mut view.reasons);
        light.retain(|reason| !OF_RULES.contains(&reason.code));
        let known = view.is_known();
        let weighed = weighed(known, light, &view.kinds);
        Self {
            verdict: weighed.verdict,
            score: weighed.score,
            advice: weighed.advice,
            reasons: weighed.reasons,
            ..view
        }
    }
}
