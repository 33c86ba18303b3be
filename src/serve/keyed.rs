//! What is made by a request that bears a key: its id is told by who asks and the key, so that the same
//! request, sent again because its answer was lost, names what is there already.

use super::refusal::Refusal;
use sha2::{Digest, Sha256};

/// The id of what a user makes about something; `None` where the request bears no key.
pub(super) fn keyed(
    prefix: &str,
    user: &str,
    about: &str,
    key: Option<&str>,
) -> Result<Option<String>, Refusal> {
    let Some(key) = key else { return Ok(None) };
    let plain = key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if !(8..=64).contains(&key.len()) || !plain {
        return Err(Refusal::not_understood("request_key: give 8 to 64 letters, digits and -"));
    }
    let said = Sha256::digest(format!("{prefix}\n{user}\n{about}\n{key}"));
    let short: String = hex::encode(said).chars().take(16).collect();
    Ok(Some(format!("{prefix}-{short}")))
}

#[cfg(test)]
mod tests {
    use super::keyed;

    #[test]
    fn the_same_of_the_same_is_the_same() {
        let of = |user, about, key| keyed("h", user, about, Some(key)).unwrap().unwrap();
        let id = of("lan", "e1", "12345678-a");
        assert_eq!(id, of("lan", "e1", "12345678-a"));
        assert_eq!(id.len(), 18);
        for other in [("minh", "e1", "12345678-a"), ("lan", "e2", "12345678-a")] {
            assert_ne!(id, of(other.0, other.1, other.2));
        }
        assert_ne!(id, of("lan", "e1", "12345678-b"));
        assert!(keyed("h", "lan", "e1", None).unwrap().is_none());
        assert!(keyed("h", "lan", "e1", Some("short")).is_err());
        assert!(keyed("h", "lan", "e1", Some("no blanks here")).is_err());
    }
}
