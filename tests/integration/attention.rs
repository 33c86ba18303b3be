//! Where the pipeline looks, and that nothing is lost by looking less.

use crate::support::{fetched, ffmpeg, root};
use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Duration;
use streetward::config::{self, Camera};
use streetward::media::{Frame, MediaTime, OpenOptions, Source, WallTime, YuvMatrix};
use streetward::pipeline::{Job, Run, Stats, capacity};
use streetward::scene::Observation;
use streetward::store::{ObservationReader, Store};
use streetward::vision::attention::{AttentionSpec, Gaze, Glance, Known, Memory, Mode, Plan};
use streetward::vision::{BBox, Detection, Detector, Look, Model, Places, Region, Shelf};
use tempfile::TempDir;

const SIZE: (u32, u32) = (640, 480);

/// A grey picture with a darker box, plus noise of a few levels that differs from frame to frame.
fn picture(n: u64, light: f32, noise: u64, dark: Option<BBox>) -> Frame {
    let mut seed = n.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut luma = Vec::with_capacity((SIZE.0 * SIZE.1) as usize);
    for y in 0..SIZE.1 {
        for x in 0..SIZE.0 {
            // Xorshift (Marsaglia, 2003).
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let texture = ((x / 16 + y / 16) % 2) as f32 * 20.0;
            let (cx, cy) = (x as f32 + 0.5, y as f32 + 0.5);
            let inside = dark.is_some_and(|b| cx > b.x1 && cx < b.x2 && cy > b.y1 && cy < b.y2);
            let level = if inside { 40.0 } else { 100.0 + texture } + light;
            let jitter = (seed % (2 * noise + 1)) as f32 - noise as f32;
            luma.push((level + jitter).clamp(0.0, 255.0) as u8);
        }
    }
    let chroma = vec![128; (SIZE.0 * SIZE.1 / 4) as usize];
    let (time, wall) =
        (MediaTime::from_seconds(n as f64 / 10.0), WallTime(jiff::Timestamp::UNIX_EPOCH));
    let matrix = YuvMatrix { bt709: false, full_range: true };
    Frame::from_planes(n, time, wall, SIZE, [&luma, &chroma, &chroma], matrix).unwrap()
}

fn gaze(spec: AttentionSpec) -> Gaze {
    Gaze::new(spec, 640, 32, None)
}

/// The times, in seconds, and regions of the looks at a series of frames in which nothing is found.
fn looks(frames: impl Iterator<Item = Frame>) -> Vec<(f64, Vec<Region>)> {
    let mut gaze = gaze(AttentionSpec::default());
    let mut looks = Vec::new();
    let mut told = 0;
    for (n, frame) in frames.enumerate() {
        if n >= told + capacity::INTERESTS.capacity {
            gaze.learn(Known::default());
            told += 1;
        }
        if let Plan::Look(glances, _) = gaze.plan(&frame) {
            looks.push((frame.time.seconds(), glances.iter().map(|g| g.region).collect()));
        }
    }
    looks
}

#[test]
fn a_camera_at_rest_is_looked_at_ever_more_rarely_but_never_forgotten() {
    let times: Vec<f64> =
        looks((0..600).map(|n| picture(n, 0.0, 3, None))).iter().map(|l| l.0).collect();
    assert!(times.len() <= 10, "{times:?}");
    let gaps: Vec<f64> = times.windows(2).map(|w| w[1] - w[0]).collect();
    assert!(gaps.iter().all(|g| *g <= AttentionSpec::default().rest_seconds + 0.11), "{gaps:?}");
    assert!(times.last().unwrap() + 10.2 >= 60.0, "{times:?}");
}

#[test]
fn noise_flicker_and_slow_light_wake_nobody() {
    // Sensor noise of ±12, the light falling by a third within a minute, lamps that flicker.
    let flicker = |n: u64| if n.is_multiple_of(2) { 4.0 } else { 0.0 };
    let frames = (0..600).map(|n| picture(n, flicker(n) - 40.0 * n as f32 / 600.0, 12, None));
    let times: Vec<f64> = looks(frames).iter().map(|l| l.0).collect();
    assert!(times.len() <= 10, "{times:?}");
}

