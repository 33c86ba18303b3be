//! Reads where the alerts of one `[[alerts]]` go.

use super::list::{one_of, texts};
use super::secret::{Secret, WebAddress};
use super::sink::{EmailConfig, MailSecurity, MqttConfig, Target, TelegramConfig, WebhookConfig};
use super::table::{At, Optional, Table};
use lettre::message::Mailbox;
use toml::de::DeValue;

/// Keys that only some kinds have, and which.
const OWN: [(&str, &[&str]); 18] = [
    ("url", &["webhook", "telegram"]),
    ("key", &["webhook"]),
    ("key_file", &["webhook"]),
    ("token", &["webhook", "telegram"]),
    ("token_file", &["webhook", "telegram"]),
    ("host", &["mqtt", "email"]),
    ("port", &["mqtt", "email"]),
    ("tls", &["mqtt"]),
    ("user", &["mqtt", "email"]),
    ("password", &["mqtt", "email"]),
    ("password_file", &["mqtt", "email"]),
    ("topic", &["mqtt"]),
    ("state_topic", &["mqtt"]),
    ("discovery_prefix", &["mqtt"]),
    ("security", &["email"]),
    ("from", &["email"]),
    ("to", &["email"]),
    ("chat", &["telegram"]),
];

/// The Bot API's own server (<https://core.telegram.org/bots/api#making-requests>).
const TELEGRAM: &str = "https://api.telegram.org";

const SECURITY: [(&str, MailSecurity); 3] = [
    ("starttls", MailSecurity::StartTls),
    ("tls", MailSecurity::Tls),
    ("none", MailSecurity::Plain),
];

type Environment<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Reads the target; `None` where there is a mistake, which is noted.
pub(super) fn read(table: &Table<'_>, environment: Environment<'_>) -> Option<Target> {
    if !table.has("kind") {
        table.missing("kind", "kind = \"webhook\", \"mqtt\", \"email\" or \"telegram\"");
    }
    let word = table.string("kind", "a kind of sink in quotes")?;
    let kind = one_of(table, "kind", &word, &Target::KINDS.map(|kind| (kind, kind)))?;
    for (key, kinds) in OWN {
        if table.has(key) && !kinds.contains(&kind) {
            let message =
                format!("\"{key}\" is for {}, not for {kind}; remove it", kinds.join(" and "));
            table.doc().refuse(table.key_span(key), &message);
        }
    }
    match kind {
        "webhook" => webhook(table, environment).map(Target::Webhook),
        "mqtt" => mqtt(table, environment).map(Target::Mqtt),
        "email" => email(table, environment).map(Target::Email),
        _ => telegram(table, environment).map(Target::Telegram),
    }
}

fn webhook(table: &Table<'_>, environment: Environment<'_>) -> Option<WebhookConfig> {
    if !table.has("url") {
        table.missing("url", "url = \"https://host/path\"");
    }
    let url = address(table, environment);
    let key = secret(table, "key", "key_file", environment);
    let token = secret(table, "token", "token_file", environment);
    Some(WebhookConfig { url: url?, key: key?, token: token? })
}

fn telegram(table: &Table<'_>, environment: Environment<'_>) -> Option<TelegramConfig> {
    let url = if table.has("url") {
        address(table, environment)
    } else {
        WebAddress::new(TELEGRAM, environment).ok()
    };
    if !table.has("token") && !table.has("token_file") {
        table.missing("token", "token = \"${NAME}\", or token_file = \"path\"");
    }
    let token = secret(table, "token", "token_file", environment);
    if !table.has("chat") {
        table.missing("chat", "chat = \"-1001234567890\", the chat's id, or \"@channel\"");
    }
    let chat = chat(table);
    Some(TelegramConfig { url: url?, token: token??, chat: chat? })
}

fn chat(table: &Table<'_>) -> Option<String> {
    let value = table.value("chat")?;
    let text = match value.get_ref() {
        DeValue::Integer(number) => number.as_str().to_owned(),
        DeValue::String(text) => text.trim().to_owned(),
        _ => String::new(),
    };
    let sound =
        text.strip_prefix('@').is_some_and(|name| !name.is_empty()) || text.parse::<i64>().is_ok();
    if !sound {
        table.wrong("chat", value, "a chat's id like \"-1001234567890\", or \"@channel\"");
        return None;
    }
    Some(text)
}

fn mqtt(table: &Table<'_>, environment: Environment<'_>) -> Option<MqttConfig> {
    let tls = table.flag("tls").unwrap_or(true);
    let host = host(table);
    let port = port(table).unwrap_or(if tls { 8883 } else { 1883 });
    let login = login(table, environment);
    let topic = topic(
        table,
        "topic",
        &["camera", "kind", "domain", "ward", "id"],
        "streetward/{camera}/events",
    );
    let state_topic = topic_of_states(table);
    let discovery_prefix = table.name("discovery_prefix").map(|prefix| prefix.value);
    Some(MqttConfig {
        host: host?,
        port,
        tls,
        login: login?,
        topic: topic?,
        state_topic: state_topic?,
        discovery_prefix,
    })
}

fn topic_of_states(table: &Table<'_>) -> Option<String> {
    let topic = topic(table, "state_topic", &["camera"], "streetward/{camera}/state")?;
    if !topic.contains("{camera}") {
        // One camera's state would take the place of another's.
        let message = "\"state_topic\" must hold {camera}, each camera's id";
        table.doc().refuse(table.key_span("state_topic"), message);
        return None;
    }
    Some(topic)
}

