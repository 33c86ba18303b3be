//! Many events at once, for stores that are made or joined rather than grown.

use super::error::StoreError;
use super::handle::Store;
use super::record::{EventRecord, Put};
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
}
