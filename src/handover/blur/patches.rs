//! What of a picture is blurred: of everybody seen, those who have nothing to do with the event.

use super::involved::Involved;
use super::own::{Own, is_as_one, is_within};
use super::region;
use super::watched::{How, Seen, Watched};
use super::{beside, looks};
use crate::media::{Area, Patch};
use crate::vision::{BBox, Class, Family};

/// Whoever was seen so shortly before or after, and is missed now, is still about there, seconds.
const MISSED: f64 = 0.25;
/// Two boxes of one object.
const TWICE: f32 = 0.7;
/// A box that a tracker expects over somebody involved, from this overlap on, is theirs…
const GUESSED: f32 = 0.25;
/// …and from this one where its track is theirs.
const THEIR_GUESS: f32 = 0.1;
/// Down to there somebody in a vehicle is seen, in its heights.
const GLASS: f32 = 0.75;
/// Lower ends so near each other are level, in heights of the one involved.
const LEVEL: f32 = 0.02;
/// The upper end of a part that is taken for the whole lies no lower than this, in the same heights.
const SAME_TOP: f32 = 0.12;

/// Those involved and the others at one instant of a clip.
#[derive(Debug, Clone, Default)]
pub(super) struct Told {
    pub(super) own: Vec<Own>,
    pub(super) others: Vec<Seen>,
    /// One of those involved may be somebody else by then, and is among the others.
    pub(super) doubt: bool,
}

/// Who is who at each instant of a clip.
pub(super) fn tell(watched: &Watched, involved: &Involved) -> Vec<Told> {
    let instants = &watched.instants;
    let mut own: Vec<Vec<Own>> = (0..instants.len()).map(|n| involved.at(n, instants)).collect();
    let mut others: Vec<Vec<Seen>> = (instants.iter().zip(&own))
        .map(|(instant, own)| others(&instant.seen, own, involved))
        .collect();
    beside::add_unseen(instants, &own, &mut others);
    let were = own.clone();
    let doubt = looks::keep_the_same(watched, involved.moment, &mut own, &others);
    for n in (0..instants.len()).filter(|n| doubt[*n]) {
        let unseen = others[n].iter().filter(|s| !instants[n].seen.contains(s));
        let known = unseen.copied().chain(were[n].iter().map(Own::expected)).collect::<Vec<_>>();
        others[n] = self::others(&instants[n].seen, &own[n], involved);
        others[n].extend(known);
    }
    let told = |n: usize| {
        let (own, mut all) = (own[n].clone(), others[n].clone());
        let now = instants[n].time;
        let first = instants.partition_point(|i| i.time < now.plus(-MISSED));
        let last = instants.partition_point(|i| i.time <= now.plus(MISSED));
        for seen in others[first..last.max(first)].iter().flatten() {
            let known =
                |s: &Seen| s.class.family() == seen.class.family() && s.bbox.iou(&seen.bbox) >= 0.4;
            // Nor is it whoever is involved, who has come there meanwhile.
            let guess = Seen { how: How::Guessed, ..*seen };
            if !all.iter().any(known) && !is_own(&guess, &own, involved) {
                all.push(guess);
            }
        }
        Told { own, others: all, doubt: doubt[n] }
    };
    (0..instants.len()).map(told).collect()
}

/// What is blurred at an instant.
pub(super) fn of(told: &Told, involved: &Involved) -> Vec<Patch> {
    let Told { own, others, .. } = told;
    let of_others = others.iter().flat_map(|seen| patches(seen, others, own, involved));
    // Whoever was taken into the box of one involved may be anywhere in it.
    let as_one = own.iter().filter(|o| others.iter().any(|seen| is_as_one(seen, o)));
    let of_both = as_one.map(|o| Patch { area: region::heads(&o.bbox), spared: Vec::new() });
    of_others.chain(of_both).collect()
}

/// Whether somebody cannot be told from who is involved, so that the heads of both are blurred.
pub(super) fn is_undecided(told: &Told, involved: &Involved) -> bool {
    let person = |class: Class| class.family() == Family::Person;
    told.doubt
        || told.others.iter().filter(|s| person(s.class)).any(|seen| {
            let mut persons = told.own.iter().filter(|o| person(o.class));
            persons.any(|own| spared_by_head(seen, own, involved).is_none())
        })
}

/// Those who are not involved.
pub(super) fn others(seen: &[Seen], own: &[Own], involved: &Involved) -> Vec<Seen> {
    let themselves = |i: usize| own.iter().any(|o| o.seen == Some(i));
    let others =
        seen.iter().enumerate().filter(|(i, s)| !themselves(*i) && !is_own(s, own, involved));
    others.map(|(_, s)| *s).collect()
}

