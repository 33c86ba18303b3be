//! Pictures inside pages, so that a page stays one file.

use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::{FilterType, resize};

/// Widest picture on a page, in pixels.
const WIDTH: u32 = 480;

/// A picture, made small, as a `data:` address.
pub(super) fn data_uri(picture: &RgbImage) -> Option<String> {
    let (w, h) = picture.dimensions();
    let small;
    let shown = if w > WIDTH {
        small = resize(picture, WIDTH, (h * WIDTH / w).max(1), FilterType::Triangle);
        &small
    } else {
        picture
    };
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 72).encode_image(shown).ok()?;
    Some(format!("data:image/jpeg;base64,{}", base64(&bytes)))
}

/// RFC 4648, with padding.
pub(crate) fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let all =
            group.iter().chain([0; 2].iter()).take(3).fold(0_u32, |n, b| n << 8 | u32::from(*b));
        for i in 0..4 {
            let letter = LETTERS[(all >> (18 - 6 * i) & 63) as usize] as char;
            text.push(if i <= group.len() { letter } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn base64_as_the_standard_has_it() {
        let cases =
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foobar", "Zm9vYmFy")];
        for (plain, coded) in cases {
            assert_eq!(super::base64(plain.as_bytes()), coded);
        }
    }
}
