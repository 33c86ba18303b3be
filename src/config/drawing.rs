//! Reads what is drawn on the picture: `[[zones]]` and `[[lines]]`.

use super::table::{At, Table, numbers, type_of};
use crate::scene::{Line, Zone};
use std::ops::Range;

pub(super) const ZONE_KEYS: &[&str] = &["name", "polygon", "heading"];
pub(super) const LINE_KEYS: &[&str] = &["name", "points", "toward"];

/// More corners than anyone draws; the check for crossing edges takes the square of it.
const MOST_CORNERS: usize = 200;

/// Reads zones. With them the names written, of unsound zones too. Without a frame size only
/// names can be checked.
pub(super) fn zones(tables: &[Table<'_>], frame: Option<(u32, u32)>) -> (Vec<Zone>, Vec<String>) {
    let mut zones = Vec::with_capacity(tables.len());
    let mut names = Vec::with_capacity(tables.len());
    for table in tables {
        let name = unique_name(table, &mut names, "name = \"yellow_lines\"");
        let corners = polygon(table);
        let heading = heading(table);
        let (Some(name), Some(corners), Some(frame)) = (name, corners, frame) else { continue };
        let points: Vec<[f32; 2]> = corners.value.iter().map(|corner| corner.value).collect();
        match Zone::new(&name, &points, frame) {
            Ok(zone) => zones.push(Zone { heading, ..zone }),
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

/// The arrow that traffic follows, as a unit vector.
fn heading(table: &Table<'_>) -> Option<(f32, f32)> {
    if !table.has("heading") {
        return None;
    }
    let arrow = points(table, "heading", "")?;
    let [from, to] = arrow.value.as_slice() else {
        let message = "\"heading\" must be an arrow [[x, y], [x, y]], from where traffic comes to \
                       where it goes";
        table.doc().refuse(arrow.span, message);
        return None;
    };
    let (dx, dy) = (to.value[0] - from.value[0], to.value[1] - from.value[1]);
    let length = dx.hypot(dy);
    if length < 1.0 {
        let message = "\"heading\" is an arrow of no length; draw it longer";
        table.doc().refuse(arrow.span, message);
        return None;
    }
    Some((dx / length, dy / length))
}

/// Reads lines. With them the names written, of unsound lines too.
pub(super) fn lines(tables: &[Table<'_>], frame: Option<(u32, u32)>) -> (Vec<Line>, Vec<String>) {
    let mut lines = Vec::with_capacity(tables.len());
    let mut names = Vec::with_capacity(tables.len());
    for table in tables {
        let name = unique_name(table, &mut names, "name = \"stop_line\"");
        let way = points(table, "points", "points = [[120, 300], [420, 290]]");
        if !table.has("toward") {
            table.missing("toward", "toward = [270, 200], a point beyond the line");
        }
        let toward = table.numbers::<2>("toward", "a point [x, y] beyond the line");
        let (Some(name), Some(way), Some(toward), Some(frame)) = (name, way, toward, frame) else {
            continue;
        };
        let points: Vec<[f32; 2]> = way.value.iter().map(|p| p.value).collect();
        match Line::new(&name, &points, toward.value.map(|v| v as f32), frame) {
            Ok(line) => lines.push(line),
            Err(error) => {
                let message = format!("line \"{name}\" is no line: {error}");
                table.doc().refuse(blame(&way, frame), &message);
            }
        }
    }
    (lines, names)
}

fn polygon(table: &Table<'_>) -> Option<At<Vec<At<[f32; 2]>>>> {
    points(table, "polygon", "polygon = [[640, 60], [735, 55], [740, 105]]")
}

/// Points, if written.
fn points(table: &Table<'_>, key: &str, example: &str) -> Option<At<Vec<At<[f32; 2]>>>> {
    if !table.has(key) {
        table.missing(key, example);
    }
    let written = table.elements(key, "an array of points like [[640, 60], [735, 55], …]")?;
    if written.value.len() > MOST_CORNERS {
        let message = format!("\"{key}\" has more than {MOST_CORNERS} points; draw fewer");
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
            let message = format!("a point must be two numbers [x, y] in pixels, not {found}");
            table.doc().refuse(span, &message);
        }
    }
    (corners.len() == written.value.len()).then_some(At { value: corners, span: written.span })
}

/// A name that no earlier table has; all names written are kept.
pub(super) fn unique_name(
    table: &Table<'_>,
    names: &mut Vec<String>,
    example: &str,
) -> Option<String> {
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
