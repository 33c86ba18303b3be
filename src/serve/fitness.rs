//! How good views are, and the survey, over HTTP.

use super::desk::Desk;
use super::event_query::time;
use super::extract::Asked;
use super::guard::Asker;
use super::refusal::Refusal;
use super::register::{XLSX, download, language};
use super::route::BASE;
use crate::config::Camera;
use crate::media::WallTime;
use crate::register::Veil;
use crate::report::{
    DocumentFormat, Knows, Letterhead, Survey, ViewFitness, ViewTerms, document_bytes,
    document_file_name, planned_places, survey_document, view_fitness, worst_first, worst_stills,
};
use crate::review::Permission;
use crate::store::{RegisterCamera, Store};
use axum::extract::State;
use axum::response::Response;
use axum::{Extension, Json};
use jiff::ToSpan;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use std::sync::Arc;

/// Days that views are measured over where nothing is said.
const DAYS: i64 = 90;

/// What views are measured over.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FitnessQuery {
    /// From then; 90 days ago where it is left out.
    from: Option<String>,
    /// Until before then; now where it is left out.
    to: Option<String>,
    /// Only this camera.
    camera: Option<String>,
}

/// What a survey covers and is given as.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct SurveyQuery {
    /// From then; 90 days ago where it is left out.
    from: Option<String>,
    /// Until before then; now where it is left out.
    to: Option<String>,
    /// `html`, `docx`, `xlsx` or `csv`; `html` where it is left out.
    format: Option<String>,
    /// `vi` or `en`; `vi` where it is left out.
    language: Option<String>,
}

fn period(
    desk: &Desk,
    from: Option<&str>,
    to: Option<&str>,
) -> Result<(WallTime, WallTime), Refusal> {
    let to = time("to", to)?.unwrap_or_else(|| (desk.now)());
    let usual = to.0.checked_sub((24 * DAYS).hours()).map_or(to, WallTime);
    let from = time("from", from)?.unwrap_or(usual);
    if from >= to {
        return Err(Refusal::not_understood("from, to: the period ends before it begins"));
    }
    Ok((from, to))
}

/// The views that whoever asks may know of, the worst first.
fn views(
    desk: &Desk,
    asker: &Asker,
    store: &Store,
    only: Option<&str>,
    (from, to): (WallTime, WallTime),
) -> Result<Vec<ViewFitness>, Refusal> {
    let site = desk.site();
    let cameras: Vec<&Camera> = site
        .cameras
        .iter()
        .filter(|c| only.is_none_or(|id| c.id == id))
        .filter(|c| asker.scope.holds_ward(c.ward.as_deref()))
        .collect();
    // Which models lie on this machine is for its commands to say: here all classes count as known.
    let model = |_: &Camera| -> Option<Knows> { None };
    let views = view_fitness(store, &desk.data, &cameras, &ViewTerms { from, to, model: &model })?;
    let mut views: Vec<ViewFitness> =
        views.into_iter().map(|v| v.of_domains(asker.scope.domains.as_deref())).collect();
    worst_first(&mut views);
    Ok(views)
}

/// `GET /fitness`
pub(super) async fn fitness(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Asked(query): Asked<FitnessQuery>,
) -> Result<Json<Value>, Refusal> {
    let period = period(&desk, query.from.as_deref(), query.to.as_deref())?;
    let shared = Arc::clone(&desk);
    // Records are read for a while: on the thread that tries drawings, so that nobody else waits.
    let told = desk
        .trials
        .ask(move |store| {
            let views = views(&shared, &asker, store, query.camera.as_deref(), period)?;
            let evidence = asker.may(Permission::SeeEvidence);
            let rows: Vec<Value> = views.iter().map(|v| row(v, evidence)).collect();
            Ok(json!({
                "from": period.0.utc_rfc3339(),
                "to": period.1.utc_rfc3339(),
                "views": rows,
            }))
        })
        .await?;
    Ok(Json(told))
}

fn row(view: &ViewFitness, evidence: bool) -> Value {
    let mut row = serde_json::to_value(view).unwrap_or_default();
    let advice = view.advice.said();
    row["advice_said"] = json!({ "vi": advice.vi, "en": advice.en });
    row["still"] = if evidence {
        format!("{BASE}/cameras/{}/still.jpg?view=true", view.camera).into()
    } else {
        Value::Null
    };
    row
}

