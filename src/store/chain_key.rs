//! The keys that whoever continues the chain goes by, and the one that signs a day.

use super::error::StoreError;
use super::handle::Store;
use crate::evidence::chain::{ChainError, chain_days, read_day};
use crate::evidence::signing::{self, KeyId, SigningError, SigningKey, Trusted};
use crate::media::WallTime;
use jiff::civil::Date;
use std::path::Path;

impl Store {
    /// Makes the first key of a data folder that has none, and gives its name. What is older bears no
    /// signature and is excused only where the chain takes it up on the key's own day: so it is entered
    /// at once, by the same clock.
    ///
    /// # Errors
    /// Keys cannot be read or written. What keeps the chain from growing is logged.
    pub fn begin_keys(&self, data: &Path, now: WallTime) -> Result<Option<KeyId>, SigningError> {
        let made = signing::ensure(data, now)?;
        // A crash may have come between the key and the chain.
        let unbegun = chain_days(data).is_ok_and(|days| days.is_empty());
        if (made.is_some() || unbegun)
            && let Err(e) = self.enter_older(data, now)
        {
            tracing::error!(
                "what is older than the key could not be entered into the chain; do so today with \
                 `streetward evidence chain`: {e}"
            );
        }
        Ok(made)
    }

    /// Enters what waits into the chain, although this handle may not write there, unless whoever holds
    /// the data folder does so.
    ///
    /// # Errors
    /// As [`Store::extend_chain`].
    pub fn enter_older(&self, data: &Path, now: WallTime) -> Result<(), StoreError> {
        if self.writes() {
            return self.extend_chain(data, now).map(drop);
        }
        match Self::open(data) {
            Ok(store) => store.extend_chain(data, now).map(drop),
            Err(StoreError::Busy { .. }) => Ok(()),
            Err(e) => Err(e),
        }
    }
}

/// The keys of the chain. A key whose time begins after today, and in whose time there is no day of
/// the chain, was made while the clock was ahead: it begins now.
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
    if let Some(last) = chain_days(data)?.last().filter(|last| trusted.covers_day(&key, **last)) {
        // To move its start back would take what is older than the keys out of its day, for good.
        tracing::error!(
            "the chain has {last} already, in the time of the key {key}, which begins after today, \
             {day}: this computer's clock is behind, or was ahead then; see that it is right"
        );
        return Ok(trusted);
    }
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
