//! A rig of faults for live streams: real RTSP servers, and a proxy in front of them that cuts,
//! freezes, delays, throttles, corrupts, refuses and swaps. Whatever it starts ends with it.

// Tests take what they need of it.
#![allow(dead_code)]

mod clip;
mod proxy;
mod server;
mod web;

pub use clip::{Codec, clip};
pub use proxy::{Fault, Proxy};
pub use server::{Auth, Mount, Server};
pub use web::Web;

use std::net::TcpListener;

/// A port that nothing listens on, now.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

/// Whether the rig's server can run here; says why not.
pub fn is_here() -> bool {
    let asked = std::process::Command::new("/usr/bin/python3")
        .args(["-c", "import gi; gi.require_version('GstRtspServer', '1.0')"])
        .stderr(std::process::Stdio::null())
        .status();
    let here = asked.is_ok_and(|status| status.success());
    if !here {
        eprintln!("skipped: no RTSP server for tests; run scripts/setup --test");
    }
    here
}
