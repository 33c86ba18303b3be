//! One binary for all feature tests, a file per feature: one link instead of many.

// Tests say what went wrong by panicking; clippy's own exemption stops at test functions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stderr)]

mod architecture;
mod attention;
mod background;
mod batch;
mod bench_detect;
mod bench_detect_page;
mod bench_events;
mod bench_track;
mod camera;
mod command_line;
mod config;
mod crossing;
mod evidence;
mod families;
mod int8;
mod keeping;
mod lamps;
mod law;
mod left_street;
mod left_things;
mod lists;
mod media_bad_input;
mod media_clips;
mod media_failing_disk;
mod media_holds;
mod media_pixels;
mod media_spool;
mod media_support;
mod media_times;
mod model_files;
mod models_import;
mod observation_record;
mod page;
mod peers;
mod plane;
mod plane_scenescape;
mod providers;
mod replay;
mod rules;
mod rules_motion;
mod rules_people;
mod rules_properties;
mod sample;
mod sightings;
mod store;
mod street;
mod support;
mod track;
mod track_parked;
mod track_riders;
mod upkeep;
mod vision;
mod vision_shake;
