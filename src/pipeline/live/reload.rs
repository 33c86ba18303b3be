//! Whether the site's files were edited, told by their times and sizes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

/// Looks at a site's files now and then.
#[derive(Debug)]
pub(crate) struct Reload {
    site: PathBuf,
    cameras: PathBuf,
    every: Option<Duration>,
    looked: Instant,
    known: Stamps,
}

type Stamps = BTreeMap<PathBuf, (Option<SystemTime>, u64)>;

impl Reload {
    /// For a site file and its folder of cameras; `every` 0: never by itself.
    pub(crate) fn new(site: &Path, cameras: &Path, every_seconds: f64) -> Self {
        let every = (every_seconds > 0.0).then(|| Duration::from_secs_f64(every_seconds));
        let known = stamps(site, cameras);
        let (site, cameras) = (site.to_owned(), cameras.to_owned());
        Self { site, cameras, every, looked: Instant::now(), known }
    }

    /// Whether it is time to look at the files; looks at none.
    pub(crate) fn might_be_due(&self, asked: bool) -> bool {
        asked || self.every.is_some_and(|every| self.looked.elapsed() >= every)
    }

    /// Whether something was edited since it was last asked; looks at most as often as it should,
    /// unless it is `asked` from outside. A file read half-written is refused by validation, and read
    /// again when the rest is there.
    pub(crate) fn is_due(&mut self, asked: bool) -> bool {
        if !self.might_be_due(asked) {
            return false;
        }
        self.looked = Instant::now();
        let now = stamps(&self.site, &self.cameras);
        let changed = now != self.known;
        self.known = now;
        changed || asked
    }
}

fn stamps(site: &Path, cameras: &Path) -> Stamps {
    let entries = std::fs::read_dir(cameras).into_iter().flatten().flatten().map(|e| e.path());
    let files = entries.filter(|p| p.extension().is_some_and(|e| e == "toml"));
    files
        .chain([site.to_owned()])
        .map(|path| {
            let about = std::fs::metadata(&path).ok();
            let stamp = about.map_or((None, 0), |m| (m.modified().ok(), m.len()));
            (path, stamp)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_is_noticed_once_and_a_request_always() {
        let folder = tempfile::tempdir().unwrap();
        let (site, cameras) = (folder.path().join("s.toml"), folder.path().join("cameras"));
        std::fs::create_dir(&cameras).unwrap();
        std::fs::write(&site, "a").unwrap();
        let mut reload = Reload::new(&site, &cameras, 1e-9);
        assert!(!reload.is_due(false));
        std::fs::write(cameras.join("c.toml"), "x").unwrap();
        assert!(reload.is_due(false));
        assert!(!reload.is_due(false));
        std::fs::write(cameras.join("c.toml"), "xy").unwrap();
        assert!(reload.is_due(false));
        std::fs::remove_file(cameras.join("c.toml")).unwrap();
        assert!(reload.is_due(false));
        assert!(reload.is_due(true));
        let mut never = Reload::new(&site, &cameras, 0.0);
        std::fs::write(&site, "abc").unwrap();
        assert!(!never.is_due(false));
        assert!(never.is_due(true));
    }
}