#[test]
fn a_screen_that_flashes_for_ever_stops_waking_it() {
    let frames = (0..600_u64).map(|n| {
        let lit = (n / 3).is_multiple_of(2);
        picture(n, 0.0, 2, lit.then_some(BBox { x1: 300.0, y1: 100.0, x2: 380.0, y2: 150.0 }))
    });
    let times: Vec<f64> = looks(frames).iter().map(|l| l.0).collect();
    let (first, last) =
        (times.iter().filter(|t| **t < 20.0).count(), times.iter().filter(|t| **t >= 40.0).count());
    // It flashes 67 times in the last twenty seconds, and most of that no longer wakes it.
    assert!(
        first > 10 && last < first && 4 * last < 67,
        "{first} in the first third, {last} in the last"
    );
}

#[test]
fn a_slowly_creeping_object_is_not_missed() {
    // Two pixels a second: no two frames differ by more than noise.
    let at = |n: u64| {
        let x = 100.0 + n as f32 * 0.2;
        BBox { x1: x, y1: 200.0, x2: x + 40.0, y2: 280.0 }
    };
    let looks = looks((0..600).map(|n| picture(n, 0.0, 3, Some(at(n)))));
    let mut seen = 100.0;
    for (time, regions) in &looks {
        let now = at((time * 10.0).round() as u64);
        let whole = |r: &Region| {
            (r.x as f32) < now.x1
                && (r.x + r.width) as f32 > now.x2
                && (r.y as f32) < now.y1
                && (r.y + r.height) as f32 > now.y2
        };
        if regions.iter().any(whole) {
            assert!(now.x1 - seen < 8.0, "it crept {} pixels unseen", now.x1 - seen);
            seen = now.x1;
        }
    }
    assert!(at(599).x1 - seen < 8.0, "last seen at {seen}");
    assert!(looks.len() < 100, "{} looks at something that hardly moves", looks.len());
}

#[test]
fn compression_and_sensor_noise_wake_nobody() {
    let dir = TempDir::new().unwrap();
    let (still, clip) = (dir.path().join("still.png"), dir.path().join("quiet.mp4"));
    let vtest = fetched("clips/vtest.avi");
    ffmpeg(&["-i", vtest.to_str().unwrap(), "-frames:v", "1"], &still);
    // Key frames every two seconds, coarse ones, so that the picture pumps.
    let shown = "-loop 1 -framerate 10 -t 30 -i".split(' ');
    let coded =
        "-vf noise=alls=8:allf=t,format=yuv420p -c:v libx264 -preset veryfast -crf 36 -g 20";
    let args: Vec<&str> = shown.chain([still.to_str().unwrap()]).chain(coded.split(' ')).collect();
    ffmpeg(&args, &clip);
    let mut source = Source::open(&clip, OpenOptions::default()).unwrap();
    let looks = looks(std::iter::from_fn(|| source.next_frame().unwrap()));
    assert!(looks.len() <= 7, "{:?}", looks.iter().map(|l| l.0).collect::<Vec<_>>());
}

fn model() -> Arc<Model> {
    fetched("models/nanodet-g.onnx");
    Arc::new(Model::load(&Shelf::open(Places::default()).unwrap(), None).unwrap())
}

/// What attention shows of each of the first frames of a clip, told of itself with the pipeline's
/// lag, and the pixels of input that took.
fn shown(
    clip: &Path,
    frames: usize,
    side: usize,
    spec: AttentionSpec,
) -> (Vec<Vec<Detection>>, u64) {
    let mut detector = Detector::new(model()).unwrap();
    let mut source = Source::open(clip, OpenOptions::default()).unwrap();
    let mut gaze = Gaze::new(spec, side, 32, None);
    let (mut memory, mut pixels) = (Memory::default(), 0);
    let (mut shown, mut told) = (Vec::new(), VecDeque::new());
    let look = Look { long_side: side, min_score: 0.2 };
    while let Some(frame) = source.next_frame().unwrap().filter(|_| shown.len() < frames) {
        if spec.mode != Mode::EveryFrame && told.len() >= capacity::INTERESTS.capacity {
            gaze.learn(told.pop_front().unwrap());
        }
        match gaze.plan(&frame) {
            Plan::Look(glances, changed) => {
                pixels += glances.iter().map(Glance::pixels).sum::<u64>();
                let mut looks = Vec::new();
                for glance in glances {
                    detector.begin(glance.input.0, glance.input.1);
                    detector.add(&frame, glance.region);
                    looks.push((glance, detector.infer(look).unwrap()));
                }
                memory.update(
                    frame.time.seconds(),
                    &looks,
                    &changed,
                    (frame.width(), frame.height()),
                );
            }
            Plan::Rest => memory.still(),
            Plan::Defer | Plan::Pass => {
                shown.push(memory.shown().collect());
                continue;
            }
        }
        told.push_back(Known { items: memory.items().to_vec(), ..Known::default() });
        shown.push(memory.shown().collect());
    }
    (shown, pixels)
}

