//! The ground as a plane: a camera whose place is known gives exact answers.

use proptest::prelude::*;
use streetward::scene::{Plane, PlaneError, PointPair};

/// A pinhole camera above the street, looking along its second axis, down by `tilt` radians.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pinhole {
    pub height: f64,
    pub tilt: f64,
    pub focal: f64,
}

/// 1280×720, six metres above the street.
pub(crate) const USUAL: Pinhole = Pinhole { height: 6.0, tilt: 0.35, focal: 1000.0 };

impl Pinhole {
    /// Where a place is seen, in pixels; `up` metres above the ground.
    pub fn sees(&self, x: f64, y: f64, up: f64) -> Option<(f32, f32)> {
        let (sin, cos) = self.tilt.sin_cos();
        let down = self.height - up;
        let (depth, below) = (y * cos + down * sin, down * cos - y * sin);
        (depth > 0.1).then(|| {
            ((640.0 + self.focal * x / depth) as f32, (360.0 + self.focal * below / depth) as f32)
        })
    }

    pub fn pair(&self, x: f64, y: f64) -> PointPair {
        let (px, py) = self.sees(x, y, 0.0).unwrap();
        PointPair { pixel: [px, py], metres: [x, y] }
    }

    /// Calibrated with six points on the street.
    pub fn plane(&self) -> Plane {
        let places =
            [(-4.0, 12.0), (4.0, 12.0), (4.0, 25.0), (-4.0, 25.0), (4.0, 45.0), (-4.0, 45.0)];
        Plane::from_points(&places.map(|(x, y)| self.pair(x, y))).unwrap()
    }
}

fn cameras() -> impl Strategy<Value = Pinhole> {
    (3.0..20.0f64, 0.15..1.2f64, 400.0..2500.0f64).prop_map(|(height, tilt, focal)| Pinhole {
        height,
        tilt,
        focal,
    })
}

/// The distance along the street of what the middle of the picture shows.
fn middle(camera: &Pinhole) -> f64 {
    camera.height / camera.tilt.tan()
}

proptest! {
    #[test]
    fn a_place_comes_back_from_the_picture(
        camera in cameras(),
        x in -1.0..1.0f64,
        y in -0.4..0.8f64,
    ) {
        let m = middle(&camera);
        let four = [(-0.4, 0.7), (0.5, 0.6), (0.6, 1.5), (-0.3, 1.6)];
        let pairs = four.map(|(a, b)| camera.pair(a * m, b * m));
        let plane = Plane::from_points(&pairs).unwrap();
        let (x, y) = (x * m, m + y * m);
        let seen = camera.sees(x, y, 0.0).unwrap();
        let ground = plane.to_ground(seen).unwrap();
        // Pixels are kept as f32: a ten thousandth of one is much far away.
        let slack = 1e-3 * (1.0 + plane.metres_per_pixel(seen).unwrap().1);
        prop_assert!((ground.x - x).hypot(ground.y - y) < slack, "{ground:?} is not {x} {y}");
        prop_assert!(ground.sigma_metres > 0.0);
        let back = plane.to_picture((x, y)).unwrap();
        prop_assert!((back.0 - seen.0).hypot(back.1 - seen.1) < 0.02);
        let sigma = |y: f64| plane.to_ground(camera.sees(x, y, 0.0).unwrap()).unwrap().sigma_metres;
        prop_assert!(sigma(2.0 * m) < sigma(4.0 * m), "farther is less sure");
    }

    #[test]
    fn above_the_horizon_there_is_no_ground(camera in cameras(), x in 0f32..1280.0, up in 1f32..500.0) {
        let horizon = 360.0 - (camera.focal * camera.tilt.tan()) as f32;
        let m = middle(&camera);
        let four = [(-0.4, 0.7), (0.5, 0.6), (0.6, 1.5), (-0.3, 1.6)];
        let plane = Plane::from_points(&four.map(|(a, b)| camera.pair(a * m, b * m))).unwrap();
        prop_assert_eq!(plane.to_ground((x, horizon - up)), None);
        prop_assert!(plane.metres_per_pixel((x, horizon - up)).is_none());
    }

    #[test]
    fn any_points_are_judged_without_panic(
        points in prop::collection::vec(
            (prop::array::uniform2(prop::num::f32::ANY), prop::array::uniform2(prop::num::f64::ANY)),
            0..9,
        ),
        at in (prop::num::f32::ANY, prop::num::f32::ANY),
    ) {
        let pairs: Vec<_> =
            points.into_iter().map(|(pixel, metres)| PointPair { pixel, metres }).collect();
        if let Ok(plane) = Plane::from_points(&pairs) {
            let _ = (plane.to_ground(at), plane.residuals(), plane.worst());
        }
    }

    #[test]
    fn coarse_points_make_a_sound_plane_or_none(
        points in prop::collection::vec((0u8..5, 0u8..5, 0u8..5, 0u8..5), 4..8),
        x in 0f32..500.0, y in 0f32..500.0,
    ) {
        let pairs: Vec<_> = points.iter().map(|&(a, b, c, d)| PointPair {
            pixel: [f32::from(a) * 100.0, f32::from(b) * 100.0],
            metres: [f64::from(c), f64::from(d)],
        }).collect();
        if let Ok(plane) = Plane::from_points(&pairs) {
            for pair in &pairs {
                prop_assert!(plane.to_ground((pair.pixel[0], pair.pixel[1])).is_some());
            }
            if let Some(ground) = plane.to_ground((x, y)) {
                prop_assert!(ground.x.is_finite() && ground.sigma_metres >= 0.0);
                prop_assert!(plane.distance((x, y), (x, y)).unwrap().metres.abs() < 1e-9);
            }
        }
    }
}

