//! Feature tests, one file a feature, in one binary.

// The tests' own helpers may fail and speak as tests do.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod media_bad_input;
mod media_clips;
mod media_pixels;
mod media_support;
mod media_times;
