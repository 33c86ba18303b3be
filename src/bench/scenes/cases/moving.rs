//! Where one heads, how fast, and with how many.

use crate::bench::scenes::actor::Body;
use crate::bench::scenes::scenario::Scenario;

const WRONG: &[&str] = &["wrong_way"];

/// The lane whose traffic goes away from the camera.
fn lane(name: &'static str, seconds: f32, body: Body, way: &[(f32, f32, f32)]) -> Scenario {
    Scenario::new(name, seconds)
        .zone_with("lane", "heading = [[420, 340], [370, 100]]\n")
        .rule("wrong_way", "lane", "leave_seconds = 2")
        .with(body, way)
}

fn against(name: &'static str, body: Body) -> Scenario {
    let s = lane(name, 8.0, body, &[(0.5, 3.5, 44.0), (6.0, 3.5, 9.0), (6.6, 3.5, 5.0)]);
    let span = s.stay_of(0, "lane");
    s.label("wrong_way", "lane", 0, span)
}

/// Drives up the road at so many kilometres an hour.
fn at_speed(name: &'static str, kmh: f32) -> Scenario {
    let seconds = 45.0 / (kmh / 3.6);
    Scenario::new(name, seconds + 2.0)
        .zone("lane")
        .calibrated()
        .rule("speeding", "lane", "limit_kmh = 40\nmargin_kmh = 3")
        .with(Body::Car, &[(0.8, 3.4, 3.0), (0.8 + seconds, 3.4, 48.0)])
}

/// A two-wheeler rides across the view, so that those on it are seen side by side.
fn ridden(name: &'static str, people: u8) -> Scenario {
    Scenario::new(name, 7.0)
        .zone("road")
        .rule("overloading", "road", "most_people = 2")
        .with(Body::Motorcycle(people), &[(0.3, -8.5, 12.5), (6.3, 9.5, 12.5)])
}

pub(super) fn all() -> Vec<Scenario> {
    let back = lane(
        "wrong_way_backs_a_metre_negative",
        9.0,
        Body::Car,
        &[
            (0.5, 3.5, 4.0),
            (2.5, 3.5, 18.0),
            (4.0, 3.5, 18.0),
            (5.2, 3.5, 17.0),
            (6.0, 3.5, 17.0),
            (8.8, 3.5, 42.0),
        ],
    );
    let along =
        lane("wrong_way_right_way_negative", 7.0, Body::Car, &[(0.5, 3.5, 4.0), (6.0, 3.5, 44.0)]);
    let aside = lane(
        "wrong_way_crosses_sideways_negative",
        7.0,
        Body::Car,
        &[(0.5, 12.0, 31.0), (5.5, -12.0, 31.0)],
    );
    let other = lane(
        "wrong_way_other_lane_negative",
        7.0,
        Body::Car,
        &[(0.5, -3.5, 44.0), (6.0, -3.5, 6.0)],
    );
    let two = against("wrong_way_one_of_two", Body::Car)
        .with(Body::Car, &[(0.8, 5.6, 4.0), (6.5, 5.6, 44.0)]);

    let fast = at_speed("speeding_fast", 60.0);
    let span = fast.stay_of(0, "lane");
    let fast = fast.label("speeding", "lane", 0, span);
    let under = at_speed("speeding_just_under_negative", 39.0).negative(&["speeding"]);

    let three = ridden("overloading_three", 3);
    let span = three.stay_of(0, "road");
    let three = three.label("overloading", "road", 0, span);
    let pair = ridden("overloading_two_negative", 2).negative(&["overloading"]);
    let walker = ridden("overloading_walker_behind_negative", 2)
        .with(Body::Person, &[(0.0, -3.0, 14.5), (7.0, 4.0, 14.5)])
        .negative(&["overloading"]);

    let helmet = |name, worn| {
        Scenario::new(name, 7.0)
            .zone("road")
            .rule("no_helmet", "road", "")
            .with(Body::Motorcycle(1), &[(0.3, -8.5, 11.0), (6.3, 9.5, 11.0)])
            .helmets(worn)
    };
    let bare = helmet("no_helmet_bare_head", false);
    let span = bare.stay_of(0, "road");
    let bare = bare.label("no_helmet", "road", 0, span);
    let worn = helmet("no_helmet_worn_negative", true).negative(&["no_helmet"]);

    vec![
        bare,
        worn,
        against("wrong_way_drives", Body::Car),
        against("wrong_way_motorcycle", Body::Motorcycle(1)),
        against("wrong_way_night", Body::Car).under("wrong_way_night", "night"),
        against("wrong_way_shake", Body::Car).under("wrong_way_shake", "shake"),
        against("wrong_way_vfr", Body::Car).under("wrong_way_vfr", "vfr"),
        two,
        back.negative(WRONG),
        along.negative(WRONG),
        aside.negative(WRONG),
        other.negative(WRONG),
        fast,
        under,
        three,
        pair,
        walker,
    ]
}