#[test]
fn impossible_points_are_refused_by_their_number() {
    let good = [(-4.0, 12.0), (4.0, 12.0), (4.0, 25.0), (-4.0, 25.0), (0.0, 40.0), (3.0, 45.0)]
        .map(|(x, y)| USUAL.pair(x, y));
    let with = |change: &dyn Fn(&mut Vec<PointPair>)| {
        let mut pairs = good.to_vec();
        change(&mut pairs);
        Plane::from_points(&pairs).map(|p| p.pairs().len())
    };
    assert_eq!(with(&|_| {}), Ok(6));
    assert_eq!(with(&|p| p.truncate(3)), Err(PlaneError::TooFew(3)));
    assert_eq!(with(&|p| p[2].metres[0] = f64::NAN), Err(PlaneError::NoPlace(3)));
    let again = PlaneError::Repeated { first: 2, second: 4 };
    assert_eq!(with(&|p| p[3].pixel = p[1].pixel), Err(again));
    let line = [10.0, 20.0, 30.0, 40.0].map(|y| USUAL.pair(2.0, y));
    assert_eq!(Plane::from_points(&line), Err(PlaneError::OnLine));
    let mut one_off = line.to_vec();
    one_off.push(USUAL.pair(-3.0, 20.0));
    assert_eq!(Plane::from_points(&one_off), Err(PlaneError::OnLine), "all but one");
    // Two corners swapped: the ground would be folded.
    let swapped = with(&|p| (p[2].metres, p[3].metres) = (p[3].metres, p[2].metres));
    assert!(matches!(swapped, Err(PlaneError::OtherOrder(3 | 4))), "{swapped:?}");
    // Measured wrong by ten metres, in an order that could be.
    let wrong = with(&|p| p[5].metres[1] = 28.0);
    assert!(
        matches!(wrong, Err(PlaneError::Misfit { worst: 6, pixels }) if pixels > 30.0),
        "{wrong:?}"
    );
    let told = wrong.unwrap_err().to_string();
    assert!(told.contains("point 6") && told.contains("leave it out"), "{told}");
}

#[test]
fn a_rectangle_is_four_points() {
    let corners =
        [(-2.0, 15.0), (2.0, 15.0), (2.0, 27.0), (-2.0, 27.0)].map(|(x, y)| USUAL.pair(x, y).pixel);
    let plane = Plane::from_rectangle(corners, 4.0, 12.0).unwrap();
    let (a, b) = (USUAL.sees(-3.0, 20.0, 0.0).unwrap(), USUAL.sees(1.0, 23.0, 0.0).unwrap());
    let length = plane.distance(a, b).unwrap();
    assert!((length.metres - 5.0).abs() < 0.01, "{length:?}");
    let area = plane.square_metres(&corners.map(|[x, y]| (x, y))).unwrap();
    assert!((area - 48.0).abs() < 0.05, "{area}");
    assert!(!plane.is_mirrored() && plane.rms_pixels() < 1e-3);
    let other_way = [corners[1], corners[0], corners[3], corners[2]];
    assert!(Plane::from_rectangle(other_way, 4.0, 12.0).unwrap().is_mirrored());
    let heading = plane.heading(a, (0.0, -1.0)).unwrap();
    assert!(heading.1 > 0.9, "up the picture is along the street: {heading:?}");
}

/// The stated uncertainty is that of points clicked a pixel off: of many such calibrations, the errors
/// have the stated spread.
#[test]
fn uncertainty_is_as_large_as_errors_are() {
    let places = [(-4.0, 12.0), (4.0, 12.0), (4.0, 25.0), (-4.0, 25.0), (4.0, 45.0), (-4.0, 45.0)];
    let mut state = 7_u64;
    let mut noise = || {
        // Twelve uniform numbers make a normal one; a linear congruential generator makes them.
        (0..12).fold(-6.0, |sum, _| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            sum + (state >> 40) as f64 / (1_u64 << 24) as f64
        })
    };
    for (x, y) in [(0.0, 20.0), (3.0, 40.0), (-6.0, 60.0)] {
        let (mut squared, mut stated) = (0.0, 0.0);
        for _ in 0..300 {
            let mut off =
                |p: [f32; 2], by: f64| [p[0] + (by * noise()) as f32, p[1] + (by * noise()) as f32];
            let pairs = places.map(|(x, y)| {
                let pair = USUAL.pair(x, y);
                PointPair { pixel: off(pair.pixel, 1.0), ..pair }
            });
            let [px, py] = off(USUAL.pair(x, y).pixel, 1.5);
            let ground = Plane::from_points(&pairs).unwrap().to_ground((px, py)).unwrap();
            squared += (ground.x - x).powi(2) + (ground.y - y).powi(2);
            stated += ground.sigma_metres.powi(2);
        }
        let ratio = (squared / stated).sqrt();
        assert!((0.75..1.25).contains(&ratio), "at {x} {y}: errors are {ratio} of what is stated");
    }
}
