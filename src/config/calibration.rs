//! Reads `[calibration]`: where points of the picture lie on the ground.

use super::table::{At, Table, numbers};
use crate::scene::{Plane, PlaneError, PointPair};
use std::ops::Range;

pub(super) const KEYS: &[&str] = &["points", "rectangle"];
pub(super) const POINT_KEYS: &[&str] = &["pixel", "metres"];
pub(super) const RECTANGLE_KEYS: &[&str] = &["corners", "width_metres", "length_metres"];

/// A point with the place it was written at.
struct Written {
    pair: PointPair,
    span: Range<usize>,
}

/// Reads the ground's plane. `None` when anything is wrong with it, or it cannot be checked without a
/// frame size.
pub(super) fn read(root: &Table<'_>, frame: Option<(u32, u32)>) -> Option<Plane> {
    let table = root.table("calibration", " in [calibration]", KEYS)?;
    let both = table.has("points") && table.has("rectangle");
    if both || !(table.has("points") || table.has("rectangle")) {
        let message = "[calibration] needs either \"points\" or a \"rectangle\"; write points = [{ \
                       pixel = [320, 240], metres = [0, 12.5] }, …] with 4 or more";
        let span = if both { table.key_span("rectangle") } else { table.span() };
        table.doc().refuse(span, message);
        return None;
    }
    let frame = frame?;
    if table.has("points") { points(&table, frame) } else { rectangle(&table, frame) }
}

fn points(table: &Table<'_>, frame: (u32, u32)) -> Option<Plane> {
    let given =
        table.elements("points", "an array of points like { pixel = [x, y], metres = [x, y] }")?;
    let mut written = Vec::with_capacity(given.value.len());
    let mut sound = true;
    for element in given.value {
        let Some(point) = table.inline(element, " in [calibration] points", POINT_KEYS) else {
            let message = "a point must be written { pixel = [x, y], metres = [x, y] }";
            table.doc().refuse(element.span(), message);
            sound = false;
            continue;
        };
        for (key, example) in [("pixel", "pixel = [320, 240]"), ("metres", "metres = [0, 12.5]")] {
            if !point.has(key) {
                point.missing(key, example);
            }
        }
        let pixel = point.numbers::<2>("pixel", "a point [x, y] of the picture, in pixels");
        let metres = point.numbers::<2>("metres", "a place [x, y] on the ground, in metres");
        let pixel = pixel.and_then(|at| inside(table, &at, frame));
        let (Some(pixel), Some(metres)) = (pixel, metres) else {
            sound = false;
            continue;
        };
        let pair = PointPair { pixel, metres: metres.value };
        written.push(Written { pair, span: element.span() });
    }
    if !sound {
        return None;
    }
    let pairs: Vec<PointPair> = written.iter().map(|w| w.pair).collect();
    let blame = |n: usize| written.get(n - 1).map_or(given.span.clone(), |w| w.span.clone());
    plane(table, Plane::from_points(&pairs), &given.span, blame)
}

fn rectangle(table: &Table<'_>, frame: (u32, u32)) -> Option<Plane> {
    let rectangle = table.table("rectangle", " in [calibration] rectangle", RECTANGLE_KEYS)?;
    let examples = [
        ("corners", "corners = [[310, 420], [520, 415], [470, 300], [330, 302]]"),
        ("width_metres", "width_metres = 3.5, from the first corner to the second"),
        ("length_metres", "length_metres = 12, from the second corner to the third"),
    ];
    for (key, example) in examples {
        if !rectangle.has(key) {
            rectangle.missing(key, example);
        }
    }
    let width = rectangle.number("width_metres", 0.1..=1000.0, "metres");
    let length = rectangle.number("length_metres", 0.1..=1000.0, "metres");
    let given = rectangle.elements("corners", "four corners [[x, y], …] in order around it")?;
    let mut corners = Vec::with_capacity(4);
    for element in given.value {
        if let Some(at) = numbers::<2>(element.get_ref()) {
            corners.extend(inside(table, &At { value: at, span: element.span() }, frame));
        } else {
            let message = "a corner must be two numbers [x, y] in pixels";
            table.doc().refuse(element.span(), message);
        }
    }
    let Ok(four) = <[[f32; 2]; 4]>::try_from(corners) else {
        if given.value.len() != 4 {
            let message = format!("a rectangle has 4 corners, not {}", given.value.len());
            table.doc().refuse(given.span, &message);
        }
        return None;
    };
    let made = Plane::from_rectangle(four, width?.value, length?.value);
    plane(table, made, &given.span, |n| {
        given.value.get(n - 1).map_or(given.span.clone(), toml::Spanned::span)
    })
}

/// A point that lies in the picture.
fn inside(table: &Table<'_>, at: &At<[f64; 2]>, (width, height): (u32, u32)) -> Option<[f32; 2]> {
    let [x, y] = at.value;
    if (0.0..=f64::from(width)).contains(&x) && (0.0..=f64::from(height)).contains(&y) {
        return Some([x as f32, y as f32]);
    }
    let message =
        format!("[{x}, {y}] lies outside the picture of {width}×{height}; check \"frame_size\"");
    table.doc().refuse(at.span.clone(), &message);
    None
}

fn plane(
    table: &Table<'_>,
    made: Result<Plane, PlaneError>,
    all: &Range<usize>,
    point: impl Fn(usize) -> Range<usize>,
) -> Option<Plane> {
    let error = match made {
        Ok(plane) => return Some(plane),
        Err(error) => error,
    };
    let span = match error {
        PlaneError::NoPlace(n)
        | PlaneError::Repeated { second: n, .. }
        | PlaneError::OtherOrder(n)
        | PlaneError::Misfit { worst: n, .. } => point(n),
        PlaneError::TooFew(_) | PlaneError::TooMany { .. } | PlaneError::OnLine => all.clone(),
    };
    table.doc().refuse(span, &format!("this is no calibration: {error}"));
    None
}
