//! A route: its address, what it needs, what it takes and gives. The router, the description of the
//! API and the tests of permissions are all made from these, so none can know of a route that another
//! does not.

use super::base::BASE;
use super::desk::Desk;
use super::guard::{self, Door};
use super::needs::Needs;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::Method;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, MethodRouter, on};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use std::sync::Arc;

/// The form of something, put into the description when it is made.
pub(super) type Form = fn(&mut SchemaGenerator) -> Schema;

/// What a route answers with.
#[derive(Clone, Copy)]
pub(super) enum Answer {
    /// JSON of this form.
    Json(Form),
    /// Something of one of these content types.
    Other(&'static [&'static str]),
    /// Nothing.
    Empty,
}

/// A route.
pub(super) struct Route {
    /// How it is asked.
    pub(super) method: Method,
    /// Under [`BASE`].
    pub(super) path: &'static str,
    /// What whoever asks must be allowed.
    pub(super) needs: Needs,
    /// What it does, in a sentence.
    pub(super) summary: &'static str,
    /// Its query.
    pub(super) query: Option<Form>,
    /// Its body.
    pub(super) body: Option<Form>,
    /// Of a body that is a file: bytes at most.
    pub(super) bytes: Option<usize>,
    /// Whether it needs `If-Match`.
    pub(super) matched: bool,
    /// Whether asking counts as no use of the session.
    pub(super) unused: bool,
    /// Whether it may answer that what is asked for is being made (202).
    pub(super) later: bool,
    /// What it answers.
    pub(super) answer: Answer,
    handler: MethodRouter<Arc<Desk>>,
}

/// A maker of routes of one method.
macro_rules! verb {
    ($name:ident, $method:ident, $what:literal) => {
        #[doc = $what]
        pub(super) fn $name<H, T>(
            path: &'static str,
            needs: Needs,
            summary: &'static str,
            handler: H,
        ) -> Self
        where
            H: Handler<T, Arc<Desk>>,
            T: 'static,
        {
            Self::new((Method::$method, MethodFilter::$method), path, needs, summary, handler)
        }
    };
}

impl Route {
    fn new<H, T>(
        (method, filter): (Method, MethodFilter),
        path: &'static str,
        needs: Needs,
        summary: &'static str,
        handler: H,
    ) -> Self
    where
        H: Handler<T, Arc<Desk>>,
        T: 'static,
    {
        let handler = on(filter, handler);
        let answer = Answer::Empty;
        Self {
            method,
            path,
            needs,
            summary,
            query: None,
            body: None,
            bytes: None,
            matched: false,
            unused: false,
            later: false,
            answer,
            handler,
        }
    }

    verb!(get, GET, "A route that changes nothing.");
    verb!(post, POST, "A route that makes or does something.");
    verb!(patch, PATCH, "A route that changes what there is.");
    verb!(put, PUT, "A route that puts something in another's place.");
    verb!(delete, DELETE, "A route that removes something.");

    /// It takes this query.
    pub(super) fn query<T: JsonSchema>(mut self) -> Self {
        self.query = Some(T::json_schema);
        self
    }

    /// It takes this body.
    pub(super) fn body<T: JsonSchema>(mut self) -> Self {
        self.body = Some(SchemaGenerator::subschema_for::<T>);
        self
    }

    /// It takes a file of so many bytes at most, as it is.
    pub(super) fn bytes(mut self, most: usize) -> Self {
        self.bytes = Some(most);
        self
    }

    /// It needs to be told which version it changes.
    pub(super) fn matched(mut self) -> Self {
        self.matched = true;
        self
    }

    /// Asking it keeps no session alive.
    pub(super) fn unused(mut self) -> Self {
        self.unused = true;
        self
    }

    /// It may answer that what is asked for is being made.
    pub(super) fn later(mut self) -> Self {
        self.later = true;
        self
    }

    /// It answers JSON of this form.
    pub(super) fn json<T: JsonSchema>(mut self) -> Self {
        self.answer = Answer::Json(SchemaGenerator::subschema_for::<T>);
        self
    }

    /// It answers something of one of these content types.
    pub(super) fn gives(mut self, content_types: &'static [&'static str]) -> Self {
        self.answer = Answer::Other(content_types);
        self
    }

    /// Its handler, with a guard before it.
    pub(super) fn guarded(self, desk: &Arc<Desk>) -> (String, MethodRouter<Arc<Desk>>) {
        let door = Door { desk: Arc::clone(desk), needs: self.needs, unused: self.unused };
        let mut handler = self.handler;
        if let Some(most) = self.bytes {
            handler = handler.layer(DefaultBodyLimit::max(most));
        }
        // Outside of it: a body is read only of who may send it.
        let handler = handler.route_layer(from_fn_with_state(door, guard::admit));
        (format!("{BASE}{}", self.path), handler)
    }
}
