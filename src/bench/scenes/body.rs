//! How actors look.

use super::actor::{Actor, Body, Pose, block, corners, rider};
use super::canvas::{Canvas, Colour, shade};
use super::random::at;
use super::view::{project, scale};

const PAINTS: [Colour; 7] = [
    [170.0, 34.0, 30.0],
    [226.0, 226.0, 222.0],
    [40.0, 70.0, 130.0],
    [60.0, 62.0, 66.0],
    [196.0, 160.0, 40.0],
    [36.0, 110.0, 80.0],
    [120.0, 74.0, 150.0],
];

/// Draws an actor; without its lamps' light.
pub(super) fn draw(canvas: &mut Canvas, actor: &Actor, pose: Pose) {
    let paint = PAINTS[actor.colour % PAINTS.len()];
    shadow(canvas, actor.body, pose);
    match actor.body {
        Body::Car => vehicle(canvas, pose, paint, (1.8, 4.3), (0.95, 1.5), 0.62),
        Body::Bus => vehicle(canvas, pose, paint, (2.5, 10.0), (1.3, 3.1), 1.0),
        Body::Truck => vehicle(canvas, pose, paint, (2.4, 7.0), (1.1, 2.9), 0.98),
        Body::Motorcycle(n) | Body::Bicycle(n) => {
            two_wheeler(canvas, actor.body, pose, paint);
            // The one furthest from the camera first.
            let mut order: Vec<u8> = (0..n).collect();
            if pose.yaw.cos() < 0.0 {
                order.reverse();
            }
            for i in order {
                let hull = rider(pose, i, n);
                figure(
                    canvas,
                    &hull,
                    PAINTS[(actor.colour + 1 + usize::from(i)) % PAINTS.len()],
                    0.0,
                );
            }
        }
        Body::Person => figure(canvas, &corners(actor.body, pose), paint, pose.gone),
        Body::Bag => bag(canvas, pose, paint),
        Body::Pile(_) => pile(canvas, actor.body, pose),
        Body::Stall => stall(canvas, pose, paint),
    }
}

fn shadow(canvas: &mut Canvas, body: Body, pose: Pose) {
    if pose.lift > 0.0 {
        return;
    }
    let [w, l, _] = body.size();
    let hull = block(pose, pose.yaw, (w * 1.15, l * 1.08), (0.25, 0.0), (0.0, 0.0));
    let quad: Vec<(f32, f32)> = hull[..4].iter().map(|p| project(*p)).collect();
    canvas.fill(&quad, |_, _, old| shade(old, 0.62));
}

/// The faces of a hull that are seen, the furthest first: corner numbers and how light they are.
const FACES: [([usize; 4], f32); 5] = [
    ([3, 2, 6, 7], 0.8),
    ([0, 3, 7, 4], 0.7),
    ([1, 2, 6, 5], 0.85),
    ([0, 1, 5, 4], 0.95),
    ([4, 5, 6, 7], 1.1),
];

fn hull(canvas: &mut Canvas, hull: &[[f32; 3]; 8], paint: Colour) {
    let mut faces: Vec<(f32, [usize; 4], f32)> = FACES
        .iter()
        .map(|(face, light)| {
            let far = face.iter().map(|&i| hull[i][1] - 0.4 * hull[i][2]).sum::<f32>() / 4.0;
            (far, *face, *light)
        })
        .collect();
    faces.sort_by(|a, b| b.0.total_cmp(&a.0));
    for (_, face, light) in faces {
        let quad = face.map(|i| project(hull[i]));
        canvas.fill(&quad, |x, y, _| {
            let grain = 0.97 + 0.06 * at(x as i32 / 2, y as i32 / 2, 11);
            shade(paint, light * grain)
        });
    }
}

fn vehicle(
    canvas: &mut Canvas,
    pose: Pose,
    paint: Colour,
    (width, length): (f32, f32),
    (waist, top): (f32, f32),
    cabin: f32,
) {
    for (right, ahead) in [(-0.5, -0.33), (0.5, -0.33), (-0.5, 0.33), (0.5, 0.33)] {
        let place = (right * (width - 0.2), ahead * length);
        let wheel = block(pose, pose.yaw, (0.22, 0.66), place, (0.0, 0.6));
        hull(canvas, &wheel, [26.0; 3]);
    }
    hull(canvas, &block(pose, pose.yaw, (width, length), (0.0, 0.0), (0.3, waist)), paint);
    let back = if cabin < 0.9 { -0.05 * length } else { 0.0 };
    let glass = [52.0, 62.0, 72.0];
    let (w, l) = (width * 0.9, length * cabin);
    hull(canvas, &block(pose, pose.yaw, (w, l), (0.0, back), (waist, top - 0.12)), glass);
    hull(canvas, &block(pose, pose.yaw, (w, l), (0.0, back), (top - 0.12, top)), paint);
    for side in [-0.38, 0.38] {
        let lamp =
            |ahead: f32| block(pose, pose.yaw, (0.3, 0.06), (side * width, ahead), (0.6, 0.8));
        // Those on the far side are hidden by the body.
        if pose.yaw.cos() > -0.2 {
            hull(canvas, &lamp(-length / 2.0), [150.0, 20.0, 16.0]);
        }
        if pose.yaw.cos() < 0.2 {
            hull(canvas, &lamp(length / 2.0), [235.0, 232.0, 210.0]);
        }
    }
}

