//! The description of the API: `OpenAPI` 3.1, made from the routes and the types that they use.

use super::base::BASE;
use super::cookie;
use super::needs::Needs;
use super::refusal::Refused;
use super::route::{Answer, Form, Route};
use crate::store::word;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

/// The description of these routes (<https://spec.openapis.org/oas/v3.1.0>).
pub(super) fn description(routes: &[Route], secure: bool) -> Value {
    let settings = SchemaSettings::draft2020_12().with(|s| {
        s.definitions_path = "/components/schemas".into();
        s.meta_schema = None;
    });
    let mut forms = settings.into_generator();
    let refused = forms.subschema_for::<Refused>();
    let mut paths = Map::new();
    for route in routes {
        let path = paths.entry(format!("{BASE}{}", route.path)).or_insert_with(|| json!({}));
        path[route.method.as_str().to_ascii_lowercase()] = operation(route, &mut forms);
    }
    let schemas = forms.take_definitions(true);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Streetward",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Events that cameras found, for people to review. Nothing is a violation \
                before a person has confirmed it.",
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "session": { "type": "apiKey", "in": "cookie", "name": cookie::name(secure) },
                "token": { "type": "http", "scheme": "bearer" },
            },
            "responses": {
                "refused": {
                    "description": "Refused: why, in both languages, and what to do.",
                    "content": { "application/json": { "schema": refused } },
                },
            },
        },
    })
}

fn operation(route: &Route, forms: &mut SchemaGenerator) -> Value {
    let mut parameters = in_path(route.path);
    if let Some(form) = route.query {
        parameters.extend(in_query(form, forms));
    }
    if route.matched {
        parameters.push(json!({
            "name": "If-Match", "in": "header", "required": true,
            "description": "The ETag of what is changed.", "schema": { "type": "string" },
        }));
    }
    let done = match route.answer {
        Answer::Json(form) => json!({
            "description": "Done.",
            "content": { "application/json": { "schema": form(forms) } },
        }),
        Answer::Other(kinds) => {
            let content: Map<String, Value> =
                kinds.iter().map(|kind| ((*kind).to_owned(), json!({}))).collect();
            json!({ "description": "Done.", "content": content })
        }
        Answer::Empty => json!({ "description": "Done." }),
    };
    let mut operation = json!({
        "operationId": operation_id(route),
        "summary": route.summary,
        "responses": { "200": done, "default": { "$ref": "#/components/responses/refused" } },
    });
    if route.later {
        operation["responses"]["202"] = json!({
            "description": "It is being made; ask again after `Retry-After` seconds.",
            "content": { "application/json": { "schema": {
                "type": "object", "required": ["state"],
                "properties": { "state": { "const": "waits" } },
            } } },
        });
    }
    if !parameters.is_empty() {
        operation["parameters"] = parameters.into();
    }
    if let Some(form) = route.body {
        operation["requestBody"] = json!({
            "required": true,
            "content": { "application/json": { "schema": form(forms) } },
        });
    }
    if route.bytes.is_some() {
        operation["requestBody"] = json!({
            "required": true,
            "content": { "application/octet-stream": { "schema": {
                "type": "string", "format": "binary",
            } } },
        });
    }
    match route.needs {
        Needs::Nothing => operation["security"] = json!([]),
        Needs::Entrance | Needs::Session => {
            operation["security"] = json!([{ "session": [] }, { "token": [] }]);
        }
        Needs::May(permission) => {
            operation["security"] = json!([{ "session": [] }, { "token": [] }]);
            operation["x-permission"] = word(&permission).into();
        }
    }
    operation
}

fn operation_id(route: &Route) -> String {
    let mut id = route.method.as_str().to_ascii_lowercase();
    for part in route.path.split(['/', '.', '-']).filter(|p| !p.is_empty()) {
        id.push('_');
        id.push_str(part.trim_matches(['{', '}']));
    }
    id
}

fn in_path(path: &str) -> Vec<Value> {
    let names = path.split('/').filter_map(|p| p.strip_prefix('{')?.strip_suffix('}'));
    names
        .map(|name| {
            json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
        })
        .collect()
}

/// The properties of a query's type, one parameter each.
fn in_query(form: Form, forms: &mut SchemaGenerator) -> Vec<Value> {
    let schema = form(forms).to_value();
    let required = schema["required"].as_array().cloned().unwrap_or_default();
    let Some(properties) = schema["properties"].as_object() else { return Vec::new() };
    properties
        .iter()
        .map(|(name, schema)| {
            let mut schema = schema.clone();
            let said = schema.as_object_mut().and_then(|s| s.remove("description"));
            json!({
                "name": name, "in": "query", "schema": schema,
                "description": said.unwrap_or_default(),
                "required": required.contains(&Value::from(name.as_str())),
            })
        })
        .collect()
}
