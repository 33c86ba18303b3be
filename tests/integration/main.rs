//! Feature tests, one file a feature, in one binary.

mod media_bad_input;
mod media_clips;
mod media_pixels;
mod media_support;
mod media_times;
