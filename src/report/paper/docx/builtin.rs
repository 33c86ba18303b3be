//! The template that is built in, and with which a city begins.

use super::package::Package;

const PARTS: [(&str, &str); 6] = [
    ("[Content_Types].xml", include_str!("../../templates/docx/content_types.xml")),
    ("_rels/.rels", include_str!("../../templates/docx/rels.xml")),
    ("word/document.xml", include_str!("../../templates/docx/document.xml")),
    ("word/_rels/document.xml.rels", include_str!("../../templates/docx/document_rels.xml")),
    ("word/settings.xml", include_str!("../../templates/docx/settings.xml")),
    ("word/header1.xml", include_str!("../../templates/docx/header1.xml")),
];
const STYLES: &str = include_str!("../../templates/docx/styles.xml");
const BODY_STYLES: &str = include_str!("../../templates/docx/body_styles.xml");

/// The styles that a report's body is written in, each with its id; a template may have its own of
/// these ids.
pub(super) fn body_styles() -> impl Iterator<Item = (&'static str, &'static str)> {
    BODY_STYLES.lines().filter_map(|style| {
        let id = style.split("w:styleId=\"").nth(1)?.split('"').next()?;
        Some((id, style))
    })
}

/// The template's parts.
pub(super) fn package() -> Package {
    let mut package = Package::default();
    for (name, part) in PARTS {
        package.put(name, part);
    }
    let styles = STYLES.replacen("</w:styles>", &format!("{BODY_STYLES}</w:styles>"), 1);
    package.put("word/styles.xml", styles);
    package
}

/// The template as a DOCX file.
pub(in crate::report::paper) fn template_bytes() -> Result<Vec<u8>, String> {
    package().write()
}
