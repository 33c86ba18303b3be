//! Passwords: hashed with Argon2id, never kept.

use super::error::AccessError;
use super::guess::LONGEST;
use super::random;
use argon2::password_hash::{PasswordHash, PasswordHasher, PasswordVerifier, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use unicode_normalization::UnicodeNormalization;

/// Memory (KiB), passes and lanes: the first of the settings that the OWASP Password Storage Cheat
/// Sheet gives as equal minimums of Argon2id for 19 MiB of memory
/// (<https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html>).
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

fn argon() -> Result<Argon2<'static>, AccessError> {
    let (memory, passes, lanes) = COST;
    let params =
        Params::new(memory, passes, lanes, None).map_err(|e| AccessError::Hash(e.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The same letters give the same bytes, however the keyboard composed them (RFC 8265, section 4.2).
fn composed(password: &str) -> String {
    password.nfc().collect()
}

/// Whether two passwords are the same letters; both are known to whoever gave them.
pub(super) fn same(one: &str, other: &str) -> bool {
    composed(one) == composed(other)
}

/// A password's hash: a PHC string.
pub(super) fn hash(password: &str) -> Result<String, AccessError> {
    let failed = |e: argon2::password_hash::Error| AccessError::Hash(e.to_string());
    let salt = SaltString::encode_b64(&random::bytes::<16>()?).map_err(failed)?;
    let hash = argon()?.hash_password(composed(password).as_bytes(), &salt).map_err(failed)?;
    Ok(hash.to_string())
}

/// Whether a password has this hash; compared in constant time.
pub(super) fn matches(password: &str, phc: &str) -> Result<bool, AccessError> {
    if password.len() > LONGEST {
        return Ok(false);
    }
    let hash = PasswordHash::new(phc).map_err(|e| AccessError::Hash(e.to_string()))?;
    Ok(argon()?.verify_password(composed(password).as_bytes(), &hash).is_ok())
}

/// Whether it was hashed at another cost than today's.
pub(super) fn is_outdated(phc: &str) -> bool {
    let (memory, passes, lanes) = COST;
    let params = PasswordHash::new(phc).ok().and_then(|hash| Params::try_from(&hash).ok());
    let argon2id = phc.starts_with("$argon2id$v=19$");
    !argon2id
        || params.is_none_or(|p| (p.m_cost(), p.t_cost(), p.p_cost()) != (memory, passes, lanes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_are_argon2id_at_the_cited_cost_and_salted() {
        let one = hash("năm con vịt lội ao").unwrap();
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert!(!is_outdated(&one));
        assert_ne!(one, hash("năm con vịt lội ao").unwrap());
        let decomposed: String = "năm con vịt lội ao".nfd().collect();
        assert_ne!(decomposed, "năm con vịt lội ao");
        assert!(matches(&decomposed, &one).unwrap());
        assert!(same(&decomposed, "năm con vịt lội ao") && !same("a", "b"));
        assert!(!matches("năm con vịt lội a0", &one).unwrap());
        assert!(!matches(&"x".repeat(LONGEST + 1), &one).unwrap());
        assert!(matches("x", "no hash").is_err());
    }

    #[test]
    fn a_cheaper_hash_is_outdated_and_still_good() {
        let cheap = Argon2::new(
            Algorithm::Argon2id,
            Version::V0x13,
            Params::new(1024, 1, 1, None).unwrap(),
        );
        let salt = SaltString::encode_b64(&[7; 16]).unwrap();
        let phc = cheap.hash_password(b"correct horse battery", &salt).unwrap().to_string();
        assert!(is_outdated(&phc) && matches("correct horse battery", &phc).unwrap());
        assert!(is_outdated("$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g"));
    }
}
