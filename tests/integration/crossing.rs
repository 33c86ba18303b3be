//! Red lights, solid lines and banned turns, judged from observations whose truth is known.

use std::collections::BTreeMap;
use streetward::media::{MediaTime, WallTime};
use streetward::rules::{
    Closing, CrossingTerms, Incident, IncidentUpdate, Judge, Kind, Quantity, RuleSpec, Terms, Way,
};
use streetward::scene::{Line, Observation, Scene, SignalSight, SignalState};
use streetward::track::{Riding, TrackId, TrackSight};
use streetward::vision::{BBox, Class, View};

const SIZE: (u32, u32) = (640, 360);

/// A stop line across a road that leads up the picture, an exit to the right beyond it, one to the
/// left, and a lane line up the middle.
fn scene() -> Scene {
    let line =
        |name: &str, points: &[[f32; 2]], toward| Line::new(name, points, toward, SIZE).unwrap();
    Scene {
        frame_size: SIZE,
        lines: vec![
            line("stop", &[[200.0, 240.0], [440.0, 240.0]], [320.0, 100.0]),
            line("right", &[[440.0, 230.0], [440.0, 100.0]], [560.0, 150.0]),
            line("left", &[[200.0, 230.0], [200.0, 100.0]], [80.0, 150.0]),
            line("lane", &[[320.0, 350.0], [320.0, 250.0]], [500.0, 300.0]),
        ],
        ..Scene::default()
    }
}

fn rule(kind: Kind, line: &str, change: impl Fn(&mut CrossingTerms)) -> RuleSpec {
    let info = kind.info();
    let Terms::Crossing(mut terms) = Terms::of(kind) else { panic!("{kind:?}") };
    if kind == Kind::RedLight {
        terms.signal = Some("main".into());
    }
    change(&mut terms);
    RuleSpec {
        name: format!("{}@{line}", info.name),
        kind,
        zone: line.into(),
        classes: info.classes.to_vec(),
        riders: info.riders,
        enter_seconds: info.enter_seconds,
        leave_seconds: info.leave_seconds,
        dwell_seconds: info.dwell_seconds,
        hours: Vec::new(),
        days: Vec::new(),
        severity: info.severity,
        terms: Terms::Crossing(terms),
    }
}

fn red_light() -> RuleSpec {
    rule(Kind::RedLight, "stop", |_| ())
}

/// A subject: a class, a size, and where the middle of its lower edge is at a time.
struct Actor {
    class: Class,
    size: (f32, f32),
    at: Box<dyn Fn(f64) -> Option<(f32, f32)>>,
    /// Another track id from then on.
    renamed: Option<f64>,
}

fn car(at: impl Fn(f64) -> Option<(f32, f32)> + 'static) -> Actor {
    Actor { class: Class::Car, size: (60.0, 60.0), at: Box::new(at), renamed: None }
}

/// Up the road at 40 pixels a second; its front wheels (12 pixels above the lower edge) reach the
/// line at `at`.
fn upward(at: f64) -> Actor {
    car(move |t| Some((300.0, (252.0 - 40.0 * (t - at)) as f32)).filter(|p| p.1 > 20.0))
}

/// A tremble of boxes as detectors have, ±1 % of the size, the same each time.
fn tremble(k: usize, which: usize) -> f32 {
    let h = (k * 4 + which).wrapping_mul(2_654_435_761) % 1000;
    (h as f32 / 500.0 - 1.0) * 0.6
}

struct Play {
    fps: f64,
    seconds: f64,
    signal: fn(f64) -> SignalState,
}

fn red(_: f64) -> SignalState {
    SignalState::Red
}

const PLAY: Play = Play { fps: 10.0, seconds: 12.0, signal: red };

impl Play {
    fn observations(&self, actors: &[Actor]) -> Vec<Observation> {
        let count = (self.seconds * self.fps) as usize;
        let one = |k: usize| {
            let t = k as f64 / self.fps;
            let sight = |(i, a): (usize, &Actor)| {
                let (x, y) = (a.at)(t)?;
                let (w, h) = a.size;
                let d = |which| tremble(k, which + i * 7);
                let renamed = a.renamed.is_some_and(|from| t >= from);
                Some(TrackSight {
                    id: TrackId(i as u32 + 1 + if renamed { 100 } else { 0 }),
                    class: a.class,
                    bbox: BBox {
                        x1: x - w / 2.0 + d(0),
                        y1: y - h + d(1),
                        x2: x + w / 2.0 + d(2),
                        y2: y + d(3),
                    },
                    score: Some(0.8),
                    riding: Riding::No,
                })
            };
            let time = MediaTime::from_seconds(t);
            let start = WallTime::parse("2026-08-15T06:00:00+07:00").unwrap().0;
            let wall = WallTime(start + jiff::SignedDuration::from_micros(time.0));
            let tracks = actors.iter().enumerate().filter_map(sight).collect();
            let mut o = Observation::new(time, wall, View::Steady, tracks);
            o.signals = vec![SignalSight { name: "main".into(), state: (self.signal)(t) }];
            o.rounded()
        };
        (0..count).map(one).collect()
    }

