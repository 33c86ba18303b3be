//! Streets as they are, through the real pipeline: a camera that shakes, a van that is hidden.

use crate::support::{fetched, ffmpeg, root};
use assert_cmd::Command;
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use streetward::scene::{Observation, SignalState};
use streetward::store::{ObservationReader, records_of};
use streetward::track::{Riding, TrackId};
use streetward::vision::{BBox, Family, View};
use tempfile::TempDir;

/// Where the van of the campus clip is parked.
const VAN: BBox = BBox { x1: 650.0, y1: 44.0, x2: 722.0, y2: 100.0 };

fn streetward() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.current_dir(root()).env_remove("STREETWARD_LOG");
    command
}

/// The campus clip's first seconds through a filter, five pictures a second.
fn campus(dir: &Path, seconds: u32, filter: &str) -> PathBuf {
    let out = dir.join("campus.mp4");
    let (clip, seconds) = (fetched("clips/vtest.avi"), seconds.to_string());
    ffmpeg(
        &[
            "-t",
            &seconds,
            "-i",
            clip.to_str().unwrap(),
            "-filter_complex",
            filter,
            "-r",
            "5",
            "-c:v",
            "libx264",
            "-crf",
            "18",
            "-pix_fmt",
            "yuv420p",
        ],
        &out,
    );
    out
}

/// Works through the campus with parking over ten seconds forbidden where the van stands. Gives
/// events, observations and the data folder.
fn worked(dir: &Path, clip: &Path, more: &str) -> (Vec<Value>, Vec<Observation>, PathBuf) {
    let text = format!(
        "version = 1\nid = \"street\"\nname = \"Campus\"\nframe_size = [768, 576]\n{more}\n\
         [[zones]]\nname = \"lines\"\npolygon = [[640,60],[735,55],[740,105],[645,110]]\n\
         [[rules]]\nkind = \"illegal_parking\"\nzone = \"lines\"\ndwell_seconds = 10\n"
    );
    work(dir, clip, &text)
}

/// Works through a clip with the camera "street" and judges the record again.
fn work(dir: &Path, clip: &Path, text: &str) -> (Vec<Value>, Vec<Observation>, PathBuf) {
    let camera = dir.join("camera.toml");
    std::fs::write(&camera, text).unwrap();
    let data = dir.join("data");
    let mut batch = streetward();
    batch.args(["batch", "--start-time", "2026-08-15T09:00:00+07:00", "--camera"]).arg(&camera);
    batch.arg("--data").arg(&data).arg(clip).assert().success();
    let out =
        streetward().args(["events", "list", "--format", "jsonl", "--data"]).arg(&data).assert();
    let text = String::from_utf8(out.success().get_output().stdout.clone()).unwrap();
    let events: Vec<Value> = text.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let records = records_of(&data, "street").unwrap();
    let observations = records
        .iter()
        .flat_map(|r| ObservationReader::open(r).unwrap().map(Result::unwrap))
        .collect();
    let out = streetward()
        .args(["replay", "--format", "jsonl", "--data"])
        .arg(&data)
        .arg("--camera")
        .arg(&camera)
        .assert()
        .success();
    let again = String::from_utf8(out.get_output().stdout.clone()).unwrap();
    assert_eq!(again.matches("\"kept\"").count(), events.len(), "{again}");
    (events, observations, data)
}

fn vans(observations: &[Observation]) -> BTreeSet<TrackId> {
    let all = observations.iter().flat_map(|o| &o.tracks);
    let on_place = all.filter(|s| s.class.family() == Family::Vehicle && s.bbox.iou(&VAN) > 0.35);
    on_place.map(|s| s.id).collect()
}

#[test]
fn a_shaking_camera_sees_one_parked_van_and_marks_it_where_it_is() {
    let dir = TempDir::new().unwrap();
    // Rotating about the middle moves nothing out of the picture's frame: the pad is mirrored.
    let sway = "[0:v]scale=1536:-1,pad=1632:1248:48:48:color=gray,fillborders=48:48:48:48:mirror,\
                crop=w=1536:h=1152:x='48+30*sin(2*PI*0.4*t)':y='48+24*sin(2*PI*0.9*t)':exact=1,\
                scale=768:576:flags=area";
    let clip = campus(dir.path(), 24, sway);
    let (events, observations, data) = worked(dir.path(), &clip, "");
    let shaken = observations.iter().filter(|o| matches!(o.view, View::Shaken(_))).count();
    assert!(shaken * 3 > observations.len() * 2, "{shaken} of {} shaken", observations.len());
    assert_eq!(vans(&observations).len(), 1);
    let [event] = &events[..] else { panic!("{events:#?}") };
    let folder = data.join(event["evidence"].as_str().unwrap());
    let record: Value =
        serde_json::from_slice(&std::fs::read(folder.join("event.json")).unwrap()).unwrap();
    let Some(shift) = record["view_moment"]["shaken"].as_array() else { panic!("{record:#}") };
    let moved = shift[2].as_f64().unwrap().hypot(shift[3].as_f64().unwrap());
    // The mark is red where the van is in this very picture, and not where it is on average.
    let marked = image::open(folder.join("moment-marked.jpg")).unwrap().to_rgb8();
    let subject = &record["subjects"][0]["box_moment"];
    let at = |i: usize| subject[i].as_f64().unwrap();
    let (left, middle) = (at(0) - shift[2].as_f64().unwrap(), f64::midpoint(at(1), at(3)));
    let y = middle - shift[3].as_f64().unwrap();
    let red = |x: f64| {
        (-1..=1).any(|dx| {
            let p = marked.get_pixel((x.round() as i32 + dx) as u32, y.round() as u32).0;
            p[0] > 170 && p[1] < 110 && p[2] < 110
        })
    };
    assert!(red(left), "no mark at {left} {y}");
    assert!(moved < 6.0 || !red(at(0)), "marked at {} as well", at(0));
}

