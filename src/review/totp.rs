//! One-time codes (RFC 6238): six digits, a new one every 30 seconds.

use super::account::{Doer, changed, named};
use super::error::AccessError;
use super::random;
use super::session::OpenSession;
use crate::media::WallTime;
use crate::store::Store;
use serde_json::json;
use subtle::ConstantTimeEq;
use totp_rs::{Algorithm, Secret, TOTP};

/// Seconds that a code is shown.
const STEP: u64 = 30;
/// Codes of so many steps before and after now are taken: RFC 6238 section 5.2 advises one.
const WINDOW: u64 = 1;
/// Codes of so many steps before and after now tell that a clock is wrong; they are not taken.
const CLOCK_WINDOW: u64 = 10;

/// A secret to be taken over into an authenticator; it counts once a code of it was given.
#[derive(Clone)]
pub struct TotpOffer {
    /// Base32, for typing.
    pub secret: String,
    /// `otpauth://…`, for a QR code.
    pub url: String,
}

/// What a code is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    /// The code of this step.
    Good(u64),
    /// The code of another time: the clock that made it is off by so many seconds (positive: it is
    /// ahead).
    OtherTime(i64),
    /// No code.
    Wrong,
}

fn totp(secret: &str, name: &str) -> Result<TOTP, AccessError> {
    let failed = |e: String| AccessError::Hash(e);
    let bytes =
        Secret::Encoded(secret.to_owned()).to_bytes().map_err(|e| failed(format!("{e:?}")))?;
    let issuer = Some("Streetward".to_owned());
    // SHA-1, six digits, 30 seconds: what every authenticator understands.
    TOTP::new(Algorithm::SHA1, 6, WINDOW as u8, STEP, bytes, issuer, name.to_owned())
        .map_err(|e| failed(e.to_string()))
}

/// What a code is at this time. All that could be right are looked at, in constant time.
pub(super) fn judge(secret: &str, code: &str, now: WallTime) -> Result<Code, AccessError> {
    let totp = totp(secret, "user")?;
    let digits: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let step = now.0.as_second().max(0).unsigned_abs() / STEP;
    let mut found = Code::Wrong;
    // From the farthest to the nearest, so that the nearest wins.
    for away in (0..=CLOCK_WINDOW).rev() {
        for at in [step.saturating_sub(away), step + away] {
            let right: bool = totp.generate(at * STEP).as_bytes().ct_eq(digits.as_bytes()).into();
            if right && away <= WINDOW {
                found = Code::Good(at);
            } else if right {
                found = Code::OtherTime((at as i64 - step as i64) * STEP as i64);
            }
        }
    }
    Ok(found)
}

/// Begins one-time codes for the user of a session: a new secret, which counts once
/// [`confirm_totp`] was given a code of it.
///
/// # Errors
/// [`AccessError`]: the store, the system's random numbers.
pub fn begin_totp(
    store: &Store,
    session: &OpenSession,
    address: Option<&str>,
    now: WallTime,
) -> Result<TotpOffer, AccessError> {
    let gone = || AccessError::NoUser(session.user.name.clone());
    let mut user = store.user(&session.user.id)?.ok_or_else(gone)?;
    let secret = Secret::Raw(random::bytes::<20>()?.to_vec()).to_encoded().to_string();
    let offer = TotpOffer { url: totp(&secret, &user.name)?.get_url(), secret: secret.clone() };
    user.totp_begun = Some(secret);
    let doer = Doer::Person { actor: &session.actor, address };
    let entry = doer.entry(now, "user_totp_begun", &user.id, json!({ "name": user.name }));
    changed(store, &user, false, None, &entry)?;
    Ok(offer)
}

/// One-time codes count from now on, if this is one of the secret that was begun. The user's other
/// sessions end.
///
/// # Errors
/// [`AccessError::NoTotpBegun`], [`AccessError::WrongCode`].
pub fn confirm_totp(
    store: &Store,
    session: &OpenSession,
    code: &str,
    address: Option<&str>,
    now: WallTime,
) -> Result<(), AccessError> {
    let gone = || AccessError::NoUser(session.user.name.clone());
    let mut user = store.user(&session.user.id)?.ok_or_else(gone)?;
    let secret = user.totp_begun.take().ok_or(AccessError::NoTotpBegun)?;
    let Code::Good(step) = judge(&secret, code, now)? else { return Err(AccessError::WrongCode) };
    user.totp = Some(secret);
    let doer = Doer::Person { actor: &session.actor, address };
    let entry = doer.entry(now, "user_totp_set", &user.id, json!({ "name": user.name }));
    changed(store, &user, true, Some(session.kept()), &entry)?;
    store.use_totp_step(&user.id, step)?;
    Ok(())
}

/// A user needs no one-time codes any more: the device is lost. Their sessions end.
///
/// # Errors
/// [`AccessError`]: no such user, no right to.
pub fn reset_totp(
    store: &Store,
    doer: &Doer<'_>,
    name: &str,
    now: WallTime,
) -> Result<bool, AccessError> {
    let mut user = named(store, doer, name)?;
    doer.is_another(&user.id)?;
    let had = user.totp.take().is_some();
    user.totp_begun = None;
    let entry = doer.entry(now, "user_totp_reset", &user.id, json!({ "name": user.name }));
    changed(store, &user, true, None, &entry)?;
    Ok(had)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> WallTime {
        WallTime(jiff::Timestamp::from_second(seconds).unwrap())
    }

    /// RFC 6238, appendix B (SHA-1, its last six digits).
    #[test]
    fn codes_are_those_of_the_standard() {
        let secret = Secret::Raw(b"12345678901234567890".to_vec()).to_encoded().to_string();
        for (time, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
        ] {
            let step = time as u64 / STEP;
            assert_eq!(judge(&secret, code, at(time)).unwrap(), Code::Good(step));
            assert_eq!(
                judge(&secret, &format!(" {} {}", &code[..3], &code[3..]), at(time)).unwrap(),
                Code::Good(step)
            );
            assert_eq!(judge(&secret, code, at(time + 30)).unwrap(), Code::Good(step));
            assert_eq!(judge(&secret, code, at(time + 60)).unwrap(), Code::OtherTime(-60));
            assert_eq!(judge(&secret, code, at(time + 600)).unwrap(), Code::Wrong);
        }
        assert_eq!(
            judge(&secret, "005924", at(1_234_567_890 - 300)).unwrap(),
            Code::OtherTime(300)
        );
        for wrong in ["", "00592", "0059244", "abcdef", "００５９２４"] {
            assert_eq!(judge(&secret, wrong, at(1_234_567_890)).unwrap(), Code::Wrong, "{wrong}");
        }
    }
}
