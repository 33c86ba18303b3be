//! What all routes share: the site, the stores behind their pools, the news, and who has seen what.

use super::error::ServeError;
use super::guard::Asker;
use super::news::News;
use super::packer::Packer;
use super::pool::Pool;
use super::refusal::Refusal;
use super::seals::Seals;
use super::site_watch::Standing;
use super::terms::ServeTerms;
use super::thumbnail::Thumbnails;
use super::turns::Turns;
use super::view::Views;
use crate::config::Site;
use crate::media::WallTime;
use crate::review::Doorkeeper;
use crate::store::{EventRecord, Store, StoreError};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Handles that answer questions.
const READERS: usize = 4;
/// Handles whose threads read files.
const FILE_READERS: usize = 2;
/// Handles by which sessions are looked up.
const DOORS: usize = 2;
/// Handles by which people sign in and accounts are changed: passwords take their time there, and
/// nobody who is in waits behind those who knock.
const PORCH: usize = 2;
/// Looks at evidence that are remembered as entered.
const SEEN: usize = 20_000;
/// How long a program's look is, which fetches an event's files one after another, seconds. A person's
/// is as long as his session.
const LOOK: i64 = 600;

/// What all routes share.
#[derive(Debug)]
pub struct Desk {
    pub(super) standing: Standing,
    pub(super) data: PathBuf,
    pub(super) reads: Pool,
    pub(super) writes: Pool,
    pub(super) access: Pool,
    pub(super) accounts: Pool,
    pub(super) doorkeeper: Arc<Doorkeeper>,
    pub(super) files: Pool,
    /// One drawing is tried at a time: it judges hours again.
    pub(super) trials: Pool,
    pub(super) thumbnails: Thumbnails,
    pub(super) views: Views,
    pub(super) packer: Packer,
    pub(super) seals: Seals,
    pub(super) news: News,
    pub(super) now: fn() -> WallTime,
    pub(super) secure: bool,
    pub(super) behind_proxy: bool,
    pub(super) answer_within: Duration,
    /// Questions of each user that are answered at once.
    pub(super) questions: Turns,
    /// Files that each user takes at once.
    pub(super) downloads: Turns,
    /// Clients by which each user watches for news.
    pub(super) watchers: Turns,
    seen: Mutex<HashMap<(String, &'static str, String), WallTime>>,
}

impl Desk {
    /// Opens the stores of a data folder that is there and up to this program's schema.
    ///
    /// # Errors
    /// [`ServeError`]: the store, or the system.
    pub fn open(
        site: Arc<Site>,
        data: &Path,
        terms: &ServeTerms,
        now: fn() -> WallTime,
    ) -> Result<Self, ServeError> {
        let patient = |store: Result<Store, StoreError>| {
            store.and_then(|store| store.wait_at_most(terms.database_within).map(|()| store))
        };
        let readers = |n| {
            let stores = (0..n).map(|_| patient(Store::open_read(data)));
            stores.collect::<Result<Vec<_>, _>>()
        };
        let beside = |n| {
            let stores = (0..n).map(|_| patient(Store::open_beside(data)));
            stores.collect::<Result<Vec<_>, _>>()
        };
        Ok(Self {
            reads: Pool::start("serve-store", readers(READERS)?)?,
            files: Pool::start("serve-files", readers(FILE_READERS)?)?,
            trials: Pool::start("serve-trial", readers(1)?)?,
            writes: Pool::start("serve-write", beside(1)?)?,
            access: Pool::start("serve-access", beside(DOORS)?)?,
            accounts: Pool::start("serve-accounts", beside(PORCH)?)?,
            doorkeeper: Arc::new(Doorkeeper::new(terms.sessions)?),
            thumbnails: Thumbnails::of(data),
            views: Views::start(data, now)?,
            packer: Packer::start(&site, data, beside(1)?, now)?,
            seals: Seals::default(),
            news: News::new(terms.watchers),
            secure: terms.secure(),
            behind_proxy: terms.behind_proxy,
            answer_within: terms.answer_within,
            questions: Turns::new(terms.questions_each, terms.turn_within),
            downloads: Turns::new(terms.downloads_each, terms.turn_within),
            watchers: Turns::new(terms.watchers_each, Duration::ZERO),
            seen: Mutex::default(),
            data: data.to_path_buf(),
            standing: Standing::new(site, now()),
            now,
        })
    }

    /// The site is read again, too, when this is raised.
    #[must_use]
    pub fn reread_on(mut self, asked: Arc<AtomicBool>) -> Self {
        self.standing.told_by(asked);
        self
    }

    /// The site as it stands.
    pub(super) fn site(&self) -> Arc<Site> {
        self.standing.site()
    }

    /// The event of that id, if whoever asks may know of it.
    pub(super) async fn event(&self, asker: &Asker, id: String) -> Result<EventRecord, Refusal> {
        let event = self.reads.ask(move |store| Ok(store.event(&id)?)).await?;
        event
            .filter(|e| asker.scope.holds(e.ward.as_deref(), e.domain))
            .ok_or_else(Refusal::not_there)
    }

    /// Enters that somebody looks at an event's evidence: once a session and event, or of a token once
    /// a look, not for every picture. What cannot be entered is not shown.
    pub(super) async fn note_seen(&self, asker: &Asker, event: &str) -> Result<(), Refusal> {
        self.note_look(asker, "evidence_seen", event).await
    }

    /// The same of whatever is looked at, as `action` of the audit trail.
    pub(super) async fn note_look(
        &self,
        asker: &Asker,
        action: &'static str,
        subject: &str,
    ) -> Result<(), Refusal> {
        let who = asker.open.as_ref().map_or(asker.actor.id.as_str(), |open| open.kept());
        let (look, now) = ((who.to_owned(), action, subject.to_owned()), (self.now)());
        let entered = {
            let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            seen.get(&look).is_some_and(|at| {
                asker.open.is_some() || (0..LOOK).contains(&now.0.duration_since(at.0).as_secs())
            })
        };
        if entered {
            return Ok(());
        }
        self.enter(asker, action, subject, serde_json::json!({})).await?;
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() >= SEEN {
            // Forgotten looks are entered again, which is the safe mistake.
            seen.clear();
        }
        seen.insert(look, now);
        Ok(())
    }

    /// Ends what waits for news, so that the server can stop.
    pub(super) fn close(&self) {
        self.news.close();
    }
}
