//! An incident whose evidence is not sealed yet, kept so that a crash loses neither.
//!
//! `evidence/.staging/<event id>.case/` holds the incident as it opened (`case.json`), later how it
//! closed (`closed.json`), its packets as they come (`before-…`, `around-…`) and the pictures taken
//! while it went on (`interim-NNN-T.jpg`, T being the media time in microseconds).

use super::context::EvidenceContext;
use super::disk;
use super::error::EvidenceError;
use super::facts::{EventStill, EventTime};
use super::id::EventId;
use super::place::{self, CASE, CASE_FILE, EVIDENCE, STAGING};
use super::seal::{Sealed, seal};
use super::stage::{Staged, stage};
use super::stills;
use crate::media::{Hold, MediaError, MediaTime, PacketRun, Spool, TimeSpan, WallTime};
use crate::rules::{Closing, Incident};
use crate::vision::BBox;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

const CLOSED_FILE: &str = "closed.json";
const BEFORE: &str = "before";
const AROUND: &str = "around";
const INTERIM: &str = "interim-";

/// The versions of a case's record that this program reads and writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum CaseFormat {
    #[serde(rename = "streetward.case/1")]
    V1,
}

/// What outlives a crash besides packets.
#[derive(Debug, Serialize, Deserialize)]
struct CaseRecord {
    format: CaseFormat,
    /// The source as the operator named it.
    source: PathBuf,
    context: EvidenceContext,
    /// As it was when it opened.
    incident: Incident,
    /// The stretch its clip is to cover.
    span: TimeSpan,
    /// When media time 0 of the session happened.
    start: WallTime,
}

/// How an incident ended.
#[derive(Debug, Serialize, Deserialize)]
struct ClosedRecord {
    incident: Incident,
    closing: Closing,
}

/// An incident whose evidence is not sealed yet, with its folder.
pub struct Case {
    id: EventId,
    folder: PathBuf,
    record: CaseRecord,
    closed: Option<ClosedRecord>,
    around: Option<Spool>,
    interim: usize,
}

/// What became of a case that outlived its process.
#[derive(Debug)]
pub enum CaseOutcome {
    /// Its evidence is sealed, now or before.
    Sealed(Box<Sealed>),
    /// There is too little to make evidence of; why, in a sentence.
    Lost(String),
}

impl Case {
    /// Begins a case as its incident opens: its record is on the disk when this returns.
    ///
    /// # Errors
    /// The folder cannot be written, or the disk is full.
    pub fn begin(
        context: &EvidenceContext,
        incident: &Incident,
        source: &Path,
        around: &Hold,
    ) -> Result<Self, EvidenceError> {
        let id = context.event_id(incident);
        let folder = place::case(&context.data, &id);
        let record = CaseRecord {
            format: CaseFormat::V1,
            source: source.to_owned(),
            context: context.clone(),
            incident: incident.clone(),
            span: around.span(),
            start: around.start(),
        };
        disk::create_folder(&folder)?;
        write_json(&folder.join(CASE_FILE), &record)?;
        if let Some(staging) = folder.parent() {
            disk::sync(staging)?;
        }
        let around = Some(Spool::new(&folder, AROUND));
        Ok(Self { id, folder, record, closed: None, around, interim: 0 })
    }

    /// The folders of cases that outlived their process, in order.
    ///
    /// # Errors
    /// The folder of evidence not sealed yet cannot be read.
    pub fn left(data: &Path) -> Result<Vec<PathBuf>, EvidenceError> {
        let staging = data.join(EVIDENCE).join(STAGING);
        let folders = place::names(&staging)?.into_iter().map(|name| staging.join(name));
        Ok(folders.filter(|f| f.extension().is_some_and(|e| e == CASE)).collect())
    }

    /// Whether a case of that event outlived its process.
    pub fn is_left(data: &Path, id: &str) -> bool {
        data.join(EVIDENCE).join(STAGING).join(id).with_extension(CASE).join(CASE_FILE).exists()
    }

    /// Takes up a case that outlived its process.
    ///
    /// # Errors
    /// Its record is missing or damaged.
    pub fn take_up(data: &Path, folder: &Path) -> Result<Self, EvidenceError> {
        let mut record: CaseRecord = read_json(&folder.join(CASE_FILE))?;
        data.clone_into(&mut record.context.data);
        let closed = folder.join(CLOSED_FILE);
        let closed = if closed.exists() { read_json(&closed).ok() } else { None };
        let id = record.context.event_id(&record.incident);
        let interim = place::names(folder)?.iter().filter(|n| n.starts_with(INTERIM)).count();
        Ok(Self { id, folder: folder.to_owned(), record, closed, around: None, interim })
    }

