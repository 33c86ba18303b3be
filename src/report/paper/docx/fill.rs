//! A template with its fields filled.

use super::body::body;
use super::builtin;
use super::fields::{ADDRESSEES, BODY, Values};
use super::page::edited;
use super::paragraphs::{Paragraph, paragraphs};
use super::parts::Parts;
use super::template::{Found, Template, fields_in};
use crate::report::paper::error::PaperError;
use crate::report::paper::letterhead::Letterhead;
use crate::report::{Document, Language};
use quick_xml::escape::escape;
use std::ops::Range;
use std::path::Path;

/// Larger than any template that people make.
const MOST_BYTES: u64 = 64 << 20;

/// A stretch of a part's text and what takes its place.
type Edit = (Range<usize>, String);

/// The document in the template, ours where none is named.
pub(in crate::report::paper) fn letter(
    document: &Document,
    language: Language,
    head: &Letterhead,
    template: Option<&Path>,
) -> Result<Vec<u8>, PaperError> {
    let values = Values { document, language, head };
    match template {
        None => Template::of(builtin::package())
            .and_then(|template| fill(template, &values))
            .map_err(|why| PaperError::making("DOCX", why)),
        Some(path) => {
            let bytes = read(path)?;
            let bad = |what| PaperError::BadTemplate { path: path.to_owned(), what };
            Template::read(&bytes).and_then(|template| fill(template, &values)).map_err(bad)
        }
    }
}

/// What the letterhead says and a city's own template has no place for, told in a sentence; `None`:
/// nothing. The field came later than templates that are in use, so that none is refused for it.
pub(in crate::report::paper) fn left_out(
    head: &Letterhead,
    path: &Path,
) -> Result<Option<String>, PaperError> {
    let template = Template::read(&read(path)?)
        .map_err(|what| PaperError::BadTemplate { path: path.to_owned(), what })?;
    let lacks = !head.addressees.is_empty() && !template.fields.iter().any(|f| f == ADDRESSEES);
    Ok(lacks.then(|| {
        format!(
            "{}: the template has no field {{{{{ADDRESSEES}}}}}, so letters do not say to whom they \
             are addressed (\"addressees\" in [report]); write {{{{{ADDRESSEES}}}}} in a line of its \
             own in the template, or take \"addressees\" out",
            path.display()
        )
    }))
}

fn read(path: &Path) -> Result<Vec<u8>, PaperError> {
    let failed = |source| PaperError::NoTemplate { path: path.to_owned(), source };
    if std::fs::metadata(path).map_err(failed)?.len() > MOST_BYTES {
        let what = format!("it is larger than {} MiB", MOST_BYTES >> 20);
        return Err(PaperError::BadTemplate { path: path.to_owned(), what });
    }
    std::fs::read(path).map_err(failed)
}

fn fill(template: Template, values: &Values<'_>) -> Result<Vec<u8>, String> {
    let mut parts = Parts::new(&template)?;
    let report = body(values.document, values.language, &mut parts)?;
    let mut package = template.package;
    for name in &template.parts {
        let xml = package.text(name)?;
        let mut edits = Vec::new();
        if *name == template.letter && parts.has_turned {
            edits = parts.page.untitled(parts.page.start());
        }
        for paragraph in paragraphs(xml)? {
            let text = paragraph.text(xml);
            let fields = fields_in(&text)?;
            if fields.is_empty() {
                continue;
            }
            if fields.iter().any(|f| f.name == BODY) {
                if paragraph.stays() {
                    let start = paragraph.span.start;
                    edits.push((start..start, report.clone()));
                    edits.extend(replaced(xml, &paragraph, &fields, &|_| String::new()));
                } else {
                    edits.push((paragraph.span, report.clone()));
                }
                continue;
            }
            edits.extend(filled(xml, &paragraph, &text, &fields, values));
        }
        let filled = edited(xml, edits);
        package.put(name, filled);
    }
    parts.add_to(&mut package)?;
    package.write()
}

/// What is changed in one paragraph.
fn filled(
    xml: &str,
    paragraph: &Paragraph,
    text: &str,
    fields: &[Found],
    values: &Values<'_>,
) -> Vec<Edit> {
    let whole = |edits: Vec<Edit>| {
        let from = paragraph.span.start;
        let shift = |(span, text): Edit| (span.start - from..span.end - from, text);
        edited(&xml[paragraph.span.clone()], edits.into_iter().map(shift).collect())
    };
    let repeated = fields.iter().find_map(|f| Some((f.name.as_str(), values.lines(&f.name)?)));
    if !paragraph.holds_others
        && let Some((field, lines)) = repeated
    {
        let last = lines.len().saturating_sub(1);
        let made = lines.iter().enumerate().map(|(i, line)| {
            let value = |name: &str| if name == field { line.clone() } else { values.of(name) };
            let mut edits = replaced(xml, paragraph, fields, &value);
            // A section ends once, after the last of them.
            let section = paragraph.section.clone().filter(|_| i < last);
            edits.extend(section.map(|section| (section, String::new())));
            whole(edits)
        });
        let made: String = made.collect();
        if made.is_empty() && paragraph.stays() {
            return replaced(xml, paragraph, fields, &|name| values.of(name));
        }
        return vec![(paragraph.span.clone(), made)];
    }
    // A line that held nothing but fields without a value is left out.
    let mut left = text.to_owned();
    for found in fields.iter().rev() {
        left.replace_range(found.span.clone(), &values.of(&found.name));
    }
    if left.trim().is_empty() && !paragraph.stays() {
        return vec![(paragraph.span.clone(), String::new())];
    }
    replaced(xml, paragraph, fields, &|name| values.of(name))
}

/// The paragraph's words with values for fields, each in the format of the field's first letter.
fn replaced(
    xml: &str,
    paragraph: &Paragraph,
    fields: &[Found],
    value: &dyn Fn(&str) -> String,
) -> Vec<Edit> {
    let mut edits: Vec<Edit> = Vec::new();
    let mut at = 0;
    for words in &paragraph.words {
        let here = at..at + words.span.len();
        at = here.end;
        let raw = &xml[words.span.clone()];
        let mut text = String::with_capacity(raw.len());
        let mut done = 0;
        for found in fields {
            if found.span.end <= here.start || found.span.start >= here.end {
                continue;
            }
            let from = found.span.start.max(here.start) - here.start;
            let to = found.span.end.min(here.end) - here.start;
            text.push_str(&raw[done..from]);
            if found.span.start >= here.start {
                text.push_str(&escape(value(&found.name)));
            }
            done = to;
        }
        if done == 0 {
            continue;
        }
        text.push_str(&raw[done..]);
        if !edits.iter().any(|(span, _)| *span == words.tag) {
            edits.push((words.tag.clone(), "<w:t xml:space=\"preserve\">".to_owned()));
        }
        edits.push((words.span.clone(), text));
    }
    edits
}
