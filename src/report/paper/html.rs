//! A document as one page: opens from disk, asks nothing of a network, prints on A4.

use super::cell::{is_number, shown};
use super::chart_svg::svg;
use super::error::PaperError;
use super::labels::{Labels, addressed, date_in_words, days_told, labels};
use super::letterhead::Letterhead;
use crate::bench::page::base64;
use crate::report::{Block, Cell, Chart, Document, Language, Picture, Table};
use askama::Template;

#[derive(Template)]
#[template(path = "document.html")]
struct Page<'a> {
    say: &'a Labels,
    head: &'a Letterhead,
    title: &'a str,
    days: Option<String>,
    addressed: Vec<String>,
    made_on: String,
    sections: Vec<Part<'a>>,
}

struct Part<'a> {
    number: usize,
    title: &'a str,
    /// Printed on a lying page.
    wide: bool,
    blocks: Vec<Piece<'a>>,
}

enum Piece<'a> {
    Paragraph(&'a str),
    Table(Grid<'a>),
    Chart { number: usize, title: &'a str, drawing: String },
    Picture { data: String, caption: &'a str },
}

struct Grid<'a> {
    number: usize,
    key: &'a str,
    title: &'a str,
    columns: Vec<Field>,
    rows: Vec<Vec<Field>>,
    total: Option<Vec<Field>>,
    definitions: Vec<&'a str>,
}

struct Field {
    text: String,
    numeric: bool,
}

/// The page.
pub(super) fn page(
    document: &Document,
    language: Language,
    head: &Letterhead,
) -> Result<Vec<u8>, PaperError> {
    let mut numbers = Numbers { tables: 0, charts: 0, language };
    let sections = document.sections.iter().enumerate().map(|(i, section)| Part {
        number: i + 1,
        title: section.title.of(language),
        wide: section.blocks.iter().any(is_wide),
        blocks: section.blocks.iter().map(|b| numbers.piece(b)).collect(),
    });
    let page = Page {
        say: labels(language),
        head,
        title: document.title.of(language),
        days: days_told(document.days, language),
        addressed: addressed(&head.addressees, language),
        made_on: date_in_words(document.made_on, language),
        sections: sections.collect(),
    };
    let text = page.render().map_err(|e| PaperError::making("HTML", e))?;
    Ok(text.into_bytes())
}

/// More columns than an upright page has room for.
fn is_wide(block: &Block) -> bool {
    matches!(block, Block::Table(table) if table.columns.len() > 8)
}

/// Tables and charts are numbered through the whole report.
struct Numbers {
    tables: usize,
    charts: usize,
    language: Language,
}

impl Numbers {
    fn piece<'a>(&mut self, block: &'a Block) -> Piece<'a> {
        match block {
            Block::Paragraph(words) => Piece::Paragraph(words.of(self.language)),
            Block::Table(table) => {
                self.tables += 1;
                Piece::Table(grid(table, self.tables, self.language))
            }
            Block::Chart(chart) => {
                self.charts += 1;
                self.chart(chart)
            }
            Block::Picture(Picture { jpeg, caption }) => {
                Piece::Picture { data: base64(jpeg), caption: caption.of(self.language) }
            }
        }
    }

    fn chart<'a>(&self, chart: &'a Chart) -> Piece<'a> {
        let title = chart.title.of(self.language);
        Piece::Chart { number: self.charts, title, drawing: svg(chart, title, self.language) }
    }
}

fn grid(table: &Table, number: usize, language: Language) -> Grid<'_> {
    let row = |cells: &Vec<Cell>| -> Vec<Field> {
        let field = |c| Field { text: shown(c, language), numeric: is_number(c) };
        cells.iter().map(field).collect()
    };
    let columns = table.columns.iter().enumerate().map(|(i, column)| Field {
        text: column.title.of(language).to_owned(),
        numeric: numeric_column(table, i),
    });
    Grid {
        number,
        key: &table.key,
        title: table.title.of(language),
        columns: columns.collect(),
        rows: table.rows.iter().map(row).collect(),
        total: table.total.as_ref().map(row),
        definitions: table.definitions.iter().map(|d| d.of(language)).collect(),
    }
}

/// Whether a column holds numbers: its head stands over them.
pub(super) fn numeric_column(table: &Table, i: usize) -> bool {
    let told = |row: &Vec<Cell>| row.get(i).is_some_and(|c| *c != Cell::Nothing);
    let mut rows = table.rows.iter().chain(&table.total).filter(|r| told(r)).peekable();
    rows.peek().is_some() && rows.all(|row| is_number(&row[i]))
}
