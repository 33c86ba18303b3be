//! The cookie of a session. Over HTTPS its name begins with `__Host-`, by which browsers take it from
//! this host alone, over TLS, for all paths: no neighbour under the same domain sets one
//! (<https://www.rfc-editor.org/rfc/rfc6265#section-8.6>,
//! <https://developer.mozilla.org/docs/Web/HTTP/Reference/Headers/Set-Cookie#cookie_prefixes>).

use super::refusal::Refusal;
use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

/// The cookie's name.
pub(super) fn name(secure: bool) -> &'static str {
    if secure { "__Host-streetward_session" } else { "streetward_session" }
}

/// The secret that a request brings.
///
/// # Errors
/// Nobody is signed in; [`Refusal::doubled_cookie`] where two are brought: which one is this server's
/// cannot be told.
pub(super) fn secret(headers: &HeaderMap, secure: bool) -> Result<String, Refusal> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|c| c.to_str().ok());
    let mut named = cookies
        .flat_map(|c| c.split(';'))
        .filter_map(|c| c.trim().split_once('='))
        .filter(|(named, _)| *named == name(secure));
    let (_, value) = named.next().ok_or_else(Refusal::who_are_you)?;
    if named.next().is_some() {
        return Err(Refusal::doubled_cookie());
    }
    Ok(value.to_owned())
}

/// Gives a browser the secret of a session, or takes it away.
pub(super) fn give(answer: &mut Response, secret: Option<&str>, secure: bool) {
    let name = name(secure);
    let tail = if secure { "; Secure" } else { "" };
    let cookie = match secret {
        Some(secret) => format!("{name}={secret}; Path=/; HttpOnly; SameSite=Strict{tail}"),
        None => format!("{name}=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0{tail}"),
    };
    let headers = answer.headers_mut();
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        headers.insert(header::SET_COOKIE, cookie);
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sessions_cookie_is_found_once_and_nothing_else_is_taken_for_it() {
        let secret = |text: &str, secure| {
            let value = HeaderValue::from_str(text).unwrap();
            super::secret(&HeaderMap::from_iter([(header::COOKIE, value)]), secure).ok()
        };
        assert_eq!(secret("a=1; streetward_session=abc; b=2", false).as_deref(), Some("abc"));
        assert_eq!(secret("a=1; __Host-streetward_session=abc", true).as_deref(), Some("abc"));
        for (other, secure) in [
            ("x_streetward_session=abc", false),
            ("streetward_session", false),
            ("__Host-streetward_session=abc", false),
            ("streetward_session=abc", true),
            ("streetward_session=abc; streetward_session=abc", false),
            ("streetward_session=; streetward_session=abc", false),
        ] {
            assert_eq!(secret(other, secure), None, "{other}");
        }
    }
}
