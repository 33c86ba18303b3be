//! Handing evidence over to other agencies: a request, a second person who allows it, and a pack that
//! can be verified without this program.
//!
//! This room exists so that evidence leaves the house on purpose and leaves a trace: for whom, what for,
//! by which law, asked by one person and allowed by another. What enters: confirmed events whose evidence
//! is sealed. What leaves: a pack of the sealed files as they are, copies in which others are blurred, what
//! was in force, who did what when, and a signed manifest of it all. Nothing here changes what is sealed.

mod along;
mod archive;
pub mod blur;
mod custody;
mod digest;
mod doer;
mod error;
mod halt;
mod in_force;
mod instructions;
mod making;
mod manifest;
mod original;
mod pack;
mod page;
mod place;
mod put;
mod range;
mod request;
mod signing;
mod source;
mod standing;
mod text;
mod turn;
mod verify;

pub use doer::Doer;
pub use error::HandoverError;
pub use halt::Halt;
pub use making::{Making, Taken};
pub use manifest::{PackEvent, PackFormat, PackManifest, PackRequest};
pub use pack::{make_pack, put_trouble};
pub use place::{archive_of, remove_over};
pub use range::{MOST_EVENTS, Range};
pub use request::{Draft, MOST_DAYS, approve, ask, ask_as, note, refuse};
pub use signing::key_ids;
pub use standing::still_confirmed;
pub use verify::{PackProblem, PackProblemKind, PackReport, verify_pack};
