//! TLS with the site's own certificate.

use super::error::ServeError;
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::path::Path;
use std::sync::Arc;
use tokio_rustls::TlsAcceptor;

/// Reads a chain and its key.
///
/// # Errors
/// [`ServeError::Certificate`], naming the file.
pub(super) fn acceptor(chain: &Path, key: &Path) -> Result<TlsAcceptor, ServeError> {
    let wrong =
        |path: &Path, detail: String| ServeError::Certificate { path: path.to_path_buf(), detail };
    let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(chain)
        .and_then(Iterator::collect)
        .map_err(|e| wrong(chain, e.to_string()))?;
    if certificates.is_empty() {
        return Err(wrong(chain, "it holds no certificate".to_owned()));
    }
    let secret = PrivateKeyDer::from_pem_file(key).map_err(|e| wrong(key, e.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| wrong(chain, e.to_string()))?
        .with_no_client_auth()
        .with_single_cert(certificates, secret)
        .map_err(|e| wrong(key, e.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
