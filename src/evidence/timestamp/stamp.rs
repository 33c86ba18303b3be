//! Days of the chain that are over get their time-stamp, as soon as the authority gives one.

use super::super::chain::{ChainKnown, chain_days, read_day, stamp_file};
use super::super::disk;
use super::authorities::Authorities;
use super::error::StampError;
use super::token::{StampToken, read};
use super::{ask, token};
use jiff::civil::Date;
use std::io;
use std::path::Path;

/// Days asked for at once: an authority that was away long is not flooded.
const AT_ONCE: usize = 8;

/// What was stamped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Stamped {
    /// Days that have a time-stamp now.
    pub days: Vec<Date>,
    /// Days that still wait for one.
    pub waiting: usize,
}

/// Has days of the chain before `today` stamped that never were, the oldest first; only with the
/// head that the index knows. A day that was stamped once is not stamped again: that would cover up
/// that it was written anew, or that its time-stamp was taken away.
///
/// # Errors
/// The authority does not answer, or not as it should, or is none of `authorities`; what was stamped
/// before that is kept.
pub fn stamp_days(
    data: &Path,
    url: &str,
    authorities: &Authorities,
    today: Date,
    known: &ChainKnown,
) -> Result<Stamped, StampError> {
    let mut wanted = Vec::new();
    for day in chain_days(data)?.into_iter().filter(|day| *day < today) {
        if known.stamps.contains_key(&day) || data.join(stamp_file(day)).exists() {
            continue;
        }
        match read_day(data, day) {
            Ok(Some(read)) if known.heads.get(&day) == Some(&read.head) => {
                wanted.extend(bytes(&read.head).map(|head| (day, head)));
            }
            Ok(_) => tracing::error!(
                "the chain of {day} is not time-stamped: its head is not the one that the index knows"
            ),
            Err(e) => tracing::error!("the chain of {day} is not time-stamped: {e}"),
        }
    }
    let mut done = Stamped { waiting: wanted.len(), ..Stamped::default() };
    wanted.truncate(AT_ONCE);
    for (day, head) in wanted {
        let mut nonce = [0; 8];
        getrandom::fill(&mut nonce).map_err(|e| StampError::Token(e.to_string()))?;
        let request = token::request(&head, nonce)?;
        let answer = ask::ask(url, &request)?;
        read(&answer, Some(&request), authorities)?;
        let path = data.join(stamp_file(day));
        disk::write_whole(&path, &answer, 0o644).map_err(|source| StampError::File {
            action: "write",
            path,
            source,
        })?;
        done.days.push(day);
        done.waiting -= 1;
    }
    Ok(done)
}

/// What the time-stamp beside a day says; `None`: there is none.
///
/// # Errors
/// It cannot be read, is of something else than `head`, its signature does not hold, or its authority
/// is none of `authorities`.
pub fn stamped_at(
    data: &Path,
    day: Date,
    head: &str,
    authorities: &Authorities,
) -> Result<Option<StampToken>, StampError> {
    let path = data.join(stamp_file(day));
    let answer = match std::fs::read(&path) {
        Ok(answer) => answer,
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(StampError::File { action: "read", path, source }),
    };
    let token = read(&answer, None, authorities)?;
    if bytes(head) == Some(token.sha256) { Ok(Some(token)) } else { Err(StampError::OtherSum) }
}

fn bytes(head: &str) -> Option<[u8; 32]> {
    let mut raw = [0; 32];
    hex::decode_to_slice(head, &mut raw).ok().map(|()| raw)
}
