//! Why no server runs.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

/// Why nothing is served.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The port.
    #[error("{table} listen: {address} cannot be used: {source}; choose a free port{or}")]
    Port {
        /// The table of the site file that names it.
        table: &'static str,
        /// As configured.
        address: SocketAddr,
        /// What else can be done, with a leading space.
        or: &'static str,
        /// What the system said.
        source: io::Error,
    },
    /// A certificate or key.
    #[error(
        "[serve]: {} cannot be used: {detail}; give a certificate chain and its private key, both in PEM",
        .path.display()
    )]
    Certificate {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// Plain HTTP where others could listen.
    #[error(
        "[serve] listen: {address} is open to other machines without TLS: give certificate_file and \
         key_file, or listen on 127.0.0.1 behind a proxy that has them and write behind_proxy = true"
    )]
    PlainAbroad {
        /// As configured.
        address: SocketAddr,
    },
    /// The store.
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    /// Sessions.
    #[error(transparent)]
    Access(#[from] crate::review::AccessError),
    /// The system.
    #[error("no server could be started: {0}")]
    System(#[from] io::Error),
}
