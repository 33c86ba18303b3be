//! What is left behind, and what stands where it may not.

use crate::bench::scenes::actor::Body;
use crate::bench::scenes::scenario::Scenario;

const LITTER: &[&str] = &["littering"];
const LITTER_KEYS: &str = "stay_seconds = 3\nowner_gone_seconds = 2";
/// Where bags are put down, metres.
const PUT: (f32, f32) = (9.0, 12.0);

fn sidewalk(name: &'static str, seconds: f32) -> Scenario {
    Scenario::new(name, seconds).zone("sidewalk")
}

/// Somebody walks in at 5 s, stands at the place from 8.5 s to 9.5 s, and goes.
const CARRIER: [(f32, f32, f32); 5] = [
    (5.0, 9.4, 22.0),
    (8.5, PUT.0, PUT.1 + 0.5),
    (9.5, PUT.0, PUT.1 + 0.5),
    (13.5, 8.2, 20.0),
    (15.5, 8.2, 24.0),
];

fn put_down(name: &'static str, kind: &'static str, keys: &str, seconds: f32) -> Scenario {
    sidewalk(name, seconds)
        .rule(kind, "sidewalk", keys)
        .with(Body::Person, &CARRIER)
        .with(Body::Bag, &[(9.0, PUT.0, PUT.1), (99.0, PUT.0, PUT.1)])
        .label(kind, "sidewalk", 1, (9.0, seconds))
}

fn litter(name: &'static str) -> Scenario {
    put_down(name, "littering", LITTER_KEYS, 21.0)
}

fn left() -> Vec<Scenario> {
    let keys = LITTER_KEYS;
    let picked = sidewalk("littering_picked_up_negative", 22.0)
        .rule("littering", "sidewalk", keys)
        .with(
            Body::Person,
            &[
                (5.0, 9.4, 22.0),
                (8.5, PUT.0, PUT.1 + 0.5),
                (9.5, PUT.0, PUT.1 + 0.5),
                (10.5, 8.4, PUT.1 + 1.0),
                (12.5, PUT.0, PUT.1 + 0.5),
                (13.5, PUT.0, PUT.1 + 0.5),
                (18.0, 8.2, 24.0),
            ],
        )
        .with(Body::Bag, &[(9.0, PUT.0, PUT.1), (13.0, PUT.0, PUT.1)]);
    let carried = sidewalk("littering_carried_through_negative", 16.0)
        .rule("littering", "sidewalk", keys)
        .with(Body::Person, &[(4.0, 9.0, 24.0), (15.5, 9.0, 9.0)])
        .with(Body::Bag, &[(4.0, 9.35, 23.9), (15.5, 9.35, 8.9)])
        .lifted(0.45);
    let there = sidewalk("littering_there_from_the_start_negative", 16.0)
        .rule("littering", "sidewalk", keys)
        .with(Body::Bag, &[(-1.0, PUT.0, PUT.1), (99.0, PUT.0, PUT.1)])
        .with(Body::Person, &[(5.0, 9.6, 24.0), (15.5, 9.6, 9.5)]);
    let taken = sidewalk("littering_taken_away_negative", 20.0)
        .rule("littering", "sidewalk", keys)
        .with(Body::Bag, &[(-1.0, PUT.0, PUT.1), (10.0, PUT.0, PUT.1)])
        .with(Body::Person, &CARRIER)
        .noting("what was there from the start is taken away: the bare ground is no thing left");
    let stands = sidewalk("littering_somebody_stands_negative", 20.0)
        .rule("littering", "sidewalk", keys)
        .with(Body::Person, &[(5.0, 9.4, 22.0), (8.5, PUT.0, PUT.1), (99.0, PUT.0, PUT.1)]);
    let parks = sidewalk("littering_motorcycle_parks_negative", 20.0)
        .rule("littering", "sidewalk", keys)
        .with(Body::Motorcycle(0), &[(5.0, 3.0, 10.0), (8.5, PUT.0, PUT.1), (99.0, PUT.0, PUT.1)]);
    let headlights = sidewalk("littering_headlights_negative", 16.0)
        .rule("littering", "sidewalk", keys)
        .with(Body::Car, &[(5.0, -3.0, 40.0), (9.0, -3.0, 5.0)])
        .with(Body::Car, &[(8.0, 4.0, 4.0), (12.0, 4.0, 40.0)])
        .under("littering_headlights_negative", "night");
    let two = litter("littering_one_of_two_walkers")
        .with(Body::Person, &[(4.0, 8.0, 9.0), (14.0, 8.0, 22.0)]);
    let behind = litter("littering_hidden_for_a_while").with(
        Body::Person,
        &[(14.0, 8.4, 9.6), (16.0, PUT.0, 10.6), (18.0, 9.8, 10.2), (20.5, 8.0, 9.0)],
    );

    let stays = sidewalk("abandoned_object_owner_stays_negative", 22.0)
        .rule("abandoned_object", "sidewalk", "stay_seconds = 3\nowner_gone_seconds = 5")
        .with(
            Body::Person,
            &[
                (5.0, 9.4, 22.0),
                (8.5, PUT.0, 12.5),
                (9.5, PUT.0, 12.5),
                (10.5, 9.9, 12.8),
                (99.0, 9.9, 12.8),
            ],
        )
        .with(Body::Bag, &[(9.0, PUT.0, PUT.1), (99.0, PUT.0, PUT.1)])
        .negative(&["abandoned_object"]);
    let keys = "stay_seconds = 3\nowner_gone_seconds = 5";
    let abandoned = put_down("abandoned_object_owner_leaves", "abandoned_object", keys, 24.0);

    let heap = |from: f32, until: f32, part: f32| {
        (Body::Pile(part), [(from, 9.0, 12.2), (until, 9.0, 12.2)])
    };
    let mut dumping = sidewalk("dumping_pile_grows", 26.0)
        .rule("dumping", "sidewalk", "stay_seconds = 3\nowner_gone_seconds = 2")
        .with(
            Body::Person,
            &[(5.0, 9.4, 22.0), (8.0, 8.6, 13.4), (12.8, 8.6, 13.4), (16.5, 8.2, 24.0)],
        );
    for (body, way) in [heap(8.5, 10.5, 0.55), heap(10.5, 12.5, 0.8), heap(12.5, 99.0, 1.0)] {
        dumping = dumping.with(body, &way);
    }
    let dumping = dumping.label("dumping", "sidewalk", 3, (8.5, 26.0));

    let mut all = vec![
        litter("littering_bag_put_down"),
        litter("littering_night").under("littering_night", "night"),
        litter("littering_rain").under("littering_rain", "rain"),
        litter("littering_shake").under("littering_shake", "shake"),
        litter("littering_2fps").under("littering_2fps", "2fps"),
        litter("littering_vfr").under("littering_vfr", "vfr"),
        two,
        behind,
        abandoned,
        stays,
        dumping,
    ];
    let quiet = [picked, carried, there, taken, stands, parks, headlights];
    all.extend(quiet.map(|s| s.negative(LITTER)));
    all
}

