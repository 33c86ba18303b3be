//! Number plates in a picture: lines of text found ([`PlateEyes`]) and read letter by letter, by two
//! optional models that the manifest pins. Without them there is nothing here, and people type.
//!
//! What enters: a picture of one vehicle. What leaves: [`TextLine`]s of capital letters and digits with
//! how sure each is. Which of them is a plate, and of what format, is not this room's to say.

mod eyes;
mod finder;
mod line;
mod reader;

pub use eyes::PlateEyes;
pub use line::TextLine;
