//! What is new, as server-sent events (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).
//!
//! One task looks at how far the store has come; every client hears of what its user may see, as long as
//! the session lasts that it came in by. A client that falls behind, or was away for long, is told to
//! load its lists again.

use super::asker::Asker;
use super::desk::Desk;
use super::event_row::EventRow;
use super::extract::Asked;
use super::live_status::live_status;
use super::marks::MarkName;
use super::news::{Item, Place};
use super::refusal::Refusal;
use super::today::Nothing;
use super::turns::Turn;
use crate::review::Permission;
use crate::store::{EventRecord, Store, StoreError, StoreMark, word};
use axum::Extension;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures_util::stream::unfold;
use serde_json::json;
use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, broadcast, watch};
use tokio::time::{Instant, sleep, sleep_until, timeout};

/// Events that are told one by one after an absence.
const MISSED: u32 = 200;
/// How often a client hears that nothing is new.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// How often it is looked whether a client's session lasts.
const CHECKED: Duration = Duration::from_secs(2);
/// How long that may take; a client that cannot be looked after comes again.
const CHECKED_WITHIN: Duration = Duration::from_secs(3);

impl Item {
    /// What became of these events.
    fn of_events(
        name: &'static str,
        desk: &Desk,
        store: &Store,
        events: &[EventRecord],
        mark: Option<&MarkName>,
    ) -> Result<Vec<Self>, StoreError> {
        let rows = EventRow::all(desk, store, events)?;
        let item = |row: EventRow| Self {
            name,
            mark: mark.cloned(),
            data: json!(row).to_string().into(),
            needs: Permission::SeeEvents,
            places: Arc::new([(row.ward, Some(row.domain))]),
        };
        Ok(rows.into_iter().map(item).collect())
    }

    /// What is new since `since`, and how far the store has come; and whether there may be more.
    fn since(
        desk: &Desk,
        store: &Store,
        since: StoreMark,
    ) -> Result<(StoreMark, Vec<Self>, bool), StoreError> {
        let now = store.mark()?;
        if now == since {
            return Ok((now, Vec::new(), false));
        }
        let new = store.events_since(since, MISSED)?;
        let changed = store.changed_since(since, MISSED)?;
        let more = new.len().max(changed.len()) >= MISSED as usize;
        // Without a name a client that breaks off here loads again.
        let mark = desk.news.marks.name(now).ok();
        let mut items = Self::of_events("event_new", desk, store, &new, mark.as_ref())?;
        items.extend(Self::of_events("event_changed", desk, store, &changed, mark.as_ref())?);
        Ok((now, items, more))
    }

    fn is_for(&self, asker: &Asker) -> bool {
        let holds = |(ward, domain): &Place| {
            let ward = ward.as_deref();
            domain.map_or_else(
                || asker.scope.holds_ward(ward),
                |domain| asker.scope.holds(ward, domain),
            )
        };
        asker.may(self.needs) && self.places.iter().any(holds)
    }

    fn event(&self) -> Event {
        let event = Event::default().event(self.name).data(&*self.data);
        match &self.mark {
            Some(mark) => event.id(&**mark),
            None => event,
        }
    }
}

/// Looks for what is new until the server closes.
pub(super) async fn watch(desk: Arc<Desk>, every: Duration) {
    let mut closed = desk.news.closed.subscribe();
    let mut mark: Option<StoreMark> = None;
    let mut states = BTreeMap::new();
    loop {
        tokio::select! {
            () = sleep(every) => {}
            _ = closed.changed() => return,
        }
        let (since, listeners) = (mark, desk.news.told.receiver_count() > 0);
        let shared = Arc::clone(&desk);
        let looked = desk
            .reads
            .ask(move |store| match since {
                Some(since) if listeners => Ok(Item::since(&shared, store, since)?),
                _ => Ok((store.mark()?, Vec::new(), false)),
            })
            .await;
        // What is not seen now is seen when the store answers again.
        let Ok((now, items, _)) = looked else { continue };
        // Who hears that figures changed is who may see what changed them: how often the others'
        // change is not his to count.
        let places: Arc<[Place]> =
            items.iter().flat_map(|item| item.places.iter().cloned()).collect();
        let heard = items.last().and_then(|item| item.mark.clone());
        for item in items {
            drop(desk.news.told.send(item));
        }
        if !places.is_empty() {
            let needs = Permission::SeeFigures;
            let figures = Item { name: "figures", mark: heard, data: "{}".into(), needs, places };
            drop(desk.news.told.send(figures));
        }
        mark = Some(now);
        if listeners {
            tell_states(&desk, &mut states);
        }
    }
}