#[test]
fn what_hides_a_van_for_twenty_seconds_does_not_make_it_another() {
    let dir = TempDir::new().unwrap();
    // Something opaque slides before it, stands there from 9 to 29 s, and slides on.
    let hide = "color=c=0x707470:s=190x130:r=10,noise=alls=12:all_seed=3:allf=t[lorry];\
                [0:v][lorry]overlay=x='if(lt(t,9),590-(9-t)*150,if(lt(t,29),590,590+(t-29)*60))':\
                y=10:shortest=1";
    let clip = campus(dir.path(), 42, hide);
    let (events, observations, _) = worked(dir.path(), &clip, "");
    let seen = |from: f64, to: f64| {
        observations
            .iter()
            .filter(|o| (from..to).contains(&o.time.seconds()))
            .filter(|o| o.tracks.iter().any(|s| s.seen() && s.bbox.iou(&VAN) > 0.35))
            .count()
    };
    assert!(seen(2.0, 8.0) >= 15 && seen(34.0, 42.0) >= 15, "seen before and after");
    assert_eq!(seen(11.5, 28.5), 0, "hidden");
    assert_eq!(vans(&observations).len(), 1);
    assert_eq!(events.len(), 1, "{events:#?}");
}

/// A clip that is not part of the project, where its folder lies beside or above the repository.
fn shared(clip: &str) -> Option<PathBuf> {
    let found =
        root().ancestors().map(|a| a.join("shared/data/clips").join(clip)).find(|p| p.exists());
    if found.is_none() {
        eprintln!("skipped: shared/data/clips/{clip} is not there");
    }
    found
}

#[test]
fn a_cyclist_in_a_junction_is_a_rider_and_no_pedestrian() {
    let Some(clip) = shared("otvision/Cars-Cyclist.mp4") else { return };
    let camera = |rule: &str| {
        format!(
            "version = 1\nid = \"street\"\nname = \"Junction\"\nframe_size = [800, 600]\n\
             [detector]\nmodel = \"nanodet-g\"\n[attention]\nmode = \"every_frame\"\n\
             [[zones]]\nname = \"road\"\npolygon = [[100,170],[800,170],[800,600],[0,600],[0,300]]\n\
             [[rules]]\nkind = \"jaywalking\"\nzone = \"road\"\n{rule}"
        )
    };
    let dir = TempDir::new().unwrap();
    let (events, observations, _) = work(dir.path(), &clip, &camera(""));
    assert_eq!(events.len(), 0, "{events:#?}");
    let riders: BTreeSet<_> = observations
        .iter()
        .flat_map(|o| &o.tracks)
        .filter(|s| matches!(s.riding, Riding::On(Some(_))))
        .map(|s| s.id)
        .collect();
    assert_eq!(riders.len(), 1);
    let dir = TempDir::new().unwrap();
    let (events, ..) = work(dir.path(), &clip, &camera("riders = true\n"));
    assert_eq!(events.len(), 1, "{events:#?}");
}

/// Cyclists whose bicycles are a dozen pixels wide: looked at closely, they are riders. Two people
/// are on the roadway on foot: one walks across it, one runs along its edge with a backpack.
#[test]
fn far_cyclists_do_not_jaywalk_and_who_walks_and_who_runs_there_do() {
    let Some(clip) = shared("roxa/crosswalk.mp4") else { return };
    let text = "version = 1\nid = \"street\"\nname = \"Crosswalk\"\nframe_size = [640, 352]\n\
                [[zones]]\nname = \"midblock\"\n\
                polygon = [[95,150],[150,138],[345,158],[345,195],[110,175]]\n\
                [[rules]]\nkind = \"jaywalking\"\nzone = \"midblock\"\n";
    let dir = TempDir::new().unwrap();
    let (events, ..) = work(dir.path(), &clip, text);
    let starts: Vec<f64> =
        events.iter().map(|e| e["start_media_seconds"].as_f64().unwrap()).collect();
    let [walks, runs] = starts[..] else { panic!("{events:#?}") };
    assert!(walks < 1.0 && (4.0..6.0).contains(&runs), "{starts:?}");
}

#[test]
fn traffic_from_the_side_under_a_visible_red_runs_no_red_light() {
    let Some(clip) = shared("roxa/crosswalk.mp4") else { return };
    let camera = "version = 1\nid = \"street\"\nname = \"Crossing\"\nframe_size = [640, 352]\n\
         [detector]\nmodel = \"nanodet-g\"\n[attention]\nmode = \"every_frame\"\n\
         [[signals]]\nname = \"main\"\nbox = [111, 67, 141, 82]\n\
         lamps = { red = [113, 68, 126, 80] }\n\
         [[lines]]\nname = \"stop\"\npoints = [[425, 296], [640, 257]]\ntoward = [300, 200]\n\
         [[rules]]\nkind = \"red_light\"\nline = \"stop\"\nsignal = \"main\"\n";
    let dir = TempDir::new().unwrap();
    let (events, observations, _) = work(dir.path(), &clip, camera);
    assert_eq!(events.len(), 0, "{events:#?}");
    let red = observations.iter().filter(|o| o.signal("main") == SignalState::Red).count();
    assert!(red * 10 > observations.len() * 9, "{red} of {}", observations.len());
    let cars = |o: &&Observation| o.tracks.iter().any(|t| t.class.family() == Family::Vehicle);
    assert!(observations.iter().filter(cars).count() > 20, "there is traffic");
}
