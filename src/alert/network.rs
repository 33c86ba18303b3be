//! What went wrong on the way to a sink, said for people.

use super::scrub::Scrub;
use std::error::Error;
use std::io::{self, ErrorKind};

/// A failure on the way to `whom` (as in `the mail server`), in a clause.
pub(super) fn said(error: &io::Error, whom: &str, timeout_seconds: f64, scrub: &Scrub) -> String {
    match error.kind() {
        ErrorKind::ConnectionRefused => format!("{whom} refused the connection"),
        // A time-out of the socket is told as "try again".
        ErrorKind::TimedOut | ErrorKind::WouldBlock => too_late(whom, timeout_seconds),
        ErrorKind::ConnectionReset
        | ErrorKind::ConnectionAborted
        | ErrorKind::BrokenPipe
        | ErrorKind::UnexpectedEof => format!("{whom} closed the connection without an answer"),
        _ if is_unknown_host(error) => unknown_host(whom),
        _ => format!("{whom} cannot be reached ({})", scrub.clean(&error.to_string())),
    }
}

/// No answer came in time.
pub(super) fn too_late(whom: &str, timeout_seconds: f64) -> String {
    format!("no answer from {whom} within {timeout_seconds} s")
}

/// No address belongs to the name.
pub(super) fn unknown_host(whom: &str) -> String {
    format!("the host of {whom} is not known: check its name")
}

/// The standard library has no kind for it.
fn is_unknown_host(error: &io::Error) -> bool {
    error.to_string().contains("failed to lookup address")
}

/// The failure of the system that an error comes from.
pub(super) fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a io::Error> {
    let mut next: Option<&'a (dyn Error + 'static)> = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref() {
            return Some(found);
        }
        next = error.source();
    }
    None
}
