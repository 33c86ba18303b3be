//! A report before it has a form: sections of tables, charts and pictures, in both languages. Whoever
//! counts fills one; whoever writes HTML, CSV, XLSX or DOCX reads it, and counts nothing.
//!
//! As JSON: a block is `{"table": …}`, `{"paragraph": …}`, `{"chart": …}`; a cell is
//! `{"kind": "count", "value": 5}`, `{"kind": "nothing"}`; days are `2026-08-15`.

use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Serialize;

/// A text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, JsonSchema)]
pub struct Words {
    /// Vietnamese.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Words {
    /// Both languages.
    pub fn new(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }

    /// A name that is the same in both.
    pub fn same(name: impl Into<String>) -> Self {
        let name = name.into();
        Self { vi: name.clone(), en: name }
    }

    /// The one of them that was asked for.
    pub fn of(&self, language: Language) -> &str {
        match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        }
    }
}

/// A language that reports are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Vietnamese.
    Vi,
    /// English.
    En,
}

/// A report.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Document {
    /// What file names are made of: `report-2026-10`, `survey-2026-11-22`.
    pub name: String,
    /// What it is: "Báo cáo tháng 10 năm 2026 …".
    pub title: Words,
    /// First and last local day that it covers, both included; none: it tells how things stand.
    #[schemars(with = "Option<(String, String)>")]
    pub days: Option<(Date, Date)>,
    /// The local day that it was made on.
    #[schemars(with = "String")]
    pub made_on: Date,
    /// In the order in which they are numbered, from 1.
    pub sections: Vec<Section>,
}

impl Document {
    /// How many tables it has.
    pub fn tables(&self) -> usize {
        let blocks = self.sections.iter().flat_map(|s| &s.blocks);
        blocks.filter(|b| matches!(b, Block::Table(_))).count()
    }
}

/// A numbered part of a report.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Section {
    /// Its heading, without its number.
    pub title: Words,
    /// From top to bottom.
    pub blocks: Vec<Block>,
}

/// What a section is made of.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A paragraph.
    Paragraph(Words),
    /// A table, numbered through the whole report.
    Table(Table),
    /// A chart, numbered through the whole report.
    Chart(Chart),
    /// A picture.
    Picture(Picture),
}

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Table {
    /// Stable key, lower case with `_`: the CSV's and the sheet's name, what independent checks name.
    pub key: String,
    /// Its title, without its number.
    pub title: Words,
    /// From left to right.
    pub columns: Vec<Column>,
    /// Each as long as there are columns.
    pub rows: Vec<Vec<Cell>>,
    /// The last line, in bold, if there is one; as long as there are columns.
    pub total: Option<Vec<Cell>>,
    /// How its figures are defined, printed under it.
    pub definitions: Vec<Words>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Column {
    /// Stable key, lower case with `_`: the CSV's header.
    pub key: String,
    /// Its heading, with the unit in brackets where there is one.
    pub title: Words,
}

/// A column by its key and its heading in both languages.
pub(super) fn column(key: &str, vi: &str, en: &str) -> Column {
    Column { key: key.to_owned(), title: Words::new(vi, en) }
}

/// What stands in a table's field. Formats write numbers as numbers.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Cell {
    /// There is nothing to tell: shown as a dash, empty in CSV.
    Nothing,
    /// Words.
    Words(Words),
    /// A whole number.
    Count(u64),
    /// A whole number with its sign: a change from the period before.
    Change(i64),
    /// A number shown with so many decimals.
    Number(f64, u8),
    /// A share, 0 to 1, shown in percent with one decimal.
    Share(f64),
    /// A length of time in seconds, shown in the unit that fits.
    Seconds(f64),
    /// A local day.
    Day(#[schemars(with = "String")] Date),
    /// Money in đồng.
    Dong(i64),
}

impl Cell {
    /// A name that is the same in both languages.
    pub fn same(name: impl Into<String>) -> Self {
        Self::Words(Words::same(name))
    }

    /// Such a name where there is one.
    pub fn maybe(name: Option<&String>) -> Self {
        name.map_or(Self::Nothing, Self::same)
    }
}

/// A chart.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Chart {
    /// Its title, without its number.
    pub title: Words,
    /// How it is drawn.
    pub style: ChartStyle,
    /// What stands along the axis of things or days.
    pub labels: Vec<Words>,
    /// What is drawn, each value at the label of its place.
    pub series: Vec<Series>,
    /// What the values are.
    pub unit: Words,
}

/// How a chart is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChartStyle {
    /// Bars lying beneath each other, series stacked: of things.
    Bars,
    /// Bars standing side by side, series stacked: of hours and days.
    Columns,
    /// A line for each series: of time.
    Lines,
}

/// A row of values.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Series {
    /// What it is called.
    pub name: Words,
    /// As many as the chart has labels.
    pub values: Vec<f64>,
}

/// A picture.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Picture {
    /// A JPEG file; not told in JSON.
    #[serde(skip)]
    pub jpeg: Vec<u8>,
    /// What stands under it, and is told to those who cannot see it.
    pub caption: Words,
}
