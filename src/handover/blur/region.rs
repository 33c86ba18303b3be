//! Where in a box a head or a plate can be. Wide on purpose: what is blurred too much does less harm
//! than what is blurred too little.

use crate::media::Area;
use crate::vision::BBox;

/// A vehicle narrower than this shows a plate of less than about fifteen pixels, which nobody reads.
const READABLE: f32 = 48.0;
/// The same of a two-wheeler, whose plate takes more of its width.
const READABLE_TWO: f32 = 24.0;
/// Of a box, the margin on each side where what stands behind shows.
const MARGIN: f32 = 0.08;
/// Half a head, in widths of a person's box.
const HALF_HEAD: f32 = 0.26;
/// Where a plate can be, from the box's top.
const PLATES_FROM: f32 = 0.45;

pub(super) fn area(b: &BBox) -> Area {
    Area { x1: b.x1, y1: b.y1, x2: b.x2, y2: b.y2 }
}

/// What is surely hidden behind somebody or something that stands before it.
pub(super) fn hidden_by(b: &BBox) -> Area {
    let margin = MARGIN * b.width();
    Area { x1: b.x1 + margin, x2: b.x2 - margin, ..area(b) }
}

/// The head of a person: at the upper end, the taller a share the more of the body is hidden.
pub(super) fn head(person: &BBox) -> Area {
    let (w, h) = (person.width(), person.height());
    let tall = (0.26 * h).max(0.62 * w).min(0.6 * h);
    let side = 0.06 * w + 1.0;
    Area {
        x1: person.x1 - side,
        y1: person.y1 - 0.08 * h - 1.0,
        x2: person.x2 + side,
        y2: person.y1 + tall,
    }
}

/// The heads of two who are seen as one person, one of whom may stand lower.
pub(super) fn heads(both: &BBox) -> Area {
    let head = head(both);
    Area { y2: head.y2 + 0.08 * both.height(), ..head }
}

/// The core of an involved person's head, which the blur of `other`'s may not cover: where the two meet,
/// each has about the half that is nearer, and whoever stands before him all of the head. `None`: they
/// are so near each other that nobody can tell one from the other.
pub(super) fn own_head(person: &BBox, other: &BBox) -> Option<Area> {
    let (w, h) = (person.width(), person.height());
    let mut core = Area {
        x1: person.x1 + 0.12 * w,
        y1: person.y1,
        x2: person.x2 - 0.12 * w,
        y2: person.y1 + (0.2 * h).max(0.45 * w).min(0.5 * h),
    };
    let (x, theirs) = (person.centre().0, other.centre().0);
    // The other's half is a little larger.
    let border = theirs + 0.55 * (x - theirs);
    let before = other.y2 > person.y2;
    let head = if before { HALF_HEAD * other.width() } else { 0.0 };
    if theirs < x - 0.15 * w {
        core.x1 = core.x1.max(border).max(theirs + head);
    } else if theirs > x + 0.15 * w {
        core.x2 = core.x2.min(border).min(theirs - head);
    } else {
        let level = f32::midpoint(person.y1, other.y1) + 0.1 * h;
        if other.y1 < person.y1 - 0.12 * h {
            core.y1 = core.y1.max(level);
        } else if other.y1 > person.y1 + 0.12 * h {
            core.y2 = core.y2.min(if before { other.y1 } else { level });
        } else {
            return None;
        }
    }
    (core.x1 < core.x2 && core.y1 < core.y2).then_some(core)
}

/// What lies around the middle of an involved person's head.
pub(super) fn own_face(person: &BBox) -> Area {
    let (w, h, x) = (person.width(), person.height(), person.centre().0);
    Area {
        x1: x - 0.25 * w,
        y1: person.y1,
        x2: x + 0.25 * w,
        y2: person.y1 + (0.2 * h).max(0.45 * w).min(0.5 * h),
    }
}

