//! What an authority has signed (`SignedData`, RFC 5652), read by hand: certificates come in any
//! order, some twice, which a strict reader of all of it refuses.

use super::error::StampError;
use super::error::wrong;
use cms::cert::x509::spki::AlgorithmIdentifierOwned;
use cms::signed_data::EncapsulatedContentInfo;
use der::asn1::{ObjectIdentifier, OctetString};
use der::{Any, Decode, Encode, Reader, SliceReader, Tag, TagNumber, Tagged};
use rustls::pki_types::{CertificateDer, SignatureVerificationAlgorithm};
use sha2::{Digest, Sha256, Sha384, Sha512};
use webpki::ring as algorithms;
use webpki::{EndEntityCert, Error};

/// The attribute with the digest of what was signed (RFC 5652, 11.2).
const MESSAGE_DIGEST: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4");
const SHA_256: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.1");
const SHA_384: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.2");
const SHA_512: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.16.840.1.101.3.4.2.3");

/// Ways to check a signature.
type Ways = &'static [&'static dyn SignatureVerificationAlgorithm];

/// What was signed, and by which of its certificates could be.
pub(super) struct Signed {
    /// What the content is.
    pub content_type: ObjectIdentifier,
    /// The content.
    pub content: Vec<u8>,
    /// Certificates that came along.
    pub certificates: Vec<CertificateDer<'static>>,
    /// What the signature is over: the attributes as a set of their own.
    attributes: Vec<u8>,
    /// What the attributes say of the content.
    digest: Vec<u8>,
    digest_algorithm: ObjectIdentifier,
    signature: Vec<u8>,
}

impl Signed {
    /// Reads it.
    ///
    /// # Errors
    /// It is none, or has not one signer.
    pub(super) fn of(content: &Any) -> Result<Self, StampError> {
        let parts = content.sequence(|reader| {
            let (_version, _digests): (Any, Any) = (reader.decode()?, reader.decode()?);
            let inner: EncapsulatedContentInfo = reader.decode()?;
            let (mut certificates, mut signers) = (Vec::new(), Vec::new());
            while !reader.is_finished() {
                let part: Any = reader.decode()?;
                match part.tag() {
                    Tag::ContextSpecific { number: TagNumber::N0, .. } => {
                        certificates = each(part.value())?;
                    }
                    Tag::Set => signers = each(part.value())?,
                    // Lists of what was revoked.
                    _ => {}
                }
            }
            Ok((inner, certificates, signers))
        });
        let (inner, certificates, signers) = parts.map_err(wrong)?;
        let content = inner.econtent.ok_or_else(|| wrong("its token is empty"))?;
        let [signer] = &signers[..] else {
            return Err(wrong(format!("it has {} signers, not one", signers.len())));
        };
        let signer = signer.sequence(|reader| {
            let (_version, _who): (Any, Any) = (reader.decode()?, reader.decode()?);
            let digest: AlgorithmIdentifierOwned = reader.decode()?;
            let attributes: Any = reader.decode()?;
            let _algorithm: AlgorithmIdentifierOwned = reader.decode()?;
            let signature: OctetString = reader.decode()?;
            while !reader.is_finished() {
                reader.decode::<Any>()?;
            }
            Ok((digest.oid, attributes, signature))
        });
        let (digest_algorithm, attributes, signature) = signer.map_err(wrong)?;
        let digest = digest_in(&attributes).map_err(wrong)?;
        let digest = digest.ok_or_else(|| wrong("its signer names no digest"))?;
        let certificates = certificates.iter().map(Encode::to_der).collect::<Result<Vec<_>, _>>();
        Ok(Self {
            content_type: inner.econtent_type,
            content: content.value().to_vec(),
            certificates: certificates.map_err(wrong)?.into_iter().map(Into::into).collect(),
            attributes: Any::new(Tag::Set, attributes.value())
                .and_then(|set| set.to_der())
                .map_err(wrong)?,
            digest,
            digest_algorithm,
            signature: signature.into_bytes(),
        })
    }

    /// The certificate whose key has signed this.
    ///
    /// # Errors
    /// The content is not what was signed, or none of its certificates has signed it.
    pub(super) fn signer(&self) -> Result<CertificateDer<'static>, StampError> {
        let bad = |why: &str| StampError::Signature(why.to_owned());
        let (digest, ways): (Vec<u8>, Ways) = match self.digest_algorithm {
            SHA_256 => (Sha256::digest(&self.content).to_vec(), BY_SHA_256),
            SHA_384 => (Sha384::digest(&self.content).to_vec(), BY_SHA_384),
            SHA_512 => (Sha512::digest(&self.content).to_vec(), BY_SHA_512),
            other => return Err(bad(&format!("its digest {other} is not known here"))),
        };
        if digest != self.digest {
            return Err(bad("what it says is not what was signed"));
        }
        if self.certificates.is_empty() {
            return Err(bad("it holds no certificate of the authority"));
        }
        let mut known = false;
        for certificate in &self.certificates {
            let Ok(entity) = EndEntityCert::try_from(certificate) else { continue };
            for way in ways {
                match entity.verify_signature(*way, &self.attributes, &self.signature) {
                    Ok(()) => return Ok(certificate.clone()),
                    Err(Error::InvalidSignatureForPublicKey) => known = true,
                    Err(_) => {}
                }
            }
        }
        Err(bad(if known {
            "no certificate in it has signed it"
        } else {
            "its way of signing is not known here"
        }))
    }
}

static BY_SHA_256: Ways = &[
    algorithms::RSA_PKCS1_2048_8192_SHA256,
    algorithms::ECDSA_P256_SHA256,
    algorithms::ECDSA_P384_SHA256,
    algorithms::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
];
static BY_SHA_384: Ways = &[
    algorithms::RSA_PKCS1_2048_8192_SHA384,
    algorithms::ECDSA_P256_SHA384,
    algorithms::ECDSA_P384_SHA384,
    algorithms::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
];
static BY_SHA_512: Ways =
    &[algorithms::RSA_PKCS1_2048_8192_SHA512, algorithms::RSA_PSS_2048_8192_SHA512_LEGACY_KEY];

/// The values that stand one after the other.
fn each(bytes: &[u8]) -> der::Result<Vec<Any>> {
    let mut reader = SliceReader::new(bytes)?;
    let mut all = Vec::new();
    while !reader.is_finished() {
        all.push(reader.decode()?);
    }
    Ok(all)
}

/// The digest that signed attributes name.
fn digest_in(attributes: &Any) -> der::Result<Option<Vec<u8>>> {
    for attribute in each(attributes.value())? {
        let (kind, values) = attribute.sequence(|reader| {
            let kind: ObjectIdentifier = reader.decode()?;
            let values: Any = reader.decode()?;
            Ok((kind, values))
        })?;
        if kind == MESSAGE_DIGEST {
            let digest = OctetString::from_der(values.value())?;
            return Ok(Some(digest.into_bytes()));
        }
    }
    Ok(None)
}
