//! Positions as people type them, and whether they can be the city's.

use super::problem::Said;
use crate::config::Bounds;
use crate::store::RegisterPosition;

/// A camera so far from the middle of all others stands in another city, metres.
const FAR_METRES: f64 = 50_000.0;
/// Fewer positions have no middle that says anything.
const ENOUGH: usize = 4;

/// Degrees of a text: `9.9347`, `9,9347`, `9.9347° N`.
pub(super) fn degrees(text: &str) -> Option<f64> {
    let bare = text.trim().trim_end_matches(['N', 'E', 'n', 'e', 'B', 'Đ', '°', ' ']);
    let bare = bare.trim_end_matches(['°', ' ']);
    if bare.matches([',', '.']).count() > 1 {
        return None;
    }
    bare.replace(',', ".").parse().ok().filter(|d: &f64| d.is_finite())
}

/// Where cameras of the city stand.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Whereabouts {
    bounds: Option<Bounds>,
    middle: Option<RegisterPosition>,
}

impl Whereabouts {
    /// By the site's bounds or, without, by the medians of all positions.
    pub(super) fn new(bounds: Option<Bounds>, all: &[RegisterPosition]) -> Self {
        let median = |of: fn(&RegisterPosition) -> f64| {
            let mut values: Vec<f64> = all.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            values.get(values.len() / 2).copied()
        };
        let middle = median(|p| p.lat).zip(median(|p| p.lon));
        let middle = middle.filter(|_| all.len() >= ENOUGH && bounds.is_none());
        Self { bounds, middle: middle.map(|(lat, lon)| RegisterPosition { lat, lon }) }
    }

    /// Why a position cannot be the city's; `None`: it can.
    pub(super) fn refuses(&self, at: RegisterPosition) -> Option<Said> {
        if let Some(b) = self.bounds {
            return (!b.holds(at.lat, at.lon)).then(|| {
                Said::new(
                    format!(
                        "vị trí nằm ngoài địa bàn (vĩ độ {} đến {}, kinh độ {} đến {}); kiểm tra lại tọa độ, hoặc sửa \"bounds\" trong [register]",
                        b.south, b.north, b.west, b.east
                    ),
                    format!(
                        "the position lies outside the city (latitude {} to {}, longitude {} to {}); correct it, or \"bounds\" under [register]",
                        b.south, b.north, b.west, b.east
                    ),
                )
            });
        }
        let metres = self.middle?.metres_to(at);
        (metres > FAR_METRES).then(|| {
            let km = metres / 1000.0;
            Said::new(
                format!(
                    "vị trí cách các camera khác {km:.0} km; kiểm tra lại tọa độ, hoặc khai báo \"bounds\" trong [register]"
                ),
                format!(
                    "the position is {km:.0} km from the other cameras; correct it, or say where the city lies with \"bounds\" under [register]"
                ),
            )
        })
    }
}

/// Whether latitude and longitude stand in each other's place, as far as Vietnam goes.
pub(super) fn swapped(lat: f64, lon: f64) -> bool {
    (102.0..=118.0).contains(&lat) && (6.0..=24.0).contains(&lon)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_read_with_points_and_commas() {
        for text in ["9.9347", "9,9347", " 9.9347° N", "9.9347N", "9,9347 °B"] {
            assert_eq!(degrees(text), Some(9.9347), "{text}");
        }
        for text in ["", "chín", "9°56'04\"", "9.934.7", "9,934,7", "NaN", "inf", "9 9"] {
            assert_eq!(degrees(text), None, "{text}");
        }
        assert!(swapped(106.3453, 9.9347) && !swapped(9.9347, 106.3453));
    }
}
