//! One-time codes (RFC 6238): six digits, a new one every 30 seconds.

use super::error::AccessError;
use super::random;
use crate::media::WallTime;
use subtle::ConstantTimeEq;
use totp_rs::{Algorithm, Secret, TOTP};

/// Seconds that a code is shown.
const STEP: u64 = 30;
/// Codes of so many steps before and after now are taken: RFC 6238 section 5.2 advises one.
const WINDOW: u64 = 1;
/// Codes of so many steps before and after now tell that a clock is wrong; they are not taken.
const CLOCK_WINDOW: u64 = 10;

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

/// The codes of a secret.
pub(super) fn totp(secret: &str, name: &str) -> Result<TOTP, AccessError> {
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

/// A new secret of 160 bits, base32.
pub(super) fn new_secret() -> Result<String, AccessError> {
    Ok(Secret::Raw(random::bytes::<20>()?.to_vec()).to_encoded().to_string())
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
