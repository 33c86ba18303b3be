//! `[inference]`: what models run on.

use super::suggest;
use super::table::{At, Table};
use crate::vision::{Provider, Providers, ProvidersError};

pub(super) const KEYS: &[&str] = &["providers", "require"];

/// A mistake was noted.
struct Noted;

/// Reads the table, noting every mistake; `None` where there was one.
pub(super) fn read(table: &Table<'_>) -> Option<Providers> {
    // Both are read before either is given up, so that all mistakes are noted.
    let (order, require) = (order(table), require(table));
    let (Ok(order), Ok(require)) = (order, require) else { return None };
    let listed = order.is_some();
    Providers::new(order, require)
        .map_err(|error| {
            let of_require = matches!(error, ProvidersError::NotListed(_)) || !listed;
            let key = if of_require { "require" } else { "providers" };
            table.doc().refuse(table.key_span(key), &error.to_string());
        })
        .ok()
}

fn order(table: &Table<'_>) -> Result<Option<Vec<Provider>>, Noted> {
    if !table.has("providers") {
        return Ok(None);
    }
    let list = table.elements("providers", "a list of providers, as [\"cuda\", \"cpu\"]");
    let names = list.ok_or(Noted)?.value.iter().map(|element| {
        let Some(name) = element.get_ref().as_str() else {
            table.wrong("providers", element, "a list of names in quotes");
            return Err(Noted);
        };
        provider(table, At { value: name, span: element.span() })
    });
    let names: Vec<_> = names.collect();
    names.into_iter().collect::<Result<_, _>>().map(Some)
}

fn require(table: &Table<'_>) -> Result<Option<Provider>, Noted> {
    if !table.has("require") {
        return Ok(None);
    }
    let name = table.string("require", "a provider's name in quotes").ok_or(Noted)?;
    provider(table, name).map(Some)
}

fn provider(table: &Table<'_>, name: At<&str>) -> Result<Provider, Noted> {
    Provider::named(name.value).ok_or_else(|| {
        let known = Provider::ALL.map(Provider::name);
        let hint = suggest::hint(name.value, "providers", &known);
        table.doc().refuse(name.span, &format!("there is no provider \"{}\"{hint}", name.value));
        Noted
    })
}
