//! Requests and answers, as RFC 3161 has them.

use super::authorities::Authorities;
use super::error::{StampError, wrong};
use super::info::Info;
use super::signed::Signed;
use crate::media::WallTime;
use cms::cert::x509::spki::AlgorithmIdentifier;
use der::asn1::{Int, Null, ObjectIdentifier, OctetString};
use der::{Any, Decode, Encode};
use jiff::SignedDuration;
use x509_tsp::{MessageImprint, TimeStampReq, TimeStampResp, TspVersion};

/// SHA-256 (RFC 5912).
const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
/// The content of a token (RFC 3161, 2.4.2).
const TST_INFO: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.1.4");
/// Status words of `PKIStatus` that come with a token: granted, and granted with modifications.
const GRANTED: [u32; 2] = [0, 1];

/// What a token says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StampToken {
    /// The SHA-256 that it is of.
    pub sha256: [u8; 32],
    /// When, by the authority's clock, to the fraction of a second that it gives.
    pub at: WallTime,
    /// How far from that it may have been, as it says itself; none: it does not say.
    pub accuracy: Option<SignedDuration>,
    /// The subject of the certificate that signed it.
    pub authority: String,
}

/// A request for a token over a SHA-256, with the authority's certificate in it.
///
/// # Errors
/// Never in practice: the encoder refuses.
pub(super) fn request(sha256: &[u8; 32], nonce: [u8; 8]) -> Result<Vec<u8>, StampError> {
    let mut positive = nonce;
    // DER knows signs and shortest forms: a first byte that is neither.
    positive[0] = positive[0] & 0x3f | 0x40;
    let request = TimeStampReq {
        version: TspVersion::V1,
        message_imprint: MessageImprint {
            hash_algorithm: AlgorithmIdentifier {
                oid: SHA_256,
                parameters: Some(Any::encode_from(&Null).map_err(wrong)?),
            },
            hashed_message: OctetString::new(sha256.as_slice()).map_err(wrong)?,
        },
        req_policy: None,
        nonce: Some(Int::new(&positive).map_err(wrong)?),
        cert_req: true,
        extensions: None,
    };
    request.to_der().map_err(wrong)
}

/// Reads an authority's answer; `request` is what was asked, where that is known: its nonce must
/// come back. The token's signature must hold, by one of `authorities` where there are any.
pub(super) fn read(
    answer: &[u8],
    request: Option<&[u8]>,
    authorities: &Authorities,
) -> Result<StampToken, StampError> {
    let answer = TimeStampResp::from_der(answer).map_err(wrong)?;
    let status = answer.status.status as u32;
    if !GRANTED.contains(&status) {
        return Err(wrong(format!("the authority refused (status {status})")));
    }
    let token = answer.time_stamp_token.ok_or_else(|| wrong("it holds no token"))?;
    let signed = Signed::of(&token.content)?;
    if signed.content_type != TST_INFO {
        return Err(wrong("its token holds something else"));
    }
    let info = Info::read(&signed.content)?;
    if info.imprint.hash_algorithm.oid != SHA_256 {
        return Err(wrong("it is not over a SHA-256"));
    }
    let sha256 = info.imprint.hashed_message.as_bytes().try_into().map_err(wrong)?;
    if let Some(request) = request {
        let asked = TimeStampReq::from_der(request).map_err(wrong)?;
        if asked.message_imprint != info.imprint {
            return Err(StampError::OtherSum);
        }
        if asked.nonce != info.nonce {
            return Err(StampError::OtherNonce);
        }
    }
    let signer = signed.signer()?;
    let authority = authorities.judge(&signer, &signed.certificates, info.at)?;
    Ok(StampToken { sha256, at: info.at, accuracy: info.accuracy, authority })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_request_says_what_was_asked(sha256 in any::<[u8; 32]>(), nonce in any::<[u8; 8]>()) {
            let der = request(&sha256, nonce).unwrap();
            let read = TimeStampReq::from_der(&der).unwrap();
            prop_assert_eq!(read.message_imprint.hashed_message.as_bytes(), &sha256);
            prop_assert!(read.cert_req && read.nonce.is_some());
        }

        #[test]
        fn no_bytes_make_reading_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(read(&bytes, None, &Authorities::default()).is_err());
        }
    }
}
