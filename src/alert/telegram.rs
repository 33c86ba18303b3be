//! Letters to a Telegram chat (<https://core.telegram.org/bots/api>).

use super::attempt::{Attempt, Outcome};
use super::carrier::Carrier;
use super::post::{Answer, Post};
use super::scrub::Scrub;
use super::wording::Said;
use crate::config::{SinkConfig, TelegramConfig};
use askama::Template;
use jiff::SignedDuration;
use serde::Deserialize;
use serde_json::json;

/// Characters of a message, and of a picture's caption, at most, less some room.
const LONGEST_TEXT: usize = 4000;
const LONGEST_CAPTION: usize = 1000;
/// The last lines of a text say what to do and where the evidence is: they stay.
const LAST_LINES: usize = 4;

/// Sends letters by a bot.
pub(super) struct Telegram {
    post: Post,
    config: TelegramConfig,
}

/// Escaped as the bot's HTML wants it.
#[derive(Template)]
#[template(path = "telegram.html")]
struct Page<'a> {
    title: &'a str,
    text: &'a str,
}

/// The Bot API's answer.
#[derive(Debug, Deserialize)]
struct Reply {
    ok: bool,
    #[serde(default)]
    description: String,
    parameters: Option<Parameters>,
    result: Option<Sent>,
}

#[derive(Debug, Deserialize)]
struct Parameters {
    retry_after: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Sent {
    message_id: i64,
}

impl Telegram {
    pub(super) fn new(sink: &SinkConfig, config: &TelegramConfig) -> Result<Self, String> {
        let scrub = Scrub::default().secret(Some(&config.token)).address(&config.url);
        Ok(Self {
            post: Post::new(sink.timeout_seconds, sink.ca_file.as_deref(), scrub)?,
            config: config.clone(),
        })
    }

    fn message(&self, attempt: &Attempt<'_>) -> Outcome {
        let mut body = json!({
            "chat_id": self.config.chat,
            "text": page(&attempt.said, LONGEST_TEXT),
            "parse_mode": "HTML",
            "link_preview_options": { "is_disabled": true },
        });
        if let Some(reply) = reply_to(attempt) {
            body["reply_parameters"] = reply;
        }
        let kind = "application/json".to_owned();
        self.call("sendMessage", kind, body.to_string().as_bytes())
    }

    fn photo(&self, attempt: &Attempt<'_>, jpeg: &[u8]) -> Outcome {
        let boundary = format!("streetward-{}", attempt.letter.key);
        let mut form = Form { boundary: &boundary, body: Vec::with_capacity(jpeg.len() + 4096) };
        form.field("chat_id", &self.config.chat);
        form.field("parse_mode", "HTML");
        form.field("caption", &page(&attempt.said, LONGEST_CAPTION));
        if let Some(reply) = reply_to(attempt) {
            form.field("reply_parameters", &reply.to_string());
        }
        form.jpeg("photo", jpeg);
        let kind = format!("multipart/form-data; boundary={boundary}");
        self.call("sendPhoto", kind, &form.end())
    }

    fn call(&self, method: &str, kind: String, body: &[u8]) -> Outcome {
        let base = self.config.url.reveal().trim_end_matches('/');
        let url = format!("{base}/bot{}/{method}", self.config.token.reveal());
        match self.post.send(&url, &[("content-type", kind)], body) {
            Ok(answer) => self.judge(&answer),
            Err(why) => Outcome::again(why),
        }
    }

    fn judge(&self, answer: &Answer) -> Outcome {
        let Ok(reply) = serde_json::from_str::<Reply>(&answer.body) else {
            return Outcome::again(format!(
                "what answers there ({}) is not Telegram's Bot API",
                answer.status
            ));
        };
        if reply.ok {
            let receipt = reply.result.map(|sent| sent.message_id.to_string());
            return Outcome::Taken { receipt };
        }
        // An unknown token is answered with 404 or 401: no fault of the letter.
        if answer.status == 404 {
            return Outcome::again("Telegram does not know the bot: check its token");
        }
        let asked = reply.parameters.and_then(|p| p.retry_after);
        match self.post.judge(answer, &reply.description) {
            Outcome::Again { why, after } => Outcome::Again {
                why,
                after: asked.map(|s| SignedDuration::from_secs(s.clamp(0, 3600))).or(after),
            },
            other => other,
        }
    }
}

impl Carrier for Telegram {
    fn carry(&mut self, attempt: &Attempt<'_>) -> Outcome {
        match &attempt.still {
            // A picture it will not have must not cost the message.
            Some(jpeg) => match self.photo(attempt, jpeg) {
                Outcome::Refused { .. } => self.message(attempt),
                other => other,
            },
            None => self.message(attempt),
        }
    }
}

/// The first message of the incident, to answer.
fn reply_to(attempt: &Attempt<'_>) -> Option<serde_json::Value> {
    let id: i64 = attempt.refers_to?.parse().ok()?;
    Some(json!({ "message_id": id, "allow_sending_without_reply": true }))
}

fn page(said: &Said, longest: usize) -> String {
    let text = fit(&said.text, longest.saturating_sub(said.title.chars().count()));
    Page { title: &said.title, text: &text }.render().unwrap_or_default()
}

/// The text without its longest lines, the last ones kept, so that it is no longer than it may be.
fn fit(text: &str, longest: usize) -> String {
    let mut lines: Vec<&str> = text.lines().collect();
    let length = |lines: &[&str]| lines.iter().map(|l| l.chars().count() + 1).sum::<usize>();
    while length(&lines) > longest && lines.len() > LAST_LINES {
        let middle = &lines[..lines.len() - LAST_LINES];
        let Some(at) = (0..middle.len()).max_by_key(|&i| middle[i].len()) else { break };
        lines.remove(at);
    }
    lines.join("\n").chars().take(longest).collect()
}

/// `multipart/form-data` (RFC 7578).
struct Form<'a> {
    boundary: &'a str,
    body: Vec<u8>,
}

impl Form<'_> {
    fn field(&mut self, name: &str, value: &str) {
        let head = format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n",
            self.boundary
        );
        self.body.extend_from_slice(head.as_bytes());
    }

    fn jpeg(&mut self, name: &str, jpeg: &[u8]) {
        let head = format!(
            "--{}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"moment.jpg\"\r\n\
             Content-Type: image/jpeg\r\n\r\n",
            self.boundary
        );
        self.body.extend_from_slice(head.as_bytes());
        self.body.extend_from_slice(jpeg);
        self.body.extend_from_slice(b"\r\n");
    }

    fn end(mut self) -> Vec<u8> {
        self.body.extend_from_slice(format!("--{}--\r\n", self.boundary).as_bytes());
        self.body
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_lose_their_longest_lines_and_keep_the_last() {
        let long = "x".repeat(300);
        let text = format!("first\n{long}\nsecond\ndo this\nlink\nfolder\nid");
        assert_eq!(fit(&text, 100), "first\nsecond\ndo this\nlink\nfolder\nid");
        assert_eq!(fit(&text, 4000), text);
        assert!(fit(&long.repeat(9), 100).chars().count() <= 100);
    }

    #[test]
    fn names_cannot_break_the_markup() {
        let said =
            Said { title: "a <b> & \"c\"".into(), text: "</b>".into(), link: None, detail: None };
        let page = page(&said, 1000);
        assert_eq!(page.matches("<b>").count(), 1, "{page}");
        assert_eq!(page.matches("</b>").count(), 1, "{page}");
        assert!(page.contains("&#60;/b&#62;"), "{page}");
    }
}
