//! Time-stamps of the chain by somebody else (RFC 3161): that a day's head was there at a time.
//!
//! A signature is as good as its key; a time-stamping authority's token holds even if the key is
//! stolen later. What leaves the house is a SHA-256 alone. What is checked here: that a token is of
//! the head it lies beside, that it is signed by a certificate that it carries and that was valid
//! then, and, where a city says whom it trusts, that this certificate is under one of those. Whether
//! a certificate was revoked is not looked at; `openssl ts -verify` and the authority's lists tell.

mod ask;
mod authorities;
mod error;
mod info;
mod signed;
mod stamp;
mod token;

pub use authorities::Authorities;
pub use error::StampError;
pub use stamp::{Stamped, stamp_days, stamped_at};
pub use token::StampToken;
