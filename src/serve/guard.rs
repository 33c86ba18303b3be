//! Who asks, and whether he may: the one place where a request is let in. What a session, a role and a
//! scope are is the review room's to say.

use super::desk::Desk;
use super::refusal::Refusal;
use super::server::Peer;
use crate::store::QueueScope;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::IpAddr;
use std::sync::Arc;

/// What a route needs of whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// Nothing: anybody may ask.
    Nothing,
    /// That he is signed in.
    Session,
    /// That his role allows it.
    May(Permission),
}

/// A guard before a route.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) desk: Arc<Desk>,
    pub(super) needs: Needs,
}

/// Lets a request in or refuses it.
pub(super) async fn admit(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    match door.let_in(&mut request).await {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

/// Where a request comes from, as far as it is known.
pub(super) fn address(desk: &Desk, request: &Request) -> Option<IpAddr> {
    let peer = request.extensions().get::<Peer>().map(|p| p.0);
    if !desk.behind_proxy {
        return peer;
    }
    // Each proxy adds the address it saw at the end; what stands before was said by strangers.
    let told = request.headers().get_all("x-forwarded-for").iter().next_back();
    let last = told.and_then(|t| t.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    last.or(peer)
}
