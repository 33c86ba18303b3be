//! A drawn scenario: who goes where, under what light, what is judged, and what is true.

use super::actor::{Actor, Body, wheels};
use super::ground::{CROSSROAD, KERB, STOP, WALL, ZEBRA, lamp_box};
use super::labels::Told;
use super::view::{SIZE, outline, project};
use super::weather::Weather;
use crate::bench::events::{Timing, timing};
use std::fmt::Write;

/// What a lamp group shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lamp {
    Red,
    Amber,
    Green,
    Dark,
}

/// A drawn scenario.
#[derive(Debug, Clone)]
pub(super) struct Scenario {
    pub(super) name: &'static str,
    pub(super) condition: &'static str,
    pub(super) seconds: f32,
    pub(super) fps: u32,
    /// Whether some pictures are left out.
    pub(super) varying: bool,
    pub(super) weather: Weather,
    pub(super) actors: Vec<Actor>,
    /// From when on the lamps show what.
    pub(super) lamps: Vec<(f32, Lamp)>,
    /// Whether LED lamps flicker against the shutter.
    pub(super) flicker: bool,
    pub(super) start_time: Option<&'static str>,
    pub(super) labels: Vec<Told>,
    pub(super) negative_for: Vec<&'static str>,
    zones: Vec<(&'static str, &'static str)>,
    lines: Vec<&'static str>,
    calibrated: bool,
    rules: String,
    pub(super) note: &'static str,
}

/// Everyday words for building scenarios.
impl Scenario {
    pub(super) fn new(name: &'static str, seconds: f32) -> Self {
        Self {
            name,
            condition: "day",
            seconds,
            fps: 12,
            varying: false,
            weather: Weather::default(),
            actors: Vec::new(),
            lamps: Vec::new(),
            flicker: false,
            start_time: None,
            labels: Vec::new(),
            negative_for: Vec::new(),
            zones: Vec::new(),
            lines: Vec::new(),
            calibrated: false,
            rules: String::new(),
            note: "",
        }
    }

    /// Adds somebody; numbers count from 0.
    pub(super) fn with(mut self, body: Body, way: &[(f32, f32, f32)]) -> Self {
        let colour = self.actors.len() * 3 + self.name.len();
        self.actors.push(Actor { body, way: way.to_vec(), colour, lift: 0.0, helmets: None });
        self
    }

    /// The last one added is carried this high.
    pub(super) fn lifted(mut self, lift: f32) -> Self {
        if let Some(actor) = self.actors.last_mut() {
            actor.lift = lift;
        }
        self
    }

    /// Whether those who ride the last one wear helmets.
    pub(super) fn helmets(mut self, worn: bool) -> Self {
        if let Some(actor) = self.actors.last_mut() {
            actor.helmets = Some(worn);
        }
        self
    }

    pub(super) fn lamps(mut self, program: &[(f32, Lamp)]) -> Self {
        self.lamps = program.to_vec();
        self
    }

    pub(super) fn zone(self, name: &'static str) -> Self {
        self.zone_with(name, "")
    }

    /// A zone with further keys in the camera file.
    pub(super) fn zone_with(mut self, name: &'static str, keys: &'static str) -> Self {
        self.zones.push((name, keys));
        self
    }

    pub(super) fn line(mut self, name: &'static str) -> Self {
        self.lines.push(name);
        self
    }

    pub(super) fn calibrated(mut self) -> Self {
        self.calibrated = true;
        self
    }

    /// A rule: its kind, where, and its further keys as they are written.
    pub(super) fn rule(mut self, kind: &str, place: &str, keys: &str) -> Self {
        let key = if self.lines.contains(&place) { "line" } else { "zone" };
        let _ = write!(self.rules, "\n[[rules]]\nkind = \"{kind}\"\n{key} = \"{place}\"\n{keys}\n");
        self
    }

