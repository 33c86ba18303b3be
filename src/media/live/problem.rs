//! What can go wrong with a live stream, each in one sentence that says what to do.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The kinds of trouble that a camera's state tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// The address cannot be reached, or nothing answers there.
    Unreachable,
    /// User or password are refused.
    Refused,
    /// What answers is no video, or none that can be decoded.
    NoVideo,
    /// The stream stopped giving packets.
    NoPackets,
    /// Packets come and none can be decoded.
    Undecodable,
    /// The other side ended the stream.
    Ended,
}

/// Why a stream could not be opened or goes no further. Names no address: the error around it does.
#[derive(Debug, Clone, PartialEq, Error, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StreamProblem {
    /// The name is unknown.
    #[error("its host name is not known; check the address and the name server")]
    UnknownHost,
    /// Nothing listens at the port.
    #[error("nothing listens at its port; check the port, and that the camera is on")]
    PortRefused,
    /// No way there.
    #[error("it cannot be reached ({0}); check the network and the camera's power")]
    Unreachable(String),
    /// Nobody answered in time.
    #[error("it did not answer within {0} s; check the network and the camera's power")]
    NoAnswer(f64),
    /// 401.
    #[error("user or password are refused; check the credentials")]
    Unauthorised,
    /// 403.
    #[error("this user may not see it; give the user the right to watch, in the camera")]
    Forbidden,
    /// 404.
    #[error("there is no such stream on the camera; check the path in the address")]
    NoSuchStream,
    /// Any other answer that is an error.
    #[error("the camera answers with an error ({0}); check the address and the camera")]
    Answer(String),
    /// The answer is not in a protocol or format that is read here.
    #[error("what answers there is no video stream; check address and port")]
    Rubbish,
    /// Sound or data without pictures.
    #[error("it holds no video, only sound or data; choose the camera's video stream")]
    NoVideo,
    /// No decoder.
    #[error("its codec cannot be decoded here ({0}); set the camera to H.264 or H.265")]
    Codec(String),
    /// The stream stopped.
    #[error("no packet came for {0} s; check the camera and the network")]
    NoPackets(f64),
    /// Packets that nothing can be made of.
    #[error(
        "packets come, and for {0} s none could be decoded; restart the camera or lower its bit rate"
    )]
    Undecodable(f64),
    /// The connection broke.
    #[error("the connection broke ({0}); check the network")]
    Broken(String),
    /// A list of segments (HLS) that says it has ended.
    #[error(
        "its list of segments is closed: the stream has ended; check the camera and its server"
    )]
    Closed,
    /// A list of segments that stays as it is.
    #[error("its list of segments no longer grows; check the camera and the server of the list")]
    Stale,
    /// No device is there, or no longer.
    #[error("there is no such device; plug it in, and look for its path in /dev/v4l/by-id")]
    NoDevice,
    /// Something else is there.
    #[error("it is no video device; give a camera's path, such as /dev/video0")]
    NotVideo,
    /// The system refuses it.
    #[error("this user may not open it; add the user to the group that owns it (mostly \"video\")")]
    DeviceForbidden,
    /// In use.
    #[error("another program is using it; end that one, or give this camera another device")]
    Busy,
    /// It can only give what is too large to keep.
    #[error("it gives neither H.264 nor Motion JPEG; use a camera that does")]
    Uncompressed,
    /// Any other trouble with a device.
    #[error("the device fails ({0}); plug it in again, or give another")]
    DeviceFailed(String),
    /// FFmpeg's library for devices is not there.
    #[error("FFmpeg's {0} is needed for local devices; install it (on Debian, libavdevice)")]
    NoLibrary(String),
}

impl StreamProblem {
    /// Which kind of trouble it is.
    pub fn trouble(&self) -> Trouble {
        match self {
            Self::UnknownHost
            | Self::PortRefused
            | Self::Unreachable(_)
            | Self::NoAnswer(_)
            | Self::NoDevice
            | Self::Busy
            | Self::NoLibrary(_) => Trouble::Unreachable,
            Self::Unauthorised | Self::Forbidden | Self::DeviceForbidden => Trouble::Refused,
            Self::NoSuchStream
            | Self::Answer(_)
            | Self::Rubbish
            | Self::NoVideo
            | Self::Codec(_)
            | Self::NotVideo
            | Self::Uncompressed => Trouble::NoVideo,
            Self::NoPackets(_) | Self::Stale => Trouble::NoPackets,
            Self::Undecodable(_) => Trouble::Undecodable,
            Self::Broken(_) | Self::Closed | Self::DeviceFailed(_) => Trouble::Ended,
        }
    }
}
