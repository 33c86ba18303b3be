//! A chart as a part of a letter, drawn by the word processor from the data that it holds.

use crate::report::paper::chart_svg::colour;
use crate::report::{Chart, ChartStyle, Language};
use quick_xml::escape::escape;
use rust_xlsxwriter::Workbook;
use std::fmt::Write as _;

const SHEET: &str = "Sheet1";
const FONT: &str = "<a:defRPr sz=\"1000\" b=\"0\"><a:solidFill><a:srgbClr val=\"1D2326\"/></a:solidFill>\
<a:latin typeface=\"Times New Roman\"/><a:cs typeface=\"Times New Roman\"/></a:defRPr>";
const FAINT: &str = "<c:spPr><a:ln w=\"6350\"><a:solidFill><a:srgbClr val=\"D8DCDA\"/></a:solidFill></a:ln></c:spPr>";

/// The chart's data as a workbook: labels in the first column, a column for each series.
pub(super) fn workbook(chart: &Chart, language: Language) -> Result<Vec<u8>, String> {
    let mut book = Workbook::new();
    let made = rust_xlsxwriter::ExcelDateTime::from_ymd(2000, 1, 1).map_err(|e| e.to_string())?;
    book.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&made));
    let sheet = book.add_worksheet();
    let mut write = || -> Result<(), rust_xlsxwriter::XlsxError> {
        sheet.set_name(SHEET)?;
        for (i, label) in (1..).zip(&chart.labels) {
            sheet.write_string(i, 0, label.of(language))?;
        }
        for (s, series) in (1..).zip(&chart.series) {
            sheet.write_string(0, s, series.name.of(language))?;
            for (i, value) in (1..).zip(&series.values).filter(|(_, v)| v.is_finite()) {
                sheet.write_number(i, s, *value)?;
            }
        }
        Ok(())
    };
    write().map_err(|e| e.to_string())?;
    book.save_to_buffer().map_err(|e| e.to_string())
}

/// The chart's part.
pub(super) fn chart_part(chart: &Chart, language: Language) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <c:chartSpace xmlns:c=\"http://schemas.openxmlformats.org/drawingml/2006/chart\" \
         xmlns:a=\"http://schemas.openxmlformats.org/drawingml/2006/main\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
         <c:roundedCorners val=\"0\"/><c:chart><c:autoTitleDeleted val=\"1\"/><c:plotArea><c:layout/>",
    );
    let group = match chart.style {
        ChartStyle::Bars => "<c:barChart><c:barDir val=\"bar\"/><c:grouping val=\"stacked\"/>",
        ChartStyle::Columns => "<c:barChart><c:barDir val=\"col\"/><c:grouping val=\"stacked\"/>",
        ChartStyle::Lines => "<c:lineChart><c:grouping val=\"standard\"/>",
    };
    out.push_str(group);
    out.push_str("<c:varyColors val=\"0\"/>");
    for s in 0..chart.series.len() {
        series(&mut out, chart, s, language);
    }
    out.push_str(match chart.style {
        ChartStyle::Lines => "<c:marker val=\"1\"/>",
        _ => "<c:gapWidth val=\"45\"/><c:overlap val=\"100\"/>",
    });
    out.push_str("<c:axId val=\"111\"/><c:axId val=\"112\"/>");
    out.push_str(match chart.style {
        ChartStyle::Lines => "</c:lineChart>",
        _ => "</c:barChart>",
    });
    axes(&mut out, chart, language);
    out.push_str("</c:plotArea>");
    if chart.series.len() > 1 {
        let _ = write!(
            out,
            "<c:legend><c:legendPos val=\"t\"/><c:overlay val=\"0\"/>{}</c:legend>",
            text_format()
        );
    }
    let _ = write!(
        out,
        "<c:plotVisOnly val=\"1\"/><c:dispBlanksAs val=\"gap\"/></c:chart>{}\
         <c:externalData r:id=\"rId1\"><c:autoUpdate val=\"0\"/></c:externalData></c:chartSpace>",
        text_format()
    );
    out
}

fn text_format() -> String {
    format!(
        "<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr>{FONT}</a:pPr><a:endParaRPr lang=\"vi-VN\"/></a:p></c:txPr>"
    )
}

