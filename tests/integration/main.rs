//! One binary for all features' tests.

mod config;