    /// The incidents, as closed.
    fn judge(&self, rule: RuleSpec, actors: &[Actor]) -> Vec<Incident> {
        judge(rule, &self.observations(actors))
    }
}

/// Judges, minding that updates come in their order for every key.
fn judge(rule: RuleSpec, observations: &[Observation]) -> Vec<Incident> {
    let mut judge = Judge::new(scene(), vec![rule]).unwrap();
    let mut states = BTreeMap::new();
    let mut closed = Vec::new();
    let mut take = |updates: Vec<IncidentUpdate>| {
        for update in updates {
            let (key, from, to) = match update {
                IncidentUpdate::Candidate { key, .. } => (key, None, "candidate"),
                IncidentUpdate::Dropped(key) => (key, Some("candidate"), "dropped"),
                IncidentUpdate::Opened(i) => (i.key, Some("candidate"), "open"),
                IncidentUpdate::Closed(i, _) => {
                    closed.push((*i).clone());
                    (i.key, Some("open"), "closed")
                }
            };
            assert_eq!(states.insert(key, to), from);
        }
    };
    for o in observations {
        take(judge.observe(o));
    }
    take(judge.finish(Closing::SourceEnded));
    assert!(states.values().all(|s| ["dropped", "closed"].contains(s)));
    closed
}

fn measured(incident: &Incident, what: Quantity) -> f64 {
    incident.measured.iter().find(|m| m.what == what).unwrap().value
}

#[test]
fn running_a_red_light_is_found_at_its_instant() {
    for (fps, within) in [(25.0, 0.1), (10.0, 0.1), (5.0, 0.15), (2.0, 0.2)] {
        let play = Play { fps, ..PLAY };
        let found = play.judge(red_light(), &[upward(6.0)]);
        assert_eq!(found.len(), 1, "{fps}");
        let one = &found[0];
        assert!((one.moment.seconds() - 6.0).abs() < within, "{fps}: {}", one.moment.seconds());
        assert!(one.start < one.moment && one.after.unwrap() > one.moment);
        assert!((measured(one, Quantity::RedForSeconds) - 6.0).abs() < within);
        assert!(measured(one, Quantity::BeyondLengths) >= 0.5);
        assert_eq!(one.signals.len(), 3);
        assert!(one.signals.iter().all(|s| s.state == SignalState::Red && s.name == "main"));
        assert_eq!(one.zone, "stop");
    }
    // Towards the camera, and two-wheelers.
    let down = car(|t| Some((300.0, (240.0 + 40.0 * (t - 4.0)) as f32)));
    let backward = rule(Kind::RedLight, "stop", |t| t.way = Way::Backward);
    let found = PLAY.judge(backward, &[down]);
    assert_eq!(found.len(), 1);
    assert!((found[0].moment.seconds() - 4.0).abs() < 0.1);
    let bike = Actor { class: Class::Motorcycle, size: (30.0, 50.0), ..upward(5.0) };
    assert_eq!(PLAY.judge(red_light(), &[bike]).len(), 1);
}

#[test]
fn the_signal_decides() {
    use SignalState::{Amber, Green, Red, Unknown};
    let count = |signal, at: f64| Play { signal, ..PLAY }.judge(red_light(), &[upward(at)]).len();
    assert_eq!(count(|_| Green, 6.0), 0);
    assert_eq!(count(|_| Amber, 6.0), 0);
    assert_eq!(count(|_| Unknown, 6.0), 0);
    let turns_red = |t: f64| if t < 5.0 { Amber } else { Red };
    assert_eq!(count(turns_red, 5.3), 0, "within the grace");
    assert_eq!(count(turns_red, 5.7), 1, "after it");
    let turns_green = |t: f64| if t < 6.0 { Red } else { Green };
    assert_eq!(count(turns_green, 5.8), 0, "green comes before it is known to be red");
    assert_eq!(count(turns_green, 6.2), 0);
    assert_eq!(count(turns_green, 4.0), 1, "beyond before green");
    let flash = |t: f64| if (5.6..5.75).contains(&t) { Unknown } else { Red };
    assert_eq!(count(flash, 6.0), 0, "a doubt shortly before breaks the red");
    assert_eq!(count(flash, 6.4), 1);
    let hidden = |t: f64| if t < 6.8 { Red } else { Unknown };
    assert_eq!(count(hidden, 6.0), 1, "hidden by the subject itself, once it is over");
}

