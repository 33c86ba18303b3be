//! Posts over HTTP, for sinks that take letters so.

use super::attempt::Outcome;
use super::network;
use super::scrub::Scrub;
use jiff::SignedDuration;
use std::path::Path;
use std::time::Duration;
use ureq::tls::{PemItem, RootCerts, TlsConfig};
use ureq::{Agent, Timeout};

/// Who is posted to, in sentences.
const WHOM: &str = "the receiver";
/// So much of an answer is read, bytes.
const ANSWER: u64 = 64 << 10;
/// The longest wait that a receiver may ask for, seconds.
const LONGEST_ASKED: i64 = 3600;

/// Posts to one server.
pub(super) struct Post {
    agent: Agent,
    scrub: Scrub,
    timeout_seconds: f64,
}

/// What a server answered.
#[derive(Debug)]
pub(super) struct Answer {
    /// HTTP's status.
    pub(super) status: u16,
    /// The beginning of its body, as text.
    pub(super) body: String,
    /// Not sooner, as it asks.
    pub(super) after: Option<SignedDuration>,
}

impl Post {
    /// # Errors
    /// A clause that says what is wrong with the certificates' file.
    pub(super) fn new(
        timeout_seconds: f64,
        ca_file: Option<&Path>,
        scrub: Scrub,
    ) -> Result<Self, String> {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_global(Some(Duration::from_secs_f64(timeout_seconds)))
            // A sink is spoken to seldom; an old connection may be dead.
            .max_idle_connections(0)
            .user_agent(concat!("streetward/", env!("CARGO_PKG_VERSION")));
        if let Some(path) = ca_file {
            let roots = RootCerts::new_with_certs(&certificates(path)?);
            config = config.tls_config(TlsConfig::builder().root_certs(roots).build());
        }
        Ok(Self { agent: config.build().new_agent(), scrub, timeout_seconds })
    }

    /// Posts once.
    ///
    /// # Errors
    /// A sentence that says why there was no answer.
    pub(super) fn send(
        &self,
        url: &str,
        headers: &[(&str, String)],
        body: &[u8],
    ) -> Result<Answer, String> {
        let mut request = self.agent.post(url);
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let mut response = request.send(body).map_err(|e| self.said(&e))?;
        let after = response
            .headers()
            .get("retry-after")
            .and_then(|v| v.to_str().ok()?.parse::<i64>().ok())
            .map(|s| SignedDuration::from_secs(s.clamp(0, LONGEST_ASKED)));
        let status = response.status().as_u16();
        let mut answer = Vec::new();
        let read = {
            use std::io::Read;
            response.body_mut().as_reader().take(ANSWER).read_to_end(&mut answer)
        };
        // A taken letter is taken, however its answer ends.
        if read.is_err() && !(200..300).contains(&status) {
            answer.clear();
        }
        Ok(Answer { status, body: String::from_utf8_lossy(&answer).into_owned(), after })
    }

    /// What a status means that is no success; `told` is what the receiver says of it.
    pub(super) fn judge(&self, answer: &Answer, told: &str) -> Outcome {
        let told = self.scrub.clean(told);
        let told = if told.is_empty() { told } else { format!(" (\"{told}\")") };
        let status = answer.status;
        match status {
            401 | 403 | 407 => Outcome::Again {
                why: format!("the receiver answered {status}{told}: check its key or token"),
                after: answer.after,
            },
            408 | 421 | 425 | 429 | 500.. => Outcome::Again {
                why: format!("the receiver answered {status}{told}"),
                after: answer.after,
            },
            300..=399 => Outcome::refused(format!(
                "the receiver answered {status}, which points elsewhere: write the address it points to"
            )),
            _ => Outcome::refused(format!("the receiver answered {status}{told}")),
        }
    }

    fn said(&self, error: &ureq::Error) -> String {
        match error {
            ureq::Error::Timeout(Timeout::Resolve) | ureq::Error::HostNotFound => {
                network::unknown_host(WHOM)
            }
            ureq::Error::Timeout(_) => network::too_late(WHOM, self.timeout_seconds),
            ureq::Error::Io(e) => network::said(e, WHOM, self.timeout_seconds, &self.scrub),
            ureq::Error::ConnectionFailed => "the receiver cannot be reached".to_owned(),
            ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => {
                "the receiver's answer is no HTTP".to_owned()
            }
            ureq::Error::Tls(_) | ureq::Error::Rustls(_) | ureq::Error::Pem(_) => format!(
                "no secure connection to the receiver ({})",
                self.scrub.clean(&error.to_string())
            ),
            other => format!("posting failed ({})", self.scrub.clean(&other.to_string())),
        }
    }
}

/// The certificates of a PEM file.
///
/// # Errors
/// A clause that says what is wrong with it.
fn certificates(path: &Path) -> Result<Vec<ureq::tls::Certificate<'static>>, String> {
    let pem = read_ca(path)?;
    let found: Vec<_> = ureq::tls::parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(c)) => Some(c),
            _ => None,
        })
        .collect();
    if found.is_empty() {
        return Err(format!("{} holds no certificate in PEM; check ca_file", path.display()));
    }
    Ok(found)
}

/// The bytes of `ca_file`.
///
/// # Errors
/// A clause that says why it cannot be read.
pub(super) fn read_ca(path: &Path) -> Result<Vec<u8>, String> {
    std::fs::read(path)
        .map_err(|e| format!("{} cannot be read ({}); check ca_file", path.display(), e.kind()))
}
