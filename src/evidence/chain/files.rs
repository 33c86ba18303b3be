//! Where the chain lies: `chain/YYYY/MM/YYYY-MM-DD.json` in the data folder, a time-stamp beside.

use super::super::{disk, place};
use super::day::ChainDay;
use super::error::ChainError;
use jiff::civil::Date;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// The folder of the chain, in the data folder.
pub const CHAIN: &str = "chain";

/// A day's file, relative to the data folder.
pub fn day_file(day: Date) -> PathBuf {
    Path::new(CHAIN)
        .join(format!("{:04}", day.year()))
        .join(format!("{:02}", day.month()))
        .join(format!("{day}.json"))
}

/// A day's time-stamp (RFC 3161), relative to the data folder.
pub fn stamp_file(day: Date) -> PathBuf {
    day_file(day).with_extension("tsr")
}

/// Every day that the chain has a file of, in order.
///
/// # Errors
/// A folder cannot be read.
pub fn chain_days(data: &Path) -> Result<Vec<Date>, ChainError> {
    let list = |folder: &Path| {
        place::names(folder).map_err(|e| ChainError::File {
            action: "read",
            path: folder.to_path_buf(),
            source: io::Error::other(e.to_string()),
        })
    };
    let root = data.join(CHAIN);
    let mut days = Vec::new();
    for year in list(&root)?.iter().filter(|n| place::is_date_part(n, 4)) {
        for month in list(&root.join(year))?.iter().filter(|n| place::is_date_part(n, 2)) {
            for name in list(&root.join(year).join(month))? {
                let day = name.strip_suffix(".json").and_then(|d| d.parse::<Date>().ok());
                days.extend(day.filter(|day| data.join(day_file(*day)).is_file()));
            }
        }
    }
    days.sort_unstable();
    days.dedup();
    Ok(days)
}

/// A day of the chain; `None`: there is no file of it.
///
/// # Errors
/// It cannot be read, or is the file of another day.
pub fn read_day(data: &Path, day: Date) -> Result<Option<ChainDay>, ChainError> {
    let path = data.join(day_file(day));
    let unreadable = |detail: String| Err(ChainError::Unreadable { path: path.clone(), detail });
    match fs::read(&path) {
        Ok(json) => match ChainDay::parse(&json) {
            Ok(read) if read.day == day => Ok(Some(read)),
            Ok(read) => unreadable(format!("it is the file of {}", read.day)),
            Err(e) => unreadable(format!("it is not a day of the chain: {e}")),
        },
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(source) => Err(ChainError::File { action: "read", path, source }),
    }
}

/// Writes a day, whole or not at all.
///
/// # Errors
/// The system refuses.
pub fn write_day(data: &Path, day: &ChainDay) -> Result<(), ChainError> {
    let path = data.join(day_file(day.day));
    let failed = |source| ChainError::File { action: "write", path: path.clone(), source };
    let json = day.to_json().map_err(|e| failed(e.into()))?;
    if let Some(folder) = path.parent() {
        let is_new = !folder.exists();
        fs::create_dir_all(folder).map_err(failed)?;
        if is_new {
            // The names above it must outlive a power cut as the file does.
            disk::sync_up_to(folder, data).map_err(|e| failed(io::Error::other(e.to_string())))?;
        }
    }
    disk::write_whole(&path, &json, 0o644).map_err(failed)
}

/// Removes what a process that was killed left half-written beside the days. Only by who holds the
/// data folder's lock: nobody else writes here.
///
/// # Errors
/// A folder cannot be read, or a file not be removed.
pub fn sweep_chain(data: &Path) -> Result<(), ChainError> {
    let failed =
        |action, path: &Path, source| ChainError::File { action, path: path.to_path_buf(), source };
    let list = |folder: &Path| {
        place::names(folder).map_err(|e| failed("read", folder, io::Error::other(e.to_string())))
    };
    let root = data.join(CHAIN);
    for year in list(&root)?.iter().filter(|n| place::is_date_part(n, 4)) {
        for month in list(&root.join(year))?.iter().filter(|n| place::is_date_part(n, 2)) {
            let folder = root.join(year).join(month);
            for name in list(&folder)?.iter().filter(|n| n.starts_with(disk::HALF_WRITTEN)) {
                let path = folder.join(name);
                fs::remove_file(&path).map_err(|e| failed("remove", &path, e))?;
            }
        }
    }
    Ok(())
}

/// The last day of the chain and its head, as a report prints it; `None` where there is no chain or
/// it cannot be read.
pub fn latest_chain_head(data: &Path) -> Option<(Date, String)> {
    let day = chain_days(data).ok()?.pop()?;
    read_day(data, day).ok()?.map(|read| (day, read.head))
}
