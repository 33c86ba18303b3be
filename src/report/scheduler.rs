//! Reports that are made by themselves, once each period is over, and told of through the outbox.

use super::figures_of::{FiguresAsked, FiguresError, Period, PeriodError, PeriodKind};
use super::paper::write_whole;
use super::{
    Document, DocumentFormat, Language, Letterhead, PaperError, document_bytes, document_file_name,
    figures_document, template_leaves_out,
};
use crate::alert::{ReportMade, report_letters};
use crate::config::{self, Schedule, ScheduleFormat, SchedulePeriod, Site};
use crate::media::WallTime;
use crate::pipeline::live::Reload;
use crate::store::{ActorKind, NewEntry, Store, StoreError};
use jiff::SignedDuration;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// The folder of scheduled reports in the data folder.
const FOLDER: &str = "reports";
/// A report is made so long after its period's end: what still went on then is stored by that time.
const SETTLED: SignedDuration = SignedDuration::from_hours(1);
/// Periods that are made up for after the service stood still; of more only the last is made.
const MADE_UP_FOR: usize = 31;
/// How often it is looked what is due, and whether to stop.
const EVERY: Duration = Duration::from_mins(1);
const LOOK: Duration = Duration::from_millis(500);

/// Why a report was not made.
#[derive(Debug, thiserror::Error)]
pub enum ScheduleError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file.
    #[error(transparent)]
    Paper(#[from] PaperError),
    /// There is no such period.
    #[error(transparent)]
    Period(#[from] PeriodError),
}

/// Makes reports as a site's `[[report.schedules]]` ask, as they stand in its file: an edit is taken
/// up as the rest of the service takes it up, and a bad one, which the service tells of, is not.
#[derive(Debug)]
pub struct Scheduler {
    site: Site,
    data: PathBuf,
    /// Whether the site was edited since it was read.
    reload: Reload,
    /// Raised when the site is to be read again whatever its files' times say.
    asked: Arc<AtomicBool>,
}

impl Scheduler {
    /// For a site over its data folder. One that asks for no reports yet may do so later.
    pub fn new(site: &Site, data: &Path) -> Self {
        let reload = Reload::new(&site.file, &site.cameras_folder, site.live.reload_seconds);
        Self { site: site.clone(), data: data.to_path_buf(), reload, asked: Arc::default() }
    }

    /// The site is read again, too, when this is raised.
    #[must_use]
    pub fn reread_on(mut self, asked: Arc<AtomicBool>) -> Self {
        self.asked = asked;
        self
    }

    /// Makes what is due, every minute and after each edit of the site, until `stop`.
    ///
    /// # Errors
    /// Only where the store cannot be opened; later ones are told and tried again.
    pub fn run(mut self, stop: &AtomicBool, now: fn() -> WallTime) -> Result<(), StoreError> {
        let store = Store::open_beside(&self.data)?;
        let mut last: Option<Instant> = None;
        while !stop.load(Relaxed) {
            if self.reload.is_due(self.asked.swap(false, Relaxed))
                && let Ok(site) = config::load_site(&self.site.file)
            {
                (self.site, last) = (site, None);
            }
            if last.is_none_or(|l| l.elapsed() >= EVERY) {
                last = Some(Instant::now());
                self.look(&store, now());
            }
            std::thread::sleep(LOOK);
        }
        Ok(())
    }

    /// Makes the reports of each schedule that are due at `now` and were not made before, the oldest
    /// first; how many were made. One that cannot be made is told of, and tried at the next look.
    pub fn look(&self, store: &Store, now: WallTime) -> u32 {
        let mut made = 0;
        for schedule in &self.site.report.schedules {
            match self.make_due(store, schedule, now, &mut made) {
                Ok(()) => {}
                Err(e) => tracing::error!("the report by schedule ({}): {e}", schedule.name()),
            }
        }
        made
    }

    fn make_due(
        &self,
        store: &Store,
        schedule: &Schedule,
        now: WallTime,
        made: &mut u32,
    ) -> Result<(), ScheduleError> {
        for period in due(store, schedule, now)?.into_iter().rev() {
            *made += u32::from(self.make(store, schedule, period, now)?);
        }
        Ok(())
    }

    fn make(
        &self,
        store: &Store,
        schedule: &Schedule,
        period: Period,
        now: WallTime,
    ) -> Result<bool, ScheduleError> {
        let (name, of) = (schedule.name(), period.name());
        let planned = self.site.report.planned_cameras;
        let asked = FiguresAsked::of(period, Some(&self.site), now);
        let asked = asked.told_by(&self.data, planned);
        let document = figures_document(store, &asked).map_err(|FiguresError::Store(e)| e)?;
        let files = self.write(schedule, &document)?;
        let made = ReportMade {
            schedule: name.clone(),
            period: of.clone(),
            title_vi: document.title.vi.clone(),
            title_en: document.title.en.clone(),
            files,
        };
        let letters = report_letters(&schedule.sinks, &made, now);
        let entry = NewEntry {
            at: now,
            actor: "service".to_owned(),
            actor_kind: ActorKind::Service,
            action: "report".to_owned(),
            subject: of.clone(),
            details: json!({ "schedule": name, "files": made.files, "sinks": schedule.sinks }),
            address: None,
        };
        // Files that somebody else has made meanwhile are the same.
        let first = store.report_made((&name, &of), &made.files, &letters, &entry)?;
        if first {
            tracing::info!(schedule = %name, period = %of, "the report was made");
        }
        Ok(first)
    }

    /// Writes the files; where they are, seen from the data folder.
    fn write(
        &self,
        schedule: &Schedule,
        document: &Document,
    ) -> Result<Vec<String>, ScheduleError> {
        let config = &self.site.report;
        let head = Letterhead::of(config);
        let language = match schedule.language {
            config::Language::Vi => Language::Vi,
            config::Language::En => Language::En,
        };
        // All forms are made before one is written: with a bad template nothing is, look after look.
        let mut made = Vec::new();
        for format in &schedule.formats {
            let form = match format {
                ScheduleFormat::Html => DocumentFormat::Html,
                ScheduleFormat::Csv => DocumentFormat::Csv,
                ScheduleFormat::Xlsx => DocumentFormat::Xlsx,
                ScheduleFormat::Docx => DocumentFormat::Docx,
            };
            let name = document_file_name(document, form, language);
            let template = config.template.as_deref();
            if form == DocumentFormat::Docx
                && let Some(left_out) = template_leaves_out(&head, template)?
            {
                tracing::warn!("the report by schedule ({}): {left_out}", schedule.name());
            }
            made.push((document_bytes(document, form, language, &head, template)?, name));
        }
        let folder = self.data.join(FOLDER);
        std::fs::create_dir_all(&folder).map_err(|e| StoreError::from_io(&folder, e))?;
        let mut files = Vec::new();
        for (bytes, name) in made {
            write_whole(&bytes, &folder.join(&name))?;
            files.push(format!("{FOLDER}/{name}"));
        }
        Ok(files)
    }
}

/// The periods that are over and were not told of, the last one first: back to the last that was, so
/// that nothing is left out after the service stood still. Of a new schedule the last one alone.
fn due(store: &Store, schedule: &Schedule, now: WallTime) -> Result<Vec<Period>, ScheduleError> {
    let settled = WallTime(now.0.checked_sub(SETTLED).unwrap_or(now.0));
    let last = Period::last_over(kind(schedule.period), settled)?;
    let (name, mut period, mut due) = (schedule.name(), last, Vec::new());
    // One more is looked for: whether there are more than are made up for.
    while due.len() <= MADE_UP_FOR {
        if store.report_was_made(&name, &period.name())? {
            return Ok(due);
        }
        due.push(period);
        period = period.before();
    }
    due.truncate(1);
    Ok(due)
}

const fn kind(period: SchedulePeriod) -> PeriodKind {
    match period {
        SchedulePeriod::Day => PeriodKind::Day,
        SchedulePeriod::Week => PeriodKind::Week,
        SchedulePeriod::Month => PeriodKind::Month,
        SchedulePeriod::HalfYear => PeriodKind::HalfYear,
        SchedulePeriod::Year => PeriodKind::Year,
    }
}
