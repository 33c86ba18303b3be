//! What other programs may ask over the network of the machine itself: figures, health, status.
//!
//! What enters: the service's [`crate::pipeline::live::StatusBoard`]. What leaves: answers over HTTP,
//! read only, with no pictures, no addresses of streams and no names of people.

mod figures;
mod health;
mod operation;

pub use operation::{ServeError, serve};
