//! A report's table as a letter's.

use super::run::run;
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
    let Fitted { widths, size, .. } = fitted(table, language, width);
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

/// Whether an upright page has too little room for it: its letters would be under 10.5 points, or its
/// fields would take many lines.
pub(super) fn is_wide(table: &Table, language: Language, width: u32) -> bool {
    let fitted = fitted(table, language, width);
    fitted.size.is_some_and(|size| size < 21) || (fitted.lines > 4.0 && table.columns.len() > 4)
}

/// Letters of a column: of the longest word that cannot be broken, of its head, and of each field.
struct Letters {
    word: usize,
    head: usize,
    fields: Vec<usize>,
}

impl Letters {
    fn of(table: &Table, i: usize, language: Language) -> Self {
        let head = table.columns[i].title.of(language);
        let count = |text: &str| text.chars().count();
        let word = |text: &str| text.split_whitespace().map(count).max().unwrap_or(0);
        let mut longest = word(head).max(2);
        let cells = table.rows.iter().chain(&table.total).filter_map(|row| row.get(i));
        let fields = cells
            .map(|cell| {
                let text = shown(cell, language);
                longest = longest.max(if is_number(cell) { count(&text) } else { word(&text) });
                count(&text)
            })
            .collect();
        Self { word: longest, head: count(head), fields }
    }

    /// Letters that would have most fields, and the head in three lines, on one line.
    fn wanted(&self) -> usize {
        let mut fields = self.fields.clone();
        fields.sort_unstable();
        let most = fields.get(fields.len() * 9 / 10).copied().unwrap_or(0);
        most.max(self.head.div_ceil(3)).min(60)
    }
}

/// Columns' widths, and the size of letters in half points where it is not the style's.
struct Fitted {
    widths: Vec<u32>,
    size: Option<u32>,
    /// Lines that a row takes on average.
    lines: f64,
}

/// The style's size and smaller ones, half points.
const SIZES: [u32; 6] = [24, 22, 20, 19, 18, 17];
/// A row of more lines on average is better read in smaller letters.
const MOST_LINES: f64 = 2.2;
/// The widest and the usual letter of 12 points, twentieths of a point.
const WIDE_LETTER: f64 = 140.0;
const LETTER: f64 = 118.0;

/// The largest letters in which every word has room and rows are short; where rows are long in any,
/// those of 10 points.
fn fitted(table: &Table, language: Language, width: u32) -> Fitted {
    let columns: Vec<Letters> =
        (0..table.columns.len()).map(|i| Letters::of(table, i, language)).collect();
    let of = |size: u32| at(&columns, size, width);
    let roomy: Vec<Fitted> = SIZES.into_iter().filter_map(of).collect();
    let short = roomy.iter().position(|f| f.lines <= MOST_LINES);
    let usual = || roomy.iter().position(|f| f.size.is_some_and(|s| s <= 20));
    let chosen = short.or_else(usual).or(roomy.len().checked_sub(1));
    if let Some(fitted) = chosen.and_then(|n| roomy.into_iter().nth(n)) {
        return fitted;
    }
    // Words wider than their columns go on in the next line.
    let least: Vec<f64> = columns.iter().map(|c| c.word as f64).collect();
    let all: f64 = least.iter().sum();
    let widths = least.iter().map(|w| (f64::from(width) * w / all) as u32).collect();
    Fitted { widths, size: Some(16), lines: MOST_LINES }
}

/// Each column has room for its longest word; the rest goes to those with long texts. `None`: there is
/// not so much room.
fn at(columns: &[Letters], size: u32, width: u32) -> Option<Fitted> {
    let scale = f64::from(size) / 24.0;
    let padding = f64::from(2 * PADDING);
    let least: Vec<f64> =
        columns.iter().map(|c| (c.word as f64 + 0.7) * WIDE_LETTER * scale + padding).collect();
    let left = f64::from(width) - least.iter().sum::<f64>();
    if left < 0.0 {
        return None;
    }
    let missing: Vec<f64> = columns
        .iter()
        .zip(&least)
        .map(|(c, least)| ((c.wanted() as f64 + 1.0) * LETTER * scale + padding - least).max(0.0))
        .collect();
    let all: f64 = missing.iter().sum();
    // Where all have what they want, the rest is shared evenly.
    let (given, even) = if all > left {
        (left / all, 0.0)
    } else {
        (1.0, (left - all) / columns.len().max(1) as f64)
    };
    let mut widths: Vec<u32> =
        least.iter().zip(&missing).map(|(l, m)| (l + m * given + even) as u32).collect();
    let used: u32 = widths.iter().sum();
    if let Some(first) = widths.first_mut() {
        *first += width.saturating_sub(used);
    }
    let rows = columns.first().map_or(0, |c| c.fields.len());
    let lines_of = |row: usize| {
        let fields = columns.iter().zip(&widths).map(|(c, width)| {
            let room = (f64::from(*width) - padding).max(1.0);
            (c.fields.get(row).copied().unwrap_or(0) as f64 * LETTER * scale / room).ceil()
        });
        fields.fold(1.0, f64::max)
    };
    let lines = (0..rows).map(lines_of).sum::<f64>() / rows.max(1) as f64;
    Some(Fitted { widths, size: (size < 24).then_some(size), lines })
}
