//! Whether a file is as long as its own header says, read from the container's outermost layer.

use std::{
    fs::File,
    io::{Read, Seek, SeekFrom},
    path::Path,
};

/// What the outermost layer of a file tells.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Outline {
    /// An MP4 (ISO base media file).
    pub(super) is_mp4: bool,
    /// An MP4 with an index, or with fragments that carry their own.
    pub(super) has_index: bool,
    /// The file has fewer bytes than its header says: (there are, there should be).
    pub(super) short: Option<(u64, u64)>,
    /// Packets end only where the next begins, so that a cut leaves a part of one unmarked.
    pub(super) is_stream: bool,
}

/// Reads the outline; a file that cannot be read has an empty one.
pub(super) fn outline(path: &Path) -> Outline {
    File::open(path).ok().and_then(|mut file| read(&mut file).ok()).unwrap_or_default()
}

fn read(file: &mut File) -> std::io::Result<Outline> {
    let size = file.metadata()?.len();
    let mut head = [0; 64];
    let length = file.take(64).read(&mut head)?;
    let head = &head[..length];
    if head.get(4..8) == Some(b"ftyp") {
        return mp4(file, size);
    }
    if head.starts_with(b"RIFF") {
        let declared = u64::from(u32::from_le_bytes(four(head, 4))) + 8;
        // A recorder that never finished leaves 0 there, which says nothing about the length.
        return Ok(Outline { short: shorter(size, declared), ..Outline::default() });
    }
    if head.starts_with(&[0x1a, 0x45, 0xdf, 0xa3]) {
        return Ok(Outline { short: matroska(head, size), ..Outline::default() });
    }
    if head.first() == Some(&0x47) && size % 188 != 0 && size > 188 {
        let declared = size.next_multiple_of(188);
        return Ok(Outline {
            short: Some((size, declared)),
            is_stream: true,
            ..Outline::default()
        });
    }
    Ok(Outline::default())
}

fn shorter(size: u64, declared: u64) -> Option<(u64, u64)> {
    (size < declared).then_some((size, declared))
}

fn four(bytes: &[u8], at: usize) -> [u8; 4] {
    bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).unwrap_or_default()
}

/// Walks the boxes of ISO/IEC 14496-12: 32-bit size, type, and a 64-bit size where that is 1.
fn mp4(file: &mut File, size: u64) -> std::io::Result<Outline> {
    let mut outline = Outline { is_mp4: true, ..Outline::default() };
    let mut at = 0;
    // Fragmented recordings have two boxes a fragment; the bound is for malicious files.
    for _ in 0..1_000_000 {
        if at + 8 > size {
            break;
        }
        file.seek(SeekFrom::Start(at))?;
        let mut head = [0; 16];
        let length = file.take(16).read(&mut head)?;
        let mut extent = u64::from(u32::from_be_bytes(four(&head, 0)));
        if extent == 1 && length == 16 {
            let (high, low) = (four(&head, 8), four(&head, 12));
            extent = u64::from(u32::from_be_bytes(high)) << 32 | u64::from(u32::from_be_bytes(low));
        }
        let whole = extent == 0 || at.saturating_add(extent) <= size;
        if matches!(&head[4..8], b"moov" | b"moof") && whole {
            outline.has_index = true;
        }
        if extent == 0 {
            break;
        }
        if !whole {
            outline.short = Some((size, at.saturating_add(extent)));
        }
        if extent < 8 || !whole {
            break;
        }
        at += extent;
    }
    Ok(outline)
}

/// EBML (RFC 8794): a header element, then the segment with its length, unless it is unknown.
fn matroska(head: &[u8], size: u64) -> Option<(u64, u64)> {
    let (length, width) = variable(head.get(4..)?)?;
    let segment = 4 + width + usize::try_from(length).ok()?;
    (head.get(segment..segment + 4)? == [0x18, 0x53, 0x80, 0x67]).then_some(())?;
    let (length, width) = variable(head.get(segment + 4..)?)?;
    let unknown = (1_u64 << (7 * width)) - 1;
    if length == unknown {
        return None;
    }
    shorter(size, (segment + 4 + width) as u64 + length)
}

/// A variable-length number and its width in bytes.
fn variable(bytes: &[u8]) -> Option<(u64, usize)> {
    let first = *bytes.first()?;
    let width = first.leading_zeros() as usize + 1;
    let rest = bytes.get(1..width)?;
    let start = u64::from(first) & ((1_u64 << (8 - width.min(8))) - 1);
    Some((rest.iter().fold(start, |value, &byte| value << 8 | u64::from(byte)), width))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(bytes: &[u8]) -> Outline {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), bytes).unwrap();
        outline(file.path())
    }

    fn boxed(kind: [u8; 4], extent: u32, there: usize) -> Vec<u8> {
        let mut bytes = extent.to_be_bytes().to_vec();
        bytes.extend(kind);
        bytes.resize(there, 0);
        bytes
    }

    #[test]
    fn boxes_are_walked() {
        let head = boxed(*b"ftyp", 16, 16);
        let whole = [head.clone(), boxed(*b"moov", 24, 24), boxed(*b"mdat", 100, 100)].concat();
        assert_eq!(of(&whole), Outline { is_mp4: true, has_index: true, ..Outline::default() });
        let cut = [head.clone(), boxed(*b"moov", 24, 24), boxed(*b"mdat", 100, 50)].concat();
        assert_eq!(
            of(&cut),
            Outline { is_mp4: true, has_index: true, short: Some((90, 140)), is_stream: false }
        );
        let unfinished = [head, boxed(*b"mdat", 0, 50)].concat();
        assert_eq!(of(&unfinished), Outline { is_mp4: true, ..Outline::default() });
    }

    #[test]
    fn other_containers_tell_their_length() {
        let mut avi = b"RIFF".to_vec();
        avi.extend(92_u32.to_le_bytes());
        avi.resize(60, 0);
        assert_eq!(of(&avi).short, Some((60, 100)));
        avi.resize(100, 0);
        assert_eq!(of(&avi).short, None);
        let mut mkv = vec![0x1a, 0x45, 0xdf, 0xa3, 0x82, 0, 0, 0x18, 0x53, 0x80, 0x67, 0xa0];
        mkv.resize(20, 0);
        assert_eq!(of(&mkv).short, Some((20, 44)));
        let mut ts = vec![0x47; 188 * 3];
        assert_eq!(of(&ts).short, None);
        ts.truncate(400);
        assert_eq!(of(&ts).short, Some((400, 564)));
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(kind in 0..3_usize, tail in prop::collection::vec(any::<u8>(), 0..80)) {
            let head: [&[u8]; 3] = [b"\0\0\0\x10ftyp", &[0x1a, 0x45, 0xdf, 0xa3], b"RIFF"];
            let _ = of(&[head[kind], &tail].concat());
        }
    }
}
