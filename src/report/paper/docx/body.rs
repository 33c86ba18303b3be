//! A report's sections as paragraphs, tables and drawings of a letter.

use super::drawing::{chart, picture};
use super::parts::Parts;
use super::run::run;
use super::table::{is_wide, table};
use crate::report::paper::labels::labels;
use crate::report::{Block, Document, Language, Section, Table};

/// Takes the place of `{{body}}`.
pub(super) fn body(
    document: &Document,
    language: Language,
    parts: &mut Parts,
) -> Result<String, String> {
    let mut writing = Writing { out: String::new(), tables: 0, charts: 0, language, parts };
    let mut lies = false;
    for (i, section) in document.sections.iter().enumerate() {
        let wide = writing.is_wide(section);
        if wide != lies {
            writing.turn(wide);
            lies = wide;
        }
        let title = format!("{}. {}", i + 1, section.title.of(language));
        writing.out.push_str(&paragraph("ReportHeading", &title, language));
        for block in &section.blocks {
            writing.block(block)?;
        }
    }
    if lies {
        writing.turn(false);
    }
    // On one page with the signature.
    let closing = paragraph("ReportText", labels(language).closing, language);
    writing.out.push_str(&closing.replacen("</w:pPr>", "<w:keepNext/></w:pPr>", 1));
    Ok(writing.out)
}

struct Writing<'a> {
    out: String,
    /// Tables and charts are numbered through the whole report.
    tables: usize,
    charts: usize,
    language: Language,
    parts: &'a mut Parts,
}

impl Writing<'_> {
    /// Whether a section has a table that an upright page has no room for.
    fn is_wide(&self, section: &Section) -> bool {
        let width = self.parts.page.upright_width();
        let wide = |block: &Block| match block {
            Block::Table(table) => is_wide(table, self.language, width),
            _ => false,
        };
        self.parts.page.lying_width().is_some() && section.blocks.iter().any(wide)
    }

    /// Begins lying pages, or upright ones again.
    fn turn(&mut self, to_lie: bool) {
        let page = &self.parts.page;
        let (end, width) = if to_lie {
            let width = page.lying_width().unwrap_or_else(|| page.upright_width());
            (page.end_upright(!self.parts.has_turned), width)
        } else {
            (page.end_lying(), page.upright_width())
        };
        self.out.push_str(&end);
        self.parts.text_width = width;
        self.parts.has_turned = true;
    }

    fn block(&mut self, block: &Block) -> Result<(), String> {
        let (say, language) = (labels(self.language), self.language);
        let mut add = |style, text: &str| self.out.push_str(&paragraph(style, text, language));
        match block {
            Block::Paragraph(words) => add("ReportText", words.of(language)),
            Block::Table(content) => {
                self.tables += 1;
                let title = content.title.of(language);
                add("ReportCaption", &format!("{} {}. {title}", say.table, self.tables));
                self.out.push_str(&table(content, language, self.parts.text_width));
                self.out.push_str(&definitions(content, language));
            }
            Block::Chart(content) => {
                self.charts += 1;
                let title = content.title.of(language);
                add("ReportCaption", &format!("{} {}. {title}", say.chart, self.charts));
                self.out.push_str(&chart(content, title, language, self.parts)?);
            }
            Block::Picture(content) => {
                let caption = content.caption.of(language);
                self.out.push_str(&picture(content, caption, self.parts)?);
                self.out.push_str(&paragraph("ReportDefinition", caption, language));
            }
        }
        Ok(())
    }
}

/// All definitions of a table in one paragraph, so that they take little room.
fn definitions(table: &Table, language: Language) -> String {
    let all: Vec<&str> = table.definitions.iter().map(|d| d.of(language)).collect();
    if all.is_empty() {
        return paragraph("ReportDefinition", "", language);
    }
    let text = format!("{}: {}", labels(language).definitions, all.join(" "));
    paragraph("ReportDefinition", &text, language)
}

/// A paragraph in one of the report's styles.
pub(super) fn paragraph(style: &str, text: &str, language: Language) -> String {
    format!("<w:p><w:pPr><w:pStyle w:val=\"{style}\"/></w:pPr>{}</w:p>", run("", text, language))
}
