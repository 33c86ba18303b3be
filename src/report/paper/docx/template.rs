//! A template: its parts, where fields stand in them, and whether they are those that there are.

use super::fields::{BODY, FIELDS, field, names};
use super::package::Package;
use super::paragraphs::{Paragraph, paragraphs};
use quick_xml::Reader;
use quick_xml::events::Event;
use std::ops::Range;
use std::path::Path;

/// A template whose fields are known to be sound.
pub(super) struct Template {
    pub(super) package: Package,
    /// The name of the part that holds the letter.
    pub(super) letter: String,
    /// The names of the parts that may hold fields: the letter, its headers and footers.
    pub(super) parts: Vec<String>,
    /// The names of the fields in them.
    pub(super) fields: Vec<String>,
}

/// A field in a paragraph's words.
#[derive(Debug)]
pub(super) struct Found {
    /// Its name.
    pub(super) name: String,
    /// Where it stands in [`Paragraph::text`], with its braces.
    pub(super) span: Range<usize>,
}

impl Template {
    /// The template in this file; what is wrong is told in words that end a sentence.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, String> {
        Self::of(Package::read(bytes)?)
    }

    /// The template of these parts.
    pub(super) fn of(package: Package) -> Result<Self, String> {
        let letter = letter_of(&package)?;
        let folder = letter.rsplit_once('/').map_or("", |(folder, _)| folder);
        let has_fields = |name: &&str| {
            let rest = name.strip_prefix(folder).map(|n| n.trim_start_matches('/'));
            **name == *letter
                || rest.is_some_and(|n| {
                    let is_one = n.starts_with("header") || n.starts_with("footer");
                    is_one && Path::new(n).extension().is_some_and(|e| e == "xml")
                })
        };
        let parts: Vec<String> = package.names().filter(has_fields).map(str::to_owned).collect();
        let mut template = Self { package, letter, parts, fields: Vec::new() };
        template.fields = template.check()?;
        Ok(template)
    }

    /// The fields that stand in it, where they are sound.
    fn check(&self) -> Result<Vec<String>, String> {
        let mut there: Vec<String> = Vec::new();
        for name in &self.parts {
            let xml = self.package.text(name)?;
            for paragraph in paragraphs(xml)? {
                let text = paragraph.text(xml);
                for found in fields_in(&text)? {
                    if field(&found.name).is_none() {
                        return Err(format!(
                            "there is no field {{{{{}}}}}; those there are: {}",
                            found.name,
                            names()
                        ));
                    }
                    if found.name == BODY {
                        let around = [&text[..found.span.start], &text[found.span.end..]];
                        let alone = around.iter().all(|words| words.trim().is_empty());
                        self.check_body(name, &paragraph, alone, there.contains(&found.name))?;
                    }
                    there.push(found.name);
                }
            }
        }
        let missing: Vec<String> = FIELDS
            .iter()
            .filter(|f| f.required && !there.iter().any(|n| n == f.name))
            .map(|f| format!("{{{{{}}}}}", f.name))
            .collect();
        if missing.is_empty() {
            return Ok(there);
        }
        Err(format!("it lacks {}; the fields there are: {}", missing.join(", "), names()))
    }

    fn check_body(
        &self,
        part: &str,
        paragraph: &Paragraph,
        alone: bool,
        again: bool,
    ) -> Result<(), String> {
        let sound = part == self.letter && alone && !paragraph.inside && !paragraph.holds_others;
        if again {
            return Err("{{body}} stands in it twice".to_owned());
        }
        if !sound {
            return Err("{{body}} must stand in a paragraph of its own, in no table, text box, \
                        header or footer"
                .to_owned());
        }
        Ok(())
    }
}

/// The fields in a paragraph's words, in their order.
pub(super) fn fields_in(text: &str) -> Result<Vec<Found>, String> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(start) = text[from..].find("{{").map(|i| from + i) {
        let end = text[start..].find("}}").map(|i| start + i);
        let Some(end) = end.filter(|end| !text[start + 2..*end].contains("{{")) else {
            let shown: String = text[start..].chars().take(30).collect();
            return Err(format!("a field is not closed with \"}}}}\": {shown}"));
        };
        let name = text[start + 2..end].trim().to_owned();
        found.push(Found { name, span: start..end + 2 });
        from = end + 2;
    }
    Ok(found)
}

/// The part that the package says is the letter.
fn letter_of(package: &Package) -> Result<String, String> {
    let mut reader = Reader::from_str(package.text("_rels/.rels")?);
    loop {
        match reader.read_event().map_err(|e| format!("its \"_rels/.rels\" is damaged ({e})"))? {
            Event::Eof => return Err("it holds no letter".to_owned()),
            Event::Empty(e) | Event::Start(e) => {
                let value = |name| {
                    let found = e.try_get_attribute(name).ok().flatten();
                    found.map(|a| a.value.into_owned()).unwrap_or_default()
                };
                if value("Type").ends_with("/officeDocument") {
                    return Ok(value("Target").trim_start_matches('/').to_owned());
                }
            }
            _ => {}
        }
    }
}
