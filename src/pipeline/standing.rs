//! What stands in a camera's view that did not stand there before, in the scene's words.

use crate::config::Camera;
use crate::media::Frame;
use crate::rules::{RuleSpec, Terms};
use crate::scene::{CellGrid, ThingId, ThingKind, ThingSight, ZoneCover};
use crate::vision::background::{Background, CoverArea, Nature, Photograph, Sights, Standing};
use crate::vision::{BBox, View};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Things told of one frame, at most, the largest first.
const MOST_THINGS: usize = 64;

/// Reads one camera's frames for what stands in them; only where a rule asks.
pub(super) struct StandingWatch {
    background: Option<Background>,
    scene: (u32, u32),
    zones: Vec<(String, CellGrid)>,
    /// Rules of occupancy: while any holds, what has stood for long stays no ground.
    rules: Vec<RuleSpec>,
    /// Photographs of the clear view, by zone.
    references: BTreeMap<String, Arc<Photograph>>,
    failed: bool,
    /// Zones of whose photograph it was said that it does not fit.
    told: Vec<usize>,
    notes: Vec<String>,
}

impl StandingWatch {
    /// `None`: no rule of this camera asks.
    pub(super) fn new(camera: &Camera) -> Option<Self> {
        let occupancy = |rule: &&RuleSpec| matches!(rule.terms, Terms::Occupancy(_));
        let left = |rule: &RuleSpec| matches!(rule.terms, Terms::Left(_));
        let rules: Vec<RuleSpec> = camera.rules.iter().filter(occupancy).cloned().collect();
        if rules.is_empty() && !camera.rules.iter().any(left) {
            return None;
        }
        let size = camera.scene.frame_size;
        let mut zones: Vec<(String, CellGrid)> = Vec::new();
        for rule in &rules {
            let new = !zones.iter().any(|(name, _)| *name == rule.zone);
            if let (true, Some(zone)) = (new, camera.scene.zone(&rule.zone)) {
                zones.push((rule.zone.clone(), CellGrid::of(zone, size)));
            }
        }
        let references = camera.references.clone();
        let (told, notes) = (Vec::new(), Vec::new());
        Some(Self {
            background: None,
            scene: size,
            zones,
            rules,
            references,
            failed: false,
            told,
            notes,
        })
    }

    /// What the operator should know, once.
    pub(super) fn take_notes(&mut self) -> Vec<String> {
        std::mem::take(&mut self.notes)
    }

    /// What this frame shows.
    pub(super) fn watch(&mut self, frame: &Frame, view: View) -> (Vec<ThingSight>, Vec<ZoneCover>) {
        let scale = (
            self.scene.0 as f32 / frame.width().max(1) as f32,
            self.scene.1 as f32 / frame.height().max(1) as f32,
        );
        let background = self.background.get_or_insert_with(|| {
            let cells = |grid: &CellGrid| {
                let back = |b: &BBox| b.scaled(1.0 / scale.0, 1.0 / scale.1);
                grid.cells.iter().map(|(_, b)| back(b)).collect()
            };
            let area = |(zone, grid): &(String, CellGrid)| CoverArea {
                cells: cells(grid),
                clear: self.references.get(zone).cloned(),
            };
            Background::new(self.zones.iter().map(area).collect())
        });
        let renew = !self.rules.iter().any(|rule| rule.holds_at(frame.wall));
        let sights = match background.update(frame, view, renew) {
            Ok(sights) => sights,
            Err(e) => {
                if !std::mem::replace(&mut self.failed, true) {
                    tracing::warn!("{e}; things left standing are not told of");
                }
                return (Vec::new(), Vec::new());
            }
        };
        for i in background.unfit().filter(|i| !self.told.contains(i)).collect::<Vec<_>>() {
            self.told.push(i);
            let Some((zone, _)) = self.zones.get(i) else { continue };
            let Some(photograph) = self.references.get(zone) else { continue };
            self.notes.push(format!(
                "{} does not fit the picture at {:.1} s into the recording: its view or light differs too much, so it is unknown what covers zone \"{zone}\" until it fits; take a photograph by the light of these hours",
                photograph.path().display(),
                frame.time.seconds()
            ));
        }
        let mut things: Vec<&Standing> = background.things().iter().collect();
        things.sort_by(|a, b| b.area.total_cmp(&a.area).then(a.id.cmp(&b.id)));
        things.truncate(MOST_THINGS);
        things.sort_by_key(|thing| thing.id);
        let things = things.into_iter().map(|thing| sight(thing, scale)).collect();
        let told = |(i, (zone, grid)): (usize, &(String, CellGrid))| {
            let cover = background.covers().get(i)?.as_ref()?;
            Some(ZoneCover { zone: zone.clone(), cells: grid.mask(cover) })
        };
        let covers = match sights {
            Sights::Told => self.zones.iter().enumerate().filter_map(told).collect(),
            Sights::Blind => Vec::new(),
        };
        (things, covers)
    }
}

fn sight(thing: &Standing, (sx, sy): (f32, f32)) -> ThingSight {
    ThingSight {
        id: ThingId(thing.id),
        bbox: thing.bbox.scaled(sx, sy),
        since: thing.since,
        area: thing.area * sx * sy,
        seen: thing.seen,
        kind: match thing.nature {
            Nature::Appeared if !thing.from_start => ThingKind::Appeared,
            Nature::Uncovered => ThingKind::Uncovered,
            Nature::Appeared | Nature::Light | Nature::Unclear => ThingKind::Unclear,
        },
    }
}
