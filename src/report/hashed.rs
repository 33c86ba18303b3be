//! A writer that knows the checksum of what went through it: what left the house can be told again.

use sha2::{Digest, Sha256};
use std::io::{self, Write};

/// A writer over another one.
#[derive(Debug)]
pub struct Hashed<W> {
    to: W,
    hash: Sha256,
}

impl<W: Write> Hashed<W> {
    /// Over `to`.
    pub fn new(to: W) -> Self {
        Self { to, hash: Sha256::new() }
    }

    /// The writer, with the SHA-256 (hexadecimal) of all that it was given.
    pub fn end(self) -> (W, String) {
        (self.to, hex::encode(self.hash.finalize()))
    }
}

impl<W: Write> Write for Hashed<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = self.to.write(bytes)?;
        self.hash.update(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes two bytes at a time, as a full pipe does.
    struct Narrow(Vec<u8>);

    impl Write for Narrow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = bytes.len().min(2);
            self.0.extend(&bytes[..taken]);
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The example of FIPS 180-4.
    #[test]
    fn what_was_taken_is_hashed_and_nothing_else() {
        let mut out = Hashed::new(Narrow(Vec::new()));
        out.write_all(b"abc").unwrap();
        let (narrow, sum) = out.end();
        assert_eq!(narrow.0, b"abc");
        assert_eq!(sum, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }
}
