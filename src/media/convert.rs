//! From whatever a decoder gives to upright 8-bit 4:2:0, touching pixels only where it must.

use super::{
    orientation::Orientation,
    raw::{self, YUV420P},
    scaler::{Scaler, Side},
    yuv_matrix::YuvMatrix,
};
use ffmpeg_next::{ffi, frame};

const YUVJ420P: i32 = ffi::AVPixelFormat::AV_PIX_FMT_YUVJ420P as i32;
const RGB24: i32 = ffi::AVPixelFormat::AV_PIX_FMT_RGB24 as i32;

/// Makes pictures upright I420. Pictures that already are pass through without a copy.
#[derive(Default)]
pub(super) struct Converter {
    scaler: Option<Scaler>,
}

impl Converter {
    /// The upright picture, its colours, or `None` where the pixel format cannot be converted or
    /// memory is short.
    pub(super) fn upright(
        &mut self,
        picture: frame::Video,
        orientation: Orientation,
    ) -> Option<(frame::Video, YuvMatrix)> {
        let facts = raw::facts(&picture);
        let mut matrix = YuvMatrix { bt709: is_bt709(&facts), full_range: facts.full_range };
        let plain = matches!(facts.format, YUV420P | YUVJ420P) && facts.top_down;
        let picture = if plain {
            picture
        } else {
            let rgb = raw::colours(facts.format) == raw::Colours::Rgb;
            // RGB has no range of its own; keeping all 256 levels loses the least.
            matrix.full_range |= rgb;
            let from = Side {
                format: without_j(facts.format),
                matrix: coefficients(&facts, matrix),
                full_range: facts.full_range || rgb,
            };
            let to =
                Side { format: YUV420P, matrix: standard(matrix), full_range: matrix.full_range };
            self.scaled(&picture, from, to, facts)?
        };
        if orientation == Orientation::UPRIGHT {
            return Some((picture, matrix));
        }
        Some((turn(&picture, orientation)?, matrix))
    }

    fn scaled(
        &mut self,
        picture: &frame::Video,
        from: Side,
        to: Side,
        facts: raw::PictureFacts,
    ) -> Option<frame::Video> {
        if !self.scaler.as_ref().is_some_and(|scaler| scaler.suits(from, to, facts.size)) {
            self.scaler = Some(Scaler::new(from, to, facts.size)?);
        }
        let scaler = self.scaler.as_mut()?;
        if from.format == facts.format {
            return scaler.run(picture);
        }
        // swscale knows the "J" formats as plain ones with full range.
        let mut plain = raw::share_picture(picture)?;
        raw::set_format(&mut plain, from.format);
        scaler.run(&plain)
    }
}

/// An RGB24 copy of an I420 picture.
pub(super) fn rgb(picture: &frame::Video, matrix: YuvMatrix) -> Option<frame::Video> {
    let facts = raw::facts(picture);
    let from = Side { format: YUV420P, matrix: standard(matrix), full_range: matrix.full_range };
    let to = Side { format: RGB24, matrix: standard(matrix), full_range: true };
    let mut scaler = Scaler::new(from, to, facts.size)?;
    if facts.format == YUV420P {
        return scaler.run(picture);
    }
    let mut plain = raw::share_picture(picture)?;
    raw::set_format(&mut plain, YUV420P);
    scaler.run(&plain)
}

/// An empty I420 picture of this size.
pub(super) fn new_i420(width: u32, height: u32) -> Option<frame::Video> {
    raw::new_picture(ffi::AVPixelFormat::AV_PIX_FMT_YUV420P, width, height)
}

/// Width and height of plane `index` of an I420 picture of this size.
pub(super) fn plane_size(index: usize, (width, height): (u32, u32)) -> (usize, usize) {
    let (width, height) = (width as usize, height as usize);
    if index == 0 { (width, height) } else { (width.div_ceil(2), height.div_ceil(2)) }
}

fn turn(picture: &frame::Video, orientation: Orientation) -> Option<frame::Video> {
    let size = raw::facts(picture).size;
    let shown = orientation.size(size);
    let mut target = new_i420(shown.0, shown.1)?;
    for index in 0..3 {
        let (width, height) = plane_size(index, size);
        let (shown_width, shown_height) = plane_size(index, shown);
        let from = raw::plane(picture, index, width, height);
        let to = raw::plane_mut(&mut target, index, shown_width, shown_height);
        if from.0.is_empty() || to.0.is_empty() {
            return None;
        }
        orientation.turn(from, to, width, height);
    }
    target.set_pts(picture.pts());
    Some(target)
}

/// Untagged footage follows the habit of players: BT.709 for high definition, BT.601 below.
fn is_bt709(facts: &raw::PictureFacts) -> bool {
    use ffi::AVColorSpace as C;
    match facts.space {
        C::AVCOL_SPC_BT709 | C::AVCOL_SPC_BT2020_NCL | C::AVCOL_SPC_BT2020_CL => true,
        C::AVCOL_SPC_UNSPECIFIED | C::AVCOL_SPC_RGB => facts.size.0 >= 1280 || facts.size.1 > 576,
        _ => false,
    }
}

/// Coefficients of the stored picture; BT.2020 has its own and is converted to BT.709.
fn coefficients(facts: &raw::PictureFacts, matrix: YuvMatrix) -> i32 {
    use ffi::AVColorSpace as C;
    match facts.space {
        C::AVCOL_SPC_BT2020_NCL | C::AVCOL_SPC_BT2020_CL => ffi::SWS_CS_BT2020,
        C::AVCOL_SPC_SMPTE240M => ffi::SWS_CS_SMPTE240M,
        C::AVCOL_SPC_FCC => ffi::SWS_CS_FCC,
        _ => standard(matrix),
    }
}

fn standard(matrix: YuvMatrix) -> i32 {
    if matrix.bt709 { ffi::SWS_CS_ITU709 } else { ffi::SWS_CS_ITU601 }
}

fn without_j(format: i32) -> i32 {
    use ffi::AVPixelFormat as P;
    [
        (P::AV_PIX_FMT_YUVJ420P, P::AV_PIX_FMT_YUV420P),
        (P::AV_PIX_FMT_YUVJ422P, P::AV_PIX_FMT_YUV422P),
        (P::AV_PIX_FMT_YUVJ444P, P::AV_PIX_FMT_YUV444P),
        (P::AV_PIX_FMT_YUVJ440P, P::AV_PIX_FMT_YUV440P),
    ]
    .iter()
    .find(|(j, _)| *j as i32 == format)
    .map_or(format, |(_, plain)| *plain as i32)
}