#[test]
fn stopping_short_or_on_the_line_is_none() {
    let stops = |y: f32| car(move |t| Some((300.0, ((320.0 - 40.0 * t) as f32).max(y))));
    for short in [262.0, 256.0, 253.0, 252.0, 251.0, 246.0, 238.0] {
        assert_eq!(PLAY.judge(red_light(), &[stops(short)]).len(), 0, "stops at {short}");
    }
    // Waits with its wheels on the line through red, and goes when it turns green.
    let waits = |t: f64| {
        let y = if t < 8.0 { (320.0 - 40.0 * t).max(251.0) } else { 251.0 - 40.0 * (t - 8.0) };
        Some((300.0, y as f32))
    };
    let signal = |t: f64| if t < 8.0 { SignalState::Red } else { SignalState::Green };
    assert_eq!(Play { signal, ..PLAY }.judge(red_light(), &[car(waits)]).len(), 0);
    // Over the line and back.
    let back = |t: f64| Some((300.0, (251.0 + 10.0 * (t - 6.0).abs()) as f32 - 8.0));
    assert_eq!(PLAY.judge(red_light(), &[car(back)]).len(), 0);
}

#[test]
fn other_ways_are_none() {
    let beside = car(|t| Some((150.0, (320.0 - 40.0 * t) as f32)));
    let sideways = car(|t| Some(((40.0 + 60.0 * t) as f32, 250.0)));
    let beyond = car(|t| Some(((40.0 + 60.0 * t) as f32, 200.0)));
    let skew = car(|t| Some(((40.0 + 60.0 * t) as f32, (262.0 - 4.0 * t) as f32)));
    let backward = car(|t| Some((300.0, (100.0 + 40.0 * t) as f32)));
    let walker = Actor { class: Class::Person, size: (20.0, 50.0), ..upward(6.0) };
    for (what, actor) in [
        ("beside the line's end", beside),
        ("along the line", sideways),
        ("the crossing road", beyond),
        ("from the side street, over the line at a flat angle", skew),
        ("the other way", backward),
        ("on foot", walker),
    ] {
        assert_eq!(PLAY.judge(red_light(), &[actor]).len(), 0, "{what}");
    }
}

#[test]
fn a_lost_and_found_subject_is_one_and_two_are_two() {
    let lost = Actor {
        at: Box::new(|t| (upward(6.0).at)(t).filter(|_| !(5.4..6.3).contains(&t))),
        renamed: Some(6.0),
        ..upward(6.0)
    };
    let found = PLAY.judge(red_light(), &[lost]);
    assert_eq!(found.len(), 1);
    assert!((found[0].moment.seconds() - 6.0).abs() < 0.2);
    assert_eq!(found[0].subject.tracks.len(), 2);
    let other =
        Actor { at: Box::new(|t| (upward(6.5).at)(t).map(|(x, y)| (x + 80.0, y))), ..upward(6.5) };
    assert_eq!(PLAY.judge(red_light(), &[upward(6.0), other]).len(), 2);
    let second_box = Actor { size: (64.0, 58.0), ..upward(6.05) };
    assert_eq!(PLAY.judge(red_light(), &[upward(6.0), second_box]).len(), 1);
}

/// Over the stop line at 4 s, then right, left or straight on.
fn turning(dx: f64) -> Actor {
    car(move |t| {
        let y = (252.0 - 40.0 * (t - 4.0)).max(if dx == 0.0 { 20.0 } else { 170.0 });
        let x = 300.0 + dx * (t - 5.5).max(0.0);
        Some((x as f32, y as f32)).filter(|p| p.1 > 21.0 && (10.0..630.0).contains(&p.0))
    })
}

#[test]
fn right_turns_on_red_may_be_exempt() {
    let exempt = || rule(Kind::RedLight, "stop", |t| t.exempt_exits = vec!["right".into()]);
    assert_eq!(PLAY.judge(exempt(), &[turning(60.0)]).len(), 0, "right");
    assert_eq!(PLAY.judge(red_light(), &[turning(60.0)]).len(), 1, "right, where not exempt");
    assert_eq!(PLAY.judge(exempt(), &[turning(0.0)]).len(), 1, "straight on");
    assert_eq!(
        Play { seconds: 16.0, ..PLAY }.judge(exempt(), &[turning(-60.0)]).len(),
        0,
        "left, lost before it is decided"
    );
    let stays = car(|t| (turning(-60.0).at)(t.min(7.0)));
    assert_eq!(Play { seconds: 16.0, ..PLAY }.judge(exempt(), &[stays]).len(), 1, "time is over");
}

