//! Letters to an MQTT broker.

use super::attempt::{Attempt, Outcome};
use super::carrier::Carrier;
use super::discovery;
use super::message::Message;
use super::network;
use super::payload::Payload;
use super::post::read_ca;
use super::scrub::Scrub;
use crate::config::{MqttConfig, SinkConfig};
use crate::store::word;
use rumqttc::{
    Client, ClientError, ConnectReturnCode, Connection, ConnectionError, Event, MqttOptions,
    NetworkOptions, Outgoing, Packet, QoS, RecvTimeoutError, TlsConfiguration, Transport,
};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Who is published to, in sentences.
const WHOM: &str = "the broker";
/// Nothing that is sent comes near this, bytes.
const LARGEST: usize = 4 << 20;
/// Messages given to the client before it is driven: letters go one by one.
const QUEUED: usize = 4;
/// The longest that leaving may take.
const FAREWELL: Duration = Duration::from_millis(500);

/// Publishes letters with quality of service 1, each waiting for the broker's acknowledgement. Connected while
/// letters go out, not in between.
pub(super) struct Mqtt {
    config: MqttConfig,
    options: MqttOptions,
    timeout: Duration,
    scrub: Scrub,
    session: Option<Session>,
    /// Cameras that Home Assistant has been told of.
    announced: BTreeSet<String>,
}

struct Session {
    client: Client,
    connection: Connection,
}

impl Mqtt {
    pub(super) fn new(sink: &SinkConfig, config: &MqttConfig) -> Result<Self, String> {
        // Two clients of one name drive each other out, so each process has its own.
        let name = hex::encode(&Sha256::digest(sink.name.as_bytes())[..4]);
        let id = format!("streetward-{name}-{}", std::process::id());
        let timeout = Duration::from_secs_f64(sink.timeout_seconds);
        let mut options = MqttOptions::new(id, &config.host, config.port);
        options.set_max_packet_size(LARGEST, LARGEST);
        options.set_clean_session(true);
        options.set_keep_alive(Duration::from_mins(1));
        if let Some((user, password)) = &config.login {
            options.set_credentials(user, password.reveal());
        }
        if config.tls {
            let tls = tls(sink.ca_file.as_deref())?;
            options.set_transport(Transport::tls_with_config(TlsConfiguration::Rustls(tls)));
        }
        Ok(Self {
            scrub: Scrub::default().secret(config.login.as_ref().map(|(_, password)| password)),
            config: config.clone(),
            options,
            timeout,
            session: None,
            announced: BTreeSet::new(),
        })
    }

    fn try_it(&mut self, attempt: &Attempt<'_>) -> Result<(), String> {
        let until = Instant::now() + self.timeout;
        if self.session.is_none() {
            self.session = Some(self.connect(until)?);
        }
        for (topic, body) in self.announcements(attempt) {
            self.publish(&topic, true, body, until)?;
        }
        if let Some((camera, _)) = camera_of(attempt.message) {
            self.announced.insert(camera.to_owned());
        }
        let (topic, retain) = self.topic(attempt);
        self.publish(&topic, retain, Payload::of(attempt).json(), until)
    }

    fn connect(&self, until: Instant) -> Result<Session, String> {
        let (client, mut connection) = Client::new(self.options.clone(), QUEUED);
        let mut network = NetworkOptions::new();
        network.set_connection_timeout(self.timeout.as_secs().max(1));
        connection.eventloop.set_network_options(network);
        loop {
            if let Event::Incoming(Packet::ConnAck(_)) = self.next(&mut connection, until)? {
                return Ok(Session { client, connection });
            }
        }
    }

    /// Publishes and waits until the broker has it.
    fn publish(
        &mut self,
        topic: &str,
        retain: bool,
        body: String,
        until: Instant,
    ) -> Result<(), String> {
        let Some(mut session) = self.session.take() else {
            return Err("the broker is not connected".to_owned());
        };
        session.client.try_publish(topic, QoS::AtLeastOnce, retain, body).map_err(
            |e: ClientError| {
                format!("the topic or message is not sound ({})", self.scrub.clean(&e.to_string()))
            },
        )?;
        let mut id = None;
        loop {
            match self.next(&mut session.connection, until)? {
                Event::Outgoing(Outgoing::Publish(sent)) => id = Some(sent),
                Event::Incoming(Packet::PubAck(ack)) if Some(ack.pkid) == id => break,
                _ => {}
            }
        }
        // Kept only where all went well: after trouble a new one is made.
        self.session = Some(session);
        Ok(())
    }

    fn next(&self, connection: &mut Connection, until: Instant) -> Result<Event, String> {
        let left = until.saturating_duration_since(Instant::now());
        match connection.recv_timeout(left) {
            Ok(Ok(event)) => Ok(event),
            Ok(Err(error)) => Err(self.said(&error)),
            Err(RecvTimeoutError::Timeout) => Err(self.too_late()),
            Err(RecvTimeoutError::Disconnected) => Err("the broker dropped the connection".into()),
        }
    }

