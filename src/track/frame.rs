//! One frame's detections, and which tracks they have been joined to.

use super::affinity::{affinity, grown};
use super::assign::Assignment;
use super::config::TrackerConfig;
use super::duplicate;
use super::expected::Expected;
use super::subject::Bounds;
use crate::vision::Detection;

/// A detection that overlaps one already joined to a track by this much begins none of its own: of
/// two boxes on one half hidden person the second is no other person.
const BIRTH_IOU: f32 = 0.4;

/// A detection that fits what was hidden there better by this much is not another's.
const BEHIND: f32 = 0.25;
/// The least that a candidate is worth.
const SCARCELY: f32 = 0.01;

/// Least affinity of a detection and the place where something stood, hidden: another thing that
/// comes to stand there must not pass for it.
const PLACE: f32 = 0.2;

/// Its buffers are used again from frame to frame.
#[derive(Debug, Default)]
pub(super) struct Frame {
    /// By falling score, duplicates removed.
    detections: Vec<Detection>,
    taken: Vec<bool>,
    /// Detections by their left edge, so that candidates need not be sought among all.
    by_left: Vec<(f32, usize)>,
    /// Width of the widest.
    widest: f32,
    expected: Vec<Expected>,
    matches: Vec<Option<usize>>,
    assignment: Assignment,
}

impl Frame {
    /// Begins a frame with the detections in it that are worth a look.
    pub(super) fn fill(
        &mut self,
        detections: &[Detection],
        config: &TrackerConfig,
        bounds: Option<Bounds>,
    ) {
        self.detections.clear();
        self.detections.extend(detections.iter().filter_map(|d| {
            let fit = d.score >= config.low_score
                && d.score <= 1.0
                && [d.bbox.x1, d.bbox.y1, d.bbox.x2, d.bbox.y2].iter().all(|v| v.is_finite())
                && d.bbox.width() > 0.0
                && d.bbox.height() > 0.0;
            let bbox = match bounds {
                Some(bounds) if fit => bounds.clip(&d.bbox)?,
                _ => d.bbox,
            };
            fit.then_some(Detection { bbox, ..*d })
        }));
        // Stable, so that equals keep the detector's order.
        self.detections.sort_by(|a, b| b.score.total_cmp(&a.score));
        self.detections.truncate(config.max_objects);
        duplicate::suppress(&mut self.detections, config.duplicate_iou);
        self.taken.clear();
        self.taken.resize(self.detections.len(), false);
        self.by_left.clear();
        self.by_left.extend(self.detections.iter().enumerate().map(|(i, d)| (d.bbox.x1, i)));
        self.by_left.sort_unstable_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        self.widest = self.detections.iter().map(|d| d.bbox.width()).fold(0.0, f32::max);
    }

    /// By falling score.
    pub(super) fn detections(&self) -> &[Detection] {
        &self.detections
    }

    /// Begins the stages of one group of tracks.
    pub(super) fn expect(&mut self, expected: impl Iterator<Item = Expected>) {
        self.expected.clear();
        self.expected.extend(expected);
        self.matches.clear();
        self.matches.resize(self.expected.len(), None);
    }

    /// Joins free tracks of the group to free detections that score high for them.
    pub(super) fn associate_high(&mut self, config: &TrackerConfig) {
        self.associate(config.min_affinity, |e, d| {
            let usual = if e.named { config.usual_share * e.level } else { f32::INFINITY };
            d.score >= usual.min(config.high_score)
        });
    }

    /// Joins those of the free tracks that `who` names to free detections, however faint.
    pub(super) fn associate_low(
        &mut self,
        config: &TrackerConfig,
        who: impl Fn(&Expected) -> bool,
    ) {
        self.associate(config.min_affinity_low, |e, d| {
            who(e) && d.score >= config.faint_share * e.level
        });
    }

    fn associate(&mut self, least: f32, may: impl Fn(&Expected, &Detection) -> bool) {
        self.assignment.clear();
        for (row, expected) in self.expected.iter().enumerate() {
            if self.matches[row].is_some() {
                continue;
            }
            // Boxes that begin further left, or right, cannot meet even when enlarged.
            let place = grown(&expected.bbox, expected.buffer);
            let reach = expected.buffer * self.widest;
            let from = place.x1 - self.widest - reach;
            let first = self.by_left.partition_point(|&(left, _)| left < from);
            for &(left, column) in &self.by_left[first..] {
                if left > place.x2 + reach {
                    break;
                }
                let detection = &self.detections[column];
                if self.taken[column]
                    || detection.class.family() != expected.family
                    || !may(expected, detection)
                {
                    continue;
                }
                let value = affinity(expected, detection);
                let hidden = expected.lost && expected.hidden_at.is_some();
                if value >= if hidden { least.max(PLACE) } else { least } {
                    // What was seen before goes first, unless what was hidden fits clearly better.
                    let behind = if hidden { BEHIND.min(value - SCARCELY) } else { 0.0 };
                    self.assignment.offer(row, column, value - behind);
                }
            }
        }
        for &(row, column) in self.assignment.solve() {
            self.matches[row] = Some(column);
            self.taken[column] = true;
        }
    }

    /// What the track expected as number `row` was joined to.
    pub(super) fn matched(&self, row: usize) -> Option<&Detection> {
        self.matches[row].map(|column| &self.detections[column])
    }

    /// Whether detection `i` shows something that no track, and no better detection, stands for.
    pub(super) fn is_new(&self, i: usize, config: &TrackerConfig) -> bool {
        let d = &self.detections[i];
        let family = d.class.family();
        !self.taken[i]
            && d.score >= config.new_score
            && !self.detections.iter().zip(&self.taken).any(|(other, &taken)| {
                taken
                    && other.class.family() == family
                    && duplicate::same_object(&other.bbox, &d.bbox, family, BIRTH_IOU)
            })
    }
}
