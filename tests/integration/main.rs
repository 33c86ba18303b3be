//! One binary for all feature tests, a file per feature: one link instead of many.

mod support;
mod vision;
