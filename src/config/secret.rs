//! Secrets: usable, never shown.

use super::address::expand;
use std::fmt;
use std::path::Path;

/// A secret read from a file may be so long, bytes: a key, not a picture.
const LONGEST: u64 = 16 << 10;

/// A password, key or token. `Debug` and `Display` mask it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// A secret of this value.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The secret itself, for use with its sink and nothing else.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// From a text that names variables of the environment, `${NAME}`.
    ///
    /// # Errors
    /// A clause that says what is wrong, without the text.
    pub(super) fn written(
        text: &str,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        if !text.contains("${") {
            return Err(
                "must be named, not written: use ${NAME} and set it in the environment, or \
                        give a file"
                    .to_owned(),
            );
        }
        sound(expand(text, environment).map_err(|e| e.to_string())?)
    }

    /// From a file's first line.
    ///
    /// # Errors
    /// A clause that says what is wrong, without the file's content.
    pub(super) fn of_file(path: &Path) -> Result<Self, String> {
        use std::io::Read;
        let mut text = String::new();
        std::fs::File::open(path)
            .and_then(|file| file.take(LONGEST).read_to_string(&mut text))
            .map_err(|e| {
                format!("names {}, which cannot be read ({}); check it", path.display(), e.kind())
            })?;
        sound(text.lines().next().unwrap_or_default().trim().to_owned())
    }
}

fn sound(value: String) -> Result<Secret, String> {
    if value.is_empty() {
        Err("is empty; give the secret's value".to_owned())
    } else if value.chars().any(char::is_control) {
        Err("has control characters; give the secret in one line".to_owned())
    } else {
        Ok(Secret(value))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// An `http(s)` address that may hold secrets. `Debug` and `Display` leave `${NAME}` as written.
#[derive(Clone, PartialEq, Eq)]
pub struct WebAddress {
    address: Secret,
    shown: String,
}

impl WebAddress {
    /// From an address as written, with each `${NAME}` replaced by what `environment` says.
    ///
    /// # Errors
    /// A clause that says what is wrong, without the text.
    pub fn new(
        written: &str,
        environment: &dyn Fn(&str) -> Option<String>,
    ) -> Result<Self, String> {
        let written = written.trim();
        let address = expand(written, environment).map_err(|e| e.to_string())?;
        let parsed = address.parse::<ureq::http::Uri>().ok();
        let web = parsed.as_ref().is_some_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.host().is_some_and(|host| !host.is_empty())
        });
        if !web {
            return Err("must be an address like https://host/path".to_owned());
        }
        let shown = super::redact::redact(written);
        if shown != written && !written.contains("${") {
            return Err("holds a password; write ${NAME} and set it in the environment".to_owned());
        }
        Ok(Self { address: Secret(address), shown })
    }

    /// The address itself, for use with its sink and nothing else.
    pub fn reveal(&self) -> &str {
        self.address.reveal()
    }

    /// Whether what is sent there can be read on the way.
    pub fn is_plain(&self) -> bool {
        self.address.reveal().to_ascii_lowercase().starts_with("http://")
    }

    /// Whether it names variables of the environment, so that its value is a secret.
    pub fn has_secret(&self) -> bool {
        self.shown != self.address.reveal()
    }
}

impl fmt::Debug for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Display for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}
