//! How good one camera's view is, by what was measured of it.

use super::light::{Light, LightShares};
use super::reason::{Advice, ViewReason, both, percent};
use super::tracks::Seen;
use crate::config::Camera;
use crate::report::document::Words;
use crate::report::fitness::{Fitness, Verdict, model_share};
use crate::rules::{Kind, RuleSpec};
use serde::Serialize;
use std::collections::BTreeMap;

/// A share of the looks below which something passed by: a lorry, a hand with a cloth.
const LEAST_SHARE: f64 = 0.05;
/// What a dark or dazzled picture costs of a good one: on a street made dark the detector had 60 % of
/// the sightings that it has by day.
const LIGHT_LOSS: f64 = 0.4;
/// What a picture costs that is probably out of focus, and the share of looks that must say so, by day
/// and by night: what is smeared only by night may be the light.
const SOFT_LOSS: f64 = 0.5;
const MOST_SOFT: f64 = 0.6;
/// Pixels in the model's picture that whom a rule concerns should be high, as `camera check` says.
const GOOD_PIXELS: f32 = 24.0;
/// A way along a line within so many degrees crosses it late, or seems to cross it and does not.
const LEAST_ANGLE: f32 = 25.0;
/// Hidden for more than this share of its sightings, a subject is lost more often than not.
const MOST_OCCLUDED: f64 = 0.25;
/// What a rule that works poorly, or cannot work, costs.
const POOR: f64 = 0.4;
const CANNOT: f64 = 0.8;
/// Scores from which a view is good, and below which it is of no use.
const GOOD_SCORE: u32 = 80;
const LEAST_SCORE: u32 = 40;

/// What is known of one rule's place in the view.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct KindView {
    /// The rule.
    pub rule: String,
    /// What it judges.
    pub kind: Kind,
    /// The zone or line.
    pub place: String,
    /// Incidents there in the period, dismissed ones left out; of a camera the latest 300 are counted.
    pub incidents: u64,
    /// Median height of whom it concerns in the model's picture, pixels: of the incidents' subjects
    /// where there are some, of whoever was there otherwise.
    pub height_pixels: Option<f32>,
    /// Where that comes from: `incidents`, `seen`, `elsewhere`, `calibration`.
    pub height_from: Option<&'static str>,
    /// Median angle at which tracks come to the line, degrees: 90 straight across.
    pub angle_degrees: Option<f32>,
    /// Share of the sightings there in which a track was hidden and found again.
    pub occluded: Option<f64>,
    /// Whether the rule works with this view.
    pub verdict: Verdict,
    /// Why not.
    #[serde(serialize_with = "all")]
    pub reasons: Vec<Words>,
}

fn all<S: serde::Serializer>(words: &[Words], serializer: S) -> Result<S::Ok, S::Error> {
    struct One<'a>(&'a Words);
    impl Serialize for One<'_> {
        fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
            both(self.0, serializer)
        }
    }
    serializer.collect_seq(words.iter().map(One))
}

/// How good a camera's view is.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ViewFitness {
    /// The camera's id.
    pub camera: String,
    /// What people call it.
    pub name: String,
    /// The ward it stands in.
    pub ward: Option<String>,
    /// Whether it is good enough.
    pub verdict: Verdict,
    /// 100: nothing is wrong. What each reason loses is taken from what the others left.
    pub score: u32,
    /// What is to be done first.
    pub advice: Advice,
    /// Why it is not good, the gravest first.
    pub reasons: Vec<ViewReason>,
    /// Rule by rule.
    pub kinds: Vec<KindView>,
    /// By day and night.
    pub light: Light,
    /// Observations read.
    pub observations: u64,
}

impl ViewFitness {
    /// Whether enough is known to judge it.
    pub fn is_known(&self) -> bool {
        self.verdict != Verdict::Unknown
    }

    /// Whether something is to be done with it.
    pub fn is_bad(&self) -> bool {
        matches!(self.verdict, Verdict::Poor | Verdict::Cannot)
    }
}

