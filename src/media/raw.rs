//! The few calls into FFmpeg's C libraries that `ffmpeg-next` does not offer safely. All unsafe
//! code of the package is here, in [`super::raw_live`], [`super::raw_device`], [`super::hardware`] and [`super::scaler`], in functions that uphold FFmpeg's rules.
#![allow(unsafe_code)]

use ffmpeg_next::{
    codec::{self, packet::Ref},
    ffi, format, frame,
    packet::Mut,
};
use std::{ffi::CStr, sync::Once};

/// Fills FFmpeg's error texts and keeps its own log from standard error; errors reach the user
/// through [`super::MediaError`] only.
pub(super) fn init() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        // Registration cannot fail in the FFmpeg versions supported (it only fills tables).
        let _ = ffmpeg_next::init();
        ffmpeg_next::log::set_level(ffmpeg_next::log::Level::Quiet);
    });
}

/// 8-bit 4:2:0 in three planes, the one format this room gives out.
pub(super) const YUV420P: i32 = ffi::AVPixelFormat::AV_PIX_FMT_YUV420P as i32;

/// Codec parameters that are never changed after they are made, so that threads may share them.
pub(super) struct Parameters(codec::Parameters);

// SAFETY: the wrapped parameters own their memory (made by a deep copy in `new`) and are only
// read through `&self`; reading from several threads at once is sound.
unsafe impl Sync for Parameters {}

impl Parameters {
    /// A deep copy with the container's own codec tag cleared, so that any muxer takes it.
    pub(super) fn new(source: &codec::Parameters) -> Self {
        let mut copy = source.clone();
        // SAFETY: `copy` owns a valid AVCodecParameters.
        unsafe { (*copy.as_mut_ptr()).codec_tag = 0 };
        Self(copy)
    }

    /// The parameters for FFmpeg's calls.
    pub(super) fn get(&self) -> &codec::Parameters {
        &self.0
    }

    fn raw(&self) -> &ffi::AVCodecParameters {
        // SAFETY: `self.0` owns a valid AVCodecParameters for as long as `self` lives.
        unsafe { &*self.0.as_ptr() }
    }

    /// The codec's short name, such as `h264`; `none` where unknown.
    pub(super) fn codec_name(&self) -> String {
        codec_name(&self.0)
    }

    /// Width and height as coded.
    pub(super) fn size(&self) -> (u32, u32) {
        (self.raw().width.max(0) as u32, self.raw().height.max(0) as u32)
    }

    /// Whether pictures are 8-bit 4:2:0, which is all that browsers promise to play.
    pub(super) fn is_8bit_420(&self) -> bool {
        [ffi::AVPixelFormat::AV_PIX_FMT_YUV420P, ffi::AVPixelFormat::AV_PIX_FMT_YUVJ420P]
            .iter()
            .any(|&format| format as i32 == self.raw().format)
    }

    /// Whether a decoder can go on from one to the other: same codec, size and headers.
    pub(super) fn same(&self, other: &Self) -> bool {
        let (a, b) = (self.raw(), other.raw());
        a.codec_id == b.codec_id
            && a.format == b.format
            && self.size() == other.size()
            && self.extradata() == other.extradata()
    }

    /// The codec's headers as the container or the stream gave them.
    pub(super) fn extradata(&self) -> &[u8] {
        let raw = self.raw();
        if raw.extradata.is_null() || raw.extradata_size <= 0 {
            return &[];
        }
        // SAFETY: FFmpeg keeps `extradata_size` bytes at `extradata`.
        unsafe { std::slice::from_raw_parts(raw.extradata, raw.extradata_size as usize) }
    }

    /// Whether a muxer of this name takes the codec.
    pub(super) fn fits(&self, muxer: &CStr) -> bool {
        // SAFETY: the name is a C string; FFmpeg returns null or a static muxer description.
        unsafe {
            let muxer = ffi::av_guess_format(muxer.as_ptr(), std::ptr::null(), std::ptr::null());
            !muxer.is_null()
                && ffi::avformat_query_codec(muxer, self.raw().codec_id, ffi::FF_COMPLIANCE_NORMAL)
                    == 1
        }
    }
}