fn two_wheeler(canvas: &mut Canvas, body: Body, pose: Pose, paint: Colour) {
    let [_, length, _] = body.size();
    for ahead in [-0.34, 0.34] {
        let wheel = block(pose, pose.yaw, (0.12, 0.6), (0.0, ahead * length), (0.0, 0.6));
        hull(canvas, &wheel, [24.0; 3]);
    }
    hull(canvas, &block(pose, pose.yaw, (0.3, length * 0.8), (0.0, 0.0), (0.4, 0.85)), paint);
    hull(canvas, &block(pose, pose.yaw, (0.7, 0.1), (0.0, length * 0.34), (0.98, 1.1)), [40.0; 3]);
}

/// Somebody standing, walking or sitting within a hull; legs swing with the way gone.
fn figure(canvas: &mut Canvas, hull: &[[f32; 3]; 8], paint: Colour, gone: f32) {
    let mid = |i: usize, j: usize| {
        let (a, b) = (hull[i], hull[j]);
        std::array::from_fn::<f32, 3, _>(|k| f32::midpoint(a[k], b[k]))
    };
    let ((x, low), (_, high)) = (project(mid(0, 2)), project(mid(4, 6)));
    let tall = low - high;
    let swing = (gone * 4.2).sin() * 0.10 * tall;
    let trousers = shade([60.0, 58.0, 74.0], 0.7 + 0.5 * at(paint[0] as i32, 2, 9));
    for side in [-1.0, 1.0] {
        let foot = x + side * 0.05 * tall + side * swing;
        let hip = x + side * 0.06 * tall;
        let w = 0.05 * tall;
        let (knee, floor) = (low - 0.46 * tall, low);
        canvas.flat(
            &[(hip - w, knee), (hip + w, knee), (foot + w, floor), (foot - w, floor)],
            trousers,
        );
    }
    let (shoulder, hip) = (high + 0.16 * tall, low - 0.44 * tall);
    let (a, b) = (0.15 * tall, 0.11 * tall);
    let torso = [(x - a, shoulder), (x + a, shoulder), (x + b, hip), (x - b, hip)];
    canvas.fill(&torso, |px, py, _| {
        let stripe = if ((py - high) / tall * 14.0).fract() < 0.3 { 0.86 } else { 1.0 };
        shade(paint, stripe * (0.94 + 0.1 * at(px as i32, py as i32, 12)))
    });
    let head = (x, high + 0.085 * tall);
    canvas.ellipse(head, (0.066 * tall, 0.085 * tall), |_, _| [196.0, 150.0, 122.0]);
    canvas.ellipse((x, high + 0.05 * tall), (0.066 * tall, 0.05 * tall), |_, _| [36.0, 28.0, 24.0]);
}

fn bag(canvas: &mut Canvas, pose: Pose, paint: Colour) {
    let block = corners(Body::Bag, pose);
    hull(canvas, &block, paint);
    let (x, y) = project([pose.x, pose.y - 0.2, pose.lift + 0.3]);
    let s = scale(pose.x, pose.y);
    let band = [
        (x - 0.31 * s, y),
        (x + 0.31 * s, y),
        (x + 0.31 * s, y + 0.07 * s),
        (x - 0.31 * s, y + 0.07 * s),
    ];
    canvas.flat(&band, shade(paint, 0.4));
}

fn pile(canvas: &mut Canvas, body: Body, pose: Pose) {
    let [w, l, h] = body.size();
    for i in 0..14 {
        let (a, b) = (at(i, 1, 21) - 0.5, at(i, 2, 22) - 0.5);
        let room = 1.0 - (a.abs() + b.abs()) * 0.8;
        let lump = Pose { x: pose.x + a * w * 0.8, y: pose.y + b * l * 0.8, yaw: a * 3.0, ..pose };
        let size = 0.22 * w + 0.08;
        let paint = PAINTS[(i as usize * 3) % PAINTS.len()].map(|c| 0.5 * c + 30.0);
        hull(
            canvas,
            &block(lump, lump.yaw, (size, size), (0.0, 0.0), (0.0, h * room.max(0.3))),
            paint,
        );
    }
}

fn stall(canvas: &mut Canvas, pose: Pose, paint: Colour) {
    hull(canvas, &block(pose, 0.0, (2.3, 1.3), (0.0, 0.0), (0.0, 0.85)), [126.0, 92.0, 58.0]);
    for i in 0..5 {
        let x = -0.9 + 0.45 * i as f32;
        let goods = PAINTS[(i + 1) % PAINTS.len()];
        hull(canvas, &block(pose, 0.0, (0.38, 0.9), (x, 0.0), (0.85, 1.05)), goods);
    }
    for x in [-1.1, 1.1] {
        hull(canvas, &block(pose, 0.0, (0.06, 0.06), (x, -0.6), (0.85, 1.8)), [80.0; 3]);
    }
    hull(canvas, &block(pose, 0.0, (2.4, 1.5), (0.0, 0.0), (1.8, 2.0)), paint);
}

/// What an actor's lamps shine at night.
pub(super) fn lights(canvas: &mut Canvas, body: Body, pose: Pose) {
    if body.class().is_none() || body == Body::Person {
        return;
    }
    let [w, l, _] = body.size();
    let s = scale(pose.x, pose.y);
    let (sin, cos) = pose.yaw.sin_cos();
    for (ahead, colour) in [(l / 2.0, [250.0, 240.0, 200.0]), (-l / 2.0, [190.0, 20.0, 10.0])] {
        // What shines away from the camera is hidden by the body.
        let shown = if ahead > 0.0 { cos < 0.3 } else { cos > -0.3 };
        if !shown {
            continue;
        }
        for side in [-0.35, 0.35] {
            let (dx, dy) = (side * w, ahead);
            let at = [pose.x + dx * cos + dy * sin, pose.y - dx * sin + dy * cos, 0.7];
            canvas.glow(project(at), s * if ahead > 0.0 { 1.3 } else { 0.7 }, colour);
        }
    }
}
