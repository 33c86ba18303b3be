//! A report's table as a letter's.

use super::body::run;
use crate::report::paper::cell::{is_number, shown};
use crate::report::paper::html::numeric_column;
use crate::report::paper::labels::labels;
use crate::report::{Cell, Language, Table};
use std::fmt::Write as _;

const BORDERS: &str = "<w:tblBorders><w:top w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>\
<w:left w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>\
<w:bottom w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>\
<w:right w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>\
<w:insideH w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/>\
<w:insideV w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"auto\"/></w:tblBorders>";
/// Space beside a field's words, in twentieths of a point.
const PADDING: u32 = 70;

/// How a field is written.
#[derive(Clone, Copy)]
struct Manner {
    right: bool,
    bold: bool,
    head: bool,
    /// The size in half points where it is not the style's.
    size: Option<u32>,
}

/// The table, `width` twentieths of a point wide. Its head is repeated on every page.
pub(super) fn table(table: &Table, language: Language, width: u32) -> String {
    let widths = widths(table, language, width);
    let size = size(&widths, table, language);
    let mut out = format!(
        "<w:tbl><w:tblPr><w:tblW w:w=\"{width}\" w:type=\"dxa\"/>{BORDERS}\
         <w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"{PADDING}\" w:type=\"dxa\"/>\
         <w:right w:w=\"{PADDING}\" w:type=\"dxa\"/></w:tblCellMar></w:tblPr><w:tblGrid>"
    );
    for width in &widths {
        let _ = write!(out, "<w:gridCol w:w=\"{width}\"/>");
    }
    out.push_str("</w:tblGrid>");
    let plain = Manner { right: false, bold: false, head: false, size };
    let heads = table.columns.iter().enumerate().map(|(i, column)| {
        let right = numeric_column(table, i);
        let text = column.title.of(language).to_owned();
        (text, Manner { right, bold: true, head: true, ..plain })
    });
    row(&mut out, heads, &widths, language);
    for cells in &table.rows {
        let fields = cells.iter().map(|c| written(c, false, plain, language));
        row(&mut out, fields, &widths, language);
    }
    if table.rows.is_empty() {
        let text = labels(language).nothing;
        let _ = write!(
            out,
            "<w:tr><w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>\
             <w:gridSpan w:val=\"{}\"/></w:tcPr>{}</w:tc></w:tr>",
            widths.len(),
            words(text, plain, language)
        );
    }
    if let Some(total) = &table.total {
        let fields = total.iter().map(|c| written(c, true, plain, language));
        row(&mut out, fields, &widths, language);
    }
    out.push_str("</w:tbl>");
    out
}

fn written(cell: &Cell, bold: bool, plain: Manner, language: Language) -> (String, Manner) {
    (shown(cell, language), Manner { right: is_number(cell), bold, ..plain })
}

fn row(
    out: &mut String,
    fields: impl Iterator<Item = (String, Manner)>,
    widths: &[u32],
    language: Language,
) {
    out.push_str("<w:tr><w:trPr><w:cantSplit/>");
    let mut fields = fields.peekable();
    if fields.peek().is_some_and(|(_, manner)| manner.head) {
        out.push_str("<w:tblHeader/>");
    }
    out.push_str("</w:trPr>");
    for ((text, manner), width) in fields.zip(widths) {
        let shade = if manner.head {
            "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"EEF1EF\"/><w:vAlign w:val=\"center\"/>"
        } else {
            ""
        };
        let _ = write!(
            out,
            "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{shade}</w:tcPr>{}</w:tc>",
            words(&text, manner, language)
        );
    }
    out.push_str("</w:tr>");
}

fn words(text: &str, manner: Manner, language: Language) -> String {
    let side = match manner {
        Manner { head: true, .. } => "center",
        Manner { right: true, .. } => "right",
        _ => "left",
    };
    let mut format = String::new();
    if manner.bold {
        format.push_str("<w:b/>");
    }
    if let Some(size) = manner.size {
        let _ = write!(format, "<w:sz w:val=\"{size}\"/><w:szCs w:val=\"{size}\"/>");
    }
    format!(
        "<w:p><w:pPr><w:pStyle w:val=\"ReportTable\"/>{}<w:jc w:val=\"{side}\"/></w:pPr>{}</w:p>",
        if manner.head { "<w:keepNext/>" } else { "" },
        run(&format, text, language)
    )
}

/// Whether its letters would be under 10.5 points at that width.
pub(super) fn is_wide(table: &Table, language: Language, width: u32) -> bool {
    size(&widths(table, language, width), table, language).is_some_and(|size| size < 21)
}

/// Letters of the longest word that cannot be broken, and of the longest text, in a column.
fn lengths(table: &Table, i: usize, language: Language) -> (usize, usize) {
    let head = table.columns[i].title.of(language);
    let count = |text: &str| text.chars().count();
    let word = |text: &str| text.split_whitespace().map(count).max().unwrap_or(0);
    let (mut longest_word, mut longest) = (word(head), count(head).div_ceil(3));
    for cell in table.rows.iter().chain(&table.total).filter_map(|row| row.get(i)) {
        let text = shown(cell, language);
        longest_word = longest_word.max(if is_number(cell) { count(&text) } else { word(&text) });
        longest = longest.max(count(&text));
    }
    (longest_word.max(2), longest.clamp(4, 40))
}

/// Each column has room for its longest word; the rest goes to those with long texts.
fn widths(table: &Table, language: Language, width: u32) -> Vec<u32> {
    let count = table.columns.len();
    let lengths: Vec<_> = (0..count).map(|i| lengths(table, i, language)).collect();
    // A letter of 12 points is 140 wide at most on the average; short words may be all wide ones.
    let least: Vec<f64> = lengths
        .iter()
        .map(|(word, _)| (*word as f64 + 0.7) * 140.0 + f64::from(2 * PADDING))
        .collect();
    let all: f64 = least.iter().sum();
    let total = f64::from(width);
    let weights: f64 = lengths.iter().map(|(_, text)| *text as f64).sum();
    let left = (total - all).max(0.0);
    let shrink = (total / all).min(1.0);
    let mut widths: Vec<u32> = lengths
        .iter()
        .zip(&least)
        .map(|((_, text), least)| (least * shrink + left * *text as f64 / weights) as u32)
        .collect();
    let used: u32 = widths.iter().sum();
    if let Some(first) = widths.first_mut() {
        *first += width.saturating_sub(used);
    }
    widths
}

/// Smaller letters where the longest words would not fit, not under 8 points.
fn size(widths: &[u32], table: &Table, language: Language) -> Option<u32> {
    let fits = widths.iter().enumerate().map(|(i, width)| {
        let (word, _) = lengths(table, i, language);
        f64::from(width.saturating_sub(2 * PADDING)) / ((word as f64 + 0.7) * 136.0)
    });
    let scale = fits.fold(f64::INFINITY, f64::min);
    (scale < 1.0).then(|| ((24.0 * scale) as u32).max(16))
}
