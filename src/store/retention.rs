//! What goes when its time or its room is over: decided from an inventory alone.
//!
//! What is oldest of the least protected goes first: records of observations, which can be made
//! again from footage that is still there; evidence that a person dismissed; evidence that nobody
//! has looked at. Confirmed evidence goes by age alone, and only where the site says so.

use super::inventory::{Inventory, before};
use super::plate_term::PlateTerms;
use super::retention_alarm::alarms;
use super::retention_item::{Item, ItemClass, Why};
use crate::config::StorageConfig;
use crate::media::WallTime;
use serde::Serialize;

/// Something that goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Removal {
    /// What.
    #[serde(flatten)]
    pub item: Item,
    /// Why.
    pub why: Why,
    /// The same as one word, with the term that was over: `age:traffic:confirmed:365`.
    pub rule: String,
}

/// What goes, in order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct RetentionPlan {
    /// When it was made; none: it is empty.
    #[serde(skip)]
    pub at: Option<WallTime>,
    /// What goes, in order.
    pub removals: Vec<Removal>,
    /// States of cameras from before then go; `None`: all are kept.
    pub health_before: Option<WallTime>,
    /// Which plates are forgotten; none: none is.
    #[serde(skip)]
    pub plates: Option<PlateTerms>,
    /// What a person must see to, each a sentence.
    pub alarms: Vec<String>,
}

impl RetentionPlan {
    /// Decides what goes.
    pub fn new(inventory: &Inventory, config: &StorageConfig) -> Self {
        let mut items: Vec<&Item> = inventory.items.iter().collect();
        let order = |item: &Item| (item.class, item.counts_from());
        items.sort_by(|a, b| (order(a), &a.id).cmp(&(order(b), &b.id)));
        let mut why: Vec<Option<Why>> = vec![None; items.len()];
        let before = |days: u32| before(inventory.now, days);

        for (item, why) in items.iter().zip(&mut why) {
            let over = before(item.days(config)).is_some_and(|limit| item.counts_from() < limit);
            if over && inventory.may_go(item) {
                *why = Some(Why::Age);
            }
        }
        let quotas: [(&[ItemClass], f64); 2] = [
            (&[ItemClass::Observations], config.observations_gigabytes),
            (&[ItemClass::Dismissed, ItemClass::Pending], config.unreviewed_gigabytes),
        ];
        for (classes, gigabytes) in quotas {
            let of = |item: &Item| classes.contains(&item.class);
            let left = items.iter().zip(&why).filter(|(i, why)| of(i) && why.is_none());
            let mut bytes: u64 = left.map(|(i, _)| i.bytes).sum();
            let most = if gigabytes > 0.0 { (gigabytes * 1e9) as u64 } else { u64::MAX };
            for (item, why) in items.iter().zip(&mut why) {
                if bytes > most && why.is_none() && of(item) && inventory.may_go(item) {
                    *why = Some(Why::Quota);
                    bytes -= item.bytes;
                }
            }
        }
        let wanted = (config.keep_free_gigabytes * 1e9) as u64;
        let gone = items.iter().zip(&why).filter(|(_, why)| why.is_some());
        let mut free = inventory.free_bytes + gone.map(|(i, _)| i.bytes).sum::<u64>();
        for (item, why) in items.iter().zip(&mut why) {
            let spare = item.class != ItemClass::Confirmed && inventory.may_go(item);
            if free < wanted && why.is_none() && spare {
                *why = Some(Why::Room);
                free += item.bytes;
            }
        }
        let alarms = alarms(inventory, config, &items, &why, free < wanted);
        let removal = |(item, why): (&&Item, Option<Why>)| {
            let (item, why) = ((*item).clone(), why?);
            let rule = item.rule(why, config);
            Some(Removal { item, why, rule })
        };
        let removals = items.iter().zip(why).filter_map(removal).collect();
        let at = Some(inventory.now);
        let plates = Some(PlateTerms::new(inventory.now, config));
        Self { at, removals, health_before: before(config.health_days), plates, alarms }
    }

