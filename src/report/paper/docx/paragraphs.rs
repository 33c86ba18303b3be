//! Where a part's paragraphs and their words stand in its text.

use quick_xml::Reader;
use quick_xml::events::Event;
use std::ops::Range;

/// A paragraph.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    /// From its tag to its end.
    pub(super) span: Range<usize>,
    /// Its words in the order of reading.
    pub(super) words: Vec<Words>,
    /// Whether it stands in a table or a text box.
    pub(super) inside: bool,
    /// Whether paragraphs stand inside it.
    pub(super) holds_others: bool,
    /// Whether it is the last of a table's field or a text box, which must end in one, or a picture or
    /// drawing hangs on it.
    pub(super) needed: bool,
    /// The properties of the section that ends with it.
    pub(super) section: Option<Range<usize>>,
}

/// Words of one format.
#[derive(Debug)]
pub(super) struct Words {
    /// The tag before them.
    pub(super) tag: Range<usize>,
    /// Themselves, as they are written; an entity stands alone.
    pub(super) span: Range<usize>,
}

impl Paragraph {
    /// Whether it is more than its words, and stays where they go.
    pub(super) fn stays(&self) -> bool {
        self.needed || self.holds_others || self.section.is_some()
    }

    /// Its words without their formats.
    pub(super) fn text(&self, xml: &str) -> String {
        self.words.iter().map(|w| &xml[w.span.clone()]).collect()
    }
}

/// The paragraphs of a part, each after those that stand inside it.
pub(super) fn paragraphs(xml: &str) -> Result<Vec<Paragraph>, String> {
    let mut reader = Reader::from_str(xml);
    let (mut open, mut found): (Vec<Paragraph>, Vec<Paragraph>) = (Vec::new(), Vec::new());
    let mut around = 0_usize;
    let mut tag: Option<Range<usize>> = None;
    let mut after_paragraph = false;
    loop {
        let start = reader.buffer_position() as usize;
        let event = reader.read_event().map_err(|e| format!("a part is no sound XML ({e})"))?;
        let end = reader.buffer_position() as usize;
        // What is taken for a place in the text must be one.
        if xml.get(start..end).is_none() {
            return Err(format!("a part cannot be read past its byte {start}"));
        }
        match &event {
            Event::Eof => return Ok(found),
            Event::Start(e) => {
                match e.name().0 {
                    "w:tc" | "w:txbxContent" => around += 1,
                    "w:p" => {
                        if let Some(outer) = open.last_mut() {
                            outer.holds_others = true;
                        }
                        open.push(Paragraph {
                            span: start..end,
                            inside: around > 0,
                            ..Paragraph::default()
                        });
                    }
                    "w:t" => tag = Some(start..end),
                    "w:sectPr" => {
                        if let Some(paragraph) = open.last_mut() {
                            paragraph.section = Some(start..end);
                        }
                    }
                    "w:drawing" | "w:pict" | "w:object" => {
                        for paragraph in &mut open {
                            paragraph.needed = true;
                        }
                    }
                    _ => {}
                }
                after_paragraph = false;
            }
            Event::End(e) => match e.name().0 {
                "w:tc" | "w:txbxContent" => {
                    if after_paragraph && let Some(last) = found.last_mut() {
                        last.needed = true;
                    }
                    around = around.saturating_sub(1);
                    after_paragraph = false;
                }
                "w:p" => {
                    if let Some(mut paragraph) = open.pop() {
                        paragraph.span.end = end;
                        found.push(paragraph);
                    }
                    after_paragraph = true;
                }
                "w:t" => tag = None,
                "w:sectPr" => {
                    if let Some(section) = open.last_mut().and_then(|p| p.section.as_mut()) {
                        section.end = end;
                    }
                }
                _ => {}
            },
            Event::Text(_) | Event::GeneralRef(_) | Event::CData(_) => {
                if let (Some(tag), Some(paragraph)) = (&tag, open.last_mut()) {
                    paragraph.words.push(Words { tag: tag.clone(), span: start..end });
                }
            }
            Event::Empty(e) => {
                if e.name().0 == "w:sectPr"
                    && let Some(paragraph) = open.last_mut()
                {
                    paragraph.section = Some(start..end);
                }
                after_paragraph = false;
            }
            _ => {}
        }
    }
}
