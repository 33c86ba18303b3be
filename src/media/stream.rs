//! What stays the same for all packets of one stream, and one packet placed on the media clock.

use super::{clock::Rate, orientation::Orientation, raw, time::MediaTime};
use ffmpeg_next::{Packet, Rational};
use std::path::PathBuf;

/// The facts that decoding and copying packets need; shared by all of them.
pub(super) struct StreamFacts {
    /// The source, for errors.
    pub(super) path: PathBuf,
    /// Codec, size and headers.
    pub(super) parameters: raw::Parameters,
    /// The codec's short name.
    pub(super) codec: String,
    /// Seconds of one tick.
    pub(super) time_base: Rational,
    /// How pictures are turned to be upright.
    pub(super) orientation: Orientation,
    /// The container's display matrix, to be copied into clips.
    pub(super) display_matrix: Option<Vec<u8>>,
    /// Nominal frame rate.
    pub(super) rate: Rate,
}

impl StreamFacts {
    /// Ticks to microseconds, to the nearest.
    pub(super) fn microseconds(&self, ticks: i64) -> i64 {
        let (num, den) = (self.time_base.numerator(), self.time_base.denominator().max(1));
        let value = i128::from(ticks) * i128::from(num) * 1_000_000;
        let den = i128::from(den);
        let rounded = (value + if value < 0 { -den / 2 } else { den / 2 }) / den;
        i64::try_from(rounded).unwrap_or(if rounded < 0 { i64::MIN / 4 } else { i64::MAX / 4 })
    }

    /// From one frame to the next, in microseconds.
    pub(super) fn nominal(&self) -> i64 {
        self.rate.at(1)
    }

    /// Ticks of one second and of one nominal frame.
    pub(super) fn ticks(&self) -> (i64, i64) {
        let (num, den) = (self.time_base.numerator(), self.time_base.denominator());
        let second = i64::from(den) / i64::from(num.max(1));
        (second, (second as f64 * self.nominal() as f64 / 1e6).round() as i64)
    }

    /// Whether browsers play the codec as it is.
    pub(super) fn fits_browser(&self) -> bool {
        match self.codec.as_str() {
            "h264" | "vp9" | "av1" => self.parameters.is_8bit_420(),
            "vp8" => true,
            _ => false,
        }
    }

    /// Whether one clip can hold packets of both. Ticks and rate may differ: a clip has its own
    /// times, and the average rate is another in every segment of one camera.
    pub(super) fn joins(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
            || self.parameters.same(&other.parameters) && self.orientation == other.orientation
    }

    /// Whether one can stand for the other.
    pub(super) fn same(&self, other: &Self) -> bool {
        self.joins(other) && self.time_base == other.time_base && self.rate == other.rate
    }
}

/// A compressed packet with repaired time stamps, placed on the media clock.
pub(super) struct RingPacket {
    /// The bytes; its stamps are in ticks of `stream`.
    pub(super) packet: Packet,
    /// What it belongs to.
    pub(super) stream: std::sync::Arc<StreamFacts>,
    /// When it is shown.
    pub(super) time: MediaTime,
    /// When it is decoded; no later packet is shown before this.
    pub(super) decode_time: MediaTime,
    /// Microseconds of the stream's clock at media time 0.
    pub(super) zero: i64,
    /// The footage has no time stamps: frames follow at the nominal rate.
    pub(super) cadence: bool,
}

impl RingPacket {
    /// Bytes it holds, with a little for its own bookkeeping.
    pub(super) fn bytes(&self) -> usize {
        self.packet.size() + 256
    }
}
