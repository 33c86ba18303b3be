//! Listens to what controllers say that their traffic lights show now.
//!
//! A controller's word is JSON: `{"state": "red", "since": "2026-08-15T06:00:00+07:00"}`.

use super::pulse::Pulse;
use crate::config::{FeedAddress, FeedConfig, WebAddress};
use crate::media::WallTime;
use crate::scene::SignalState;
use rumqttc::{
    Client, Event, MqttOptions, Packet, QoS, RecvTimeoutError, TlsConfiguration, Transport,
};
use serde::Deserialize;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How often a web server is asked.
const ASK_EVERY: Duration = Duration::from_millis(500);
/// The longest that it may take to answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(2);
/// How long to wait after trouble.
const AGAIN_AFTER: Duration = Duration::from_secs(2);
/// How soon a stop, or silence, is noticed.
const NOTICE: Duration = Duration::from_millis(100);
/// No word is longer, bytes.
const LONGEST: u64 = 4096;

#[derive(Deserialize)]
struct Word {
    state: SignalState,
    since: String,
}

/// What is heard of one controller.
struct Hearing<'a> {
    config: &'a FeedConfig,
    pulse: &'a Pulse,
    heard: Option<Instant>,
    troubled: bool,
}

/// Listens to one controller until `stop`, whatever happens to it. Blocks; give it a thread. What it
/// said is unknown once nothing was heard for the feed's `stale_seconds`, and after the end.
pub fn listen(config: &FeedConfig, stop: &AtomicBool) {
    listen_watched(config, stop, &Pulse::default());
}

/// The same, while somebody watches its `pulse`.
pub(super) fn listen_watched(config: &FeedConfig, stop: &AtomicBool, pulse: &Pulse) {
    let mut hearing = Hearing { config, pulse, heard: None, troubled: false };
    match &config.address {
        FeedAddress::Web(address) => hearing.ask(address, stop),
        FeedAddress::Mqtt { .. } => hearing.subscribe(stop),
    }
    config.feed.fall_silent();
}

impl Hearing<'_> {
    fn ask(&mut self, address: &WebAddress, stop: &AtomicBool) {
        let agent = ureq::Agent::config_builder()
            .timeout_global(Some(ANSWER_WITHIN))
            .max_redirects(0)
            .build()
            .new_agent();
        while !stop.load(Ordering::Relaxed) {
            let answer = self.pulse.beat(|| {
                agent.get(address.reveal()).call().and_then(|mut answer| {
                    answer.body_mut().with_config().limit(LONGEST).read_to_string()
                })
            });
            // What was said long ago, to one that was given up meanwhile, counts no more.
            if stop.load(Ordering::Relaxed) {
                return;
            }
            match answer {
                Ok(text) => self.word(text.as_bytes()),
                // Errors may hold the address, and with it secrets.
                Err(ureq::Error::StatusCode(status)) => self.trouble(&format!("answers {status}")),
                Err(_) => self.trouble("does not answer"),
            }
            self.pause(ASK_EVERY, stop);
        }
    }

    fn subscribe(&mut self, stop: &AtomicBool) {
        let FeedAddress::Mqtt { host, port, tls, login, topic } = &self.config.address else {
            return;
        };
        let id = format!("streetward-{}-{:08x}", std::process::id(), fastrand::u32(..));
        let mut options = MqttOptions::new(id, host, *port);
        options.set_keep_alive(Duration::from_secs(10));
        if let Some((user, password)) = login {
            options.set_credentials(user, password.reveal());
        }
        if *tls {
            match crate::alert::tls(None) {
                Ok(config) => {
                    let config = TlsConfiguration::Rustls(config);
                    options.set_transport(Transport::tls_with_config(config));
                }
                Err(why) => return self.trouble(&why),
            }
        }
        let (client, mut connection) = Client::new(options, 4);
        while !stop.load(Ordering::Relaxed) {
            match self.pulse.beat(|| connection.recv_timeout(NOTICE)) {
                _ if stop.load(Ordering::Relaxed) => return,
                Ok(Ok(Event::Incoming(Packet::ConnAck(_)))) => {
                    if client.try_subscribe(topic, QoS::AtLeastOnce).is_err() {
                        self.trouble("does not take the topic");
                    }
                }
                Ok(Ok(Event::Incoming(Packet::Publish(said)))) => self.word(&said.payload),
                Ok(Ok(_)) => {}
                Err(RecvTimeoutError::Timeout) => self.mind_silence(),
                Ok(Err(_)) | Err(RecvTimeoutError::Disconnected) => {
                    self.trouble("cannot be reached");
                    self.pause(AGAIN_AFTER, stop);
                }
            }
        }
    }

    fn word(&mut self, bytes: &[u8]) {
        let word = serde_json::from_slice::<Word>(bytes).ok();
        let said = word.and_then(|w| Some((w.state, WallTime::parse(&w.since).ok()?)));
        let Some((state, since)) = said else {
            return self.trouble(
                "says what cannot be understood; it must say {\"state\": \"red\", \"since\": \"2026-08-15T06:00:00+07:00\"}",
            );
        };
        self.config.feed.say(state, since);
        self.heard = Some(Instant::now());
        if std::mem::take(&mut self.troubled) {
            tracing::info!("the controller of signal \"{}\" speaks again", self.config.signal);
        }
    }

    /// Told once, until it speaks again.
    fn trouble(&mut self, what: &str) {
        if !std::mem::replace(&mut self.troubled, true) {
            tracing::warn!(
                "the controller of signal \"{}\" {what}; after {} s without its word only the lamp in the picture counts",
                self.config.signal,
                self.config.stale_seconds
            );
        }
        self.mind_silence();
    }

    fn mind_silence(&mut self) {
        let stale = Duration::from_secs_f64(self.config.stale_seconds);
        if self.heard.is_some_and(|heard| heard.elapsed() > stale) {
            self.heard = None;
            self.config.feed.fall_silent();
        }
    }

    fn pause(&mut self, length: Duration, stop: &AtomicBool) {
        let until = Instant::now() + length;
        while Instant::now() < until && !stop.load(Ordering::Relaxed) {
            std::thread::sleep(NOTICE);
            self.mind_silence();
        }
    }
}
