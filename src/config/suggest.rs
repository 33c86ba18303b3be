//! The name that was probably meant.

/// The candidate nearest to a mistyped name, where one is near enough to be worth naming: within a
/// third of its length in single-letter edits, transpositions counting as one.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.trim().to_lowercase().replace('-', "_");
    let allowed = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&name, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| {
            *distance <= allowed && *distance < candidate.chars().count()
        })
        .min_by(|(a_distance, a), (b_distance, b)| {
            let likeness = |candidate: &str| strsim::jaro_winkler(&name, candidate);
            a_distance.cmp(b_distance).then(likeness(b).total_cmp(&likeness(a)))
        })
        .map(|(_, candidate)| candidate)
}

/// The end of a message about an unknown name: the near one, or all that are known.
pub(super) fn hint(name: &str, what: &str, known: &[&str]) -> String {
    match nearest(name, known.iter().copied()) {
        Some(near) => format!("; did you mean \"{near}\"?"),
        None => format!("; the {what} are {}", known.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        let keys = ["dwell_seconds", "zone", "kind", "lat"];
        assert_eq!(nearest("dwel_seconds", keys), Some("dwell_seconds"));
        assert_eq!(nearest("Dwell-Seconds", keys), Some("dwell_seconds"));
        assert_eq!(nearest("zoen", keys), Some("zone"));
        assert_eq!(nearest("litering", ["loitering", "littering"]), Some("littering"));
        assert_eq!(nearest("x", keys), None);
        assert_eq!(nearest("", keys), None);
        assert_eq!(nearest("colour", keys), None);
    }
}
