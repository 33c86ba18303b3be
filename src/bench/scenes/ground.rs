//! What stands still in a drawn scene: road, markings, sidewalks, houses, the pole of the light.

use super::canvas::{Canvas, Colour, shade};
use super::random::at;
use super::view::{SIZE, ground, project};

/// Half the road's width, metres.
pub(super) const KERB: f32 = 7.0;
/// Outer edge of the sidewalks, metres from the road's middle.
pub(super) const WALL: f32 = 11.0;
/// The stop line of those who drive away from the camera, metres from it.
pub(super) const STOP: f32 = 20.0;
/// The pedestrian crossing.
pub(super) const ZEBRA: (f32, f32) = (22.0, 25.0);
/// The road that crosses.
pub(super) const CROSSROAD: (f32, f32) = (27.0, 37.0);

/// Middle of the signal head, and half its sides, metres.
const HEAD: [f32; 3] = [8.4, 20.6, 4.6];
const HALF: (f32, f32) = (0.36, 1.0);

/// The static picture of the street.
pub(super) fn street() -> Canvas {
    let mut canvas = Canvas::new(SIZE);
    for v in 0..canvas.height {
        for u in 0..canvas.width {
            // Four samples a pixel, so that far markings do not flicker under shake.
            let mut sum = [0.0; 3];
            for (du, dv) in [(0.25, 0.25), (0.75, 0.25), (0.25, 0.75), (0.75, 0.75)] {
                let (x, y) = (u as f32 + du, v as f32 + dv);
                let colour = match ground(x, y).filter(|p| p.1 < 90.0) {
                    Some((x, y)) => surface(x, y),
                    None => sky(x, y),
                };
                sum = std::array::from_fn(|i| sum[i] + colour[i] / 4.0);
            }
            canvas.pixels[v * canvas.width + u] = sum;
        }
    }
    for side in [-1.0_f32, 1.0] {
        for k in 0..7 {
            house(&mut canvas, side, k);
        }
    }
    let pole = [[HEAD[0], 0.0], [HEAD[0], HEAD[2]]];
    let [(x1, y1), (x2, y2)] = pole.map(|[x, z]| project([x, HEAD[1], z]));
    canvas.flat(&[(x1 - 1.6, y1), (x1 + 1.6, y1), (x2 + 1.6, y2), (x2 - 1.6, y2)], [58.0; 3]);
    let [x1, y1, x2, y2] = lamp_box();
    let (x1, x2) = (x1 - 2.0, x2 + 2.0);
    canvas.flat(&[(x1, y1 - 2.0), (x2, y1 - 2.0), (x2, y2 + 2.0), (x1, y2 + 2.0)], [24.0; 3]);
    canvas
}

/// The box of the signal's lamps, in pixels.
pub(super) fn lamp_box() -> [f32; 4] {
    let (x1, y1) = project([HEAD[0] - HALF.0, HEAD[1], HEAD[2] + HALF.1]);
    let (x2, y2) = project([HEAD[0] + HALF.0, HEAD[1], HEAD[2] - HALF.1]);
    [x1.floor(), y1.floor(), x2.ceil(), y2.ceil()]
}

/// Middle of each lamp, red, amber, green, and their radius, in pixels.
pub(super) fn lamps() -> ([(f32, f32); 3], f32) {
    let [x1, y1, x2, y2] = lamp_box();
    let (x, step) = (f32::midpoint(x1, x2), (y2 - y1) / 3.0);
    let lamps = [0.5, 1.5, 2.5].map(|n| (x, y1 + n * step));
    (lamps, (step / 2.0).min((x2 - x1) / 2.0) - 1.0)
}

fn surface(x: f32, y: f32) -> Colour {
    let grain = |cell: f32, salt| at((x / cell).floor() as i32, (y / cell).floor() as i32, salt);
    let speckle = 1.0 + 0.10 * (grain(0.07, 1) - 0.5) + 0.10 * (grain(0.9, 2) - 0.5);
    let crossroad = (CROSSROAD.0..CROSSROAD.1).contains(&y);
    if x.abs() < KERB || crossroad {
        let worn = shade([104.0, 103.0, 100.0], speckle);
        return if marked(x, y, crossroad) { shade([214.0, 212.0, 204.0], speckle) } else { worn };
    }
    if x.abs() < KERB + 0.18 {
        return shade([168.0, 164.0, 156.0], speckle);
    }
    if x.abs() < WALL {
        let joint = (x / 0.5).fract().abs() < 0.06 || (y / 0.5).fract().abs() < 0.06;
        let tile = 0.94 + 0.12 * grain(0.5, 3);
        return shade([156.0, 142.0, 126.0], if joint { 0.8 } else { tile } * speckle);
    }
    shade([96.0, 122.0, 72.0], 0.8 + 0.4 * grain(0.25, 4))
}

fn marked(x: f32, y: f32, crossroad: bool) -> bool {
    let road = x.abs() < KERB;
    let double = (0.08..0.22).contains(&x.abs()) && y < STOP && !crossroad;
    let lane = (x.abs() - 3.5).abs() < 0.07 && (y / 3.0).fract() < 0.45 && y < STOP - 1.0;
    let stop = (STOP..STOP + 0.4).contains(&y) && (0.3..KERB - 0.2).contains(&x);
    let bars = (ZEBRA.0..ZEBRA.1).contains(&y) && (x + 20.0).rem_euclid(1.0) < 0.5;
    road && (double || lane || stop || bars)
}

fn sky(x: f32, y: f32) -> Colour {
    let far = 0.86 + 0.06 * at((x / 14.0) as i32, (y / 9.0) as i32, 5);
    shade([188.0, 200.0, 212.0], far)
}

/// A house front beside the street, seen at an angle.
fn house(canvas: &mut Canvas, side: f32, k: i32) {
    let (from, to) = (40.0 + k as f32 * 9.0, 48.6 + k as f32 * 9.0);
    let x = side * (WALL + 1.0);
    let high = 5.0 + 4.0 * at(k, side as i32, 6);
    let wall = [210.0, 196.0, 170.0].map(|c| c * (0.7 + 0.4 * at(k, side as i32, 7)));
    let quad = [[x, from, 0.0], [x, to, 0.0], [x, to, high], [x, from, high]].map(project);
    canvas.fill(&quad, |px, py, _| {
        let window = (px / 9.0).fract() < 0.45 && (py / 11.0).fract() < 0.5;
        if window { shade(wall, 0.55) } else { wall }
    });
}
