//! `[timestamp]`: who else says when a day of the chain was there.

use super::table::Table;

pub(super) const KEYS: &[&str] = &["url"];

/// A time-stamping authority (RFC 3161).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimestampConfig {
    /// Where it is asked, `http://` or `https://`.
    pub url: String,
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
    Some(TimestampConfig { url: url.value.to_owned() })
}
