//! What a report's file is called by: reports of one period that count different things are different
//! files.

use crate::register::{Veil, fold};
use crate::rules::Domain;
use crate::store::QueueFilter;
use sha2::{Digest, Sha256};

/// Letters of a file's name that tell what it is limited to, at most.
const LETTERS: usize = 60;
/// Letters of a checksum that tell names apart.
const SUM: usize = 6;

/// What is limited, to what, as an end of a file's name; empty: nothing is. A file goes as far as what
/// it holds, so the veil lies over its name, too.
pub(super) fn narrowed(filter: &QueueFilter, veil: &Veil) -> String {
    let scope = &filter.scope;
    let or = |own: Vec<String>, scope: Option<Vec<String>>| {
        if own.is_empty() { scope.unwrap_or_default() } else { own }
    };
    let word = |name: &str| name.replace('_', "-");
    let domains = |all: &[Domain]| all.iter().map(|d| word(d.name())).collect::<Vec<_>>();
    let parts = [
        ("ward", or(filter.wards.clone(), scope.wards.clone())),
        ("domain", or(domains(&filter.domains), scope.domains.as_deref().map(domains))),
        ("kind", filter.kinds.iter().map(|k| word(k.name())).collect()),
        ("camera", filter.cameras.clone()),
        ("agency", filter.agency.iter().cloned().collect()),
    ];
    let mut parts: Vec<(&str, Vec<String>)> =
        parts.into_iter().filter(|(_, values)| !values.is_empty()).collect();
    if parts.is_empty() {
        return String::new();
    }
    let joined = |parts: &[(&str, Vec<String>)]| {
        let said = parts.iter().map(|(key, values)| format!("{key} {}", values.join(", ")));
        said.collect::<Vec<_>>().join("; ")
    };
    // Two that are both veiled are two files all the same.
    let said = joined(&parts);
    for (key, values) in &mut parts {
        for value in values {
            match *key {
                "ward" => *value = veil.over(value),
                "camera" => *value = veil.code(value),
                _ => {}
            }
        }
    }
    let slug: String =
        fold(&joined(&parts)).replace(' ', "-").chars().filter(char::is_ascii).collect();
    // Names that differ in signs and marks alone, or far behind, must not share a file.
    let kept = |values: &[String]| matches!(values, [one] if one.is_ascii() && fold(one).replace(' ', "-") == *one);
    if parts.iter().all(|(_, values)| kept(values)) && slug.len() <= LETTERS {
        return format!("-{slug}");
    }
    let short: String = slug.chars().take(LETTERS).collect();
    let sum = hex::encode(Sha256::digest(said));
    format!("-{}-{}", short.trim_end_matches('-'), &sum[..SUM])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Kind;
    use crate::store::QueueScope;
    use std::collections::BTreeSet;

    fn narrowed(filter: &QueueFilter) -> String {
        super::narrowed(filter, &Veil::default())
    }

    #[test]
    fn what_is_counted_differently_is_named_differently() {
        let ward = |name: &str| QueueFilter {
            scope: QueueScope { wards: Some(vec![name.to_owned()]), domains: None },
            ..QueueFilter::default()
        };
        assert_eq!(narrowed(&QueueFilter::default()), "");
        let named = narrowed(&ward("Phường Tân Hưng"));
        assert!(named.starts_with("-ward-phuong-tan-hung-"), "{named}");
        assert_ne!(named, narrowed(&ward("Phường Tân Hùng")));
        let long = narrowed(&ward(&"Phường ".repeat(60)));
        assert!(long.len() <= 1 + LETTERS + 1 + SUM && long.is_ascii(), "{long}");
        let camera = QueueFilter {
            cameras: vec!["p1-cong".to_owned()],
            kinds: vec![Kind::IllegalParking],
            ..QueueFilter::default()
        };
        assert_eq!(narrowed(&camera), "-kind-illegal-parking-camera-p1-cong");
        let cameras = |ids: &[&str]| {
            let cameras = ids.iter().map(|id| (*id).to_owned()).collect();
            narrowed(&QueueFilter { cameras, ..QueueFilter::default() })
        };
        let names = [cameras(&["a-b"]), cameras(&["a_b"]), cameras(&["A-b"]), cameras(&["a", "b"])];
        assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len(), "{names:?}");
    }
}