/// People found, each once, among those there are.
fn found(shown: &[Vec<Detection>], truth: &[Vec<BBox>]) -> (usize, usize) {
    let (mut hits, mut all) = (0, 0);
    for (seen, there) in shown.iter().zip(truth) {
        let mut free: Vec<&Detection> = seen.iter().filter(|d| d.score >= 0.45).collect();
        for b in there {
            let best = free
                .iter()
                .enumerate()
                .max_by(|x, y| x.1.bbox.iou(b).total_cmp(&y.1.bbox.iou(b)))
                .filter(|(_, d)| d.bbox.iou(b) >= 0.5)
                .map(|(i, _)| i);
            hits += usize::from(best.is_some());
            if let Some(i) = best {
                free.remove(i);
            }
        }
        all += there.len();
    }
    (hits, all)
}

/// The shared folder beside the repository, or beside a worktree of it.
fn shared() -> Option<PathBuf> {
    let given = std::env::var_os("STREETWARD_SHARED").map(PathBuf::from);
    let near = ["../shared", "../../shared"].map(|p| root().join(p));
    given.into_iter().chain(near).find(|p| p.join("data/tracking").is_dir())
}

/// MOT15's PETS09-S2L1, whose first 60 frames are vtest.avi's.
fn people() -> Option<Vec<Vec<BBox>>> {
    let file = shared()?.join("data/tracking/mot15/PETS09-S2L1/gt/gt.txt");
    let mut truth = vec![Vec::new(); 60];
    for line in std::fs::read_to_string(file).ok()?.lines() {
        let v: Vec<f32> = line.split(',').map(|v| v.trim().parse().unwrap()).collect();
        if let Some(frame) = truth.get_mut(v[0] as usize - 1) {
            frame.push(BBox { x1: v[2], y1: v[3], x2: v[2] + v[4], y2: v[3] + v[5] });
        }
    }
    Some(truth)
}

#[test]
fn half_the_picture_with_regions_finds_most_of_what_halving_loses() {
    let Some(truth) = people() else {
        eprintln!("skipped: no ground truth (shared/data/tracking) beside the repository");
        return;
    };
    let clip = fetched("clips/vtest.avi");
    let (full, full_pixels) = shown(&clip, 60, 768, AttentionSpec::OFF);
    let (half, half_pixels) = shown(&clip, 60, 384, AttentionSpec::OFF);
    let regions = AttentionSpec { detail_long_side: Some(768), ..AttentionSpec::default() };
    let (attended, pixels) = shown(&clip, 60, 384, regions);
    let ((full, all), (half, _), (won, _)) =
        (found(&full, &truth), found(&half, &truth), found(&attended, &truth));
    let cost = pixels as f64 / half_pixels as f64;
    let told = format!(
        "of {all}: full {full} ({full_pixels} px), half {half}, regions {won} at {cost:.2} of half"
    );
    eprintln!("{told}");
    assert!(full > half, "{told}");
    assert!(2 * (won as i64 - half as i64) >= full as i64 - half as i64, "{told}");
    assert!(cost < 2.0, "{told}");
}

#[test]
fn a_small_walker_is_found_again_by_a_closer_look() {
    // The picture shrunk to a third in a grey field: people are 25 pixels high.
    let dir = TempDir::new().unwrap();
    let clip = dir.path().join("small.mp4");
    let vtest = fetched("clips/vtest.avi");
    let small = "scale=256:192,pad=768:576:256:192:color=gray";
    ffmpeg(
        &["-i", vtest.to_str().unwrap(), "-t", "3", "-vf", small, "-c:v", "libx264", "-crf", "16"],
        &clip,
    );
    let people = |shown: &[Vec<Detection>]| -> usize {
        shown.iter().map(|f| f.iter().filter(|d| d.score >= 0.45).count()).sum()
    };
    let (coarse, coarse_pixels) = shown(&clip, 30, 384, AttentionSpec::OFF);
    let spec = AttentionSpec { detail_long_side: Some(1280), ..AttentionSpec::default() };
    let (close, pixels) = shown(&clip, 30, 384, spec);
    let (full, full_pixels) = shown(&clip, 30, 1280, AttentionSpec::OFF);
    let told = format!(
        "boxes: {} coarse, {} with regions, {} full; pixels {coarse_pixels}, {pixels}, {full_pixels}",
        people(&coarse),
        people(&close),
        people(&full)
    );
    eprintln!("{told}");
    assert!(people(&close) > 2 * people(&coarse) + 10, "{told}");
    assert!(2 * pixels < full_pixels, "{told}");
}

