//! What stood before the session, found again; and what stands now, kept for the session to come.
//!
//! A restart ends a session: its clock, its tracks and its evidence. What stands does not mind. While
//! something stands that a rule watches, its place, look and time are kept; after the restart, what
//! stands at such a place and looks like it is said to be the same, in the observation, so that the
//! rule reckons its whole time and the record replays alike. Told of before, it goes on with that
//! event: an update, no second alert. Whatever cannot be told to be the same begins anew.

use crate::config::Camera;
use crate::evidence::{Appearance, EventId};
use crate::media::{MediaTime, PacketRing, TimeSpan, WallTime};
use crate::rules::{IncidentKey, Judge, Resting};
use crate::scene::{CarriedOver, Observation};
use crate::store::{MOST_GAP_SECONDS, SAME_PLACE, StandingState, StoodThing, StoreError};
use crate::track::TrackSight;
use crate::vision::{BBox, View};
use image::RgbImage;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// How often it is kept what stands, seconds; at once where an incident opens or ends.
const KEEP_SECONDS: f64 = 10.0;
/// Standing for less is not kept, seconds: there is little to lose.
const STOOD_SECONDS: f64 = 2.0;
/// Standing for so long, it may be what stood before, seconds.
const FOUND_SECONDS: f64 = 1.0;
/// A look older than this is taken again, seconds: light and shadows move.
const LOOK_SECONDS: f64 = 300.0;
/// From one comparison of looks to the next, seconds; each decodes a picture.
const COMPARE_SECONDS: f64 = 0.5;
/// So many comparisons that say it is another: then it is. Somebody may walk by at the first.
const MOST_COMPARISONS: u32 = 6;

/// A clock set back by more between two sessions says nothing of how long it was, seconds.
const SET_BACK_SECONDS: f64 = 1.0;

/// Whether an event is stored, where the store can tell.
type Known<'a> = &'a (dyn Fn(&str) -> Result<bool, StoreError> + Sync);

/// Something that stood before, not found yet.
struct Sought {
    thing: StoodThing,
    unlike: u32,
}

/// One session's share in what stands through restarts.
pub(super) struct Carrying<'a> {
    data: &'a Path,
    camera: &'a Camera,
    fingerprint: &'a str,
    ring: &'a PacketRing,
    known: Known<'a>,
    /// Raised when another keeps in its place.
    left_behind: &'a AtomicBool,
    sought: Vec<Sought>,
    compared: Option<MediaTime>,
    looks: BTreeMap<IncidentKey, (MediaTime, Appearance)>,
    kept: Option<MediaTime>,
    /// Whether the file may hold something.
    holds: bool,
    /// Keeping failed, and that was said.
    failed: bool,
}

impl<'a> Carrying<'a> {
    /// Of a session of `camera` with that fingerprint. `known`: whether an event is stored;
    /// `left_behind`: raised when another keeps in its place.
    pub(super) fn begin(
        data: &'a Path,
        camera: &'a Camera,
        fingerprint: &'a str,
        ring: &'a PacketRing,
        (known, left_behind): (Known<'a>, &'a AtomicBool),
    ) -> Self {
        let before = StandingState::load(data, &camera.id).unwrap_or_else(|e| {
            tracing::warn!(camera = %camera.id, "{e}; what stands begins anew");
            StandingState::default()
        });
        // What is not known by its look is never known to be the same.
        let looks = before.things.into_iter().filter(|thing| thing.look.is_some());
        let sought = looks.map(|thing| Sought { thing, unlike: 0 });
        Self {
            data,
            camera,
            fingerprint,
            ring,
            known,
            left_behind,
            sought: sought.collect(),
            compared: None,
            looks: BTreeMap::new(),
            kept: None,
            holds: true,
            failed: false,
        }
    }

