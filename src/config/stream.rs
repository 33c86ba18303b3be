//! How a stream is opened: the keys of [source] beside its addresses, and its credentials.

use super::address::StreamUrl;
use super::table::{At, Table};
use crate::media::{Hardware, Transport};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// How a camera's streams are opened.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamTerms {
    /// How RTSP carries its packets.
    pub transport: Transport,
    /// Longest time for connecting, in seconds.
    pub connect_seconds: f64,
    /// Longest wait for a packet, in seconds.
    pub read_seconds: f64,
    /// Which hardware decodes.
    pub hardware: Hardware,
    /// The file that user and password were read from.
    pub credentials_file: Option<PathBuf>,
}

impl Default for StreamTerms {
    fn default() -> Self {
        Self {
            transport: Transport::default(),
            connect_seconds: 10.0,
            read_seconds: 5.0,
            hardware: Hardware::default(),
            credentials_file: None,
        }
    }
}

impl StreamTerms {
    /// Whether others than the file's owner and group may read the credentials.
    pub(super) fn credentials_are_exposed(&self) -> bool {
        let mode = self.credentials_file.as_ref().and_then(|file| file.metadata().ok());
        mode.is_some_and(|meta| meta.permissions().mode() & 0o004 != 0)
    }
}

/// Reads the keys of `[source]` that say how.
pub(super) fn read(table: &Table<'_>) -> StreamTerms {
    let usual = StreamTerms::default();
    let seconds = |key, most| table.number(key, 0.5..=most, "seconds").map(|n| n.value);
    let transports = [("tcp", Transport::Tcp), ("udp", Transport::Udp)];
    let hardware = [
        ("none", Hardware::None),
        ("auto", Hardware::Auto),
        ("vaapi", Hardware::Vaapi),
        ("qsv", Hardware::Qsv),
        ("cuda", Hardware::Cuda),
    ];
    StreamTerms {
        transport: one_of(table, "transport", &transports).unwrap_or(usual.transport),
        connect_seconds: seconds("connect_timeout_seconds", 120.0).unwrap_or(usual.connect_seconds),
        read_seconds: seconds("read_timeout_seconds", 120.0).unwrap_or(usual.read_seconds),
        hardware: one_of(table, "hardware", &hardware).unwrap_or(usual.hardware),
        credentials_file: None,
    }
}

fn one_of<T: Copy>(table: &Table<'_>, key: &str, known: &[(&str, T)]) -> Option<T> {
    let At { value, span } = table.string(key, "a text in quotes")?;
    let found = known.iter().find(|(name, _)| *name == value).map(|(_, it)| *it);
    if found.is_none() {
        let names: Vec<String> = known.iter().map(|(name, _)| format!("\"{name}\"")).collect();
        table.doc().refuse(span, &format!("\"{key}\" must be one of {}", names.join(", ")));
    }
    found
}

/// Puts the credentials of the file that `credentials_file` names into the addresses.
pub(super) fn credentials(table: &Table<'_>, urls: [&mut Option<StreamUrl>; 2]) -> Option<PathBuf> {
    let At { value, span } = table.string("credentials_file", "a path in quotes")?;
    let path = table.doc().resolve(value);
    let (user, password) = match pair(&path) {
        Ok(pair) => pair,
        Err(why) => {
            let message = format!("\"credentials_file\" {} {why}", path.display());
            table.doc().refuse(span, &message);
            return None;
        }
    };
    for url in urls.into_iter().flatten().filter(|url| !url.is_device()) {
        match url.with_credentials(&user, &password) {
            Some(with) => *url = with,
            None => table.doc().refuse(
                span.clone(),
                "\"credentials_file\" and an address both hold credentials; write them in one place",
            ),
        }
    }
    Some(path)
}

/// User and password: on two lines, or on one with `:` between them.
fn pair(path: &Path) -> Result<(String, String), String> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| format!("cannot be read ({error}); check the path and its permissions"))?;
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let pair = match (lines.next(), lines.next(), lines.next()) {
        (Some(user), Some(password), None) => Some((user, password)),
        (Some(line), None, None) => line.split_once(':'),
        _ => None,
    };
    let pair = pair.filter(|(user, _)| !user.is_empty());
    let (user, password) =
        pair.ok_or("must hold the user and the password on two lines, or user:password on one")?;
    Ok((user.to_owned(), password.to_owned()))
}
