//! x
mod evidence;
