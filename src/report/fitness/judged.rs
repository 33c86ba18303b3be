//! Whether each rule of a camera works with its view.

use super::decimal::comma;
use super::sample::{Sample, SampleKind};
use super::sight::{Sight, Source, sight};
use super::signal_fitness::SignalFitness;
use super::signals::{judge_lamp, judge_signal};
use super::standing::judge_standing;
use super::thing::{thing, things};
use super::verdict::Verdict;
use crate::config::Camera;
use crate::report::document::Words;
use crate::rules::{Kind, Mechanism, RuleSpec, Terms};
use crate::vision::{Class, Family};
use geo::Centroid;
use serde::{Serialize, Serializer};

/// Heights in the model's picture, in pixels, below which detectors miss most and many of a class.
/// COCO calls objects of less than 32 × 32 pixels small (Lin et al., 2014); the model that comes with
/// the program still finds half of those of 24.
const LEAST_PIXELS: f32 = 10.0;
const GOOD_PIXELS: f32 = 24.0;
/// Darker pictures are of the night, 0 to 255.
const DARK: f64 = 45.0;
/// A zone must be deeper than this, in heights of who stands in it, to be entered; and to be judged
/// well.
const LEAST_DEPTH: f32 = 0.15;
const GOOD_DEPTH: f32 = 0.3;
/// Shares of the limit by which a speed may be uncertain.
const GOOD_SPEED: f64 = 0.1;
const WORST_SPEED: f64 = 0.25;

/// How large a class is in a zone or at a line.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ZoneFitness {
    /// The zone or line.
    pub place: String,
    /// The class.
    pub class: Class,
    /// Boxes that stood there.
    pub boxes: usize,
    /// Median height in pixels of the scene; `None` where it cannot be told.
    pub height_pixels: Option<f32>,
    /// The same in the picture that the model is shown.
    pub model_pixels: Option<f32>,
    /// `seen`, `elsewhere` (a guess from boxes elsewhere) or `calibration` (a guess from metres).
    pub source: Option<&'static str>,
}

/// Whether one rule works, and why not.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RuleFitness {
    /// The rule.
    pub rule: String,
    /// What it judges.
    pub kind: Kind,
    /// Whether it works.
    pub verdict: Verdict,
    /// Why not, and what to do, a sentence each; records hold the English ones.
    #[serde(serialize_with = "english")]
    pub reasons: Vec<Words>,
}

fn english<S: Serializer>(words: &[Words], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(words.iter().map(|w| &w.en))
}

/// What a camera's view is good for.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fitness {
    /// The camera's id.
    pub camera: String,
    /// What was looked at.
    pub sample: SampleKind,
    /// Pictures or observations looked at.
    pub looks: u64,
    /// Pixels on target.
    pub zones: Vec<ZoneFitness>,
    /// Every rule.
    pub rules: Vec<RuleFitness>,
    /// What was told of traffic lights; empty where no picture was looked at.
    pub signals: Vec<SignalFitness>,
    /// What holds for all of them, a sentence each.
    pub notes: Vec<String>,
}

/// What `camera` is good for, by what was seen of it. `model` and `given`: the model's name, and the
/// classes it knows.
pub fn fitness(camera: &Camera, sample: &Sample, model: &str, given: &[Class]) -> Fitness {
    let mut zones: Vec<ZoneFitness> = Vec::new();
    let mut rules = Vec::new();
    for rule in &camera.rules {
        let mut found = Found { verdict: Verdict::Works, reasons: Vec::new() };
        if let Some(why) = rule.unserved(model, given) {
            let lacking = things(&rule.lacks(given));
            let vi = format!(
                "mô hình nhận dạng không nhận biết được {lacking}; nhập mô hình khác hoặc bỏ quy tắc này"
            );
            found.add(Verdict::Cannot, Words::new(vi, why));
        }
        judge_place(camera, sample, rule, &mut found, &mut zones);
        match &rule.terms {
            Terms::Speed(terms) => judge_speed(camera, rule, terms.limit_kmh, &mut found),
            Terms::Crossing(terms) => {
                if let Some(signal) = &terms.signal {
                    judge_lamp(camera, sample, signal, |verdict, reason| {
                        found.add(verdict, reason);
                    });
                    let seen = sample.signals.iter().find(|s| s.signal == *signal);
                    judge_signal(camera, seen, |verdict, reason| found.add(verdict, reason));
                }
            }
            _ => {}
        }
        let Found { verdict, reasons } = found;
        rules.push(RuleFitness { rule: rule.name.clone(), kind: rule.kind, verdict, reasons });
    }
    let (camera, sample_kind) = (camera.id.clone(), sample.kind.clone());
    let (signals, notes) = (sample.signals.clone(), notes(sample));
    Fitness { camera, sample: sample_kind, looks: sample.looks, zones, rules, signals, notes }
}

struct Found {
    verdict: Verdict,
    reasons: Vec<Words>,
}

