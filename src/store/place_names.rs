//! The places that events name, and which of them a text that somebody looks for means.

use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Beginnings of ids are looked for from so many letters on.
const ID_LETTERS: usize = 4;

/// A place that events name; `ward` is empty for none.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PlaceName {
    pub(super) camera: String,
    pub(super) camera_name: String,
    pub(super) ward: String,
    pub(super) zone: String,
}

/// All of them, and how far the database's were read.
#[derive(Debug, Default)]
pub(super) struct PlaceNames {
    pub(super) last: i64,
    /// Each with what it is found by.
    places: Vec<(PlaceName, [String; 2])>,
}

/// Which events a text means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Meant {
    /// All that were stored when it was asked.
    All,
    /// Those of a camera, of a place, or of an id.
    These { cameras: Vec<String>, places: Vec<PlaceName>, ids: Vec<String> },
}

impl PlaceNames {
    pub(super) fn add(&mut self, number: i64, place: PlaceName) {
        self.last = self.last.max(number);
        let words = [&place.camera, &place.camera_name, &place.ward, &place.zone];
        // Something that no text has between them, so that none is found across two.
        let joined = words.map(String::as_str).join("\n");
        self.places.push((place, [small(&joined), plain(&joined)]));
    }

    /// The places whose camera, name, ward or zone has `text` in it. Capitals do not matter, nor do
    /// marks where `text` has none: "le loi" means "Lê Lợi".
    pub(super) fn meant(&self, text: &str, ids: Vec<String>) -> Meant {
        let marked = small(text) != plain(text);
        let wanted = if marked { small(text) } else { plain(text) };
        let found = |found_by: &[String; 2]| found_by[usize::from(!marked)].contains(&wanted);
        let mut by_camera: BTreeMap<&str, (Vec<&PlaceName>, usize)> = BTreeMap::new();
        for (place, found_by) in &self.places {
            let of = by_camera.entry(&place.camera).or_default();
            of.1 += 1;
            if found(found_by) {
                of.0.push(place);
            }
        }
        if by_camera.values().all(|(found, all)| found.len() == *all) && !by_camera.is_empty() {
            return Meant::All;
        }
        let (mut cameras, mut places) = (Vec::new(), Vec::new());
        for (camera, (found, all)) in by_camera {
            if found.len() == all {
                cameras.push(camera.to_owned());
            } else {
                places.extend(found.into_iter().cloned());
            }
        }
        Meant::These { cameras, places, ids }
    }
}

/// The ids that a text may be the beginning of lie from the first of these to before the second.
pub(super) fn id_range(text: &str) -> Option<(String, String)> {
    let text = text.to_ascii_lowercase();
    let of_id = text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    (of_id && text.len() >= ID_LETTERS).then(|| (text.clone(), format!("{text}g")))
}

fn small(text: &str) -> String {
    text.nfc().flat_map(char::to_lowercase).collect()
}

fn plain(text: &str) -> String {
    let letters = text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase);
    letters.map(|c| if c == 'đ' { 'd' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> PlaceNames {
        let mut names = PlaceNames::default();
        let places = [
            ("p1-01", "Ngã tư Lê Lợi", "Phường 1", "vạch vàng"),
            ("p1-01", "Ngã tư Lê Lợi", "Phường 1", "vỉa hè"),
            ("p3-07", "Bến xe Đông", "", "vỉa hè"),
        ];
        for (n, (camera, name, ward, zone)) in places.into_iter().enumerate() {
            let [camera, camera_name, ward, zone] = [camera, name, ward, zone].map(str::to_owned);
            names.add(n as i64 + 1, PlaceName { camera, camera_name, ward, zone });
        }
        names
    }

    fn cameras(text: &str) -> (Vec<String>, usize) {
        match names().meant(text, Vec::new()) {
            Meant::All => (vec!["*".to_owned()], 0),
            Meant::These { cameras, places, .. } => (cameras, places.len()),
        }
    }

    #[test]
    fn marks_matter_only_where_somebody_typed_them() {
        for text in ["lê lợi", "LÊ LỢI", "le loi", "Le Loi", "Le\u{302} Lo\u{31b}\u{323}i"] {
            assert_eq!(cameras(text), (vec!["p1-01".to_owned()], 0), "{text}");
        }
        assert_eq!(cameras("dong"), (vec!["p3-07".to_owned()], 0));
        assert_eq!(cameras("lê loi"), (Vec::new(), 0));
    }

    #[test]
    fn a_zone_of_several_means_that_zone_alone() {
        assert_eq!(cameras("vỉa"), (vec!["p3-07".to_owned()], 1));
        assert_eq!(cameras("e"), (vec!["*".to_owned()], 0));
    }

    #[test]
    fn ids_are_meant_by_four_digits_or_more() {
        assert_eq!(id_range("abc"), None);
        assert_eq!(id_range("ABCD"), Some(("abcd".to_owned(), "abcdg".to_owned())));
        assert_eq!(id_range("lê lợi"), None);
    }
}