    fn too_late(&self) -> String {
        network::too_late(WHOM, self.timeout.as_secs_f64())
    }

    fn said(&self, error: &ConnectionError) -> String {
        match error {
            ConnectionError::ConnectionRefused(
                ConnectReturnCode::BadUserNamePassword | ConnectReturnCode::NotAuthorized,
            ) => "the broker refuses user or password: check them".to_owned(),
            ConnectionError::ConnectionRefused(code) => {
                format!("the broker refuses the connection ({code:?})")
            }
            ConnectionError::NetworkTimeout | ConnectionError::FlushTimeout => self.too_late(),
            ConnectionError::Io(e) => {
                network::said(e, WHOM, self.timeout.as_secs_f64(), &self.scrub)
            }
            ConnectionError::Tls(e) => {
                format!("no secure connection to the broker ({})", self.scrub.clean(&e.to_string()))
            }
            ConnectionError::MqttState(rumqttc::StateError::Deserialization(_))
            | ConnectionError::NotConnAck(_) => "what answers there is no MQTT broker".to_owned(),
            other => format!(
                "the broker dropped the connection ({})",
                self.scrub.clean(&other.to_string())
            ),
        }
    }

    /// The topic of a letter, and whether the broker keeps it for those who come later.
    fn topic(&self, attempt: &Attempt<'_>) -> (String, bool) {
        match attempt.message {
            Message::Opened { event }
            | Message::Closed { event }
            | Message::Overdue { event, .. } => {
                let topic = self
                    .config
                    .topic
                    .replace("{camera}", &level(&event.camera))
                    .replace("{kind}", event.kind.name())
                    .replace("{domain}", &word(&event.domain))
                    .replace("{ward}", &level(event.ward.as_deref().unwrap_or("-")))
                    .replace("{id}", &level(&event.id));
                (topic, false)
            }
            Message::Camera { camera, .. } => {
                (self.config.state_topic.replace("{camera}", &level(camera)), true)
            }
            Message::OverdueMany { agency, .. } => {
                (format!("streetward/overdue/{}", level(agency)), false)
            }
            Message::Report { .. } => ("streetward/report".to_owned(), false),
            Message::Test => ("streetward/test".to_owned(), false),
        }
    }

    fn announcements(&self, attempt: &Attempt<'_>) -> Vec<(String, String)> {
        let Some(prefix) = &self.config.discovery_prefix else { return Vec::new() };
        match camera_of(attempt.message) {
            Some((camera, name)) if !self.announced.contains(camera) => {
                discovery::of_camera(prefix, &self.config, &level(camera), name)
            }
            _ => Vec::new(),
        }
    }
}

impl Carrier for Mqtt {
    fn carry(&mut self, attempt: &Attempt<'_>) -> Outcome {
        match self.try_it(attempt) {
            Ok(()) => Outcome::Taken { receipt: None },
            Err(why) => {
                self.session = None;
                Outcome::again(why)
            }
        }
    }

    fn rest(&mut self) {
        let Some(Session { client, mut connection }) = self.session.take() else { return };
        if client.try_disconnect().is_err() {
            return;
        }
        let until = Instant::now() + FAREWELL;
        while let Ok(event) = self.next(&mut connection, until) {
            if matches!(event, Event::Outgoing(Outgoing::Disconnect)) {
                break;
            }
        }
    }
}

fn camera_of(message: &Message) -> Option<(&str, &str)> {
    match message {
        Message::Opened { event } | Message::Closed { event } | Message::Overdue { event, .. } => {
            Some((&event.camera, &event.camera_name))
        }
        Message::Camera { camera, name, .. } => Some((camera, name)),
        Message::OverdueMany { .. } | Message::Report { .. } | Message::Test => None,
    }
}

/// A text as one level of a topic.
fn level(text: &str) -> String {
    text.replace(['/', '+', '#', '\0'], "-")
}

/// How to speak TLS: with the usual authorities, or those of a PEM file alone.
///
/// # Errors
/// A clause that says what is wrong with the file.
pub fn tls(ca_file: Option<&Path>) -> Result<Arc<ClientConfig>, String> {
    let mut roots = RootCertStore::empty();
    match ca_file {
        Some(path) => {
            let pem = read_ca(path)?;
            let certificates = CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok);
            if roots.add_parsable_certificates(certificates).0 == 0 {
                return Err(format!(
                    "{} holds no certificate in PEM; check ca_file",
                    path.display()
                ));
            }
        }
        None => roots.roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| format!("TLS cannot be used here ({e})"))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}
