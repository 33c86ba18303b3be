//! The signature of a manifest, in a file beside it: the manifest stays byte for byte what it was.

use super::error::SigningError;
use super::key::{PublicKey, SigningKey};
use super::key_id::KeyId;
use serde::{Deserialize, Serialize};

/// The file of a manifest's signature, beside the manifest.
pub const SIGNATURE_FILE: &str = "manifest.sig";
/// No signature comes near this many bytes; more is not read.
const LIMIT: usize = 4096;

/// The versions of signatures that this program reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SignatureFormat {
    /// The first: Ed25519 over the bytes of the file that is signed.
    #[serde(rename = "streetward.signature/1")]
    V1,
}

/// A signature over some bytes, and by which key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// Which version of the signature this is.
    pub format: SignatureFormat,
    /// By which key.
    pub key_id: KeyId,
    /// Its public half. It proves nothing by itself: whoever signs brings his own.
    pub public_key: PublicKey,
    /// 64 bytes as 128 hexadecimal digits.
    pub signature: String,
}

impl Signature {
    /// Signs bytes.
    pub fn of(key: &SigningKey, bytes: &[u8]) -> Self {
        let public_key = key.public();
        Self {
            format: SignatureFormat::V1,
            key_id: public_key.id(),
            public_key,
            signature: hex::encode(key.sign(bytes)),
        }
    }

    /// Reads a signature. Its key's name is sure to be the key's afterwards; whether it is right is
    /// another question: [`Self::signs`].
    ///
    /// # Errors
    /// [`SigningError::Signature`].
    pub fn parse(json: &[u8]) -> Result<Self, SigningError> {
        let bad = |detail: String| Err(SigningError::Signature(detail));
        if json.len() > LIMIT {
            return bad("it is larger than any signature".to_owned());
        }
        match serde_json::from_slice::<Self>(json) {
            Ok(read) if read.key_id != read.public_key.id() => {
                bad(format!("its public key is not called {}", read.key_id))
            }
            Ok(read) => Ok(read),
            Err(e) => bad(e.to_string()),
        }
    }

    /// As it is stored: indented JSON with a last line break.
    ///
    /// # Errors
    /// Never in practice: the encoder refuses.
    pub fn to_json(&self) -> Result<Vec<u8>, serde_json::Error> {
        let mut json = serde_json::to_vec_pretty(self)?;
        json.push(b'\n');
        Ok(json)
    }

    /// Whether it was made over these bytes by the key that it names.
    pub fn signs(&self, bytes: &[u8]) -> bool {
        let mut raw = [0; 64];
        hex::decode_to_slice(&self.signature, &mut raw).is_ok()
            && self.public_key.signed(bytes, &raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_signature_is_of_its_bytes_and_its_key() {
        let [key, other] = std::array::from_fn(|_| SigningKey::generate().unwrap());
        let made = Signature::of(&key, b"manifest");
        let read = Signature::parse(&made.to_json().unwrap()).unwrap();
        assert_eq!(read, made);
        assert!(read.signs(b"manifest") && !read.signs(b"manifesto"));
        let mut swapped = made.clone();
        swapped.public_key = other.public();
        let error = Signature::parse(&swapped.to_json().unwrap()).unwrap_err().to_string();
        assert!(error.contains("is not called"), "{error}");
        swapped.key_id = other.public().id();
        assert!(!Signature::parse(&swapped.to_json().unwrap()).unwrap().signs(b"manifest"));
        assert_eq!(Signature::of(&key, b"manifest"), made, "the same bytes, the same signature");
    }

    proptest! {
        #[test]
        fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Signature::parse(&bytes);
        }

        #[test]
        fn one_changed_digit_is_found(at in 0_usize..128, digit in 0_u32..16) {
            let key = SigningKey::generate().unwrap();
            let mut made = Signature::of(&key, b"manifest");
            let digit = char::from_digit(digit, 16).unwrap().to_string();
            prop_assume!(made.signature[at..=at] != digit);
            made.signature.replace_range(at..=at, &digit);
            prop_assert!(!made.signs(b"manifest"));
        }
    }
}
