//! On what terms the server answers.

use super::error::ServeError;
use crate::config::ServeConfig;
use crate::review::SessionTerms;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// On what terms the server answers. What a site file does not say has the default.
#[derive(Debug, Clone)]
pub struct ServeTerms {
    /// Where.
    pub listen: SocketAddr,
    /// The certificate chain and the private key, in PEM; `None`: plain HTTP.
    pub certificate: Option<(PathBuf, PathBuf)>,
    /// Whether a proxy stands before it, whose `X-Forwarded-For` names the client.
    pub behind_proxy: bool,
    /// How long sessions last.
    pub sessions: SessionTerms,
    /// Connections at once; more wait to be taken.
    pub connections: usize,
    /// Connections at once from one address, unless a proxy stands before.
    pub connections_each: usize,
    /// Clients that watch for news at once.
    pub watchers: usize,
    /// The same of one user.
    pub watchers_each: usize,
    /// Questions of one user that are answered at once; more of his wait. Fewer than there are threads
    /// that read, so that nobody has all of them.
    pub questions_each: usize,
    /// Files that one user takes at once; more of his wait.
    pub downloads_each: usize,
    /// How long a question or a file waits for others of the same user.
    pub turn_within: Duration,
    /// How long a client may take to send the head of a request.
    pub head_within: Duration,
    /// How long a request may take, its body included, but not the answer's way to the client.
    pub answer_within: Duration,
    /// How long a question waits for a database that somebody else holds; people are told then.
    pub database_within: Duration,
    /// How long a client may take nothing of what is sent to it.
    pub taken_within: Duration,
    /// How long a stop waits for answers that are on their way.
    pub drain: Duration,
    /// How often it is looked for news.
    pub news_every: Duration,
}

impl ServeTerms {
    /// Plain HTTP at `listen`.
    pub fn at(listen: SocketAddr) -> Self {
        Self {
            listen,
            certificate: None,
            behind_proxy: false,
            sessions: SessionTerms { hours: 12, idle_minutes: 60 },
            connections: 512,
            connections_each: 128,
            watchers: 100,
            watchers_each: 6,
            questions_each: 3,
            downloads_each: 8,
            turn_within: Duration::from_secs(5),
            head_within: Duration::from_secs(10),
            answer_within: Duration::from_secs(30),
            database_within: Duration::from_secs(4),
            taken_within: Duration::from_secs(30),
            drain: Duration::from_secs(5),
            news_every: Duration::from_secs(1),
        }
    }

    /// As a site says.
    pub fn of(config: &ServeConfig) -> Self {
        let tls = config.tls.as_ref().map(|t| (t.certificate.clone(), t.key.clone()));
        Self {
            certificate: tls,
            behind_proxy: config.behind_proxy,
            sessions: SessionTerms {
                hours: config.session_hours,
                idle_minutes: config.idle_minutes,
            },
            ..Self::at(config.listen)
        }
    }

    /// Refuses plain HTTP where others could listen.
    ///
    /// # Errors
    /// [`ServeError::PlainAbroad`].
    pub fn checked(self) -> Result<Self, ServeError> {
        let alone = self.listen.ip().is_loopback();
        if self.certificate.is_none() && !alone && !self.behind_proxy {
            return Err(ServeError::PlainAbroad { address: self.listen });
        }
        Ok(self)
    }

    /// Whether browsers are to send cookies over TLS alone.
    pub(super) fn secure(&self) -> bool {
        self.certificate.is_some() || self.behind_proxy
    }
}
