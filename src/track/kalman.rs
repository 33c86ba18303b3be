//! Where a box will be: a constant-velocity Kalman filter in continuous time.
//!
//! Centre x, centre y, width and height are filtered independently, each with its own velocity.
//! Noise is relative to the box's size (Wojke, Bewley, Paulus, "Simple Online and Realtime Tracking
//! with a Deep Association Metric", ICIP 2017) and grows with the seconds gone by, not with frames,
//! so that one tuning serves 2 and 30 frames a second. The state stays at the last observation;
//! predictions are made from there, in one step, for whatever time is asked.
//!
//! How far sightings are trusted is learnt ([`DetectorNoise`]). The box to show follows that fully:
//! of an exact detector it is the box it drew, of a loose one a smoothed box. The motion behind it is
//! never told from less than [`CENTRE`]'s and [`EXTENT`]'s noise: people sway, and a velocity that
//! follows every sway predicts badly.

use super::noise::DetectorNoise;
use crate::vision::{BBox, Family};

/// Standard deviations in sizes (square root of the box's area), and time constants in seconds.
#[derive(Debug, Clone, Copy)]
struct Noise {
    /// Of an observed coordinate, at least, as far as motion is told from it.
    measure: f64,
    /// Of the velocity of something just seen for the first time, per second.
    first_velocity: f64,
    /// Growth of the velocity's deviation, per second and root second.
    velocity: f64,
    /// Growth of the position's deviation beyond motion (a detector's slow wander), per root second.
    position: f64,
}

const CENTRE: Noise = Noise { measure: 0.02, first_velocity: 1.5, velocity: 0.6, position: 0.1 };
const EXTENT: Noise = Noise { measure: 0.03, first_velocity: 0.3, velocity: 0.15, position: 0.25 };
/// Vehicles and two-wheelers cover more of their own size in a second than people.
const FAST_FIRST_VELOCITY: f64 = 3.0;
/// Unobserved velocity of the centre fades with this time constant: nobody walks straight for ever.
const CENTRE_FADE: f64 = 6.0;
/// Unobserved growth fades soon, or a lost box would swell or vanish.
const EXTENT_FADE: f64 = 0.4;
/// A detection of score 0 has a box looser by this than one of score 1.
const WEAK: f64 = 1.25;
/// Deviation of the very first box, in sizes.
const FIRST: [f64; 2] = [0.06, 0.08];

/// How far an unobserved velocity has faded, and how far it has carried.
#[derive(Debug, Clone, Copy)]
struct Fade {
    keep: f64,
    reach: f64,
}

impl Fade {
    /// A fading velocity (Singer, IEEE TAES 1970): v·e^(−t/fade), the way its integral.
    fn over(dt: f64, fade: f64) -> Self {
        let keep = (-dt / fade).exp();
        Self { keep, reach: fade * (1.0 - keep) }
    }
}

/// What an observation makes of one coordinate.
#[derive(Debug, Clone, Copy)]
struct Update {
    /// Difference from what was expected, in the deviations expected of it.
    innovation: f64,
    /// The coordinate to show.
    shown: f64,
}

/// One coordinate and its velocity, with their covariance.
#[derive(Debug, Clone, Copy)]
struct Axis {
    value: f64,
    velocity: f64,
    var_value: f64,
    cov: f64,
    var_velocity: f64,
}

impl Axis {
    fn new(value: f64, size: f64, deviation: f64, first_velocity: f64) -> Self {
        Self {
            value,
            velocity: 0.0,
            var_value: (deviation * size).powi(2),
            cov: 0.0,
            var_velocity: (first_velocity * size).powi(2),
        }
    }

    fn predict(&self, dt: f64, size: f64, noise: &Noise, fade: Fade) -> Self {
        let Fade { keep, reach } = fade;
        let qv = (noise.velocity * size).powi(2);
        let qp = (noise.position * size).powi(2);
        Self {
            value: self.value + self.velocity * reach,
            velocity: self.velocity * keep,
            var_value: self.var_value
                + 2.0 * reach * self.cov
                + reach * reach * self.var_velocity
                + qv * dt * reach * reach / 3.0
                + qp * dt,
            cov: keep * (self.cov + reach * self.var_velocity) + qv * dt * reach / 2.0,
            var_velocity: keep * keep * self.var_velocity + qv * dt,
        }
    }

