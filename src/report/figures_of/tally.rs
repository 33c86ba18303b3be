//! How many incidents stand where.

use crate::store::FigureRow;

/// Incidents by where they stand, as `definition` says of each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Counts {
    pub(super) flagged: u64,
    pub(super) acknowledged: u64,
    pub(super) confirmed: u64,
    pub(super) dismissed: u64,
    pub(super) cannot_tell: u64,
    pub(super) waiting: u64,
    pub(super) handed_over: u64,
    pub(super) handled: u64,
}

impl Counts {
    /// One more.
    pub(super) fn add(&mut self, row: &FigureRow<'_>) {
        self.flagged += 1;
        self.acknowledged += u64::from(row.acknowledged_utc_us.is_some());
        match row.status {
            "confirmed" => {
                self.confirmed += 1;
                // Of what was opened again since, nothing is said.
                self.handed_over += u64::from(row.handed_over_utc_us.is_some());
                self.handled += u64::from(row.result.is_some());
            }
            "dismissed" => self.dismissed += 1,
            "cannot_tell" => self.cannot_tell += 1,
            _ => self.waiting += 1,
        }
    }

    /// Confirmed of those confirmed or dismissed; `None`: they are too few.
    pub(super) fn precision(&self) -> Option<f64> {
        let decided = self.confirmed + self.dismissed;
        (decided >= super::definition::DECIDED).then(|| self.confirmed as f64 / decided as f64)
    }
}
