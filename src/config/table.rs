//! Reads the keys of a TOML table, noting every mistake with its place.

use super::document::Document;
use super::suggest;
use std::fmt::Display;
use std::ops::{Range, RangeInclusive};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A value and the byte range it was written at.
#[derive(Debug, Clone)]
pub(super) struct At<T> {
    pub(super) value: T,
    pub(super) span: Range<usize>,
}

/// `Some(None)`: not written; `None`: wrong, and noted.
pub(super) type Optional<T> = Option<Option<T>>;

/// A TOML table whose keys are known.
pub(super) struct Table<'d> {
    doc: &'d Document,
    inner: &'d DeTable<'d>,
    span: Range<usize>,
    /// As written, ` in [[rules]]`; empty for the whole file.
    place: &'static str,
}

impl<'d> Table<'d> {
    /// The whole file as a table whose keys are these. `None` where its format is not one that
    /// this version reads: other mistakes would mislead.
    pub(super) fn root(
        doc: &'d Document,
        parsed: &'d Spanned<DeTable<'d>>,
        keys: &'static [&'static str],
    ) -> Option<Self> {
        let root = Self::unchecked(doc, parsed.get_ref(), 0..0, "");
        if root.has("version") {
            let version = root.integer("version", i64::MIN..=i64::MAX, "")?;
            if version.value != 1 {
                let message = format!(
                    "version {} is not known here; this version of streetward reads version = 1",
                    version.value
                );
                doc.refuse(version.span, &message);
                return None;
            }
        } else {
            root.missing("version", "version = 1 in the first line");
        }
        Some(root.with_keys(keys))
    }

    /// Notes keys that are not among `keys`.
    pub(super) fn new(
        doc: &'d Document,
        inner: &'d DeTable<'d>,
        span: Range<usize>,
        place: &'static str,
        keys: &'static [&'static str],
    ) -> Self {
        Self::unchecked(doc, inner, span, place).with_keys(keys)
    }

    /// A table whose keys are not known yet.
    pub(super) fn unchecked(
        doc: &'d Document,
        inner: &'d DeTable<'d>,
        span: Range<usize>,
        place: &'static str,
    ) -> Self {
        Self { doc, inner, span, place }
    }

    /// Notes keys that are not among `keys`.
    pub(super) fn with_keys(self, keys: &'static [&'static str]) -> Self {
        for key in self.inner.keys() {
            let name: &str = key.get_ref();
            if !keys.contains(&name) {
                let hint = suggest::hint(name, "known keys here", keys);
                self.doc.refuse(key.span(), &format!("unknown key \"{name}\"{hint}"));
            }
        }
        self
    }

    pub(super) fn doc(&self) -> &'d Document {
        self.doc
    }

    /// Where the table begins: its header, or the file's first line.
    pub(super) fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.inner.contains_key(key)
    }

    /// Where a key is written; the table's beginning if it is not.
    pub(super) fn key_span(&self, key: &str) -> Range<usize> {
        self.inner.get_key_value(key).map_or(self.span(), |(written, _)| written.span())
    }

    /// Notes that a key must be there, with an example of it.
    pub(super) fn missing(&self, key: &str, example: &str) {
        let place = self.place;
        let message = format!("the key \"{key}\"{place} is missing; write {example}");
        self.doc.refuse(self.span(), &message);
    }

    /// A key's value, if written.
    pub(super) fn value(&self, key: &str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.inner.get(key)
    }

    /// Notes that a value is of the wrong type.
    pub(super) fn wrong(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) {
        let found = type_of(value.get_ref());
        let message = format!("\"{key}\" must be {expected}, not {found}");
        self.doc.refuse(value.span(), &message);
    }

    /// True or false, if written.
    pub(super) fn flag(&self, key: &str) -> Option<bool> {
        let value = self.value(key)?;
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong(key, value, "true or false, without quotes");
        }
        flag
    }

    /// A string, if written and a string.
    pub(super) fn string(&self, key: &str, expected: &str) -> Option<At<&'d str>> {
        let value = self.value(key)?;
        let text = value.get_ref().as_str();
        if text.is_none() {
            self.wrong(key, value, expected);
        }
        Some(At { value: text?, span: value.span() })
    }

    /// A string that a person reads: 1 to 200 characters, no control characters. Trimmed.
    pub(super) fn label(&self, key: &str) -> Option<At<String>> {
        let At { value, span } = self.string(key, "a text in quotes")?;
        let text = value.trim();
        let fault = if text.is_empty() {
            "must not be empty"
        } else if text.chars().count() > 200 {
            "must not be longer than 200 characters"
        } else if text.chars().any(char::is_control) {
            "must be one line without control characters"
        } else {
            return Some(At { value: text.to_owned(), span });
        };
        self.doc.refuse(span, &format!("\"{key}\" {fault}"));
        None
    }

    /// A label that other things refer to, and that becomes part of names: no `/`.
    pub(super) fn name(&self, key: &str) -> Option<At<String>> {
        let name = self.label(key)?;
        if name.value.contains('/') || name.value.chars().count() > 64 {
            let message = format!("\"{key}\" must have at most 64 characters and no \"/\"");
            self.doc.refuse(name.span, &message);
            return None;
        }
        Some(name)
    }

    /// A finite number within a range, if written.
    pub(super) fn number(
        &self,
        key: &str,
        range: RangeInclusive<f64>,
        unit: &str,
    ) -> Option<At<f64>> {
        let value = self.value(key)?;
        let Some(number) = number(value.get_ref()) else {
            self.wrong(key, value, &counted("a number", unit));
            return None;
        };
        self.within(key, At { value: number, span: value.span() }, &range, unit)
    }

    /// A whole number within a range, if written.
    pub(super) fn integer(
        &self,
        key: &str,
        range: RangeInclusive<i64>,
        unit: &str,
    ) -> Option<At<i64>> {
        let value = self.value(key)?;
        let Some(number) = integer(value.get_ref()) else {
            self.wrong(key, value, &counted("a whole number", unit));
            return None;
        };
        self.within(key, At { value: number, span: value.span() }, &range, unit)
    }

    fn within<T: PartialOrd + Display>(
        &self,
        key: &str,
        number: At<T>,
        range: &RangeInclusive<T>,
        unit: &str,
    ) -> Option<At<T>> {
        if range.contains(&number.value) {
            return Some(number);
        }
        let (least, most) = (range.start(), range.end());
        let message = format!("\"{key}\" must lie between {least} and {most}{}{unit}", gap(unit));
        self.doc.refuse(number.span, &message);
        None
    }

    /// `N` numbers, if written.
    pub(super) fn numbers<const N: usize>(
        &self,
        key: &str,
        expected: &str,
    ) -> Option<At<[f64; N]>> {
        let value = self.value(key)?;
        let numbers = numbers(value.get_ref());
        match value.get_ref().as_array() {
            Some(array) if numbers.is_none() => {
                let found = match array.len() {
                    given if given == N => "all must be numbers".to_owned(),
                    given => format!("{given} given"),
                };
                self.doc.refuse(value.span(), &format!("\"{key}\" must be {expected}; {found}"));
            }
            None => self.wrong(key, value, expected),
            Some(_) => {}
        }
        Some(At { value: numbers?, span: value.span() })
    }

    /// The elements of an array, if written; `expected` says what it is an array of.
    pub(super) fn elements(
        &self,
        key: &str,
        expected: &str,
    ) -> Option<At<&'d [Spanned<DeValue<'d>>]>> {
        let value = self.value(key)?;
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(key, value, expected);
            return None;
        };
        Some(At { value: array, span: value.span() })
    }

    /// A table `[key]`, if written.
    pub(super) fn table(
        &self,
        key: &str,
        place: &'static str,
        keys: &'static [&'static str],
    ) -> Option<Table<'d>> {
        let value = self.value(key)?;
        let Some(inner) = value.get_ref().as_table() else {
            self.wrong(key, value, &format!("a table [{key}]"));
            return None;
        };
        Some(Table::new(self.doc, inner, value.span(), place, keys))
    }

    /// A table written as an element of an array, if it is one.
    pub(super) fn inline(
        &self,
        element: &'d Spanned<DeValue<'d>>,
        place: &'static str,
        keys: &'static [&'static str],
    ) -> Option<Table<'d>> {
        let inner = element.get_ref().as_table()?;
        Some(Table::new(self.doc, inner, element.span(), place, keys))
    }

    /// The tables `[[key]]`, in their order.
    pub(super) fn tables(
        &self,
        key: &str,
        place: &'static str,
        keys: &'static [&'static str],
    ) -> Vec<Table<'d>> {
        let expected = format!("given as [[{key}]]");
        let Some(value) = self.value(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(key, value, &expected);
            return Vec::new();
        };
        let mut tables = Vec::with_capacity(array.len());
        for element in array {
            match element.get_ref().as_table() {
                Some(t) => tables.push(Table::new(self.doc, t, element.span(), place, keys)),
                None => self.wrong(key, element, &expected),
            }
        }
        tables
    }
}

