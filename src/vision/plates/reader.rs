//! Reads a line of text: CRNN-like models of the PP-OCR family
//! (<https://arxiv.org/abs/2009.09941>), whose output is decoded greedily by connectionist temporal
//! classification (Graves et al., 2006). Their characters stand in the file's own metadata.

use super::finder::{normalised, tensor};
use crate::vision::VisionError;
use image::RgbImage;
use image::imageops::{FilterType, resize};
use ort::session::Session;

/// Height of the input, pixels.
const HEIGHT: u32 = 48;
/// Its width at least and at most: a plate's line is about as wide as 320.
const WIDTH: (u32, u32) = (320, 640);
/// The metadata that lists the characters, one a line.
const CHARACTERS: &str = "character";

/// A line as it was read: its text, and of each character how sure it is.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Read {
    pub(super) text: String,
    pub(super) sure: Vec<f32>,
}

/// Reads lines.
pub(super) struct Reader {
    session: Session,
    name: String,
    /// Of each class: the character it stands for where plates bear it.
    alphabet: Vec<Option<char>>,
}

impl Reader {
    /// # Errors
    /// The runtime's words where the file names no characters.
    pub(super) fn new(session: Session, name: &str) -> Result<Self, String> {
        let listed = session.metadata().ok().and_then(|m| m.custom(CHARACTERS));
        let listed = listed.ok_or("its metadata names no characters")?;
        Ok(Self { alphabet: alphabet(&listed), session, name: name.to_owned() })
    }

    /// Reads one line.
    ///
    /// # Errors
    /// [`VisionError::Inference`].
    pub(super) fn read(&mut self, line: &RgbImage) -> Result<Read, VisionError> {
        let wanted = line.width() * HEIGHT / line.height().max(1);
        let width = wanted.clamp(HEIGHT, WIDTH.1);
        let scaled = resize(line, width, HEIGHT, FilterType::Triangle);
        // Beside a short line lies the middle of the scale, as in training.
        let whole = (width.max(WIDTH.0) as usize, HEIGHT as usize);
        let input = tensor(normalised(&scaled, whole), whole, &self.name)?;
        let failed = |e: &dyn std::fmt::Display| VisionError::Inference {
            model: self.name.clone(),
            reason: e.to_string(),
        };
        let given = self.session.run(ort::inputs![input]).map_err(|e| failed(&e))?;
        let steps = given[0].try_extract_array::<f32>().map_err(|e| failed(&e))?;
        let &[1, count, classes] = steps.shape() else {
            return Err(failed(&"its output is not [1, steps, characters]"));
        };
        let flat: Vec<f32> = steps.iter().copied().collect();
        if classes != self.alphabet.len() || flat.len() != count * classes {
            return Err(failed(&"it has not as many classes as characters"));
        }
        Ok(decoded(flat.chunks(classes), &self.alphabet))
    }
}

/// Class 0 is nothing; then come the characters in their order, then the space.
fn alphabet(listed: &str) -> Vec<Option<char>> {
    let character = |line: &str| {
        let mut letters = line.chars();
        let one = letters.next().filter(|_| letters.next().is_none())?;
        let one = one.to_ascii_uppercase();
        (one.is_ascii_alphanumeric() || matches!(one, '-' | '.')).then_some(one)
    };
    let mut alphabet = vec![None];
    alphabet.extend(listed.lines().map(character));
    alphabet.push(None);
    alphabet
}

/// The likeliest class of each step; what follows itself is one character, and what plates do not bear
/// is none.
fn decoded<'a>(steps: impl Iterator<Item = &'a [f32]>, alphabet: &[Option<char>]) -> Read {
    let (mut read, mut before) = (Read::default(), 0);
    for step in steps {
        let best = step.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1));
        let Some((class, &sure)) = best else { continue };
        if let Some(character) = alphabet.get(class).copied().flatten()
            && class != before
        {
            read.text.push(character);
            read.sure.push(sure);
        }
        before = class;
    }
    read
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn steps_become_text_once_each() {
        let alphabet = alphabet("8\nA\n疗\na\n-");
        assert_eq!(alphabet, [None, Some('8'), Some('A'), None, Some('A'), Some('-'), None]);
        let step = |class: usize| {
            let mut step = vec![0.01; 7];
            step[class] = 0.9;
            step
        };
        let steps: Vec<Vec<f32>> = [1, 1, 0, 1, 3, 5, 4, 4, 6].into_iter().map(step).collect();
        let read = decoded(steps.iter().map(Vec::as_slice), &alphabet);
        assert_eq!(read.text, "88-A");
        assert_eq!(read.sure.len(), 4);
    }

    proptest! {
        #[test]
        fn no_output_breaks_it(values in prop::collection::vec(any::<f32>(), 0..70)) {
            let alphabet = alphabet("8\nA\n-\n.\nB");
            let read = decoded(values.chunks_exact(7), &alphabet);
            prop_assert_eq!(read.text.chars().count(), read.sure.len());
        }
    }
}
