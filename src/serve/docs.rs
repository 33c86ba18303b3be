//! The description of the API as a page: no script, no other server.

use super::desk::Desk;
use super::protect::Nonce;
use super::refusal::Refusal;
use askama::Template;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::Value;
use std::sync::Arc;

#[derive(Template)]
#[template(path = "docs.html")]
struct Page<'a> {
    nonce: &'a str,
    version: &'a str,
    routes: Vec<Told<'a>>,
}

struct Told<'a> {
    method: String,
    path: &'a str,
    summary: &'a str,
    needs: String,
    parameters: Vec<Parameter<'a>>,
}

struct Parameter<'a> {
    name: &'a str,
    place: &'a str,
    said: &'a str,
    required: bool,
}

/// The description, made once.
#[derive(Debug, Clone)]
pub(super) struct Described(pub(super) Arc<Value>);

/// `GET /api/v1/openapi.json`
pub(super) async fn openapi(Extension(Described(it)): Extension<Described>) -> Response {
    Json(&*it).into_response()
}

/// `GET /docs`
pub(super) async fn page(
    State(_): State<Arc<Desk>>,
    Extension(Described(it)): Extension<Described>,
    Extension(Nonce(nonce)): Extension<Nonce>,
) -> Result<Html<String>, Refusal> {
    let mut routes = Vec::new();
    for (path, ways) in it["paths"].as_object().into_iter().flatten() {
        for (method, said) in ways.as_object().into_iter().flatten() {
            routes.push(told(method, path, said));
        }
    }
    let page = Page { nonce: &nonce, version: env!("CARGO_PKG_VERSION"), routes };
    page.render().map(Html).map_err(|e| {
        tracing::error!("the page of the API could not be made: {e}");
        Refusal::broken()
    })
}

fn told<'a>(method: &str, path: &'a str, said: &'a Value) -> Told<'a> {
    let text = |value: &'a Value| value.as_str().unwrap_or_default();
    let needs = match said["x-permission"].as_str() {
        Some(permission) => format!("Needs {permission}."),
        None if said["security"].as_array().is_some_and(Vec::is_empty) => {
            "Needs nothing.".to_owned()
        }
        None => "Needs a session.".to_owned(),
    };
    let parameters = said["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    Told {
        method: method.to_ascii_uppercase(),
        path,
        summary: text(&said["summary"]),
        needs,
        parameters: parameters
            .iter()
            .map(|p| Parameter {
                name: text(&p["name"]),
                place: text(&p["in"]),
                said: text(&p["description"]),
                required: p["required"] == Value::Bool(true),
            })
            .collect(),
    }
}
