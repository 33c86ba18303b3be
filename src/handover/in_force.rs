//! What was in force when an event happened: as its record says, and as the catalogue has it now.

use crate::evidence::Event;
use crate::law::{Conduct, Exemption, Overlap, Provision, citation};
use serde::Serialize;

/// What was in force.
#[derive(Debug, Serialize)]
pub(super) struct InForce {
    format: &'static str,
    event: String,
    /// The local date it is asked of.
    on: String,
    /// Whether the catalogue names the same provisions today as the record did.
    as_recorded: bool,
    /// By the record.
    recorded: Vec<Provision>,
    /// By the catalogue of the program that made the pack.
    catalogue: Vec<Provision>,
    overlap: Vec<Overlap>,
    exemptions: Vec<Exemption>,
    /// What this list is and is not.
    note: [&'static str; 2],
}

/// Of an event.
pub(super) fn in_force(event: &Event) -> InForce {
    let date = event.moment.wall().local().date();
    let class = event.subjects.first().map(|s| s.class);
    let cited = citation(Conduct { kind: event.kind, class, people: None, date });
    let catalogue: Vec<Provision> = cited.articles.iter().map(|a| a.provision.clone()).collect();
    let places = |list: &[Provision]| list.iter().map(Provision::cited).collect::<Vec<_>>();
    let recorded = event.provisions.clone();
    InForce {
        format: "streetward.in-force/1",
        event: event.id.to_string(),
        on: date.to_string(),
        // The record may know how many were on the vehicle, and then names fewer.
        as_recorded: places(&recorded).iter().all(|p| places(&catalogue).contains(p)),
        recorded,
        catalogue,
        overlap: cited.overlap,
        exemptions: cited.exemptions.into_iter().cloned().collect(),
        note: [
            "Danh mục để người có thẩm quyền xem xét; không phải là kết luận vi phạm.",
            "A list for the officer to consider; it is no finding that the law was broken.",
        ],
    }
}
