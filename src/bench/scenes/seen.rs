//! What a detector would have seen of a drawn scene: boxes that jitter, scores that vary, misses, and
//! nothing of what others hide.

use super::actor::{Actor, head_box, rider_box};
use super::random::Random;
use super::weather::{Jolt, Weather};
use crate::pipeline::SeenBox;
use crate::vision::{BBox, Class};

/// Deviation of each edge, as a share of the box's side.
const JITTER: f32 = 0.012;
/// Share of sightings missed by day, and by night or in rain.
const MISSES: (f32, f32) = (0.04, 0.07);
/// Hidden by more than this share a thing is not seen, by more than that it scores less.
const HIDDEN: (f32, f32) = (0.65, 0.30);

/// An exact box, its class, and how near it is to the camera (metres along the road).
struct True {
    bbox: BBox,
    class: Class,
    far: f32,
    owner: usize,
}

/// What a detector would have seen at a time.
pub(super) fn seen(
    actors: &[Actor],
    t: f32,
    size: (f32, f32),
    weather: Weather,
    jolt: Jolt,
    random: &mut Random,
) -> Vec<SeenBox> {
    let all = exact(actors, t);
    let hard = weather.night || weather.rain;
    let mut seen = Vec::new();
    for (i, one) in all.iter().enumerate() {
        // Numbers are drawn for everyone, seen or not, so that one actor more changes no other's.
        let luck = random.unit();
        let score = 0.80 + 0.06 * random.normal() - if hard { 0.08 } else { 0.0 };
        let noise: [f32; 4] = std::array::from_fn(|_| random.normal());
        let hidden = hidden(one, &all[..i]) + hidden(one, &all[i + 1..]);
        let miss = if hard { MISSES.1 } else { MISSES.0 };
        let Some(bbox) = cut(jolt.moved_box(one.bbox, size), size) else { continue };
        if luck < miss || hidden > HIDDEN.0 {
            continue;
        }
        let part = bbox.area() / one.bbox.area().max(1.0);
        if part < 0.25 || bbox.height() < 6.0 {
            continue;
        }
        let (jx, jy) = (JITTER * bbox.width(), JITTER * bbox.height());
        let jittered = BBox {
            x1: bbox.x1 + jx * noise[0],
            y1: bbox.y1 + jy * noise[1],
            x2: bbox.x2 + jx * noise[2],
            y2: bbox.y2 + jy * noise[3],
        };
        let dimmed = if hidden > HIDDEN.1 { 0.75 } else { 1.0 };
        let score = (score * dimmed).clamp(0.25, 0.97);
        let Some(bbox) = cut(jittered, size) else { continue };
        seen.push(SeenBox { class: one.class, bbox, score: (score * 1e3).round() / 1e3 });
    }
    seen
}

fn exact(actors: &[Actor], t: f32) -> Vec<True> {
    let mut all = Vec::new();
    for (owner, actor) in actors.iter().enumerate() {
        let (Some(pose), Some(bbox)) = (actor.pose(t), actor.bbox(t)) else { continue };
        if let Some(class) = actor.body.class() {
            all.push(True { bbox, class, far: pose.y, owner });
        }
        let riders = actor.body.riders();
        for number in 0..riders {
            let bbox = rider_box(pose, number, riders);
            all.push(True { bbox, class: Class::Person, far: pose.y, owner });
            if let Some(helmet) = actor.helmets {
                let class = if helmet { Class::Helmet } else { Class::BareHead };
                let bbox = head_box(pose, number, riders);
                all.push(True { bbox, class, far: pose.y, owner });
            }
        }
    }
    all
}

/// The share of a box that others hide: the largest single one, for they may hide the same part.
fn hidden(one: &True, others: &[True]) -> f32 {
    let hides = |o: &&True| o.owner != one.owner && o.far < one.far - 0.3;
    let share = |o: &True| o.bbox.intersection(&one.bbox) / one.bbox.area().max(1.0);
    others.iter().filter(hides).map(share).fold(0.0, f32::max)
}

/// The part of a box in the picture.
fn cut(b: BBox, (w, h): (f32, f32)) -> Option<BBox> {
    let cut = BBox { x1: b.x1.max(0.0), y1: b.y1.max(0.0), x2: b.x2.min(w), y2: b.y2.min(h) };
    (cut.width() > 2.0 && cut.height() > 2.0).then_some(cut)
}
