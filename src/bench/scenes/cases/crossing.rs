//! Crossing a line: on red, over a solid line, into a turn that is banned.

use crate::bench::scenes::actor::Body;
use crate::bench::scenes::scenario::{Lamp, Scenario};

const RED: &[&str] = &["red_light"];

/// Drives up the road and over the junction at ten metres a second.
fn through(from: f32) -> [(f32, f32, f32); 2] {
    [(from, 3.4, 3.0), (from + 4.4, 3.4, 47.0)]
}

fn light(name: &'static str, program: &[(f32, Lamp)]) -> Scenario {
    Scenario::new(name, 9.0).line("stop").lamps(program).rule(
        "red_light",
        "stop",
        "signal = \"through\"\ngrace_seconds = 0.5",
    )
}

fn runs(s: Scenario, actor: usize) -> Scenario {
    let at = s.crossing_of(actor, "stop");
    s.label("red_light", "stop", actor, (at, at + 0.5)).after(0.0)
}

fn red(name: &'static str) -> Scenario {
    runs(light(name, &[(0.0, Lamp::Red)]).with(Body::Car, &through(2.5)), 0)
}

fn lights() -> Vec<Scenario> {
    let stops = [(0.5, 3.4, 3.0), (2.8, 3.4, 17.2), (9.0, 3.4, 17.2)];
    let short =
        light("red_light_stops_short_negative", &[(0.0, Lamp::Red)]).with(Body::Car, &stops);
    let green = light("red_light_on_green_negative", &[(0.0, Lamp::Green)]);
    let amber = light(
        "red_light_on_amber_negative",
        &[(0.0, Lamp::Green), (3.6, Lamp::Amber), (7.5, Lamp::Red)],
    );
    // Its front wheels cross 0.3 s after red has begun.
    let begins = light(
        "red_light_as_red_begins_negative",
        &[(0.0, Lamp::Green), (1.8, Lamp::Amber), (3.75, Lamp::Red)],
    );
    let late =
        light("red_light_after_amber", &[(0.0, Lamp::Green), (0.6, Lamp::Amber), (2.0, Lamp::Red)]);
    let dark = light("red_light_lamps_dark_negative", &[(0.0, Lamp::Dark)]);
    let two = light("red_light_one_runs_one_stops", &[(0.0, Lamp::Red)])
        .with(Body::Car, &[(0.5, 5.2, 3.0), (2.8, 5.2, 16.8), (9.0, 5.2, 16.8)])
        .with(Body::Motorcycle(1), &[(2.0, 1.6, 3.0), (6.4, 1.6, 47.0)]);
    let mut flicker = red("red_light_led_flicker");
    flicker.flicker = true;
    let turns = Scenario::new("red_light_right_turn_exempt_negative", 9.0)
        .line("stop")
        .line("exit_right")
        .lamps(&[(0.0, Lamp::Red)])
        .rule(
            "red_light",
            "stop",
            "signal = \"through\"\ngrace_seconds = 0.5\nexempt_exits = [\"exit_right\"]",
        )
        .with(
            Body::Car,
            &[
                (1.0, 5.2, 3.0),
                (3.6, 5.2, 22.0),
                (4.4, 5.6, 26.5),
                (5.0, 7.2, 29.2),
                (5.6, 9.6, 30.0),
                (7.2, 17.0, 30.0),
            ],
        );
    let back = light("red_light_rolls_back_negative", &[(0.0, Lamp::Red)])
        .with(Body::Car, &[(0.0, 3.4, 26.5), (1.0, 3.4, 26.5), (2.5, 3.4, 25.4), (9.0, 3.4, 25.4)]);
    vec![
        red("red_light_runs"),
        red("red_light_night").under("red_light_night", "night"),
        red("red_light_rain").under("red_light_rain", "rain"),
        red("red_light_shake").under("red_light_shake", "shake"),
        red("red_light_2fps").under("red_light_2fps", "2fps"),
        red("red_light_vfr").under("red_light_vfr", "vfr"),
        red("red_light_blur").under("red_light_blur", "blur"),
        flicker,
        runs(late.with(Body::Car, &through(2.5)), 0),
        runs(two, 1),
        short.negative(RED),
        green.with(Body::Car, &through(2.5)).negative(RED),
        amber.with(Body::Car, &through(2.5)).negative(RED),
        begins.with(Body::Car, &through(2.5)).negative(RED),
        dark.with(Body::Car, &through(2.5))
            .negative(RED)
            .noting("the lamps show nothing: whether it is red cannot be told"),
        turns.negative(RED),
        back.negative(RED),
    ]
}

pub(super) fn all() -> Vec<Scenario> {
    let middle = |name, way: &[(f32, f32, f32)]| {
        Scenario::new(name, 8.0)
            .line("middle")
            .rule("solid_line", "middle", "")
            .with(Body::Car, way)
    };
    let over = middle(
        "solid_line_overtakes",
        &[(0.5, 2.2, 4.0), (2.0, 2.2, 10.0), (4.2, -2.8, 17.0), (7.0, -3.0, 34.0)],
    );
    let at = over.crossing_of(0, "middle");
    let over = over.label("solid_line", "middle", 0, (at, at + 0.5)).after(0.0);
    let beside = middle(
        "solid_line_beside_it_negative",
        &[(0.5, 2.6, 4.0), (4.0, 1.5, 14.0), (7.0, 2.6, 34.0)],
    )
    .negative(&["solid_line"]);

    let turn = |name, way: &[(f32, f32, f32)]| {
        Scenario::new(name, 9.0)
            .line("stop")
            .line("exit_left")
            .rule("banned_turn", "stop", "exit_line = \"exit_left\"\nwithin_seconds = 6")
            .with(Body::Car, way)
    };
    let left = turn(
        "banned_turn_left",
        &[
            (0.5, 2.2, 4.0),
            (3.0, 2.2, 24.0),
            (4.0, 1.2, 29.0),
            (4.8, -2.0, 31.0),
            (6.6, -15.0, 31.6),
        ],
    );
    let at = left.crossing_of(0, "exit_left");
    let left = left.label("banned_turn", "stop", 0, (at, at + 0.5)).after(0.0);
    let ahead = turn("banned_turn_straight_negative", &through(0.5)).negative(&["banned_turn"]);
    let mut all = lights();
    all.extend([over, beside, left, ahead]);
    all
}
