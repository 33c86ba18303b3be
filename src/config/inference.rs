//! `[inference]`: what models run on.

use super::suggest;
use super::table::{At, Table};
use crate::vision::{Provider, Providers};

pub(super) const KEYS: &[&str] = &["providers", "require"];

/// Reads the table, noting every mistake; `None` where there was one.
pub(super) fn read(table: &Table<'_>) -> Option<Providers> {
    let order = match table.elements("providers", "a list of providers, as [\"cuda\", \"cpu\"]") {
        None if table.has("providers") => return None,
        None => None,
        Some(At { value: elements, .. }) => {
            let names = elements.iter().map(|element| match element.get_ref().as_str() {
                Some(name) => provider(table, At { value: name, span: element.span() }),
                None => {
                    table.wrong("providers", element, "a list of names in quotes");
                    None
                }
            });
            // Collected first, so that every mistake in the list is noted.
            let names: Vec<Option<Provider>> = names.collect();
            Some(names.into_iter().collect::<Option<Vec<Provider>>>()?)
        }
    };
    let require = match table.string("require", "a provider's name in quotes") {
        None if table.has("require") => return None,
        None => None,
        Some(name) => Some(provider(table, name)?),
    };
    let listed = order.is_some();
    Providers::new(order, require)
        .map_err(|error| {
            let key = if listed { "providers" } else { "require" };
            table.doc().refuse(table.key_span(key), &error.to_string());
        })
        .ok()
}

fn provider(table: &Table<'_>, name: At<&str>) -> Option<Provider> {
    let found = Provider::named(name.value);
    if found.is_none() {
        let known = Provider::ALL.map(Provider::name);
        let hint = suggest::hint(name.value, "providers", &known);
        table.doc().refuse(name.span, &format!("there is no provider \"{}\"{hint}", name.value));
    }
    found
}
