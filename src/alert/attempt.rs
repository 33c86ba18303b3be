//! One try to deliver a letter, and what came of it.

use super::message::Message;
use super::wording::Said;
use crate::evidence::Event;
use crate::media::WallTime;
use crate::store::Letter;
use jiff::SignedDuration;

/// One try to deliver a letter.
#[derive(Debug)]
pub(super) struct Attempt<'a> {
    /// The letter.
    pub(super) letter: &'a Letter,
    /// What it says.
    pub(super) message: &'a Message,
    /// The same in words.
    pub(super) said: Said,
    /// Whether the sink was told of the same incident before.
    pub(super) follows: bool,
    /// What the receiver called the first letter of the incident.
    pub(super) refers_to: Option<&'a str>,
    /// A picture, JPEG.
    pub(super) still: Option<Vec<u8>>,
    /// A report's files by name, where the sink takes them.
    pub(super) papers: Vec<(String, Vec<u8>)>,
    /// The sealed record of a closed incident.
    pub(super) facts: Option<Event>,
    /// When.
    pub(super) now: WallTime,
}

/// What came of a try. Sentences hold no secret.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome {
    /// The sink has it.
    Taken {
        /// What the receiver calls it.
        receipt: Option<String>,
    },
    /// The sink cannot take anything now.
    Again {
        /// Why.
        why: String,
        /// Not sooner, as the receiver asks.
        after: Option<SignedDuration>,
    },
    /// The sink will not take this letter.
    Refused {
        /// Why.
        why: String,
    },
}

impl Outcome {
    pub(super) fn again(why: impl Into<String>) -> Self {
        Self::Again { why: why.into(), after: None }
    }

    pub(super) fn refused(why: impl Into<String>) -> Self {
        Self::Refused { why: why.into() }
    }
}
