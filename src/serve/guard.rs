//! Who asks, and whether he may: the one place where a request is let in, and where what one user does
//! at once is bounded. What a session, a role and a scope are is the review room's to say.

use super::asker::{Asker, Origin};
use super::cookie;
use super::desk::Desk;
use super::needs::Needs;
use super::peer::Peer;
use super::refusal::Refusal;
use crate::review::{csrf_matches, csrf_of};
use crate::store::NewEntry;
use axum::body::{Body, HttpBody};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures_util::StreamExt;
use serde_json::Value;
use std::net::IpAddr;
use std::sync::Arc;

/// The header that every change by a session bears.
const CSRF: &str = "x-csrf-token";
/// The header of what a page asks by itself, which counts as no use of the session.
const BACKGROUND: &str = "x-background";

/// A guard before a route.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) desk: Arc<Desk>,
    pub(super) needs: Needs,
    /// Whether asking counts as no use of the session.
    pub(super) unused: bool,
}

/// Lets a request in or refuses it.
pub(super) async fn admit(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    let answer = match door.let_in(&mut request).await {
        Ok(None) => return next.run(request).await,
        Ok(Some(user)) => door.answer(&user, request, next).await,
        Err(refusal) => Err(refusal),
    };
    answer.unwrap_or_else(IntoResponse::into_response)
}

impl Door {
    /// Answers somebody as soon as it is his turn. What is told by and by is no question.
    async fn answer(&self, user: &str, request: Request, next: Next) -> Result<Response, Refusal> {
        let turn = self.desk.questions.take(user).await?;
        let answer = next.run(request).await;
        drop(turn);
        let told = answer.headers().get(header::CONTENT_TYPE);
        let is_news = told.is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        if is_news || answer.body().size_hint().exact().is_some() {
            return Ok(answer);
        }
        // A file, read as the client takes it.
        let turn = self.desk.downloads.take(user).await?;
        Ok(answer.map(|body| {
            Body::from_stream(body.into_data_stream().inspect(move |_| {
                let _held = &turn;
            }))
        }))
    }

    /// The id of the user who asks, where it must be known.
    async fn let_in(&self, request: &mut Request) -> Result<Option<String>, Refusal> {
        let from = address(&self.desk, request);
        let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
        if changes && is_from_elsewhere(request.headers(), self.desk.behind_proxy) {
            return Err(Refusal::forged());
        }
        request.extensions_mut().insert(Origin(from));
        if self.needs == Needs::Nothing {
            return Ok(None);
        }
        let asker = match bearer(request.headers()) {
            Some(token) => self.by_token(token, from).await?,
            None => self.by_session(request.headers(), changes, from).await?,
        };
        if let Needs::May(permission) = self.needs
            && !asker.may(permission)
        {
            return Err(Refusal::not_allowed());
        }
        let user = asker.actor.user.clone();
        request.extensions_mut().insert(asker);
        Ok(Some(user))
    }

    async fn by_token(&self, token: String, from: Option<IpAddr>) -> Result<Asker, Refusal> {
        let (keeper, now) = (Arc::clone(&self.desk.doorkeeper), (self.desk.now)());
        let actor =
            self.desk.access.ask(move |store| Ok(keeper.token(store, &token, now)?)).await?;
        Ok(Asker::new(actor.ok_or_else(Refusal::who_are_you)?, from))
    }

    async fn by_session(
        &self,
        headers: &HeaderMap,
        changes: bool,
        from: Option<IpAddr>,
    ) -> Result<Asker, Refusal> {
        let secret = cookie::secret(headers, self.desk.secure)?;
        let (keeper, now, asked) =
            (Arc::clone(&self.desk.doorkeeper), (self.desk.now)(), secret.clone());
        let unused = self.unused || !changes && headers.contains_key(BACKGROUND);
        let open = self.desk.access.ask(move |store| {
            Ok(if unused {
                keeper.unused_session(store, &asked, now)?
            } else {
                keeper.session(store, &asked, now)?
            })
        });
        let open = open.await?.ok_or_else(Refusal::who_are_you)?;
        if changes {
            let given = headers.get(CSRF).and_then(|v| v.to_str().ok()).unwrap_or_default();
            if !csrf_matches(&secret, given) {
                return Err(Refusal::forged());
            }
        }
        if open.user.must_change_password && self.needs != Needs::Entrance {
            return Err(Refusal::change_password_first());
        }
        let asker = Asker::new(open.actor.clone(), from);
        Ok(Asker { open: Some(open), csrf: csrf_of(&secret), ..asker })
    }
}

impl Desk {
    /// What somebody does, as the audit trail has it.
    pub(super) fn entry(
        &self,
        asker: &Asker,
        action: &str,
        subject: &str,
        details: Value,
    ) -> NewEntry {
        NewEntry {
            at: (self.now)(),
            actor: asker.actor.id.clone(),
            actor_kind: asker.actor.kind,
            action: action.to_owned(),
            subject: subject.to_owned(),
            details,
            address: asker.address.clone(),
        }
    }

