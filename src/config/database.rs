//! `database.toml` in a data folder: that its records lie in a PostgreSQL database, and in which.

use super::document::Document;
use super::error::ConfigError;
use super::secret::Secret;
use super::suggest;
use super::table::{At, Table};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use url::Url;

pub(super) const KEYS: &[&str] = &["version", "url", "password_file"];

/// The file's name in a data folder.
pub const DATABASE_FILE: &str = "database.toml";

/// The variable of the environment that holds the database's password, where no file does.
pub const DATABASE_PASSWORD: &str = "STREETWARD_DATABASE_PASSWORD";

/// What an address may say after its `?`.
const SETTINGS: &[&str] =
    &["host", "port", "user", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey"];

/// Where a data folder's records lie, when not in the folder itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseConfig {
    /// The database, `postgresql://user@host/name`; never holds a password.
    pub url: String,
    /// What the user is let in by; `None`: the server asks for none, or finds it in `~/.pgpass`.
    pub password: Option<Secret>,
}

/// Reads a data folder's `database.toml`; `None` where there is none.
///
/// # Errors
/// [`ConfigError`]: the file cannot be read, or holds mistakes; all of them are named.
pub fn load_database(data: &Path) -> Result<Option<DatabaseConfig>, ConfigError> {
    let document = match Document::open(&data.join(DATABASE_FILE)) {
        Ok(document) => document,
        Err(ConfigError::Missing { .. }) => return Ok(None),
        // `data` is a file: who opens it says so.
        Err(ConfigError::Unreadable { source, .. })
            if source.kind() == std::io::ErrorKind::NotADirectory =>
        {
            return Ok(None);
        }
        Err(other) => return Err(other),
    };
    read(&document, &|name| std::env::var(name).ok()).map(Some)
}

/// The text of a `database.toml`, if it is sound.
///
/// # Errors
/// [`ConfigError::Mistakes`]: what is wrong with the address or the file.
pub fn write_database(
    data: &Path,
    url: &str,
    password_file: Option<&Path>,
) -> Result<(String, DatabaseConfig), ConfigError> {
    let mut text = format!(
        "# Where the records of this data folder lie; made by `streetward store use`.\n\
         version = 1\nurl = {}\n",
        toml::Value::from(url)
    );
    if let Some(file) = password_file {
        let file = toml::Value::from(file.to_string_lossy().into_owned());
        let _ = writeln!(text, "password_file = {file}");
    }
    let document = Document::from_text(&data.join(DATABASE_FILE), text.clone());
    Ok((text, read(&document, &|name| std::env::var(name).ok())?))
}

fn read(
    document: &Document,
    environment: &dyn Fn(&str) -> Option<String>,
) -> Result<DatabaseConfig, ConfigError> {
    let config = document.parse().and_then(|parsed| {
        let root = Table::root(document, &parsed, KEYS)?;
        if !root.has("url") {
            root.missing("url", "url = \"postgresql://streetward@localhost/streetward\"");
        }
        let url = url(&root);
        let password = password(&root, environment);
        Some(DatabaseConfig { url: url?, password })
    });
    document.verdict()?;
    config.ok_or_else(|| {
        let message = "this file could not be understood; make it anew by `streetward store use`";
        ConfigError::Mistakes(vec![document.mistake(0..0, message)])
    })
}

