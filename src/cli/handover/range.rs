//! The range of a request.

use crate::cli::choice::one_of;
use crate::cli::instant::{end_instant, first_instant};
use crate::handover::Range;
use crate::media::WallTime;
use crate::rules::{Domain, Kind};
use crate::store::RequestedRange;
use clap::Args;

/// Which events, where a request does not name them one by one.
#[derive(Debug, Args)]
pub(super) struct RangeArgs {
    /// All confirmed events that started at this time or later: 2026-08-15, 2026-08-15T14:30
    #[arg(long, value_name = "TIME", value_parser = first_instant, requires = "to")]
    from: Option<WallTime>,
    /// And before this time; a date alone includes that whole day
    #[arg(long, value_name = "TIME", value_parser = end_instant, requires = "from")]
    to: Option<WallTime>,
    /// Of these only this camera's (its id)
    #[arg(long, value_name = "ID", requires = "from")]
    camera: Option<String>,
    /// Of these only this kind
    #[arg(long, value_parser = one_of::<Kind, _>(Kind::ALL.map(Kind::name)), requires = "from")]
    kind: Option<Kind>,
    /// Of these only this ward
    #[arg(long, value_name = "NAME", requires = "from")]
    ward: Option<String>,
    /// Of these only this domain
    #[arg(long, value_parser = one_of::<Domain, _>(Domain::ALL.map(Domain::name)), requires = "from")]
    domain: Option<Domain>,
}

impl RangeArgs {
    pub(super) fn range(&self) -> Option<Range> {
        Some(Range {
            from: self.from?,
            to: self.to?,
            camera: self.camera.clone(),
            kind: self.kind,
            ward: self.ward.clone(),
            domain: self.domain,
        })
    }
}

/// What of a range is not in the request, a line each.
pub(super) fn left_out(range: &RequestedRange) -> String {
    let lines = [
        ("Under review still", range.undecided),
        ("Confirmed, but their evidence was removed", range.without_evidence),
    ];
    let left = lines.into_iter().filter(|(_, many)| *many > 0);
    left.map(|(why, many)| format!("{why}, and left out: {many}.\n")).collect::<Vec<_>>().concat()
}