/// `a number of seconds`.
fn counted(number: &str, unit: &str) -> String {
    if unit.is_empty() { number.to_owned() } else { format!("{number} of {unit}") }
}

fn gap(unit: &str) -> &'static str {
    if unit.is_empty() { "" } else { " " }
}

/// What a value is, for a person who does not know TOML's words.
pub(super) fn type_of(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "a text in quotes",
        DeValue::Float(float) if float.as_str().ends_with(['n', 'f']) => "nan or inf",
        DeValue::Integer(_) | DeValue::Float(_) => "a number",
        DeValue::Boolean(_) => "true or false",
        DeValue::Datetime(_) => "a date or time",
        DeValue::Array(_) => "an array [ ]",
        DeValue::Table(_) => "a table",
    }
}

pub(super) fn integer(value: &DeValue<'_>) -> Option<i64> {
    let integer = value.as_integer()?;
    i64::from_str_radix(integer.as_str(), integer.radix()).ok()
}

/// A finite number, whole or not.
pub(super) fn number(value: &DeValue<'_>) -> Option<f64> {
    let number = match value {
        DeValue::Float(float) => float.as_str().parse().ok()?,
        other => integer(other)? as f64,
    };
    number.is_finite().then_some(number)
}

/// Exactly `N` finite numbers.
pub(super) fn numbers<const N: usize>(value: &DeValue<'_>) -> Option<[f64; N]> {
    let array = value.as_array().filter(|array| array.len() == N)?;
    let mut numbers = [0.0; N];
    for (slot, element) in numbers.iter_mut().zip(array.iter()) {
        *slot = number(element.get_ref())?;
    }
    Some(numbers)
}