/// What was measured of a camera.
pub(super) struct Measured<'a> {
    pub(super) camera: &'a Camera,
    pub(super) light: Light,
    pub(super) fitness: Fitness,
    pub(super) seen: BTreeMap<String, Seen>,
    /// Observations in which nobody knew how the view lay, of all.
    pub(super) unknown: (u64, u64),
    /// Heights in scene pixels of the subjects of incidents, by rule.
    pub(super) incidents: BTreeMap<String, Vec<f32>>,
}

/// Judges a view.
pub(super) fn judge(m: &Measured<'_>) -> ViewFitness {
    let kinds: Vec<KindView> = m.camera.rules.iter().map(|r| kind(m, r)).collect();
    let known = m.light.is_known() || m.unknown.1 > 0;
    let weighed = weighed(known, of_light(m), &kinds);
    ViewFitness {
        camera: m.camera.id.clone(),
        name: m.camera.name.clone(),
        ward: m.camera.ward.clone(),
        verdict: weighed.verdict,
        score: weighed.score,
        advice: weighed.advice,
        reasons: weighed.reasons,
        kinds,
        light: m.light,
        observations: m.unknown.1,
    }
}

/// What reasons come to.
pub(super) struct Weighed {
    pub(super) verdict: Verdict,
    pub(super) score: u32,
    pub(super) advice: Advice,
    pub(super) reasons: Vec<ViewReason>,
}

/// What is wrong with the pictures, and with these rules, together.
pub(super) fn weighed(known: bool, light: Vec<ViewReason>, kinds: &[KindView]) -> Weighed {
    let mut reasons = light;
    reasons.extend(of_kinds(kinds));
    reasons.sort_by(|a, b| b.loss.total_cmp(&a.loss).then(a.code.cmp(b.code)));
    let left: f64 = reasons.iter().map(|r| 1.0 - r.loss.clamp(0.0, 1.0)).product();
    let score = (100.0 * left).round() as u32;
    let verdict = match score {
        _ if !known => Verdict::Unknown,
        GOOD_SCORE.. => Verdict::Works,
        LEAST_SCORE.. => Verdict::Poor,
        _ => Verdict::Cannot,
    };
    let advice = match verdict {
        Verdict::Unknown => Advice::Watch,
        Verdict::Works => Advice::Keep,
        _ => reasons.first().map_or(Advice::Keep, |r| r.advice),
    };
    Weighed { verdict, score, advice, reasons }
}

/// Codes of what is wrong with a rule; every other code is of the pictures.
pub(super) const OF_RULES: [&str; 4] = ["occluded", "along_line", "small", "rule"];