    /// Says in the observation, not judged yet, which of its tracks stood there before.
    pub(super) fn find_again(&mut self, judge: &Judge, o: &mut Observation) {
        let gap = |seen: WallTime| o.wall.0.duration_since(seen.0).as_secs_f64();
        self.sought.retain(|s| is_near(gap(s.thing.seen)));
        let early = self.compared.is_some_and(|at| o.time.since(at) < COMPARE_SECONDS);
        if self.sought.is_empty() || early {
            return;
        }
        let mut resting = judge.resting();
        resting.retain(|(r, _)| {
            let seen = |t: &TrackSight| t.id == r.track && t.seen();
            let stands = r.clear && r.seen.since(r.since) >= FOUND_SECONDS;
            stands && r.carried.is_none() && o.tracks.iter().any(seen)
        });
        let latest = resting.iter().map(|(r, _)| r.since).max().unwrap_or(o.time);
        let mut picture = None;
        let mut at = 0;
        while at < self.sought.len() {
            let thing = &self.sought[at].thing;
            let Some(found) = likest(thing, &resting) else {
                at += 1;
                continue;
            };
            self.compared = Some(o.time);
            let picture = picture.get_or_insert_with(|| self.picture_since(latest, o.time));
            // A picture that could not be had now may be had later.
            let Some((_, picture)) = picture else { return };
            let look = self.look(picture, &resting[found].0, o.view);
            let alike = |was: &Appearance| look.as_ref().is_some_and(|is| was.is_alike(is));
            if !thing.look.as_ref().is_some_and(alike) {
                self.sought[at].unlike += 1;
                if self.sought[at].unlike >= MOST_COMPARISONS {
                    self.sought.remove(at);
                } else {
                    at += 1;
                }
                continue;
            }
            // Where the store cannot tell now, it may at the next comparison.
            let continues = match self.told_of(thing) {
                Ok(continues) => continues,
                Err(e) => {
                    let id = &self.camera.id;
                    tracing::warn!(camera = %id, "{e}; what stands here is compared again later");
                    return;
                }
            };
            let (resting, _) = resting.swap_remove(found);
            let mut sought = self.sought.remove(at);
            sought.thing.continues = continues;
            tracing::info!(
                camera = %self.camera.id,
                rule = resting.rule,
                unseen_seconds = gap(sought.thing.seen),
                "what stood here before the service was started stands here still"
            );
            let over = carried(&sought.thing, &resting, o);
            o.carried.push(over);
        }
    }

    /// The event that told of it before, if any.
    fn told_of(&self, thing: &StoodThing) -> Result<Option<String>, StoreError> {
        let told = (self.known)(&thing.event)?;
        Ok(if told { Some(thing.event.clone()) } else { thing.continues.clone() })
    }

    /// Keeps what stands, where it is time; `at_once`: an incident opened or ended.
    pub(super) fn keep(&mut self, judge: &Judge, o: &Observation, at_once: bool) {
        let due = self.kept.is_none_or(|kept| o.time.since(kept) >= KEEP_SECONDS);
        if !(due || at_once) {
            return;
        }
        self.kept = Some(o.time);
        let mut resting = judge.resting();
        resting.retain(|(r, _)| r.seen.since(r.since) >= STOOD_SECONDS);
        self.look_at(&resting, o, at_once);
        let things = resting.iter().map(|(r, judged_by)| StoodThing {
            rule: r.rule.clone(),
            judged_by: (*judged_by).to_owned(),
            family: r.family,
            place: r.place,
            since: wall_of(r.since, o),
            seen: r.seen_wall,
            event: EventId::of(&self.camera.id, &r.rule, &r.key, self.fingerprint).to_string(),
            continues: r.carried.as_ref().and_then(|over| over.continues.clone()),
            look: self.looks.get(&r.key).map(|(_, look)| look.clone()),
        });
        // A restart soon after a restart forgets nothing either.
        let sought = self.sought.iter().map(|s| s.thing.clone());
        let state = StandingState::of(things.chain(sought).collect());
        if (state.things.is_empty() && !self.holds) || self.left_behind.load(Relaxed) {
            return;
        }
        match state.save(self.data, &self.camera.id) {
            Ok(()) => {
                self.holds = !state.things.is_empty();
                self.failed = false;
            }
            Err(e) => {
                if !std::mem::replace(&mut self.failed, true) {
                    tracing::warn!(camera = %self.camera.id, "{e}; a restart forgets what stands");
                }
            }
        }
    }

    /// Takes looks at what has none yet, or an old one: in the last keyframe, which costs one
    /// picture; where that is too old and it matters now, in the present one.
    fn look_at(&mut self, resting: &[(Resting, &str)], o: &Observation, now: bool) {
        self.looks.retain(|key, _| resting.iter().any(|(r, _)| r.key == *key));
        for exact in [false, true] {
            let fresh = |(at, _): &(MediaTime, Appearance)| o.time.since(*at) < LOOK_SECONDS;
            let wants = |(r, _): &&(Resting, &str)| {
                r.clear && r.seen == o.time && !self.looks.get(&r.key).is_some_and(fresh)
            };
            let wanted: Vec<&Resting> = resting.iter().filter(wants).map(|(r, _)| r).collect();
            if wanted.is_empty() || (exact && !now) {
                return;
            }
            let Some((at, picture)) = self.picture(o.time, exact) else { return };
            for r in wanted {
                let there = r.carried.as_ref().map_or(r.since, |over| over.found);
                if at >= there
                    && let Some(look) = self.look(&picture, r, o.view)
                {
                    self.looks.insert(r.key.clone(), (o.time, look));
                }
            }
        }
    }

