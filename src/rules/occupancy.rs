//! The share of a zone that standing things cover: goods, stalls, parked two-wheelers.
//!
//! Cells of the zone are covered by static change of the picture or by vehicles that stand. People
//! never count, walking or standing; what they hide is held as it was before. The share has
//! hysteresis, so what flickers about the limit is one incident. Where the cover cannot be told,
//! time does not count.

mod cover;

use super::incident::{Closing, Incident, IncidentKey, IncidentUpdate, Measure, Quantity, Subject};
use super::instant::Instant;
use super::keeps::keeps;
use super::roll::Roll;
use super::sighting::Sighting;
use super::spec::RuleSpec;
use super::terms::OccupancyTerms;
use super::trail::Trail;
use crate::media::MediaTime;
use crate::scene::{CellGrid, Observation, Plane, Scene};
use crate::vision::{BBox, Class, View};
use cover::Cover;
use serde::{Deserialize, Serialize};

/// An occupation ends below this share of the limit.
const LEAVE_SHARE: f64 = 0.7;
/// Before it is an incident, it may be below that for this long, in seconds.
const BELOW_SECONDS: f64 = 2.0;
/// After such a gap in what can be told, what went on is not known to have gone on, in seconds.
const GAP_SECONDS: f64 = 60.0;

/// One occupation of the zone.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Occupation {
    key: IncidentKey,
    announced: bool,
    start: Instant,
    moment: Option<Instant>,
    /// When and where the share was last above the limit's lower bound.
    last: Instant,
    trail: Trail,
    /// Sum of shares, of squares, and how many; the largest square metres.
    shares: (f64, f64, f64),
    square_metres: Option<f64>,
}

/// One rule at work.
#[derive(Debug)]
pub(super) struct Occupancy {
    rule: RuleSpec,
    terms: OccupancyTerms,
    cover: Option<Cover>,
    plane: Option<Plane>,
    now: Option<Occupation>,
    /// Since when the rule has held, and when the cover was last told.
    held: Option<MediaTime>,
    told: Option<MediaTime>,
    /// When the last occupation was over: none begins before.
    over: Option<MediaTime>,
}

keeps!(Occupancy as OccupancyState {
    cover: Option<Cover>,
    now: Option<Occupation>,
    held: Option<MediaTime>,
    told: Option<MediaTime>,
    over: Option<MediaTime>,
});

impl Occupancy {
    pub(super) fn new(rule: RuleSpec, terms: OccupancyTerms, scene: &Scene) -> Self {
        let grid = scene.zone(&rule.zone).map(|zone| CellGrid::of(zone, scene.frame_size));
        let (cover, plane) = (grid.map(Cover::new), scene.plane.clone());
        Self { rule, terms, cover, plane, now: None, held: None, told: None, over: None }
    }

    pub(super) fn observe(&mut self, o: &Observation, _: &Roll, out: &mut Vec<IncidentUpdate>) {
        let Some(cover) = &mut self.cover else { return };
        let known = !matches!(o.view, View::Unknown | View::Moved(_));
        let told = o.covers.iter().find(|c| known && c.zone == self.rule.zone);
        if let Some(told) = told {
            cover.note(o, &told.cells, &self.rule.classes);
        }
        if !self.rule.holds_at(o.wall) {
            self.held = None;
            self.end(Closing::HoursEnded, out);
            return;
        }
        let held = *self.held.get_or_insert(o.time);
        if told.is_none() {
            if self.told.is_some_and(|at| o.time.since(at) > GAP_SECONDS) {
                self.end(Closing::Left, out);
            }
            return;
        }
        self.told = Some(o.time);
        self.judge(o, held, out);
    }

    /// Ends all: incidents are closed, candidates dropped, everything forgotten.
    pub(super) fn end(&mut self, closing: Closing, out: &mut Vec<IncidentUpdate>) {
        let Some(now) = self.now.take() else { return };
        self.over = self.told.map(|told| MediaTime(told.0 + 1));
        if now.moment.is_some() {
            out.push(IncidentUpdate::Closed(now.incident(&self.rule), closing));
        } else if now.announced {
            out.push(IncidentUpdate::Dropped(now.key));
        }
    }

    /// Nothing is ever left out.
    #[expect(clippy::unused_self, reason = "every mechanism answers this")]
    pub(super) fn unjudged(&self) -> u64 {
        0
    }