/// The codec's short name; asks FFmpeg directly because codecs unknown to the wrapper panic there.
pub(super) fn codec_name(parameters: &codec::Parameters) -> String {
    // SAFETY: the pointer is valid while `parameters` lives; the name is a static C string.
    unsafe {
        CStr::from_ptr(ffi::avcodec_get_name((*parameters.as_ptr()).codec_id))
            .to_string_lossy()
            .into_owned()
    }
}

/// The container's four-character code of the codec, for naming what cannot be decoded.
pub(super) fn codec_tag(parameters: &codec::Parameters) -> String {
    // SAFETY: the pointer is valid while `parameters` lives.
    let tag = unsafe { (*parameters.as_ptr()).codec_tag };
    tag.to_le_bytes().iter().map(|&b| char::from(b)).filter(char::is_ascii_graphic).collect()
}

/// Whether FFmpeg can decode these parameters.
pub(super) fn has_decoder(parameters: &codec::Parameters) -> bool {
    // SAFETY: the pointer is valid while `parameters` lives; the call only looks up a table.
    unsafe { !ffi::avcodec_find_decoder((*parameters.as_ptr()).codec_id).is_null() }
}

/// Where the container's clock begins, in microseconds, if it says so.
pub(super) fn start_time(input: &format::context::Input) -> Option<i64> {
    // SAFETY: the context is valid while `input` lives.
    let start = unsafe { (*input.as_ptr()).start_time };
    (start != ffi::AV_NOPTS_VALUE).then_some(start)
}

/// Bits a second of all streams, where the container tells.
pub(super) fn bit_rate(input: &format::context::Input) -> Option<f64> {
    // SAFETY: the context is valid while `input` lives.
    let rate = unsafe { (*input.as_ptr()).bit_rate };
    (rate > 0).then_some(rate as f64)
}

/// What the system said when it failed to read the file; a stopped read and the end are no failure.
pub(super) fn io_error(input: &format::context::Input) -> Option<ffmpeg_next::Error> {
    // SAFETY: the context is valid while `input` lives, and so is its reader where it has one.
    let code = unsafe { (*input.as_ptr()).pb.as_ref().map_or(0, |pb| pb.error) };
    match ffmpeg_next::Error::from(code) {
        ffmpeg_next::Error::Eof | ffmpeg_next::Error::Exit => None,
        error if code < 0 => Some(error),
        _ => None,
    }
}

/// Asks a muxer to write nothing about the time or the library's version.
pub(super) fn set_bitexact(output: &mut format::context::Output) {
    // SAFETY: the context is valid and exclusively borrowed.
    unsafe { (*output.as_mut_ptr()).flags |= ffi::AVFMT_FLAG_BITEXACT };
}

/// Hands everything a muxer holds to the system.
pub(super) fn flush(output: &mut format::context::Output) -> Result<(), ffmpeg_next::Error> {
    // SAFETY: the context is whole and its header written; no packet means: write out what is held.
    let code = unsafe { ffi::av_write_frame(output.as_mut_ptr(), std::ptr::null_mut()) };
    if code < 0 {
        return Err(ffmpeg_next::Error::from(code));
    }
    // SAFETY: as above; a muxer that writes a file has its I/O context until the output is dropped.
    unsafe {
        let io = (*output.as_mut_ptr()).pb;
        if !io.is_null() {
            ffi::avio_flush(io);
            if (*io).error < 0 {
                return Err(ffmpeg_next::Error::from((*io).error));
            }
        }
    }
    Ok(())
}

/// A second reference to a packet's data; no bytes are copied. `None` when memory is short.
pub(super) fn share_packet(packet: &codec::packet::Packet) -> Option<codec::packet::Packet> {
    let mut shared = codec::packet::Packet::empty();
    // SAFETY: both packets are valid; `shared` is empty, as av_packet_ref demands.
    let code = unsafe { ffi::av_packet_ref(shared.as_mut_ptr(), packet.as_ptr()) };
    (code >= 0).then_some(shared)
}

/// Copies side data and flags from one packet to another.
pub(super) fn copy_packet_props(to: &mut codec::packet::Packet, from: &codec::packet::Packet) {
    // SAFETY: both packets are valid; a failure (no memory) leaves `to` without side data.
    let _ = unsafe { ffi::av_packet_copy_props(to.as_mut_ptr(), from.as_ptr()) };
}

