//! An authority asked over HTTP.

use super::error::StampError;
use std::io::Read;
use std::time::Duration;
use ureq::Agent;

/// An authority that takes longer is asked again later.
const TIMEOUT: Duration = Duration::from_secs(10);
/// No answer comes near this many bytes.
const LIMIT: u64 = 256 << 10;

/// Asks once. Its answer is checked by whoever asked.
pub(super) fn ask(url: &str, request: &[u8]) -> Result<Vec<u8>, StampError> {
    let failed = |detail: String| StampError::Authority { authority: host(url), detail };
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .timeout_global(Some(TIMEOUT))
        .max_idle_connections(0)
        .user_agent(concat!("streetward/", env!("CARGO_PKG_VERSION")))
        .build()
        .new_agent();
    let mut response = agent
        .post(url)
        .header("content-type", "application/timestamp-query")
        .header("accept", "application/timestamp-reply")
        .send(request)
        .map_err(|e| failed(e.to_string().replace(url, "the address")))?;
    if response.status().as_u16() != 200 {
        return Err(failed(format!("it answered {}", response.status())));
    }
    let mut answer = Vec::new();
    let mut body = response.body_mut().as_reader().take(LIMIT + 1);
    body.read_to_end(&mut answer).map_err(|e| failed(e.to_string()))?;
    if answer.len() as u64 > LIMIT {
        return Err(failed("its answer is longer than any time-stamp".to_owned()));
    }
    Ok(answer)
}

/// The host alone: an address may hold a password.
fn host(url: &str) -> String {
    url::Url::parse(url).ok().and_then(|u| u.host_str().map(str::to_owned)).unwrap_or_default()
}