/// `GET /survey`
pub(super) async fn survey(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Asked(query): Asked<SurveyQuery>,
) -> Result<Response, Refusal> {
    let period = period(&desk, query.from.as_deref(), query.to.as_deref())?;
    let language = language(query.language.as_deref())?;
    let (format, kind) = match query.format.as_deref() {
        None | Some("html") => (DocumentFormat::Html, "text/html; charset=utf-8"),
        Some("docx") => (DocumentFormat::Docx, DOCX),
        Some("xlsx") => (DocumentFormat::Xlsx, XLSX),
        Some("csv") => (DocumentFormat::Csv, "application/zip"),
        Some(_) => return Err(Refusal::not_understood("format: html, docx, xlsx or csv")),
    };
    let (shared, who) = (Arc::clone(&desk), asker.clone());
    let (bytes, name) = desk
        .trials
        .ask(move |store| {
            let survey = gathered(&shared, &who, store, period)?;
            let document = survey_document(&survey);
            let site = shared.site();
            let head = Letterhead::of(&site.report);
            let template = site.report.template.as_deref();
            let bytes =
                document_bytes(&document, format, language, &head, template).map_err(|e| {
                    tracing::error!("{e}");
                    Refusal::broken()
                })?;
            Ok((bytes, document_file_name(&document, format, language)))
        })
        .await?;
    // A survey shows pictures of streets: who takes it out is entered.
    let of = json!({ "from": period.0.utc_rfc3339(), "to": period.1.utc_rfc3339() });
    desk.enter(&asker, "survey", &name, json!({ "filter": of, "bytes": bytes.len() })).await?;
    Ok(download(bytes, kind, &name))
}

/// The media type of DOCX.
pub(super) const DOCX: &str =
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

fn gathered(
    desk: &Desk,
    asker: &Asker,
    store: &Store,
    period: (WallTime, WallTime),
) -> Result<Survey, Refusal> {
    let views = views(desk, asker, store, None, period)?;
    let mine = |ward: &str| asker.scope.holds_ward(Some(ward));
    let all = store.register_cameras()?;
    // What stands beyond the ward's border counts for what a place would add.
    let domains = asker.scope.domains.as_deref();
    let mut places = planned_places(store, &all, period.0, period.1, domains)?;
    places.retain(|p| mine(&p.ward));
    let veil = Veil::of(&all);
    let mut counts = store.register_counts()?;
    if asker.scope.wards.is_some() {
        counts = counts.within(&all, mine);
    }
    let register: Vec<RegisterCamera> = all.into_iter().filter(|c| mine(&c.ward)).collect();
    let last = period.1.0.checked_sub(1.microsecond()).map_or(period.1, WallTime);
    let stills = if asker.may(Permission::SeeEvidence) {
        worst_stills(&desk.data, &views)
    } else {
        Vec::new()
    };
    Ok(Survey {
        days: (period.0.local().date(), last.local().date()),
        made_on: (desk.now)().local().date(),
        register,
        counts,
        views,
        places,
        stills,
        veil,
    })
}

/// `GET /register/places`
pub(super) async fn places(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Asked(query): Asked<FitnessQuery>,
) -> Result<Json<Value>, Refusal> {
    let period = period(&desk, query.from.as_deref(), query.to.as_deref())?;
    let places = desk
        .reads
        .ask(move |store| {
            let register = store.register_cameras()?;
            let domains = asker.scope.domains.as_deref();
            let mut places = planned_places(store, &register, period.0, period.1, domains)?;
            places.retain(|p| asker.scope.holds_ward(Some(&p.ward)));
            if !asker.may(Permission::Configure) {
                let veil = Veil::of(&register);
                for p in &mut places {
                    (p.name, p.ward) = (veil.at(&p.code, &p.name), veil.at(&p.code, &p.ward));
                    p.stage = p.stage.as_ref().map(|stage| veil.at(&p.code, stage));
                }
            }
            Ok(places)
        })
        .await?;
    Ok(Json(json!({ "places": places })))
}
