//! Where a controller says what its traffic light shows now.

use super::secret::{Secret, WebAddress};
use crate::scene::SignalFeed;
use std::sync::Arc;

/// A controller's live word on one traffic light. Whoever runs a camera listens to it.
#[derive(Debug, Clone, PartialEq)]
pub struct FeedConfig {
    /// The signal's name.
    pub signal: String,
    /// Where it is said.
    pub address: FeedAddress,
    /// What was not heard of for so long is unknown, seconds.
    pub stale_seconds: f64,
    /// What is heard; the signal's programme reads it.
    pub feed: Arc<SignalFeed>,
}

/// Where a controller speaks.
#[derive(Debug, Clone, PartialEq)]
pub enum FeedAddress {
    /// A web server that answers GET.
    Web(WebAddress),
    /// A topic of an MQTT broker.
    Mqtt {
        /// The broker's host.
        host: String,
        /// Its port.
        port: u16,
        /// Whether to speak TLS.
        tls: bool,
        /// User and password.
        login: Option<(String, Secret)>,
        /// The topic.
        topic: String,
    },
}

impl FeedAddress {
    /// From `http(s)://…` or `mqtt(s)://[user:password@]host[:port]/topic`, with each `${NAME}`
    /// replaced by what `environment` says.
    ///
    /// # Errors
    /// A clause that says what is wrong, without the text.
    pub(super) fn new(
        written: &str,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let lower = written.trim().to_ascii_lowercase();
        if lower.starts_with("http://") || lower.starts_with("https://") {
            return WebAddress::new(written, environment).map(Self::Web);
        }
        let form = || "must be like http://host/path or mqtt://host/topic".to_owned();
        let tls = lower.starts_with("mqtts://");
        if !tls && !lower.starts_with("mqtt://") {
            return Err(form());
        }
        let written = written.trim();
        if super::redact::redact(written) != written && !written.contains("${") {
            return Err("holds a password; write ${NAME} and set it in the environment".to_owned());
        }
        let address = super::address::expand(written, environment).map_err(|e| e.to_string())?;
        let rest = address.split_once("://").map_or("", |(_, rest)| rest);
        // The password may hold any sign but the topic's slash.
        let (authority, topic) = rest.split_once('/').ok_or_else(form)?;
        let (login, place) = match authority.rsplit_once('@') {
            None => (None, authority),
            Some((login, place)) => {
                let (user, password) = login.split_once(':').ok_or_else(form)?;
                (Some((user.to_owned(), Secret::new(password))), place)
            }
        };
        let (host, port) = match place.rsplit_once(':') {
            None => (place, if tls { 8883 } else { 1883 }),
            Some((host, port)) => (host, port.parse().map_err(|_| form())?),
        };
        let sound = !host.is_empty()
            && host.chars().all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
            && !topic.is_empty()
            && !topic.contains(['+', '#', '\0']);
        if !sound {
            return Err(form());
        }
        Ok(Self::Mqtt { host: host.to_owned(), port, tls, login, topic: topic.to_owned() })
    }
}
