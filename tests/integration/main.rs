//! Feature tests, one file a feature.

mod page;
mod store;
