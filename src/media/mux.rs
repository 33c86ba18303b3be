//! Writing packets into a container: bit-exact, and whole or not at all.

use super::{error::MediaError, raw};
use ffmpeg_next::{Dictionary, Packet, Rational, codec, encoder, format, packet::Flags};
use std::{
    ffi::CStr,
    fs::File,
    path::{Path, PathBuf},
};
use tempfile::TempPath;

/// A clip's container.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Container {
    /// MP4 with its index in front.
    Mp4,
    /// `WebM`: Matroska as browsers know it, for VP8.
    WebM,
    /// Matroska, which takes any codec.
    Matroska,
}

impl Container {
    /// MP4 where the codec fits, `WebM` for VP8, else Matroska.
    pub(super) fn choose(codec: &str, parameters: &raw::Parameters) -> Self {
        const MP4: &CStr = c"mp4";
        match codec {
            "vp8" => Self::WebM,
            _ if parameters.fits(MP4) => Self::Mp4,
            _ => Self::Matroska,
        }
    }

    /// The file name's ending.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::WebM => "webm",
            Self::Matroska => "mkv",
        }
    }

    fn muxer(self) -> &'static str {
        match self {
            Self::Mp4 => "mp4",
            Self::WebM => "webm",
            Self::Matroska => "matroska",
        }
    }
}

/// What the muxer needs to know of a stream.
pub(super) struct Track<'a> {
    pub(super) parameters: codec::Parameters,
    /// The source's own ticks, kept where they are fine enough.
    pub(super) time_base: Rational,
    pub(super) display_matrix: Option<&'a [u8]>,
}

/// A clip being written beside its final place.
pub(super) struct Muxer {
    output: format::context::Output,
    /// `None`: it grows in its final place.
    temporary: Option<TempPath>,
    target: PathBuf,
    time_base: Rational,
    last_decode: Option<i64>,
}

impl Muxer {
    pub(super) fn create(
        target: &Path,
        container: Container,
        track: Track<'_>,
    ) -> Result<Self, MediaError> {
        let folder = target.parent().filter(|f| !f.as_os_str().is_empty());
        let temporary = tempfile::Builder::new()
            .prefix(".clip-")
            .suffix(".part")
            .permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))
            .tempfile_in(folder.unwrap_or(Path::new(".")))
            .map_err(|error| MediaError::write(target, error))?
            .into_temp_path();
        let mut options = Dictionary::new();
        if container == Container::Mp4 {
            options.set("movflags", "+faststart");
        }
        let this = Self::begin(target, &temporary, container, track, options)?;
        Ok(Self { temporary: Some(temporary), ..this })
    }

    /// A clip that grows in its place and can be played as far as it was flushed, whatever becomes
    /// of this process: MP4 in fragments, Matroska in short clusters.
    pub(super) fn grow(
        target: &Path,
        container: Container,
        track: Track<'_>,
    ) -> Result<Self, MediaError> {
        let mut options = Dictionary::new();
        if container == Container::Mp4 {
            options.set("movflags", "+delay_moov+default_base_moof");
            options.set("frag_duration", "500000");
        } else {
            options.set("cluster_time_limit", "500");
        }
        Self::begin(target, target, container, track, options)
    }

    fn begin(
        target: &Path,
        file: &Path,
        container: Container,
        track: Track<'_>,
        options: Dictionary<'_>,
    ) -> Result<Self, MediaError> {
        raw::init();
        let failed = |error: ffmpeg_next::Error| MediaError::write(target, error);
        let url = url(file)?;
        let mut output = format::output_as(&url, container.muxer()).map_err(failed)?;
        raw::set_bitexact(&mut output);
        let fine = track.time_base.numerator() == 1 && track.time_base.denominator() >= 1000;
        let time_base = if fine { track.time_base } else { Rational(1, 90_000) };
        let mut stream = output.add_stream(encoder::find(codec::Id::None)).map_err(failed)?;
        stream.set_parameters(track.parameters);
        stream.set_time_base(time_base);
        if let Some(matrix) = track.display_matrix {
            raw::set_display_matrix(&mut output, matrix);
        }
        drop(output.write_header_with(options).map_err(failed)?);
        let time_base = output.stream(0).map_or(time_base, |stream| stream.time_base());
        Ok(Self { output, temporary: None, target: target.into(), time_base, last_decode: None })
    }

    /// Writes one packet, in decoding order; times and duration in microseconds of the clip.
    pub(super) fn write(
        &mut self,
        packet: &Packet,
        shown: i64,
        decoded: i64,
        duration: i64,
    ) -> Result<(), MediaError> {
        let failed = |reason: &str| MediaError::write(&self.target, reason);
        let mut packet = raw::share_packet(packet).ok_or_else(|| failed("no memory"))?;
        let ticks = |microseconds: i64| {
            let top = i128::from(microseconds) * i128::from(self.time_base.denominator());
            let bottom = i128::from(self.time_base.numerator().max(1)) * 1_000_000;
            let half = if top < 0 { -bottom / 2 } else { bottom / 2 };
            ((top + half) / bottom) as i64
        };
        let (mut shown, mut decoded) = (ticks(shown), ticks(decoded));
        // Muxers refuse decoding times that stand still.
        if let Some(last) = self.last_decode {
            decoded = decoded.max(last + 1);
        }
        shown = shown.max(decoded);
        self.last_decode = Some(decoded);
        packet.set_stream(0);
        packet.set_pts(Some(shown));
        packet.set_dts(Some(decoded));
        packet.set_duration(ticks(duration));
        packet.set_position(-1);
        packet.set_flags(packet.flags() & Flags::KEY);
        packet.write(&mut self.output).map(|_| ()).map_err(|e| MediaError::write(&self.target, e))
    }

    /// Hands all that was written to the system.
    pub(super) fn flush(&mut self) -> Result<(), MediaError> {
        raw::flush(&mut self.output).map_err(|error| MediaError::write(&self.target, error))
    }

    /// Bytes in the file so far.
    pub(super) fn bytes(&self) -> u64 {
        let file: &Path = self.temporary.as_deref().unwrap_or(&self.target);
        file.metadata().map_or(0, |facts| facts.len())
    }

    /// The error of this clip.
    pub(super) fn failed(&self, reason: &dyn std::fmt::Display) -> MediaError {
        MediaError::write(&self.target, reason)
    }

    /// Ends the clip and puts it in its place: complete and on disk.
    pub(super) fn finish(self) -> Result<(), MediaError> {
        let Self { mut output, temporary, target, .. } = self;
        output.write_trailer().map_err(|error| MediaError::write(&target, error))?;
        drop(output);
        let failed = |error: std::io::Error| MediaError::write(&target, error);
        if let Some(temporary) = temporary {
            File::open(&temporary).and_then(|file| file.sync_all()).map_err(failed)?;
            temporary.persist(&target).map_err(|error| failed(error.error))?;
        }
        let folder = target.parent().filter(|f| !f.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new("."))).and_then(|f| f.sync_all()).map_err(failed)
    }
}

/// FFmpeg's name for a local file: never taken for another protocol, whatever its characters.
pub(super) fn url(path: &Path) -> Result<String, MediaError> {
    path.to_str()
        .filter(|text| !text.contains('\0'))
        .map(|text| format!("file:{text}"))
        .ok_or_else(|| MediaError::PathNotUtf8 { path: path.into() })
}
