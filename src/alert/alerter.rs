//! Makes letters of news, one for each sink that wants it.

use super::message::Message;
use crate::config::{SinkConfig, Target, Wants};
use crate::media::WallTime;
use crate::scene::{CameraState, Reason, StateChange};
use crate::store::{EventRecord, Letter, Store, StoreError, word};
use sha2::{Digest, Sha256};

/// What there is to tell.
#[derive(Debug, Clone, Copy)]
pub enum News<'a> {
    /// An incident opened.
    Opened(&'a EventRecord),
    /// An incident told of is over, and its evidence sealed.
    Closed(&'a EventRecord),
    /// A camera's state changed: the camera's id and name, and the change.
    State(&'a str, &'a str, &'a StateChange),
}

/// Makes letters of news, one for each sink that wants it.
#[derive(Debug, Clone, Default)]
pub struct Alerter {
    sinks: Vec<Wish>,
}

#[derive(Debug, Clone)]
struct Wish {
    sink: String,
    wants: Wants,
    /// Told of every state, recovered or not: it shows the present one.
    shows_state: bool,
}

impl Alerter {
    /// For these sinks.
    pub fn new(sinks: &[SinkConfig]) -> Self {
        let wish = |s: &SinkConfig| Wish {
            sink: s.name.clone(),
            wants: s.wants.clone(),
            shows_state: matches!(s.target, Target::Mqtt(_)),
        };
        Self { sinks: sinks.iter().map(wish).collect() }
    }

    /// Gives up what waits for sinks that the site file no longer names. For the start of a service,
    /// and after its site file has changed. Gives how many.
    ///
    /// # Errors
    /// What is wrong with the store.
    pub fn abandon_strangers(&self, store: &Store, now: WallTime) -> Result<u64, StoreError> {
        let sinks: Vec<&str> = self.sinks.iter().map(|wish| wish.sink.as_str()).collect();
        let why = "the site file names no such alerts any more";
        let given_up = store.abandon_letters(&sinks, now, why)?;
        if given_up > 0 {
            tracing::warn!("{given_up} alerts were given up: {why}; see `streetward alerts dead`");
        }
        Ok(given_up)
    }

    /// The letters that tell of `news`; none where no sink wants it.
    pub fn letters(&self, news: News<'_>) -> Vec<Letter> {
        let wishing: Vec<&Wish> = self.sinks.iter().filter(|s| s.wants_it(news)).collect();
        if wishing.is_empty() {
            return Vec::new();
        }
        let (subject, phase, at, message) = match news {
            News::Opened(e) => {
                let message = Message::Opened { event: Box::new(e.clone()) };
                (&*e.id, "opened".to_owned(), e.moment_utc, message)
            }
            News::Closed(e) => {
                let message = Message::Closed { event: Box::new(e.clone()) };
                (&*e.id, "closed".to_owned(), e.end_utc, message)
            }
            News::State(camera, name, change) => {
                let phase = format!("{} {}", word(&change.state), change.at.0.as_microsecond());
                let message = Message::Camera {
                    camera: camera.to_owned(),
                    name: name.to_owned(),
                    change: change.clone(),
                };
                (camera, phase, change.at, message)
            }
        };
        // Of plain fields alone, so it cannot fail.
        let Ok(body) = serde_json::to_string(&message) else { return Vec::new() };
        let seeing = matches!(news, News::State(_, _, c) if c.state == CameraState::Seeing);
        wishing
            .into_iter()
            .map(|wish| Letter {
                key: key(&wish.sink, subject, &phase),
                sink: wish.sink.clone(),
                subject: subject.to_owned(),
                at,
                body: body.clone(),
                recovery: seeing && !wish.shows_state,
            })
            .collect()
    }
}

impl Wish {
    fn wants_it(&self, news: News<'_>) -> bool {
        let w = &self.wants;
        match news {
            News::Opened(e) | News::Closed(e) => {
                among(w.kinds.as_ref(), &e.kind)
                    && among(w.domains.as_ref(), &e.domain)
                    && among(w.severities.as_ref(), &e.severity)
                    && among(w.cameras.as_ref(), &e.camera)
                    && w.wards
                        .as_ref()
                        .is_none_or(|wards| e.ward.as_ref().is_some_and(|w| wards.contains(w)))
            }
            News::State(camera, _, change) => {
                let state = match &w.camera_states {
                    Some(states) => states.contains(&change.state),
                    None => self.shows_state || change.state != CameraState::Degraded,
                };
                state
                    && among(w.cameras.as_ref(), &camera.to_owned())
                    && (self.shows_state || !is_ours(&change.reasons))
            }
        }
    }
}

/// Whether the camera is offline only because the service begins or stopped: no trouble of its own.
fn is_ours(reasons: &[Reason]) -> bool {
    !reasons.is_empty()
        && reasons.iter().all(|r| matches!(r, Reason::Starting | Reason::ServiceStopped))
}

fn among<T: PartialEq>(list: Option<&Vec<T>>, one: &T) -> bool {
    list.is_none_or(|list| list.contains(one))
}

/// Names a letter: the same for the same news to the same sink, whenever it is made.
pub(super) fn key(sink: &str, subject: &str, phase: &str) -> String {
    let mut hash = Sha256::new();
    for part in [sink, subject, phase] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hex::encode(&hash.finalize()[..16])
}

/// A letter that tells of nothing, to try a sink with.
pub(super) fn test_letter(sink: &str, at: WallTime) -> Letter {
    Letter {
        key: key(sink, "test", &at.utc_rfc3339()),
        sink: sink.to_owned(),
        subject: "test".to_owned(),
        at,
        body: serde_json::to_string(&Message::Test).unwrap_or_default(),
        recovery: false,
    }
}
