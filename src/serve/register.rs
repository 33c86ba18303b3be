//! The register over HTTP: what there is, sheets taken in, what may be made public.

use super::asker::Asker;
use super::desk::Desk;
use super::extract::Asked;
use super::refusal::Refusal;
use crate::register::{
    ImportPlan, ImportTerms, RegisterError, Sheet, TemplateFormat, Veil, carry_out, disclosed,
    site_notes, template,
};
use crate::report::{DisclosureFormat, Language, disclosure_bytes};
use crate::review::{Doer, Permission};
use crate::store::{RegisterCamera, RegisterCounts, RegisterMove, RegisterSpot};
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How a sheet is taken in.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ImportQuery {
    /// The file's name, for the record of who imported what.
    name: Option<String>,
    /// Only say what would change.
    dry_run: bool,
    /// Let cameras that stand be put elsewhere.
    moves: bool,
    /// `version` of the preview: it is carried out only while it still holds. Needed without `dry_run`.
    version: Option<u64>,
    /// `sha256` of the preview: no other sheet is taken in than the one it was of. Needed without
    /// `dry_run`.
    sha256: Option<String>,
}

/// What a disclosure is given as.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DisclosureQuery {
    /// `html`, `csv` or `json`; `html` where it is left out.
    format: Option<String>,
    /// `vi` or `en`; `vi` where it is left out.
    language: Option<String>,
}

/// What a template is given as.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct TemplateQuery {
    /// `xlsx` or `csv`; `xlsx` where it is left out.
    format: Option<String>,
    /// `vi` or `en`; `vi` where it is left out.
    language: Option<String>,
}

/// `vi` or `en`.
pub(super) fn language(word: Option<&str>) -> Result<Language, Refusal> {
    match word {
        None | Some("vi") => Ok(Language::Vi),
        Some("en") => Ok(Language::En),
        Some(_) => Err(Refusal::not_understood("language: vi or en")),
    }
}

/// `GET /register`
pub(super) async fn list(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
) -> Result<Json<Value>, Refusal> {
    let site = desk.site();
    let (version, cameras, moves) = desk
        .reads
        .ask(|store| {
            let moves = store.register_moves(None)?;
            Ok((store.register_version()?, store.register_cameras()?, moves))
        })
        .await?;
    // Who keeps the register sees all of it; others, of contributors, those who agreed to be named.
    let keeps = asker.may(Permission::Configure);
    let mine = |ward: &str| asker.scope.holds_ward(Some(ward));
    let notes =
        if keeps && asker.scope.wards.is_none() { site_notes(&cameras, &site) } else { Vec::new() };
    let attached: BTreeSet<&str> = site.cameras.iter().map(|c| c.id.as_str()).collect();
    let veil = (!keeps).then(|| Veil::of(&cameras));
    let rows: Vec<Value> = cameras
        .iter()
        .filter(|c| mine(&c.ward))
        .map(|c| row(c, &moves, veil.as_ref(), attached.contains(c.code.as_str())))
        .collect();
    Ok(Json(json!({ "version": version, "cameras": rows, "notes": notes })))
}

/// A camera as it may be told. Why it was moved is for who keeps the register: such reasons say whom a
/// camera disturbed.
fn row(
    camera: &RegisterCamera,
    moves: &[RegisterMove],
    veil: Option<&Veil>,
    attached: bool,
) -> Value {
    let shown = veil.map_or_else(|| camera.clone(), |veil| veil.camera(camera));
    let spot = |spot: &RegisterSpot| {
        veil.map_or_else(|| spot.clone(), |veil| veil.spot(&camera.code, spot))
    };
    let own = moves.iter().filter(|m| m.code == camera.code);
    let mut row = serde_json::to_value(shown).unwrap_or_default();
    row["attached"] = attached.into();
    row["moves"] = own
        .map(|m| {
            let reason = m.reason.as_ref().filter(|_| veil.is_none());
            json!({
                "at": m.at.utc_rfc3339(), "from": spot(&m.from), "to": spot(&m.to),
                "reason": reason,
            })
        })
        .collect();
    row
}

/// `GET /register/coverage`
pub(super) async fn coverage(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
) -> Result<Json<Value>, Refusal> {
    let counts: RegisterCounts = desk
        .reads
        .ask(move |store| {
            let counts = store.register_counts()?;
            if asker.scope.wards.is_none() {
                return Ok(counts);
            }
            Ok(counts.within(&store.register_cameras()?, |w| asker.scope.holds_ward(Some(w))))
        })
        .await?;
    Ok(Json(json!({ "coverage": counts.coverage(), "counts": counts })))
}

