//! One mistake in a configuration file, shown with its place.

use super::redact::{redact, redact_line};
use std::fmt;
use std::ops::Range;
use std::path::{Path, PathBuf};
use unicode_normalization::char::is_combining_mark;

/// Characters of a line that are shown; more would not fit on a screen.
const SHOWN: usize = 120;

/// One mistake: where it is, what it is and what to do. Displayed as compilers do, in plain text,
/// with the line and a caret line. Never holds a password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mistake {
    /// The file it is in.
    pub file: PathBuf,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// What is wrong and what to do, one sentence.
    pub message: String,
    /// The line as shown: redacted, shortened.
    shown: String,
    /// The place as shown, in characters of `shown`.
    marked: Range<usize>,
}

impl Mistake {
    /// A mistake at a byte range of `text`, the whole file.
    pub(super) fn new(file: &Path, text: &str, span: Range<usize>, message: &str) -> Self {
        let start = floor(text, span.start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line = text[line_start..line_end].trim_end_matches('\r');
        let (from, to) =
            (start - line_start, floor(text, span.end).min(line_end) - line_start.min(line_end));
        let (from, to) = (from.min(line.len()), to.clamp(from.min(line.len()), line.len()));
        let (whole, shown_from) = redact_line(line, from);
        let (_, shown_to) = redact_line(line, to);
        let first = whole[..shown_from].chars().count();
        let last = (whole[..shown_to.max(shown_from)].chars().count()).max(first + 1);
        let (shown, marked) = window(&whole, first..last);
        Self {
            file: file.to_owned(),
            line: text[..line_start].matches('\n').count() + 1,
            column: line[..from].chars().count() + 1,
            message: redact(message),
            shown,
            marked,
        }
    }

    /// The same with the marked value masked, for values that may be secrets in a form that
    /// cannot be recognised.
    pub(super) fn hiding_value(mut self) -> Self {
        self.shown = self.shown.chars().take(self.marked.start).chain("\"***\"".chars()).collect();
        self.marked.end = self.marked.start + 5;
        self
    }
}

/// The greatest character boundary not after `at`.
fn floor(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

/// The part of a long line around the mark, and the mark within it.
fn window(line: &str, mark: Range<usize>) -> (String, Range<usize>) {
    let length = line.chars().count();
    if length <= SHOWN {
        return (line.to_owned(), mark);
    }
    let skip = mark.start.saturating_sub(SHOWN / 2);
    let lead = if skip > 0 { "… " } else { "" };
    let mut shown = lead.to_owned();
    shown.extend(line.chars().skip(skip).take(SHOWN));
    let end = (mark.end - skip).min(SHOWN);
    if skip + SHOWN < length {
        shown.push_str(" …");
    }
    let moved = lead.chars().count();
    (shown, mark.start - skip + moved..end.max(mark.start - skip + 1) + moved)
}

impl fmt::Display for Mistake {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, message, shown, marked } = self;
        writeln!(f, "{}:{line}:{column}: {message}", file.display())?;
        let margin = line.to_string();
        writeln!(f, "{:width$} |", "", width = margin.len())?;
        writeln!(f, "{margin} | {shown}")?;
        write!(f, "{:width$} | ", "", width = margin.len())?;
        for c in shown.chars().take(marked.start).filter(|c| !is_combining_mark(*c)) {
            write!(f, "{}", if c == '\t' { '\t' } else { ' ' })?;
        }
        let under = shown.chars().skip(marked.start).take(marked.len());
        let carets = under.filter(|c| !is_combining_mark(*c)).count().max(1);
        write!(f, "{}", "^".repeat(carets))
    }
}
