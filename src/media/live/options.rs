//! How a live stream is opened, and what opening told.

use std::{
    fmt,
    sync::{Arc, atomic::AtomicBool},
};

/// How RTSP carries its packets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Transport {
    /// Within the RTSP connection: nothing is lost on the way.
    #[default]
    Tcp,
    /// As datagrams: less delay on bad networks, and lost packets are lost.
    Udp,
}

/// Which hardware decodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Hardware {
    /// None: the processor decodes.
    #[default]
    None,
    /// The first of VAAPI, Quick Sync and NVDEC that opens.
    Auto,
    /// VA-API (Intel, AMD).
    Vaapi,
    /// Quick Sync (Intel).
    Qsv,
    /// NVDEC (NVIDIA).
    Cuda,
}

/// How a live stream is opened. `Debug` never shows the address.
#[derive(Clone)]
pub struct LiveOptions {
    /// The address with its credentials, or the path of a local device; never shown.
    pub url: String,
    /// What stands for it in every message.
    pub shown: String,
    /// How RTSP carries its packets.
    pub transport: Transport,
    /// Which hardware decodes; where it cannot, the processor does.
    pub hardware: Hardware,
    /// Longest time for connecting and for the first packets, in seconds.
    pub connect_seconds: f64,
    /// Longest wait for a packet, in seconds.
    pub read_seconds: f64,
    /// Raised to end waiting and reading.
    pub stop: Arc<AtomicBool>,
}

impl fmt::Debug for LiveOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "LiveOptions({}, {:?}, {:?})", self.shown, self.transport, self.hardware)
    }
}

/// What is known of an open stream; it may change while it runs.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveFacts {
    /// The codec's short name, such as `h264`.
    pub codec: String,
    /// Pixels across; 0 until the first keyframe where the stream does not tell before.
    pub width: u32,
    /// Pixels down; likewise.
    pub height: u32,
    /// Pictures a second, as the stream says; a guess where it does not.
    pub rate: f64,
    /// One sentence saying what decodes, and where hardware was asked for and is not used, why.
    pub hardware: String,
}
