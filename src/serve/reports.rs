//! Reports over HTTP: the figures of a period, as data for a page and as files to take along.

use super::asker::Asker;
use super::desk::Desk;
use super::extract::Asked;
use super::refusal::Refusal;
use super::report_query::{ReportFileQuery, ReportQuery};
use crate::report::{
    Document, DocumentFormat, FiguresError, Language, Letterhead, document_bytes,
    document_file_name, figures_document,
};
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// What a report's file may be.
pub(super) const FORMS: [&str; 5] = [
    "text/html",
    "text/csv",
    "application/zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
];

/// `GET /reports/figures`
pub(super) async fn figures(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Asked(query): Asked<ReportQuery>,
) -> Result<Json<Document>, Refusal> {
    document(&desk, &asker, &query).await.map(Json)
}

/// `GET /reports/file`
pub(super) async fn file(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Asked(query): Asked<ReportFileQuery>,
) -> Result<Response, Refusal> {
    let format = query.format.as_deref().unwrap_or("html");
    let format = DocumentFormat::of(format)
        .ok_or_else(|| Refusal::not_understood("format: html, csv, xlsx or docx"))?;
    let (language, word) = match query.language.as_deref() {
        None | Some("vi") => (Language::Vi, "vi"),
        Some("en") => (Language::En, "en"),
        Some(_) => return Err(Refusal::not_understood("language: vi or en")),
    };
    let query = query.figures();
    let document = document(&desk, &asker, &query).await?;
    let tables = document.tables();
    let name = document_file_name(&document, format, language);
    let site = desk.site();
    let made = desk.reports.ask(move |_| {
        let head = Letterhead::of(&site.report);
        let template = site.report.template.as_deref();
        document_bytes(&document, format, language, &head, template).map_err(|e| {
            tracing::error!("a report cannot be written: {e}");
            cannot_be_written(e.to_string())
        })
    });
    let bytes = made.await?;
    // What leaves is entered before it does.
    let details = serde_json::json!({
        "filter": query.named(),
        "scope": asker.actor.scope,
        "format": format.name(),
        "language": word,
        "bytes": bytes.len(),
        "sha256": hex::encode(Sha256::digest(&bytes)),
    });
    desk.enter(&asker, "report", &name, details).await?;
    let mut answer = bytes.into_response();
    let headers = answer.headers_mut();
    let kind = HeaderValue::from_static(format.media_type(tables));
    headers.insert(header::CONTENT_TYPE, kind);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(named) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, named);
    }
    Ok(answer)
}

async fn document(desk: &Desk, asker: &Asker, query: &ReportQuery) -> Result<Document, Refusal> {
    let asked = query.wanted(desk, asker)?;
    let (data, planned) = (desk.data.clone(), desk.site().report.planned_cameras);
    let made = desk.reports.ask(move |store| {
        let asked = asked.told_by(&data, planned);
        figures_document(store, &asked).map_err(|FiguresError::Store(e)| Refusal::from(e))
    });
    made.await
}

/// The template or the disk, not the question, is at fault.
pub(super) fn cannot_be_written(why: String) -> Refusal {
    Refusal::told(
        StatusCode::UNPROCESSABLE_ENTITY,
        "report_not_written",
        why,
        "Không lập được tệp báo cáo; hãy kiểm tra mẫu báo cáo trong cấu hình.",
    )
}
