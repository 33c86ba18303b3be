//! One decoder on one thread, for a source and for packets held as evidence alike.

use super::{
    convert::Converter,
    error::MediaError,
    frame::Frame,
    hardware::{self, Unit},
    live::Hardware,
    raw,
    stream::StreamFacts,
    time::{MediaTime, WallTime},
};
use ffmpeg_next::{
    Error, Packet,
    codec::{self, decoder, discard::Discard},
    frame,
};
use std::sync::Arc;

/// What a decoder has to say next.
pub(super) enum Decoded {
    /// A picture, in presentation order.
    Picture(frame::Video),
    /// It wants another packet.
    Hungry,
    /// A packet could not be decoded; ask again.
    Damaged,
    /// Everything has been given.
    End,
}

/// FFmpeg's decoder of one stream.
pub(super) struct Decoder {
    inner: codec::decoder::Video,
    facts: Arc<StreamFacts>,
}

impl Decoder {
    /// Opens FFmpeg's decoder for a stream, with one thread.
    pub(super) fn new(facts: &Arc<StreamFacts>) -> Result<Self, MediaError> {
        Self::build(facts, None).map_err(|_| MediaError::UnsupportedCodec {
            path: facts.path.clone(),
            codec: facts.codec.clone(),
        })
    }

    /// Like [`Decoder::new`], on the first hardware that opens, else on the processor; with a
    /// sentence saying which, and why not the one asked for.
    pub(super) fn on(
        facts: &Arc<StreamFacts>,
        hardware: Hardware,
    ) -> Result<(Self, String), MediaError> {
        let mut troubles = Vec::new();
        for unit in Unit::of(hardware) {
            match Self::build(facts, Some(*unit)) {
                Ok(decoder) => return Ok((decoder, format!("decoded by {unit}"))),
                Err(error) => troubles.push(format!("{unit} cannot be used ({})", unit.why(error))),
            }
        }
        let because = if troubles.is_empty() { "" } else { ": " };
        let note = format!("decoded by the processor{because}{}", troubles.join("; "));
        Self::new(facts).map(|decoder| (decoder, note))
    }

    fn build(facts: &Arc<StreamFacts>, unit: Option<Unit>) -> Result<Self, Error> {
        let parameters = facts.parameters.get().clone();
        let mut context = codec::Context::from_parameters(parameters)?;
        context.set_threading(codec::threading::Config::count(1));
        let named = unit.and_then(Unit::decoder_suffix);
        let named = named.map(|suffix| format!("{}_{suffix}", facts.codec));
        if let Some(unit) = unit {
            unit.attach(&mut context)?;
        }
        let mut decoder = context.decoder();
        decoder.set_packet_time_base(facts.time_base);
        let inner = match named {
            Some(name) => {
                let codec = decoder::find_by_name(&name).ok_or(Error::DecoderNotFound)?;
                decoder.open_as(codec).and_then(decoder::Opened::video)?
            }
            None => decoder.video()?,
        };
        Ok(Self { inner, facts: Arc::clone(facts) })
    }

    /// Whether pictures that no other picture needs may be left out from here on.
    pub(super) fn skim(&mut self, skim: bool) {
        let skip = if skim { Discard::NonReference } else { Discard::Default };
        self.inner.skip_frame(skip);
    }

    /// Gives a packet; false when the decoder refused it as damaged.
    pub(super) fn send(&mut self, packet: &Packet) -> Result<bool, MediaError> {
        match self.inner.send_packet(packet) {
            Ok(()) => Ok(true),
            Err(error) => self.damage(error).map(|()| false),
        }
    }

    /// Says that no packet follows.
    pub(super) fn finish(&mut self) {
        // A second end is refused, which changes nothing.
        let _ = self.inner.send_eof();
    }

    /// The next picture, if there is one yet.
    pub(super) fn receive(&mut self) -> Result<Decoded, MediaError> {
        let mut picture = frame::Video::empty();
        match self.inner.receive_frame(&mut picture) {
            Ok(()) => Ok(Decoded::Picture(picture)),
            Err(Error::Eof) => Ok(Decoded::End),
            Err(Error::Other { errno: ffmpeg_next::error::EAGAIN }) => Ok(Decoded::Hungry),
            Err(error) => self.damage(error).map(|()| Decoded::Damaged),
        }
    }

    /// Microseconds for which a picture is shown: its own word, else the nominal rate.
    pub(super) fn duration(&self, picture: &frame::Video) -> i64 {
        match self.facts.microseconds(raw::facts(picture).duration) {
            duration if duration > 0 => duration,
            _ => self.facts.nominal(),
        }
    }

    /// Damage is survived; want of memory is not.
    fn damage(&self, error: Error) -> Result<(), MediaError> {
        match error {
            Error::Other { errno: ffmpeg_next::error::ENOMEM } => {
                Err(MediaError::picture(&self.facts.path, "decoded", error))
            }
            _ => Ok(()),
        }
    }
}

/// Makes a decoded picture an upright frame; pixels are touched only where they must be.
pub(super) fn frame(
    converter: &mut Converter,
    facts: &StreamFacts,
    picture: frame::Video,
    index: u64,
    time: MediaTime,
    start: WallTime,
) -> Result<Frame, MediaError> {
    let picture = hardware::fetch(picture).ok_or_else(|| {
        MediaError::picture(&facts.path, "fetched from the hardware", "no memory")
    })?;
    let (picture, matrix) = converter.upright(picture, facts.orientation).ok_or_else(|| {
        MediaError::picture(&facts.path, "converted", "unknown pixels or no memory")
    })?;
    let (picture, wall) = (Arc::new(picture), wall_at(start, time));
    Ok(Frame { index, time, wall, picture, matrix })
}

/// When a frame happened: the source's start plus its media time.
fn wall_at(start: WallTime, time: MediaTime) -> WallTime {
    let moved = start.0.checked_add(jiff::SignedDuration::from_micros(time.0));
    WallTime(moved.unwrap_or(start.0))
}
