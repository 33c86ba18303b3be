//! One binary for all feature tests, a file per feature: one link instead of many.

// Tests say what went wrong by panicking; clippy's own exemption stops at test functions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod architecture;
mod attention;
mod batch;
mod command_line;
mod config;
mod evidence;
mod families;
mod lists;
mod media_bad_input;
mod media_clips;
mod media_failing_disk;
mod media_holds;
mod media_pixels;
mod media_support;
mod media_times;
mod model_files;
mod observation_record;
mod page;
mod replay;
mod rules;
mod rules_properties;
mod sample;
mod store;
mod support;
mod track;
mod vision;
