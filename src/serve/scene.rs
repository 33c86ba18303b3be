//! A camera's drawing over HTTP: looked at, checked, tried on what was seen, saved, taken back.

use super::asker::Asker;
use super::bilingual::Bilingual;
use super::desk::Desk;
use super::extract::{Named, Sent};
use super::path::CameraPath;
use super::refusal::Refusal;
use crate::config::{Camera, ConfigError, DRAWN, Drawing, warnings};
use crate::media::WallTime;
use crate::pipeline::PipelineError;
use crate::pipeline::replay::{self, Change, Range, Replay};
use crate::review::{Redrawing, SceneRefused, save_scene};
use crate::store::{NewEntry, QueueFilter, QueueOrder, Store};
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use jiff::ToSpan;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// Hours of observations that a drawing is tried on, up to the camera's newest event.
const TRIED_HOURS: i64 = 6;

/// A drawing, with whatever else of the scene came along.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SceneBody {
    /// As `GET` gave it, drawn anew: `zones`, `lines`, `signals`, `calibration`, `rules`.
    scene: Map<String, Value>,
    /// Why it is redrawn; of `PUT`.
    note: Option<String>,
}

/// Which version is to be gone back to.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RestoreBody {
    version: u64,
}

/// What is wrong with a drawing, or may not be meant.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Problem {
    /// Whether it cannot be saved so.
    grave: bool,
    /// The line of the camera file that it would be.
    #[serde(rename = "where")]
    place: Option<String>,
    /// What it is.
    message: Bilingual,
}

/// What would be found with another drawing.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Preview {
    /// Events that stay as they are.
    kept: usize,
    /// Incidents that would be found besides.
    gained: Vec<Found>,
    /// Events that would not be found.
    lost: Vec<Found>,
    /// Events that would be found otherwise.
    changed: Vec<Found>,
    /// Since when was looked.
    from: Option<String>,
    /// Until when.
    to: Option<String>,
    /// Rules that could not be tried, and records that could not be read, each a sentence.
    not_tried: Vec<String>,
}

/// One incident that would be, or would not be.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Found {
    /// The event's id; empty where there is none yet.
    id: String,
    /// What is suspected.
    kind: String,
    /// The same for people.
    kind_name: Bilingual,
    /// Where.
    zone: String,
    /// The camera's id.
    camera: String,
    /// When it becomes one.
    moment_utc: String,
    /// Seconds since its source began.
    moment_media_seconds: f64,
}

/// `GET /cameras/{id}/scene`
pub(super) async fn one(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(CameraPath { id }): Named<CameraPath>,
) -> Result<Response, Refusal> {
    let camera = desk.camera(&asker, &id)?;
    let (width, height) = camera.scene.frame_size;
    let mut scene = Map::new();
    scene.insert("id".into(), json!(camera.id));
    scene.insert("name".into(), json!(camera.name));
    scene.insert("frame_size".into(), json!([width, height]));
    let file = camera.file.clone();
    let drawing = desk.files.ask(move |_| Drawing::open(&file).map_err(|e| unsound(&e))).await?;
    scene.extend(drawing.drawn);
    Ok(tagged(&drawing.fingerprint, Json(scene).into_response()))
}

/// `POST /cameras/{id}/scene/check`
pub(super) async fn check(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(CameraPath { id }): Named<CameraPath>,
    Sent(body): Sent<Value>,
) -> Result<Json<Value>, Refusal> {
    let file = desk.camera(&asker, &id)?.file.clone();
    let drawn = drawn(&read::<SceneBody>(body)?.scene);
    let problems = desk
        .files
        .ask(move |_| {
            let drawing = Drawing::open(&file).map_err(|e| unsound(&e))?;
            Ok(match drawing.redrawn(&file, &drawn) {
                Ok((_, camera)) => warnings(&camera).iter().map(|w| problem(false, w)).collect(),
                Err(error) => mistakes(&error),
            })
        })
        .await?;
    Ok(Json(json!({ "problems": problems })))
}