impl Found {
    fn add(&mut self, verdict: Verdict, reason: Words) {
        self.verdict = self.verdict.max(verdict);
        if !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
    }
}

fn notes(sample: &Sample) -> Vec<String> {
    let mut notes = Vec::new();
    if sample.brightness.is_some_and(|b| b < DARK) {
        notes.push(
            "the pictures looked at are of the night: detectors find less then; look at some of the \
             day, too"
                .to_owned(),
        );
    }
    if sample.kind == SampleKind::Nothing {
        notes.push(
            "no picture was looked at: name a recording with --from, or a data folder with --data"
                .to_owned(),
        );
    }
    notes
}

/// The middle of where a rule holds, and whether a point belongs to it.
type Place<'a> = ((f32, f32), Box<dyn Fn((f32, f32)) -> bool + 'a>);

fn place<'a>(camera: &'a Camera, rule: &RuleSpec) -> Option<Place<'a>> {
    if rule.kind.info().mechanism.on_line() {
        let line = camera.scene.line(&rule.zone)?;
        let n = line.points.len().max(1) as f32;
        let (x, y) = line.points.iter().fold((0.0, 0.0), |(x, y), p| (x + p.0, y + p.1));
        let near = camera.scene.frame_size.1 as f32 / 12.0;
        return Some(((x / n, y / n), Box::new(move |p| line.distance(p) <= near)));
    }
    let zone = camera.scene.zone(&rule.zone)?;
    let middle = zone.polygon.centroid()?;
    Some(((middle.x(), middle.y()), Box::new(move |p| zone.contains(p))))
}

/// How large whom the rule concerns is there, and whether the place has room for it.
fn judge_place(
    camera: &Camera,
    sample: &Sample,
    rule: &RuleSpec,
    found: &mut Found,
    zones: &mut Vec<ZoneFitness>,
) {
    let mechanism = rule.kind.info().mechanism;
    if matches!(mechanism, Mechanism::LeftObject | Mechanism::Occupancy) {
        // Told by the picture, whatever stands there.
        judge_standing(camera, sample, rule, |verdict, reason| found.add(verdict, reason));
        return;
    }
    let Some((middle, here)) = place(camera, rule) else { return };
    let shown = model_share(camera);
    let mut families: Vec<Family> = Vec::new();
    let mut largest: Option<f32> = None;
    let mut judged: Vec<(Verdict, Words)> = Vec::new();
    let mut classes = rule.classes.clone();
    if mechanism == Mechanism::Riders {
        classes.push(Class::Person);
    }
    for class in classes {
        let family = class.family();
        if families.contains(&family) {
            continue;
        }
        families.push(family);
        let known = sight(camera, sample, family, middle, &here);
        if let Some(Sight { height, .. }) = known {
            largest = Some(largest.map_or(height, |l: f32| l.max(height)));
        }
        let row = row(rule, class, known, shown);
        judged.extend(judge_pixels(rule, &row, sample));
        if !zones.iter().any(|z| z.place == row.place && z.class.family() == family) {
            zones.push(row);
        }
    }
    // Where one class is seen well enough the rule works for that one, and poorly.
    let best = judged.iter().map(|(verdict, _)| *verdict).min().unwrap_or(Verdict::Works);
    let all = mechanism == Mechanism::Riders || best == Verdict::Cannot;
    let most = if all { Verdict::Cannot } else { Verdict::Poor };
    for (verdict, reason) in judged.into_iter().filter(|(v, _)| *v != Verdict::Works) {
        // Who was not seen is told, and takes nothing from who was.
        let unseen = verdict == Verdict::Unknown && best == Verdict::Works;
        found.add(if unseen { best } else { verdict.min(most) }, reason);
    }
    let (Some(zone), Some(height)) = (camera.scene.zone(&rule.zone), largest) else { return };
    let depth = zone.reach(camera.scene.frame_size) / height;
    let name = &zone.name;
    let advice = Words::new(
        format!(
            "vùng “{name}” quá hẹp theo chiều sâu, chỉ bằng {} lần chiều cao đối tượng; khoanh rộng hơn hoặc đặt camera nhìn bớt ngang",
            comma(depth, 2)
        ),
        format!(
            "zone \"{name}\" is at most {depth:.2} heights deep there; draw it wider, or place the \
             camera so that it is seen less from the side"
        ),
    );
    if depth < LEAST_DEPTH {
        let Words { vi, en } = advice;
        let advice = Words::new(
            format!("{vi}; không thể xác định ai ở trong vùng"),
            format!("{en}: nobody can be told to be inside"),
        );
        found.add(Verdict::Cannot, advice);
    } else if depth < GOOD_DEPTH {
        found.add(Verdict::Poor, advice);
    }
}

