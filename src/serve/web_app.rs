//! The web app, carried in the program: pages that a browser loads and nothing from anywhere else.
//!
//! `web/dist` is made by `scripts/pages`, which set-up calls. A program built without it says so.

use super::files::is_known;
use super::protect::Nonce;
use super::refusal::Refusal;
use axum::Extension;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use rust_embed::Embed;
use std::borrow::Cow;

#[derive(Embed)]
#[folder = "web/dist"]
#[allow_missing = true]
struct Files;

/// Where `index.html` has the nonce of its styles.
const NONCE: &str = "__CSP_NONCE__";

const NOT_BUILT: &str = "<!doctype html>
<html lang=\"vi\"><head><meta charset=\"utf-8\"><title>Streetward</title></head><body>
<h1>Streetward</h1>
<p>Chương trình này được biên dịch không kèm giao diện web. Chạy <code>scripts/pages</code>
trong thư mục mã nguồn, rồi biên dịch lại chương trình. Các giao diện lập trình có tại
<a href=\"/docs\">/docs</a>.</p>
<p lang=\"en\">This program was built without the web app. Run <code>scripts/pages</code> in
its sources, then build the program again. The API is described at <a href=\"/docs\">/docs</a>.</p>
</body></html>
";

/// Whatever is not the API: a file of the app, or the page that shows everything else.
pub(super) async fn page(
    Extension(Nonce(nonce)): Extension<Nonce>,
    request: Request,
) -> Result<Response, Refusal> {
    let path = request.uri().path();
    if path == "/api" || path.starts_with("/api/") {
        return Err(Refusal::not_there());
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        return Err(Refusal::not_this_way());
    }
    let name = path.trim_start_matches('/');
    // The app draws its own addresses; a name with an ending is a file or nothing.
    let is_file = name.rsplit('/').next().is_some_and(|last| last.contains('.'));
    if is_file && name != "index.html" {
        return asset(name, request.headers()).ok_or_else(Refusal::not_there);
    }
    Ok(index(&nonce))
}

fn index(nonce: &str) -> Response {
    let page = Files::get("index.html").map_or_else(
        || NOT_BUILT.to_owned(),
        |file| String::from_utf8_lossy(&file.data).replace(NONCE, nonce),
    );
    let mut answer = Html(page).into_response();
    // It carries the nonce of this answer alone.
    let never = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(header::CACHE_CONTROL, never);
    answer
}

fn asset(name: &str, asked: &HeaderMap) -> Option<Response> {
    let file = Files::get(name)?;
    let tag = format!("\"{}\"", hex::encode(file.metadata.sha256_hash()));
    Some(answered(name, file.data, &tag, asked))
}

/// What is carried in the program, sent from where it lies; what a development build reads from the
/// disk, as it was read.
fn bytes(data: Cow<'static, [u8]>) -> Bytes {
    match data {
        Cow::Borrowed(carried) => Bytes::from_static(carried),
        Cow::Owned(read) => Bytes::from(read),
    }
}

fn answered(name: &str, data: Cow<'static, [u8]>, tag: &str, asked: &HeaderMap) -> Response {
    let mut answer = if is_known(asked, tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        bytes(data).into_response()
    };
    let headers = answer.headers_mut();
    if let Ok(tag) = HeaderValue::from_str(tag) {
        headers.insert(header::ETAG, tag);
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(name)));
    // Names of what lies in `assets` carry a hash of the content.
    let kept = if name.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    answer
}

fn content_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("js" | "mjs") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("html") => "text/html; charset=utf-8",
        Some("json" | "map") => "application/json",
        Some("webmanifest") => "application/manifest+json",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("woff2") => "font/woff2",
        Some("woff") => "font/woff",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_carried_is_not_copied_and_not_sent_to_who_has_it() {
        static APP: &[u8] = b"export {}";
        assert_eq!(bytes(Cow::Borrowed(APP)).as_ptr(), APP.as_ptr());
        assert_eq!(bytes(Cow::Owned(b"x".to_vec())), "x");
        let known = |tag: &'static str| {
            HeaderMap::from_iter([(header::IF_NONE_MATCH, HeaderValue::from_static(tag))])
        };
        for (tag, status) in [("\"7f\"", 304), ("W/\"7f\"", 304), ("\"80\"", 200)] {
            let answer = answered("assets/a.js", Cow::Borrowed(APP), "\"7f\"", &known(tag));
            assert_eq!(answer.status(), status, "{tag}");
            assert_eq!(answer.headers()[header::ETAG], "\"7f\"");
            let kept = answer.headers()[header::CACHE_CONTROL].to_str().unwrap();
            assert!(kept.contains("immutable"), "{kept}");
        }
    }
}
