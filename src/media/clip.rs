//! Clips of a packet run: the evidence itself, a stream copy that is never encoded again.

use super::{
    error::MediaError,
    missing::Missing,
    mux::{Container, Muxer, Track},
    run::PacketRun,
    time::MediaTime,
};
use std::path::{Path, PathBuf};

/// A clip that was written.
#[derive(Debug, Clone, PartialEq)]
pub struct WrittenClip {
    /// Where it is.
    pub path: PathBuf,
    /// In which container.
    pub container: Container,
    /// Its length.
    pub seconds: f64,
    /// The media time of its first frame, which it shows at 0.
    pub starts: MediaTime,
    /// Browsers play it.
    pub fits_browser: bool,
    /// What it lacks of the beginning of the stretch that was asked for.
    pub missing_before: Option<Missing>,
    /// What it lacks of its end.
    pub missing_after: Option<Missing>,
}

impl PacketRun {
    /// Copies the packets, unchanged, into `folder/stem` with the ending of its container: MP4
    /// with its index in front where the codec fits, `WebM` for VP8, else Matroska. The same packets
    /// give the same bytes. Where a folder's segments differ in codec or size, the part with the
    /// picture shown at `at` is written.
    ///
    /// # Errors
    /// [`MediaError::NoPackets`] for an empty run, [`MediaError::Write`] from writing.
    pub fn write_copy(
        &self,
        folder: &Path,
        stem: &str,
        at: MediaTime,
    ) -> Result<WrittenClip, MediaError> {
        let part = self.part_at(at);
        let starts = part.packets.iter().map(|p| p.time).min();
        let (Some(first), Some(starts)) = (part.packets.first(), starts) else {
            return Err(MediaError::NoPackets { path: self.source().into() });
        };
        let facts = &first.stream;
        let container = Container::choose(&facts.codec, &facts.parameters);
        let path = folder.join(format!("{stem}.{}", container.extension()));
        let track = Track {
            parameters: facts.parameters.get().clone(),
            time_base: facts.time_base,
            display_matrix: facts.display_matrix.as_deref(),
        };
        let mut muxer = Muxer::create(&path, container, track)?;
        let mut end = starts.0;
        for packet in part.packets {
            let facts = &packet.stream;
            let duration = match facts.microseconds(packet.packet.duration()) {
                duration if duration > 0 => duration,
                _ => facts.nominal(),
            };
            end = end.max(packet.time.0 + duration);
            let (shown, decoded) = (packet.time.0 - starts.0, packet.decode_time.0 - starts.0);
            muxer.write(&packet.packet, shown, decoded, duration)?;
        }
        muxer.finish()?;
        let fits_browser = facts.fits_browser() && container != Container::Matroska;
        let seconds = MediaTime(end).since(starts);
        let (missing_before, missing_after) = part.missing(starts, MediaTime(end));
        Ok(WrittenClip {
            path,
            container,
            seconds,
            starts,
            fits_browser,
            missing_before,
            missing_after,
        })
    }
}