/// A second reference to a picture; no pixels are copied. `None` when memory is short.
pub(super) fn share_picture(picture: &frame::Video) -> Option<frame::Video> {
    let mut shared = frame::Video::empty();
    // SAFETY: both frames are valid; `shared` is empty, as av_frame_ref demands.
    let code = unsafe { ffi::av_frame_ref(shared.as_mut_ptr(), picture.as_ptr()) };
    (code >= 0).then_some(shared)
}

/// A new picture buffer of 8-bit 4:2:0 (or of another format). `None` when memory is short.
pub(super) fn new_picture(
    format: ffi::AVPixelFormat,
    width: u32,
    height: u32,
) -> Option<frame::Video> {
    let mut picture = frame::Video::empty();
    // SAFETY: the frame is valid and empty; width, height and format are set before allocation.
    unsafe {
        let raw = picture.as_mut_ptr();
        if raw.is_null() {
            return None;
        }
        (*raw).format = format as i32;
        (*raw).width = i32::try_from(width).ok()?;
        (*raw).height = i32::try_from(height).ok()?;
        (ffi::av_frame_get_buffer(raw, 0) >= 0).then_some(picture)
    }
}

/// The facts of a decoded picture that the wrapper cannot tell without panicking on rare formats.
#[derive(Debug, Clone, Copy)]
pub(super) struct PictureFacts {
    /// `AVPixelFormat` as a number.
    pub(super) format: i32,
    /// Width and height.
    pub(super) size: (u32, u32),
    /// `AVColorSpace`.
    pub(super) space: ffi::AVColorSpace,
    /// Full range by tag or by format.
    pub(super) full_range: bool,
    /// Every row follows the one above it in memory.
    pub(super) top_down: bool,
    /// The decoder had to guess parts of the picture.
    pub(super) damaged: bool,
    /// Shown for so many stream ticks; 0 where unknown.
    pub(super) duration: i64,
}

/// Reads the facts of a decoded picture.
pub(super) fn facts(picture: &frame::Video) -> PictureFacts {
    use ffi::AVPixelFormat as P;
    // SAFETY: the frame is valid while `picture` lives.
    let raw = unsafe { &*picture.as_ptr() };
    // The "J" formats are full range, and so is grey by FFmpeg's habit unless tagged.
    let untagged = raw.color_range == ffi::AVColorRange::AVCOL_RANGE_UNSPECIFIED;
    let grey = untagged && colours(raw.format) == Colours::Grey;
    let jpeg = [
        P::AV_PIX_FMT_YUVJ420P,
        P::AV_PIX_FMT_YUVJ422P,
        P::AV_PIX_FMT_YUVJ444P,
        P::AV_PIX_FMT_YUVJ440P,
        P::AV_PIX_FMT_YUVJ411P,
    ]
    .iter()
    .any(|&format| format as i32 == raw.format);
    PictureFacts {
        format: raw.format,
        size: (raw.width.max(0) as u32, raw.height.max(0) as u32),
        space: raw.colorspace,
        full_range: jpeg || grey || raw.color_range == ffi::AVColorRange::AVCOL_RANGE_JPEG,
        top_down: raw.linesize.iter().all(|&stride| stride >= 0),
        damaged: raw.decode_error_flags != 0 || raw.flags & ffi::AV_FRAME_FLAG_CORRUPT != 0,
        duration: picture.packet().duration,
    }
}

/// The bytes of plane `index` of an 8-bit 4:2:0 picture and its stride: up to the last row's last
/// sample and not beyond, because cropped pictures may end where their buffer does.
pub(super) fn plane(
    picture: &frame::Video,
    index: usize,
    width: usize,
    height: usize,
) -> (&[u8], usize) {
    // SAFETY: the frame is valid while borrowed.
    let raw = unsafe { &*picture.as_ptr() };
    let (data, stride) = match (raw.data.get(index), raw.linesize.get(index)) {
        (Some(&data), Some(&stride)) if stride > 0 && !data.is_null() => (data, stride as usize),
        _ => return (&[], 0),
    };
    if width == 0 || height == 0 || stride < width {
        return (&[], stride);
    }
    // SAFETY: FFmpeg holds at least `height` rows of `stride` bytes, the last with `width`.
    (unsafe { std::slice::from_raw_parts(data, stride * (height - 1) + width) }, stride)
}