fn series(out: &mut String, chart: &Chart, s: usize, language: Language) {
    let series = &chart.series[s];
    let (column, last) = (column_letter(s + 1), chart.labels.len() + 1);
    let name = escape(series.name.of(language));
    let fill = format!("<a:solidFill><a:srgbClr val=\"{}\"/></a:solidFill>", colour(s));
    let format = match chart.style {
        ChartStyle::Lines => format!(
            "<c:spPr><a:ln w=\"22225\">{fill}</a:ln></c:spPr><c:marker><c:symbol val=\"circle\"/>\
             <c:size val=\"4\"/><c:spPr>{fill}</c:spPr></c:marker>"
        ),
        _ => format!("<c:spPr>{fill}</c:spPr><c:invertIfNegative val=\"0\"/>"),
    };
    let _ = write!(
        out,
        "<c:ser><c:idx val=\"{s}\"/><c:order val=\"{s}\"/><c:tx><c:strRef>\
         <c:f>{SHEET}!${column}$1</c:f><c:strCache><c:ptCount val=\"1\"/>\
         <c:pt idx=\"0\"><c:v>{name}</c:v></c:pt></c:strCache></c:strRef></c:tx>{format}\
         <c:cat><c:strRef><c:f>{SHEET}!$A$2:$A${last}</c:f><c:strCache><c:ptCount val=\"{}\"/>",
        chart.labels.len()
    );
    for (i, label) in chart.labels.iter().enumerate() {
        let label = escape(label.of(language));
        let _ = write!(out, "<c:pt idx=\"{i}\"><c:v>{label}</c:v></c:pt>");
    }
    let _ = write!(
        out,
        "</c:strCache></c:strRef></c:cat><c:val><c:numRef>\
         <c:f>{SHEET}!${column}$2:${column}${last}</c:f><c:numCache>\
         <c:formatCode>General</c:formatCode><c:ptCount val=\"{}\"/>",
        series.values.len()
    );
    for (i, value) in series.values.iter().enumerate().filter(|(_, v)| v.is_finite()) {
        let _ = write!(out, "<c:pt idx=\"{i}\"><c:v>{value}</c:v></c:pt>");
    }
    out.push_str("</c:numCache></c:numRef></c:val>");
    if chart.style == ChartStyle::Lines {
        out.push_str("<c:smooth val=\"0\"/>");
    }
    out.push_str("</c:ser>");
}

fn axes(out: &mut String, chart: &Chart, language: Language) {
    let is_lying = chart.style == ChartStyle::Bars;
    // The first thing stands on top.
    let order = if is_lying { "maxMin" } else { "minMax" };
    let (things, values) = if is_lying { ("l", "b") } else { ("b", "l") };
    // Of things lying beneath each other none is left out.
    let every = if is_lying { "<c:tickLblSkip val=\"1\"/>" } else { "" };
    let crosses = if is_lying { "max" } else { "autoZero" };
    let whole =
        chart.series.iter().flat_map(|s| &s.values).all(|v| !v.is_finite() || v.fract() == 0.0);
    let form = if whole { "#,##0" } else { "General" };
    let format = text_format();
    let _ = write!(
        out,
        "<c:catAx><c:axId val=\"111\"/><c:scaling><c:orientation val=\"{order}\"/></c:scaling>\
         <c:delete val=\"0\"/><c:axPos val=\"{things}\"/><c:numFmt formatCode=\"General\" \
         sourceLinked=\"0\"/><c:majorTickMark val=\"none\"/><c:minorTickMark val=\"none\"/>\
         <c:tickLblPos val=\"low\"/>{FAINT}{format}<c:crossAx val=\"112\"/>\
         <c:crosses val=\"autoZero\"/><c:auto val=\"0\"/><c:lblOffset val=\"100\"/>{every}\
         <c:noMultiLvlLbl val=\"1\"/></c:catAx>\
         <c:valAx><c:axId val=\"112\"/><c:scaling><c:orientation val=\"minMax\"/>\
         <c:min val=\"0\"/></c:scaling><c:delete val=\"0\"/><c:axPos val=\"{values}\"/>\
         <c:majorGridlines>{FAINT}</c:majorGridlines>{}\
         <c:numFmt formatCode=\"{form}\" sourceLinked=\"0\"/><c:majorTickMark val=\"none\"/>\
         <c:minorTickMark val=\"none\"/><c:tickLblPos val=\"nextTo\"/>{FAINT}{format}\
         <c:crossAx val=\"111\"/><c:crosses val=\"{crosses}\"/></c:valAx>",
        unit(chart, language)
    );
}

fn unit(chart: &Chart, language: Language) -> String {
    let unit = chart.unit.of(language);
    if unit.is_empty() {
        return String::new();
    }
    format!(
        "<c:title><c:tx><c:rich><a:bodyPr/><a:lstStyle/><a:p><a:pPr>{FONT}</a:pPr>\
         <a:r><a:rPr lang=\"vi-VN\" sz=\"1000\" b=\"0\"/><a:t>{}</a:t></a:r></a:p></c:rich></c:tx>\
         <c:overlay val=\"0\"/></c:title>",
        escape(unit)
    )
}

/// The letters of a sheet's column, counted from 0.
fn column_letter(i: usize) -> String {
    let letter = |n: usize| char::from(b'A' + (n % 26) as u8);
    if i < 26 { letter(i).to_string() } else { format!("{}{}", letter(i / 26 - 1), letter(i)) }
}
