//! `[timestamp]`: who else says when a day of the chain was there.

use super::table::Table;
use std::path::PathBuf;

pub(super) const KEYS: &[&str] = &["url", "authorities"];

/// A time-stamping authority (RFC 3161).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampConfig {
    /// Where it is asked, `http://` or `https://`.
    pub url: String,
    /// Certificates in PEM that its own must be under; none: any, as far as this program looks.
    pub authorities: Option<PathBuf>,
}

/// Reads the table, if there is one, noting every mistake.
pub(super) fn read(root: &Table<'_>) -> Option<TimestampConfig> {
    let table = root.table("timestamp", " in [timestamp]", KEYS)?;
    if !table.has("url") {
        table.missing("url", "url = \"https://tsa.example.vn\"");
    }
    let url = table.string("url", "an address in quotes")?;
    let sound = url::Url::parse(url.value)
        .is_ok_and(|u| matches!(u.scheme(), "http" | "https") && u.has_host());
    if !sound {
        let message = "\"url\" must be an address like https://tsa.example.vn";
        table.doc().refuse(url.span, message);
        return None;
    }
    let authorities = if table.has("authorities") {
        let file = table.string("authorities", "a file in quotes")?;
        let file = table.doc().resolve(file.value);
        if !file.is_file() {
            let message = format!("the certificates {} are not there", file.display());
            table.doc().refuse(table.key_span("authorities"), &message);
            return None;
        }
        Some(file)
    } else {
        None
    };
    Some(TimestampConfig { url: url.value.to_owned(), authorities })
}
