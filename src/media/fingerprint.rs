//! What makes a source the same source wherever it lies and whenever it was copied.

use super::error::MediaError;
use sha2::{Digest, Sha256};
use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::PathBuf,
};

const PART: u64 = 1 << 20;

/// Hexadecimal, the first 16 bytes of SHA-256 over each file's size (64 bit, little-endian) and
/// its first, middle and last MiB (the whole of it when it has no more than three).
pub(super) fn of(files: &[PathBuf]) -> Result<String, MediaError> {
    let mut hash = Sha256::new();
    let mut buffer = Vec::new();
    for path in files {
        let failed = |error: std::io::Error| MediaError::from_io(path, &error);
        let mut file = File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        hash.update(size.to_le_bytes());
        let parts = if size <= 3 * PART {
            vec![(0, size)]
        } else {
            vec![(0, PART), (size / 2 - PART / 2, PART), (size - PART, PART)]
        };
        for (start, length) in parts {
            file.seek(SeekFrom::Start(start)).map_err(failed)?;
            buffer.clear();
            file.by_ref().take(length).read_to_end(&mut buffer).map_err(failed)?;
            hash.update(&buffer);
        }
    }
    Ok(hex::encode(&hash.finalize()[..16]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_counts_and_the_name_does_not() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, bytes: &[u8]| {
            let path = folder.path().join(name);
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let mut bytes: Vec<u8> = (0..5 * PART).map(|i| (i % 253) as u8).collect();
        let a = of(&[write("a", &bytes)]).unwrap();
        assert_eq!(a.len(), 32);
        assert_eq!(a, of(&[write("b", &bytes)]).unwrap());
        for at in [0, 5 * PART as usize / 2, 5 * PART as usize - 1] {
            bytes[at] ^= 1;
            assert_ne!(a, of(&[write("c", &bytes)]).unwrap(), "byte {at}");
            bytes[at] ^= 1;
        }
        bytes.push(0);
        assert_ne!(a, of(&[write("d", &bytes)]).unwrap());
        let small = write("e", b"small");
        assert_ne!(of(&[small.clone(), small.clone()]).unwrap(), of(&[small]).unwrap());
    }
}
