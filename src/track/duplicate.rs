//! One object, two boxes: a van seen as car and as truck must not become two tracks.

use crate::vision::{BBox, Detection, Family};

/// A vehicle's box this much inside another's is a part of it…
const INSIDE: f32 = 0.95;
/// …when it is also this large beside it; a smaller one may be a car in front of a bus.
const INSIDE_AREA: f32 = 0.6;

/// Whether two boxes of `family` are one object seen twice.
///
/// People are never merged for lying inside one another: the smaller box may well be a second
/// person further away.
pub(super) fn same_object(a: &BBox, b: &BBox, family: Family, iou: f32) -> bool {
    if a.iou(b) >= iou {
        return true;
    }
    if family != Family::Vehicle {
        return false;
    }
    let (small, large) = (a.area().min(b.area()), a.area().max(b.area()));
    small >= INSIDE_AREA * large && a.intersection(b) >= INSIDE * small
}

/// Leaves the better of each two detections of one object. `detections` are ordered by falling
/// score and stay so.
pub(super) fn suppress(detections: &mut Vec<Detection>, iou: f32) {
    let mut kept = 0;
    for i in 0..detections.len() {
        let d = detections[i];
        let family = d.class.family();
        let again = detections[..kept]
            .iter()
            .any(|k| k.class.family() == family && same_object(&k.bbox, &d.bbox, family, iou));
        if !again {
            detections[kept] = d;
            kept += 1;
        }
    }
    detections.truncate(kept);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::Class;

    fn seen(class: Class, x2: f32, y2: f32, score: f32) -> Detection {
        Detection { bbox: BBox { x1: 0.0, y1: 0.0, x2, y2 }, class, score }
    }

    fn left(mut detections: Vec<Detection>) -> Vec<f32> {
        suppress(&mut detections, 0.8);
        detections.iter().map(|d| d.score).collect()
    }

    #[test]
    fn car_and_truck_on_one_van_leave_the_better() {
        let (a, b) = (seen(Class::Car, 100.0, 60.0, 0.6), seen(Class::Truck, 104.0, 62.0, 0.5));
        assert_eq!(left(vec![a, b]), [0.6]);
    }

    #[test]
    fn a_car_before_a_bus_stays_but_most_of_a_van_does_not() {
        let bus = seen(Class::Bus, 200.0, 100.0, 0.8);
        assert_eq!(left(vec![bus, seen(Class::Car, 100.0, 60.0, 0.6)]), [0.8, 0.6]);
        assert_eq!(left(vec![bus, seen(Class::Car, 140.0, 100.0, 0.6)]), [0.8]);
    }

    #[test]
    fn a_person_inside_anothers_box_and_another_family_stay() {
        let person = seen(Class::Person, 40.0, 100.0, 0.8);
        assert_eq!(left(vec![person, seen(Class::Person, 30.0, 100.0, 0.6)]), [0.8, 0.6]);
        assert_eq!(left(vec![person, seen(Class::Motorcycle, 40.0, 100.0, 0.6)]), [0.8, 0.6]);
    }
}
