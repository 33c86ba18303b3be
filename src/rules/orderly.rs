//! An observation as rulings may rely on it: in order, sound, and of the view the rules were
//! drawn for.

use crate::scene::Observation;
use crate::vision::{BBox, View};
use std::borrow::Cow;

/// The observation with every list in order of its names, each name once, and without boxes that
/// are none. So the order in which things were found cannot matter. As a rule that is how it
/// comes, and nothing is copied.
///
/// While the camera looks elsewhere than the rules were drawn for ([`View::Moved`]), or cannot
/// tell where it looks ([`View::Unknown`]), nothing in the picture is known to be where it seems:
/// nothing of it is left. What was open then ends as whatever is not seen any more does.
pub(super) fn orderly(o: &Observation) -> Cow<'_, Observation> {
    if matches!(o.view, View::Moved(_) | View::Unknown) {
        return Cow::Owned(Observation::new(o.time, o.wall, o.view, Vec::new()));
    }
    let in_order = o.tracks.is_sorted_by(|a, b| a.id < b.id)
        && o.signals.is_sorted_by(|a, b| a.name < b.name)
        && o.things.is_sorted_by(|a, b| a.id < b.id)
        && o.covers.is_sorted_by(|a, b| a.zone < b.zone);
    let sound =
        o.tracks.iter().all(|s| is_box(&s.bbox)) && o.things.iter().all(|t| is_box(&t.bbox));
    if in_order && sound {
        return Cow::Borrowed(o);
    }
    let mut o = o.clone();
    o.tracks.retain(|s| is_box(&s.bbox));
    o.things.retain(|t| is_box(&t.bbox));
    // Whoever is said twice was said in some order: take the first by all that is said.
    o.tracks.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| corners(&a.bbox, &b.bbox)));
    o.tracks.dedup_by_key(|s| s.id);
    o.things.sort_by(|a, b| a.id.cmp(&b.id).then_with(|| corners(&a.bbox, &b.bbox)));
    o.things.dedup_by_key(|t| t.id);
    o.signals.sort_by(|a, b| a.name.cmp(&b.name));
    // Two states of one light: it cannot be told.
    let names: Vec<String> = o.signals.iter().map(|s| s.name.clone()).collect();
    o.signals.retain(|s| names.iter().filter(|n| **n == s.name).count() == 1);
    o.covers.sort_by(|a, b| (&a.zone, &a.cells.bits).cmp(&(&b.zone, &b.cells.bits)));
    o.covers.dedup_by(|a, b| a.zone == b.zone);
    Cow::Owned(o)
}

fn is_box(b: &BBox) -> bool {
    [b.x1, b.y1, b.x2, b.y2].iter().all(|v| v.is_finite() && v.abs() < 1e6)
        && b.x2 > b.x1
        && b.y2 > b.y1
}

fn corners(a: &BBox, b: &BBox) -> std::cmp::Ordering {
    let all = |b: &BBox| [b.x1, b.y1, b.x2, b.y2];
    let pairs = all(a).into_iter().zip(all(b));
    pairs.fold(std::cmp::Ordering::Equal, |order, (x, y)| order.then(x.total_cmp(&y)))
}
