//! The table [serve]: where people review, and how they are let in.

use super::table::{At, Table};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

pub(super) const KEYS: &[&str] =
    &["listen", "certificate_file", "key_file", "behind_proxy", "session_hours", "idle_minutes"];

/// Where people review, and how they are let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServeConfig {
    /// Where it is served.
    pub listen: SocketAddr,
    /// Certificate chain and private key, PEM; `None`: no TLS here.
    pub tls: Option<TlsFiles>,
    /// Whether a proxy stands before it that speaks TLS and says whom it speaks for.
    pub behind_proxy: bool,
    /// A session ends so many hours after it began.
    pub session_hours: u32,
    /// And after so many minutes without a request.
    pub idle_minutes: u32,
}

/// The files that TLS needs, PEM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlsFiles {
    /// The certificate, and those that vouch for it.
    pub certificate: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Default for ServeConfig {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8480)),
            tls: None,
            behind_proxy: false,
            session_hours: 12,
            idle_minutes: 60,
        }
    }
}

/// Reads the table, if there is one, noting every mistake.
pub(super) fn read(root: &Table<'_>) -> ServeConfig {
    let usual = ServeConfig::default();
    let Some(table) = root.table("serve", " in [serve]", KEYS) else { return usual };
    let path = |key| table.string(key, "a path in quotes").map(|p| table.doc().resolve(p.value));
    let tls = match (path("certificate_file"), path("key_file")) {
        (Some(certificate), Some(key)) => Some(TlsFiles { certificate, key }),
        (None, None) => None,
        (given, _) => {
            let (has, lacks) = if given.is_some() {
                ("certificate_file", "key_file")
            } else {
                ("key_file", "certificate_file")
            };
            let message = format!("\"{has}\" needs \"{lacks}\" beside it");
            table.doc().refuse(table.key_span(has), &message);
            None
        }
    };
    let whole =
        |key, range, unit, usual| table.integer(key, range, unit).map_or(usual, |n| n.value as u32);
    let config = ServeConfig {
        listen: listen(&table).unwrap_or(usual.listen),
        tls,
        behind_proxy: table.flag("behind_proxy").unwrap_or(false),
        session_hours: whole("session_hours", 1..=168, "hours", usual.session_hours),
        idle_minutes: whole("idle_minutes", 1..=1440, "minutes", usual.idle_minutes),
    };
    let tls_meant = table.has("certificate_file") || table.has("key_file");
    if !config.listen.ip().is_loopback() && !tls_meant && !config.behind_proxy {
        let message = "passwords would cross the network in the clear: give \"certificate_file\" and \"key_file\", or listen on 127.0.0.1, or set behind_proxy = true where a proxy speaks TLS";
        table.doc().refuse(table.key_span("listen"), message);
    }
    config
}

fn listen(table: &Table<'_>) -> Option<SocketAddr> {
    let At { value, span } = table.string("listen", "an address in quotes")?;
    let address = value.parse().ok();
    if address.is_none() {
        let message = "\"listen\" must be an address and a port, like 127.0.0.1:8480";
        table.doc().refuse(span, message);
    }
    address
}
