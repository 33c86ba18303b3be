//! Which bytes of a file are asked for (RFC 9110, 14).

/// What a `Range` header asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Range {
    /// The whole: none is asked for, or one that may be left unheard, as several at once.
    Whole,
    /// From the first to the last byte, both included.
    Part(u64, u64),
    /// Nothing that there is.
    Nothing,
}

/// Reads a `Range` header for a file of `length` bytes.
pub(super) fn range(header: Option<&str>, length: u64) -> Range {
    let Some(spec) = header.and_then(|h| h.trim().strip_prefix("bytes=")) else {
        return Range::Whole;
    };
    let Some((first, last)) = spec.trim().split_once('-') else { return Range::Whole };
    let number = |text: &str| {
        // `parse` would take a sign.
        let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse().unwrap_or(u64::MAX))
    };
    match (first.trim(), last.trim()) {
        ("", suffix) => match number(suffix) {
            None => Range::Whole,
            Some(0) => Range::Nothing,
            Some(_) if length == 0 => Range::Nothing,
            Some(n) => Range::Part(length.saturating_sub(n), length - 1),
        },
        (first, last) => {
            let (Some(first), open) = (number(first), last.is_empty()) else { return Range::Whole };
            let last = if open { Some(u64::MAX) } else { number(last) };
            match last {
                Some(last) if last < first => Range::Whole,
                Some(_) if first >= length => Range::Nothing,
                Some(last) => Range::Part(first, last.min(length - 1)),
                None => Range::Whole,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        let of = |text| range(Some(text), 1000);
        assert_eq!(range(None, 1000), Range::Whole);
        assert_eq!(of("bytes=0-499"), Range::Part(0, 499));
        assert_eq!(of("bytes=500-"), Range::Part(500, 999));
        assert_eq!(of("bytes=-200"), Range::Part(800, 999));
        assert_eq!(of("bytes=-2000"), Range::Part(0, 999));
        assert_eq!(of("bytes=0-99999999999999999999999"), Range::Part(0, 999));
        assert_eq!(of("bytes=1000-"), Range::Nothing);
        assert_eq!(of("bytes=-0"), Range::Nothing);
        for unheard in ["bytes=9-3", "bytes=0-1,5-6", "lines=1-2", "bytes=", "bytes=+1-2", "x"] {
            assert_eq!(of(unheard), Range::Whole, "{unheard}");
        }
        assert_eq!(range(Some("bytes=0-"), 0), Range::Nothing);
    }

    proptest! {
        #[test]
        fn no_header_leads_out_of_the_file(text in "(bytes=)?[0-9 ,+-]{0,24}", length in 0u64..5000) {
            if let Range::Part(first, last) = range(Some(&text), length) {
                prop_assert!(first <= last && last < length);
            }
        }
    }
}
