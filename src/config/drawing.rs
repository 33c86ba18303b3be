//! Reads what is drawn on the picture: `[[zones]]` and `[[signals]]`.

use super::table::{At, Table, numbers, type_of};
use crate::scene::Zone;
use crate::vision::BBox;
use std::ops::Range;

pub(super) const ZONE_KEYS: &[&str] = &["name", "polygon"];
pub(super) const SIGNAL_KEYS: &[&str] = &["name", "box"];

/// More corners than anyone draws; the check for crossing edges takes the square of it.
const MOST_CORNERS: usize = 200;

/// A traffic light in the picture.
#[derive(Debug, Clone, PartialEq)]
pub struct Signal {
    /// Unique within the camera.
    pub name: String,
    /// Where its lamps are, in pixels of the camera's `frame_size`.
    pub bbox: BBox,
}

/// Reads zones. With them the names written, of unsound zones too. Without a frame size only
/// names can be checked.
pub(super) fn zones(tables: &[Table<'_>], frame: Option<(u32, u32)>) -> (Vec<Zone>, Vec<String>) {
    let mut zones = Vec::with_capacity(tables.len());
    let mut names = Vec::with_capacity(tables.len());
    for table in tables {
        let name = unique_name(table, &mut names, "name = \"yellow_lines\"");
        let corners = polygon(table);
        let (Some(name), Some(corners), Some(frame)) = (name, corners, frame) else { continue };
        let points: Vec<[f32; 2]> = corners.value.iter().map(|corner| corner.value).collect();
        match Zone::new(&name, &points, frame) {
            Ok(zone) => zones.push(zone),
            Err(error) => {
                let message = format!("zone \"{name}\" is no area: {error}");
                table.doc().refuse(blame(&corners, frame), &message);
            }
        }
    }
    (zones, names)
}

/// The first corner outside the picture, or else the whole polygon.
fn blame(corners: &At<Vec<At<[f32; 2]>>>, (width, height): (u32, u32)) -> Range<usize> {
    let inside = |v: f32, size: u32| (0.0..=size as f32).contains(&v);
    let outside =
        corners.value.iter().find(|c| !inside(c.value[0], width) || !inside(c.value[1], height));
    outside.map_or(corners.span.clone(), |corner| corner.span.clone())
}

fn polygon(table: &Table<'_>) -> Option<At<Vec<At<[f32; 2]>>>> {
    let example = "polygon = [[640, 60], [735, 55], [740, 105]]";
    if !table.has("polygon") {
        table.missing("polygon", example);
    }
    let written =
        table.elements("polygon", "an array of corners like [[640, 60], [735, 55], …]")?;
    if written.value.len() > MOST_CORNERS {
        let message = format!("\"polygon\" has more than {MOST_CORNERS} corners; draw fewer");
        table.doc().refuse(written.span, &message);
        return None;
    }
    let mut corners = Vec::with_capacity(written.value.len());
    for element in written.value {
        let span = element.span();
        if let Some(corner) = numbers::<2>(element.get_ref()) {
            corners.push(At { value: corner.map(|v| v as f32), span });
        } else {
            let found = match type_of(element.get_ref()) {
                "an array [ ]" => "something else in [ ]",
                other => other,
            };
            let message = format!("a corner must be two numbers [x, y] in pixels, not {found}");
            table.doc().refuse(span, &message);
        }
    }
    (corners.len() == written.value.len()).then_some(At { value: corners, span: written.span })
}

/// Reads signals.
pub(super) fn signals(tables: &[Table<'_>], frame: Option<(u32, u32)>) -> Vec<Signal> {
    let mut signals = Vec::with_capacity(tables.len());
    let mut names = Vec::with_capacity(tables.len());
    for table in tables {
        let name = unique_name(table, &mut names, "name = \"through\"");
        if !table.has("box") {
            table.missing("box", "box = [845, 85, 890, 151], its left, top, right and bottom");
        }
        let corners =
            table.numbers::<4>("box", "four numbers [left, top, right, bottom] in pixels");
        let (Some(At { value, span }), Some((width, height))) = (corners, frame) else { continue };
        let [x1, y1, x2, y2] = value;
        let fault = if x1 >= x2 || y1 >= y2 {
            "must be [left, top, right, bottom] with left < right and top < bottom".to_owned()
        } else if x1 < 0.0 || y1 < 0.0 || x2 > f64::from(width) || y2 > f64::from(height) {
            format!("lies outside the picture of {width}×{height}; check \"frame_size\"")
        } else {
            let bbox = BBox::from(value.map(|v| v as f32));
            signals.extend(name.map(|name| Signal { name, bbox }));
            continue;
        };
        table.doc().refuse(span, &format!("\"box\" {fault}"));
    }
    signals
}

/// A name that no earlier table has; all names written are kept.
fn unique_name(table: &Table<'_>, names: &mut Vec<String>, example: &str) -> Option<String> {
    if !table.has("name") {
        table.missing("name", example);
    }
    let name = table.name("name")?;
    if names.contains(&name.value) {
        let message = format!("the name \"{}\" is already used; choose another", name.value);
        table.doc().refuse(name.span, &message);
        return None;
    }
    names.push(name.value.clone());
    Some(name.value)
}