    fn judge(&mut self, o: &Observation, held: MediaTime, out: &mut Vec<IncidentUpdate>) {
        let Some(cover) = &self.cover else { return };
        let count = cover.covered().count();
        let share = count as f64 / cover.all().max(1) as f64;
        let bbox = cover.covered().map(|(b, _)| *b).reduce(|a, b| union(&a, &b));
        let here =
            Instant { time: o.time, wall: o.wall, bbox: bbox.unwrap_or_default(), view: o.view };
        if self.now.is_none() && share > self.terms.most_share {
            // The share passed the limit when the cell did that first made it too many.
            let mut since: Vec<MediaTime> = cover.covered().map(|(_, since)| since).collect();
            since.sort_unstable();
            let limit = (self.terms.most_share * cover.all() as f64).floor() as usize;
            let began = since.get(limit).copied().unwrap_or(o.time).max(held);
            let began = self.over.map_or(began, |over| began.max(over));
            self.now = Some(Occupation::new(&self.rule, here.back_to(began)));
        }
        let Some(now) = &mut self.now else { return };
        if share > LEAVE_SHARE * self.terms.most_share {
            let metres = self.plane.as_ref().map(|plane| {
                cover.covered().map(|(cell, _)| square_metres(plane, cell)).sum::<f64>()
            });
            now.note(here, share, metres);
        }
        if !now.announced && o.time.since(now.start.time) >= self.rule.enter_seconds {
            now.announced = true;
            let (key, start) = (now.key.clone(), now.start.time);
            out.push(IncidentUpdate::Candidate { key, start });
        }
        let above = now.last.time == o.time;
        if above
            && now.announced
            && now.moment.is_none()
            && o.time.since(now.start.time) >= self.rule.dwell_seconds
        {
            now.moment = Some(here);
            out.push(IncidentUpdate::Opened(now.incident(&self.rule)));
        }
        let below = o.time.since(now.last.time);
        let wait = if now.moment.is_some() { self.rule.leave_seconds } else { BELOW_SECONDS };
        if below > wait {
            self.end(Closing::Left, out);
        }
    }
}

impl Occupation {
    fn new(rule: &RuleSpec, start: Instant) -> Self {
        let key = IncidentKey(format!("{}/cover/{}", rule.name, start.time.0));
        let trail = Trail::new(Sighting { time: start.time, bbox: start.bbox });
        let shares = (0.0, 0.0, 0.0);
        let (announced, moment, last) = (false, None, start);
        Self { key, announced, start, moment, last, trail, shares, square_metres: None }
    }

    fn note(&mut self, here: Instant, share: f64, metres: Option<f64>) {
        self.last = here;
        self.trail.push(Sighting { time: here.time, bbox: here.bbox });
        self.shares.0 += share;
        self.shares.1 += share * share;
        self.shares.2 += 1.0;
        if metres > self.square_metres {
            self.square_metres = metres;
        }
    }

    fn incident(&self, rule: &RuleSpec) -> Box<Incident> {
        let moment = self.moment.unwrap_or(self.last);
        let n = self.shares.2.max(1.0);
        let mean = self.shares.0 / n;
        let spread = (self.shares.1 / n - mean * mean).max(0.0).sqrt();
        let share = Measure { what: Quantity::CoverShare, value: mean, uncertainty: Some(spread) };
        let metres = self.square_metres.map(|value| Measure {
            what: Quantity::CoverSquareMetres,
            value,
            uncertainty: None,
        });
        let path = self.trail.sightings();
        let subject = Subject { tracks: Vec::new(), class: Class::Thing, path };
        Box::new(Incident {
            measured: std::iter::once(share).chain(metres).collect(),
            ..Incident::of(rule, &self.key, (self.start, moment, self.last), subject)
        })
    }
}

fn union(a: &BBox, b: &BBox) -> BBox {
    BBox { x1: a.x1.min(b.x1), y1: a.y1.min(b.y1), x2: a.x2.max(b.x2), y2: a.y2.max(b.y2) }
}

/// Area of a cell on the ground; 0 where it reaches the horizon.
fn square_metres(plane: &Plane, cell: &BBox) -> f64 {
    let ring = [(cell.x1, cell.y1), (cell.x2, cell.y1), (cell.x2, cell.y2), (cell.x1, cell.y2)];
    plane.square_metres(&ring).unwrap_or(0.0)
}
