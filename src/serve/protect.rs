//! What surrounds every answer: time limits, a name for the request, and the headers by which a
//! browser does what this server means and nothing else.

use super::base::BASE;
use super::chance::random;
use super::desk::Desk;
use super::refusal::Refusal;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use tokio::time::timeout;

/// Lets the styles of one answer stand in it and no others; new with every answer.
#[derive(Debug, Clone)]
pub(super) struct Nonce(pub(super) String);

/// Bytes of a body at most.
pub(super) const BODY: usize = 64 * 1024;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// What every answer carries.
const ALWAYS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "no-referrer"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    ),
];

/// Answers within the time that is meant, and adds the headers.
pub(super) async fn protect(
    State(desk): State<Arc<Desk>>,
    mut request: Request,
    next: Next,
) -> Response {
    let (nonce, id) = match (random::<16>(), random::<8>()) {
        (Ok(nonce), Ok(id)) => (Nonce(nonce), id),
        (Err(refusal), _) | (_, Err(refusal)) => return refusal.into_response(),
    };
    request.extensions_mut().insert(nonce.clone());
    // The query may name people; the path does not.
    let asked = format!("{} {}", request.method(), request.uri().path());
    let mut answer = if announced(&request) > most(request.uri().path()) {
        // Said before it is read: nobody waits for what will not be taken.
        Refusal::too_large().into_response()
    } else {
        timeout(desk.answer_within, next.run(request))
            .await
            .unwrap_or_else(|_| Refusal::too_slow().into_response())
    };
    if answer.status().is_server_error() {
        tracing::warn!("{asked}: {} (request {id})", answer.status());
    } else {
        tracing::debug!("{asked}: {} (request {id})", answer.status());
    }
    let headers = answer.headers_mut();
    for (name, value) in ALWAYS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    for (name, value) in [(header::CONTENT_SECURITY_POLICY, policy(&nonce)), (REQUEST_ID, id)] {
        if let Ok(value) = HeaderValue::from_str(&value) {
            headers.insert(name, value);
        }
    }
    if desk.secure {
        let year = HeaderValue::from_static("max-age=31536000");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    answer
}

/// Bytes of a body at most: sheets of cameras are longer than all else.
fn most(path: &str) -> u64 {
    let sheet = path.strip_prefix(BASE) == Some("/register/import");
    (if sheet { crate::register::MOST_BYTES } else { BODY }) as u64
}

/// How long a body says that it is.
fn announced(request: &Request) -> u64 {
    let length = request.headers().get(header::CONTENT_LENGTH);
    length.and_then(|l| l.to_str().ok()?.parse().ok()).unwrap_or(0)
}

/// <https://www.w3.org/TR/CSP3/>: scripts of this server alone, no style without the nonce.
fn policy(nonce: &Nonce) -> String {
    format!(
        "default-src 'self'; script-src 'self'; style-src 'self' 'nonce-{}'; \
         img-src 'self' data: blob:; media-src 'self' blob:; frame-ancestors 'none'; \
         base-uri 'none'; form-action 'self'; object-src 'none'",
        nonce.0
    )
}