    /// The picture at that time, or the keyframe before it.
    fn picture(&self, at: MediaTime, exact: bool) -> Option<(MediaTime, RgbImage)> {
        let run = self.ring.hold(TimeSpan { from: at, to: at }).take();
        let key = run.span()?.from;
        let frame = run.stills(&[if exact { at } else { key }]).ok()?.pop()?;
        Some((frame.time, frame.to_rgb().ok()?))
    }

    /// The last keyframe, which costs one picture; where it was before `since`, the present one.
    fn picture_since(&self, since: MediaTime, at: MediaTime) -> Option<(MediaTime, RgbImage)> {
        let key = self.picture(at, false)?;
        if key.0 >= since { Some(key) } else { self.picture(at, true) }
    }

    fn look(&self, picture: &RgbImage, r: &Resting, view: View) -> Option<Appearance> {
        let (width, height) = self.camera.scene.frame_size;
        let sx = picture.width() as f32 / width.max(1) as f32;
        let sy = picture.height() as f32 / height.max(1) as f32;
        let there: BBox = view.shift().inverse().apply_box(&r.place);
        Appearance::of(picture, &there.scaled(sx, sy))
    }
}

/// Whether what was seen `gap` seconds ago may be what is seen now.
fn is_near(gap: f64) -> bool {
    (-SET_BACK_SECONDS..=MOST_GAP_SECONDS).contains(&gap)
}

/// What of that stands where `thing` stood, as its rule judges it.
fn likest(thing: &StoodThing, resting: &[(Resting, &str)]) -> Option<usize> {
    let may = |(r, judged_by): &(Resting, &str)| {
        (&r.rule, *judged_by, r.family) == (&thing.rule, &*thing.judged_by, thing.family)
    };
    let overlap = |(r, _): &(Resting, &str)| thing.place.iou(&r.place);
    let found = resting.iter().enumerate().filter(|(_, r)| may(r));
    found
        .map(|(i, r)| (i, overlap(r)))
        .filter(|(_, share)| *share >= SAME_PLACE)
        .max_by(|a, b| a.1.total_cmp(&b.1))
        .map(|(i, _)| i)
}

fn carried(thing: &StoodThing, resting: &Resting, o: &Observation) -> CarriedOver {
    CarriedOver {
        track: resting.track,
        rule: resting.rule.clone(),
        // A clock that was set back a little makes nothing of the past later than now.
        since: media_of(thing.since, o).min(o.time),
        since_wall: thing.since.min(o.wall),
        seen: media_of(thing.seen, o).min(o.time),
        seen_wall: thing.seen.min(o.wall),
        found: resting.began,
        found_wall: wall_of(resting.began, o),
        continues: thing.continues.clone(),
    }
}

/// An instant in the session's time; negative before it.
fn media_of(at: WallTime, o: &Observation) -> MediaTime {
    let ago = o.wall.0.duration_since(at.0).as_micros();
    MediaTime(o.time.0.saturating_sub(i64::try_from(ago).unwrap_or(i64::MAX)))
}

fn wall_of(at: MediaTime, o: &Observation) -> WallTime {
    let ago = jiff::SignedDuration::from_micros(o.time.0.saturating_sub(at.0));
    WallTime(o.wall.0.checked_sub(ago).unwrap_or(o.wall.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vision::View;

    #[test]
    fn what_was_seen_in_the_future_is_not_what_stands_now() {
        assert!(is_near(0.0) && is_near(-0.5) && is_near(MOST_GAP_SECONDS));
        assert!(!is_near(-3600.0) && !is_near(MOST_GAP_SECONDS + 1.0));
        let wall = WallTime("2026-08-15T07:30:00Z".parse().unwrap());
        let o = Observation::new(MediaTime(5_000_000), wall, View::Steady, Vec::new());
        let ahead = WallTime("2026-08-15T07:30:00.5Z".parse().unwrap());
        assert_eq!(media_of(ahead, &o), MediaTime(5_500_000));
        assert_eq!(media_of(ahead, &o).min(o.time), o.time);
    }
}
