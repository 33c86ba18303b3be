//! What people type into a request.

use super::error::HandoverError;

/// A text as it is kept: without blanks around it, without what a page cannot show as it is.
pub(super) fn text(
    field: &'static str,
    typed: &str,
    most: usize,
    lines: bool,
) -> Result<String, HandoverError> {
    let text = typed.trim();
    // Marks of direction make a text read otherwise than it is written.
    let hidden = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let wrong = |c: char| hidden(c) || c.is_control() && !(lines && c == '\n');
    let length = text.chars().count();
    if length == 0 || length > most || text.chars().any(wrong) {
        return Err(HandoverError::BadText { field, most });
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_kept_as_they_are_or_refused() {
        let purpose = |t: &str| text("purpose", t, 20, true);
        assert_eq!(purpose("  <b>điều tra</b>\nhai ").unwrap(), "<b>điều tra</b>\nhai");
        for wrong in ["", "  ", "a\u{7}b", "a\u{202e}b", "a\tb", &"x".repeat(21)] {
            assert!(purpose(wrong).is_err(), "{wrong:?}");
        }
        assert!(text("agency", "a\nb", 20, false).is_err());
    }
}