    /// Bytes that it frees.
    pub fn bytes(&self) -> u64 {
        self.removals.iter().map(|r| r.item.bytes).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Domain;
    use crate::store::inventory::FRESH_SECONDS;
    use proptest::prelude::*;

    const NOW: i64 = 1_790_000_000;
    const MB: u64 = 1_000_000;

    fn item(class: ItemClass, n: usize, days: i64, megabytes: u64) -> Item {
        let at = WallTime(jiff::Timestamp::from_second(NOW - days * 86_400).unwrap());
        Item {
            class,
            id: format!("{n:04}"),
            path: format!("x/{n}").into(),
            at,
            since: at,
            bytes: megabytes * MB,
            domain: None,
            held: false,
        }
    }

    fn inventory(items: Vec<Item>, free_mb: u64) -> Inventory {
        let now = WallTime(jiff::Timestamp::from_second(NOW).unwrap());
        Inventory {
            now,
            free_bytes: free_mb * MB,
            total_bytes: 100_000 * MB,
            items,
            unreadable: vec![],
            undecided: vec![],
        }
    }

    fn config() -> StorageConfig {
        StorageConfig { keep_free_gigabytes: 1.0, ..StorageConfig::default() }
    }

    fn gone(inventory: &Inventory, config: &StorageConfig) -> Vec<(String, Why)> {
        let plan = RetentionPlan::new(inventory, config);
        plan.removals.into_iter().map(|r| (r.item.id, r.why)).collect()
    }

    #[test]
    fn each_class_has_its_days() {
        use ItemClass::{Confirmed, Dismissed, Observations, Pending};
        let items = vec![
            item(Observations, 0, 31, 1),
            item(Observations, 1, 29, 1),
            item(Pending, 2, 91, 1),
            item(Pending, 3, 89, 1),
            item(Dismissed, 4, 91, 1),
            item(Confirmed, 5, 4000, 1),
        ];
        let there = inventory(items, 5000);
        let aged =
            |ids: &[&str]| ids.iter().map(|i| ((*i).to_owned(), Why::Age)).collect::<Vec<_>>();
        assert_eq!(gone(&there, &config()), aged(&["0000", "0004", "0002"]));
        let ever = StorageConfig { unreviewed_days: 0, observations_days: 0, ..config() };
        assert_eq!(gone(&there, &ever), []);
        let short = StorageConfig { confirmed_days: 3650, ..ever };
        assert_eq!(gone(&there, &short), aged(&["0005"]));
    }

    #[test]
    fn terms_of_the_law_hold_for_what_is_confirmed_and_what_is_held_never_goes() {
        let of = |n, days, domain, held| Item {
            domain: Some(domain),
            held,
            ..item(ItemClass::Confirmed, n, days, 1)
        };
        let items = vec![
            of(0, 366, Domain::Traffic, false),
            of(1, 364, Domain::Traffic, false),
            of(2, 366, Domain::Environment, false),
            of(3, 731, Domain::Environment, false),
            of(4, 4000, Domain::Security, false),
            of(5, 4000, Domain::Traffic, true),
            Item { held: true, ..item(ItemClass::Pending, 6, 4000, 1) },
        ];
        let plan = RetentionPlan::new(&inventory(items, 0), &config());
        let gone: Vec<(&str, &str)> =
            plan.removals.iter().map(|r| (r.item.id.as_str(), r.rule.as_str())).collect();
        let wanted =
            [("0003", "age:environment:confirmed:730"), ("0000", "age:traffic:confirmed:365")];
        assert_eq!(gone, wanted, "the disk is full, and what is held stays");
        assert!(plan.alarms.iter().any(|a| a.contains("never removed for room")), "{plan:?}");
    }

    #[test]
    fn what_nobody_had_time_for_stays_however_old_it_is() {
        use ItemClass::{Confirmed, Dismissed, Pending};
        let stored = |class, n, days, ago| Item {
            since: item(class, n, ago, 1).at,
            ..item(class, n, days, 1)
        };
        let items = vec![
            stored(Pending, 0, 400, 89),
            stored(Dismissed, 1, 400, 89),
            stored(Pending, 2, 400, 91),
            stored(Dismissed, 3, 400, 91),
            stored(Confirmed, 4, 400, 0),
            stored(Confirmed, 5, 400, 1),
        ];
        let year = StorageConfig { confirmed_days: 365, ..config() };
        let plan = RetentionPlan::new(&inventory(items, 5000), &year);
        let gone: Vec<&str> = plan.removals.iter().map(|r| r.item.id.as_str()).collect();
        assert_eq!(gone, ["0003", "0002", "0005"]);
        assert!(plan.alarms[0].contains("of 1 event goes as its days are over"), "{plan:?}");
    }

    #[test]
    fn room_is_made_from_the_least_protected_on() {
        use ItemClass::{Confirmed, Dismissed, Observations, Pending};
        let items = vec![
            item(Pending, 0, 50, 300),
            item(Dismissed, 1, 10, 300),
            item(Observations, 2, 5, 300),
            item(Observations, 3, 0, 300),
            item(Confirmed, 4, 80, 300),
        ];
        let ids = |free| -> Vec<String> {
            gone(&inventory(items.clone(), free), &config()).into_iter().map(|g| g.0).collect()
        };
        assert_eq!(ids(1000), [""; 0]);
        assert_eq!(ids(800), ["0002"]);
        assert_eq!(ids(500), ["0002", "0001"]);
        assert_eq!(ids(200), ["0002", "0001", "0000"]);
        let plan = RetentionPlan::new(&inventory(items.clone(), 200), &config());
        assert!(plan.alarms[0].contains("before anybody has looked"), "{:?}", plan.alarms);
        let plan = RetentionPlan::new(&inventory(items, 0), &config());
        assert!(plan.alarms[1].contains("never removed for room"), "{:?}", plan.alarms);
    }

    #[test]
    fn confirmed_evidence_alarms_well_before_it_fills_the_disk() {
        let alarms = |megabytes| {
            let there = inventory(vec![item(ItemClass::Confirmed, 0, 1, megabytes)], 9_000);
            RetentionPlan::new(&there, &config()).alarms
        };
        assert_eq!(alarms(80_000), [""; 0]);
        assert!(alarms(86_000)[0].contains("87 %"), "{:?}", alarms(86_000));
    }

    fn any_item() -> impl Strategy<Value = (ItemClass, i64, i64, u64)> {
        let classes = vec![
            ItemClass::Observations,
            ItemClass::Dismissed,
            ItemClass::Pending,
            ItemClass::Confirmed,
        ];
        (prop::sample::select(classes), 0_i64..400, 0_i64..400, 0_u64..500)
    }

    proptest! {
        #[test]
        fn the_least_protected_and_oldest_go_and_no_more_than_needed(
            items in prop::collection::vec(any_item(), 0..40),
            free in 0_u64..3000,
            days in (0_u32..200, 0_u32..200, 0_u32..200),
            quotas in (0_u32..8, 0_u32..8),
            keep in 0_u32..6,
        ) {
            let stored = |(n, (c, d, since, m)): (usize, &(ItemClass, i64, i64, u64))| {
                Item { since: item(*c, n, *since, *m).at, ..item(*c, n, *d, *m) }
            };
            let items: Vec<Item> = items.iter().enumerate().map(stored).collect();
            let there = inventory(items, free);
            let config = StorageConfig {
                observations_days: days.0,
                unreviewed_days: days.1,
                confirmed_days: days.2,
                observations_gigabytes: f64::from(quotas.0) / 4.0,
                unreviewed_gigabytes: f64::from(quotas.1) / 4.0,
                keep_free_gigabytes: f64::from(keep) / 2.0,
                ..StorageConfig::default()
            };
            let plan = RetentionPlan::new(&there, &config);
            let gone: std::collections::BTreeSet<&str> =
                plan.removals.iter().map(|r| r.item.id.as_str()).collect();
            prop_assert_eq!(gone.len(), plan.removals.len(), "each once");
            let stays = |i: &&Item| !gone.contains(i.id.as_str());
            for r in &plan.removals {
                let latest = r.item.at.max(r.item.since).0;
                prop_assert!(there.now.0.duration_since(latest).as_secs() >= FRESH_SECONDS);
                if r.item.class == ItemClass::Confirmed {
                    prop_assert_eq!(r.why, Why::Age, "never for room");
                }
                // Nothing older of the same class stays where it goes for room or quota.
                if r.why != Why::Age {
                    let older = |i: &&Item| i.class == r.item.class && i.counts_from() < r.item.counts_from();
                    let kept = there.items.iter().filter(stays).filter(older);
                    prop_assert_eq!(kept.filter(|i| there.may_go(i)).count(), 0);
                }
                // For room, nothing less protected stays.
                if r.why == Why::Room {
                    let less = there.items.iter().filter(stays).filter(|i| i.class < r.item.class);
                    prop_assert_eq!(less.filter(|i| there.may_go(i)).count(), 0);
                }
            }
            // No more than needed: without the last that went for room, there was too little.
            let wanted = (config.keep_free_gigabytes * 1e9) as u64;
            let last = plan.removals.iter().filter(|r| r.why == Why::Room);
            if let Some(last) = last.max_by_key(|r| (r.item.class, r.item.counts_from(), r.item.id.clone())) {
                prop_assert!(there.free_bytes + plan.bytes() - last.item.bytes < wanted);
            }
            // Enough: or all that may go is gone, and that is said.
            if there.free_bytes + plan.bytes() < wanted {
                let spare = there.items.iter().filter(stays);
                let spare = spare.filter(|i| i.class != ItemClass::Confirmed && there.may_go(i));
                prop_assert_eq!(spare.count(), 0);
                prop_assert!(!plan.alarms.is_empty());
            }
        }
    }
}