pub(super) fn all() -> Vec<Scenario> {
    let keys = "most_share = 0.06\ndwell_seconds = 6\nleave_seconds = 3";
    // The clear ground is seen first.
    let setting_up = [(5.0, 9.0, 24.0), (9.0, 9.6, 14.2), (11.0, 9.6, 14.2), (15.0, 9.0, 24.0)];
    let stall = sidewalk("sidewalk_encroachment_stall", 24.0)
        .rule("sidewalk_encroachment", "sidewalk", keys)
        .with(Body::Person, &setting_up)
        .with(Body::Stall, &[(10.0, 9.2, 12.4), (99.0, 9.2, 12.4)]);
    let stall = stall.label("sidewalk_encroachment", "sidewalk", 1, (10.0, 24.0)).after(6.0);
    let passes = sidewalk("sidewalk_encroachment_vendor_passes_negative", 18.0)
        .rule("sidewalk_encroachment", "sidewalk", keys)
        .with(Body::Stall, &[(5.0, 9.2, 26.0), (15.0, 9.2, 7.0)])
        .with(Body::Person, &[(5.0, 9.2, 27.2), (15.0, 9.2, 8.2)])
        .negative(&["sidewalk_encroachment"]);
    let mut walkers = sidewalk("sidewalk_encroachment_people_walk_negative", 18.0)
        .rule("sidewalk_encroachment", "sidewalk", keys)
        .negative(&["sidewalk_encroachment"]);
    for i in 0..5 {
        let (from, x) = (3.0 + 1.6 * i as f32, 7.9 + 0.6 * i as f32);
        walkers = walkers.with(Body::Person, &[(from, x, 24.0), (from + 9.0, x, 9.0)]);
    }
    let road = Scenario::new("roadway_encroachment_stall", 24.0)
        .zone("kerb")
        .rule("roadway_encroachment", "kerb", keys)
        .with(
            Body::Person,
            &[(5.0, 9.0, 22.0), (9.0, 5.4, 14.0), (11.0, 5.4, 14.0), (15.0, 9.2, 24.0)],
        )
        .with(Body::Stall, &[(10.0, 5.4, 12.2), (99.0, 5.4, 12.2)])
        .label("roadway_encroachment", "kerb", 1, (10.0, 24.0))
        .after(6.0);
    let cars = Scenario::new("roadway_encroachment_cars_pass_negative", 14.0)
        .zone("kerb")
        .rule("roadway_encroachment", "kerb", keys)
        .with(Body::Car, &[(3.0, 5.2, 3.0), (8.0, 5.2, 44.0)])
        .with(Body::Car, &[(7.0, 5.2, 3.0), (12.0, 5.2, 44.0)])
        .negative(&["roadway_encroachment"]);
    let mut all = left();
    all.extend([stall, passes, walkers, road, cars]);
    all
}
