//! Numbers in Vietnamese sentences.

/// A number as it is written in Vietnamese.
pub(super) fn comma(value: f32, decimals: usize) -> String {
    format!("{value:.decimals$}").replace('.', ",")
}
