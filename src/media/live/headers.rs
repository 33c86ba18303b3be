//! The parameter sets that H.264 and H.265 streams repeat before keyframes: when they change, so do
//! decoder and clip (ITU-T H.264 and H.265, Annex B; unit types in 7.4.1 and 7.4.2.2).

/// The parameter sets at the beginning of an Annex B access unit, each behind a start code, in the
/// order sent and each once; `None` where they are not all there, or for another codec.
pub(super) fn of(codec: &str, unit: &[u8]) -> Option<Vec<u8>> {
    let is_h264 = match codec {
        "h264" => true,
        "hevc" => false,
        _ => return None,
    };
    let mut sets: Vec<&[u8]> = Vec::new();
    let mut kinds = 0_u8;
    // They come first; a picture is not searched to its end.
    for nal in units(&unit[..unit.len().min(1 << 14)]) {
        let first = *nal.first()?;
        let kind = if is_h264 { first & 0x1f } else { first >> 1 & 0x3f };
        let (place, picture) = if is_h264 {
            (matches!(kind, 7 | 8).then(|| kind - 7), (1..=5).contains(&kind))
        } else {
            (matches!(kind, 32..=34).then(|| kind - 32), kind < 32)
        };
        if picture {
            break;
        }
        if let Some(place) = place {
            kinds |= 1 << place;
            if !sets.contains(&nal) {
                sets.push(nal);
            }
        }
    }
    let all = if is_h264 { 0b11 } else { 0b111 };
    if kinds != all {
        return None;
    }
    let mut headers = Vec::with_capacity(sets.iter().map(|s| s.len() + 4).sum());
    for set in sets {
        headers.extend_from_slice(&[0, 0, 0, 1]);
        headers.extend_from_slice(set);
    }
    Some(headers)
}

/// The units between start codes, without the zeros that pad them.
fn units(data: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut rest = after_start_code(data);
    std::iter::from_fn(move || {
        let unit = rest?;
        let next = unit.windows(3).position(|w| w == [0, 0, 1]);
        rest = next.map(|at| &unit[at + 3..]);
        let unit = &unit[..next.unwrap_or(unit.len())];
        let padding = unit.iter().rev().take_while(|&&b| b == 0).count();
        Some(&unit[..unit.len() - padding])
    })
    .filter(|unit| !unit.is_empty())
}

fn after_start_code(data: &[u8]) -> Option<&[u8]> {
    let at = data.windows(3).position(|w| w == [0, 0, 1])?;
    Some(&data[at + 3..])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn sets_are_found_before_the_picture() {
        let unit = [
            0, 0, 0, 1, 0x09, 0xf0, 0, 0, 0, 1, 0x67, 1, 2, 0, 0, 1, 0x68, 3, 0, 0, 0, 1, 0x65, 9,
            0, 0, 1, 0x67, 7,
        ];
        let expected = [0, 0, 0, 1, 0x67, 1, 2, 0, 0, 0, 1, 0x68, 3];
        assert_eq!(of("h264", &unit).as_deref(), Some(&expected[..]));
        assert_eq!(of("h264", &expected).as_deref(), Some(&expected[..]), "as in extradata");
        assert_eq!(of("hevc", &unit), None);
        assert_eq!(of("h264", &[0, 0, 1, 0x67, 1, 0, 0, 1, 0x65]), None, "half of them");
        let hevc = [0, 0, 1, 0x40, 1, 0, 0, 1, 0x42, 1, 0, 0, 1, 0x44, 1, 0, 0, 1, 0x26, 1];
        assert_eq!(of("hevc", &hevc).map(|sets| sets.len()), Some(18));
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_panic(data in prop::collection::vec(0_u8..4, 0..200)) {
            let _ = (of("h264", &data), of("hevc", &data));
        }
    }
}