fn camera() -> Camera {
    config::load_camera(&root().join("fixtures/cameras/vtest.toml")).unwrap()
}

/// The first seconds of vtest.avi, as they are.
fn head(dir: &Path, seconds: &str) -> PathBuf {
    let clip = dir.join("head.avi");
    let vtest = fetched("clips/vtest.avi");
    ffmpeg(&["-i", vtest.to_str().unwrap(), "-t", seconds, "-c", "copy"], &clip);
    clip
}

/// Works through a clip and gives its observations.
fn observed(clip: &Path, workers: usize, attention: bool) -> Vec<Observation> {
    let data = TempDir::new().unwrap();
    let store = Store::open(data.path()).unwrap();
    let run = Run {
        model: model(),
        workers,
        at_once: 1,
        attention,
        keep: Some((&store, data.path())),
        stop: Arc::default(),
        stats: Arc::new(Stats::default()),
    };
    let job =
        Job { camera: Arc::new(camera()), path: clip.to_owned(), start_time: None, boxes: None };
    let report = run.work(vec![job], |_| {}).unwrap();
    assert!(report.jobs[0].failures().is_empty(), "{:?}", report.jobs[0].failures());
    let mut files = Vec::new();
    let mut folders = vec![data.path().join("observations")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    assert_eq!(files.len(), 1, "{files:?}");
    ObservationReader::open(&files[0]).unwrap().map(Result::unwrap).collect()
}

#[test]
fn the_same_footage_is_seen_the_same_way_with_one_worker_and_with_three() {
    let dir = TempDir::new().unwrap();
    let clip = head(dir.path(), "6");
    let one = observed(&clip, 1, true);
    assert!(one.len() > 50 && one.iter().any(|o| o.tracks.len() > 2));
    assert_eq!(observed(&clip, 3, true), one);
}

#[test]
fn a_parked_van_stays_one_track_while_people_walk() {
    let dir = TempDir::new().unwrap();
    let van = BBox { x1: 652.0, y1: 45.0, x2: 724.0, y2: 101.0 };
    let seen = observed(&head(dir.path(), "15"), 2, true);
    let on_it: Vec<_> =
        seen.iter().filter_map(|o| o.tracks.iter().find(|t| t.bbox.iou(&van) >= 0.5)).collect();
    let ids: BTreeSet<_> = on_it.iter().map(|t| t.id).collect();
    assert_eq!(ids.len(), 1, "{ids:?}");
    assert!(on_it.len() * 10 >= seen.len() * 9, "seen in {} of {}", on_it.len(), seen.len());
}

#[test]
fn a_run_stopped_in_its_middle_ends() {
    let run = Run {
        model: model(),
        workers: 2,
        at_once: 2,
        attention: true,
        keep: None,
        stop: Arc::default(),
        stats: Arc::new(Stats::default()),
    };
    let job = || Job {
        camera: Arc::new(camera()),
        path: fetched("clips/vtest.avi"),
        start_time: None,
        boxes: None,
    };
    let (done, ended) = crossbeam::channel::bounded(1);
    std::thread::scope(|scope| {
        let (run, stop) = (&run, Arc::clone(&run.stop));
        scope.spawn(move || {
            let report = run.work(vec![job(), job()], |watch| {
                if watch.progress.iter().all(|p| p.looked.load(Relaxed) >= 20) {
                    stop.store(true, Relaxed);
                }
            });
            done.send(report.map(|r| r.jobs.len())).unwrap();
        });
        // Long beyond what it takes: a circle that jams would never end.
        let Ok(jobs) = ended.recv_timeout(Duration::from_mins(4)) else {
            eprintln!("the run does not end after it was stopped");
            std::process::abort();
        };
        assert_eq!(jobs.unwrap(), 2);
    });
    assert!(run.stop.load(Relaxed), "it ended by itself before it was stopped");
}
