//! Pictures and clip of an incident, as soon as its packets are there.

use super::appearance::Appearance;
use super::clip;
use super::context::EvidenceContext;
use super::disk;
use super::error::EvidenceError;
use super::facts::{EventClip, EventStills};
use super::folder::SealedFolder;
use super::id::EventId;
use super::job::{Job, StagedWork};
use super::place;
use super::stills;
use crate::media::{MissingReason, PacketRun, Reach};
use crate::rules::Incident;

/// An incident whose pictures and clip are written, waiting to be sealed. Dropped without that, its
/// files are left for [`super::sweep`].
#[derive(Debug, Clone)]
pub struct Staged {
    pub(super) id: EventId,
    /// `None`: a whole event of this id is sealed already.
    pub(super) work: Option<StagedWork>,
}

impl Staged {
    /// The event's id.
    pub fn id(&self) -> &EventId {
        &self.id
    }
}

impl Staged {
    /// Says in the record what is not as it should be.
    #[must_use]
    pub fn noted(mut self, note: &str) -> Self {
        if let Some(work) = &mut self.work {
            work.note = Some(note.to_owned());
        }
        self
    }
}

/// Writes pictures and clip of an opened incident into the staging folder. `before` holds packets
/// of its start where those were kept apart; `around` those of its moment. Both are given back on
/// return. Where a whole event of the same id is sealed already, nothing is written.
///
/// The incident is to be given as it was when it opened: what is written then depends on the
/// footage alone, not on how far the judge has come meanwhile.
///
/// # Errors
/// [`EvidenceError::Altered`] when a sealed folder of this id is not what its manifest says;
/// [`EvidenceError::NoFootage`] when there are no packets at all.
pub fn stage(
    ctx: &EvidenceContext,
    incident: &Incident,
    before: Option<PacketRun>,
    around: PacketRun,
) -> Result<Staged, EvidenceError> {
    let id = ctx.event_id(incident);
    let expected = place::sealed(incident.moment_wall, &id);
    if let Some(folder) = place::find(&ctx.data, &expected, &id)?
        && SealedFolder::intact_event(&ctx.data, &folder)?.complete
    {
        return Ok(Staged { id, work: None });
    }
    let folder = place::staging(&ctx.data, &id);
    disk::remove_folder(&folder)?;
    disk::create_folder(&folder)?;
    let job = Job { ctx, incident, id: &id, folder: &folder };
    match fill(&job, before, around) {
        Ok((stills, appearance, clip, broken_off)) => {
            let work =
                Some(StagedWork { folder, stills, clip, appearance, broken_off, note: None });
            Ok(Staged { id, work })
        }
        Err(error) => {
            // The first error is what the user must hear of; sweeping finds what is left.
            let _ = disk::remove_folder(&folder);
            Err(error)
        }
    }
}

fn fill(
    job: &Job<'_>,
    before: Option<PacketRun>,
    around: PacketRun,
) -> Result<(EventStills, Option<Appearance>, EventClip, bool), EvidenceError> {
    let mut before = before.filter(|run| !run.is_empty());
    let around =
        if around.is_empty() { before.take().ok_or_else(|| job.no_footage())? } else { around };
    let (stills, appearance) = stills::write(job, before.as_ref(), &around)?;
    drop(before);
    let clip = clip::write(job, &around)?;
    let lacks = [clip.missing_before, clip.missing_after];
    if lacks.iter().flatten().any(|m| m.reason == MissingReason::NotKept) {
        tracing::warn!(
            camera = %job.ctx.camera.id,
            event = %job.id,
            before_seconds = clip.missing_before.map_or(0.0, |m| m.seconds),
            after_seconds = clip.missing_after.map_or(0.0, |m| m.seconds),
            "the clip is shorter than wanted, as memory did not suffice to keep its footage: \
             give the camera fewer pre_seconds or post_seconds"
        );
    }
    Ok((stills, appearance, clip, around.reach() == Reach::BrokenOff))
}
