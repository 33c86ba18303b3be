//! Being where one may not be.

use crate::bench::scenes::actor::Body;
use crate::bench::scenes::scenario::Scenario;

const JAY: &[&str] = &["jaywalking"];
/// Over the road, right to left, at a walker's pace.
const OVER: [(f32, f32, f32); 2] = [(0.5, 9.2, 13.5), (12.5, -8.6, 13.5)];

fn road(name: &'static str, seconds: f32) -> Scenario {
    Scenario::new(name, seconds).zone("road")
}

fn judged(s: Scenario) -> Scenario {
    s.rule("jaywalking", "road", "leave_seconds = 2")
}

fn crossing(name: &'static str) -> Scenario {
    let s = judged(road(name, 13.0).with(Body::Person, &OVER));
    let span = s.stay_of(0, "road");
    s.label("jaywalking", "road", 0, span).after(1.0)
}

/// The sidewalk as a yard closed to people.
fn yard(name: &'static str, seconds: f32, keys: &str) -> Scenario {
    Scenario::new(name, seconds).zone("yard").rule("restricted_area", "yard", keys)
}

fn intruder(name: &'static str, keys: &str) -> Scenario {
    let way = [(0.5, 9.0, 27.0), (9.0, 9.0, 14.0), (12.0, 8.8, 13.6), (17.0, 9.2, 22.0)];
    yard(name, 17.0, keys).with(Body::Person, &way)
}

fn entered(s: Scenario) -> Scenario {
    let span = s.stay_of(0, "yard");
    s.label("restricted_area", "yard", 0, span).after(1.0)
}

pub(super) fn all() -> Vec<Scenario> {
    let far = [(1.0, -8.6, 17.5), (13.0, 9.2, 17.5)];
    let two = judged(road("jaywalking_two_at_once", 14.0).with(Body::Person, &OVER));
    let two = two.with(Body::Person, &far);
    let (one, other) = (two.stay_of(0, "road"), two.stay_of(1, "road"));
    let two = two.label("jaywalking", "road", 0, one).label("jaywalking", "road", 1, other);

    let hidden = judged(road("jaywalking_behind_a_car", 13.0))
        .with(Body::Person, &[(0.5, 9.2, 15.5), (12.5, -8.6, 15.5)])
        .with(Body::Car, &[(-1.0, 2.6, 12.0), (60.0, 2.6, 12.0)]);
    let span = hidden.stay_of(0, "road");
    let hidden = hidden.label("jaywalking", "road", 0, span);

    let zebra = judged(road("jaywalking_on_the_zebra_negative", 13.0))
        .with(Body::Person, &[(0.5, 9.2, 23.6), (12.5, -8.6, 23.6)])
        .negative(JAY);
    let edge = judged(road("jaywalking_along_the_edge_negative", 10.0))
        .with(Body::Person, &[(0.0, 7.45, 9.5), (9.5, 7.45, 21.0)])
        .negative(JAY);
    let rider = judged(road("jaywalking_rider_negative", 8.0))
        .with(Body::Bicycle(1), &[(0.5, 9.5, 14.0), (6.0, -9.0, 14.0)])
        .negative(JAY);

    let riding = Scenario::new("sidewalk_riding_motorcycle", 8.0)
        .zone("sidewalk")
        .rule("sidewalk_riding", "sidewalk", "enter_seconds = 0.5\nleave_seconds = 2")
        .with(Body::Motorcycle(1), &[(0.5, 9.0, 7.0), (6.5, 9.0, 30.0)]);
    let span = riding.stay_of(0, "sidewalk");
    let riding = riding.label("sidewalk_riding", "sidewalk", 0, span).after(0.5);
    let beside = Scenario::new("sidewalk_riding_on_the_road_negative", 8.0)
        .zone("sidewalk")
        .rule("sidewalk_riding", "sidewalk", "enter_seconds = 0.5\nleave_seconds = 2")
        .with(Body::Motorcycle(1), &[(0.5, 6.2, 7.0), (6.5, 6.2, 30.0)])
        .negative(&["sidewalk_riding"]);

    let banned = |name, body| {
        Scenario::new(name, 9.0)
            .zone("lane")
            .rule("banned_vehicle", "lane", "classes = [\"truck\", \"bus\"]\nleave_seconds = 2")
            .with(body, &[(0.5, 3.5, 4.0), (8.0, 3.5, 44.0)])
    };
    let truck = banned("banned_vehicle_truck", Body::Truck);
    let span = truck.stay_of(0, "lane");
    let truck = truck.label("banned_vehicle", "lane", 0, span).after(1.0);
    let car = banned("banned_vehicle_car_negative", Body::Car).negative(&["banned_vehicle"]);

    let night_hours = "hours = [\"22:00-05:00\"]\nleave_seconds = 2";
    vec![
        crossing("jaywalking_crosses"),
        crossing("jaywalking_night").under("jaywalking_night", "night"),
        crossing("jaywalking_rain").under("jaywalking_rain", "rain"),
        crossing("jaywalking_shake").under("jaywalking_shake", "shake"),
        crossing("jaywalking_2fps").under("jaywalking_2fps", "2fps"),
        crossing("jaywalking_vfr").under("jaywalking_vfr", "vfr"),
        two,
        hidden,
        zebra,
        edge,
        rider,
        entered(intruder("restricted_area_enters", "leave_seconds = 2")),
        entered(intruder("restricted_area_in_closed_hours", night_hours))
            .under("restricted_area_in_closed_hours", "night")
            .starting("2026-08-15T23:10:00+07:00"),
        intruder("restricted_area_in_open_hours_negative", night_hours)
            .starting("2026-08-15T10:00:00+07:00")
            .negative(&["restricted_area"]),
        riding,
        beside,
        truck,
        car,
    ]
}
