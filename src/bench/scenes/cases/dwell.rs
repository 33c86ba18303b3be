//! Staying where one may not stay.

use crate::bench::scenes::actor::Body;
use crate::bench::scenes::scenario::Scenario;

/// Where cars stop at the kerb, metres.
const X: f32 = 5.3;

/// A car comes to the kerb, stands from 3 s to `until`, and goes.
fn stopping(name: &'static str, kind: &'static str, dwell: f32, until: f32) -> Scenario {
    let way = [
        (0.2, 4.2, 3.0),
        (1.8, 4.8, 9.5),
        (3.0, X, 13.0),
        (until, X, 13.0),
        (until + 3.0, 4.0, 34.0),
    ];
    Scenario::new(name, until + 3.5)
        .zone("kerb")
        .rule(kind, "kerb", &format!("dwell_seconds = {dwell}\nleave_seconds = 3"))
        .with(Body::Car, &way)
}

fn found(s: Scenario, kind: &'static str, dwell: f32, until: f32) -> Scenario {
    s.label(kind, "kerb", 0, (3.0, until)).after(dwell)
}

fn stop(name: &'static str) -> Scenario {
    found(stopping(name, "illegal_stopping", 5.0, 11.0), "illegal_stopping", 5.0, 11.0)
}

fn park(name: &'static str) -> Scenario {
    found(stopping(name, "illegal_parking", 9.0, 16.0), "illegal_parking", 9.0, 16.0)
}

pub(super) fn all() -> Vec<Scenario> {
    let short = stopping("illegal_stopping_five_less_negative", "illegal_stopping", 8.0, 6.0);
    let almost = stopping("illegal_parking_just_under_negative", "illegal_parking", 10.0, 12.2);

    let hidden = park("illegal_parking_behind_a_bus")
        .with(Body::Bus, &[(6.0, 4.2, 1.0), (9.6, 3.2, 16.0), (13.0, 3.0, 45.0)]);
    let two = park("illegal_parking_two_at_once")
        .with(Body::Car, &[(1.0, 4.0, 3.0), (4.2, X, 17.6), (18.0, X, 17.6), (19.4, 4.0, 30.0)])
        .label("illegal_parking", "kerb", 1, (4.2, 18.0))
        .after(9.0);
    let walkers = park("illegal_parking_walkers_in_front")
        .with(Body::Person, &[(4.0, 9.0, 10.4), (14.0, 0.0, 10.4)])
        .with(Body::Person, &[(6.0, 1.0, 10.1), (15.0, 9.0, 10.1)]);

    let zebra = |name, y: f32| {
        Scenario::new(name, 14.0)
            .zone("zebra")
            .rule("crosswalk_blocking", "zebra", "dwell_seconds = 4\nleave_seconds = 2")
            .with(Body::Car, &[(0.5, 3.5, 5.0), (2.5, 3.5, y), (10.5, 3.5, y), (13.5, 3.5, 44.0)])
    };
    let blocking = zebra("crosswalk_blocking_stands", 25.4)
        .label("crosswalk_blocking", "zebra", 0, (2.5, 10.5))
        .after(4.0);
    let before =
        zebra("crosswalk_blocking_before_it_negative", 17.4).negative(&["crosswalk_blocking"]);
    let over = Scenario::new("crosswalk_blocking_drives_over_negative", 8.0)
        .zone("zebra")
        .rule("crosswalk_blocking", "zebra", "dwell_seconds = 4\nleave_seconds = 2")
        .with(Body::Car, &[(0.5, 3.5, 5.0), (6.5, 3.5, 44.0)])
        .negative(&["crosswalk_blocking"]);

    let sidewalk = |name, way: &[(f32, f32, f32)]| {
        Scenario::new(name, 17.0)
            .zone("sidewalk")
            .rule("sidewalk_parking", "sidewalk", "dwell_seconds = 7\nleave_seconds = 3")
            .with(Body::Motorcycle(0), way)
    };
    let parked = sidewalk(
        "sidewalk_parking_motorcycle",
        &[(0.5, 4.0, 10.0), (4.0, 8.8, 13.5), (40.0, 8.8, 13.5)],
    )
    .label("sidewalk_parking", "sidewalk", 0, (4.0, 17.0))
    .after(7.0);
    let pushed = sidewalk(
        "sidewalk_parking_short_negative",
        &[(0.5, 4.0, 10.0), (4.0, 8.8, 13.5), (8.5, 8.8, 13.5), (12.0, 4.0, 22.0)],
    )
    .negative(&["sidewalk_parking"]);

    let loiter = |name, way: &[(f32, f32, f32)]| {
        Scenario::new(name, 20.0)
            .zone("yard")
            .rule("loitering", "yard", "dwell_seconds = 10\nleave_seconds = 3")
            .with(Body::Person, way)
    };
    let wanders = loiter(
        "loitering_wanders",
        &[
            (0.0, 9.0, 24.0),
            (4.5, 9.0, 15.0),
            (8.0, 8.2, 12.0),
            (11.0, 9.6, 13.5),
            (15.0, 8.4, 16.0),
            (19.8, 9.0, 25.5),
        ],
    );
    let span = wanders.stay_of(0, "yard");
    let wanders = wanders.label("loitering", "yard", 0, span).after(10.0);
    let passes = loiter("loitering_passes_negative", &[(0.0, 9.0, 24.0), (12.0, 9.0, 7.0)])
        .negative(&["loitering"]);

    vec![
        stop("illegal_stopping_stands"),
        short.negative(&["illegal_stopping"]),
        park("illegal_parking_stands"),
        park("illegal_parking_night").under("illegal_parking_night", "night"),
        park("illegal_parking_rain").under("illegal_parking_rain", "rain"),
        park("illegal_parking_shake").under("illegal_parking_shake", "shake"),
        park("illegal_parking_2fps").under("illegal_parking_2fps", "2fps"),
        park("illegal_parking_vfr").under("illegal_parking_vfr", "vfr"),
        park("illegal_parking_blur").under("illegal_parking_blur", "blur"),
        almost.negative(&["illegal_parking"]),
        hidden,
        two,
        walkers,
        blocking,
        before,
        over,
        parked,
        pushed,
        wanders,
        passes,
    ]
}
