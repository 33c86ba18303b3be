//! A letter's page, upright and lying: wide tables are read on lying ones.

use quick_xml::Reader;
use quick_xml::events::Event;
use std::ops::Range;

/// A4 less the margins of our own template, in twentieths of a point.
const TEXT_WIDTH: u32 = 9071;

/// The page of the letter's last section; what is copied is its header, footer and margins.
#[derive(Debug, Clone, Default)]
pub(super) struct Page {
    /// The section's properties; empty where the letter has none.
    section: String,
    size: Option<(Range<usize>, [u32; 2])>,
    margins: Option<(Range<usize>, Margins)>,
    title: Option<Range<usize>>,
    /// Where the properties stand in the letter.
    start: usize,
}

#[derive(Debug, Clone, Copy)]
struct Margins {
    top: u32,
    right: u32,
    bottom: u32,
    left: u32,
    /// What is not turned: header, footer and gutter.
    rest: [u32; 3],
}

impl Page {
    /// The page of a letter; what is wrong is told in words that end a sentence.
    pub(super) fn of(letter: &str) -> Result<Self, String> {
        let end = "</w:sectPr>";
        let found = letter.rfind("<w:sectPr").and_then(|start| {
            let length = letter[start..].find(end)? + end.len();
            Some((start, &letter[start..start + length]))
        });
        let Some((start, section)) = found else { return Ok(Self::default()) };
        let mut page = Self { section: section.to_owned(), start, ..Self::default() };
        let mut reader = Reader::from_str(section);
        loop {
            let from = reader.buffer_position() as usize;
            let event = reader.read_event().map_err(|e| format!("a part is no sound XML ({e})"))?;
            let span = from..reader.buffer_position() as usize;
            let tag = match &event {
                Event::Eof => return Ok(page),
                Event::Empty(tag) => tag,
                _ => continue,
            };
            let value = |name: &str| -> Option<u32> {
                tag.try_get_attribute(name).ok().flatten()?.value.parse().ok()
            };
            match tag.name().0 {
                "w:pgSz" => {
                    let size = value("w:w").zip(value("w:h"));
                    page.size = size.map(|(wide, tall)| (span, [wide, tall]));
                }
                "w:pgMar" => page.margins = margins(&value).map(|margins| (span, margins)),
                "w:titlePg" => page.title = Some(span),
                _ => {}
            }
        }
    }

    /// Between the margins of an upright page, in twentieths of a point.
    pub(super) fn upright_width(&self) -> u32 {
        let width = self
            .size
            .as_ref()
            .zip(self.margins.as_ref())
            .and_then(|((_, size), (_, m))| size[0].checked_sub(m.left + m.right));
        width.filter(|w| *w >= 2000).unwrap_or(TEXT_WIDTH)
    }

    /// Between the margins of a lying page; none where the letter's page cannot be turned.
    pub(super) fn lying_width(&self) -> Option<u32> {
        let ((_, size), (_, m)) = self.size.as_ref().zip(self.margins.as_ref())?;
        let width = size[1].checked_sub(m.top + m.bottom)?;
        (size[1] > size[0] && width > self.upright_width()).then_some(width)
    }

    /// Ends a section of upright pages; only the letter's first has a page without a number.
    pub(super) fn end_upright(&self, is_first: bool) -> String {
        let edits = if is_first { Vec::new() } else { self.untitled(0) };
        ending(&edited(&self.section, edits))
    }

    /// Ends a section of lying pages: margins are turned with the page.
    pub(super) fn end_lying(&self) -> String {
        let mut edits = self.untitled(0);
        if let Some((span, [wide, tall])) = &self.size {
            let turned = format!("<w:pgSz w:w=\"{tall}\" w:h=\"{wide}\" w:orient=\"landscape\"/>");
            edits.push((span.clone(), turned));
        }
        if let Some((span, m)) = &self.margins {
            let [header, footer, gutter] = m.rest;
            let turned = format!(
                "<w:pgMar w:top=\"{}\" w:right=\"{}\" w:bottom=\"{}\" w:left=\"{}\" \
                 w:header=\"{header}\" w:footer=\"{footer}\" w:gutter=\"{gutter}\"/>",
                m.left, m.top, m.right, m.bottom
            );
            edits.push((span.clone(), turned));
        }
        ending(&edited(&self.section, edits))
    }

    /// What the letter's own last section loses once there are others before it.
    pub(super) fn untitled(&self, start: usize) -> Vec<(Range<usize>, String)> {
        let span = self.title.clone().map(|s| s.start + start..s.end + start);
        span.into_iter().map(|span| (span, String::new())).collect()
    }

    /// Where the last section's properties stand in the letter.
    pub(super) fn start(&self) -> usize {
        self.start
    }
}

fn margins(value: &dyn Fn(&str) -> Option<u32>) -> Option<Margins> {
    Some(Margins {
        top: value("w:top")?,
        right: value("w:right")?,
        bottom: value("w:bottom")?,
        left: value("w:left")?,
        rest: ["w:header", "w:footer", "w:gutter"].map(|name| value(name).unwrap_or(0)),
    })
}

fn ending(section: &str) -> String {
    format!(
        "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\"/>\
         {section}</w:pPr></w:p>"
    )
}

/// A text with stretches of it replaced; of two that overlap, the first.
pub(super) fn edited(text: &str, mut edits: Vec<(Range<usize>, String)>) -> String {
    edits.sort_by_key(|(span, _)| span.start);
    let mut out = String::with_capacity(text.len());
    let mut done = 0;
    for (span, new) in edits {
        let Some(kept) = text.get(done..span.start) else { continue };
        out.push_str(kept);
        out.push_str(&new);
        done = span.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    const LETTER: &str = "<w:body><w:p/><w:sectPr><w:pgSz w:w=\"11906\" w:h=\"16838\"/>\
        <w:pgMar w:top=\"1\" w:right=\"2\" w:bottom=\"3\" w:left=\"4\"/><w:titlePg/></w:sectPr></w:body>";

    #[test]
    fn a_page_is_turned_with_its_margins() {
        let page = Page::of(LETTER).unwrap();
        assert_eq!((page.upright_width(), page.lying_width()), (11_900, Some(16_834)));
        let lying = page.end_lying();
        assert!(lying.contains("w:w=\"16838\" w:h=\"11906\" w:orient=\"landscape\""), "{lying}");
        assert!(lying.contains("w:top=\"4\" w:right=\"1\" w:bottom=\"2\" w:left=\"3\""), "{lying}");
        assert!(!lying.contains("titlePg") && page.end_upright(true).contains("titlePg"));
        assert!(!page.end_upright(false).contains("titlePg"));
        let [(span, _)] = page.untitled(page.start()).try_into().unwrap();
        assert_eq!(&LETTER[span], "<w:titlePg/>");
        assert_eq!(Page::of("<w:body/>").unwrap().lying_width(), None);
    }
}
