//! What of a picture is blurred: of everybody seen, those who have nothing to do with the event.

use super::clip::{Instant, Seen, Watched};
use super::involved::{Involved, Own};
use super::region;
use crate::media::Patch;
use crate::vision::{BBox, Family};

/// Whoever was seen so shortly before or after, and is missed now, is still about there, seconds.
const MISSED: f64 = 0.25;
/// Overlap from which somebody seen is the one involved.
const THEMSELVES: f32 = 0.45;
/// Two boxes of one object.
const TWICE: f32 = 0.7;

/// What is blurred of each instant of a clip.
pub(super) fn of_clip(watched: &Watched, involved: &Involved) -> Vec<Vec<Patch>> {
    let others: Vec<(Vec<Own>, Vec<Seen>)> = (watched.instants.iter())
        .map(|instant| {
            let own = involved.at(instant);
            let others = others(&instant.seen, &own);
            (own, others)
        })
        .collect();
    (0..others.len())
        .map(|n| {
            let (own, here) = &others[n];
            let mut all = here.clone();
            let now = watched.instants[n].time;
            let first = watched.instants.partition_point(|i| i.time < now.plus(-MISSED));
            let last = watched.instants.partition_point(|i| i.time <= now.plus(MISSED));
            for (_, near) in &others[first..last.max(first)] {
                for seen in near {
                    let known = |s: &Seen| {
                        s.class.family() == seen.class.family() && s.bbox.iou(&seen.bbox) >= 0.4
                    };
                    // Nor is it whoever is involved, who has come there meanwhile.
                    if !all.iter().any(known) && !is_own(seen, own) {
                        all.push(*seen);
                    }
                }
            }
            all.iter().flat_map(|seen| patches(seen, &all, own)).collect()
        })
        .collect()
}

/// What is blurred of one picture.
pub(super) fn of_picture(instant: &Instant, own: &[Own]) -> Vec<Patch> {
    let others = others(&instant.seen, own);
    others.iter().flat_map(|seen| patches(seen, &others, own)).collect()
}

/// Those who are not involved.
fn others(seen: &[Seen], own: &[Own]) -> Vec<Seen> {
    // Of several who could be the one involved the nearest is, and whatever else is the same box.
    let mut themselves: Vec<BBox> = Vec::new();
    for own in own {
        let best = (seen.iter())
            .filter(|s| s.class.family() == own.class.family())
            .max_by(|a, b| a.bbox.iou(&own.bbox).total_cmp(&b.bbox.iou(&own.bbox)));
        themselves.extend(best.filter(|s| s.bbox.iou(&own.bbox) >= THEMSELVES).map(|s| s.bbox));
        themselves.push(own.bbox);
    }
    let same = |s: &Seen| themselves.iter().any(|b| b.iou(&s.bbox) >= TWICE);
    seen.iter().filter(|s| !same(s) && !is_own(s, own)).copied().collect()
}

/// Whether somebody belongs to who is involved: rides or sits in it, or is a part of them seen twice.
fn is_own(seen: &Seen, own: &[Own]) -> bool {
    let inside = |own: &BBox| seen.bbox.intersection(own) / seen.bbox.area().max(1.0);
    own.iter().any(|o| match (o.class.family(), seen.class.family()) {
        (a, b) if a == b && o.bbox.iou(&seen.bbox) >= TWICE => true,
        // The other way round, whoever is involved rides it.
        (Family::TwoWheeler, Family::Person) | (Family::Person, Family::TwoWheeler) => {
            let (low, high) = match o.class.family() {
                Family::TwoWheeler => (&o.bbox, &seen.bbox),
                _ => (&seen.bbox, &o.bbox),
            };
            rides(high, low)
        }
        (Family::Vehicle, Family::Person) => {
            inside(&o.bbox) >= 0.9 && seen.bbox.height() < 0.5 * o.bbox.height()
        }
        (Family::Vehicle, Family::Vehicle) => inside(&o.bbox) >= 0.85,
        _ => false,
    })
}

/// Whether a person is where the rider of a two-wheeler is: over it, the feet within it.
fn rides(person: &BBox, two_wheeler: &BBox) -> bool {
    let w = two_wheeler.width();
    let (x, _) = person.centre();
    let across = (two_wheeler.x1 - 0.1 * w..two_wheeler.x2 + 0.1 * w).contains(&x);
    let h = two_wheeler.height();
    let feet = (two_wheeler.y1 + 0.2 * h..two_wheeler.y2 + 0.1 * h).contains(&person.y2);
    let seat = person.y1 < two_wheeler.y1 + 0.5 * h;
    across && feet && seat && person.width() < 1.6 * w
}