/// `POST /cameras/{id}/scene/preview`: what the drawing would have made of what was seen.
pub(super) async fn preview(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(CameraPath { id }): Named<CameraPath>,
    Sent(body): Sent<Value>,
) -> Result<Json<Preview>, Refusal> {
    let file = desk.camera(&asker, &id)?.file.clone();
    let drawn = drawn(&read::<SceneBody>(body)?.scene);
    let (data, scope) = (desk.data.clone(), asker.scope.clone());
    desk.trials
        .ask(move |store| {
            let drawing = Drawing::open(&file).map_err(|e| unsound(&e))?;
            let (_, camera) = drawing.redrawn(&file, &drawn).map_err(|e| unsound(&e))?;
            let filter =
                QueueFilter { scope, cameras: vec![id], sightings: true, ..QueueFilter::default() };
            let newest = store.queue(&filter, QueueOrder::Newest, None, 1)?.events.pop();
            let range = newest.map_or_else(Range::default, |e| Range {
                from: e.end_utc.0.checked_sub(TRIED_HOURS.hours()).ok().map(WallTime),
                to: None,
            });
            // Events of one time and records of another: what there is is tried whole.
            let whole = Range::default();
            let (tried, range) = match replay::replay(&data, &camera, None, range) {
                Ok(tried) => (tried, range),
                Err(_) if range != whole => (replay::replay(&data, &camera, None, whole)?, whole),
                Err(error) => return Err(error.into()),
            };
            Ok(Json(told(store, &camera, tried, range)?))
        })
        .await
}

fn told(store: &Store, camera: &Camera, tried: Replay, range: Range) -> Result<Preview, Refusal> {
    let mut preview = Preview {
        kept: 0,
        gained: Vec::new(),
        lost: Vec::new(),
        changed: Vec::new(),
        from: range.from.map(WallTime::utc_rfc3339),
        to: range.to.map(WallTime::utc_rfc3339),
        not_tried: tried.unjudged.into_iter().chain(tried.failures).collect(),
    };
    for incident in tried.incidents {
        let list = match incident.change {
            Change::Kept => {
                preview.kept += 1;
                continue;
            }
            Change::Gained => &mut preview.gained,
            Change::Lost => &mut preview.lost,
            Change::Changed => &mut preview.changed,
        };
        let stored = match &incident.event {
            Some(id) => store.event(id)?,
            None => None,
        };
        let moment = stored.map(|e| e.moment_utc).or(incident.moment_utc);
        let info = incident.kind.info();
        list.push(Found {
            id: incident.event.unwrap_or_default(),
            kind: incident.kind.name().to_owned(),
            kind_name: Bilingual::new(info.name_vi, info.name_en),
            zone: incident.zone,
            camera: camera.id.clone(),
            moment_utc: moment.map(WallTime::utc_rfc3339).unwrap_or_default(),
            moment_media_seconds: incident.moment_media_seconds,
        });
    }
    Ok(preview)
}

/// `PUT /cameras/{id}/scene`
pub(super) async fn save(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(CameraPath { id }): Named<CameraPath>,
    headers: HeaderMap,
    Sent(body): Sent<Value>,
) -> Result<Response, Refusal> {
    desk.camera(&asker, &id)?;
    let body: SceneBody = read(body)?;
    let why = body.note.unwrap_or_default();
    keep(&desk, &asker, &id, &headers, drawn(&body.scene), why).await
}

/// `POST /cameras/{id}/scene/restore`
pub(super) async fn restore(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(CameraPath { id }): Named<CameraPath>,
    headers: HeaderMap,
    Sent(body): Sent<Value>,
) -> Result<Response, Refusal> {
    desk.camera(&asker, &id)?;
    let RestoreBody { version } = read(body)?;
    let camera = id.clone();
    let versions = desk.reads.ask(move |store| Ok(store.scene_versions(&camera)?)).await?;
    let old = versions.into_iter().find(|v| v.number == version).ok_or_else(Refusal::not_there)?;
    let mut old: Map<String, Value> =
        serde_json::from_str(&old.drawing).map_err(|_| Refusal::broken())?;
    for key in DRAWN {
        // What that version did not have is taken away.
        old.entry(key).or_insert(Value::Null);
    }
    keep(&desk, &asker, &id, &headers, old, format!("back to version {version}")).await
}

