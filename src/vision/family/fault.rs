//! What can be wrong with outputs.

/// Why outputs could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// They are not what the family promises; the end of a sentence about the model.
    Shape(String),
    /// An output has NaN or infinity where a box or a score belongs; its name.
    NotFinite(String),
}
