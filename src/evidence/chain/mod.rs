//! The daily chain: what was sealed and what was removed, day by day, each day bound to the one
//! before by a hash and signed.
//!
//! A signature shows that a manifest was not changed; it cannot show that a whole event was taken
//! out. A day's file lists every manifest found sealed since the day before and every removal, and
//! its *head* is the SHA-256 of those lines: kept or printed elsewhere, it shows later that nothing
//! was dropped, added or put out of order up to that day. What enters: entries, in order. Who decides
//! what is entered and when is the store's.

mod day;
mod entry;
mod error;
mod files;
mod history;
mod known;
mod said;
mod stamps;
mod verdict;
mod vouch;

pub use day::{ChainDay, ChainFormat, Previous};
pub use entry::{ChainEntry, Tombstone};
pub use error::ChainError;
pub use files::{
    CHAIN, chain_days, day_file, latest_chain_head, read_day, stamp_file, sweep_chain, write_day,
};
pub use history::last_entries;
pub use known::{ChainKnown, ChainTold, StampKnown, StampedLate};
pub use verdict::verify_chain;
pub use vouch::ChainWord;
