//! The viewing copy: H.264 that browsers play, beside evidence whose codec they do not.

use super::{
    clip::WrittenClip,
    convert::Converter,
    error::MediaError,
    mux::{Container, Muxer, Track},
    raw,
    run::{PacketRun, Part},
    time::MediaTime,
    yuv_matrix::YuvMatrix,
};
use ffmpeg_next::{
    Dictionary, Error, Packet, Rational, codec, color, encoder, format, frame, picture,
};
use std::{ops::ControlFlow, path::Path};

/// Ticks of the encoder: fine enough for any camera, and what players expect.
const TIME_BASE: Rational = Rational(1, 90_000);

/// libx264's constant quality of copies for looking at.
pub(super) const VIEWING: &str = "23";

impl PacketRun {
    /// Decodes the run and encodes it as 8-bit 4:2:0 H.264 in an MP4 with its index in front, upright
    /// and with the real time of every frame. An odd last row or column is left out, which H.264
    /// demands. Like [`PacketRun::write_copy`], which is the evidence, it shows the part at `at`.
    ///
    /// # Errors
    /// [`MediaError::NoEncoder`] without libx264 and libopenh264, [`MediaError::NoPackets`] where
    /// nothing can be decoded, [`MediaError::Write`] from writing.
    pub fn write_viewing_copy(
        &self,
        path: &Path,
        at: MediaTime,
    ) -> Result<WrittenClip, MediaError> {
        raw::init();
        let part = self.part_at(at);
        let mut converter = Converter::default();
        let mut copy: Option<Copy> = None;
        part.decode(&mut |picture, time, duration, facts| {
            let (picture, matrix) = converter
                .upright(picture, facts.orientation)
                .ok_or_else(|| MediaError::write(path, "a picture could not be converted"))?;
            if copy.is_none() {
                copy = Some(Copy::start(path, &picture, matrix, time, VIEWING)?);
            }
            if let Some(copy) = &mut copy {
                copy.add(&picture, time, duration)?;
            }
            Ok(ControlFlow::Continue(()))
        })?;
        let copy = copy.ok_or_else(|| MediaError::NoPackets { path: self.source().into() })?;
        copy.finish(path, &part)
    }
}

/// An H.264 copy being written.
pub(super) struct Copy {
    encoder: encoder::video::Encoder,
    muxer: Muxer,
    size: (u32, u32),
    starts: MediaTime,
    end: i64,
    duration: i64,
    first_packet: bool,
}

impl Copy {
    /// Begins a copy of pictures like this one, shown from `starts` on, in a constant quality (libx264's
    /// `crf`).
    pub(super) fn start(
        path: &Path,
        picture: &frame::Video,
        matrix: YuvMatrix,
        starts: MediaTime,
        quality: &str,
    ) -> Result<Self, MediaError> {
        let codec = encoder::find_by_name("libx264")
            .or_else(|| encoder::find_by_name("libopenh264"))
            .ok_or_else(|| MediaError::NoEncoder { path: path.into() })?;
        let failed = |error: Error| MediaError::write(path, error);
        let (width, height) = raw::facts(picture).size;
        let size = (width & !1, height & !1);
        let mut context = codec::Context::new_with_codec(codec);
        context.set_threading(codec::threading::Config::count(1));
        // Each keyframe begins anew: browsers fail on pictures that lead it when they are sought there.
        // libx264 has it so by itself, unless flags are set as here.
        context.set_flags(
            codec::Flags::GLOBAL_HEADER | codec::Flags::BITEXACT | codec::Flags::CLOSED_GOP,
        );
        let mut video = context.encoder().video().map_err(failed)?;
        video.set_width(size.0);
        video.set_height(size.1);
        video.set_format(format::Pixel::YUV420P);
        video.set_time_base(TIME_BASE);
        video.set_colorspace(if matrix.bt709 {
            color::Space::BT709
        } else {
            color::Space::SMPTE170M
        });
        video.set_color_range(if matrix.full_range {
            color::Range::JPEG
        } else {
            color::Range::MPEG
        });
        let mut options = Dictionary::new();
        if codec.name() == "libx264" {
            options.set("preset", "veryfast");
            options.set("crf", quality);
        }
        let encoder = video.open_as_with(codec, options).map_err(failed)?;
        let track = Track {
            parameters: codec::Parameters::from(&encoder),
            time_base: TIME_BASE,
            display_matrix: None,
        };
        let muxer = Muxer::create(path, Container::Mp4, track)?;
        Ok(Self { encoder, muxer, size, starts, end: starts.0, duration: 0, first_packet: true })
    }