    /// Takes in a coordinate observed with `variance`; motion is told as if with `least` at least.
    fn update(&mut self, observed: f64, variance: f64, least: f64) -> Update {
        let surprise = observed - self.value;
        let total = self.var_value + variance;
        let update = Update {
            innovation: surprise / total.sqrt(),
            shown: self.value + self.var_value / total * surprise,
        };
        let total = self.var_value + variance.max(least);
        let (gain, gain_v) = (self.var_value / total, self.cov / total);
        self.value += gain * surprise;
        self.velocity += gain_v * surprise;
        self.var_velocity -= gain_v * self.cov;
        self.cov *= 1.0 - gain;
        self.var_value *= 1.0 - gain;
        update
    }
}

/// A box in motion, as known at its last observation.
#[derive(Debug, Clone, Copy)]
pub(super) struct BoxFilter {
    cx: Axis,
    cy: Axis,
    w: Axis,
    h: Axis,
    /// The box to show for the latest observation.
    shown: BBox,
}

impl BoxFilter {
    /// Begins at `bbox`, at rest, with a velocity as uncertain as its family may be fast.
    pub(super) fn new(bbox: &BBox, family: Family) -> Self {
        let [cx, cy, w, h] = coordinates(bbox);
        let size = (w * h).sqrt();
        let first = match family {
            Family::Vehicle | Family::TwoWheeler | Family::Head => FAST_FIRST_VELOCITY,
            Family::Person | Family::Animal | Family::Bag | Family::Thing => CENTRE.first_velocity,
        };
        Self {
            cx: Axis::new(cx, size, FIRST[0], first),
            cy: Axis::new(cy, size, FIRST[0], first),
            w: Axis::new(w, size, FIRST[1], EXTENT.first_velocity),
            h: Axis::new(h, size, FIRST[1], EXTENT.first_velocity),
            shown: *bbox,
        }
    }

    /// As it will be `dt` seconds later.
    pub(super) fn predicted(&self, dt: f64) -> Self {
        let size = self.size();
        let (centre, extent) = (Fade::over(dt, CENTRE_FADE), Fade::over(dt, EXTENT_FADE));
        Self {
            cx: self.cx.predict(dt, size, &CENTRE, centre),
            cy: self.cy.predict(dt, size, &CENTRE, centre),
            w: self.w.predict(dt, size, &EXTENT, extent),
            h: self.h.predict(dt, size, &EXTENT, extent),
            shown: self.shown,
        }
    }

    /// Takes in a box observed now, its score weighing how far it is trusted. Returns how far it was
    /// off what was expected, in expected deviations of centre x, centre y, width and height.
    pub(super) fn update(&mut self, bbox: &BBox, score: f32, noise: &DetectorNoise) -> [f64; 4] {
        let size = self.size();
        let loose = size * (1.0 + WEAK * (1.0 - f64::from(score.clamp(0.0, 1.0))));
        let [rx, ry, rw, rh] = noise.deviations().map(|d| (d * loose).powi(2));
        let centre = (CENTRE.measure * loose).powi(2);
        let extent = (EXTENT.measure * loose).powi(2);
        let [cx, cy, w, h] = coordinates(bbox);
        let x = self.cx.update(cx, rx, centre);
        let y = self.cy.update(cy, ry, centre);
        let w = self.w.update(w, rw, extent);
        let h = self.h.update(h, rh, extent);
        self.shown = around(x.shown, y.shown, w.shown, h.shown);
        [x.innovation, y.innovation, w.innovation, h.innovation]
    }

    /// Forgets all motion: something that stands keeps its place.
    pub(super) fn halt(&mut self) {
        for axis in [&mut self.cx, &mut self.cy, &mut self.w, &mut self.h] {
            axis.velocity = 0.0;
            axis.cov = 0.0;
        }
    }

    /// The box; never thinner than a pixel.
    pub(super) fn bbox(&self) -> BBox {
        around(self.cx.value, self.cy.value, self.w.value, self.h.value)
    }

