//! Words among those known, and lists of words and texts, as several tables have them.

use super::sink::SinkConfig;
use super::suggest;
use super::table::{At, Table};

/// A word among those known.
pub(super) fn one_of<T: Copy>(
    table: &Table<'_>,
    key: &str,
    word: &At<&str>,
    known: &[(&'static str, T)],
) -> Option<T> {
    let found = known.iter().find(|(name, _)| *name == word.value);
    if found.is_none() {
        let names: Vec<&str> = known.iter().map(|(name, _)| *name).collect();
        let hint = suggest::hint(word.value, &format!("words of \"{key}\""), &names);
        table.doc().refuse(word.span.clone(), &format!("unknown \"{}\"{hint}", word.value));
    }
    found.map(|(_, value)| *value)
}

/// A list of words among those known; `None`: not written, or no list.
pub(super) fn words<T: Copy>(
    table: &Table<'_>,
    key: &str,
    known: &[(&'static str, T)],
) -> Option<Vec<T>> {
    let written = table.elements(key, "a list of words in quotes")?;
    let mut found = Vec::with_capacity(written.value.len());
    for element in written.value {
        match element.get_ref().as_str() {
            Some(value) => {
                found.extend(one_of(table, key, &At { value, span: element.span() }, known));
            }
            None => table.wrong(key, element, "a list of words in quotes"),
        }
    }
    Some(found)
}

/// A list of texts, trimmed; `None`: not written, or no list.
pub(super) fn texts(table: &Table<'_>, key: &str) -> Option<Vec<String>> {
    let written = table.elements(key, "a list of texts in quotes")?;
    let mut found = Vec::with_capacity(written.value.len());
    for element in written.value {
        match element.get_ref().as_str() {
            Some(text) => found.push(text.trim().to_owned()),
            None => table.wrong(key, element, "a list of texts in quotes"),
        }
    }
    Some(found)
}

/// The key `sinks` of another table: who hears, by the names that `[[alerts]]` have.
pub(super) fn named_sinks(table: &Table<'_>, alerts: &[SinkConfig]) -> Vec<String> {
    let known: Vec<&str> = alerts.iter().map(|a| a.name.as_str()).collect();
    let mut sinks: Vec<String> = Vec::new();
    for name in texts(table, "sinks").unwrap_or_default() {
        if !known.contains(&name.as_str()) {
            let told = if known.is_empty() {
                "; this file has no [[alerts]]".to_owned()
            } else {
                suggest::hint(&name, "[[alerts]]", &known)
            };
            let message = format!("there are no [[alerts]] of the name \"{name}\"{told}");
            table.doc().refuse(table.key_span("sinks"), &message);
        } else if !sinks.contains(&name) {
            sinks.push(name);
        }
    }
    sinks
}
