//! One key: its secret half, and its public half.

use super::error::SigningError;
use super::key_id::KeyId;
use ed25519_dalek::pkcs8::spki::der::pem::LineEnding;
use ed25519_dalek::pkcs8::{DecodePublicKey, EncodePrivateKey, EncodePublicKey, KeypairBytes};
use ed25519_dalek::{Signer, VerifyingKey};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The public half of a key; written as 64 hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// What the key is called.
    pub fn id(&self) -> KeyId {
        KeyId::of(self.0.as_bytes())
    }

    /// The raw 32 bytes as hexadecimal digits.
    pub fn hex(&self) -> String {
        hex::encode(self.0.as_bytes())
    }

    /// Whether `signature` was made by this key over `bytes`. Strict: a signature has one form.
    pub fn signed(&self, bytes: &[u8], signature: &[u8; 64]) -> bool {
        let signature = ed25519_dalek::Signature::from_bytes(signature);
        self.0.verify_strict(bytes, &signature).is_ok()
    }

    /// As other programs take it (SPKI in PEM).
    ///
    /// # Errors
    /// Never in practice: the encoder refuses.
    pub fn to_pem(&self) -> Result<String, SigningError> {
        self.0
            .to_public_key_pem(LineEnding::LF)
            .map_err(|e| SigningError::Signature(format!("its public key cannot be written: {e}")))
    }

    /// Reads what [`Self::to_pem`] or `openssl pkey -pubout` wrote.
    ///
    /// # Errors
    /// It is not a public key for Ed25519.
    pub fn from_pem(pem: &str) -> Result<Self, SigningError> {
        VerifyingKey::from_public_key_pem(pem.trim()).map(Self).map_err(|e| {
            SigningError::Signature(format!("it is no public key for Ed25519 in PEM: {e}"))
        })
    }
}

impl TryFrom<String> for PublicKey {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let mut raw = [0; 32];
        hex::decode_to_slice(&text, &mut raw).map_err(|e| format!("no public key: {e}"))?;
        VerifyingKey::from_bytes(&raw).map(Self).map_err(|e| format!("no public key: {e}"))
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.hex()
    }
}

/// A key that signs. Its secret half is wiped from memory when it is dropped, and never shown.
pub struct SigningKey(ed25519_dalek::SigningKey);

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningKey({})", self.public().id())
    }
}

impl SigningKey {
    /// A new key, of the system's random numbers.
    ///
    /// # Errors
    /// The system gives none.
    pub fn generate() -> Result<Self, SigningError> {
        let mut secret = [0; 32];
        getrandom::fill(&mut secret).map_err(|e| SigningError::Random(e.to_string()))?;
        let key = ed25519_dalek::SigningKey::from_bytes(&secret);
        secret.fill(0);
        Ok(Self(key))
    }

    /// Its public half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key())
    }

    /// Signs bytes. The same bytes always give the same signature. 17 µs on one core (`benches/seals.rs`).
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.0.sign(bytes).to_bytes()
    }

    /// As it is kept: PKCS#8 in PEM, of the first version, which every OpenSSL reads.
    pub(super) fn to_pem(&self) -> Result<String, String> {
        let pair = KeypairBytes { secret_key: self.0.to_bytes(), public_key: None };
        pair.to_pkcs8_pem(LineEnding::LF).map(|pem| pem.to_string()).map_err(|e| e.to_string())
    }

    /// Reads what [`Self::to_pem`] or `openssl genpkey -algorithm ed25519` wrote.
    pub(super) fn from_pem(pem: &str) -> Result<Self, String> {
        use ed25519_dalek::pkcs8::DecodePrivateKey;
        ed25519_dalek::SigningKey::from_pkcs8_pem(pem).map(Self).map_err(|e| e.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_key_reads_back_as_it_was_written() {
        let key = SigningKey::generate().unwrap();
        let again = SigningKey::from_pem(&key.to_pem().unwrap()).unwrap();
        assert_eq!(again.public(), key.public());
        assert_eq!(again.sign(b"x"), key.sign(b"x"));
        assert!(key.public().signed(b"x", &key.sign(b"x")));
        assert!(!key.public().signed(b"y", &key.sign(b"x")));
        let public = PublicKey::from_pem(&key.public().to_pem().unwrap()).unwrap();
        assert_eq!(public, key.public());
        assert_eq!(PublicKey::try_from(public.hex()), Ok(public));
        assert!(!format!("{key:?}").contains(&hex::encode(key.0.to_bytes())));
    }

    #[test]
    fn keys_differ() {
        let [a, b] = std::array::from_fn(|_| SigningKey::generate().unwrap().public());
        assert_ne!(a.id(), b.id());
    }

    proptest! {
        #[test]
        fn no_text_makes_reading_a_key_panic(text in ".{0,200}") {
            let _ = SigningKey::from_pem(&text);
            let _ = PublicKey::from_pem(&text);
            let _ = PublicKey::try_from(text.clone());
            let _ = KeyId::try_from(text);
        }
    }
}
