//! What all routes share: the site, the stores behind their pools, the news, and the looks.

use super::asker::Asker;
use super::error::ServeError;
use super::looks::Looks;
use super::measured::Measured;
use super::news::News;
use super::packer::Packer;
use super::plate_desk::PlateDesk;
use super::pool::Pool;
use super::refusal::Refusal;
use super::seals::Seals;
use super::standing::Standing;
use super::terms::ServeTerms;
use super::thumbnail::Thumbnails;
use super::turns::Turns;
use super::views::Views;
use crate::config::Site;
use crate::media::WallTime;
use crate::review::Doorkeeper;
use crate::store::{EventRecord, Store, StoreError};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
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
/// How long a question that only reads waits for a database that somebody else holds.
const READ_WITHIN: Duration = Duration::from_secs(2);

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
    /// One plate is read at a time.
    pub(super) plate_pool: Pool,
    pub(super) plates: PlateDesk,
    /// One report is made at a time: it counts years.
    pub(super) reports: Pool,
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
    pub(super) looks: Looks,
    pub(super) measured: Measured,
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
        let patient = |store: Result<Store, StoreError>, within| {
            store.and_then(|store| store.wait_at_most(within).map(|()| store))
        };
        // Nobody who writes keeps readers out: who is kept out is told soon.
        let within = terms.database_within.min(READ_WITHIN);
        let readers = |n| {
            let stores = (0..n).map(|_| patient(Store::open_read(data), within));
            stores.collect::<Result<Vec<_>, _>>()
        };
        let beside = |n| {
            let stores = (0..n).map(|_| patient(Store::open_beside(data), terms.database_within));
            stores.collect::<Result<Vec<_>, _>>()
        };
        Ok(Self {
            reads: Pool::start("serve-store", readers(READERS)?)?,
            files: Pool::start("serve-files", readers(FILE_READERS)?)?,
            trials: Pool::start("serve-trial", readers(1)?)?,
            plate_pool: Pool::start("serve-plates", readers(1)?)?,
            plates: PlateDesk::default(),
            reports: Pool::start("serve-report", readers(1)?)?,
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
            looks: Looks::default(),
            measured: Measured::default(),
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

    /// Ends what waits for news, so that the server can stop.
    pub(super) fn close(&self) {
        self.news.close();
    }
}
