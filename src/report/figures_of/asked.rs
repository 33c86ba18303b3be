//! Which figures are asked for.

use super::period::Period;
use super::planned::Planned;
use crate::config::{Agency, Site, StorageConfig};
use crate::evidence::chain::latest_chain_head;
use crate::media::WallTime;
use crate::store::{QueueFilter, StoreError};
use jiff::SignedDuration;
use std::path::Path;

/// Which figures are asked for.
#[derive(Debug, Clone)]
pub struct FiguresAsked {
    /// Of which days.
    pub period: Period,
    /// Of which incidents; its scope bounds cameras too. Its own times do not count.
    pub filter: QueueFilter,
    /// The site's cameras: id, name, ward; none where no site is known.
    pub cameras: Option<Vec<(String, String, Option<String>)>>,
    /// What the city has planned.
    pub planned: Planned,
    /// What the site is called.
    pub site: Option<String>,
    /// When the report is made.
    pub now: WallTime,
    /// How many days states of cameras are kept; 0: without limit.
    pub health_days: u32,
    /// The last day and head of the chain of evidence, printed so that paper vouches for it.
    pub chain_head: Option<(jiff::civil::Date, String)>,
}

impl FiguresAsked {
    /// Figures of a period of a site, of everything, as of `now`.
    pub fn of(period: Period, site: Option<&Site>, now: WallTime) -> Self {
        let agencies: Vec<Agency> = site.map(|s| s.agencies.clone()).unwrap_or_default();
        Self {
            period,
            filter: QueueFilter { agencies, ..QueueFilter::default() },
            cameras: site.map(|s| {
                let camera =
                    |c: &crate::config::Camera| (c.id.clone(), c.name.clone(), c.ward.clone());
                s.cameras.iter().map(camera).collect()
            }),
            planned: Planned::default(),
            site: site.map(|s| s.name.clone()),
            now,
            health_days: site
                .map_or_else(StorageConfig::default, |s| s.storage.clone())
                .health_days,
            chain_head: None,
        }
    }

    /// With the city's `configured` number of planned cameras, where its configuration says one (else the
    /// register's is told), and the head of the chain of evidence in the data folder.
    #[must_use]
    pub fn told_by(mut self, data: &Path, configured: Option<u32>) -> Self {
        self.planned.cameras = configured.map(u64::from);
        self.chain_head = latest_chain_head(data);
        self
    }

    /// The day before which states of cameras are forgotten, where the period begins before it.
    pub(super) fn forgotten_before(&self) -> Option<jiff::civil::Date> {
        let days = i64::from(self.health_days);
        let kept = self.now.0.checked_sub(SignedDuration::from_hours(24 * days)).ok()?;
        (days > 0 && self.period.times().0.0 < kept).then(|| WallTime(kept).local().date())
    }

    /// Whether all of the city is asked for, and not a part of it.
    pub(super) fn is_whole(&self) -> bool {
        let f = &self.filter;
        f.scope.wards.is_none() && f.wards.is_empty() && f.cameras.is_empty()
    }

    /// Whether a camera that stands in `ward` is within what is asked for.
    pub(super) fn holds_camera(&self, id: &str, ward: Option<&str>) -> bool {
        let f = &self.filter;
        f.scope.holds_ward(ward)
            && (f.wards.is_empty() || ward.is_some_and(|w| f.wards.iter().any(|a| a == w)))
            && (f.cameras.is_empty() || f.cameras.iter().any(|a| a == id))
    }
}

/// Why there are no figures.
#[derive(Debug, thiserror::Error)]
pub enum FiguresError {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}
