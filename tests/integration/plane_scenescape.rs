//! Places and speeds on a synthetic clip whose objects' places are known in metres. Skipped where the
//! shared clips are not at hand.

use crate::support::shared;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use streetward::media::MediaTime;
use streetward::rules::speed_over;
use streetward::scene::{Plane, PointPair};

/// The clip's people go at half a metre a second, a tenth of what a limit allows: time runs faster.
const HASTE: f64 = 4.0;
const FPS: f64 = 30.0;

/// Where a person's box meets the ground, and where it is in truth.
#[derive(Clone, Copy)]
struct Step {
    frame: i64,
    pixel: (f32, f32),
    metres: (f64, f64),
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().filter(|l| !l.is_empty()).map(|l| serde_json::from_str(l).unwrap()).collect()
}

fn objects(line: &Value) -> impl Iterator<Item = &Value> {
    let kinds = line["objects"].as_object().unwrap().iter();
    kinds
        .filter(|(kind, _)| kind.eq_ignore_ascii_case("person"))
        .flat_map(|(_, v)| v.as_array().unwrap())
}

/// The ways of the people, where their boxes lie wholly in the picture.
fn ways(folder: &Path) -> Vec<Vec<Step>> {
    let (seen, truth) = (lines(&folder.join("Cam_x1_0.json")), lines(&folder.join("gtLoc.json")));
    let mut ways: BTreeMap<i64, Vec<Step>> = BTreeMap::new();
    for (seen, truth) in seen.iter().zip(&truth) {
        assert_eq!(seen["timestamp"], truth["timestamp"]);
        for object in objects(seen) {
            let id = object["id"].as_i64().unwrap();
            let Some(at) = objects(truth).find(|o| o["id"] == id) else { continue };
            let side = |key: &str| object["bounding_box_px"][key].as_f64().unwrap() as f32;
            let (x1, x2) = (side("x"), side("x") + side("width"));
            let y2 = side("y") + side("height");
            if x1 < 3.0 || x2 > 796.0 || y2 > 596.0 {
                continue;
            }
            let metres = |i: usize| at["translation"][i].as_f64().unwrap();
            ways.entry(id).or_default().push(Step {
                frame: seen["frame"].as_i64().unwrap(),
                pixel: (f32::midpoint(x1, x2), y2),
                metres: (metres(0), metres(1)),
            });
        }
    }
    ways.into_values().collect()
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

#[test]
fn places_and_speeds_are_within_a_twentieth() {
    let Some(folder) = shared("data/clips/scenescape") else {
        eprintln!("skipped: the scenescape clip is not at hand");
        return;
    };
    let ways = ways(&folder);
    // Calibrated with twelve places of the first halves, judged on the second halves.
    let pairs: Vec<PointPair> = ways
        .iter()
        .flat_map(|w| w[..w.len() / 2].iter().step_by((w.len() / 12).max(1)))
        .map(|s| PointPair { pixel: [s.pixel.0, s.pixel.1], metres: [s.metres.0, s.metres.1] })
        .collect();
    let plane = Plane::from_points(&pairs).unwrap();
    let (mut off, mut share_of_sigma, mut speed_off, mut within) = (vec![], vec![], vec![], 0);
    for way in &ways {
        let rest = &way[way.len() / 2..];
        for step in rest {
            let ground = plane.to_ground(step.pixel).unwrap();
            let error = (ground.x - step.metres.0).hypot(ground.y - step.metres.1);
            off.push(error);
            share_of_sigma.push(error / ground.sigma_metres);
        }
        for window in rest.windows((2.0 * FPS * HASTE) as usize).step_by(5) {
            let (first, last) = (window[0], window[window.len() - 1]);
            let seconds = (last.frame - first.frame) as f64 / FPS / HASTE;
            // A window of one straight way, seen all along.
            let straight = (last.metres.0 - first.metres.0).hypot(last.metres.1 - first.metres.1);
            let walked: f64 = window
                .windows(2)
                .map(|s| (s[1].metres.0 - s[0].metres.0).hypot(s[1].metres.1 - s[0].metres.1))
                .sum();
            if straight < 0.995 * walked || seconds > 2.1 {
                continue;
            }
            let contacts: Vec<(MediaTime, (f32, f32))> = window
                .iter()
                .step_by(12)
                .map(|s| (MediaTime::from_seconds(s.frame as f64 / FPS / HASTE), s.pixel))
                .collect();
            let Some(speed) = speed_over(&contacts, &plane) else { continue };
            let truth = straight / seconds * 3.6;
            speed_off.push((speed.value - truth).abs() / truth);
            within += usize::from((speed.value - truth).abs() <= 2.0 * speed.uncertainty.unwrap());
        }
    }
    assert!(off.len() > 800 && speed_off.len() > 20, "{} {}", off.len(), speed_off.len());
    let covered = within as f64 / speed_off.len() as f64;
    let (places, speeds) = (median(off), median(speed_off.clone()));
    eprintln!(
        "{} points: places off by {places:.3} m, speeds by {:.2} % (median of {}), {:.0} % within two \
         sigma, errors of {:.2} sigma",
        pairs.len(),
        speeds * 100.0,
        speed_off.len(),
        covered * 100.0,
        median(share_of_sigma)
    );
    // Six metres away on average: a twentieth would be 0.3 m.
    assert!(places < 0.05, "{places} m");
    assert!(speeds < 0.05, "{speeds}");
    assert!(covered > 0.9, "{covered} of the speeds within their uncertainty");
}
