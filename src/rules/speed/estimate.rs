//! Speed from places on the ground over time, with its uncertainty.

use crate::media::MediaTime;
use crate::scene::Plane;
use serde::{Deserialize, Serialize};

/// Places a measurement rests on at most, and at least.
pub(super) const MOST_PLACES: usize = 64;
const LEAST_PLACES: usize = 5;
/// Time a measurement spans at least, and at most, seconds.
const LEAST_SECONDS: f64 = 1.0;
pub(super) const MOST_SECONDS: f64 = 2.5;
/// Way it spans at least, metres; and in standard deviations of its length.
const LEAST_METRES: f64 = 2.0;
const LEAST_SIGMAS: f64 = 8.0;
/// Boxes of neighbouring frames err together; so many sightings a second err on their own.
const FREE_PER_SECOND: f64 = 4.0;
/// Faster is a mistake of tracking, km/h.
const FASTEST: f64 = 200.0;
/// Neither cars nor brakes do more, m/s².
const ACCELERATION: f64 = 8.0;
/// Residuals beyond this many times the typical one count less (Huber, "Robust Estimation of a
/// Location Parameter", 1964).
const HUBER: f64 = 1.5;
const ROUNDS: usize = 4;
/// Metres a second to kilometres an hour.
const KMH: f64 = 3.6;

/// Where a subject stood.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Place {
    pub(super) time: MediaTime,
    /// In the picture, scene pixels.
    pub(super) pixel: (f32, f32),
    /// On the ground, metres.
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) sigma: f64,
}

/// A speed, with one standard deviation.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Estimate {
    pub(super) kmh: f64,
    pub(super) sigma_kmh: f64,
}

/// A line through places over time.
struct Line {
    /// Metres a second.
    velocity: (f64, f64),
    /// Root of the mean squared distance of the places from it, metres.
    rms: f64,
    /// Variance of the times, seconds squared.
    variance: f64,
}

/// The speed over these places, in order of time. `None`: cannot be told.
pub(super) fn estimate(places: &[Place], plane: &Plane) -> Option<Estimate> {
    let (first, last) = (places.first()?, places.last()?);
    let seconds = last.time.since(first.time);
    if places.len() < LEAST_PLACES || seconds < LEAST_SECONDS {
        return None;
    }
    let line = fit(places)?;
    let speed = line.velocity.0.hypot(line.velocity.1);
    let length = plane.distance(first.pixel, last.pixel)?;
    let way = speed * seconds;
    if way < LEAST_METRES.max(LEAST_SIGMAS * length.sigma_metres) || speed * KMH > FASTEST {
        return None;
    }
    let (early, late) = places.split_at(places.len() / 2);
    if let (Some(early), Some(late)) = (fit(early), fit(late)) {
        let change = (late.velocity.0 - early.velocity.0).hypot(late.velocity.1 - early.velocity.1);
        // What the halves cannot tell apart is no change.
        let noise = 3.0 * (early.rms + late.rms + 2.0 * first.sigma.max(last.sigma)) / seconds;
        if change > ACCELERATION * seconds / 2.0 + noise {
            return None;
        }
    }
    let free = (places.len() as f64).min(FREE_PER_SECOND * seconds + 1.0);
    let by_fit = line.rms.powi(2) / (free * line.variance);
    let scale = plane.scale_sigma(first.pixel, last.pixel)?;
    let ends = (length.sigma_metres.powi(2) - (scale * length.metres).powi(2)).max(0.0);
    // The slope through evenly spread places varies 6/n times as much as that between the ends.
    let by_contact = ends / seconds.powi(2) * (6.0 / free).min(1.0);
    let variance = by_fit.max(by_contact) + (scale * speed).powi(2);
    let sigma_kmh = variance.sqrt() * KMH;
    sigma_kmh.is_finite().then_some(Estimate { kmh: speed * KMH, sigma_kmh })
}

/// A line through places, those far off it counting less.
fn fit(places: &[Place]) -> Option<Line> {
    let origin = places.first()?;
    let mut weights: Vec<f64> = places.iter().map(|p| p.sigma.max(1e-3).powi(-2)).collect();
    let plain = weights.clone();
    let mut line = weighted(places, &weights, origin)?;
    for _ in 0..ROUNDS {
        let mut off: Vec<f64> = line.1.clone();
        off.sort_by(f64::total_cmp);
        let typical = (off[off.len() / 2] * 1.48).max(1e-6);
        for ((weight, plain), off) in weights.iter_mut().zip(&plain).zip(&line.1) {
            *weight = plain * (HUBER * typical / off.max(1e-9)).min(1.0);
        }
        line = weighted(places, &weights, origin)?;
    }
    Some(line.0)
}

/// The weighted line and how far each place lies from it, metres.
fn weighted(places: &[Place], weights: &[f64], origin: &Place) -> Option<(Line, Vec<f64>)> {
    let all: f64 = weights.iter().sum();
    let mean = |of: &dyn Fn(&Place) -> f64| -> f64 {
        places.iter().zip(weights).map(|(p, w)| w * of(p)).sum::<f64>() / all
    };
    let at = |p: &Place| p.time.since(origin.time);
    let (t, x, y) = (mean(&at), mean(&|p| p.x), mean(&|p| p.y));
    let variance = mean(&|p| (at(p) - t).powi(2));
    if variance.is_nan() || variance <= 1e-6 {
        return None;
    }
    let velocity = (
        mean(&|p| (at(p) - t) * (p.x - x)) / variance,
        mean(&|p| (at(p) - t) * (p.y - y)) / variance,
    );
    let miss = |p: &Place| {
        let s = at(p) - t;
        (p.x - x - velocity.0 * s).hypot(p.y - y - velocity.1 * s)
    };
    let rms = mean(&|p| miss(p).powi(2)).sqrt();
    Some((Line { velocity, rms, variance }, places.iter().map(miss).collect()))
}
