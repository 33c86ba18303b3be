//! A sink of alerts: where they go, which of them, and when.

use super::secret::{Secret, WebAddress};
use crate::rules::{Domain, HoursRange, Kind, Severity};
use crate::scene::CameraState;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// A sink of alerts: one `[[alerts]]` of the site file.
#[derive(Debug, Clone, PartialEq)]
pub struct SinkConfig {
    /// Its name, unlike any other's.
    pub name: String,
    /// Where alerts go.
    pub target: Target,
    /// Which of them.
    pub wants: Wants,
    /// The language of texts.
    pub language: Language,
    /// When none go out.
    pub quiet: Option<QuietHours>,
    /// At most so many messages a minute; others wait.
    pub most_per_minute: Option<u32>,
    /// Whether a still goes with the alert of an event.
    pub attach_still: bool,
    /// The longest that one try may take, seconds.
    pub timeout_seconds: f64,
    /// Tried for so long, days; then given up.
    pub give_up_days: f64,
    /// Where a person reviews an event; `{id}` stands for its id.
    pub link: Option<String>,
    /// Certificate authorities to trust in place of the usual ones, PEM.
    pub ca_file: Option<PathBuf>,
}

/// Which news a sink wants; `None`: all.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wants {
    /// Kinds of events.
    pub kinds: Option<Vec<Kind>>,
    /// Domains of events.
    pub domains: Option<Vec<Domain>>,
    /// Severities of events.
    pub severities: Option<Vec<Severity>>,
    /// Cameras, by id.
    pub cameras: Option<Vec<String>>,
    /// Wards that events' cameras stand in.
    pub wards: Option<Vec<String>>,
    /// States that a camera comes into. `None`: blind, offline, and seeing again after them; to an
    /// MQTT broker, all.
    pub camera_states: Option<Vec<CameraState>>,
}

/// A language of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Vietnamese.
    #[default]
    Vi,
    /// English.
    En,
}

/// When a sink is left in peace, local time (+07:00).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuietHours {
    /// The hours.
    pub hours: Vec<HoursRange>,
    /// Whether grave news goes out all the same: events of high severity, cameras offline or blind.
    pub severe_pass: bool,
}

/// Where alerts go.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// A web server, by POST.
    Webhook(WebhookConfig),
    /// An MQTT broker.
    Mqtt(MqttConfig),
    /// A mail server.
    Email(EmailConfig),
    /// A Telegram chat.
    Telegram(TelegramConfig),
}

impl Target {
    /// The words of `kind` in the site file.
    pub const KINDS: [&'static str; 4] = ["webhook", "mqtt", "email", "telegram"];

    /// Its `kind` in the site file.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Webhook(_) => "webhook",
            Self::Mqtt(_) => "mqtt",
            Self::Email(_) => "email",
            Self::Telegram(_) => "telegram",
        }
    }
}

/// A web server that takes alerts by POST.
#[derive(Debug, Clone, PartialEq)]
pub struct WebhookConfig {
    /// Where.
    pub url: WebAddress,
    /// Signs each message (HMAC-SHA256).
    pub key: Option<Secret>,
    /// Sent as `Authorization: Bearer`.
    pub token: Option<Secret>,
}

/// An MQTT broker.
#[derive(Debug, Clone, PartialEq)]
pub struct MqttConfig {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// Whether to speak TLS.
    pub tls: bool,
    /// User and password.
    pub login: Option<(String, Secret)>,
    /// Events' topic; `{camera}`, `{kind}`, `{domain}`, `{ward}` and `{id}` stand for the event's.
    pub topic: String,
    /// Camera states' topic, retained; `{camera}` stands for its id.
    pub state_topic: String,
    /// The prefix under which Home Assistant looks for devices.
    pub discovery_prefix: Option<String>,
}

/// How a mail server is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS after STARTTLS, required.
    StartTls,
    /// TLS from the first byte.
    Tls,
    /// None.
    Plain,
}

/// A mail server and who gets mail.
#[derive(Debug, Clone, PartialEq)]
pub struct EmailConfig {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How it is spoken to.
    pub security: MailSecurity,
    /// User and password.
    pub login: Option<(String, Secret)>,
    /// The sender's address.
    pub from: String,
    /// The receivers' addresses.
    pub to: Vec<String>,
}

/// A Telegram chat.
#[derive(Debug, Clone, PartialEq)]
pub struct TelegramConfig {
    /// The Bot API's server.
    pub url: WebAddress,
    /// The bot's token.
    pub token: Secret,
    /// The chat's id, or `@channel`.
    pub chat: String,
}