/// `POST /register/import`
pub(super) async fn import(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Asked(query): Asked<ImportQuery>,
    bytes: Bytes,
) -> Result<Response, Refusal> {
    // A sheet is of the whole city, or it could move cameras into what one may not see.
    if asker.scope.wards.is_some() || asker.scope.domains.is_some() {
        return Err(Refusal::not_allowed());
    }
    if !query.dry_run && query.version.is_none() {
        return Err(Refusal::not_understood("version: give that of the preview (dry_run)"));
    }
    let sha256 = hex::encode(Sha256::digest(&bytes));
    if !query.dry_run {
        let Some(previewed) = &query.sha256 else {
            return Err(Refusal::not_understood("sha256: give that of the preview (dry_run)"));
        };
        if !previewed.eq_ignore_ascii_case(&sha256) {
            return Err(Refusal::sheet_changed());
        }
    }
    let (shared, now) = (Arc::clone(&desk), (desk.now)());
    let doer = asker.clone();
    let name = query.name.unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control()).take(200).collect();
    let told = desk
        .writes
        .ask(move |store| {
            let sheet = Sheet::read(&bytes).map_err(|e| refused(&e))?;
            let site = shared.site();
            let terms = ImportTerms {
                bounds: site.register.bounds,
                moves: query.moves,
                today: now.local().date(),
                contracts: &site.contracts,
            };
            let (seen, known) = (store.register_version()?, store.register_cameras()?);
            // What was previewed is done, or nothing.
            if !query.dry_run && query.version != Some(seen) {
                return Err(Refusal::register_changed());
            }
            let plan = ImportPlan::new(&sheet, &known, seen, &terms);
            let done = plan.is_sound() && !query.dry_run;
            if done {
                let by = Doer::Person { actor: &doer.actor, address: doer.address.as_deref() };
                carry_out(store, &plan, &by, now, (&name, &sha256)).map_err(|e| refused(&e))?;
            }
            Ok(json!({ "done": done, "version": seen, "sha256": sha256, "plan": plan }))
        })
        .await?;
    let wrong = told["plan"]["problems"].as_array().is_some_and(|p| !p.is_empty());
    // A preview of a file with mistakes is what was asked for; an import of one is refused.
    if wrong && !query.dry_run {
        return Err(Refusal::sheet_mistakes().beside("plan", told["plan"].clone()));
    }
    Ok((StatusCode::OK, Json(told)).into_response())
}

fn refused(error: &RegisterError) -> Refusal {
    match error {
        RegisterError::Store(_) => {
            tracing::error!("{error}");
            Refusal::broken()
        }
        RegisterError::Meanwhile => Refusal::register_changed(),
        other => Refusal::no_sheet(other.to_string()),
    }
}

/// `GET /register/template`
pub(super) async fn sheet(Asked(query): Asked<TemplateQuery>) -> Result<Response, Refusal> {
    let english = language(query.language.as_deref())? == Language::En;
    let (format, kind, name) = match query.format.as_deref() {
        None | Some("xlsx") => (TemplateFormat::Xlsx, XLSX, "register.xlsx"),
        Some("csv") => (TemplateFormat::Csv, "text/csv; charset=utf-8", "register.csv"),
        Some(_) => return Err(Refusal::not_understood("format: xlsx or csv")),
    };
    let bytes = template(format, english).map_err(|e| refused(&e))?;
    Ok(download(bytes, kind, name))
}

/// The media type of XLSX.
pub(super) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// `GET /disclosure`
pub(super) async fn disclosure(
    State(desk): State<Arc<Desk>>,
    Asked(query): Asked<DisclosureQuery>,
) -> Result<Response, Refusal> {
    let language = language(query.language.as_deref())?;
    let (format, kind, name) = match query.format.as_deref() {
        None | Some("html") => {
            (DisclosureFormat::Html, "text/html; charset=utf-8", "cong-khai.html")
        }
        Some("csv") => (DisclosureFormat::Csv, "text/csv; charset=utf-8", "cong-khai.csv"),
        Some("json") => (DisclosureFormat::Json, "application/json", "cong-khai.json"),
        Some(_) => return Err(Refusal::not_understood("format: html, csv or json")),
    };
    let today = (desk.now)().local().date();
    let bytes = desk
        .reads
        .ask(move |store| {
            let told = disclosed(&store.register_cameras()?, &store.register_counts()?, today);
            disclosure_bytes(&told, format, language).map_err(|e| {
                tracing::error!("{e}");
                Refusal::broken()
            })
        })
        .await?;
    Ok(download(bytes, kind, name))
}

/// A file to be saved, not shown: a page with styles of its own is not this server's to show.
pub(super) fn download(bytes: Vec<u8>, kind: &'static str, name: &str) -> Response {
    let mut answer = Response::new(axum::body::Body::from(bytes));
    let headers = answer.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(named) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, named);
    }
    answer
}
