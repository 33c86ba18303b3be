//! The worker pool: each worker owns a session and serves every camera.

use super::live::Post;
use super::stats::{Stage, Stats};
use super::task::{Looked, Seen, Sight, Task};
use crate::media::{Frame, MediaTime, WallTime, YuvMatrix};
use crate::vision::attention::Glance;
use crate::vision::{Detection, Detector, Look, Region, VisionError};
use crossbeam::channel::Receiver;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Tasks of several cameras share a run while they are no larger than this together, in pixels of
/// input: measured with NanoDet on one thread, four pictures of 192×192 to 224×224 at once take 5 to
/// 15 % less than one by one, larger ones nothing.
const SHARED_PIXELS: u64 = 4 * 224 * 224;

/// Works until the tasks end. Where runs may be `shared`, small tasks that wait anyway are taken
/// together; no task is ever waited for. A worker whose `post` was given up ends.
pub(super) fn work(
    mut detector: Detector,
    tasks: &Receiver<Task>,
    stats: &Stats,
    shared: bool,
    post: Option<&Post>,
) {
    let mut batch: Vec<Task> = Vec::new();
    let mut answers = Vec::new();
    while let Ok(first) = tasks.recv() {
        batch.push(first);
        while shared && pixels(&batch) <= SHARED_PIXELS / 2 {
            let Ok(next) = tasks.try_recv() else { break };
            batch.push(next);
        }
        if let Some(post) = post {
            post.begin(&mut batch);
        }
        if batch.len() > 1
            && let Ok(found) = guarded(&mut detector, &mut batch, stats)
        {
            answers.extend(batch.drain(..).zip(found).map(|(task, found)| (task, Ok(found))));
        }
        // Where one of them spoilt it for the others, each by itself.
        for mut task in batch.drain(..) {
            let alone = guarded(&mut detector, std::slice::from_mut(&mut task), stats);
            answers.push((task, alone.map(|mut lists| lists.pop().unwrap_or_default())));
        }
        if post.is_some_and(|post| !post.end()) {
            return;
        }
        answers.drain(..).for_each(|(task, found)| reply(task, found));
    }
}

/// What each region of each task shows.
type Found = Vec<Vec<Vec<Detection>>>;

/// Looks; a worker that died would leave its job waiting for ever, and the others without it.
fn guarded(
    detector: &mut Detector,
    batch: &mut [Task],
    stats: &Stats,
) -> Result<Found, VisionError> {
    catch_unwind(AssertUnwindSafe(|| look_at(detector, batch, stats)))
        .unwrap_or(Err(VisionError::Panicked))
}

/// One run for each size of input among the tasks.
fn look_at(
    detector: &mut Detector,
    batch: &mut [Task],
    stats: &Stats,
) -> Result<Found, VisionError> {
    let mut found: Found = batch.iter().map(|t| vec![Vec::new(); t.glances.len()]).collect();
    let mut sizes: Vec<(usize, usize)> = Vec::new();
    for glance in batch.iter().flat_map(|t| &t.glances) {
        if !sizes.contains(&glance.input) {
            sizes.push(glance.input);
        }
    }
    let Some(look) =
        batch.iter().map(|t| t.look).min_by(|a, b| a.min_score.total_cmp(&b.min_score))
    else {
        return Ok(found);
    };
    let last = sizes.last().copied();
    for size in sizes {
        stats.measure(Stage::Preprocess, || {
            detector.begin(size.0, size.1);
            for task in &*batch {
                let Some(frame) = &task.frame else { continue };
                for glance in task.glances.iter().filter(|g| g.input == size) {
                    detector.add(frame, glance.region);
                }
            }
        });
        if let ([task], true) = (&mut *batch, last == Some(size)) {
            // The picture is in the tensor; give it back to the decoder before the long part.
            task.frame = None;
        }
        let mut lists = stats.measure(Stage::Infer, || detector.infer_batch(look))?.into_iter();
        for (task, found) in batch.iter().zip(&mut found) {
            let mine = task.glances.iter().zip(found).filter(|(g, _)| g.input == size);
            for ((_, into), mut list) in mine.zip(&mut lists) {
                list.retain(|d| d.score >= task.look.min_score);
                *into = list;
            }
        }
    }
    Ok(found)
}

fn reply(task: Task, found: Result<Vec<Vec<Detection>>, VisionError>) {
    let Task { sequence, time, wall, size, glances, changed, view, surroundings, reply, .. } = task;
    let sight = found.map(|found| {
        Sight::Looked(Looked { looks: glances.into_iter().zip(found).collect(), changed, size })
    });
    // A job that has gone away no longer wants its answer.
    let _ = reply.send(Seen { sequence, time, wall, view, surroundings, sight });
}

fn pixels(batch: &[Task]) -> u64 {
    batch.iter().flat_map(|t| &t.glances).map(Glance::pixels).sum()
}

/// Side of the pictures that sharing is tried with, in pixels.
const PROBE: u32 = 128;

/// Whether pictures of one batch show, bit by bit, what each shows alone. Who shares a run depends
/// on who waits; where that could change what is seen, nobody shares.
pub(super) fn may_share(detector: &mut Detector) -> bool {
    let (area, quarter) = ((4 * PROBE * PROBE) as usize, (PROBE * PROBE) as usize);
    // Any pattern will do that is not the same everywhere (multiplicative congruential noise).
    let noise: Vec<u8> = (1..=area as u64).map(|i| (i * 48_271 % 65_521 % 251) as u8).collect();
    let planes = [&noise[..], &noise[..quarter], &noise[quarter..2 * quarter]];
    let matrix = YuvMatrix { bt709: false, full_range: true };
    let (size, wall) = ((2 * PROBE, 2 * PROBE), WallTime(jiff::Timestamp::UNIX_EPOCH));
    let Ok(frame) = Frame::from_planes(0, MediaTime::ZERO, wall, size, planes, matrix) else {
        return false;
    };
    let side = PROBE as usize;
    let regions = [(0, 0), (PROBE, PROBE), (PROBE, 0)].map(|(x, y)| Region {
        x,
        y,
        width: PROBE,
        height: PROBE,
    });
    let mut seen = |regions: &[Region]| {
        detector.begin(side, side);
        for &region in regions {
            detector.add(&frame, region);
        }
        detector.infer_batch(Look { long_side: side, min_score: 0.0 })
    };
    let Ok(together) = seen(&regions) else { return false };
    regions
        .iter()
        .zip(&together)
        .all(|(&r, shared)| seen(&[r]).is_ok_and(|alone| alone.first() == Some(shared)))
}
