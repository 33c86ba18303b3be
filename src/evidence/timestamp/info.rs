//! What a token says (`TSTInfo`, RFC 3161, 2.4.2), read by hand: the usual reader of times knows
//! whole seconds alone, as certificates have them, and an authority may give fractions.

use super::error::StampError;
use super::error::wrong;
use crate::media::WallTime;
use der::asn1::{Int, ObjectIdentifier};
use der::{Any, Reader, SliceReader, Tag, Tagged};
use jiff::{SignedDuration, Timestamp};
use x509_tsp::{Accuracy, MessageImprint};

/// What is needed of it.
pub(super) struct Info {
    /// Of what it is.
    pub imprint: MessageImprint,
    /// When it was made.
    pub at: WallTime,
    /// How far from that it may have been.
    pub accuracy: Option<SignedDuration>,
    /// What was asked with the request.
    pub nonce: Option<Int>,
}

impl Info {
    /// Reads the content of a token.
    ///
    /// # Errors
    /// It is none.
    pub(super) fn read(content: &[u8]) -> Result<Self, StampError> {
        let mut reader = SliceReader::new(content).map_err(wrong)?;
        let read = reader.sequence(|reader| {
            let _version: Any = reader.decode()?;
            let _policy: ObjectIdentifier = reader.decode()?;
            let imprint: MessageImprint = reader.decode()?;
            let _serial: Any = reader.decode()?;
            let time: Any = reader.decode()?;
            time.tag().assert_eq(Tag::GeneralizedTime)?;
            let (mut accuracy, mut nonce) = (None, None);
            while !reader.is_finished() {
                match reader.peek_tag()? {
                    Tag::Sequence => accuracy = Some(reader.decode::<Accuracy>()?),
                    Tag::Integer => nonce = Some(reader.decode::<Int>()?),
                    // Whether tokens of one authority are in order, its name, extensions.
                    _ => drop(reader.decode::<Any>()?),
                }
            }
            Ok((imprint, time, accuracy, nonce))
        });
        let (imprint, time, accuracy, nonce) = read.map_err(wrong)?;
        let text = std::str::from_utf8(time.value()).map_err(wrong)?;
        let at = instant(text).ok_or_else(|| wrong(format!("its time \"{text}\" is none")))?;
        Ok(Self { imprint, at: WallTime(at), accuracy: accuracy.as_ref().and_then(within), nonce })
    }
}

/// `YYYYMMDDhhmmss[.s…]Z`. Behind nanoseconds, digits are left out.
fn instant(text: &str) -> Option<Timestamp> {
    let text = text.strip_suffix('Z')?;
    let (whole, fraction) = text.split_once('.').map_or((text, None), |(w, f)| (w, Some(f)));
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if whole.len() != 14 || !digits(whole) || !fraction.is_none_or(digits) {
        return None;
    }
    let (date, time) = whole.split_at(8);
    let fraction = fraction.map_or("0", |f| &f[..f.len().min(9)]);
    format!(
        "{}-{}-{}T{}:{}:{}.{fraction}Z",
        &date[..4],
        &date[4..6],
        &date[6..],
        &time[..2],
        &time[2..4],
        &time[4..]
    )
    .parse()
    .ok()
}

fn within(accuracy: &Accuracy) -> Option<SignedDuration> {
    let seconds = i64::try_from(accuracy.seconds.unwrap_or(0)).ok()?;
    let millis = SignedDuration::from_millis(accuracy.millis.unwrap_or(0).into());
    let micros = SignedDuration::from_micros(accuracy.micros.unwrap_or(0).into());
    SignedDuration::from_secs(seconds).checked_add(millis)?.checked_add(micros)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn times_have_fractions_or_none() {
        let read = |text| instant(text).map(|at| at.to_string());
        for (text, wanted) in [
            ("20260815073000Z", "2026-08-15T07:30:00Z"),
            ("20260815073000.5Z", "2026-08-15T07:30:00.5Z"),
            ("20260815073000.123456Z", "2026-08-15T07:30:00.123456Z"),
            ("20260815073000.0000000019Z", "2026-08-15T07:30:00.000000001Z"),
        ] {
            assert_eq!(read(text).as_deref(), Some(wanted), "{text}");
        }
        for wrong in [
            "",
            "Z",
            "20260815073000",
            "20260815073000.Z",
            "20260815073000.x5Z",
            "202608150730Z",
            "20261315073000Z",
            "20260815073000+0700",
            "２0260815073000Z",
        ] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn any_instant_reads_back(micros in 0_i64..4_000_000_000_000_000) {
            let at = Timestamp::from_microsecond(micros).unwrap();
            let text = at.strftime("%Y%m%d%H%M%S.%6fZ").to_string();
            prop_assert_eq!(instant(&text), Some(at));
        }

        #[test]
        fn no_text_makes_reading_panic(text in "\\PC{0,30}", bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            let _ = instant(&text);
            prop_assert!(Info::read(&bytes).is_err());
        }
    }
}
