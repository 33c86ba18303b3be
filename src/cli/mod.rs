//! Being built.
pub mod evidence;