    /// Enters into the audit trail what somebody did.
    pub(super) async fn enter(
        &self,
        asker: &Asker,
        action: &str,
        subject: &str,
        details: Value,
    ) -> Result<(), Refusal> {
        let entry = self.entry(asker, action, subject, details);
        self.writes.ask(move |store| Ok(store.audit(&entry).map(drop)?)).await
    }
}

/// Where a request comes from, as far as it is known.
fn address(desk: &Desk, request: &Request) -> Option<IpAddr> {
    let peer = request.extensions().get::<Peer>().map(|p| p.0);
    // What somebody else than the proxy beside this program says of itself is worth nothing.
    if !desk.behind_proxy || !peer.is_some_and(|p| p.is_loopback()) {
        return peer;
    }
    // Each proxy adds the address it saw at the end; what stands before was said by strangers.
    let told = request.headers().get_all("x-forwarded-for").iter().next_back();
    let last = told.and_then(|t| t.to_str().ok()?.rsplit(',').next()?.trim().parse().ok());
    last.or(peer)
}

/// Whether a browser says that another site makes it ask
/// (<https://www.w3.org/TR/fetch-metadata/>); an old one says from which it does
/// (<https://www.rfc-editor.org/rfc/rfc6454#section-7>). Programs say neither.
fn is_from_elsewhere(headers: &HeaderMap, behind_proxy: bool) -> bool {
    let said = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or_default());
    if let Some(site) = said("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = said("origin") else { return false };
    // A proxy may ask this server under a name of its own.
    let proxied = said("x-forwarded-host").filter(|_| behind_proxy);
    let host = proxied.or_else(|| said("host")).unwrap_or_default();
    let site = origin.split_once("://").map(|(_, site)| site);
    !site.is_some_and(|site| !site.is_empty() && site.eq_ignore_ascii_case(host))
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

impl Refusal {
    /// Somebody else has set the password, which comes first.
    pub(super) fn change_password_first() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "password_change_needed",
            "Your password was set by somebody else; choose one of your own first.",
            "Mật khẩu của bạn do người khác đặt; hãy tự đặt mật khẩu mới trước.",
            "Change your password, then go on.",
            "Đổi mật khẩu rồi tiếp tục.",
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::Actor;
    use crate::review::{Permissions, Scope};
    use crate::store::ActorKind;
    use axum::http::HeaderValue;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn tokens_are_found_and_nothing_else_is_taken_for_them() {
        let bearer = |text| super::bearer(&headers("authorization", text));
        assert_eq!(bearer("Bearer swt_1").as_deref(), Some("swt_1"));
        assert_eq!(bearer("bearer swt_1").as_deref(), Some("swt_1"));
        assert_eq!(bearer("Basic swt_1"), None);
    }

    #[test]
    fn what_opens_anything_is_never_shown() {
        let actor = Actor {
            id: "u-1".into(),
            kind: ActorKind::User,
            user: "u-1".into(),
            permissions: Permissions::NONE,
            scope: Scope::default(),
            agency: None,
        };
        let asker = Asker { csrf: "0123abcd".into(), ..Asker::new(actor, None) };
        let shown = format!("{asker:?}");
        assert!(shown.contains("u-1") && !shown.contains("0123abcd"), "{shown}");
    }

    #[test]
    fn other_sites_are_told() {
        for (site, elsewhere) in
            [("same-origin", false), ("none", false), ("same-site", true), ("cross-site", true)]
        {
            let headers = headers("sec-fetch-site", site);
            assert_eq!(is_from_elsewhere(&headers, false), elsewhere, "{site}");
        }
        assert!(!is_from_elsewhere(&HeaderMap::new(), false), "programs do not say");
        for (origin, elsewhere) in [
            ("https://desk.example:8480", false),
            ("https://Desk.Example:8480", false),
            ("https://desk.example", true),
            ("https://evil.example", true),
            ("null", true),
            ("", true),
        ] {
            let mut headers = headers("origin", origin);
            headers.insert("host", HeaderValue::from_static("desk.example:8480"));
            assert_eq!(is_from_elsewhere(&headers, false), elsewhere, "{origin}");
            headers.insert("x-forwarded-host", HeaderValue::from_static("evil.example"));
            assert_eq!(is_from_elsewhere(&headers, false), elsewhere, "{origin}");
            let through = is_from_elsewhere(&headers, true);
            assert_eq!(through, origin != "https://evil.example", "{origin}");
            headers.insert("sec-fetch-site", HeaderValue::from_static("same-origin"));
            assert!(!is_from_elsewhere(&headers, false), "{origin}");
        }
    }
}
