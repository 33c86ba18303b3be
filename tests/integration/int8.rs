//! The INT8 model sees what the float model sees, in pictures that its ranges were not measured on.

use crate::support::{fetched, root};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use streetward::media::{OpenOptions, Source};
use streetward::vision::{Detection, Detector, Look, Model, Places, Region, Shelf};

/// Detections from here on are compared; only those of `SURE` must be matched, so that one that
/// crosses the threshold by a hair is no disagreement.
const LOOK: Look = Look { long_side: 640, min_score: 0.30 };
const SURE: f32 = 0.45;

#[derive(Debug, Default)]
struct Agreement {
    /// Sure detections of float and INT8, and how many of each the other sees too.
    float: usize,
    float_matched: usize,
    int8: usize,
    int8_matched: usize,
    /// Differences in score of matched pairs.
    apart: Vec<f32>,
}

impl Agreement {
    fn count(&mut self, float: &[Detection], int8: &[Detection]) {
        let pair = |a: &Detection, others: &[Detection]| {
            let same = others.iter().filter(|b| b.class == a.class && a.bbox.iou(&b.bbox) >= 0.6);
            same.map(|b| (a.score - b.score).abs()).min_by(f32::total_cmp)
        };
        for a in float.iter().filter(|d| d.score >= SURE) {
            self.float += 1;
            if let Some(apart) = pair(a, int8) {
                self.float_matched += 1;
                self.apart.push(apart);
            }
        }
        for b in int8.iter().filter(|d| d.score >= SURE) {
            self.int8 += 1;
            self.int8_matched += usize::from(pair(b, float).is_some());
        }
    }

    fn holds(mut self) {
        self.apart.sort_by(f32::total_cmp);
        let mean = self.apart.iter().sum::<f32>() / self.apart.len() as f32;
        let nearly_all = self.apart[self.apart.len() * 95 / 100];
        let said = format!(
            "float {} of {} matched, int8 {} of {}, scores {mean:.4} apart, 95 % within {nearly_all:.4}",
            self.float_matched, self.float, self.int8_matched, self.int8
        );
        eprintln!("{said}");
        assert!(self.float_matched * 100 >= self.float * 97, "{said}");
        assert!(self.int8_matched * 100 >= self.int8 * 97, "{said}");
        assert!(mean < 0.03 && nearly_all < 0.08, "{said}");
    }
}

struct Eyes(Detector, Detector);

impl Eyes {
    fn new() -> Self {
        fetched("models/nanodet-g-int8.onnx");
        let shelf = Shelf::open(Places::default()).unwrap();
        let eye = |name| Detector::new(Arc::new(Model::load(&shelf, Some(name)).unwrap())).unwrap();
        Self(eye("nanodet-g"), eye("nanodet-g-int8"))
    }

    /// Every `step`th of the first `frames` pictures of a clip.
    fn compare(&mut self, clip: &Path, step: usize, frames: usize, agreement: &mut Agreement) {
        let mut source = Source::open(clip, OpenOptions::default()).unwrap();
        for number in 0..frames {
            let Some(frame) = source.next_frame().unwrap() else { break };
            if number % step != 0 {
                continue;
            }
            let region = Region::whole(frame.width(), frame.height());
            let see = |eye: &mut Detector| {
                eye.prepare(&frame, region, LOOK);
                eye.infer(LOOK).unwrap()
            };
            let float = see(&mut self.0);
            let int8 = see(&mut self.1);
            agreement.count(&float, &int8);
        }
    }
}

#[test]
fn int8_agrees_with_float_on_a_scene_it_was_not_calibrated_on() {
    let mut agreement = Agreement::default();
    Eyes::new().compare(&fetched("clips/vtest.avi"), 30, 795, &mut agreement);
    assert!(agreement.float > 150, "{agreement:?}");
    agreement.holds();
}

/// Clips beside the repository, where there are any: day, night, haze, rain, other countries.
#[test]
fn int8_agrees_with_float_on_other_streets() {
    let above = root().ancestors().map(|a| a.join("shared/data/clips")).find(|p| p.is_dir());
    let folder = std::env::var_os("STREETWARD_SHARED").map(|s| PathBuf::from(s).join("data/clips"));
    let Some(folder) = folder.or(above).filter(|f| f.is_dir()) else {
        eprintln!("skipped: no clips of other streets beside the repository");
        return;
    };
    let mut clips = Vec::new();
    for place in std::fs::read_dir(folder).unwrap() {
        let files = std::fs::read_dir(place.unwrap().path()).unwrap().map(|f| f.unwrap().path());
        clips.extend(files.filter(|f| f.extension().is_some_and(|e| e == "mp4")));
    }
    clips.sort();
    let (mut eyes, mut agreement) = (Eyes::new(), Agreement::default());
    for clip in &clips {
        eyes.compare(clip, 40, 120, &mut agreement);
    }
    agreement.holds();
}
