//! Cameras over HTTP: which there are, whether they see, and what they showed last.

use super::asker::Asker;
use super::base::BASE;
use super::bilingual::Bilingual;
use super::desk::Desk;
use super::event_query::time;
use super::extract::{Asked, Named};
use super::live_status::live_status;
use super::path::CameraPath;
use super::refusal::Refusal;
use super::standing::SiteCamera;
use super::still;
use crate::config::Camera;
use crate::media::WallTime;
use crate::pipeline::live::CameraStatus;
use crate::report::{Care, reason_names, uptime};
use crate::review::Permission;
use crate::scene::Reason;
use crate::store::{QueueFilter, StateRecord, Status, Store, TallyBy, TallyRow, word};
use axum::extract::State;
use axum::{Extension, Json};
use jiff::ToSpan;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A camera and how it stands. Times are RFC 3339, UTC.
#[derive(Debug, Clone, Serialize, JsonSchema)]
pub(super) struct CameraRow {
    id: String,
    name: String,
    ward: Option<String>,
    position: Option<Place>,
    /// `seeing`, `degraded`, `blind`, `offline`; `unknown`: the service does not run, or has never
    /// attached it.
    pub(super) state: String,
    /// Why, the gravest first.
    reasons: Vec<String>,
    /// The reasons for people.
    detail: Bilingual,
    /// Since when.
    since: Option<String>,
    /// Frames analysed a second.
    fps: Option<f64>,
    /// What people found of its events.
    precision: Found,
    /// Where its latest still is; `null`: there is none that you may see.
    still: Option<String>,
    /// When the running service took that still; `null`: it is of the latest event.
    still_at: Option<String>,
}

/// Where a camera stands, degrees.
#[derive(Debug, Clone, Serialize, JsonSchema)]
struct Place {
    lat: f64,
    lon: f64,
}

/// What people found of events: what was confirmed of what was decided is the precision.
#[derive(Debug, Clone, Copy, Default, Serialize, JsonSchema)]
pub(super) struct Found {
    confirmed: u64,
    dismissed: u64,
}

/// A period; the last 30 days where it is left out.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Period {
    /// From then.
    pub(super) from: Option<String>,
    /// Until before then.
    pub(super) to: Option<String>,
}

impl Period {
    pub(super) fn times(&self, now: WallTime) -> Result<(WallTime, WallTime), Refusal> {
        let to = time("to", self.to.as_deref())?.unwrap_or(now);
        let month = to.0.checked_sub((24 * 30).hours()).map_or(to, WallTime);
        let from = time("from", self.from.as_deref())?.unwrap_or(month);
        let longest = to.0.duration_since(from.0).as_hours() <= 24 * 370;
        if from >= to || !longest {
            return Err(Refusal::not_understood("from, to: give a period of at most 370 days"));
        }
        Ok((from, to))
    }
}

/// `GET /cameras`
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
) -> Result<Json<Vec<CameraRow>>, Refusal> {
    let shared = Arc::clone(&desk);
    desk.reads.ask(move |store| rows(&shared, &asker, store, None)).await.map(Json)
}

/// `GET /cameras/{id}`
pub(super) async fn one(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(CameraPath { id }): Named<CameraPath>,
) -> Result<Json<CameraRow>, Refusal> {
    let shared = Arc::clone(&desk);
    let mut found = desk.reads.ask(move |store| rows(&shared, &asker, store, Some(&id))).await?;
    found.pop().map(Json).ok_or_else(Refusal::not_there)
}

/// The cameras that whoever asks may see, all or one.
pub(super) fn rows(
    desk: &Desk,
    asker: &Asker,
    store: &Store,
    only: Option<&str>,
) -> Result<Vec<CameraRow>, Refusal> {
    let live = live_status(desk);
    let last = store.last_states()?;
    let filter = QueueFilter {
        scope: asker.scope.clone(),
        cameras: only.map(str::to_owned).into_iter().collect(),
        statuses: vec![Status::Confirmed, Status::Dismissed],
        sightings: true,
        ..QueueFilter::default()
    };
    let decided = store.tally(&filter, TallyBy::Camera)?;
    let found = found(&decided);
    let evidence = asker.may(Permission::SeeEvidence);
    let site = desk.site();
    Ok(site
        .cameras
        .iter()
        .filter(|c| only.is_none_or(|id| c.id == id) && asker.scope.holds_ward(c.ward.as_deref()))
        .map(|camera| {
            let now = live.as_ref().and_then(|l| l.cameras.iter().find(|s| s.id == camera.id));
            let stored = last.iter().find(|s| s.camera == camera.id);
            let found = found.get(camera.id.as_str()).copied().unwrap_or_default();
            let taken = still::taken(desk, live.as_ref(), &camera.id);
            CameraRow {
                still_at: taken.filter(|_| evidence).map(WallTime::utc_rfc3339),
                ..row(camera, now, stored.filter(|_| now.is_none()), found, evidence)
            }
        })
        .collect())
}

