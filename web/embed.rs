//! Tells cargo when the pages that the program carries have changed.
//!
//! A release build carries `web/dist`; cargo looks only at those of its files that were there at the
//! last build. A debug build reads the folder when it is asked for a page, and needs none of this.

#![allow(clippy::print_stdout)] // how cargo is told

use std::path::Path;

fn main() {
    let release = std::env::var("PROFILE").is_ok_and(|p| p == "release");
    // What is not there would be looked for anew by every build: then its sources stand for it.
    let watched = match (release, Path::new("web/dist").exists()) {
        (false, _) => "web/embed.rs",
        (true, true) => "web/dist",
        (true, false) => "web",
    };
    println!("cargo::rerun-if-changed={watched}");
}
