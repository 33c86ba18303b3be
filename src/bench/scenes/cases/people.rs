//! Many people in one place.

use crate::bench::scenes::actor::Body;
use crate::bench::scenes::scenario::Scenario;

/// So many people come together in the square from 3 s on, and part at 13 s.
fn gathering(name: &'static str, people: usize) -> Scenario {
    let mut s = Scenario::new(name, 16.0).zone("square").rule(
        "crowd",
        "square",
        "most_people = 5\ndwell_seconds = 5\nleave_seconds = 2",
    );
    for i in 0..people {
        let (x, y) = (-1.6 + 1.25 * i as f32, 11.5 + 1.1 * (i % 3) as f32);
        let out = if i % 2 == 0 { 9.4 } else { -6.0 };
        s = s.with(
            Body::Person,
            &[
                (0.0, out, y + 0.4),
                (3.0, x, y),
                (8.0, x + 0.15, y + 0.1),
                (13.0, x, y),
                (16.0, out, y + 0.8),
            ],
        );
    }
    s
}

pub(super) fn all() -> Vec<Scenario> {
    let crowd = gathering("crowd_gathers", 6);
    // There are six from when the last has come in until the first has gone.
    let stays: Vec<(f32, f32)> = (0..6).map(|i| crowd.stay_of(i, "square")).collect();
    let start = stays.iter().map(|s| s.0).fold(0.0, f32::max);
    let end = stays.iter().map(|s| s.1).fold(f32::MAX, f32::min);
    let mut crowd = crowd.label("crowd", "square", 0, (start, end)).after(5.0);
    for label in &mut crowd.labels {
        // A crowd has no one subject.
        label.subject = None;
    }
    vec![crowd, gathering("crowd_one_below_negative", 5).negative(&["crowd"])]
}
