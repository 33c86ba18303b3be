//! Words within a paragraph.

use crate::report::Language;
use quick_xml::escape::escape;

/// Words with more of a format than their style has.
pub(super) fn run(format: &str, text: &str, language: Language) -> String {
    let tag = match language {
        Language::Vi => "vi-VN",
        Language::En => "en-GB",
    };
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    format!(
        "<w:r><w:rPr>{format}<w:lang w:val=\"{tag}\"/></w:rPr>\
         <w:t xml:space=\"preserve\">{}</w:t></w:r>",
        escape(text)
    )
}
