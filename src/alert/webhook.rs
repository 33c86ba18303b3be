//! Letters by POST to a web server.

use super::attempt::{Attempt, Outcome};
use super::carrier::Carrier;
use super::payload::Payload;
use super::post::Post;
use super::scrub::Scrub;
use crate::config::{Secret, SinkConfig, WebAddress, WebhookConfig};
use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Posts letters as JSON, signed where a key is given.
pub(super) struct Webhook {
    post: Post,
    url: WebAddress,
    key: Option<Secret>,
    token: Option<Secret>,
}

impl Webhook {
    pub(super) fn new(sink: &SinkConfig, config: &WebhookConfig) -> Result<Self, String> {
        let scrub = Scrub::default()
            .secret(config.key.as_ref())
            .secret(config.token.as_ref())
            .address(&config.url);
        Ok(Self {
            post: Post::new(sink.timeout_seconds, sink.ca_file.as_deref(), scrub)?,
            url: config.url.clone(),
            key: config.key.clone(),
            token: config.token.clone(),
        })
    }
}

impl Carrier for Webhook {
    fn carry(&mut self, attempt: &Attempt<'_>) -> Outcome {
        let body = Payload::of(attempt).json();
        let time = attempt.now.0.as_second().to_string();
        let mut headers = vec![
            ("content-type", "application/json; charset=utf-8".to_owned()),
            ("idempotency-key", attempt.letter.key.clone()),
            ("streetward-timestamp", time.clone()),
        ];
        if let Some(key) = &self.key {
            headers.push(("streetward-signature", format!("v1={}", sign(key, &time, &body))));
        }
        if let Some(token) = &self.token {
            headers.push(("authorization", format!("Bearer {}", token.reveal())));
        }
        match self.post.send(self.url.reveal(), &headers, body.as_bytes()) {
            // 409: it has had this key.
            Ok(answer) if matches!(answer.status, 200..300 | 409) => {
                Outcome::Taken { receipt: None }
            }
            Ok(answer) => self.post.judge(&answer, &answer.body),
            Err(why) => Outcome::again(why),
        }
    }
}

/// HMAC-SHA256 over `time`, a dot and the body, hexadecimal.
fn sign(key: &Secret, time: &str, body: &str) -> String {
    // HMAC takes keys of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key.reveal().as_bytes()) else {
        return String::new();
    };
    for part in [time, ".", body] {
        mac.update(part.as_bytes());
    }
    hex::encode(mac.finalize().into_bytes())
}