/// Like [`plane`], to be written. The picture must be new: made by [`new_picture`] and not shared.
pub(super) fn plane_mut(
    picture: &mut frame::Video,
    index: usize,
    width: usize,
    height: usize,
) -> (&mut [u8], usize) {
    // SAFETY: the frame is valid and exclusively borrowed.
    let raw = unsafe { &mut *picture.as_mut_ptr() };
    let (data, stride) = match (raw.data.get(index), raw.linesize.get(index)) {
        (Some(&data), Some(&stride)) if stride > 0 && !data.is_null() => (data, stride as usize),
        _ => return (&mut [], 0),
    };
    if width == 0 || height == 0 || stride < width {
        return (&mut [], stride);
    }
    // SAFETY: as in `plane`; new pictures have one owner.
    (unsafe { std::slice::from_raw_parts_mut(data, stride * (height - 1) + width) }, stride)
}

/// Shows only the first `width` × `height` samples of a picture; smaller than before.
pub(super) fn crop(picture: &mut frame::Video, width: u32, height: u32) {
    // SAFETY: the frame is valid and exclusively borrowed; rows and columns only become fewer.
    unsafe {
        let raw = &mut *picture.as_mut_ptr();
        raw.width = raw.width.min(width as i32);
        raw.height = raw.height.min(height as i32);
    }
}

/// Names the same bytes by another pixel format of the same layout.
pub(super) fn set_format(picture: &mut frame::Video, format: i32) {
    // SAFETY: the frame is valid and exclusively borrowed; callers keep the layout.
    unsafe { (*picture.as_mut_ptr()).format = format };
}

/// What kind of colours a pixel format holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Colours {
    /// Red, green and blue, or a palette of them.
    Rgb,
    /// Brightness only.
    Grey,
    /// Brightness and two differences.
    Yuv,
}

/// The kind of a pixel format.
pub(super) fn colours(format: i32) -> Colours {
    if format < 0 {
        return Colours::Yuv;
    }
    // SAFETY: the number comes from AVFrame.format and so is a value of AVPixelFormat; FFmpeg
    // returns null or a static description.
    let description = unsafe {
        let format = std::mem::transmute::<i32, ffi::AVPixelFormat>(format);
        ffi::av_pix_fmt_desc_get(format).as_ref()
    };
    let rgb = (ffi::AV_PIX_FMT_FLAG_RGB | ffi::AV_PIX_FMT_FLAG_PAL) as u64;
    match description {
        Some(description) if description.flags & rgb != 0 => Colours::Rgb,
        Some(description) if description.nb_components < 3 => Colours::Grey,
        _ => Colours::Yuv,
    }
}

/// Leaves every stream but one unread.
pub(super) fn read_only_stream(input: &mut format::context::Input, index: usize) {
    for other in 0..input.nb_streams() as usize {
        if other != index
            && let Some(mut stream) = input.stream_mut(other)
        {
            // SAFETY: the stream is valid while the context is exclusively borrowed.
            unsafe { (*stream.as_mut_ptr()).discard = ffi::AVDiscard::AVDISCARD_ALL };
        }
    }
}

/// Writes how the picture is turned into an output's first stream; ignored when memory is short.
pub(super) fn set_display_matrix(output: &mut format::context::Output, matrix: &[u8]) {
    let Some(mut stream) = output.stream_mut(0) else { return };
    // SAFETY: the stream is valid; FFmpeg allocates `matrix.len()` bytes (plus padding) or
    // returns null, and the copy fills exactly those.
    unsafe {
        let data = ffi::av_stream_new_side_data(
            stream.as_mut_ptr(),
            ffi::AVPacketSideDataType::AV_PKT_DATA_DISPLAYMATRIX,
            matrix.len() as _,
        );
        if !data.is_null() {
            std::ptr::copy_nonoverlapping(matrix.as_ptr(), data, matrix.len());
        }
    }
}