/// Where the head of whoever rides a two-wheeler is, when he himself was not seen.
pub(super) fn unseen_rider(two_wheeler: &BBox) -> Area {
    let (w, h) = (two_wheeler.width(), two_wheeler.height());
    Area {
        x1: two_wheeler.x1 + 0.1 * w,
        y1: two_wheeler.y1 - 0.6 * h,
        x2: two_wheeler.x2 - 0.1 * w,
        y2: two_wheeler.y1 + 0.3 * h,
    }
}

/// Where the plates of a car, bus or lorry are; `None` where they are too small to be read.
pub(super) fn plates(vehicle: &BBox) -> Option<Area> {
    lower(vehicle, READABLE)
}

/// The same of a two-wheeler.
pub(super) fn plates_two(two_wheeler: &BBox) -> Option<Area> {
    lower(two_wheeler, READABLE_TWO)
}

fn lower(b: &BBox, readable: f32) -> Option<Area> {
    let (w, h) = (b.width(), b.height());
    (w >= readable).then_some(Area {
        x1: b.x1 - 0.02 * w,
        y1: b.y1 + PLATES_FROM * h,
        x2: b.x2 + 0.02 * w,
        y2: b.y2 + 0.04 * h,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(area: Area, x: f32, y: f32) -> bool {
        (area.x1..area.x2).contains(&x) && (area.y1..area.y2).contains(&y)
    }

    #[test]
    fn a_head_is_in_it_even_when_the_box_is_a_little_off() {
        // A walker of 80 pixels: the head is some eleven pixels tall.
        let walker = BBox { x1: 100.0, y1: 50.0, x2: 130.0, y2: 130.0 };
        for (dx, dy) in [(0.0, 0.0), (5.0, -4.0), (-5.0, 5.0)] {
            let (top, bottom) = (51.0 + dy, 61.0 + dy);
            assert!(holds(head(&walker), 115.0 + dx, top), "{dx} {dy}");
            assert!(holds(head(&walker), 115.0 + dx, bottom), "{dx} {dy}");
        }
        // Only head and shoulders look over a wall.
        let behind = BBox { x1: 0.0, y1: 0.0, x2: 30.0, y2: 34.0 };
        assert!(holds(head(&behind), 15.0, 17.0));
    }

    #[test]
    fn heads_side_by_side_are_divided_and_one_before_the_other_is_not() {
        let at = |x: f32, y: f32| BBox { x1: x, y1: y, x2: x + 40.0, y2: y + 100.0 };
        let own = at(100.0, 50.0);
        let left = own_head(&own, &at(84.0, 50.0)).unwrap();
        assert!(holds(left, 124.0, 60.0) && !holds(left, 108.0, 60.0));
        let right = own_head(&own, &at(116.0, 50.0)).unwrap();
        assert!(holds(right, 116.0, 60.0) && !holds(right, 132.0, 60.0));
        // Whoever stands before him shows all of his head.
        let nearer = own_head(&own, &at(108.0, 60.0)).unwrap();
        assert!(!holds(nearer, 119.0, 62.0) && holds(nearer, 108.0, 62.0));
        let shorter = own_head(&own, &at(102.0, 64.0)).unwrap();
        assert!(!holds(shorter, 120.0, 65.0) && holds(shorter, 120.0, 60.0));
        let behind = own_head(&own, &at(102.0, 30.0)).unwrap();
        assert!(holds(behind, 120.0, 60.0) && !holds(behind, 120.0, 48.0));
        assert_eq!(own_head(&own, &at(103.0, 52.0)), None);
    }

    #[test]
    fn plates_are_blurred_where_somebody_could_read_them() {
        let car = BBox { x1: 0.0, y1: 0.0, x2: 200.0, y2: 120.0 };
        let area = plates(&car).unwrap();
        assert!(holds(area, 100.0, 90.0) && !holds(area, 100.0, 30.0));
        assert_eq!(plates(&car.scaled(0.2, 0.2)), None);
        assert!(plates_two(&car.scaled(0.2, 0.5)).is_some());
    }
}
