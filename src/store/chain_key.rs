//! The keys that whoever continues the chain goes by, and the one that signs a day.

use crate::evidence::chain::{ChainError, read_day};
use crate::evidence::signing::{self, SigningError, SigningKey, Trusted};
use crate::media::WallTime;
use jiff::civil::Date;
use std::path::Path;

/// The keys of the chain. A key whose time begins after today was made while the clock was ahead: it
/// begins now.
pub(super) fn chain_keys(data: &Path, now: WallTime) -> Result<Trusted, ChainError> {
    let day = now.local().date();
    let unsigned = |e: SigningError| ChainError::Unsigned { day, detail: e.to_string() };
    let Some(trusted) = signing::writing(data).map_err(unsigned)? else {
        return Ok(Trusted::default());
    };
    let ring = signing::ring(data).map_err(unsigned)?;
    let Some(key) = ring.as_ref().and_then(|ring| ring.current()).map(|key| key.key_id.clone())
    else {
        return Ok(trusted);
    };
    if trusted.covers_day(&key, day) || !trusted.knows(&key) {
        return Ok(trusted);
    }
    let clock = |detail: String| ChainError::Clock { day, key: key.clone(), detail };
    signing::begin_earlier(data, now).map_err(|e| clock(e.to_string()))?;
    tracing::warn!(
        %key,
        "the key that signs evidence was made while the clock was ahead: its time begins now"
    );
    let trusted = signing::writing(data).map_err(unsigned)?.unwrap_or_default();
    if trusted.covers_day(&key, day) {
        return Ok(trusted);
    }
    Err(clock("its start is not what was signed".to_owned()))
}

/// The key that signs a day that follows `last`; none: the data folder never had one.
pub(super) fn day_key(
    data: &Path,
    day: Date,
    last: Option<Date>,
    trusted: &Trusted,
) -> Result<Option<SigningKey>, ChainError> {
    let refused = |detail: String| ChainError::Unsigned { day, detail };
    match signing::signer(data) {
        Ok(key) => Ok(Some(key)),
        Err(e) if trusted.any => Err(refused(e.to_string())),
        Err(e) => {
            let before = last.and_then(|last| read_day(data, last).ok().flatten());
            if before.is_some_and(|before| before.signature.is_some()) {
                return Err(refused(format!("days before it are signed, and {e}")));
            }
            tracing::error!("the chain of {day} is written WITHOUT a signature: {e}");
            Ok(None)
        }
    }
}
