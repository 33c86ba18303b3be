//! The sheet of charts: each beneath the other, beside the data that it is drawn from; pictures
//! after them.

use super::formats::Formats;
use crate::report::paper::chart_svg::COLOURS;
use crate::report::paper::labels::labels;
use crate::report::{Block, Chart, ChartStyle, Document, Language, Picture, Section};
use rust_xlsxwriter::{
    Chart as Drawing, ChartAxisLabelPosition, ChartFormat, ChartLegendPosition, ChartLine,
    ChartMarker, ChartMarkerType, ChartSolidFill, ChartType, Color, Image, Worksheet, XlsxError,
};

/// A sheet's rows are 20 pixels high.
const ROW: u32 = 20;
const WIDTH: u32 = 760;
const PICTURE_HEIGHT: u32 = 360;

/// Whether it has charts or pictures.
pub(super) fn has_any(section: &Section) -> bool {
    section.blocks.iter().any(|b| matches!(b, Block::Chart(_) | Block::Picture(_)))
}

/// All charts and pictures.
pub(super) fn charts(
    sheet: &mut Worksheet,
    name: &str,
    document: &Document,
    language: Language,
    formats: &Formats,
) -> Result<(), XlsxError> {
    sheet.set_landscape();
    sheet.set_column_width(0, 34)?;
    let (mut at, mut number) = (0, 0);
    let blocks = || document.sections.iter().flat_map(|s| &s.blocks);
    // Beside the data of the chart with the most series.
    let series = blocks().filter_map(|b| match b {
        Block::Chart(chart) => Some(chart.series.len()),
        _ => None,
    });
    let beside = series.max().unwrap_or(0) as u16 + 2;
    for column in 1..beside {
        sheet.set_column_width(column, 14)?;
    }
    for block in blocks() {
        match block {
            Block::Chart(chart) => {
                number += 1;
                let title =
                    format!("{} {number}. {}", labels(language).chart, chart.title.of(language));
                sheet.write_string_with_format(at, 0, title, &formats.strong)?;
                at = write_chart(sheet, name, chart, (at + 1, beside), language, formats)?;
            }
            Block::Picture(Picture { jpeg, caption }) => {
                let caption = caption.of(language);
                sheet.write_string_with_format(at, 0, caption, &formats.strong)?;
                let image = Image::new_from_buffer(jpeg)?
                    .set_scale_to_size(WIDTH, PICTURE_HEIGHT, true)
                    .set_alt_text(caption);
                sheet.insert_image(at + 1, beside, &image)?;
                at += PICTURE_HEIGHT / ROW + 3;
            }
            _ => {}
        }
    }
    Ok(())
}

/// One chart and its data; gives the row where the next may begin.
fn write_chart(
    sheet: &mut Worksheet,
    name: &str,
    chart: &Chart,
    (at, beside): (u32, u16),
    language: Language,
    formats: &Formats,
) -> Result<u32, XlsxError> {
    let count = chart.labels.len() as u32;
    sheet.write_string_with_format(at, 0, chart.unit.of(language), &formats.head)?;
    sheet.set_row_height(at, 33)?;
    for (i, label) in (1..).zip(&chart.labels) {
        sheet.write_string_with_format(at + i, 0, label.of(language), &formats.plain)?;
    }
    let mut drawing = Drawing::new(match chart.style {
        ChartStyle::Bars => ChartType::BarStacked,
        ChartStyle::Columns => ChartType::ColumnStacked,
        ChartStyle::Lines => ChartType::Line,
    });
    for (s, series) in chart.series.iter().enumerate() {
        let column = s as u16 + 1;
        sheet.write_string_with_format(at, column, series.name.of(language), &formats.head)?;
        for (i, value) in (1..).zip(&series.values).filter(|(_, v)| v.is_finite()) {
            sheet.write_number(at + i, column, *value)?;
        }
        let colour = Color::from(format!("#{}", COLOURS[s % COLOURS.len()]).as_str());
        let fill = ChartSolidFill::new().set_color(colour).clone();
        let mut format = ChartFormat::new();
        if chart.style == ChartStyle::Lines {
            format.set_line(ChartLine::new().set_color(colour).set_width(1.75));
        } else {
            format.set_solid_fill(&fill);
        }
        let drawn = drawing
            .add_series()
            .set_name((name, at, column))
            .set_categories((name, at + 1, 0, at + count.max(1), 0))
            .set_values((name, at + 1, column, at + count.max(1), column))
            .set_format(&mut format);
        if chart.style == ChartStyle::Lines {
            let mut of_marker = ChartFormat::new();
            of_marker.set_solid_fill(&fill);
            let mut marker = ChartMarker::new();
            marker.set_type(ChartMarkerType::Circle).set_size(4).set_format(&mut of_marker);
            drawn.set_marker(&marker);
        } else {
            drawn.set_gap(45);
        }
    }
    drawing.title().set_name(chart.title.of(language));
    drawing.legend().set_position(ChartLegendPosition::Bottom);
    if chart.series.len() < 2 {
        drawing.legend().set_hidden();
    }
    let values = if chart.style == ChartStyle::Bars {
        // Lying bars have their things along the y axis; the first stands on top.
        drawing.y_axis().set_reverse();
        drawing.x_axis().set_label_position(ChartAxisLabelPosition::High)
    } else {
        drawing.y_axis()
    };
    values.set_name(chart.unit.of(language));
    let height = match chart.style {
        ChartStyle::Bars => (150 + 30 * count).clamp(220, 1600),
        _ => 320,
    };
    drawing.set_width(WIDTH).set_height(height).set_alt_text(chart.title.of(language));
    sheet.insert_chart(at, beside, &drawing)?;
    Ok(at + (count + 2).max(height / ROW + 2))
}
