//! Evidence over HTTP: stills, clips and records, whole or in ranges, and small copies of stills.

use super::asker::Asker;
use super::desk::Desk;
use super::evidence_file::{content_type, opened};
use super::extract::{Asked, Named};
use super::pool::Pool;
use super::range::{Range, range};
use super::refusal::Refusal;
use super::thumbnail::WIDTHS;
use crate::evidence::ManifestFile;
use axum::Extension;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use futures_util::stream::try_unfold;
use schemars::JsonSchema;
use serde::Deserialize;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::Arc;

/// Bytes read and sent at once.
const PIECE: u64 = 128 * 1024;

/// Which file of which event.
#[derive(Debug, Deserialize)]
pub(super) struct FilePath {
    id: String,
    name: String,
}

/// How a file is wanted.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FileQuery {
    /// Of a still: as a small copy of this width in pixels: 160, 320, 640 or 1280.
    width: Option<u32>,
}

/// `GET /events/{id}/files/{name}`
pub(super) async fn file(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Named(path): Named<FilePath>,
    Asked(query): Asked<FileQuery>,
    headers: HeaderMap,
) -> Result<Response, Refusal> {
    let event = desk.event(&asker, path.id).await?;
    match query.width {
        Some(width) => desk.note_still(&asker, &event.id, width).await?,
        None => desk.note_seen(&asker, &event.id).await?,
    }
    let shared = Arc::clone(&desk);
    let (file, facts) = desk.files.ask(move |_| opened(&shared, &event, &path.name)).await?;
    let kind = content_type(&facts.name);
    if let Some(width) = query.width {
        if !WIDTHS.contains(&width) || kind != "image/jpeg" {
            return Err(Refusal::not_understood(
                "width: a still may be asked for in a width of 160, 320, 640 or 1280",
            ));
        }
        let tag = format!("\"{}-{width}\"", facts.sha256);
        if is_known(&headers, &tag) {
            return Ok(unchanged(&tag));
        }
        let shared = Arc::clone(&desk);
        let small =
            desk.files.ask(move |_| shared.thumbnails.get(file, &facts.sha256, width)).await?;
        let mut answer = small.into_response();
        describe(answer.headers_mut(), kind, &tag);
        return Ok(answer);
    }
    answer(&desk.files, file, &facts, kind, &headers)
}

/// A file, or the range of it that is asked for.
pub(super) fn answer(
    pool: &Pool,
    mut file: File,
    facts: &ManifestFile,
    kind: &'static str,
    headers: &HeaderMap,
) -> Result<Response, Refusal> {
    let tag = format!("\"{}\"", facts.sha256);
    if is_known(headers, &tag) {
        return Ok(unchanged(&tag));
    }
    // A range of what it was is none of what it is.
    let same = text(headers, header::IF_RANGE).is_none_or(|asked| asked == tag);
    let asked = text(headers, header::RANGE).filter(|_| same);
    let (status, first, length) = match range(asked, facts.bytes) {
        Range::Whole => (StatusCode::OK, 0, facts.bytes),
        Range::Part(first, last) => (StatusCode::PARTIAL_CONTENT, first, last - first + 1),
        Range::Nothing => {
            let whole = format!("bytes */{}", facts.bytes);
            return Ok((StatusCode::RANGE_NOT_SATISFIABLE, [(header::CONTENT_RANGE, whole)])
                .into_response());
        }
    };
    if first > 0 {
        file.seek(SeekFrom::Start(first)).map_err(|_| Refusal::broken())?;
    }
    let mut answer = Response::new(pieces(pool.clone(), file, length));
    *answer.status_mut() = status;
    let out = answer.headers_mut();
    describe(out, kind, &tag);
    out.insert(header::ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    out.insert(header::CONTENT_LENGTH, HeaderValue::from(length));
    if status == StatusCode::PARTIAL_CONTENT {
        let part = format!("bytes {first}-{}/{}", first + length - 1, facts.bytes);
        if let Ok(part) = HeaderValue::from_str(&part) {
            out.insert(header::CONTENT_RANGE, part);
        }
    }
    Ok(answer)
}

/// `length` bytes of a file, read a piece at a time as the client takes them.
pub(super) fn pieces(pool: Pool, file: File, length: u64) -> Body {
    Body::from_stream(try_unfold((pool, file, length), |(pool, mut file, left)| async move {
        if left == 0 {
            return Ok::<_, io::Error>(None);
        }
        let size = left.min(PIECE);
        let read = pool
            .ask_patiently(move |_| {
                let mut piece = vec![0_u8; size as usize];
                file.read_exact(&mut piece).map_err(|_| Refusal::broken())?;
                Ok((file, piece))
            })
            .await;
        let (file, piece) =
            read.map_err(|_| io::Error::other("the file could not be read to its end"))?;
        Ok(Some((piece, (pool, file, left - size))))
    }))
}

fn text(headers: &HeaderMap, name: header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// Whether the client holds what bears this tag.
pub(super) fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    text(headers, header::IF_NONE_MATCH).is_some_and(|known| {
        known.split(',').any(|k| k.trim().trim_start_matches("W/") == tag || k.trim() == "*")
    })
}

fn unchanged(tag: &str) -> Response {
    let mut answer = StatusCode::NOT_MODIFIED.into_response();
    if let Ok(tag) = HeaderValue::from_str(tag) {
        answer.headers_mut().insert(header::ETAG, tag);
    }
    answer
}

fn describe(headers: &mut HeaderMap, kind: &'static str, tag: &str) {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    // Evidence shows people: a shared cache never keeps it, and a browser asks each time whether
    // whoever sits there now may see it.
    let private = HeaderValue::from_static("private, no-cache");
    headers.insert(header::CACHE_CONTROL, private);
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
}
