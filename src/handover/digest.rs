//! SHA-256 of what is read, in pieces.

use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Size in bytes and SHA-256 (hexadecimal) of a file.
pub(super) fn file_digest(path: &Path) -> io::Result<(u64, String)> {
    digest_of(&mut File::open(path)?)
}

/// The same of all that is left to be read.
pub(super) fn digest_of(from: &mut impl Read) -> io::Result<(u64, String)> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut bytes = 0;
    loop {
        match from.read(&mut buffer) {
            Ok(0) => return Ok((bytes, hex::encode(hash.finalize()))),
            Ok(n) => {
                hash.update(&buffer[..n]);
                bytes += n as u64;
            }
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
}

/// The SHA-256 of bytes, hexadecimal.
pub(super) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}
