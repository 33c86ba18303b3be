//! Feature tests, one file a feature.

mod lists;
mod page;
mod sample;
mod store;