fn patches(seen: &Seen, all: &[Seen], own: &[Own]) -> Vec<Patch> {
    match seen.class.family() {
        Family::Person => vec![Patch {
            area: region::head(&seen.bbox),
            spared: own.iter().filter_map(|o| spared_by_head(seen, o)).collect(),
        }],
        Family::Head => {
            vec![Patch { area: region::head(&seen.bbox), spared: Vec::new() }]
        }
        Family::Vehicle => plates(region::plates(&seen.bbox), own),
        Family::TwoWheeler => {
            let ridden =
                |s: &&Seen| s.class.family() == Family::Person && rides(&s.bbox, &seen.bbox);
            let mut patches = plates(region::plates_two(&seen.bbox), own);
            if !all.iter().any(|s| ridden(&s)) {
                let area = region::unseen_rider(&seen.bbox);
                let spared = own.iter().map(|o| region::area(&o.bbox)).collect();
                patches.push(Patch { area, spared });
            }
            patches
        }
        _ => Vec::new(),
    }
}

fn plates(area: Option<crate::media::Area>, own: &[Own]) -> Vec<Patch> {
    let spared = || own.iter().map(|o| region::area(&o.bbox)).collect();
    area.map(|area| Patch { area, spared: spared() }).into_iter().collect()
}

/// What another's head may not cover of somebody involved: of a person the head; all of him where the
/// box is nearly all within his, so that it may be a part of him; of a vehicle its plates.
fn spared_by_head(seen: &Seen, own: &Own) -> Option<crate::media::Area> {
    match own.class.family() {
        Family::Person => {
            let inside = seen.bbox.intersection(&own.bbox) / seen.bbox.area().max(1.0);
            Some(if inside >= 0.85 { region::area(&own.bbox) } else { region::own_head(&own.bbox) })
        }
        Family::Vehicle => region::plates(&own.bbox),
        Family::TwoWheeler => region::plates_two(&own.bbox),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::Class;

    fn seen(class: Class, [x1, y1, x2, y2]: [f32; 4]) -> Seen {
        Seen { bbox: BBox { x1, y1, x2, y2 }, class, track: None }
    }

    fn blurred(all: &[Seen], own: &[Own], x: f32, y: f32) -> bool {
        let time = crate::media::MediaTime::ZERO;
        let instant = Instant { time, seen: all.to_vec() };
        of_picture(&instant, own).iter().any(|p| {
            let holds =
                |a: &crate::media::Area| (a.x1..a.x2).contains(&x) && (a.y1..a.y2).contains(&y);
            holds(&p.area) && !p.spared.iter().any(holds)
        })
    }

    #[test]
    fn heads_of_others_are_blurred_and_the_one_involved_is_not() {
        let jaywalker = seen(Class::Person, [100.0, 50.0, 130.0, 140.0]);
        let beside = seen(Class::Person, [122.0, 52.0, 152.0, 142.0]);
        let own = [Own { bbox: jaywalker.bbox, class: Class::Person }];
        let all = [jaywalker, beside];
        assert!(!blurred(&all, &own, 112.0, 58.0), "his own head");
        assert!(blurred(&all, &own, 140.0, 60.0), "the other's");
        assert!(!blurred(&all, &own, 112.0, 120.0));
        assert!(blurred(&all, &[], 112.0, 58.0), "involved in nothing");
    }

    #[test]
    fn the_rider_of_the_vehicle_involved_belongs_to_it() {
        let scooter = seen(Class::Motorcycle, [200.0, 100.0, 260.0, 160.0]);
        let rider = seen(Class::Person, [212.0, 60.0, 246.0, 140.0]);
        let all = [scooter, rider];
        let own = [Own { bbox: scooter.bbox, class: Class::Motorcycle }];
        assert!(!blurred(&all, &own, 230.0, 66.0) && !blurred(&all, &own, 230.0, 150.0));
        assert!(blurred(&all, &[], 230.0, 66.0) && blurred(&all, &[], 230.0, 150.0));
        // Nobody was seen on it, and somebody will be.
        assert!(blurred(&all[..1], &[], 230.0, 80.0));
    }

    #[test]
    fn a_walker_before_the_car_involved_is_no_passenger() {
        let car = seen(Class::Car, [100.0, 100.0, 300.0, 220.0]);
        let walker = seen(Class::Person, [180.0, 80.0, 220.0, 225.0]);
        let driver = seen(Class::Person, [150.0, 110.0, 185.0, 150.0]);
        let own = [Own { bbox: car.bbox, class: Class::Car }];
        let all = [car, walker, driver];
        assert!(blurred(&all, &own, 200.0, 90.0));
        assert!(!blurred(&all, &own, 160.0, 115.0));
        assert!(!blurred(&all, &own, 200.0, 200.0), "its plate");
        let other = seen(Class::Car, [400.0, 100.0, 600.0, 220.0]);
        assert!(blurred(&[other], &own, 500.0, 200.0));
    }
}