    pub(super) fn negative(mut self, kinds: &[&'static str]) -> Self {
        self.negative_for.extend(kinds);
        self
    }

    pub(super) fn starting(mut self, time: &'static str) -> Self {
        self.start_time = Some(time);
        self
    }

    pub(super) fn noting(mut self, note: &'static str) -> Self {
        self.note = note;
        self
    }

    /// The same under another name and condition.
    pub(super) fn under(mut self, name: &'static str, condition: &'static str) -> Self {
        self.name = name;
        self.condition = condition;
        match condition {
            "night" => self.weather.night = true,
            "rain" => self.weather.rain = true,
            "shake" => self.weather.shake = 2.2,
            "blur" => self.weather.blur = true,
            "2fps" => self.fps = 2,
            "vfr" => (self.fps, self.varying) = (20, true),
            _ => {}
        }
        self
    }

    /// Labels what one of the actors does somewhere, from when to when.
    pub(super) fn label(
        mut self,
        kind: &'static str,
        place: &'static str,
        actor: usize,
        (start, end): (f32, f32),
    ) -> Self {
        let end = end.min(self.seconds);
        // What passes is best known in the middle of its way.
        let passing = timing(kind) == Timing::Passing;
        let at = if passing { f32::midpoint(start, end) } else { start };
        let at = at.clamp(0.0, self.seconds);
        let subject = self.actors.get(actor).and_then(|a| Some((at, a.bbox(at)?)));
        let complete = None;
        let (optional, note) = (false, "");
        self.labels.push(Told { kind, start, end, place, subject, complete, optional, note });
        self
    }

    /// The last label's violation is complete so long after its start.
    pub(super) fn after(mut self, seconds: f32) -> Self {
        if let Some(label) = self.labels.last_mut() {
            label.complete = Some(label.start + seconds);
        }
        self
    }

    /// When an actor's contact point is first in a zone, and when first out again.
    pub(super) fn stay_of(&self, actor: usize, zone: &str) -> (f32, f32) {
        let polygon = outline(&area(zone));
        let inside = |t: f32| self.contact(actor, t).is_some_and(|at| within(&polygon, at));
        let start = self.first(0.0, inside).unwrap_or(0.0);
        (start, self.first(start, |t| !inside(t)).unwrap_or(self.seconds))
    }

    /// When the first of an actor's wheels is beyond a line.
    pub(super) fn crossing_of(&self, actor: usize, name: &str) -> f32 {
        let (a, b, toward) = line(name);
        let [a, b, toward] = [a, b, toward].map(|(x, y)| project([x, y, 0.0]));
        let side = |(x, y): (f32, f32)| (b.0 - a.0) * (y - a.1) - (b.1 - a.1) * (x - a.0);
        let beyond = |at| (side(at) > 0.0) == (side(toward) > 0.0);
        let Some(actor) = self.actors.get(actor) else { return 0.0 };
        let any = |t: f32| {
            let wheels = actor.pose(t).map(|pose| wheels(actor.body, pose));
            wheels.map(|w| w.into_iter().any(|at| beyond(project(at))))
        };
        let before = self.first(0.0, |t| any(t) == Some(false));
        before.and_then(|t| self.first(t, |t| any(t) == Some(true))).unwrap_or(0.0)
    }

    fn contact(&self, actor: usize, t: f32) -> Option<(f32, f32)> {
        Some(self.actors.get(actor)?.bbox(t)?.contact())
    }

    fn first(&self, from: f32, is: impl Fn(f32) -> bool) -> Option<f32> {
        let steps = ((self.seconds - from.max(0.0)) / 0.004) as u32;
        (0..=steps).map(|i| from.max(0.0) + i as f32 * 0.004).find(|&t| is(t))
    }

    /// What the lamps show at a time.
    pub(super) fn lamp(&self, t: f32) -> Option<Lamp> {
        self.lamps.iter().rev().find(|(from, _)| *from <= t).map(|(_, lamp)| *lamp)
    }

    /// The camera file.
    pub(super) fn camera(&self) -> String {
        let mut out = format!(
            "version = 1\nid = \"{0}\"\nname = \"{0}\"\nframe_size = [{1}, {2}]\n",
            self.name, SIZE.0, SIZE.1
        );
        let _ = write!(out, "\n[evidence]\npre_seconds = 2\npost_seconds = 2\n");
        for (name, keys) in &self.zones {
            let corners = points(&outline(&area(name)));
            let _ = write!(out, "\n[[zones]]\nname = \"{name}\"\npolygon = {corners}\n{keys}");
        }
        for name in &self.lines {
            let (a, b, toward) = line(name);
            let [a, b, toward] = [a, b, toward].map(|(x, y)| project([x, y, 0.0]));
            let ends = points(&[a, b]);
            let _ = write!(
                out,
                "\n[[lines]]\nname = \"{name}\"\npoints = {ends}\ntoward = [{:.1}, {:.1}]\n",
                toward.0, toward.1
            );
        }
        if !self.lamps.is_empty() {
            let [x1, y1, x2, y2] = lamp_box();
            let _ =
                write!(out, "\n[[signals]]\nname = \"through\"\nbox = [{x1}, {y1}, {x2}, {y2}]\n");
        }
        if self.calibrated {
            let _ = write!(out, "\n[calibration]\npoints = [\n");
            for (x, y) in [(-6.0, 11.0), (6.5, 11.0), (6.5, 32.0), (-6.0, 32.0), (0.0, 20.0)] {
                let (u, v) = project([x, y, 0.0]);
                let _ =
                    writeln!(out, "  {{ pixel = [{u:.2}, {v:.2}], metres = [{x:.1}, {y:.1}] }},");
            }
            out.push_str("]\n");
        }
        out + &self.rules
    }
}

/// The corners of the areas that scenarios name, on the ground.
fn area(name: &str) -> Vec<(f32, f32)> {
    let block = |x1: f32, x2: f32, y1: f32, y2: f32| vec![(x1, y1), (x2, y1), (x2, y2), (x1, y2)];
    match name {
        "road" => block(-KERB, KERB, 9.0, STOP - 0.5),
        "lane" => block(0.2, KERB - 0.2, 9.5, 40.0),
        "kerb" => block(3.4, KERB, 9.0, 19.0),
        "zebra" => block(-KERB, KERB, ZEBRA.0, ZEBRA.1),
        "square" => block(-3.0, KERB, 9.0, 18.0),
        // The sidewalk to the right.
        _ => block(KERB + 0.2, WALL, 9.0, 19.5),
    }
}

/// Ends of the lines that scenarios name, and a point beyond, on the ground.
fn line(name: &str) -> ((f32, f32), (f32, f32), (f32, f32)) {
    let middle = f32::midpoint(CROSSROAD.0, CROSSROAD.1);
    match name {
        "middle" => ((0.0, 9.0), (0.0, STOP - 0.5), (-3.0, 14.0)),
        "exit_right" => {
            ((KERB + 0.5, CROSSROAD.0), (KERB + 0.5, CROSSROAD.1), (KERB + 4.0, middle))
        }
        "exit_left" => {
            ((-KERB - 0.5, CROSSROAD.0), (-KERB - 0.5, CROSSROAD.1), (-KERB - 4.0, middle))
        }
        _ => ((0.2, STOP), (KERB - 0.1, STOP), (3.5, STOP + 5.0)),
    }
}

fn points(points: &[(f32, f32)]) -> String {
    let each = points.iter().map(|(x, y)| format!("[{x:.1}, {y:.1}]"));
    format!("[{}]", each.collect::<Vec<_>>().join(", "))
}

/// Whether a point lies in a polygon (even–odd).
fn within(polygon: &[(f32, f32)], (x, y): (f32, f32)) -> bool {
    let mut inside = false;
    for (i, &(x2, y2)) in polygon.iter().enumerate() {
        let (x1, y1) = polygon[(i + polygon.len() - 1) % polygon.len()];
        if (y1 > y) != (y2 > y) && x < x1 + (y - y1) / (y2 - y1) * (x2 - x1) {
            inside = !inside;
        }
    }
    inside
}
