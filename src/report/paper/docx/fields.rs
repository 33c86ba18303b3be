//! The fields that a template names, and what stands in them.

use crate::report::paper::labels::{addressed, date_in_words, labels};
use crate::report::paper::letterhead::Letterhead;
use crate::report::{Document, Language};

/// What is left for a clerk to fill in.
const NUMBER: &str = "………";

/// A field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Field {
    /// As it is written between `{{` and `}}`.
    pub(super) name: &'static str,
    /// Whether every template must have it.
    pub(super) required: bool,
}

const fn must(name: &'static str) -> Field {
    Field { name, required: true }
}

const fn may(name: &'static str) -> Field {
    Field { name, required: false }
}

/// The field that the report's sections take the place of.
pub(super) const BODY: &str = "body";
/// The field whose paragraph is repeated for each recipient.
pub(super) const RECIPIENTS: &str = "recipients";

/// The field whose paragraph is repeated for each line that says to whom it is addressed.
pub(super) const ADDRESSEES: &str = "addressees";

/// All that there are.
pub(super) const FIELDS: [Field; 17] = [
    must("authority"),
    must("number"),
    must("symbol"),
    must("place"),
    must("date"),
    must("kind"),
    must("title"),
    must(BODY),
    must(RECIPIENTS),
    must("signer_title"),
    may(ADDRESSEES),
    may("superior"),
    may("nation"),
    may("motto"),
    may("number_label"),
    may("signer_for"),
    may("signer_name"),
];
/// Written beside [`RECIPIENTS`].
pub(super) const RECIPIENTS_LABEL: Field = may("recipients_label");

/// The field of that name.
pub(super) fn field(name: &str) -> Option<Field> {
    FIELDS.into_iter().chain([RECIPIENTS_LABEL]).find(|f| f.name == name)
}

/// All names, for those who misspelt one.
pub(super) fn names() -> String {
    let all = FIELDS.into_iter().chain([RECIPIENTS_LABEL]);
    all.map(|f| format!("{{{{{}}}}}", f.name)).collect::<Vec<_>>().join(", ")
}

/// What stands in the fields of one line.
pub(super) struct Values<'a> {
    pub(super) document: &'a Document,
    pub(super) language: Language,
    pub(super) head: &'a Letterhead,
}

impl Values<'_> {
    /// The value of a field of one line; empty where there is nothing to say.
    pub(super) fn of(&self, name: &str) -> String {
        let (say, head) = (labels(self.language), self.head);
        let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
        match name {
            "authority" => head.authority.clone(),
            "superior" => or_empty(&head.superior),
            "nation" => say.nation.to_owned(),
            "motto" => say.motto.to_owned(),
            "number_label" => say.number.to_owned(),
            "number" => NUMBER.to_owned(),
            "symbol" => head.symbol.clone(),
            "place" => head.place.clone(),
            "date" => date_in_words(self.document.made_on, self.language),
            "kind" => say.kind.to_owned(),
            "title" => self.title(),
            "recipients_label" => say.recipients.to_owned(),
            "signer_for" => or_empty(&head.signer_for),
            "signer_title" => head.signer_title.clone(),
            "signer_name" => or_empty(&head.signer_name),
            _ => String::new(),
        }
    }

    /// The lines of a field whose paragraph is repeated; none: it is a field of one line.
    pub(super) fn lines(&self, name: &str) -> Option<Vec<String>> {
        match name {
            RECIPIENTS => Some(self.head.recipients.clone()),
            ADDRESSEES => Some(addressed(&self.head.addressees, self.language)),
            _ => None,
        }
    }

    /// The title without the word for what it is, which stands in a line of its own.
    fn title(&self) -> String {
        let title = self.document.title.of(self.language);
        let kind = labels(self.language).kind.to_lowercase();
        let start: String = title.chars().take(kind.chars().count()).collect();
        let rest = &title[start.len()..];
        if start.to_lowercase() != kind || !rest.starts_with(' ') {
            return title.to_owned();
        }
        let mut rest = rest.trim_start().chars();
        rest.next().map_or_else(String::new, |c| c.to_uppercase().chain(rest).collect())
    }
}
