//! Which cells of a zone stand covered, and since when.

use crate::media::MediaTime;
use crate::scene::{CellGrid, CellMask, Observation};
use crate::track::TrackId;
use crate::vision::{BBox, Class, Family};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A cell is covered, or clear, once it has been so for this long, in seconds.
const COVER_SECONDS: f64 = 2.0;
const CLEAR_SECONDS: f64 = 1.0;
/// Somebody lost still hides what he stood before for this long, in seconds.
const LOST_SECONDS: f64 = 5.0;
/// A vehicle stands once its box has been the same for this long, in seconds, within this overlap.
const STANDS_SECONDS: f64 = 5.0;
const SAME_BOX: f32 = 0.7;
/// Of a standing vehicle's box, this share from below is what it covers of the ground.
const LOWER: f32 = 0.5;
/// Tracks minded at once, at most.
const MOST_TRACKS: usize = 256;

/// One cell.
#[derive(Debug, Clone, Copy, Default, Serialize, Deserialize)]
struct Cell {
    covered: bool,
    /// Since when it has looked otherwise than `covered` says.
    other: Option<MediaTime>,
    /// When what covers it appeared.
    since: MediaTime,
}

/// Where one track was when it last moved, and when it was last seen.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Place {
    anchor: BBox,
    since: MediaTime,
    bbox: BBox,
    class: Class,
    last: MediaTime,
}

/// The cells of one zone, through time.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Cover {
    grid: CellGrid,
    cells: Vec<Cell>,
    tracks: BTreeMap<TrackId, Place>,
}

impl Cover {
    pub(super) fn new(grid: CellGrid) -> Self {
        let cells = vec![Cell::default(); grid.cells.len()];
        Self { grid, cells, tracks: BTreeMap::new() }
    }

    /// Cells of the zone.
    pub(super) fn all(&self) -> usize {
        self.cells.len()
    }

    /// Boxes of the covered cells and since when each is.
    pub(super) fn covered(&self) -> impl Iterator<Item = (&BBox, MediaTime)> {
        let both = self.cells.iter().zip(&self.grid.cells);
        both.filter(|(cell, _)| cell.covered).map(|(cell, (_, bbox))| (bbox, cell.since))
    }

    /// Takes in an observation; `counts`: whose standing objects cover.
    pub(super) fn note(&mut self, o: &Observation, mask: &CellMask, counts: &[Class]) {
        if !self.grid.fits(mask) {
            return;
        }
        self.follow(o);
        let now = o.time;
        let (mut standing, mut hiding) = (Vec::new(), Vec::new());
        for place in self.tracks.values() {
            let still = now.since(place.since) >= STANDS_SECONDS;
            if still && counts.contains(&place.class) && now.since(place.last) <= LOST_SECONDS {
                let b = place.bbox;
                standing.push((BBox { y1: b.y2 - LOWER * b.height(), ..b }, place.since));
            } else if !still || !counts.contains(&place.class) {
                hiding.push(place.bbox);
            }
        }
        for (cell, (number, bbox)) in self.cells.iter_mut().zip(&self.grid.cells) {
            let middle = bbox.centre();
            let parked = standing.iter().find(|(b, _)| holds(b, middle)).map(|(_, since)| *since);
            if parked.is_none() && hiding.iter().any(|b| holds(b, middle)) {
                cell.other = None;
                continue;
            }
            let is = parked.is_some() || mask.contains(*number);
            if is == cell.covered {
                cell.other = None;
                continue;
            }
            let since = *cell.other.get_or_insert(now);
            let wait = if is { COVER_SECONDS } else { CLEAR_SECONDS };
            if parked.is_some() || now.since(since) >= wait {
                let things = o.things.iter().filter(|t| holds(&t.bbox, middle)).map(|t| t.since);
                let since = parked.or(things.min()).unwrap_or(since).min(since);
                *cell = Cell { covered: is, other: None, since };
            }
        }
    }

    fn follow(&mut self, o: &Observation) {
        for sight in &o.tracks {
            if !self.tracks.contains_key(&sight.id) && self.tracks.len() >= MOST_TRACKS {
                continue;
            }
            let (bbox, class) = (sight.bbox, sight.class);
            let place = self.tracks.entry(sight.id).or_insert(Place {
                anchor: bbox,
                since: o.time,
                bbox,
                class,
                last: o.time,
            });
            (place.bbox, place.class) = (bbox, class);
            if sight.seen() {
                place.last = o.time;
                if place.anchor.iou(&bbox) < SAME_BOX {
                    (place.anchor, place.since) = (bbox, o.time);
                }
            }
            // People never stand: they may walk on.
            if class.family() == Family::Person || class.family() == Family::Animal {
                place.since = o.time;
            }
        }
        self.tracks.retain(|_, place| o.time.since(place.last) <= LOST_SECONDS);
    }
}

fn holds(bbox: &BBox, (x, y): (f32, f32)) -> bool {
    (bbox.x1..=bbox.x2).contains(&x) && (bbox.y1..=bbox.y2).contains(&y)
}