/// Whether somebody belongs to who is involved: rides or sits in it, or is a part of them seen twice.
fn is_own(seen: &Seen, own: &[Own], involved: &Involved) -> bool {
    let inside = |own: &BBox| seen.bbox.intersection(own) / seen.bbox.area().max(1.0);
    own.iter().any(|o| match (o.class.family(), seen.class.family()) {
        (a, b) if a == b && is_twice(seen, o, involved) => true,
        // The other way round, whoever is involved rides it.
        (Family::TwoWheeler, Family::Person) | (Family::Person, Family::TwoWheeler) => {
            let (low, high) = match o.class.family() {
                Family::TwoWheeler => (&o.bbox, &seen.bbox),
                _ => (&seen.bbox, &o.bbox),
            };
            rides(high, low)
        }
        // Behind glass; whoever stands before it has his feet at its lower end.
        (Family::Vehicle, Family::Person) => {
            let glass = o.bbox.y1 + GLASS * o.bbox.height();
            inside(&o.bbox) >= 0.9
                && seen.bbox.height() < 0.5 * o.bbox.height()
                && seen.bbox.y2 < glass
        }
        _ => false,
    })
}

/// Whether a box of their family is theirs once more.
fn is_twice(seen: &Seen, own: &Own, involved: &Involved) -> bool {
    // What is expected may be somebody who was taken into their box.
    let overlap = match seen.how {
        How::Detected => own.bbox.iou(&seen.bbox),
        _ => own.alone().iou(&seen.bbox),
    };
    if involved.is_anothers(seen) {
        // Whoever is seen where they only should be is somebody else; expected there, nobody can tell.
        return seen.how == How::Guessed && overlap >= TWICE;
    }
    match seen.how {
        How::Detected => overlap >= TWICE,
        _ if involved.is_theirs(seen) => overlap >= THEIR_GUESS,
        _ => overlap >= GUESSED,
    }
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

fn patches(seen: &Seen, all: &[Seen], own: &[Own], involved: &Involved) -> Vec<Patch> {
    match seen.class.family() {
        Family::Person => vec![Patch {
            area: region::head(&seen.bbox),
            spared: own.iter().filter_map(|o| spared_by_head(seen, o, involved)).collect(),
        }],
        Family::Head => {
            vec![Patch { area: region::head(&seen.bbox), spared: Vec::new() }]
        }
        Family::Vehicle => plates(region::plates(&seen.bbox), &seen.bbox, own),
        Family::TwoWheeler => {
            let ridden =
                |s: &&Seen| s.class.family() == Family::Person && rides(&s.bbox, &seen.bbox);
            let mut patches = plates(region::plates_two(&seen.bbox), &seen.bbox, own);
            if !all.iter().any(|s| ridden(&s)) {
                let area = region::unseen_rider(&seen.bbox);
                patches.push(Patch { area, spared: in_front(&seen.bbox, own) });
            }
            patches
        }
        _ => Vec::new(),
    }
}

fn plates(area: Option<Area>, of: &BBox, own: &[Own]) -> Vec<Patch> {
    area.map(|area| Patch { area, spared: in_front(of, own) }).into_iter().collect()
}

/// Those involved who stand before a vehicle: they hide what of it they cover. One that stands before
/// them shows its own plate there.
fn in_front(of: &BBox, own: &[Own]) -> Vec<Area> {
    own.iter().filter(|o| is_nearer(o, of)).map(|o| region::hidden_by(&o.bbox)).collect()
}

/// Whether somebody involved stands as near as what is in a box, or nearer.
fn is_nearer(own: &Own, than: &BBox) -> bool {
    own.bbox.y2 >= than.y2 - LEVEL * own.bbox.height()
}

/// What another's head may not cover of somebody involved: of a person the head, as far as it is nearer
/// to his than to the other's; all of him where the box may be a part of him; of a vehicle its plates.
fn spared_by_head(seen: &Seen, own: &Own, involved: &Involved) -> Option<Area> {
    match own.class.family() {
        Family::Person => {
            // Head and shoulders, or all of him; a child before him has its head lower down.
            let top = (seen.bbox.y1 - own.bbox.y1).abs() < SAME_TOP * own.bbox.height();
            if is_as_one(seen, own) {
                return None;
            }
            let within = is_within(seen, own) && seen.how != How::Between;
            if within && top && !involved.is_anothers(seen) {
                return Some(region::area(&own.bbox));
            }
            // What is only expected there hides nobody who is shown.
            let guessed = seen.how == How::Guessed && !involved.is_anothers(seen);
            let expected = || guessed.then(|| region::own_face(&own.alone()));
            region::own_head(&own.alone(), &seen.bbox).or_else(expected)
        }
        // Whoever stands before it, or beside it, hides the plate.
        Family::Vehicle => region::plates(&own.bbox).filter(|_| is_behind(&seen.bbox, own)),
        Family::TwoWheeler => region::plates_two(&own.bbox).filter(|_| is_behind(&seen.bbox, own)),
        _ => None,
    }
}

/// Whether somebody surely stands behind what is involved.
fn is_behind(seen: &BBox, own: &Own) -> bool {
    seen.y2 < own.bbox.y2 - LEVEL * own.bbox.height()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(class: Class, [x1, y1, x2, y2]: [f32; 4]) -> Seen {
        Seen { bbox: BBox { x1, y1, x2, y2 }, class, how: How::Detected, tracks: [None; 2] }
    }

    fn own_of(seen: &Seen) -> Own {
        Own { bbox: seen.bbox, class: seen.class, seen: None, told: Some(seen.bbox), way: 0 }
    }

    fn blurred(all: &[Seen], own: &[Own], x: f32, y: f32) -> bool {
        let involved = Involved::default();
        let told = Told { own: own.to_vec(), others: others(all, own, &involved), doubt: false };
        of(&told, &involved).iter().any(|p| {
            let holds = |a: &Area| (a.x1..a.x2).contains(&x) && (a.y1..a.y2).contains(&y);
            holds(&p.area) && !p.spared.iter().any(holds)
        })
    }

    #[test]
    fn heads_of_others_are_blurred_and_the_one_involved_is_not() {
        let jaywalker = seen(Class::Person, [100.0, 50.0, 130.0, 140.0]);
        let beside = seen(Class::Person, [122.0, 52.0, 152.0, 142.0]);
        let own = [own_of(&jaywalker)];
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
        let own = [own_of(&scooter)];
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
        let own = [own_of(&car)];
        let all = [car, walker, driver];
        assert!(blurred(&all, &own, 200.0, 90.0));
        assert!(!blurred(&all, &own, 160.0, 115.0));
        assert!(!blurred(&all, &own, 200.0, 200.0), "its plate");
        let other = seen(Class::Car, [400.0, 100.0, 600.0, 220.0]);
        assert!(blurred(&[other], &own, 500.0, 200.0));
        // Small before a lorry, yet on his feet.
        let lorry = seen(Class::Truck, [100.0, 20.0, 300.0, 220.0]);
        let adult = seen(Class::Person, [180.0, 130.0, 210.0, 221.0]);
        assert!(blurred(&[lorry, adult], &[own_of(&lorry)], 195.0, 136.0));
    }

    #[test]
    fn plates_before_the_vehicle_involved_are_blurred_and_those_behind_it_are_hidden() {
        let car = seen(Class::Car, [100.0, 100.0, 300.0, 220.0]);
        let own = [own_of(&car)];
        let scooter = seen(Class::Motorcycle, [180.0, 140.0, 230.0, 235.0]);
        assert!(blurred(&[car, scooter], &own, 205.0, 205.0), "its plate");
        assert!(blurred(&[car, scooter], &own, 205.0, 130.0), "its rider, who was not seen");
        assert!(!blurred(&[car, scooter], &own, 120.0, 200.0), "the plate of the car involved");
        let before = seen(Class::Car, [120.0, 140.0, 280.0, 240.0]);
        let bus = seen(Class::Bus, [90.0, 20.0, 310.0, 225.0]);
        assert!(blurred(&[bus, before], &[own_of(&bus)], 200.0, 210.0));
        let behind = seen(Class::Car, [180.0, 90.0, 380.0, 200.0]);
        assert!(!blurred(&[car, behind], &own, 240.0, 180.0), "hidden by the car involved");
        assert!(blurred(&[car, behind], &own, 340.0, 180.0));
    }

    #[test]
    fn who_stands_behind_is_not_hidden_by_a_box_that_takes_in_both() {
        let both = seen(Class::Person, [173.0, 354.0, 249.0, 534.0]);
        let behind =
            Seen { how: How::Guessed, ..seen(Class::Person, [172.0, 352.0, 211.0, 493.0]) };
        let told = BBox { x1: 188.0, y1: 391.0, x2: 250.0, y2: 539.0 };
        let own = [Own { told: Some(told), ..own_of(&both) }];
        assert!(blurred(&[both, behind], &own, 191.0, 366.0), "his head");
        assert!(!blurred(&[both, behind], &own, 225.0, 402.0), "that of the one involved");
    }

    #[test]
    fn a_child_before_the_one_involved_is_no_part_of_him() {
        let adult = seen(Class::Person, [100.0, 50.0, 140.0, 170.0]);
        let child = seen(Class::Person, [106.0, 110.0, 130.0, 171.0]);
        let own = [own_of(&adult)];
        let all = [adult, child];
        assert!(blurred(&all, &own, 118.0, 116.0), "the child's head");
        assert!(!blurred(&all, &own, 120.0, 58.0), "his own");
        let shoulders = seen(Class::Person, [102.0, 52.0, 138.0, 100.0]);
        assert!(!blurred(&[adult, shoulders], &own, 120.0, 58.0), "he himself, seen twice");
    }
}