async fn keep(
    desk: &Arc<Desk>,
    asker: &Asker,
    id: &str,
    headers: &HeaderMap,
    drawn: Map<String, Value>,
    why: String,
) -> Result<Response, Refusal> {
    let camera = desk.camera(asker, id)?;
    let seen = headers.get(header::IF_MATCH).ok_or_else(Refusal::which_version)?;
    let seen = seen.to_str().unwrap_or_default().trim().trim_matches('"').to_owned();
    let (file, id, by) = (camera.file.clone(), camera.id.clone(), asker.actor.user.clone());
    let (at, entry) = ((desk.now)(), desk.entry(asker, "scene_saved", &id, json!({ "why": why })));
    let saved = desk
        .writes
        .ask(move |store| {
            let asked = Redrawing {
                file: &file,
                camera: &id,
                seen: &seen,
                drawn: &drawn,
                by: &by,
                at,
                why: &why,
            };
            let saved = save_scene(store, &asked).map_err(|e| refused(&e))?;
            let details = json!({ "why": why, "version": saved.number, "file": saved.fingerprint });
            store.audit(&NewEntry { details, ..entry })?;
            Ok(saved)
        })
        .await?;
    Ok(tagged(&saved.fingerprint, Json(json!({ "version": saved.number })).into_response()))
}

/// `GET /cameras/{id}/scene/versions`
pub(super) async fn versions(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(CameraPath { id }): Named<CameraPath>,
) -> Result<Json<Value>, Refusal> {
    desk.camera(&asker, &id)?;
    let versions = desk.reads.ask(move |store| Ok(store.scene_versions(&id)?)).await?;
    let shown = versions.iter().map(
        |v| json!({ "version": v.number, "at": v.at.utc_rfc3339(), "by": v.by, "note": v.why }),
    );
    Ok(Json(shown.collect()))
}

/// A body, once it is clear that there is something to do with it.
fn read<T: serde::de::DeserializeOwned>(body: Value) -> Result<T, Refusal> {
    serde_json::from_value(body).map_err(|e| Refusal::not_understood(e.to_string()))
}

/// The keys of a scene that are drawn.
fn drawn(scene: &Map<String, Value>) -> Map<String, Value> {
    let drawn = scene.iter().filter(|(key, _)| DRAWN.contains(&key.as_str()));
    drawn.map(|(key, value)| (key.clone(), value.clone())).collect()
}

fn tagged(fingerprint: &str, mut answer: Response) -> Response {
    if let Ok(tag) = HeaderValue::from_str(&format!("\"{fingerprint}\"")) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer
}

fn problem(grave: bool, text: &str) -> Problem {
    let vi = if grave { "Khai báo chưa hợp lệ" } else { "Cần xem lại" };
    Problem { grave, place: None, message: Bilingual::new(&format!("{vi}: {text}"), text) }
}

fn mistakes(error: &ConfigError) -> Vec<Problem> {
    match error {
        ConfigError::Mistakes(mistakes) => mistakes
            .iter()
            .map(|m| Problem { place: Some(m.line.to_string()), ..problem(true, &m.message) })
            .collect(),
        other => vec![problem(true, &other.to_string())],
    }
}

fn unsound(error: &ConfigError) -> Refusal {
    Refusal::told(
        StatusCode::UNPROCESSABLE_ENTITY,
        "unsound",
        "The drawing is not sound; see what is wrong with it.".to_owned(),
        "Khai báo chưa hợp lệ; xem các lỗi được liệt kê.",
    )
    .beside("problems", json!(mistakes(error)))
}

impl From<PipelineError> for Refusal {
    fn from(error: PipelineError) -> Self {
        Self::not_understood(error.to_string())
    }
}

fn refused(why: &SceneRefused) -> Refusal {
    let told = |status, code, vi| Refusal::told(status, code, why.to_string(), vi);
    match why {
        SceneRefused::Changed => told(
            StatusCode::CONFLICT,
            "conflict",
            "Khai báo đã được người khác thay đổi; hãy tải lại rồi vẽ lại.",
        ),
        SceneRefused::OtherCamera => told(
            StatusCode::UNPROCESSABLE_ENTITY,
            "other_camera",
            "Không thể đổi sang camera khác.",
        ),
        SceneRefused::Why => told(
            StatusCode::UNPROCESSABLE_ENTITY,
            "note_needed",
            "Hãy ghi lý do thay đổi (tối đa 500 ký tự).",
        ),
        SceneRefused::Config(error) => unsound(error),
        SceneRefused::Store(error) if error.is_away() => Refusal::database_away(),
        SceneRefused::Store(error) => {
            tracing::error!("a scene could not be saved: {error}");
            Refusal::broken()
        }
    }
}