    /// The event's id.
    pub fn id(&self) -> &EventId {
        &self.id
    }

    /// What the incident's camera and session are.
    pub fn context(&self) -> &EvidenceContext {
        &self.record.context
    }

    /// The source as the operator named it.
    pub fn source(&self) -> &Path {
        &self.record.source
    }

    /// The incident as far as it is known, and why it ended: [`Closing::Interrupted`] where that is
    /// not known.
    pub fn last_known(&self) -> (&Incident, Closing) {
        match &self.closed {
            Some(closed) => (&closed.incident, closed.closing),
            None => (&self.record.incident, Closing::Interrupted),
        }
    }

    /// It was seen at it until then, though its record was written before: of one that is taken up.
    pub fn saw_until(&mut self, wall: WallTime, bbox: BBox) {
        if self.closed.is_none() {
            self.record.incident.saw_until(wall, bbox);
        }
    }

    /// Pictures taken while it went on.
    pub fn interim(&self) -> usize {
        self.interim
    }

    /// Writes the packets of its start, kept apart.
    ///
    /// # Errors
    /// The disk is full or refuses.
    pub fn keep_before(&self, before: &PacketRun) -> Result<(), EvidenceError> {
        let mut spool = Spool::new(&self.folder, BEFORE);
        spool.copy(before).and_then(|()| spool.finish()).map_err(|e| self.media(e))
    }

    /// Writes the packets that came since it was last called; whether it has all that will come.
    ///
    /// # Errors
    /// The disk is full or refuses; when it is called again, it begins anew.
    pub fn follow(&mut self, around: &Hold) -> Result<bool, EvidenceError> {
        let ready = around.ready();
        let Some(spool) = &mut self.around else { return Ok(true) };
        let mut done = spool.follow(around);
        if ready && done.is_ok() {
            done = self.around.take().map_or(Ok(()), Spool::finish);
        }
        if done.is_err() {
            self.around = Some(Spool::new(&self.folder, AROUND));
        }
        done.map(|()| ready).map_err(|e| self.media(e))
    }

    /// Notes how it ended, before its evidence is sealed.
    ///
    /// # Errors
    /// The disk is full or refuses.
    pub fn close(&mut self, incident: &Incident, closing: Closing) -> Result<(), EvidenceError> {
        let closed = ClosedRecord { incident: incident.clone(), closing };
        let written = write_json(&self.folder.join(CLOSED_FILE), &closed);
        self.closed = Some(closed);
        written
    }

    /// Takes a picture while it goes on: the first of `now`.
    ///
    /// # Errors
    /// The disk is full or refuses, or the packets give no picture.
    pub fn take_interim(&mut self, now: &PacketRun) -> Result<(), EvidenceError> {
        let Some(at) = now.span().map(|span| span.from) else { return Ok(()) };
        let frame = now.stills(&[at]).map_err(|e| self.media(e))?.swap_remove(0);
        let picture = frame.to_rgb().map_err(|e| self.media(e))?;
        let name = format!("{INTERIM}{:03}-{}.jpg", self.interim + 1, frame.time.0);
        let part = self.folder.join(format!(".{name}"));
        stills::encode(&picture, &part)?;
        disk::rename(&part, &self.folder.join(name))?;
        self.interim += 1;
        Ok(())
    }

    /// Puts the pictures taken while it went on beside the others.
    ///
    /// # Errors
    /// The disk is full or refuses.
    pub fn add_interim(&self, mut staged: Staged) -> Result<Staged, EvidenceError> {
        let Some(work) = &mut staged.work else { return Ok(staged) };
        for name in place::names(&self.folder)? {
            let place = name.strip_prefix(INTERIM).and_then(|n| n.strip_suffix(".jpg"));
            let Some((number, time)) = place.and_then(|p| p.split_once('-')) else { continue };
            let Ok(time) = time.parse().map(MediaTime) else { continue };
            let file = format!("{INTERIM}{number}.jpg");
            disk::link(&self.folder.join(&name), &work.folder.join(&file))?;
            let wall = self.wall(time);
            work.stills.interim.push(EventStill { file, time: EventTime::new(time, wall) });
        }
        Ok(staged)
    }

