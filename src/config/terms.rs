//! Reads the keys of `[[rules]]` that only some mechanisms know.

use super::drawn::{Drawn, named};
use super::reference;
use super::suggest;
use super::table::{Optional, Table};
use crate::rules::{
    CrossingTerms, CrowdTerms, DirectionTerms, Kind, LeftTerms, Mechanism, OccupancyTerms,
    OwnerNeeded, RidersTerms, SpeedTerms, Terms, Way,
};

/// The longest time a rule may allow or wait, a day.
const LONGEST_SECONDS: f64 = 86_400.0;

const WAYS: [(&str, Way); 3] =
    [("forward", Way::Forward), ("backward", Way::Backward), ("both", Way::Both)];

const OWNERS: [(&str, OwnerNeeded); 2] = [("seen", OwnerNeeded::Seen), ("any", OwnerNeeded::Any)];

/// Whether a key that not all rules know means something to rules of `kind`.
pub(super) fn concern(kind: Kind, key: &str) -> bool {
    match key {
        "dwell_seconds" => kind.info().mechanism.has_dwell(),
        "signal" | "grace_seconds" | "exempt_exits" => kind == Kind::RedLight,
        "exit_line" => kind == Kind::BannedTurn,
        "within_seconds" => matches!(kind, Kind::BannedTurn | Kind::RedLight),
        "grown_share" => kind == Kind::Dumping,
        "owner" => kind == Kind::Littering,
        "most_people" => matches!(kind, Kind::Overloading | Kind::Crowd),
        "beyond_lengths" | "way" => kind.info().mechanism == Mechanism::Crossing,
        "tolerance_degrees" | "travel_lengths" => kind == Kind::WrongWay,
        "limit_kmh" | "margin_kmh" => kind == Kind::Speeding,
        "stay_seconds" | "owner_gone_seconds" | "reach_lengths" => {
            kind.info().mechanism == Mechanism::LeftObject
        }
        "most_share" | "reference" => kind.info().mechanism == Mechanism::Occupancy,
        _ => false,
    }
}

/// Reads what the mechanism of `kind` needs. `None` when anything is wrong with it.
pub(super) fn read(table: &Table<'_>, kind: Kind, drawn: &Drawn) -> Option<Terms> {
    Some(match Terms::of(kind) {
        Terms::None => Terms::None,
        Terms::Crossing(terms) => Terms::Crossing(crossing(table, kind, &terms, drawn)?),
        Terms::Direction(terms) => Terms::Direction(DirectionTerms {
            tolerance_degrees: number(table, "tolerance_degrees", 5.0, 90.0, "degrees")?
                .unwrap_or(terms.tolerance_degrees),
            travel_lengths: number(table, "travel_lengths", 0.2, 100.0, "lengths")?
                .unwrap_or(terms.travel_lengths),
        }),
        Terms::Speed(terms) => Terms::Speed(SpeedTerms {
            limit_kmh: number(table, "limit_kmh", 5.0, 200.0, "km/h")?.unwrap_or(terms.limit_kmh),
            margin_kmh: number(table, "margin_kmh", 0.0, 100.0, "km/h")?
                .unwrap_or(terms.margin_kmh),
        }),
        Terms::Riders(terms) => Terms::Riders(RidersTerms {
            most_people: people(table, 10)?.unwrap_or(terms.most_people),
        }),
        Terms::Left(terms) => Terms::Left(LeftTerms {
            stay_seconds: seconds(table, "stay_seconds", 0.0)?.unwrap_or(terms.stay_seconds),
            owner_gone_seconds: seconds(table, "owner_gone_seconds", 0.0)?
                .unwrap_or(terms.owner_gone_seconds),
            reach_lengths: number(table, "reach_lengths", 0.2, 20.0, "heights of the owner")?
                .unwrap_or(terms.reach_lengths),
            grown_share: number(table, "grown_share", 0.0, 100.0, "")?.unwrap_or(terms.grown_share),
            owner: owner(table)?.unwrap_or(terms.owner),
        }),
        Terms::Occupancy(terms) => Terms::Occupancy(OccupancyTerms {
            most_share: number(table, "most_share", 0.01, 1.0, "")?.unwrap_or(terms.most_share),
            reference: reference::written(table)?,
        }),
        Terms::Crowd(terms) => Terms::Crowd(CrowdTerms {
            most_people: people(table, 10_000)?.unwrap_or(terms.most_people),
        }),
    })
}

