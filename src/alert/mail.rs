//! Letters by e-mail.

use super::attempt::{Attempt, Outcome};
use super::carrier::Carrier;
use super::network;
use super::post::read_ca;
use super::scrub::Scrub;
use crate::config::{EmailConfig, MailSecurity, SinkConfig};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{SmtpTransport, Transport};
use std::time::{Duration, SystemTime};

/// Who is sent to, in sentences.
const WHOM: &str = "the mail server";

/// Sends letters through a mail server, one connection each.
pub(super) struct Mail {
    transport: SmtpTransport,
    from: Mailbox,
    to: Vec<Mailbox>,
    scrub: Scrub,
    timeout_seconds: f64,
}

impl Mail {
    pub(super) fn new(sink: &SinkConfig, config: &EmailConfig) -> Result<Self, String> {
        let mut transport = SmtpTransport::builder_dangerous(&config.host)
            .port(config.port)
            .timeout(Some(Duration::from_secs_f64(sink.timeout_seconds)))
            .tls(security(sink, config)?);
        if let Some((user, password)) = &config.login {
            let login = Credentials::new(user.clone(), password.reveal().to_owned());
            transport = transport.credentials(login);
        }
        let address = |text: &String| {
            text.parse::<Mailbox>().map_err(|_| format!("\"{text}\" is no e-mail address"))
        };
        Ok(Self {
            transport: transport.build(),
            from: address(&config.from)?,
            to: config.to.iter().map(address).collect::<Result<_, _>>()?,
            scrub: Scrub::default().secret(config.login.as_ref().map(|(_, password)| password)),
            timeout_seconds: sink.timeout_seconds,
        })
    }

    fn written(&self, attempt: &Attempt<'_>) -> Result<lettre::Message, String> {
        let id = self.id(attempt);
        let mut message = lettre::Message::builder()
            .from(self.from.clone())
            .subject(&attempt.said.title)
            .message_id(Some(id))
            .date(SystemTime::from(attempt.now.0));
        for to in &self.to {
            message = message.to(to.clone());
        }
        if let Some(first) = attempt.refers_to {
            message = message.in_reply_to(first.to_owned()).references(first.to_owned());
        }
        let text = SinglePart::plain(attempt.said.text.clone());
        let unsound = |e: &dyn std::fmt::Display| {
            format!("the mail cannot be written ({})", self.scrub.clean(&e.to_string()))
        };
        let still = attempt.still.iter().map(|jpeg| ("moment.jpg", jpeg));
        let papers = attempt.papers.iter().map(|(name, bytes)| (name.as_str(), bytes));
        let mut parts: Option<MultiPart> = None;
        for (name, bytes) in still.chain(papers) {
            let kind = ContentType::parse(media_type(name)).map_err(|e| unsound(&e))?;
            let attached = Attachment::new(name.to_owned()).body(bytes.clone(), kind);
            let so_far = parts.unwrap_or_else(|| MultiPart::mixed().singlepart(text.clone()));
            parts = Some(so_far.singlepart(attached));
        }
        let mut message = match parts {
            None => message.singlepart(text),
            Some(parts) => message.multipart(parts),
        }
        .map_err(|e| unsound(&e))?;
        // So that nobody's absence note answers (RFC 3834).
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        message.headers_mut().insert_raw(HeaderValue::new(automatic, "auto-generated".to_owned()));
        Ok(message)
    }

    /// The same for every try, so that mail programs show one mail.
    fn id(&self, attempt: &Attempt<'_>) -> String {
        format!("<{}@{}>", attempt.letter.key, self.from.email.domain())
    }

    fn said(&self, error: &Error) -> Outcome {
        let told = error
            .status()
            .map(|code| format!("{code}"))
            .zip(std::error::Error::source(error))
            .map(|(code, words)| format!("{code} {}", self.scrub.clean(&words.to_string())));
        match (told, error.status().map(u16::from)) {
            // Of these the mail is innocent (RFC 4954, section 6).
            (Some(told), Some(530..=535 | 538)) => {
                Outcome::again(format!("the mail server answered {told}: check user and password"))
            }
            (Some(told), _) if error.is_permanent() => {
                Outcome::refused(format!("the mail server answered {told}"))
            }
            (Some(told), _) => Outcome::again(format!("the mail server answered {told}")),
            _ if error.is_response() => {
                Outcome::again("what answers there is no mail server".to_owned())
            }
            _ => Outcome::again(match network::cause(error) {
                Some(cause) => network::said(cause, WHOM, self.timeout_seconds, &self.scrub),
                None if error.is_timeout() => network::too_late(WHOM, self.timeout_seconds),
                None => format!("{WHOM} cannot be used ({})", self.scrub.clean(&error.to_string())),
            }),
        }
    }
}

impl Carrier for Mail {
    fn carry(&mut self, attempt: &Attempt<'_>) -> Outcome {
        let message = match self.written(attempt) {
            Ok(message) => message,
            Err(why) => return Outcome::refused(why),
        };
        match self.transport.send(&message) {
            Ok(_) => Outcome::Taken { receipt: Some(self.id(attempt)) },
            Err(error) => self.said(&error),
        }
    }
}

/// What mail programs are told that an attachment is.
fn media_type(name: &str) -> &'static str {
    match name.rsplit_once('.').map_or("", |(_, ending)| ending) {
        "jpg" => "image/jpeg",
        "html" => "text/html; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "zip" => "application/zip",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        _ => "application/octet-stream",
    }
}

fn security(sink: &SinkConfig, config: &EmailConfig) -> Result<Tls, String> {
    if config.security == MailSecurity::Plain {
        return Ok(Tls::None);
    }
    let mut tls = TlsParameters::builder(config.host.clone());
    if let Some(path) = &sink.ca_file {
        let certificate = Certificate::from_pem(&read_ca(path)?).map_err(|_| {
            format!("{} holds no certificate in PEM; check ca_file", path.display())
        })?;
        tls = tls.add_root_certificate(certificate);
    }
    let tls = tls.build().map_err(|e| format!("TLS cannot be used here ({e})"))?;
    Ok(if config.security == MailSecurity::Tls { Tls::Wrapper(tls) } else { Tls::Required(tls) })
}
