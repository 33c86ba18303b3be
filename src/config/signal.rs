//! Reads `[[signals]]`.

use super::drawing::unique_name;
use super::feed::{FeedAddress, FeedConfig};
use super::suggest;
use super::table::{At, Table};
use crate::scene::{Programme, Signal};
use crate::vision::BBox;
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) const KEYS: &[&str] =
    &["name", "box", "lamps", "conflicts", "same_as", "states", "feed", "feed_stale_seconds"];
pub(super) const LAMP_KEYS: &[&str] = &["red", "amber", "green"];

/// A lamp may reach this far out of its head, as a share of the head's longer side.
const LOOSE: f32 = 0.1;
/// No log of a signal's states comes near this, bytes.
const LONGEST_LOG: u64 = 64 << 20;

/// Unless the file says otherwise, what a controller said is unknown after so long, seconds.
const STALE_SECONDS: f64 = 10.0;

/// What is read of a camera's signals.
#[derive(Debug, Default)]
pub(super) struct Signals {
    /// Those that are sound.
    pub(super) sound: Vec<Signal>,
    /// The names written, of unsound signals too.
    pub(super) names: Vec<String>,
    /// What controllers say, by signal.
    pub(super) programmes: BTreeMap<String, Arc<Programme>>,
    /// Controllers to be listened to.
    pub(super) feeds: Vec<FeedConfig>,
}

/// Reads signals. Without a frame size only names can be checked.
pub(super) fn signals(
    tables: &[Table<'_>],
    frame: Option<(u32, u32)>,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Signals {
    let mut read = Signals::default();
    for table in tables {
        let name = unique_name(table, &mut read.names, "name = \"through\"");
        if !table.has("box") {
            table.missing("box", "box = [845, 85, 890, 151], its left, top, right and bottom");
        }
        let bbox = bbox(table, "box", frame);
        let lamps = lamps(table, bbox.as_ref(), frame);
        let mut programme = name.as_deref().and_then(|name| programme(table, name));
        let feed = name.as_deref().and_then(|name| feed(table, name, environment));
        if let Some(feed) = feed {
            programme = Some(Programme::live(Arc::clone(&feed.feed)));
            read.feeds.push(feed);
        }
        let (Some(name), Some(bbox)) = (name, bbox) else { continue };
        if let Some(programme) = programme {
            read.programmes.insert(name.clone(), Arc::new(programme));
        }
        let conflicts = others(table, "conflicts");
        let same_as = others(table, "same_as");
        read.sound.push(Signal { name, bbox, conflicts, same_as, lamps });
    }
    for table in tables {
        for key in ["conflicts", "same_as"] {
            check_others(table, key, &read.names);
        }
    }
    read
}

/// A box in pixels, if written and sound.
fn bbox(table: &Table<'_>, key: &str, frame: Option<(u32, u32)>) -> Option<BBox> {
    let expected = "four numbers [left, top, right, bottom] in pixels";
    let At { value, span } = table.numbers::<4>(key, expected)?;
    let (width, height) = frame?;
    let [x1, y1, x2, y2] = value;
    let fault = if x1 >= x2 || y1 >= y2 {
        "must be [left, top, right, bottom] with left < right and top < bottom".to_owned()
    } else if x1 < 0.0 || y1 < 0.0 || x2 > f64::from(width) || y2 > f64::from(height) {
        format!("lies outside the picture of {width}×{height}; check \"frame_size\"")
    } else {
        return Some(BBox::from(value.map(|v| v as f32)));
    };
    table.doc().refuse(span, &format!("\"{key}\" {fault}"));
    None
}

fn lamps(table: &Table<'_>, head: Option<&BBox>, frame: Option<(u32, u32)>) -> [Option<BBox>; 3] {
    let Some(lamps) = table.table("lamps", " in lamps", LAMP_KEYS) else { return [None; 3] };
    let mut found = [None; 3];
    for (slot, key) in found.iter_mut().zip(LAMP_KEYS) {
        let lamp = bbox(&lamps, key, frame);
        if let (Some(lamp), Some(head)) = (&lamp, head) {
            let loose = LOOSE * head.width().max(head.height());
            let inside = lamp.x1 >= head.x1 - loose
                && lamp.x2 <= head.x2 + loose
                && lamp.y1 >= head.y1 - loose
                && lamp.y2 <= head.y2 + loose;
            if !inside {
                let message =
                    format!("the {key} lamp lies outside the signal's \"box\"; draw it inside");
                lamps.doc().refuse(lamps.key_span(key), &message);
            }
        }
        *slot = lamp;
    }
    found
}

/// What the file of states says of the signal.
fn programme(table: &Table<'_>, name: &str) -> Option<Programme> {
    let At { value, span } = table.string("states", "a path in quotes")?;
    let path = table.doc().resolve(value);
    let large = std::fs::metadata(&path).is_ok_and(|m| m.len() > LONGEST_LOG);
    let refuse = |why: &str| table.doc().refuse(span.clone(), &format!("\"states\": {why}"));
    if large {
        refuse(&format!("{} is larger than {} MiB; split it", path.display(), LONGEST_LOG >> 20));
        return None;
    }
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) => {
            refuse(&format!("{} cannot be read: {error}", path.display()));
            return None;
        }
    };
    match Programme::parse(&text, name) {
        Ok(programme) if programme.is_empty() => {
            let path = path.display();
            refuse(&format!("{path} has no line for signal \"{name}\"; its \"signal\" must match"));
            None
        }
        Ok(programme) => Some(programme),
        Err(error) => {
            refuse(&format!("{}, {error}", path.display()));
            None
        }
    }
}

