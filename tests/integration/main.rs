//! One binary for all feature tests, a file per feature: one link instead of many.

// Tests say what went wrong by panicking; clippy's own exemption stops at test functions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod architecture;
mod batch;
mod evidence;
mod lists;
mod page;
mod sample;
mod store;
mod support;
mod vision;
