//! What is drawn in a camera's picture, by name.

use super::suggest;
use super::table::{At, Table};

/// Names of what is drawn in a camera's picture, sound or not, so that a mistake there is not
/// reported again at its rules.
#[derive(Debug, Default)]
pub(super) struct Drawn {
    pub(super) zones: Vec<String>,
    pub(super) lines: Vec<String>,
    pub(super) signals: Vec<String>,
}

/// The name of something drawn, if written and known.
pub(super) fn named(table: &Table<'_>, key: &str, what: &str, known: &[String]) -> Option<String> {
    let At { value, span } = table.string(key, &format!("a {what}'s name in quotes"))?;
    if known.iter().any(|name| name == value) {
        return Some(value.to_owned());
    }
    let names: Vec<&str> = known.iter().map(String::as_str).collect();
    let hint = match names.as_slice() {
        [] => format!("; this camera has no {what}s, add [[{what}s]]"),
        names => suggest::hint(value, &format!("{what}s"), names),
    };
    table.doc().refuse(span, &format!("there is no {what} \"{value}\"{hint}"));
    None
}
