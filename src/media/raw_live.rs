//! FFmpeg's C calls that live streams need beyond those in [`super::raw`].
#![allow(unsafe_code)]

use super::raw::Parameters;
use ffmpeg_next::{Packet, codec, ffi, format::context};

/// Width, height and pixel format of pictures, as a keyframe's headers tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Shape {
    width: i32,
    height: i32,
    format: i32,
}

/// What FFmpeg's parser reads from a whole keyframe; `None` where it cannot.
pub(super) fn shape(parameters: &codec::Parameters, unit: &[u8]) -> Option<Shape> {
    // Parsers may read so many bytes beyond the end.
    let mut padded = Vec::with_capacity(unit.len() + ffi::AV_INPUT_BUFFER_PADDING_SIZE as usize);
    padded.extend_from_slice(unit);
    padded.resize(unit.len() + ffi::AV_INPUT_BUFFER_PADDING_SIZE as usize, 0);
    let size = i32::try_from(unit.len()).ok()?;
    // SAFETY: the codec id is valid while `parameters` lives; parser and context are checked, used
    // only here and freed below; `padded` is as long as `size` and the padding demand, and what the
    // parser gives out points into it or into the parser and is not read.
    unsafe {
        let id = (*parameters.as_ptr()).codec_id;
        let parser = ffi::av_parser_init(id as i32);
        let mut context = ffi::avcodec_alloc_context3(ffi::avcodec_find_decoder(id));
        let mut shape = None;
        if !parser.is_null() && !context.is_null() {
            (*parser).flags |= ffi::PARSER_FLAG_COMPLETE_FRAMES;
            let (mut out, mut out_size) = (std::ptr::null_mut(), 0);
            ffi::av_parser_parse2(
                parser,
                context,
                &raw mut out,
                &raw mut out_size,
                padded.as_ptr(),
                size,
                ffi::AV_NOPTS_VALUE,
                ffi::AV_NOPTS_VALUE,
                -1,
            );
            let (width, height) = ((*parser).width, (*parser).height);
            if width > 0 && height > 0 {
                shape = Some(Shape { width, height, format: (*parser).format });
            }
        }
        if !parser.is_null() {
            ffi::av_parser_close(parser);
        }
        ffi::avcodec_free_context(&raw mut context);
        shape
    }
}

/// The same parameters with other headers and another picture; `None` when memory is short.
pub(super) fn with_headers(
    parameters: &Parameters,
    headers: &[u8],
    shape: Option<Shape>,
) -> Option<Parameters> {
    let mut copy = parameters.get().clone();
    let padding = ffi::AV_INPUT_BUFFER_PADDING_SIZE as usize;
    // SAFETY: `copy` owns its memory; its old headers are freed by FFmpeg's own allocator, the new
    // ones are allocated by it with the padding it demands, zeroed, and filled within their size.
    unsafe {
        let raw = &mut *copy.as_mut_ptr();
        let data = ffi::av_mallocz(headers.len() + padding).cast::<u8>();
        if data.is_null() {
            return None;
        }
        std::ptr::copy_nonoverlapping(headers.as_ptr(), data, headers.len());
        ffi::av_freep((&raw mut raw.extradata).cast());
        raw.extradata = data;
        raw.extradata_size = i32::try_from(headers.len()).ok()?;
        if let Some(shape) = shape {
            (raw.width, raw.height) = (shape.width, shape.height);
            if shape.format >= 0 {
                raw.format = shape.format;
            }
        }
    }
    Some(Parameters::new(&copy))
}

/// The sender's wall clock at a packet, in microseconds since 1970, where its sender reports tell
/// (RFC 3550, section 6.4.1, as FFmpeg hands them on).
pub(super) fn sender_time(packet: &Packet) -> Option<i64> {
    use ffmpeg_next::codec::packet::Ref;
    let kind = ffi::AVPacketSideDataType::AV_PKT_DATA_PRFT;
    let mut size = 0;
    // SAFETY: the packet is valid while borrowed; FFmpeg returns null or `size` bytes that belong
    // to the packet, which begin with the wall clock as a 64-bit number.
    unsafe {
        let data = ffi::av_packet_get_side_data(packet.as_ptr(), kind, &raw mut size);
        if data.is_null() || size < size_of::<i64>() {
            return None;
        }
        Some(data.cast::<i64>().read_unaligned())
    }
}

/// Whether a list of segments says that none will follow.
pub(super) fn is_closed(list: &context::Input) -> bool {
    // SAFETY: the context is valid while `list` lives.
    let (duration, flags) = unsafe { ((*list.as_ptr()).duration, (*list.as_ptr()).ctx_flags) };
    duration > 0 && flags & ffi::AVFMTCTX_UNSEEKABLE == 0
}

/// Headers that the container announced with a packet, if it did.
pub(super) fn new_headers(packet: &Packet) -> Option<Vec<u8>> {
    use ffmpeg_next::codec::packet::Ref;
    let kind = ffi::AVPacketSideDataType::AV_PKT_DATA_NEW_EXTRADATA;
    let mut size = 0;
    // SAFETY: as in `sender_time`.
    unsafe {
        let data = ffi::av_packet_get_side_data(packet.as_ptr(), kind, &raw mut size);
        (!data.is_null() && size > 0).then(|| std::slice::from_raw_parts(data, size).to_vec())
    }
}