fn url(root: &Table<'_>) -> Option<String> {
    let At { value, span } = root.string("url", "an address in quotes")?;
    let doc = root.doc();
    let url = Url::parse(value).ok();
    let Some(url) = url.filter(|u| matches!(u.scheme(), "postgresql" | "postgres")) else {
        let message =
            "\"url\" must be an address like postgresql://streetward@localhost/streetward";
        doc.note(doc.mistake(span, message).hiding_value());
        return None;
    };
    let given: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    let says = |key: &str| given.iter().any(|(k, v)| k == key && !v.is_empty());
    if url.password().is_some() || says("password") {
        let message = format!(
            "\"url\" holds a password; put it into a file that \"password_file\" names, or set {DATABASE_PASSWORD}"
        );
        doc.note(doc.mistake(span, &message).hiding_value());
        return None;
    }
    let fault = if let Some((unknown, _)) =
        given.iter().find(|(k, _)| !SETTINGS.contains(&k.as_str()))
    {
        let hint = suggest::hint(unknown, "known settings", SETTINGS);
        Some(format!("\"url\" has an unknown setting \"{unknown}\"{hint}"))
    } else if url.host_str().is_none_or(str::is_empty) && !says("host") {
        Some("\"url\" names no host; write postgresql://user@host/name, or ?host=/run/postgresql for a socket".to_owned())
    } else if url.username().is_empty() && !says("user") {
        Some("\"url\" names no user; write postgresql://user@host/name".to_owned())
    } else if url.path().trim_start_matches('/').is_empty() && !says("dbname") {
        Some("\"url\" names no database; write postgresql://user@host/name".to_owned())
    } else {
        None
    };
    match fault {
        Some(fault) => {
            doc.refuse(span, &fault);
            None
        }
        None => Some(value.to_owned()),
    }
}

fn password(root: &Table<'_>, environment: &dyn Fn(&str) -> Option<String>) -> Option<Secret> {
    if let Some(At { value, span }) = root.string("password_file", "a path in quotes") {
        let path: PathBuf = root.doc().resolve(value);
        return match Secret::of_file(&path) {
            Ok(secret) => Some(secret),
            Err(clause) => {
                root.doc().refuse(span, &format!("\"password_file\" {clause}"));
                None
            }
        };
    }
    environment(DATABASE_PASSWORD).filter(|p| !p.is_empty()).map(Secret::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> Result<DatabaseConfig, String> {
        let document = Document::from_text(Path::new("data/database.toml"), text.to_owned());
        read(&document, &|_| Some("from-outside".to_owned())).map_err(|e| e.to_string())
    }

    #[test]
    fn an_address_without_a_password_is_taken() {
        for url in [
            "postgresql://streetward@db.example:5433/streetward?sslmode=verify-full",
            "postgres://u@%2Frun%2Fpostgresql/streetward",
            "postgresql:///streetward?host=/run/postgresql&user=streetward",
        ] {
            let config = told(&format!("version = 1\nurl = \"{url}\"\n")).unwrap();
            assert_eq!(config.url, url);
            assert_eq!(config.password.unwrap().reveal(), "from-outside");
        }
    }

    #[test]
    fn mistakes_are_named_with_their_place_and_no_password_is_shown() {
        let wrong = [
            ("url = \"postgresql://u:hidden@h/d\"", "holds a password"),
            ("url = \"postgresql://u@h/d?password=hidden\"", "holds a password"),
            ("url = \"mysql://u:hidden@h/d\"", "must be an address like"),
            ("url = \"postgresql://u@h\"", "names no database"),
            ("url = \"postgresql://h/d\"", "names no user"),
            ("url = \"postgresql:///d?user=u\"", "names no host"),
            ("url = \"postgresql://u@h/d?sslmod=require\"", "did you mean \"sslmode\""),
            ("url = \"postgresql://u@h/d\"\npassword = \"hidden\"", "unknown key \"password\""),
            ("url = \"postgresql://u@h/d\"\npassword_file = \"no/such\"", "cannot be read"),
            ("", "the key \"url\" is missing"),
        ];
        for (text, wanted) in wrong {
            let said = told(&format!("version = 1\n{text}\n")).unwrap_err();
            assert!(said.contains(wanted), "{text}: {said}");
            assert!(said.contains("data/database.toml:"), "{said}");
            if !text.contains("password = ") {
                assert!(!said.contains("hidden"), "{said}");
            }
        }
        assert!(told("version = 2\nurl = 1").unwrap_err().contains("version 2 is not known"));
    }
}
