//! Copies of an event's pictures and clip for others: who has nothing to do with it is made
//! unrecognisable, the sealed files are only read.
//!
//! Every frame is looked at with the detector, every third one more closely; two trackers, one in the
//! order of time and one against it, fill what the detector missed. Blurred are the heads of people and
//! the lower parts of vehicles, where plates are. Whoever the record names as subject or party stays as
//! recorded; where they cannot be told from somebody beside them, both heads are blurred, and the record
//! says so. A way that two went on as one is theirs again only from where somebody comes out of it alone
//! who is clothed as they are.

mod beside;
mod chain;
mod clip;
mod eyes;
mod involved;
mod look;
mod looks;
mod own;
mod patches;
mod region;
mod shared;
mod still;
mod watched;

pub use eyes::Eyes;
pub use shared::{BlurFormat, BlurRecord, BlurredFile, write_shared};
