//! Clips of a packet run: the evidence itself, a stream copy that is never encoded again.

use super::{
    error::MediaError,
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
}

impl PacketRun {
    /// Copies the packets, unchanged, into `folder/stem` with the ending of its container: MP4
    /// with its index in front where the codec fits, `WebM` for VP8, else Matroska. The same packets
    /// give the same bytes. Where a folder's segments differ in codec or size, the longest part of
    /// one kind is written.
    ///
    /// # Errors
    /// [`MediaError::NoPackets`] for an empty run, [`MediaError::Write`] from writing.
    pub fn write_copy(&self, folder: &Path, stem: &str) -> Result<WrittenClip, MediaError> {
        let part = self.longest_part();
        let (Some(first), Some(starts)) = (part.first(), part.iter().map(|p| p.time).min()) else {
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
        for packet in part {
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
        Ok(WrittenClip { path, container, seconds, starts, fits_browser })
    }
}
