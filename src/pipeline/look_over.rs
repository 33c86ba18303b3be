//! A large database is looked over while the work goes on: reading gigabytes before the first picture
//! would leave a whole city unwatched for as long.

use super::threads::spawn_lasting;
use crate::store::Store;
use std::io;
use std::path::Path;

/// Looks the records in `data` over on a thread of its own, unless opening them has done so, and says
/// what is wrong.
///
/// # Errors
/// The system refuses another thread.
pub fn look_over(data: &Path) -> io::Result<()> {
    let data = data.to_path_buf();
    spawn_lasting("store-check", move || {
        if let Err(error) = Store::look_over(&data) {
            tracing::error!(%error, data = %data.display(), "the records may be damaged");
        }
    })
}
