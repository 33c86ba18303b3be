//! Charts and pictures that stand in a letter's line.

use super::chart::{chart_part, workbook};
use super::parts::Parts;
use crate::report::{Chart, ChartStyle, Language, Picture};
use image::ImageReader;
use quick_xml::escape::escape;
use std::io::Cursor;

const CHART: &str = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml";
const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const PACKAGE_LINK: &str =
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships/package";
/// English metric units: of a twentieth of a point, of a millimetre.
const OF_TWIP: u64 = 635;
const OF_MM: u64 = 36_000;
/// A picture is no taller than this, in millimetres.
const TALLEST: u64 = 150;

/// The chart, with its data in a workbook of its own so that a word processor can change it.
pub(super) fn chart(
    chart: &Chart,
    title: &str,
    language: Language,
    parts: &mut Parts,
) -> Result<String, String> {
    let n = parts.count() + 1;
    let height = match chart.style {
        ChartStyle::Bars => (25 + 8 * chart.labels.len() as u64).clamp(40, 190),
        ChartStyle::Columns | ChartStyle::Lines => 75,
    };
    let id = parts.link(
        &format!("charts/streetward{n}.xml"),
        "chart",
        CHART,
        chart_part(chart, language).into_bytes(),
    );
    let data = format!("embeddings/streetward{n}.xlsx");
    parts.add(
        &format!("charts/_rels/streetward{n}.xml.rels"),
        "",
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
             <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
             <Relationship Id=\"rId1\" Type=\"{PACKAGE_LINK}\" Target=\"../{data}\"/></Relationships>"
        )
        .into_bytes(),
    );
    parts.add(&data, WORKBOOK, workbook(chart, language)?);
    let size = (u64::from(parts.text_width) * OF_TWIP, height * OF_MM);
    let graphic = format!(
        "<a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/chart\">\
         <c:chart xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
         r:id=\"{id}\"/></a:graphicData>"
    );
    Ok(inline(n, title, size, &graphic))
}

/// The picture, as wide as the text unless it would be too tall.
pub(super) fn picture(
    picture: &Picture,
    caption: &str,
    parts: &mut Parts,
) -> Result<String, String> {
    let reader = ImageReader::with_format(Cursor::new(&picture.jpeg), image::ImageFormat::Jpeg);
    let (wide, tall) = reader.into_dimensions().map_err(|e| e.to_string())?;
    let (wide, tall) = (u64::from(wide.max(1)), u64::from(tall.max(1)));
    let mut width = u64::from(parts.text_width) * OF_TWIP;
    if width * tall / wide > TALLEST * OF_MM {
        width = TALLEST * OF_MM * wide / tall;
    }
    let size = (width, width * tall / wide);
    let n = parts.count() + 1;
    let name = format!("media/streetward{n}.jpeg");
    let id = parts.link(&name, "image", "image/jpeg", picture.jpeg.clone());
    let graphic = format!(
        "<a:graphicData uri=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">\
         <pic:pic xmlns:pic=\"http://schemas.openxmlformats.org/drawingml/2006/picture\">\
         <pic:nvPicPr><pic:cNvPr id=\"{}\" name=\"{n}\"/><pic:cNvPicPr/></pic:nvPicPr>\
         <pic:blipFill><a:blip \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\" \
         r:embed=\"{id}\"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
         <pic:spPr><a:xfrm><a:off x=\"0\" y=\"0\"/><a:ext cx=\"{}\" cy=\"{}\"/></a:xfrm>\
         <a:prstGeom prst=\"rect\"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>",
        9000 + n,
        size.0,
        size.1
    );
    Ok(inline(n, caption, size, &graphic))
}

/// A drawing; `told` is what those hear who cannot see it.
fn inline(n: usize, told: &str, (wide, tall): (u64, u64), graphic: &str) -> String {
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"ReportFigure\"/></w:pPr><w:r><w:drawing>\
         <wp:inline distT=\"0\" distB=\"0\" distL=\"0\" distR=\"0\" \
         xmlns:wp=\"http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing\">\
         <wp:extent cx=\"{wide}\" cy=\"{tall}\"/><wp:docPr id=\"{}\" name=\"{n}\" descr=\"{}\"/>\
         <wp:cNvGraphicFramePr/>\
         <a:graphic xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\">{graphic}\
         </a:graphic></wp:inline></w:drawing></w:r></w:p>",
        9000 + n,
        escape(told)
    )
}
