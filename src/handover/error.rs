//! Why something is not asked for, allowed, packed or verified.

use crate::evidence::EvidenceError;
use crate::evidence::signing::SigningError;
use crate::media::MediaError;
use crate::store::{RequestState, Status, StoreError, word};
use crate::vision::VisionError;
use std::path::{Path, PathBuf};

/// An error of this room.
#[derive(Debug, thiserror::Error)]
pub enum HandoverError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A clip.
    #[error(transparent)]
    Media(#[from] MediaError),
    /// The detector that blurring needs.
    #[error(transparent)]
    Vision(#[from] VisionError),
    /// Sealed evidence.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// A file could not be dealt with.
    #[error("{path}: cannot {doing} it ({source}); check the disk and its permissions")]
    File {
        /// What was to be done.
        doing: &'static str,
        /// With which file.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// A pack's folder does not get to where it is taken.
    #[error(
        "{path}: cannot write it ({source}); check that disk, its room and permissions, or name another"
    )]
    NotTaken {
        /// Where it would lie.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
    /// Whoever takes it along broke it off.
    #[error(
        "{path}: it was stopped, and nothing is left of it there; run the command again to take it"
    )]
    Stopped {
        /// Where it would lie.
        path: PathBuf,
    },
    /// A picture could not be read or written.
    #[error("{path}: the picture cannot be read or written ({reason}); verify the stored evidence")]
    Picture {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
    /// A clip of more frames than are blurred.
    #[error("{path} is too long to be blurred; hand its stills over in another way")]
    ClipTooLong {
        /// Which.
        path: PathBuf,
    },
    /// JSON could not be written.
    #[error("{what} cannot be written as JSON ({source}); report this")]
    Json {
        /// What.
        what: String,
        /// Why.
        source: serde_json::Error,
    },
    /// A text of a request that cannot be one.
    #[error(
        "{field}: write 1 to {most} letters without control characters; say what the request is for"
    )]
    BadText {
        /// Which.
        field: &'static str,
        /// Letters at most.
        most: usize,
    },
    /// A time for which no pack is kept.
    #[error("valid_days: a pack may be taken for 1 to {0} days; give such a number")]
    BadDays(u32),
    /// No events, or too many.
    #[error("events: name 1 to {0} confirmed events, each once; split a longer request")]
    BadEvents(usize),
    /// A range that ends before it begins.
    #[error("range: it ends before it begins; give a later end")]
    BadRange,
    /// More events than a pack takes.
    #[error(
        "there are more than the {most} confirmed events that one pack takes; narrow the range by time, camera, kind or ward, or split it"
    )]
    TooMany {
        /// So many.
        most: usize,
    },
    /// A range without an event that could be handed over.
    #[error(
        "no confirmed event with evidence lies in the range ({undecided} are under review still, the evidence of {without_evidence} was removed); have them reviewed first, or widen it"
    )]
    NothingInRange {
        /// Events of it that nobody has decided on.
        undecided: u64,
        /// Confirmed ones whose evidence is gone.
        without_evidence: u64,
    },
    /// Events that are not there, or not for this person to see.
    #[error("there are no such events: {}; check their ids", .0.join(", "))]
    UnknownEvents(Vec<String>),
    /// Events that nobody has confirmed.
    #[error(
        "only confirmed events are handed over, and these are not: {}; have them reviewed first or leave them out",
        states(.0)
    )]
    NotConfirmed(Vec<(String, Status)>),
    /// Events whose evidence is not on the disk.
    #[error("the evidence of these events is not on the disk: {}; leave them out", .0.join(", "))]
    NoEvidence(Vec<String>),
    /// What is sealed is not what was sealed.
    #[error(
        "the evidence of {event} is not what was sealed ({detail}); run `streetward evidence verify`"
    )]
    Altered {
        /// Whose.
        event: String,
        /// What is wrong.
        detail: String,
    },
    /// The role does not allow it.
    #[error("your role does not allow this; ask an administrator")]
    Forbidden,
    /// One person in both parts.
    #[error("who asked does not decide; have somebody else allow or refuse it")]
    OneSelf,
    /// No such request.
    #[error("there is no request \"{0}\"; `streetward handover list` names those there are")]
    NoRequest(String),
    /// Decided already, or not yet.
    #[error("the request is {} already; look at it again", word(.0))]
    NotFromHere(RequestState),
    /// A refusal without a reason.
    #[error("say why in a note of 1 to {0} letters")]
    NoteNeeded(usize),
    /// No such pack.
    #[error("there is no pack \"{0}\"; its request says whether it was made")]
    NoPack(String),
    /// Its time is over.
    #[error("pack {pack} was to be taken before {until}; ask anew if it is still needed")]
    Expired {
        /// Which.
        pack: String,
        /// Until when.
        until: String,
    },
    /// The system gives no random numbers.
    #[error("the system gives no random numbers ({0}); check /dev/urandom")]
    Random(String),
    /// The key that packs are signed with.
    #[error(transparent)]
    Key(#[from] SigningError),
    /// Not a pack at all.
    #[error(
        "{path} is neither a pack's folder nor its archive; give pack-….zip or the folder of it"
    )]
    NotAPack {
        /// What was given.
        path: PathBuf,
    },
    /// The archive could not be written or read.
    #[error(
        "{path}: the archive cannot be written or read ({reason}); check the disk, or take it anew"
    )]
    Archive {
        /// Which.
        path: PathBuf,
        /// Why.
        reason: String,
    },
}

impl HandoverError {
    pub(super) fn file(doing: &'static str, path: &Path, source: std::io::Error) -> Self {
        Self::File { doing, path: path.to_path_buf(), source }
    }

    pub(super) fn not_taken(path: &Path, source: std::io::Error) -> Self {
        Self::NotTaken { path: path.to_path_buf(), source }
    }

    pub(super) fn archive(path: &Path, reason: &dyn std::fmt::Display) -> Self {
        Self::Archive { path: path.to_path_buf(), reason: reason.to_string() }
    }

    /// A word for programs: stable.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadText { .. } => "bad_text",
            Self::BadDays(_) => "bad_days",
            Self::BadEvents(_) => "bad_events",
            Self::BadRange => "bad_range",
            Self::TooMany { .. } => "too_many_events",
            Self::NothingInRange { .. } => "nothing_in_range",
            Self::UnknownEvents(_) => "unknown_events",
            Self::NotConfirmed(_) => "not_confirmed",
            Self::NoEvidence(_) => "no_evidence",
            Self::Altered { .. } => "altered",
            Self::Forbidden => "forbidden",
            Self::OneSelf => "own_request",
            Self::NoRequest(_) | Self::NoPack(_) => "not_found",
            Self::NotFromHere(_) => "not_from_here",
            Self::NoteNeeded(_) => "note_needed",
            Self::Expired { .. } => "pack_expired",
            Self::NotTaken { .. } => "not_taken",
            Self::Stopped { .. } => "stopped",
            _ => "internal",
        }
    }
}

fn states(events: &[(String, Status)]) -> String {
    let told = |(id, status): &(String, Status)| format!("{id} ({})", word(status));
    events.iter().map(told).collect::<Vec<_>>().join(", ")
}