/// Where the signal's controller speaks.
fn feed(
    table: &Table<'_>,
    name: &str,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Option<FeedConfig> {
    let stale = table.number("feed_stale_seconds", 1.0..=600.0, "seconds");
    if !table.has("feed") {
        if table.has("feed_stale_seconds") {
            let message = "\"feed_stale_seconds\" is about \"feed\": give that too";
            table.doc().refuse(table.key_span("feed_stale_seconds"), message);
        }
        return None;
    }
    if table.has("states") {
        let message = "give \"states\" for recordings or \"feed\" for streams, not both";
        table.doc().refuse(table.key_span("feed"), message);
    }
    let At { value, span } = table.string("feed", "an address in quotes")?;
    match FeedAddress::new(value, environment) {
        Ok(address) => Some(FeedConfig {
            signal: name.to_owned(),
            address,
            stale_seconds: stale.map_or(STALE_SECONDS, |s| s.value),
            feed: Arc::default(),
        }),
        Err(why) => {
            let mistake = table.doc().mistake(span, &format!("\"feed\" {why}"));
            table.doc().note(mistake.hiding_value());
            None
        }
    }
}

fn others(table: &Table<'_>, key: &str) -> Vec<String> {
    if !table.has(key) {
        return Vec::new();
    }
    let Some(written) = table.elements(key, "an array of signals' names") else {
        return Vec::new();
    };
    written.value.iter().filter_map(|e| e.get_ref().as_str().map(str::to_owned)).collect()
}

/// The names written must be those of other signals.
fn check_others(table: &Table<'_>, key: &str, names: &[String]) {
    let own = table.value("name").and_then(|v| v.get_ref().as_str());
    let written = table.value(key).and_then(|v| v.get_ref().as_array());
    for element in written.into_iter().flatten() {
        let name = element.get_ref().as_str().unwrap_or("?");
        if own == Some(name) {
            let message = format!("\"{key}\" names the signal itself; name other signals");
            table.doc().refuse(element.span(), &message);
        } else if !names.iter().any(|known| known == name) {
            let known: Vec<&str> = names.iter().map(String::as_str).collect();
            let hint = suggest::hint(name, "signals", &known);
            table.doc().refuse(element.span(), &format!("there is no signal \"{name}\"{hint}"));
        }
    }
}
