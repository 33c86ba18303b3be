//! Who has looked at what: entered into the audit trail before it is shown.
//!
//! Whoever opens an event or one of its files is entered as `evidence_seen` of that event, once a
//! session. A list with small pictures is one look, not fifty: it is entered as `list_seen` when its
//! first picture is fetched, with the question that was asked and every event that it shows; one that was
//! asked for by a plate is entered whatever it shows, plate and all: it was a question about somebody, and
//! who asked it is what the trail is for. So an auditor finds who was shown an event, by its own entry or in a list's, and can tell a glance over a
//! list from opening the evidence.

use super::asker::Asker;
use super::desk::Desk;
use super::looks::{LISTENERS, LISTS, Look, Shown, hold, who};
use super::refusal::Refusal;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

/// A picture this wide, in pixels, is one of a list; a wider one is evidence looked at.
const SMALL: u32 = 320;

const EVIDENCE: &str = "evidence_seen";
const LIST: &str = "list_seen";

impl Desk {
    /// Enters that somebody looks at an event's evidence: once a session and event, or of a token once
    /// a look, not for every picture. What cannot be entered is not shown.
    pub(super) async fn note_seen(&self, asker: &Asker, event: &str) -> Result<(), Refusal> {
        self.note_look(asker, EVIDENCE, event).await
    }

    /// The same of whatever is looked at, as `action` of the audit trail.
    pub(super) async fn note_look(
        &self,
        asker: &Asker,
        action: &'static str,
        subject: &str,
    ) -> Result<(), Refusal> {
        let (look, now) = ((who(asker).to_owned(), action, subject.to_owned()), (self.now)());
        if self.looks.has(asker, &look, now) {
            return Ok(());
        }
        self.enter(asker, action, subject, json!({})).await?;
        self.looks.remember([look], now);
        Ok(())
    }

    /// Remembers a list of events as it is shown, with what was asked for. Nothing is entered until a
    /// picture of it is fetched.
    pub(super) fn note_list(&self, asker: &Asker, asked: Value, events: Vec<String>) {
        if events.is_empty() {
            return;
        }
        let mut lists = hold(&self.looks.lists);
        let who = who(asker);
        if lists.len() >= LISTENERS && !lists.contains_key(who) {
            // Their pictures are entered one by one until a list is shown again.
            lists.clear();
        }
        let lists = lists.entry(who.to_owned()).or_default();
        if lists.len() >= LISTS {
            lists.pop_front();
        }
        lists.push_back(Shown { asked, events });
    }

    /// Enters that events were asked for by a plate, found or not: once a session and question, and what
    /// further pages of it show with the page that shows it. A page shows so many events at most, and
    /// each is entered once, so that a question makes no more entries than it finds.
    pub(super) async fn note_plate(
        &self,
        asker: &Asker,
        mut asked: Value,
        mut events: Vec<String>,
    ) -> Result<(), Refusal> {
        if let Value::Object(question) = &mut asked {
            question.retain(|key, _| !matches!(key.as_str(), "cursor" | "limit"));
        }
        // A question is long, and remembered with each event.
        let digest = hex::encode(Sha256::digest(asked.to_string()));
        let question = (who(asker).to_owned(), LIST, digest);
        let found = |event: &str| {
            let (who, list, digest) = &question;
            (who.clone(), *list, format!("{digest} {event}"))
        };
        let looks = &self.looks;
        let _entering = looks.entering.lock().await;
        let now = (self.now)();
        if looks.has(asker, &question, now) {
            events.retain(|event| !looks.has(asker, &found(event), now));
            if events.is_empty() {
                return Ok(());
            }
        }
        let details = json!({ "asked": asked, "events": events });
        self.enter(asker, LIST, "events", details).await?;
        let listed = events.iter().map(|event| (who(asker).to_owned(), LIST, event.clone()));
        let entered: Vec<Look> =
            listed.chain(events.iter().map(|e| found(e))).chain([question.clone()]).collect();
        looks.remember(entered, now);
        Ok(())
    }

    /// Enters that somebody sees a still in this width: a small one as part of the list that showed
    /// it, any other as evidence.
    pub(super) async fn note_still(
        &self,
        asker: &Asker,
        event: &str,
        width: u32,
    ) -> Result<(), Refusal> {
        let looks = &self.looks;
        let look = |action, event: &str| (who(asker).to_owned(), action, event.to_owned());
        if width > SMALL || looks.has(asker, &look(EVIDENCE, event), (self.now)()) {
            return self.note_seen(asker, event).await;
        }
        let entering = looks.entering.lock().await;
        let now = (self.now)();
        if looks.has(asker, &look(LIST, event), now) {
            return Ok(());
        }
        let Some(Shown { asked, mut events }) = looks.list_of(who(asker), event) else {
            drop(entering);
            return self.note_seen(asker, event).await;
        };
        events.retain(|e| !looks.has(asker, &look(LIST, e), now));
        let details = json!({ "asked": asked, "events": events });
        self.enter(asker, LIST, "events", details).await?;
        looks.remember(events.iter().map(|e| look(LIST, e)), now);
        Ok(())
    }
}
