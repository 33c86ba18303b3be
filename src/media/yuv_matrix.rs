//! What the colours of a picture are reckoned with.

/// What turns Y, U and V into red, green and blue (ITU-R BT.601 or BT.709, limited or full range).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct YuvMatrix {
    /// BT.709 rather than BT.601.
    pub bt709: bool,
    /// Full range (0–255) rather than limited (16–235).
    pub full_range: bool,
}
