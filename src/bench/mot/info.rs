//! `seqinfo.ini`: how long a sequence is, how fast, and how large its pictures are.

use super::error::MotError;
use std::path::Path;

/// Frames of one sequence at most: eleven hours at 25 a second.
const MOST_FRAMES: u32 = 1_000_000;

/// What `seqinfo.ini` says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SequenceInfo {
    /// Frames, from `seqLength`.
    pub frames: u32,
    /// Frames a second, from `frameRate`.
    pub frame_rate: Option<f64>,
    /// Width and height of the pictures in pixels, from `imWidth` and `imHeight`.
    pub size: Option<(f32, f32)>,
}

impl SequenceInfo {
    /// Reads the file.
    ///
    /// # Errors
    /// [`MotError::Missing`], [`MotError::Unreadable`], [`MotError::Info`].
    pub fn read(path: &Path) -> Result<Self, MotError> {
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(&text)
                .map_err(|reason| MotError::Info { path: path.to_owned(), reason }),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(MotError::Missing {
                path: path.to_owned(),
                remedy: "it tells seqLength, frameRate, imWidth and imHeight under [Sequence]",
            }),
            Err(source) => Err(MotError::Unreadable { path: path.to_owned(), source }),
        }
    }

    fn parse(text: &str) -> Result<Self, String> {
        let (mut frames, mut rate, mut width, mut height) = (None, None, None, None);
        for line in text.lines() {
            let Some((key, value)) = line.split_once('=') else { continue };
            let (key, value) = (key.trim(), value.trim());
            let number = || {
                let number = value.parse::<f64>().ok().filter(|v| v.is_finite() && *v > 0.0);
                number.ok_or_else(|| format!("{key} is \"{value}\", not a number above 0"))
            };
            // Python's configparser, which others read this file with, does not mind the case.
            match key.to_ascii_lowercase().as_str() {
                "seqlength" => frames = Some(number()?),
                "framerate" => rate = Some(number()?),
                "imwidth" => width = Some(number()? as f32),
                "imheight" => height = Some(number()? as f32),
                _ => {}
            }
        }
        let frames = frames.ok_or("it has no seqLength; write the number of frames there")?;
        if frames.fract() != 0.0 || frames > f64::from(MOST_FRAMES) {
            return Err(format!("seqLength is {frames}, not a whole number up to {MOST_FRAMES}"));
        }
        Ok(Self { frames: frames as u32, frame_rate: rate, size: width.zip(height) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_are_read_and_what_is_wrong_is_named() {
        let text =
            "[Sequence]\nname=a\nframeRate = 12.5\nseqLength=40\nimWidth=640\nimHeight=480\n";
        let info = SequenceInfo::parse(text).unwrap();
        assert_eq!(
            (info.frames, info.frame_rate, info.size),
            (40, Some(12.5), Some((640.0, 480.0)))
        );
        assert_eq!(SequenceInfo::parse("seqlength=9").unwrap().frame_rate, None);
        let told = |text: &str| SequenceInfo::parse(text).unwrap_err();
        assert!(told("frameRate=9").contains("no seqLength"));
        assert_eq!(told("seqLength=-3"), "seqLength is \"-3\", not a number above 0");
        assert!(told("seqLength=1e12").contains("up to 1000000"));
    }

    proptest! {
        #[test]
        fn any_text_is_read_or_refused(text in "(\\PC|\n|=){0,80}") {
            let _ = SequenceInfo::parse(&text);
        }
    }
}