/// Tells of cameras whose state is another than it was.
fn tell_states(desk: &Desk, known: &mut BTreeMap<String, String>) {
    let Some(live) = live_status(desk) else { return };
    for camera in &live.cameras {
        let state = word(&camera.state);
        let before = known.insert(camera.id.clone(), state.clone());
        if before.is_none() || before.as_ref() == Some(&state) {
            continue;
        }
        let ward = desk.standing.camera(&camera.id);
        drop(
            desk.news.told.send(Item {
                name: "camera_state",
                mark: None,
                data: json!({ "id": camera.id, "state": state, "since": camera.since })
                    .to_string()
                    .into(),
                needs: Permission::SeeCameras,
                places: Arc::new([(ward.and_then(|c| c.ward.clone()), None)]),
            }),
        );
    }
}

/// What a client that listens holds.
struct Listener {
    desk: Arc<Desk>,
    asker: Asker,
    missed: VecDeque<Event>,
    news: broadcast::Receiver<Item>,
    closed: watch::Receiver<bool>,
    checked: Instant,
    _held: (OwnedSemaphorePermit, Turn),
}

/// `GET /stream`
pub(super) async fn stream(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Asked(_): Asked<Nothing>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let own = desk.watchers.take(&asker.actor.user).await?;
    let place = Arc::clone(&desk.news.places).try_acquire_owned().map_err(|_| Refusal::busy())?;
    // Before what was missed is looked up, so that nothing falls between.
    let (news, closed) = (desk.news.told.subscribe(), desk.news.closed.subscribe());
    let known = headers.get("last-event-id").map(|id| id.to_str().unwrap_or_default());
    let missed = match known.map(|id| desk.news.marks.mark(id)) {
        Some(Some(mark)) => missed(&desk, &asker, mark).await?,
        Some(None) => VecDeque::from([again(None)]),
        None => VecDeque::new(),
    };
    let checked = Instant::now() + CHECKED;
    let listener = Listener { desk, asker, missed, news, closed, checked, _held: (place, own) };
    let heard = unfold(listener, |mut listener| async move {
        let event = listener.next().await?;
        Some((Ok::<_, Infallible>(event), listener))
    });
    let beat = KeepAlive::new().interval(HEARTBEAT).text("");
    let mut answer = Sse::new(heard).keep_alive(beat).into_response();
    // Proxies that gather answers would hold news back.
    let plain = (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    answer.headers_mut().insert(plain.0, plain.1);
    Ok(answer)
}

/// What a client has not heard since it was told of `mark`.
async fn missed(
    desk: &Arc<Desk>,
    asker: &Asker,
    mark: StoreMark,
) -> Result<VecDeque<Event>, Refusal> {
    let shared = Arc::clone(desk);
    let (now, items, more) =
        desk.reads.ask(move |store| Ok(Item::since(&shared, store, mark)?)).await?;
    if more {
        return Ok(VecDeque::from([again(desk.news.marks.name(now).ok())]));
    }
    Ok(items.iter().filter(|item| item.is_for(asker)).map(Item::event).collect())
}

/// Tells a client that it missed more than can be told one by one.
fn again(mark: Option<MarkName>) -> Event {
    let event = Event::default().event("reload").data("{}");
    match mark {
        Some(mark) => event.id(&*mark),
        None => event,
    }
}

impl Listener {
    /// Whether the session, or the token, lasts.
    async fn goes_on(&self) -> bool {
        let (keeper, now) = (Arc::clone(&self.desk.doorkeeper), (self.desk.now)());
        let asker = self.asker.clone();
        let looked =
            self.desk.access.ask_patiently(move |store| Ok(asker.goes_on(&keeper, store, now)?));
        matches!(timeout(CHECKED_WITHIN, looked).await, Ok(Ok(true)))
    }

    /// What is to be told next; `None`: the stream ends, and the client comes again.
    async fn next(&mut self) -> Option<Event> {
        if let Some(event) = self.missed.pop_front() {
            return Some(event);
        }
        loop {
            let heard = tokio::select! {
                heard = self.news.recv() => heard,
                _ = self.closed.changed() => return None,
                () = sleep_until(self.checked) => {
                    if !self.goes_on().await {
                        return None;
                    }
                    self.checked = Instant::now() + CHECKED;
                    continue;
                }
            };
            match heard {
                Ok(item) if item.is_for(&self.asker) => return Some(item.event()),
                Ok(_) => {}
                Err(broadcast::error::RecvError::Lagged(_)) => return Some(again(None)),
                Err(broadcast::error::RecvError::Closed) => return None,
            }
        }
    }
}
