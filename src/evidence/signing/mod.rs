//! Who sealed it: Ed25519 keys of a data folder, and the signatures they make.
//!
//! A manifest tells whether files were changed, but anybody can write another manifest. A signature
//! by a key that only the service holds tells who sealed it. Keys are made on the machine that uses
//! them and lie in the data folder's `keys/`, readable to their owner alone; `keys.json` beside them
//! tells each key's time, and each key is vouched for by the one before. Nothing here decides what
//! is signed.

mod error;
mod keep;
mod key;
mod key_id;
mod ring;
mod sign;
mod signature;
mod trust;

pub use error::SigningError;
pub use keep::{
    KEYS, begin_earlier, ensure, export_public, new_key, ring, rotate, signer, trusted, writing,
};
pub use key::{PublicKey, SigningKey};
pub use key_id::KeyId;
pub use ring::{KeyPeriod, KeyRing, Vouched, VouchedKey};
pub use sign::sign_manifest;
pub use signature::{SIGNATURE_FILE, Signature, SignatureFormat};
pub(super) use trust::read_signature;
pub use trust::{SignatureState, Trusted};