#[test]
fn a_banned_turn_is_line_then_exit() {
    let left = || rule(Kind::BannedTurn, "stop", |t| t.exit_line = Some("left".into()));
    let found = PLAY.judge(left(), &[turning(-60.0)]);
    assert_eq!(found.len(), 1);
    // Its left wheels are 24 pixels left of its middle, which starts at 300 at 5.5 s.
    let truth = 5.5 + (300.0 - 24.0 - 200.0) / 60.0;
    assert!((found[0].moment.seconds() - truth).abs() < 0.2, "{}", found[0].moment.seconds());
    assert_eq!(PLAY.judge(left(), &[turning(60.0)]).len(), 0, "right");
    assert_eq!(PLAY.judge(left(), &[turning(0.0)]).len(), 0, "straight on");
    let quick = rule(Kind::BannedTurn, "stop", |t| {
        t.exit_line = Some("left".into());
        t.within_seconds = 2.0;
    });
    assert_eq!(PLAY.judge(quick, &[turning(-60.0)]).len(), 0, "too long between the two");
    let elsewhere = car(|t| Some(((500.0 - 60.0 * t) as f32, 170.0)));
    assert_eq!(PLAY.judge(left(), &[elsewhere]).len(), 0, "not over the line before");
}

#[test]
fn a_solid_line_is_crossed_both_ways_and_not_by_trembling() {
    let solid = || rule(Kind::SolidLine, "lane", |_| ());
    let change = |from: f64, to: f64| {
        car(move |t| {
            let x = from + (to - from) * ((t - 1.0) / 3.0).clamp(0.0, 1.0);
            Some((x as f32, (345.0 - 12.0 * t) as f32))
        })
    };
    assert_eq!(PLAY.judge(solid(), &[change(270.0, 370.0)]).len(), 1);
    assert_eq!(PLAY.judge(solid(), &[change(370.0, 270.0)]).len(), 1);
    assert_eq!(PLAY.judge(solid(), &[change(270.0, 290.0)]).len(), 0, "only near it");
    let along = car(|t| Some((296.0 + (t * 3.0).sin() as f32 * 3.0, (345.0 - 8.0 * t) as f32)));
    assert_eq!(PLAY.judge(solid(), &[along]).len(), 0, "its wheels on the line");
    let forward = rule(Kind::SolidLine, "lane", |t| t.way = Way::Forward);
    assert_eq!(PLAY.judge(forward, &[change(370.0, 270.0)]).len(), 0);
}

#[test]
fn unseen_and_unsure_sightings_prove_nothing() {
    let mut observations = PLAY.observations(&[upward(6.0)]);
    for o in &mut observations {
        o.tracks.iter_mut().for_each(|t| t.score = Some(0.3));
    }
    assert_eq!(judge(red_light(), &observations).len(), 0, "scores too low");
    for o in &mut observations {
        o.tracks.iter_mut().for_each(|t| t.score = None);
    }
    assert_eq!(judge(red_light(), &observations).len(), 0, "only predicted");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(48))]

    #[test]
    fn any_observations_are_judged_and_only_known_red_accuses(
        steps in proptest::collection::vec(
            (1_i64..900_000, 0_u8..4, proptest::collection::vec((0_u32..4, 0_u8..3, 0f32..640.0, 0f32..360.0, 4f32..150.0), 0..4)),
            1..120,
        ),
    ) {
        let mut time = 0;
        let mut observations = Vec::new();
        let mut known_red = false;
        for (step, state, tracks) in steps {
            time += step;
            let state = [SignalState::Red, SignalState::Amber, SignalState::Green, SignalState::Unknown][state as usize];
            known_red |= state == SignalState::Red;
            let mut sights: Vec<TrackSight> = Vec::new();
            for (id, class, x, y, size) in tracks {
                if sights.iter().all(|s| s.id != TrackId(id)) {
                    let class = [Class::Car, Class::Motorcycle, Class::Person][class as usize];
                    let bbox = BBox { x1: x, y1: y, x2: x + size, y2: y + size };
                    sights.push(TrackSight { id: TrackId(id), class, bbox, score: Some(0.7), riding: Riding::No });
                }
            }
            let at = MediaTime(time);
            let wall = WallTime(jiff::Timestamp::UNIX_EPOCH);
            let mut o = Observation::new(at, wall, View::Steady, sights);
            o.signals = vec![SignalSight { name: "main".into(), state }];
            observations.push(o.rounded());
        }
        let rules = [
            red_light(),
            rule(Kind::RedLight, "stop", |t| t.exempt_exits = vec!["right".into()]),
            rule(Kind::SolidLine, "lane", |_| ()),
            rule(Kind::BannedTurn, "stop", |t| t.exit_line = Some("left".into())),
        ];
        for rule in rules {
            let red = rule.kind == Kind::RedLight;
            let found = judge(rule, &observations);
            proptest::prop_assert!(known_red || !red || found.is_empty());
            for one in found {
                proptest::prop_assert!(one.start <= one.moment && one.moment <= one.last);
                proptest::prop_assert!(!red || one.signals.iter().take(2).all(|s| s.state != SignalState::Green || s.time < one.moment));
            }
        }
    }
}
