//! Whose time-stamps are trusted.

use super::error::StampError;
use super::error::wrong;
use crate::media::WallTime;
use cms::cert::x509::Certificate;
use cms::cert::x509::ext::pkix::ExtendedKeyUsage;
use der::Decode;
use der::asn1::ObjectIdentifier;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, UnixTime};
use std::path::Path;
use std::time::Duration;
use webpki::{EndEntityCert, Error, KeyUsage, anchor_from_trusted_cert};

/// What an authority's certificate must be for (RFC 3161, 2.3). Those above it may leave out what
/// they are for (RFC 5280, 4.2.1.12); if they say it, it must be this.
const TIME_STAMPING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.8");

/// Certificates that an authority's own must be under, or be; none: that is not looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Authorities(Vec<CertificateDer<'static>>);

impl Authorities {
    /// Those of a file in PEM.
    ///
    /// # Errors
    /// It cannot be read, or holds none.
    pub fn read(path: &Path) -> Result<Self, StampError> {
        let bad = |detail: String| StampError::Authorities { path: path.to_path_buf(), detail };
        let pem = std::fs::read(path).map_err(|e| bad(e.to_string()))?;
        let all = CertificateDer::pem_slice_iter(&pem).collect::<Result<Vec<_>, _>>();
        let all = all.map_err(|e| bad(e.to_string()))?;
        if all.is_empty() {
            return Err(bad("it holds no certificate".to_owned()));
        }
        for certificate in &all {
            anchor_from_trusted_cert(certificate).map_err(|e| bad(e.to_string()))?;
        }
        Ok(Self(all))
    }

    /// The name of the certificate that signed a token, which was valid `at` the token's time and,
    /// where there are any, is under one of these.
    ///
    /// # Errors
    /// It was not valid then, or nobody here vouches for it.
    pub(super) fn judge(
        &self,
        signer: &CertificateDer<'static>,
        others: &[CertificateDer<'static>],
        at: WallTime,
    ) -> Result<String, StampError> {
        let read = Certificate::from_der(signer).map_err(wrong)?.tbs_certificate;
        let authority = read.subject.to_string();
        let seconds = at.0.as_second();
        let bound = |time: cms::cert::x509::time::Time| {
            let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
            jiff::Timestamp::from_second(seconds).unwrap_or(jiff::Timestamp::MAX)
        };
        let (from, to) = (bound(read.validity.not_before), bound(read.validity.not_after));
        if !(from.as_second()..=to.as_second()).contains(&seconds) {
            let at = at.utc_rfc3339();
            let (from, to) = (WallTime(from).utc_rfc3339(), WallTime(to).utc_rfc3339());
            return Err(StampError::Expired { authority, at, from, to });
        }
        if self.0.is_empty() || self.0.contains(signer) {
            return Ok(authority);
        }
        let not_for_it = || "it is not for time-stamping".to_owned();
        let usage = read.get::<ExtendedKeyUsage>().map_err(wrong)?;
        if !usage.is_some_and(|(_, usage)| usage.0.contains(&TIME_STAMPING)) {
            return Err(StampError::Unknown { authority, detail: not_for_it() });
        }
        match self.vouch(signer, others, seconds) {
            Ok(()) => Ok(authority),
            Err(e) => {
                let detail = match e {
                    Error::UnknownIssuer => "nobody of those has issued it".to_owned(),
                    Error::RequiredEkuNotFoundContext(_) => not_for_it(),
                    other => other.to_string(),
                };
                Err(StampError::Unknown { authority, detail })
            }
        }
    }

    /// Whether a way leads from the certificate to one of these.
    fn vouch(
        &self,
        signer: &CertificateDer<'static>,
        others: &[CertificateDer<'static>],
        seconds: i64,
    ) -> Result<(), Error> {
        let anchors: Vec<_> = self.0.iter().flat_map(anchor_from_trusted_cert).collect();
        let since = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
        EndEntityCert::try_from(signer)?
            .verify_for_usage(
                webpki::ALL_VERIFICATION_ALGS,
                &anchors,
                others,
                UnixTime::since_unix_epoch(since),
                KeyUsage::required_if_present(TIME_STAMPING.as_bytes()),
                None,
                None,
            )
            .map(drop)
    }
}