fn row(
    camera: &Camera,
    now: Option<&CameraStatus>,
    stored: Option<&StateRecord>,
    precision: Found,
    evidence: bool,
) -> CameraRow {
    let reasons: Vec<Reason> = match now {
        Some(status) => status.reasons.clone(),
        None => vec![Reason::ServiceStopped],
    };
    let said = |n: usize| reasons.iter().map(|r| reason_names(*r)[n]).collect::<Vec<_>>();
    CameraRow {
        id: camera.id.clone(),
        name: camera.name.clone(),
        ward: camera.ward.clone(),
        position: camera.position.as_ref().map(|p| Place { lat: p.lat, lon: p.lon }),
        state: now.map_or_else(|| "unknown".to_owned(), |s| word(&s.state)),
        detail: Bilingual { vi: said(0).join(", "), en: said(1).join(", ") },
        reasons: reasons.iter().map(word).collect(),
        since: now.map(|s| s.since.clone()).or_else(|| stored.map(|s| s.change.at.utc_rfc3339())),
        fps: now.map(|s| s.analysed_fps),
        precision,
        still: evidence.then(|| format!("{BASE}/cameras/{}/still.jpg", camera.id)),
        still_at: None,
    }
}

fn found(rows: &[TallyRow]) -> BTreeMap<&str, Found> {
    let mut found: BTreeMap<&str, Found> = BTreeMap::new();
    for row in rows {
        let of = found.entry(&row.key).or_default();
        match row.status {
            Status::Confirmed => of.confirmed += row.count,
            Status::Dismissed => of.dismissed += row.count,
            _ => {}
        }
    }
    found
}

/// A change of a camera's state.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Change {
    at: String,
    state: String,
    reasons: Vec<String>,
    /// The reasons in English.
    detail: String,
    /// The reasons in Vietnamese.
    detail_vi: String,
}

impl Change {
    fn of(record: &StateRecord) -> Self {
        let reasons = &record.change.reasons;
        let said = |n: usize| reasons.iter().map(|r| reason_names(*r)[n]).collect::<Vec<_>>();
        Self {
            at: record.change.at.utc_rfc3339(),
            state: word(&record.change.state),
            reasons: reasons.iter().map(word).collect(),
            detail: said(1).join(", "),
            detail_vi: said(0).join(", "),
        }
    }
}

/// `GET /cameras/{id}/history`
pub(super) async fn history(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(CameraPath { id }): Named<CameraPath>,
    Asked(period): Asked<Period>,
) -> Result<Json<Vec<Change>>, Refusal> {
    desk.camera(&asker, &id)?;
    let (from, to) = period.times((desk.now)())?;
    let records =
        desk.reads.ask(move |store| Ok(store.state_changes(Some(&id), from, to)?)).await?;
    Ok(Json(records.iter().map(Change::of).collect()))
}

/// `GET /cameras/{id}/uptime`
pub(super) async fn up(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(CameraPath { id }): Named<CameraPath>,
    Asked(period): Asked<Period>,
) -> Result<Json<Value>, Refusal> {
    desk.camera(&asker, &id)?;
    let (from, to) = period.times((desk.now)())?;
    let site = desk.site();
    let told = desk
        .reads
        .ask(move |store| {
            let records = store.state_changes(Some(&id), from, to)?;
            let service = store.service_times(from, to)?;
            let care = |id: &str| {
                let camera = site.cameras.iter().find(|c| c.id == id);
                let named = camera.and_then(|c| c.contract.as_deref());
                Care {
                    vendor: camera.and_then(|c| c.vendor.clone()),
                    contract: site.contract(id, named).cloned(),
                }
            };
            Ok(uptime(&records, &service, &care, from, to))
        })
        .await?;
    serde_json::to_value(told).map(Json).map_err(|_| Refusal::broken())
}

impl Desk {
    /// The camera of that id, if whoever asks may know of it.
    pub(super) fn camera(&self, asker: &Asker, id: &str) -> Result<SiteCamera, Refusal> {
        let camera = self.standing.camera(id);
        camera.filter(|c| asker.scope.holds_ward(c.ward.as_deref())).ok_or_else(Refusal::not_there)
    }
}
