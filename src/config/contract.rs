//! The tables [[contracts]]: what was agreed with whom about which cameras.

use super::hours::parse_hours;
use super::table::Table;
use crate::rules::HoursRange;

pub(super) const KEYS: &[&str] =
    &["name", "vendor", "agreed_seeing_percent", "counts_degraded_as_seeing", "cameras", "hours"];

/// A level agreed with the vendor of some cameras.
#[derive(Debug, Clone, PartialEq)]
pub struct Contract {
    /// What it is called; cameras name it as their `contract`.
    pub name: String,
    /// With whom.
    pub vendor: String,
    /// Percent of the time that is counted in which a camera must see, above 0 to 100.
    pub agreed_seeing_percent: f64,
    /// Whether a degraded view counts as seeing.
    pub counts_degraded_as_seeing: bool,
    /// Ids of cameras under it, besides those whose file names it.
    pub cameras: Vec<String>,
    /// Only these hours count, local time; empty: always.
    pub hours: Vec<HoursRange>,
}

/// Reads `[[contracts]]` of a site file, noting every mistake.
pub(super) fn read(root: &Table<'_>) -> Vec<Contract> {
    let mut contracts: Vec<Contract> = Vec::new();
    for table in root.tables("contracts", " in [[contracts]]", KEYS) {
        for (key, example) in [
            ("name", "name = \"Lot 1\""),
            ("vendor", "vendor = \"the company's name\""),
            ("agreed_seeing_percent", "agreed_seeing_percent = 99.5"),
        ] {
            if !table.has(key) {
                table.missing(key, example);
            }
        }
        let name = table.name("name");
        let vendor = table.label("vendor");
        let percent = table.number("agreed_seeing_percent", 1.0..=100.0, "percent");
        let degraded = table.flag("counts_degraded_as_seeing").unwrap_or(true);
        let (cameras, hours) = (cameras(&table), hours(&table));
        let (Some(name), Some(vendor), Some(percent)) = (name, vendor, percent) else { continue };
        if contracts.iter().any(|c| c.name == name.value) {
            let message = format!("two contracts are called \"{}\"; rename one", name.value);
            table.doc().refuse(name.span, &message);
            continue;
        }
        contracts.push(Contract {
            name: name.value,
            vendor: vendor.value,
            agreed_seeing_percent: percent.value,
            counts_degraded_as_seeing: degraded,
            cameras,
            hours,
        });
    }
    contracts
}

fn cameras(table: &Table<'_>) -> Vec<String> {
    let Some(written) = table.elements("cameras", "an array of cameras' ids") else {
        return Vec::new();
    };
    let mut cameras = Vec::with_capacity(written.value.len());
    for element in written.value {
        match element.get_ref().as_str() {
            Some(id) => cameras.push(id.to_owned()),
            None => table.wrong("cameras", element, "an array of cameras' ids in quotes"),
        }
    }
    cameras
}

fn hours(table: &Table<'_>) -> Vec<HoursRange> {
    let Some(written) = table.elements("hours", "an array like [\"06:00-22:00\"]") else {
        return Vec::new();
    };
    let mut hours = Vec::with_capacity(written.value.len());
    for element in written.value {
        let Some(text) = element.get_ref().as_str() else {
            table.wrong("hours", element, "an array like [\"06:00-22:00\"]");
            continue;
        };
        match parse_hours(text) {
            Ok(range) => hours.push(range),
            Err(error) => table.doc().refuse(element.span(), &format!("\"hours\" {error}")),
        }
    }
    hours
}

/// What of contracts and cameras does not go together, one sentence each.
pub(super) fn doubts<'a>(
    contracts: &[Contract],
    cameras: impl Iterator<Item = (&'a str, Option<&'a str>)> + Clone,
) -> Vec<String> {
    let mut doubts = Vec::new();
    for contract in contracts {
        let named = |(_, by): (&str, Option<&str>)| by == Some(contract.name.as_str());
        if contract.cameras.is_empty() && !cameras.clone().any(named) {
            doubts.push(format!(
                "contract \"{}\" has no cameras; list their ids under cameras, or write contract = \"{}\" in their files",
                contract.name, contract.name
            ));
        }
        for id in &contract.cameras {
            if !cameras.clone().any(|(known, _)| known == id) {
                doubts.push(format!(
                    "contract \"{}\" names a camera \"{id}\" that is not there",
                    contract.name
                ));
            }
        }
    }
    for (id, by) in cameras {
        let Some(by) = by else {
            let of: Vec<&str> = contracts
                .iter()
                .filter(|c| c.cameras.iter().any(|c| c == id))
                .map(|c| c.name.as_str())
                .collect();
            if of.len() > 1 {
                doubts.push(format!(
                    "camera \"{id}\" is under several contracts: {}; the first counts",
                    of.join(", ")
                ));
            }
            continue;
        };
        if !contracts.iter().any(|c| c.name == by) {
            doubts.push(format!(
                "camera \"{id}\" names a contract \"{by}\" that the site file does not have"
            ));
        }
    }
    doubts
}
