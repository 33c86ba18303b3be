//! The time-stamps of days: got once, and remembered.

use super::database::{Database, query};
use super::error::StoreError;
use super::handle::Store;
use crate::evidence::chain::StampKnown;
use crate::evidence::timestamp::{Authorities, Stamped, stamp_days, stamped_at};
use crate::media::WallTime;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::Path;

const NOTE: &str = "
UPDATE chain_days SET stamped_head = head, stamped_utc_us = $1
WHERE day = $2 AND head = $3 AND stamped_head IS NULL";

impl Store {
    /// Has days of the chain that are over time-stamped, and remembers what was stamped when. Only
    /// who holds the data folder's lock has days stamped.
    ///
    /// # Errors
    /// [`StoreError::Stamp`]: the authority does not answer, or not as it should; what was stamped
    /// before that is kept. The database refuses.
    pub fn stamp_chain(
        &self,
        data: &Path,
        url: &str,
        authorities: &Authorities,
        today: Date,
    ) -> Result<Stamped, StoreError> {
        if !self.writes() {
            return Ok(Stamped::default());
        }
        // What a crash, or an older version, left unknown to the index.
        self.note_stamps(data, authorities)?;
        let known = self.chain_known()?;
        let done = stamp_days(data, url, authorities, today, &known);
        self.note_stamps(data, authorities)?;
        Ok(done?)
    }

    fn note_stamps(&self, data: &Path, authorities: &Authorities) -> Result<(), StoreError> {
        let db = self.database();
        let noted = db.chain_stamps()?;
        for (day, head) in db.chain_heads()? {
            // What is no time-stamp of that head is named by verifying.
            if !noted.contains_key(&day)
                && let Ok(Some(stamp)) = stamped_at(data, day, &head, authorities)
            {
                db.note_stamp(day, &head, stamp.at)?;
            }
        }
        Ok(())
    }
}

impl Database {
    /// The time-stamp of each day that had one.
    pub(super) fn chain_stamps(&self) -> Result<BTreeMap<Date, StampKnown>, StoreError> {
        let rows = self.wait(
            query(
                "SELECT day, stamped_head, stamped_utc_us FROM chain_days
                 WHERE stamped_head IS NOT NULL ORDER BY day",
            )
            .fetch_all(&self.pool),
        )?;
        rows.iter()
            .map(|row| {
                let day: String = self.column(row, "day")?;
                let at = self.wall(row, &day, "stamped_utc_us")?;
                let head = self.column(row, "stamped_head")?;
                Ok((super::chain_table::date(&day)?, StampKnown { head, at }))
            })
            .collect()
    }

    fn note_stamp(&self, day: Date, head: &str, at: WallTime) -> Result<(), StoreError> {
        let note = query(NOTE).bind(at.0.as_microsecond()).bind(day.to_string()).bind(head);
        self.wait(note.execute(&self.pool)).map(drop)
    }
}
