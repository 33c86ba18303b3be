//! Time-stamps of the chain by somebody else (RFC 3161): that a day's head was there at a time.
//!
//! A signature is as good as its key; a time-stamping authority's token holds even if the key is
//! stolen later. What leaves the house is a SHA-256 alone. What is checked here is that a token is of
//! the head it lies beside; whether its authority is to be trusted is checked with the authority's
//! certificates, as by `openssl ts -verify`.

mod ask;
mod error;
mod stamp;
mod token;

pub use error::StampError;
pub use stamp::{Stamped, stamp_days, stamped_at};
pub use token::StampToken;
