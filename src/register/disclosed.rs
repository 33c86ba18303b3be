//! What of the register may be made public. A contributor is named where they agreed to it; who did not
//! is named nowhere, not even where a name or a place holds theirs. Owners, notes and exact positions
//! are nobody's business outside: they say who lives where, and what can be reached from the street.

use super::column::fold;
use crate::store::{RegisterCamera, RegisterCount, RegisterCounts, RegisterState};
use jiff::civil::Date;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What stands where a name may not.
const UNNAMED: &str = "(không nêu tên)";

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
    let named: BTreeSet<String> = contributors(register, |c| c.consent);
    let never: Vec<String> =
        contributors(register, |c| !c.consent).difference(&named).cloned().collect();
    // In this order before anything is veiled.
    let mut sorted: Vec<&RegisterCamera> = register.iter().collect();
    sorted.sort_by(|a, b| (&a.ward, &a.code).cmp(&(&b.ward, &b.code)));
    let cameras: Vec<DisclosedCamera> =
        sorted.iter().map(|c| Veil::of(c, &never).camera(c)).collect();
    let wards = counts.parts.iter().map(|part| {
        let veil = Veil { hidden: never.clone() };
        RegisterCount {
            ward: veil.over(&part.ward),
            stage: part.stage.as_ref().map(|s| veil.over(s)),
            ..part.clone()
        }
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

/// Folded names of those contributors of whom this holds.
fn contributors(
    register: &[RegisterCamera],
    of: impl Fn(&RegisterCamera) -> bool,
) -> BTreeSet<String> {
    let names = register.iter().filter(|c| of(c)).filter_map(|c| c.contributor.as_deref());
    names.map(fold).filter(|name| !name.is_empty()).collect()
}

/// Names that may not stand in what is said of a camera.
struct Veil {
    /// Folded.
    hidden: Vec<String>,
}

impl Veil {
    fn of(camera: &RegisterCamera, never: &[String]) -> Self {
        let own = camera.contributor.as_deref().filter(|_| !camera.consent).map(fold);
        let mut hidden = never.to_vec();
        hidden.extend(own.filter(|name| !name.is_empty() && !never.contains(name)));
        Self { hidden }
    }

    /// A text, or that a name is not told where it holds one.
    fn over(&self, text: &str) -> String {
        let words = format!(" {} ", fold(text));
        let holds = |name: &String| words.contains(&format!(" {name} "));
        if self.hidden.iter().any(holds) { UNNAMED.to_owned() } else { text.to_owned() }
    }

    fn camera(&self, c: &RegisterCamera) -> DisclosedCamera {
        let over = |text: &Option<String>| text.as_ref().map(|t| self.over(t));
        DisclosedCamera {
            code: self.over(&c.code),
            name: self.over(&c.name),
            ward: self.over(&c.ward),
            stage: over(&c.stage),
            place: over(&c.place),
            state: c.state,
            installed_on: c.installed_on,
            vendor: over(&c.vendor),
            contract: over(&c.contract),
            funding_source: over(&c.funding),
            contributor: c.contributor.clone().filter(|_| c.consent),
            cost_dong: c.cost_dong,
        }
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
