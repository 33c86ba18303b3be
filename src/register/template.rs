//! An empty sheet with the headings that are understood, and two rows that show how they are filled in.

use super::column::Column;
use super::error::RegisterError;
use rust_xlsxwriter::{DataValidation, Format, FormatAlign, Workbook, XlsxError};

/// What a template is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TemplateFormat {
    /// CSV, UTF-8 with a byte order mark, by commas.
    Csv,
    /// XLSX.
    Xlsx,
}

/// Rows that the choices of a column are offered in.
const OFFERED_ROWS: u32 = 5000;

/// A template with headings in Vietnamese (or English), as a file's bytes.
///
/// # Errors
/// [`RegisterError::Template`]: it could not be written.
pub fn template(format: TemplateFormat, english: bool) -> Result<Vec<u8>, RegisterError> {
    let heads = Column::ALL.map(|c| if english { c.en() } else { c.vi() });
    let rows = if english { EXAMPLES_EN } else { EXAMPLES_VI };
    match format {
        TemplateFormat::Csv => {
            let failed = |e: &dyn ToString| RegisterError::Template(e.to_string());
            let mut out = csv::Writer::from_writer(b"\xef\xbb\xbf".to_vec());
            for row in std::iter::once(heads).chain(rows) {
                out.write_record(row).map_err(|e| failed(&e))?;
            }
            out.into_inner().map_err(|e| failed(&e))
        }
        TemplateFormat::Xlsx => {
            sheet(&heads, &rows, english).map_err(|e| RegisterError::Template(e.to_string()))
        }
    }
}

fn sheet(heads: &[&str], rows: &[[&str; 17]; 2], english: bool) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.set_name(if english { "Register" } else { "Danh mục camera" })?;
    let bold = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::VerticalCenter);
    for (i, head) in heads.iter().enumerate() {
        let column = i as u16;
        page.write_string_with_format(0, column, *head, &bold)?;
        page.set_column_width(column, if i == 1 || i == 4 { 34.0 } else { 18.0 })?;
    }
    for (r, row) in rows.iter().enumerate() {
        for (i, text) in row.iter().enumerate() {
            let (row, column) = (r as u32 + 1, i as u16);
            // Coordinates and money as numbers, as people will type them.
            let number = [Column::Lat, Column::Lon, Column::Cost].contains(&Column::ALL[i]);
            match text.parse::<f64>().ok().filter(|_| number) {
                Some(value) => page.write_number(row, column, value)?,
                None => page.write_string(row, column, *text)?,
            };
        }
    }
    page.set_freeze_panes(1, 0)?;
    let lists: [(Column, &[&str]); 2] = if english {
        [(Column::Consent, &["yes", "no"]), (Column::State, &["planned", "installed", "removed"])]
    } else {
        [
            (Column::Consent, &["có", "không"]),
            (Column::State, &["dự kiến", "đã lắp đặt", "đã tháo dỡ"]),
        ]
    };
    for (which, words) in lists {
        let at = Column::ALL.iter().position(|c| *c == which).unwrap_or_default() as u16;
        let choice = DataValidation::new().allow_list_strings(words)?;
        page.add_data_validation(1, at, OFFERED_ROWS, at, &choice)?;
    }
    book.save_to_buffer()
}

const EXAMPLES_VI: [[&str; 17]; 2] = [
    [
        "p1-le-loi-01",
        "Ngã tư Lê Lợi – Phạm Hồng Thái",
        "Phường 1",
        "Giai đoạn 1",
        "Ngã tư Lê Lợi – Phạm Hồng Thái",
        "9.9347",
        "106.3453",
        "Công an Phường 1",
        "Công ty Viễn thông A",
        "HĐ 12/2024",
        "Xã hội hóa",
        "Hộ ông Nguyễn Văn A",
        "không",
        "15000000",
        "đã lắp đặt",
        "31/3/2025",
        "",
    ],
    [
        "p2-cho-01",
        "Cổng chợ Phường 2",
        "Phường 2",
        "Giai đoạn 2",
        "Cổng chợ Phường 2",
        "9.9402",
        "106.3391",
        "",
        "",
        "",
        "Ngân sách thành phố",
        "",
        "",
        "",
        "dự kiến",
        "",
        "Xóa hai dòng ví dụ này trước khi nhập",
    ],
];

const EXAMPLES_EN: [[&str; 17]; 2] = [
    [
        "p1-le-loi-01",
        "Lê Lợi – Phạm Hồng Thái crossing",
        "Phường 1",
        "Stage 1",
        "Lê Lợi – Phạm Hồng Thái crossing",
        "9.9347",
        "106.3453",
        "Police of ward 1",
        "Telecom company A",
        "12/2024",
        "Contributions",
        "Mr Nguyễn Văn A",
        "no",
        "15000000",
        "installed",
        "2025-03-31",
        "",
    ],
    [
        "p2-cho-01",
        "Market gate, ward 2",
        "Phường 2",
        "Stage 2",
        "Market gate, ward 2",
        "9.9402",
        "106.3391",
        "",
        "",
        "",
        "City budget",
        "",
        "",
        "",
        "planned",
        "",
        "Remove these two rows before you import",
    ],
];