/// A thing that is wrong with pictures: its word, its share, and what is said of it.
pub(in crate::report) type Trouble =
    (&'static str, fn(&LightShares) -> f64, &'static str, &'static str, Advice);

pub(in crate::report) const TROUBLES: [Trouble; 6] = [
    ("covered", |l| l.covered, "Tầm nhìn bị che", "The view is covered", Advice::Repair),
    ("defocused", |l| l.defocused, "Hình mất nét", "The picture is out of focus", Advice::Repair),
    (
        "moved",
        |l| l.moved,
        "Camera bị lệch khỏi hướng đã khoanh vùng (xoay lại hoặc khoanh vùng lại)",
        "The camera looks elsewhere than where its zones were drawn (turn it back, or draw them anew)",
        Advice::Turn,
    ),
    ("black", |l| l.black, "Hình đen", "The picture is black", Advice::Repair),
    ("frozen", |l| l.frozen, "Hình đứng yên", "The picture stands still", Advice::Repair),
    ("offline", |l| l.offline, "Mất tín hiệu, không có hình", "No picture came", Advice::Repair),
];

fn of_light(m: &Measured<'_>) -> Vec<ViewReason> {
    let mut reasons = Vec::new();
    for (code, of, vi, en, advice) in TROUBLES {
        let share = m.light.all(of);
        if share >= LEAST_SHARE {
            let much = percent(share);
            let said = Words::new(
                format!("{vi} trong {much} % thời gian quan sát"),
                format!("{en} in {much} % of the time looked at"),
            );
            reasons.push(ViewReason { code, loss: share, said, advice });
        }
    }
    if !reasons.iter().any(|r| r.code == "defocused") {
        reasons.extend(of_edges(&m.light));
    }
    let looks = (m.light.day.looks + m.light.night.looks).max(1) as f64;
    for (half, codes, vi, en) in [
        (&m.light.day, ["dark_day", "glare_day"], "ban ngày", "by day"),
        (&m.light.night, ["dark_night", "glare_night"], "ban đêm", "by night"),
    ] {
        let weight = half.looks as f64 / looks;
        let bright = half.brightness.unwrap_or_default();
        if half.dark >= LEAST_SHARE {
            let much = percent(half.dark);
            let said = Words::new(
                format!(
                    "Hình tối {vi} ({much} % số lần quan sát, độ sáng {bright:.0}/255); lắp thêm đèn chiếu sáng hoặc dùng camera nhìn đêm"
                ),
                format!(
                    "The picture is dark {en} ({much} % of looks, brightness {bright:.0} of 255); light the place, or use a camera made for the night"
                ),
            );
            let loss = LIGHT_LOSS * half.dark * weight;
            reasons.push(ViewReason { code: codes[0], loss, said, advice: Advice::Light });
        }
        if half.glare >= LEAST_SHARE {
            let much = percent(half.glare);
            let said = Words::new(
                format!(
                    "Hình bị chói {vi} ({much} % số lần quan sát); quay tránh nguồn sáng hoặc lắp mái che"
                ),
                format!(
                    "The picture is dazzled {en} ({much} % of looks); turn it from the light, or shade it"
                ),
            );
            let loss = LIGHT_LOSS * half.glare * weight;
            reasons.push(ViewReason { code: codes[1], loss, said, advice: Advice::Turn });
        }
    }
    let (unknown, all) = m.unknown;
    let share = unknown as f64 / all.max(1) as f64;
    if !m.light.is_known() && share >= LEAST_SHARE {
        let much = percent(share);
        let said = Words::new(
            format!(
                "Không xác định được hướng nhìn trong {much} % thời gian (tối, bị che hoặc bị dời)"
            ),
            format!(
                "How the view lay could not be told in {much} % of the time (dark, covered or moved)"
            ),
        );
        reasons.push(ViewReason { code: "unknown_view", loss: share, said, advice: Advice::Watch });
    }
    reasons
}

/// Out of focus from the first picture on is not told by a change; that hardly an edge rises steeply
/// tells it, but not for sure: a small picture that was enlarged looks alike.
fn of_edges(light: &Light) -> Option<ViewReason> {
    let share = light.day.soft.into_iter().chain(light.night.soft).reduce(f64::min)?;
    let said = Words::new(
        format!(
            "Hình có thể mất nét ngay từ đầu: trong {} % số lần quan sát hầu như không có đường viền nào sắc (hoặc hình bị phóng to từ hình nhỏ); lấy nét lại và kiểm tra luồng hình",
            percent(share)
        ),
        format!(
            "The picture is probably out of focus from the start: in {} % of looks hardly an edge is sharp (or it is a small picture enlarged); focus the lens and check the stream",
            percent(share)
        ),
    );
    let loss = SOFT_LOSS * share;
    let advice = Advice::Repair;
    (share >= MOST_SOFT).then_some(ViewReason { code: "soft", loss, said, advice })
}

/// What the rules lose together; of several with one trouble the loss is their part of all rules.
fn of_kinds(kinds: &[KindView]) -> Vec<ViewReason> {
    let part = 1.0 / kinds.len().max(1) as f64;
    kinds
        .iter()
        .filter_map(|k| {
            let loss = part
                * match k.verdict {
                    Verdict::Works | Verdict::Unknown => return None,
                    Verdict::Poor => POOR,
                    Verdict::Cannot => CANNOT,
                };
            let small = k.height_pixels.is_some_and(|h| h < GOOD_PIXELS);
            let along = k.angle_degrees.is_some_and(|a| a < LEAST_ANGLE);
            let hidden = k.occluded.is_some_and(|o| o > MOST_OCCLUDED);
            let (code, advice) = match (hidden, along, small) {
                (true, ..) => ("occluded", Advice::Move),
                (_, true, _) => ("along_line", Advice::Move),
                (.., true) => ("small", Advice::Turn),
                _ => ("rule", Advice::Turn),
            };
            let info = k.kind.info();
            let join =
                |of: fn(&Words) -> &str| k.reasons.iter().map(of).collect::<Vec<_>>().join("; ");
            let said = Words::new(
                format!("{} ({}): {}", info.name_vi, k.place, join(|w| &w.vi)),
                format!("{} ({}): {}", info.name_en, k.place, join(|w| &w.en)),
            );
            Some(ViewReason { code, loss, said, advice })
        })
        .collect()
}

fn kind(m: &Measured<'_>, rule: &RuleSpec) -> KindView {
    let judged = m.fitness.rules.iter().find(|r| r.rule == rule.name);
    let mut verdict = judged.map_or(Verdict::Unknown, |r| r.verdict);
    let heights = m.incidents.get(&rule.name);
    let shown = model_share(m.camera);
    let (height, from) = if let Some(height) = heights.and_then(|h| median(h)) {
        (Some((height * shown * 10.0).round() / 10.0), Some("incidents"))
    } else {
        let zones = m.fitness.zones.iter().filter(|z| z.place == rule.zone);
        let best = zones
            .filter(|z| rule.classes.contains(&z.class) && z.model_pixels.is_some())
            .max_by(|a, b| a.boxes.cmp(&b.boxes).then(a.model_pixels.total(b.model_pixels)));
        (best.and_then(|z| z.model_pixels), best.and_then(|z| z.source))
    };
    let seen = m.seen.get(&rule.name);
    let (occluded, angle) = (seen.and_then(Seen::occluded), seen.and_then(Seen::angle));
    let mut reasons = Vec::new();
    if let Some(h) = height.filter(|h| *h < GOOD_PIXELS) {
        // By what incidents show, too: where things happen may be farther off than where most stand.
        verdict = verdict.max(Verdict::Poor);
        reasons.push(Words::new(
            format!("đối tượng chỉ cao {h:.0} điểm ảnh, cần {GOOD_PIXELS:.0}; phóng gần hơn"),
            format!("subjects are {h:.0} pixels high of {GOOD_PIXELS:.0} needed; zoom in"),
        ));
    }
    if let Some(a) = angle.filter(|a| *a < LEAST_ANGLE) {
        verdict = verdict.max(Verdict::Poor);
        reasons.push(Words::new(
            format!("hướng đi gần song song với vạch ({a:.0}°); đặt camera nhìn ngang hơn"),
            format!("they come along the line ({a:.0}°); look at it more from the side"),
        ));
    }
    if let Some(o) = occluded.filter(|o| *o > MOST_OCCLUDED) {
        verdict = verdict.max(Verdict::Poor);
        let much = percent(o);
        reasons.push(Words::new(
            format!("bị che khuất trong {much} % số lần quan sát; đặt camera cao hơn hoặc dời chỗ"),
            format!("hidden in {much} % of sightings; place the camera higher or elsewhere"),
        ));
    }
    let bad = matches!(verdict, Verdict::Poor | Verdict::Cannot);
    if reasons.is_empty() && bad {
        let told = judged.and_then(|r| r.reasons.first()).cloned();
        reasons.push(told.unwrap_or_else(|| {
            Words::new("góc nhìn chưa đáp ứng quy tắc này", "the view does not serve this rule")
        }));
    }
    KindView {
        rule: rule.name.clone(),
        kind: rule.kind,
        place: rule.zone.clone(),
        incidents: heights.map_or(0, |h| h.len() as u64),
        height_pixels: height,
        height_from: from,
        angle_degrees: angle.map(f32::round),
        occluded: occluded.map(|o| (o * 1000.0).round() / 1000.0),
        verdict,
        reasons,
    }
}

fn median(values: &[f32]) -> Option<f32> {
    let mut values = values.to_vec();
    values.sort_by(f32::total_cmp);
    values.get(values.len() / 2).copied()
}

/// An order of heights that may be unknown.
trait Total {
    fn total(self, other: Self) -> std::cmp::Ordering;
}

impl Total for Option<f32> {
    fn total(self, other: Self) -> std::cmp::Ordering {
        self.unwrap_or(0.0).total_cmp(&other.unwrap_or(0.0))
    }
}