/// A topic that `{name}` of these may stand in.
fn topic(table: &Table<'_>, key: &str, names: &[&str], usual: &str) -> Option<String> {
    if !table.has(key) {
        return Some(usual.to_owned());
    }
    let At { value, span } = table.string(key, "a topic in quotes")?;
    let mut plain = value.to_owned();
    for name in names {
        plain = plain.replace(&format!("{{{name}}}"), "x");
    }
    let wrong = plain.is_empty()
        || plain.contains(['{', '}', '+', '#', '\0'])
        || plain.starts_with('$')
        || plain.len() > 512;
    if wrong {
        let known: Vec<String> = names.iter().map(|n| format!("{{{n}}}")).collect();
        let message = format!(
            "\"{key}\" must be a topic without + and #, in which {} may stand",
            known.join(", ")
        );
        table.doc().refuse(span, &message);
        return None;
    }
    Some(value.to_owned())
}

fn email(table: &Table<'_>, environment: Environment<'_>) -> Option<EmailConfig> {
    let security = match table.string("security", "\"starttls\", \"tls\" or \"none\"") {
        Some(word) => one_of(table, "security", &word, &SECURITY),
        None => Some(MailSecurity::StartTls),
    };
    let host = host(table);
    let usual = match security {
        Some(MailSecurity::Tls) => 465,
        Some(MailSecurity::Plain) => 25,
        _ => 587,
    };
    let port = port(table).unwrap_or(usual);
    let login = login(table, environment);
    for (key, example) in
        [("from", "from = \"streetward@example.vn\""), ("to", "to = [\"duty@example.vn\"]")]
    {
        if !table.has(key) {
            table.missing(key, example);
        }
    }
    let from = table.string("from", "an address in quotes").and_then(|from| {
        let sound = is_mailbox(from.value);
        if !sound {
            let message = format!("\"{}\" is no e-mail address", from.value);
            table.doc().refuse(from.span, &message);
        }
        sound.then(|| from.value.to_owned())
    });
    let to = texts(table, "to").filter(|to| {
        let wrong = to.iter().find(|one| !is_mailbox(one));
        if let Some(wrong) = wrong {
            table.doc().refuse(table.key_span("to"), &format!("\"{wrong}\" is no e-mail address"));
        } else if to.is_empty() {
            table.doc().refuse(table.key_span("to"), "\"to\" names nobody; give an address");
        }
        wrong.is_none() && !to.is_empty()
    });
    Some(EmailConfig {
        host: host?,
        port,
        security: security?,
        login: login?,
        from: from?,
        to: to?,
    })
}

fn is_mailbox(text: &str) -> bool {
    text.parse::<Mailbox>().is_ok()
}

fn host(table: &Table<'_>) -> Option<String> {
    if !table.has("host") {
        table.missing("host", "host = \"broker.example.vn\"");
    }
    let At { value, span } = table.string("host", "a host's name in quotes")?;
    let sound = !value.is_empty()
        && value.len() <= 253
        && value.chars().all(|c| c.is_ascii_alphanumeric() || "-_.:".contains(c));
    if !sound {
        let mistake = table.doc().mistake(
            span,
            "\"host\" must be a host's name or address alone; user, password and port have keys of their own",
        );
        table.doc().note(mistake.hiding_value());
        return None;
    }
    Some(value.to_owned())
}

fn port(table: &Table<'_>) -> Option<u16> {
    table.integer("port", 1..=65_535, "").and_then(|n| u16::try_from(n.value).ok())
}

/// `Some(None)`: neither user nor password; `None`: a mistake, noted.
fn login(table: &Table<'_>, environment: Environment<'_>) -> Optional<(String, Secret)> {
    let password = secret(table, "password", "password_file", environment);
    if !table.has("user") {
        if table.has("password") || table.has("password_file") {
            table.missing("user", "user = \"streetward\" beside its password");
            return None;
        }
        return Some(None);
    }
    let user = table.label("user");
    if !table.has("password") && !table.has("password_file") {
        table.missing("password", "password = \"${NAME}\", or password_file = \"path\"");
    }
    Some(Some((user?.value, password??)))
}

fn address(table: &Table<'_>, environment: Environment<'_>) -> Option<WebAddress> {
    let At { value, span } = table.string("url", "an address in quotes")?;
    match WebAddress::new(value, environment) {
        Ok(url) => Some(url),
        Err(why) => {
            let mistake = table.doc().mistake(span, &format!("\"url\" {why}"));
            table.doc().note(mistake.hiding_value());
            None
        }
    }
}

/// A secret from the environment or a file. `Some(None)`: not given; `None`: a mistake, noted.
fn secret(
    table: &Table<'_>,
    key: &str,
    file_key: &str,
    environment: Environment<'_>,
) -> Optional<Secret> {
    if table.has(key) && table.has(file_key) {
        let message = format!("give \"{key}\" or \"{file_key}\", not both");
        table.doc().refuse(table.key_span(file_key), &message);
        return None;
    }
    let (read, span) = if table.has(key) {
        let At { value, span } = table.string(key, "a text like \"${NAME}\"")?;
        let read = Secret::written(value, environment).map_err(|why| format!("\"{key}\" {why}"));
        (read, span)
    } else if table.has(file_key) {
        let At { value, span } = table.string(file_key, "a path in quotes")?;
        let read = Secret::of_file(&table.doc().resolve(value));
        (read.map_err(|why| format!("\"{file_key}\" {why}")), span)
    } else {
        return Some(None);
    };
    match read {
        Ok(secret) => Some(Some(secret)),
        Err(why) => {
            let mistake = table.doc().mistake(span, &why);
            table.doc().note(mistake.hiding_value());
            None
        }
    }
}