    /// Pictures and clip made of what is on the disk.
    ///
    /// # Errors
    /// As [`stage`]; [`EvidenceError::NoFootage`] where there is nothing to make them of.
    pub fn stage(&self) -> Result<Staged, EvidenceError> {
        let CaseRecord { context, incident, span, start, .. } = &self.record;
        let read = |stem| {
            PacketRun::from_spool(&self.folder, stem, *span, *start).map_err(|e| self.media(e))
        };
        let (before, around) = (read(BEFORE)?, read(AROUND)?);
        let (before, around) = match (before, around) {
            (before, Some(around)) => (before, around),
            (Some(before), None) => (None, before),
            (None, None) => {
                let (camera, event) = (context.camera.id.clone(), self.id.clone());
                return Err(EvidenceError::NoFootage { camera, event });
            }
        };
        stage(context, incident, before, around)
    }

    /// Finishes a case that outlived its process, from what is on the disk.
    ///
    /// # Errors
    /// The disk is full or refuses: the case stays as it is and can be finished later.
    pub fn recover(&self) -> Result<CaseOutcome, EvidenceError> {
        let (incident, closing) = self.last_known();
        let context = &self.record.context;
        let expected = place::sealed(incident.moment_wall, &self.id);
        if place::find(&context.data, &expected, &self.id)?.is_some() {
            // Sealed, and the process went before that was recorded.
            return match super::seal::already(context, &self.id, incident) {
                Ok(sealed) => Ok(CaseOutcome::Sealed(Box::new(sealed))),
                Err(error) if error.is_fatal() => Err(error),
                Err(error) => Ok(CaseOutcome::Lost(error.to_string())),
            };
        }
        let note = if self.closed.is_some() {
            "The program stopped before this evidence was sealed; it was finished at the next start \
             from the packets kept until then."
        } else {
            "The program stopped while this incident was open; it was finished at the next start \
             from the packets kept until then, and its end was not seen."
        };
        let done = self
            .stage()
            .and_then(|staged| self.add_interim(staged))
            .and_then(|staged| seal(context, staged.noted(note), incident, closing));
        match done {
            Ok(sealed) => Ok(CaseOutcome::Sealed(Box::new(sealed))),
            Err(error) if error.is_fatal() => Err(error),
            Err(error) => Ok(CaseOutcome::Lost(error.to_string())),
        }
    }

    /// Removes it, once its event is sealed and recorded.
    ///
    /// # Errors
    /// The disk refuses.
    pub fn remove(self) -> Result<(), EvidenceError> {
        disk::remove_folder(&place::staging(&self.record.context.data, &self.id))?;
        // Without its record it is no case any more, however far removing gets.
        match std::fs::remove_file(self.folder.join(CASE_FILE)) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                Err(EvidenceError::file("remove", &self.folder, e))
            }
            _ => disk::remove_folder(&self.folder),
        }
    }

    /// When an instant of its session happened.
    fn wall(&self, time: MediaTime) -> WallTime {
        let since = jiff::SignedDuration::from_micros(time.0);
        WallTime(self.record.start.0.checked_add(since).unwrap_or(self.record.start.0))
    }

    fn media(&self, source: MediaError) -> EvidenceError {
        if matches!(source, MediaError::DiskFull { .. }) || disk::is_full(&self.folder) {
            return EvidenceError::DiskFull { path: self.folder.clone(), source: None };
        }
        let camera = self.record.context.camera.id.clone();
        EvidenceError::Media { camera, event: self.id.clone(), source }
    }
}

/// Writes a file whole or not at all, and waits until it is on the disk.
fn write_json<T: Serialize>(path: &Path, value: &T) -> Result<(), EvidenceError> {
    let json = serde_json::to_vec(value)
        .map_err(|source| EvidenceError::Json { path: path.to_owned(), source })?;
    let part = path.with_extension("part");
    disk::write_file(&part, &json)?;
    disk::sync(&part)?;
    disk::rename(&part, path)?;
    path.parent().map_or(Ok(()), disk::sync)
}

fn read_json<T: serde::de::DeserializeOwned>(path: &Path) -> Result<T, EvidenceError> {
    let json = std::fs::read(path).map_err(|e| EvidenceError::file("read", path, e))?;
    serde_json::from_slice(&json)
        .map_err(|source| EvidenceError::Json { path: path.to_owned(), source })
}
