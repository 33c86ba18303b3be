//! How long plates are kept that people entered: as long as evidence of their events would be, whether
//! there is any or not.

use super::inventory::{FRESH_SECONDS, before};
use super::protection::Protection;
use super::retention_item::ItemClass;
use crate::config::StorageConfig;
use crate::media::WallTime;
use crate::rules::Domain;

/// Until when plates are kept, as it stands at an instant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlateTerms {
    pub(super) now: WallTime,
    terms: Vec<PlateTerm>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct PlateTerm {
    domain: Domain,
    class: ItemClass,
    /// What counts from before then is over.
    before: WallTime,
}

/// An event with a plate, as far as its time goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Plated {
    pub domain: Domain,
    pub moment: WallTime,
    /// When its evidence was sealed, if that is known.
    pub stored: Option<WallTime>,
    /// When the last of its plates was entered.
    pub entered: Option<WallTime>,
}

impl PlateTerms {
    pub(super) fn new(now: WallTime, config: &StorageConfig) -> Self {
        let mut terms = Vec::new();
        for domain in Domain::ALL {
            for class in [ItemClass::Dismissed, ItemClass::Pending, ItemClass::Confirmed] {
                let before = before(now, class.days(Some(domain), config));
                if let Some(before) = before.filter(|_| !class.keeps_plates()) {
                    terms.push(PlateTerm { domain, class, before });
                }
            }
        }
        Self { now, terms }
    }

    /// No plate of an event from then on is over; none: no plate is.
    pub(super) fn latest(&self) -> Option<WallTime> {
        self.terms.iter().map(|term| term.before).max()
    }

    /// Whether an event's plates are to be forgotten, reckoned as the removal of its evidence is.
    pub(super) fn are_over(&self, event: &Plated, is: &Protection) -> bool {
        let Some(term) =
            self.terms.iter().find(|t| t.domain == event.domain && t.class == is.class)
        else {
            return false;
        };
        let since = is.decided.max(event.stored).unwrap_or(event.moment);
        // Whoever typed one has a day to decide, or to have it kept for a case.
        let latest = event.moment.max(since).max(event.entered.unwrap_or(since));
        let rested = self.now.0.duration_since(latest.0).as_secs() >= FRESH_SECONDS;
        !is.held && rested && is.class.counts_from(event.moment, since) < term.before
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::RetentionTerm;
    use jiff::{SignedDuration, Timestamp};

    /// So many days before now.
    fn ago(days: i64) -> WallTime {
        let now = Timestamp::from_second(1_790_000_000).unwrap();
        WallTime(now - SignedDuration::from_hours(24 * days))
    }

    fn of(domain: Domain, days: i64) -> Plated {
        Plated { domain, moment: ago(days), stored: None, entered: None }
    }

    fn class(class: ItemClass) -> Protection {
        Protection { class, held: false, decided: None }
    }

    #[test]
    fn plates_are_kept_as_long_as_evidence_of_their_class_and_domain() {
        use ItemClass::{Confirmed, Dismissed, Pending};
        let short =
            RetentionTerm { domains: Some(vec![Domain::Security]), statuses: None, days: 7 };
        let config = StorageConfig { retention: vec![short], ..StorageConfig::default() };
        let terms = PlateTerms::new(ago(0), &config);
        assert_eq!(terms.latest(), Some(ago(7)));
        for is in [Dismissed, Pending].map(class) {
            assert!(!terms.are_over(&of(Domain::Traffic, 89), &is));
            assert!(terms.are_over(&of(Domain::Traffic, 91), &is));
            assert!(!terms.are_over(&of(Domain::Security, 6), &is));
            assert!(terms.are_over(&of(Domain::Security, 8), &is));
            assert!(!terms.are_over(&of(Domain::Traffic, 9000), &Protection { held: true, ..is }));
        }
        // As where the evidence of a violation goes.
        assert!(!terms.are_over(&of(Domain::Security, 9000), &class(Confirmed)));
        let ever = StorageConfig { unreviewed_days: 0, retention: vec![], ..config };
        assert_eq!(PlateTerms::new(ago(0), &ever).latest(), None);
    }

    #[test]
    fn days_count_from_the_last_that_anybody_could_do_with_it() {
        let terms = PlateTerms::new(ago(0), &StorageConfig::default());
        let (old, is) = (of(Domain::Traffic, 400), class(ItemClass::Dismissed));
        assert!(terms.are_over(&old, &is));
        assert!(!terms.are_over(&Plated { stored: Some(ago(89)), ..old }, &is));
        assert!(terms.are_over(&Plated { stored: Some(ago(91)), ..old }, &is));
        assert!(!terms.are_over(&old, &Protection { decided: Some(ago(89)), ..is }));
        assert!(terms.are_over(&old, &Protection { decided: Some(ago(91)), ..is }));
        assert!(!terms.are_over(&Plated { entered: Some(ago(0)), ..old }, &is), "just typed");
        assert!(terms.are_over(&Plated { entered: Some(ago(1)), ..old }, &is));
    }
}
