//! Commands: one file each. Arguments come in, text and an exit code go out; only here is `anyhow`.

pub mod events;
