//! Random bytes that nobody can guess.

use super::refusal::Refusal;

/// `N` random bytes as hexadecimal digits, from the provider that makes TLS's keys too.
pub(super) fn random<const N: usize>() -> Result<String, Refusal> {
    let mut bytes = [0_u8; N];
    rustls::crypto::ring::default_provider().secure_random.fill(&mut bytes).map_err(|_| {
        tracing::error!("the system gives no random bytes");
        Refusal::broken()
    })?;
    Ok(hex::encode(bytes))
}
