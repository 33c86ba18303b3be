//! Many events at once, for stores that are made or joined rather than grown.

use super::error::StoreError;
use super::handle::Store;
use super::health::{ServiceTime, StateRecord};
use super::health_table;
use super::record::{EventRecord, Put};
use super::result::EventResult;
use super::result_table;
use super::review::Change;
use super::review_table::change_within;

impl Store {
    /// Stores events, each with what was decided of it, in one transaction: all or nothing, and one
    /// wait for the disk. Neither letters nor entries of the audit trail are made. Returns how many
    /// were new.
    ///
    /// # Errors
    /// The database's; nothing is stored then.
    pub fn put_all(&self, events: &[(EventRecord, Vec<Change>)]) -> Result<u64, StoreError> {
        let db = self.database();
        let (new, linked) = db.wait(async {
            let mut on = db.begin_write().await?;
            let (mut new, mut linked) = (0, Ok(()));
            for (event, changes) in events {
                let (put, link) = db.put_within(&mut on, event, &[]).await?;
                new += u64::from(put == Put::New);
                linked = linked.and(link);
                for change in changes {
                    change_within(&mut on, change, None).await?;
                }
            }
            on.commit().await?;
            Ok((new, linked))
        })?;
        linked.map(|()| new)
    }

    /// Stores changes of cameras' states and times in which the service ran, in one transaction.
    ///
    /// # Errors
    /// The database's; nothing is stored then.
    pub fn put_health(
        &self,
        states: &[StateRecord],
        service: &[ServiceTime],
    ) -> Result<(), StoreError> {
        let db = self.database();
        db.wait(async {
            let mut on = db.begin_write().await?;
            for record in states {
                health_table::put_within(&mut on, record).await?;
            }
            for time in service {
                health_table::ran_within(&mut on, time).await?;
            }
            on.commit().await
        })
    }

    /// Stores what became of events, in one transaction. No entries of the audit trail are made.
    ///
    /// # Errors
    /// The database's; nothing is stored then.
    pub fn put_results(&self, results: &[EventResult]) -> Result<(), StoreError> {
        let db = self.database();
        db.wait(async {
            let mut on = db.begin_write().await?;
            for result in results {
                result_table::put_within(&mut on, result).await?;
            }
            on.commit().await
        })
    }
}
