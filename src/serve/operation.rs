//! The small server for operation: `/metrics`, `/healthz`, `/readyz`, `/status.json`.

use super::error::ServeError;
use super::figures::figures;
use super::health::{is_alive, is_ready};
use crate::pipeline::live::StatusBoard;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::Duration;

/// How often it is looked whether to stop.
const LOOK: Duration = Duration::from_millis(200);

/// A server that is bound and not running yet, so that a port in use is told before anything begins.
#[derive(Debug)]
pub struct Bound {
    listener: TcpListener,
}

/// Takes the port.
///
/// # Errors
/// [`ServeError::Port`] where it cannot be used.
pub fn serve(address: SocketAddr) -> Result<Bound, ServeError> {
    let or = " or leave it out";
    let port = |source| ServeError::Port { table: "[live]", address, or, source };
    let listener = TcpListener::bind(address).map_err(port)?;
    listener.set_nonblocking(true).map_err(port)?;
    Ok(Bound { listener })
}

impl Bound {
    /// Where it answers; the port is the system's choice where 0 was asked for.
    pub fn address(&self) -> Option<SocketAddr> {
        self.listener.local_addr().ok()
    }

    /// Answers until told to stop.
    ///
    /// # Errors
    /// What the system refused.
    pub fn run(self, board: Arc<StatusBoard>, stop: &AtomicBool) -> Result<(), ServeError> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(self.listener)?;
            let until = async {
                while !stop.load(Relaxed) {
                    tokio::time::sleep(LOOK).await;
                }
            };
            tokio::select! {
                done = axum::serve(listener, router(board)).into_future() => done?,
                () = until => {}
            }
            Ok(())
        })
    }
}

fn router(board: Arc<StatusBoard>) -> Router {
    Router::new()
        .route("/metrics", get(metrics))
        .route("/healthz", get(alive))
        .route("/readyz", get(ready))
        .route("/status.json", get(status))
        .with_state(board)
}

async fn metrics(State(board): State<Arc<StatusBoard>>) -> Response {
    let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    match figures(&board.latest()) {
        Ok(text) => ([(header::CONTENT_TYPE, kind)], text).into_response(),
        Err(e) => (StatusCode::INTERNAL_SERVER_ERROR, e.to_string()).into_response(),
    }
}

async fn alive(State(board): State<Arc<StatusBoard>>) -> Response {
    said(is_alive(&board.latest(), board.age()))
}

async fn ready(State(board): State<Arc<StatusBoard>>) -> Response {
    said(is_ready(&board.latest(), board.age()))
}

async fn status(State(board): State<Arc<StatusBoard>>) -> Response {
    Json(&*board.latest()).into_response()
}

fn said(verdict: Result<String, String>) -> Response {
    match verdict {
        Ok(text) => (StatusCode::OK, text + "\n").into_response(),
        Err(text) => (StatusCode::SERVICE_UNAVAILABLE, text + "\n").into_response(),
    }
}