    /// The box to show for the latest observation: between the one observed and the one expected, as
    /// far as the detector's boxes are trusted.
    pub(super) fn shown(&self) -> BBox {
        self.shown
    }

    /// Velocity of the centre, in pixels per second.
    pub(super) fn velocity(&self) -> (f64, f64) {
        (self.cx.velocity, self.cy.velocity)
    }

    /// Standard deviation of the centre, in sizes of the box.
    pub(super) fn doubt(&self) -> f64 {
        (f64::midpoint(self.cx.var_value, self.cy.var_value)).sqrt() / self.size()
    }

    /// Square root of the area, in pixels.
    pub(super) fn size(&self) -> f64 {
        (self.w.value.max(1.0) * self.h.value.max(1.0)).sqrt()
    }
}

fn around(x: f64, y: f64, w: f64, h: f64) -> BBox {
    let (w, h) = (w.max(1.0) / 2.0, h.max(1.0) / 2.0);
    BBox { x1: (x - w) as f32, y1: (y - h) as f32, x2: (x + w) as f32, y2: (y + h) as f32 }
}

fn coordinates(bbox: &BBox) -> [f64; 4] {
    let (cx, cy) = bbox.centre();
    [cx, cy, bbox.width(), bbox.height()].map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(x: f32, y: f32, w: f32, h: f32) -> BBox {
        BBox { x1: x - w / 2.0, y1: y - h / 2.0, x2: x + w / 2.0, y2: y + h / 2.0 }
    }

    #[test]
    fn velocity_is_learnt_whatever_the_frame_rate() {
        for fps in [2.0, 10.0, 30.0] {
            let mut filter = BoxFilter::new(&at(0.0, 0.0, 40.0, 100.0), Family::Person);
            for k in 1..=(4.0 * fps) as u32 {
                filter = filter.predicted(1.0 / fps);
                filter.update(
                    &at(50.0 * k as f32 / fps as f32, 0.0, 40.0, 100.0),
                    0.8,
                    &DetectorNoise::default(),
                );
            }
            let (vx, vy) = filter.velocity();
            assert!((vx - 50.0).abs() < 4.0 && vy.abs() < 0.1, "{fps}: {vx} {vy}");
        }
    }

    #[test]
    fn a_weak_sighting_moves_the_box_less() {
        let start = BoxFilter::new(&at(0.0, 0.0, 40.0, 100.0), Family::Person).predicted(0.1);
        let moved = |score| {
            let mut filter = start;
            filter.update(&at(10.0, 0.0, 40.0, 100.0), score, &DetectorNoise::default());
            filter.bbox().centre().0
        };
        assert!(0.0 < moved(0.2) && moved(0.2) < moved(0.9) && moved(0.9) < 10.0);
    }

    proptest! {
        #[test]
        fn predictions_stay_finite_and_doubt_only_grows(
            x in -1e4f32..1e4, w in 1f32..2e3, h in 1f32..2e3, jump in -500f32..500.0,
            dt in 0.001f64..120.0, after in 0.001f64..600.0,
        ) {
            let mut filter = BoxFilter::new(&at(x, 0.0, w, h), Family::Vehicle).predicted(dt);
            filter.update(&at(x + jump, jump, w, h), 0.5, &DetectorNoise::default());
            let later = filter.predicted(after);
            let b = later.bbox();
            prop_assert!([b.x1, b.y1, b.x2, b.y2].iter().all(|v| v.is_finite()));
            prop_assert!(b.width() > 0.0 && b.height() > 0.0);
            prop_assert!(later.doubt() * later.size() >= filter.doubt() * filter.size());
        }

        #[test]
        fn one_long_step_goes_where_two_short_ones_go(
            v in -200f32..200.0, a in 0.01f64..2.0, b in 0.01f64..2.0,
        ) {
            let mut filter = BoxFilter::new(&at(0.0, 0.0, 40.0, 100.0), Family::Person).predicted(1.0);
            filter.update(&at(v, 0.0, 40.0, 100.0), 0.9, &DetectorNoise::default());
            let (one, two) = (filter.predicted(a + b), filter.predicted(a).predicted(b));
            prop_assert!((one.bbox().centre().0 - two.bbox().centre().0).abs() < 0.01);
        }
    }
}
