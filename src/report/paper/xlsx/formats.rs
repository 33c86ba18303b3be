//! How fields look.

use crate::report::{Cell, Language};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder};

/// How fields look, in one language.
pub(super) struct Formats {
    language: Language,
    pub(super) title: Format,
    pub(super) strong: Format,
    pub(super) plain: Format,
    pub(super) faint: Format,
    pub(super) head: Format,
    pub(super) link: Format,
}

/// How many points high a row must be for a text to stand in a column of that width: spreadsheets do
/// not all find that out by themselves.
pub(super) fn height(text: &str, width: f64) -> f64 {
    let lines = (text.chars().count() as f64 * 1.1 / width).ceil().max(1.0);
    (16.5 * lines).min(400.0)
}

fn base() -> Format {
    Format::new().set_font_name("Times New Roman").set_font_size(12)
}

impl Formats {
    pub(super) fn new(language: Language) -> Self {
        let wrapped = || base().set_text_wrap().set_align(FormatAlign::Top);
        Self {
            language,
            title: base().set_font_size(15).set_bold().set_text_wrap(),
            strong: base().set_bold(),
            plain: wrapped(),
            faint: wrapped().set_font_size(11).set_italic().set_font_color(Color::RGB(0x0057_626A)),
            link: base()
                .set_font_color(Color::RGB(0x0017_568F))
                .set_underline(rust_xlsxwriter::FormatUnderline::Single),
            head: base()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::Center)
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(Color::RGB(0x00EE_F1EF))
                .set_border(FormatBorder::Thin),
        }
    }

    /// The format of a field of a table; `bold`: of its total.
    pub(super) fn field(&self, cell: &Cell, bold: bool) -> Format {
        let mut format = base().set_border(FormatBorder::Thin).set_align(FormatAlign::Top);
        if bold {
            format = format.set_bold().set_background_color(Color::RGB(0x00EE_F1EF));
        }
        match cell {
            Cell::Nothing => format.set_align(FormatAlign::Right),
            Cell::Words(_) => format.set_text_wrap(),
            Cell::Count(_) | Cell::Number(_, 0) => format.set_num_format("#,##0"),
            Cell::Change(_) => format.set_num_format("+#,##0;-#,##0;0"),
            Cell::Number(_, decimals) => {
                let zeros = "0".repeat(usize::from(*decimals.min(&9)));
                format.set_num_format(format!("#,##0.{zeros}"))
            }
            Cell::Share(_) => format.set_num_format("0.0%"),
            Cell::Seconds(_) => format.set_num_format("[h]:mm:ss"),
            Cell::Day(_) if self.language == Language::Vi => format.set_num_format("dd/mm/yyyy"),
            Cell::Day(_) => format.set_num_format("d mmm yyyy"),
            Cell::Dong(_) if self.language == Language::Vi => format.set_num_format("#,##0 \"đ\""),
            Cell::Dong(_) => format.set_num_format("#,##0 \"VND\""),
        }
    }
}