fn row(rule: &RuleSpec, class: Class, known: Option<Sight>, shown: f32) -> ZoneFitness {
    let tenths = |v: f32| (v * 10.0).round() / 10.0;
    ZoneFitness {
        place: rule.zone.clone(),
        class,
        boxes: match known.map(|k| k.source) {
            Some(Source::Seen(n)) => n,
            _ => 0,
        },
        height_pixels: known.map(|k| tenths(k.height)),
        model_pixels: known.map(|k| tenths(k.height * shown)),
        source: known.map(|k| match k.source {
            Source::Seen(_) => "seen",
            Source::Elsewhere => "elsewhere",
            Source::Calibration => "calibration",
        }),
    }
}

/// How much smaller or larger the model sees the scene's pixels, at its closest look.
pub(in crate::report) fn model_share(camera: &Camera) -> f32 {
    let (width, height) = camera.scene.frame_size;
    let whole = camera.detector.input_long_side;
    let side = camera.attention.detail_long_side.unwrap_or(whole).max(whole);
    side as f32 / width.max(height).max(1) as f32
}

/// What a class's size there comes to, and what to do. What was not seen there is only guessed, and
/// proves nothing impossible.
fn judge_pixels(rule: &RuleSpec, row: &ZoneFitness, sample: &Sample) -> Option<(Verdict, Words)> {
    let (place, name, vi) = (&rule.zone, row.class.name(), thing(row.class));
    let Some(pixels) = row.model_pixels else {
        let looks = sample.looks;
        let unseen = Words::new(
            format!(
                "chưa thấy {vi} nào tại “{place}” hay nơi khác trong {looks} lần quan sát; cần quan sát thêm"
            ),
            format!(
                "no {name} was seen at \"{place}\" or elsewhere in {looks} looks; look at more"
            ),
        );
        return (sample.kind != SampleKind::Nothing).then_some((Verdict::Unknown, unseen));
    };
    let seen = row.source == Some("seen");
    let (tall_vi, tall) = if seen { ("chỉ cao", "is") } else { ("ước chỉ cao", "would be") };
    let advice = Words::new(
        format!(
            "{vi} tại “{place}” {tall_vi} {pixels:.0} điểm ảnh trong hình đưa vào nhận dạng, cần từ {GOOD_PIXELS:.0}; phóng gần hơn hoặc tăng độ phân giải phân tích"
        ),
        format!(
            "a {name} at \"{place}\" {tall} {pixels:.0} pixels high in the model's picture, of \
             {GOOD_PIXELS:.0} that it should be; raise [attention] detail_long_side or [detector] \
             input_long_side, or zoom in"
        ),
    );
    if pixels < LEAST_PIXELS && seen {
        Some((Verdict::Cannot, advice))
    } else if pixels < GOOD_PIXELS {
        Some((Verdict::Poor, advice))
    } else {
        Some((Verdict::Works, Words::default()))
    }
}

fn judge_speed(camera: &Camera, rule: &RuleSpec, limit_kmh: f64, found: &mut Found) {
    let Some(plane) = &camera.scene.plane else {
        found.add(
            Verdict::Cannot,
            Words::new(
                "camera chưa được hiệu chuẩn; đo từ 4 điểm trên mặt đường và khai báo vào cấu hình camera",
                "there is no calibration; measure 4 points or more on the ground and write them under \
                 [calibration]",
            ),
        );
        return;
    };
    let Some((middle, _)) = place(camera, rule) else { return };
    let Some(ground) = plane.to_ground(middle) else {
        let zone = &rule.zone;
        let reason = Words::new(
            format!(
                "giữa vùng “{zone}” nằm ngang hoặc cao hơn đường chân trời; khoanh lại trên mặt đường hoặc hiệu chuẩn lại camera"
            ),
            format!(
                "the middle of zone \"{zone}\" lies at the horizon or above it; draw it on the \
                 roadway, or check the calibration with `streetward camera calibrate`"
            ),
        );
        found.add(Verdict::Cannot, reason);
        return;
    };
    // Two places over two seconds, most of their error on its own.
    let sigma_kmh = ground.sigma_metres * std::f64::consts::SQRT_2 / 2.0 * 3.6;
    let share = sigma_kmh / limit_kmh;
    let (zone, sigma) = (&rule.zone, ground.sigma_metres);
    let advice = Words::new(
        format!(
            "giữa vùng “{zone}” vị trí chỉ xác định được đến {} m, nên tốc độ sai khoảng {} km/h; khoanh vùng gần camera hơn hoặc đo thêm điểm quanh vùng",
            comma(sigma as f32, 2),
            comma(sigma_kmh as f32, 1)
        ),
        format!(
            "in the middle of \"{zone}\" a place is known to {sigma:.2} m, so a speed to about \
             {sigma_kmh:.1} km/h; draw the zone nearer to the camera, or measure more points around it"
        ),
    );
    if share > WORST_SPEED {
        found.add(Verdict::Cannot, advice);
    } else if share > GOOD_SPEED {
        found.add(Verdict::Poor, advice);
    }
}
