//! SHA-256 of files, read in pieces: a clip never lies in memory as a whole.

use sha2::{Digest, Sha256};
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

/// Size in bytes and SHA-256 (hexadecimal) of a file.
pub(crate) fn file_digest(path: &Path) -> io::Result<(u64, String)> {
    digest_of(&mut File::open(path)?)
}

/// The same of all that is left to be read.
pub(crate) fn digest_of(from: &mut impl Read) -> io::Result<(u64, String)> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_longer_than_the_buffer_hashes_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("long");
        let content: Vec<u8> = (0..200_001_u32).map(|i| (i % 251) as u8).collect();
        std::fs::write(&path, &content).unwrap();
        let whole = hex::encode(Sha256::digest(&content));
        assert_eq!(file_digest(&path).unwrap(), (200_001, whole));
    }
}
