//! Who asks, and whether he may: the one place where a request is let in. What a session, a role and a
//! scope are is the review room's to say.

use super::desk::Desk;
use super::refusal::Refusal;
use super::server::Peer;
use crate::review::{Actor, OpenSession, Permission, Reach, csrf_matches, csrf_of};
use crate::store::{NewEntry, QueueScope};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::Value;
use std::net::IpAddr;
use std::sync::Arc;

/// The cookie of a session.
pub(super) const COOKIE: &str = "streetward_session";
/// The header that every change by a session bears.
const CSRF: &str = "x-csrf-token";

/// What a route needs of whoever asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// Nothing: anybody may ask.
    Nothing,
    /// That he is signed in.
    Session,
    /// That his role, and his token, allow it.
    May(Permission),
}

/// A guard before a route.
#[derive(Clone)]
pub(super) struct Door {
    pub(super) desk: Arc<Desk>,
    pub(super) needs: Needs,
}

/// Where a request comes from, as far as it is known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Origin(pub(super) Option<IpAddr>);

/// Who asks.
#[derive(Debug, Clone)]
pub(super) struct Asker {
    /// Who acts, and what he may.
    pub(super) actor: Actor,
    /// What he may see.
    pub(super) scope: QueueScope,
    /// Names his session, or his token; no secret.
    pub(super) session: String,
    /// From where.
    pub(super) address: Option<String>,
    /// His session, where he asks by one.
    pub(super) open: Option<OpenSession>,
}

impl Asker {
    fn new(actor: Actor, session: String, address: Option<IpAddr>) -> Self {
        let scope =
            QueueScope { wards: listed(&actor.scope.wards), domains: listed(&actor.scope.domains) };
        let address = address.map(|a| a.to_string());
        Self { actor, scope, session, address, open: None }
    }

    /// Whether he may do this at all; where is another question.
    pub(super) fn may(&self, permission: Permission) -> bool {
        self.actor.permissions.has(permission)
    }
}

fn listed<T: Ord + Clone>(reach: &Reach<T>) -> Option<Vec<T>> {
    match reach {
        Reach::All => None,
        Reach::These(these) => Some(these.iter().cloned().collect()),
    }
}

/// Lets a request in or refuses it.
pub(super) async fn admit(State(door): State<Door>, mut request: Request, next: Next) -> Response {
    match door.let_in(&mut request).await {
        Ok(()) => next.run(request).await,
        Err(refusal) => refusal.into_response(),
    }
}

impl Door {
    async fn let_in(&self, request: &mut Request) -> Result<(), Refusal> {
        let from = address(&self.desk, request);
        let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
        if changes && is_from_elsewhere(request.headers()) {
            return Err(Refusal::forged());
        }
        request.extensions_mut().insert(Origin(from));
        if self.needs == Needs::Nothing {
            return Ok(());
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
        request.extensions_mut().insert(asker);
        Ok(())
    }

    async fn by_token(&self, token: String, from: Option<IpAddr>) -> Result<Asker, Refusal> {
        let (keeper, now) = (Arc::clone(&self.desk.doorkeeper), (self.desk.now)());
        let actor =
            self.desk.access.ask(move |store| Ok(keeper.token(store, &token, now)?)).await?;
        let actor = actor.ok_or_else(Refusal::who_are_you)?;
        let id = actor.id.clone();
        Ok(Asker::new(actor, id, from))
    }

    async fn by_session(
        &self,
        headers: &HeaderMap,
        changes: bool,
        from: Option<IpAddr>,
    ) -> Result<Asker, Refusal> {
        let secret = cookie(headers).ok_or_else(Refusal::who_are_you)?;
        let (keeper, now, asked) =
            (Arc::clone(&self.desk.doorkeeper), (self.desk.now)(), secret.clone());
        let open =
            self.desk.access.ask(move |store| Ok(keeper.session(store, &asked, now)?)).await?;
        let open = open.ok_or_else(Refusal::who_are_you)?;
        if changes {
            let given = headers.get(CSRF).and_then(|v| v.to_str().ok()).unwrap_or_default();
            if !csrf_matches(&secret, given) {
                return Err(Refusal::forged());
            }
        }
        let asker = Asker::new(open.actor.clone(), csrf_of(&secret), from);
        Ok(Asker { open: Some(open), ..asker })
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
/// (<https://www.w3.org/TR/fetch-metadata/>).
fn is_from_elsewhere(headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|site| site.to_str().ok());
    site.is_some_and(|site| !matches!(site, "same-origin" | "none"))
}

fn bearer(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim().to_owned())
}

fn cookie(headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|c| c.to_str().ok());
    let mut named = cookies
        .flat_map(|c| c.split(';'))
        .filter_map(|c| c.trim().split_once('='))
        .filter(|(name, _)| *name == COOKIE);
    let (_, value) = named.next()?;
    Some(value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderValue;

    fn headers(name: &'static str, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name.parse().unwrap(), HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn cookies_and_tokens_are_found_and_nothing_else_is_taken_for_them() {
        let cookie = |text| super::cookie(&headers("cookie", text));
        assert_eq!(cookie("a=1; streetward_session=abc; b=2").as_deref(), Some("abc"));
        assert_eq!(cookie("x_streetward_session=abc"), None);
        assert_eq!(cookie("streetward_session"), None);
        let bearer = |text| super::bearer(&headers("authorization", text));
        assert_eq!(bearer("Bearer swt_1").as_deref(), Some("swt_1"));
        assert_eq!(bearer("bearer swt_1").as_deref(), Some("swt_1"));
        assert_eq!(bearer("Basic swt_1"), None);
    }

    #[test]
    fn other_sites_are_told() {
        for (site, elsewhere) in
            [("same-origin", false), ("none", false), ("same-site", true), ("cross-site", true)]
        {
            assert_eq!(is_from_elsewhere(&headers("sec-fetch-site", site)), elsewhere, "{site}");
        }
        assert!(!is_from_elsewhere(&HeaderMap::new()), "programs do not say");
    }
}
