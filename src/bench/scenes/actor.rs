//! Who and what moves in a drawn scene: its body, its way, its box.

use super::view::around;
use crate::vision::{BBox, Class};

/// What an actor is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Body {
    Car,
    Bus,
    Truck,
    /// With so many people on it.
    Motorcycle(u8),
    Bicycle(u8),
    Person,
    /// A bag, on the ground or carried.
    Bag,
    /// A heap of rubbish, this part of its full size.
    Pile(f32),
    /// A stall with goods.
    Stall,
}

impl Body {
    /// Width, length and height, metres.
    pub(super) fn size(self) -> [f32; 3] {
        match self {
            Self::Car => [1.8, 4.3, 1.5],
            Self::Bus => [2.5, 10.0, 3.1],
            Self::Truck => [2.4, 7.0, 2.9],
            Self::Motorcycle(_) => [0.75, 1.9, 1.15],
            Self::Bicycle(_) => [0.6, 1.75, 1.1],
            Self::Person => [0.55, 0.45, 1.7],
            Self::Bag => [0.62, 0.4, 0.55],
            Self::Pile(part) => [1.9 * part, 1.3 * part, 0.9 * part],
            Self::Stall => [2.4, 1.5, 2.0],
        }
    }

    /// What a detector calls it; `None`: no class of its own.
    pub(super) fn class(self) -> Option<Class> {
        match self {
            Self::Car => Some(Class::Car),
            Self::Bus => Some(Class::Bus),
            Self::Truck => Some(Class::Truck),
            Self::Motorcycle(_) => Some(Class::Motorcycle),
            Self::Bicycle(_) => Some(Class::Bicycle),
            Self::Person => Some(Class::Person),
            Self::Bag | Self::Pile(_) | Self::Stall => None,
        }
    }

    /// How many ride it.
    pub(super) fn riders(self) -> u8 {
        match self {
            Self::Motorcycle(n) | Self::Bicycle(n) => n,
            _ => 0,
        }
    }
}

/// Where an actor is, and which way it faces.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Pose {
    pub(super) x: f32,
    pub(super) y: f32,
    /// Direction of travel, radians from the y axis towards x.
    pub(super) yaw: f32,
    /// Metres gone so far: how legs swing and wheels turn.
    pub(super) gone: f32,
    /// Metres above the ground.
    pub(super) lift: f32,
}

/// Somebody or something with a way of its own.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Actor {
    pub(super) body: Body,
    /// Times in seconds, places in metres; straight and even in between; absent before and after.
    pub(super) way: Vec<(f32, f32, f32)>,
    /// Which of the body's colours.
    pub(super) colour: usize,
    /// Metres above the ground: what is carried.
    pub(super) lift: f32,
    /// Whether those who ride wear helmets, where the detector knows them.
    pub(super) helmets: Option<bool>,
}

impl Actor {
    /// Where it is at a time; `None` before its first place and after its last.
    pub(super) fn pose(&self, t: f32) -> Option<Pose> {
        let (first, last) = (self.way.first()?, self.way.last()?);
        if t < first.0 || t > last.0 {
            return None;
        }
        let mut pose =
            Pose { x: first.1, y: first.2, yaw: self.first_yaw(), gone: 0.0, lift: self.lift };
        for pair in self.way.windows(2) {
            let ((t0, x0, y0), (t1, x1, y1)) = (pair[0], pair[1]);
            if t < t0 {
                break;
            }
            let part = if t1 > t0 { ((t - t0) / (t1 - t0)).min(1.0) } else { 1.0 };
            let (dx, dy) = (x1 - x0, y1 - y0);
            if dx.hypot(dy) > 0.05 {
                pose.yaw = dx.atan2(dy);
            }
            pose.gone += dx.hypot(dy) * part;
            (pose.x, pose.y) = (x0 + dx * part, y0 + dy * part);
        }
        Some(pose)
    }

    fn first_yaw(&self) -> f32 {
        let moves = self.way.windows(2).map(|p| (p[1].1 - p[0].1, p[1].2 - p[0].2));
        moves
            .filter(|(dx, dy)| dx.hypot(*dy) > 0.05)
            .map(|(dx, dy)| dx.atan2(dy))
            .next()
            .unwrap_or(0.0)
    }

    /// Its box at a time, as an exact detector would give it; `None` while absent.
    pub(super) fn bbox(&self, t: f32) -> Option<BBox> {
        self.pose(t).map(|pose| around(&corners(self.body, pose)))
    }
}

/// Where an actor's wheels touch the ground, or its feet.
pub(super) fn wheels(body: Body, pose: Pose) -> Vec<[f32; 3]> {
    let [width, length, _] = body.size();
    let (wide, long) = match body {
        Body::Car | Body::Bus | Body::Truck => (width - 0.2, 0.66 * length),
        Body::Motorcycle(_) | Body::Bicycle(_) => (0.0, 0.68 * length),
        _ => (0.0, 0.0),
    };
    block(pose, pose.yaw, (wide, long), (0.0, 0.0), (0.0, 0.0))[..4].to_vec()
}

/// The corners of an actor's hull. People and things without a front turn to the camera.
pub(super) fn corners(body: Body, pose: Pose) -> [[f32; 3]; 8] {
    let [width, length, height] = body.size();
    let yaw = if matches!(body, Body::Person | Body::Bag | Body::Pile(_) | Body::Stall) {
        0.0
    } else {
        pose.yaw
    };
    block(pose, yaw, (width, length), (0.0, 0.0), (pose.lift, pose.lift + height))
}

/// The corners of a block at a pose: width and length, offset to the right and ahead, from and to
/// what height. The lower four first, in order around.
pub(super) fn block(
    pose: Pose,
    yaw: f32,
    (width, length): (f32, f32),
    (right, ahead): (f32, f32),
    (low, high): (f32, f32),
) -> [[f32; 3]; 8] {
    let (sin, cos) = yaw.sin_cos();
    let place = |dx: f32, dy: f32, z: f32| {
        let (dx, dy) = (dx + right, dy + ahead);
        [pose.x + dx * cos + dy * sin, pose.y - dx * sin + dy * cos, z]
    };
    let (w, l) = (width / 2.0, length / 2.0);
    [
        place(-w, -l, low),
        place(w, -l, low),
        place(w, l, low),
        place(-w, l, low),
        place(-w, -l, high),
        place(w, -l, high),
        place(w, l, high),
        place(-w, l, high),
    ]
}

/// The box of one of those who ride, counted from the front.
pub(super) fn rider_box(pose: Pose, number: u8, of: u8) -> BBox {
    around(&rider(pose, number, of))
}

/// The box of the head of one who rides.
pub(super) fn head_box(pose: Pose, number: u8, of: u8) -> BBox {
    let b = rider_box(pose, number, of);
    let (x, tall) = (b.centre().0, b.height());
    BBox { x1: x - 0.11 * tall, y1: b.y1, x2: x + 0.11 * tall, y2: b.y1 + 0.22 * tall }
}

/// The hull of one who rides.
pub(super) fn rider(pose: Pose, number: u8, of: u8) -> [[f32; 3]; 8] {
    let ahead = 0.25 - 0.52 * f32::from(number) + if of == 1 { -0.2 } else { 0.0 };
    let taller = if number.is_multiple_of(2) { 0.0 } else { 0.06 };
    block(pose, pose.yaw, (0.5, 0.5), (0.0, ahead), (0.45, 1.72 + taller))
}