fn crossing(
    table: &Table<'_>,
    kind: Kind,
    terms: &CrossingTerms,
    drawn: &Drawn,
) -> Option<CrossingTerms> {
    let required = |key: &str, what: &str, known: &[String]| {
        if !table.has(key) {
            table.missing(key, &format!("{key} = \"the name of one of this camera's {what}s\""));
        }
        named(table, key, what, known)
    };
    let signal = match kind {
        Kind::RedLight => Some(required("signal", "signal", &drawn.signals)?),
        _ => None,
    };
    let exit_line = match kind {
        Kind::BannedTurn => Some(required("exit_line", "line", &drawn.lines)?),
        _ => None,
    };
    let grace = seconds(table, "grace_seconds", 0.0)?;
    let within = seconds(table, "within_seconds", f64::MIN_POSITIVE)?;
    let beyond = number(table, "beyond_lengths", 0.0, 20.0, "lengths")?;
    Some(CrossingTerms {
        signal,
        grace_seconds: grace.unwrap_or(terms.grace_seconds),
        beyond_lengths: beyond.unwrap_or(terms.beyond_lengths),
        way: way(table)?.unwrap_or(terms.way),
        exit_line,
        within_seconds: within.unwrap_or(terms.within_seconds),
        exempt_exits: exits(table, &drawn.lines)?,
    })
}

fn number(table: &Table<'_>, key: &str, least: f64, most: f64, unit: &str) -> Optional<f64> {
    if !table.has(key) {
        return Some(None);
    }
    Some(Some(table.number(key, least..=most, unit)?.value))
}

fn people(table: &Table<'_>, most: i64) -> Optional<u32> {
    if !table.has("most_people") {
        return Some(None);
    }
    let written = table.integer("most_people", 1..=most, "people")?;
    Some(Some(u32::try_from(written.value).unwrap_or(u32::MAX)))
}

fn way(table: &Table<'_>) -> Optional<Way> {
    if !table.has("way") {
        return Some(None);
    }
    let written = table.string("way", "\"forward\", \"backward\" or \"both\"")?;
    let known = WAYS.iter().find(|(name, _)| *name == written.value);
    if known.is_none() {
        let hint = suggest::hint(written.value, "ways", &WAYS.map(|(name, _)| name));
        table.doc().refuse(written.span, &format!("unknown way \"{}\"{hint}", written.value));
    }
    known.map(|(_, way)| Some(*way))
}

fn owner(table: &Table<'_>) -> Optional<OwnerNeeded> {
    if !table.has("owner") {
        return Some(None);
    }
    let written = table.string("owner", "\"seen\" or \"any\"")?;
    let known = OWNERS.iter().find(|(name, _)| *name == written.value);
    if known.is_none() {
        let hint = suggest::hint(written.value, "owners", &OWNERS.map(|(name, _)| name));
        table.doc().refuse(written.span, &format!("unknown owner \"{}\"{hint}", written.value));
    }
    known.map(|(_, owner)| Some(*owner))
}

fn exits(table: &Table<'_>, lines: &[String]) -> Option<Vec<String>> {
    if !table.has("exempt_exits") {
        return Some(Vec::new());
    }
    let written = table.elements("exempt_exits", "an array of lines' names")?;
    let mut exits = Vec::with_capacity(written.value.len());
    for element in written.value {
        match element.get_ref().as_str() {
            Some(name) if lines.iter().any(|line| line == name) => exits.push(name.to_owned()),
            name => {
                let known: Vec<&str> = lines.iter().map(String::as_str).collect();
                let name = name.unwrap_or("?");
                let hint = suggest::hint(name, "lines", &known);
                table.doc().refuse(element.span(), &format!("there is no line \"{name}\"{hint}"));
            }
        }
    }
    (exits.len() == written.value.len()).then_some(exits)
}

pub(super) fn seconds(table: &Table<'_>, key: &str, least: f64) -> Optional<f64> {
    if !table.has(key) {
        return Some(None);
    }
    let written = table.number(key, f64::MIN..=f64::MAX, "seconds")?;
    if (least..=LONGEST_SECONDS).contains(&written.value) {
        return Some(Some(written.value));
    }
    let bound = if least > 0.0 { "greater than 0" } else { "0 or greater" };
    let message = format!("\"{key}\" must be {bound} and at most {LONGEST_SECONDS} seconds");
    table.doc().refuse(written.span, &message);
    None
}
