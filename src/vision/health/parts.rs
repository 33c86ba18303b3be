//! Small pictures compared part by part, and their outlines.

use opencv::core::{self, CV_32F, Mat, Rect, Size};
use opencv::imgproc;
use opencv::prelude::*;

/// A part is found where it correlates by so much.
const FOUND: f32 = 0.5;
/// Parts across and down, and grey levels of deviation from which one has texture.
const PARTS: (i32, i32) = (12, 8);
const PART_TEXTURE: f64 = 6.0;
/// Parts with texture that are needed to tell; of a view far off, half as many.
const LEAST_PARTS: u32 = 20;
/// Outlines stronger than this, in grey levels, count no more: a few road markings must be heard
/// beside a lorry.
const OUTLINE: f64 = 80.0;

/// The strength of the outlines in a picture reduced to half.
pub(super) fn outlines(picture: &Mat) -> opencv::Result<Mat> {
    let (mut half, mut across, mut down) = (Mat::default(), Mat::default(), Mat::default());
    let size = picture.size()?;
    let size = Size::new((size.width / 2).max(1), (size.height / 2).max(1));
    imgproc::resize(picture, &mut half, size, 0.0, 0.0, imgproc::INTER_AREA)?;
    imgproc::sobel_def(&half, &mut across, CV_32F, 1, 0)?;
    imgproc::sobel_def(&half, &mut down, CV_32F, 0, 1)?;
    let (mut strength, mut outlines) = (Mat::default(), Mat::default());
    core::magnitude(&across, &down, &mut strength)?;
    imgproc::threshold(&strength, &mut outlines, OUTLINE, 0.0, imgproc::THRESH_TRUNC)?;
    Ok(outlines)
}

/// Share of the reference's textured parts that are found in `picture`, 0 to 1: in their place, or
/// `off` (columns, rows) from the picture to the reference. `None` where there are too few to tell.
pub(super) fn found(
    reference: &Mat,
    picture: &Mat,
    off: Option<(i32, i32)>,
) -> opencv::Result<Option<f32>> {
    let size = reference.size()?;
    let (dx, dy) = off.unwrap_or((0, 0));
    let (w, h) = (size.width / PARTS.0, size.height / PARTS.1);
    if w < 4 || h < 4 || picture.size()? != size {
        return Ok(None);
    }
    let (mut all, mut there) = (0_u32, 0_u32);
    for row in 0..PARTS.1 {
        for column in 0..PARTS.0 {
            let part = Rect::new(column * w, row * h, w, h);
            let here = Rect::new(part.x - dx, part.y - dy, w, h);
            let inside =
                here.x >= 0 && here.y >= 0 && here.x + w <= size.width && here.y + h <= size.height;
            if !inside {
                continue;
            }
            if let Some(likeness) = likeness(reference, part, picture, here)? {
                all += 1;
                there += u32::from(likeness >= FOUND);
            }
        }
    }
    // A few parts can be alike or unlike by chance.
    let least = if off.is_some() { LEAST_PARTS / 2 } else { LEAST_PARTS };
    Ok((all >= least).then(|| there as f32 / all as f32))
}

/// Correlation of two parts; `None` where the first has no texture.
fn likeness(was: &Mat, part: Rect, is: &Mat, here: Rect) -> opencv::Result<Option<f32>> {
    let (mut sa, mut sb, mut aa, mut bb, mut ab) = (0_u32, 0_u32, 0_u32, 0_u32, 0_u32);
    let columns = |r: Rect| r.x as usize..(r.x + r.width) as usize;
    for row in 0..part.height {
        let a = &was.at_row::<u8>(part.y + row)?[columns(part)];
        let b = &is.at_row::<u8>(here.y + row)?[columns(here)];
        for (&a, &b) in a.iter().zip(b) {
            let (a, b) = (u32::from(a), u32::from(b));
            (sa, sb) = (sa + a, sb + b);
            (aa, bb, ab) = (aa + a * a, bb + b * b, ab + a * b);
        }
    }
    let n = f64::from(part.width * part.height);
    let spread = |squares: u32, sum: u32| f64::from(squares) / n - (f64::from(sum) / n).powi(2);
    let (va, vb) = (spread(aa, sa), spread(bb, sb));
    if va < PART_TEXTURE * PART_TEXTURE {
        return Ok(None);
    }
    let both = f64::from(ab) / n - f64::from(sa) / n * f64::from(sb) / n;
    Ok(Some(if vb < 1.0 { 0.0 } else { (both / (va * vb).sqrt()) as f32 }))
}
