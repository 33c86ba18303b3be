//! What of the register may be made public. A contributor is named where they agreed to it; who did not
//! is named nowhere, not even where a name or a place holds theirs. Owners, notes and exact positions
//! are nobody's business outside: they say who lives where, and what can be reached from the street.

use super::veil::Veil;
use crate::store::{RegisterCamera, RegisterCount, RegisterCounts, RegisterState};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::BTreeMap;

/// A camera as the public may know it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DisclosedCamera {
    /// Its code.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// The ward.
    pub ward: String,
    /// The project's stage.
    pub stage: Option<String>,
    /// The place.
    pub place: Option<String>,
    /// Planned, installed or removed.
    pub state: RegisterState,
    /// The day since which it stands.
    pub installed_on: Option<Date>,
    /// Who keeps it running.
    pub vendor: Option<String>,
    /// Under which contract.
    pub contract: Option<String>,
    /// Where the money came from.
    pub funding_source: Option<String>,
    /// Who contributed it; named only where they agreed.
    pub contributor: Option<String>,
    /// What it cost, đồng.
    pub cost_dong: Option<i64>,
}

/// What cameras that share a source of money or a contributor come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DisclosedPart {
    /// The source or contributor; `None`: not said, or not to be named.
    pub name: Option<String>,
    /// Cameras, those planned and those that stand.
    pub cameras: u64,
    /// What they cost together, đồng, as far as it is known.
    pub cost_dong: i64,
    /// Those of them whose cost is not known.
    pub cost_unknown: u64,
}

/// What of the register may be made public.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Disclosed {
    /// The file's format.
    pub format: &'static str,
    /// The local day that it was made on.
    pub made_on: Date,
    /// All that are to stand in the end.
    pub wanted: u64,
    /// Those that stand.
    pub installed: u64,
    /// Places at which cameras stand.
    pub places: u64,
    /// By ward and stage.
    pub wards: Vec<RegisterCount>,
    /// By source of money.
    pub funding: Vec<DisclosedPart>,
    /// By contributor; those who are not to be named together.
    pub contributors: Vec<DisclosedPart>,
    /// Every camera, by ward and code.
    pub cameras: Vec<DisclosedCamera>,
}

/// What of these cameras may be made public.
pub fn disclosed(register: &[RegisterCamera], counts: &RegisterCounts, made_on: Date) -> Disclosed {
    let veil = Veil::of(register);
    // In this order before anything is veiled.
    let mut sorted: Vec<&RegisterCamera> = register.iter().collect();
    sorted.sort_by(|a, b| (&a.ward, &a.code).cmp(&(&b.ward, &b.code)));
    let cameras: Vec<DisclosedCamera> = sorted.iter().map(|c| camera(c, &veil)).collect();
    let wards = counts.parts.iter().map(|part| RegisterCount {
        ward: veil.over(&part.ward),
        stage: part.stage.as_ref().map(|s| veil.over(s)),
        ..part.clone()
    });
    let there = || cameras.iter().zip(&sorted).filter(|(c, _)| stays(c));
    Disclosed {
        format: "streetward.disclosure/1",
        made_on,
        wanted: counts.wanted,
        installed: counts.installed,
        places: counts.places,
        wards: wards.collect(),
        funding: parts(there().map(|(c, _)| (c.funding_source.clone(), c.cost_dong))),
        contributors: parts(
            there()
                .filter(|(_, kept)| kept.contributor.is_some())
                .map(|(c, _)| (c.contributor.clone(), c.cost_dong)),
        ),
        cameras,
    }
}

fn stays(camera: &DisclosedCamera) -> bool {
    camera.state != RegisterState::Removed
}

fn camera(c: &RegisterCamera, veil: &Veil) -> DisclosedCamera {
    let veiled = veil.camera(c);
    DisclosedCamera {
        code: veil.code(&c.code),
        name: veiled.name,
        ward: veiled.ward,
        stage: veiled.stage,
        place: veiled.place,
        state: c.state,
        installed_on: c.installed_on,
        vendor: veiled.vendor,
        contract: veiled.contract,
        funding_source: veiled.funding,
        contributor: veiled.contributor,
        cost_dong: c.cost_dong,
    }
}

/// What shares a name comes to; those without a name last.
fn parts(each: impl Iterator<Item = (Option<String>, Option<i64>)>) -> Vec<DisclosedPart> {
    let mut sums: BTreeMap<(bool, Option<String>), (u64, i64, u64)> = BTreeMap::new();
    for (name, cost) in each {
        let sum = sums.entry((name.is_none(), name)).or_default();
        sum.0 += 1;
        match cost {
            Some(cost) => sum.1 = sum.1.saturating_add(cost),
            None => sum.2 += 1,
        }
    }
    sums.into_iter()
        .map(|((_, name), (cameras, cost_dong, cost_unknown))| DisclosedPart {
            name,
            cameras,
            cost_dong,
            cost_unknown,
        })
        .collect()
}