    /// Adds a picture, shown for `duration` microseconds.
    pub(super) fn add(
        &mut self,
        picture: &frame::Video,
        time: MediaTime,
        duration: i64,
    ) -> Result<(), MediaError> {
        let (width, height) = raw::facts(picture).size;
        if width < self.size.0 || height < self.size.1 {
            // The camera changed its size; a viewing copy has only one.
            return Ok(());
        }
        let failed = |reason: &dyn std::fmt::Display| self.muxer.failed(reason);
        let mut shared = raw::share_picture(picture).ok_or_else(|| failed(&"no memory"))?;
        raw::crop(&mut shared, self.size.0, self.size.1);
        raw::set_format(&mut shared, raw::YUV420P);
        // A picture keeps the type it was decoded from, which would force the encoder's choice.
        shared.set_kind(picture::Type::None);
        let ticks = (i128::from(time.0 - self.starts.0) * 9 + 50) / 100;
        shared.set_pts(Some(ticks as i64));
        self.duration = duration;
        self.end = self.end.max(time.0 + duration);
        self.encoder.send_frame(&shared).map_err(|error| failed(&error))?;
        self.drain()
    }

    fn drain(&mut self) -> Result<(), MediaError> {
        let mut packet = Packet::empty();
        while self.encoder.receive_packet(&mut packet).is_ok() {
            if std::mem::take(&mut self.first_packet) {
                packet = without_version(packet);
            }
            let microseconds = |ticks: Option<i64>| {
                let top = ticks.unwrap_or(0) * 100;
                (top + if top < 0 { -4 } else { 4 }) / 9
            };
            let (shown, decoded) = (microseconds(packet.pts()), microseconds(packet.dts()));
            self.muxer.write(&packet, shown, decoded, self.duration)?;
        }
        Ok(())
    }

    /// Bytes written so far.
    pub(super) fn bytes(&self) -> u64 {
        self.muxer.bytes()
    }

    /// Ends the copy and puts it in its place.
    pub(super) fn close(mut self, path: &Path) -> Result<(), MediaError> {
        self.encoder.send_eof().map_err(|error| MediaError::write(path, error))?;
        self.drain()?;
        self.muxer.finish()
    }

    fn finish(self, path: &Path, part: &Part<'_>) -> Result<WrittenClip, MediaError> {
        let (starts, end) = (self.starts, MediaTime(self.end));
        self.close(path)?;
        let seconds = end.since(starts);
        let (missing_before, missing_after) = part.missing(starts, end);
        Ok(WrittenClip {
            path: path.into(),
            container: Container::Mp4,
            seconds,
            starts,
            fits_browser: true,
            missing_before,
            missing_after,
        })
    }
}

/// x264 begins with a message (SEI) naming its version and options; without it, the same pictures
/// give the same bytes wherever the settings are the same.
fn without_version(packet: Packet) -> Packet {
    let Some(rest) = packet.data().and_then(after_sei) else { return packet };
    let mut shorter = Packet::copy(rest);
    raw::copy_packet_props(&mut shorter, &packet);
    shorter
}

/// What follows a leading SEI unit in an Annex B stream (ITU-T H.264, 7.3.1 and Annex B).
fn after_sei(data: &[u8]) -> Option<&[u8]> {
    let begin = data.iter().position(|&byte| byte == 1)? + 1;
    (data.get(begin)? & 0x1f == 6).then_some(())?;
    let next = data.get(begin..)?.windows(3).position(|w| w == [0, 0, 1])? + begin;
    // The start code may have a fourth, leading zero.
    let next = if data[next - 1] == 0 { next - 1 } else { next };
    data.get(next..)
}

#[cfg(test)]
mod tests {
    use super::after_sei;

    #[test]
    fn only_a_leading_sei_is_cut() {
        let sei = [0, 0, 0, 1, 0x06, 5, 9, 9, 0x80, 0, 0, 0, 1, 0x65, 1, 2];
        assert_eq!(after_sei(&sei), Some(&[0, 0, 0, 1, 0x65, 1, 2][..]));
        let short = [0, 0, 1, 0x06, 5, 0x80, 0, 0, 1, 0x65];
        assert_eq!(after_sei(&short), Some(&[0, 0, 1, 0x65][..]));
        assert_eq!(after_sei(&[0, 0, 1, 0x65, 1, 2, 0, 0, 1, 0x06]), None);
        assert_eq!(after_sei(&[]), None);
    }
}
