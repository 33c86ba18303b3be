//! What a person must see to before, or after, something goes.

use super::inventory::{Inventory, UndecidedRequest};
use super::retention_item::{Item, ItemClass, Why};
use crate::config::StorageConfig;

/// A request that waits for longer than this keeps its evidence without anybody's knowing, days.
const UNDECIDED_DAYS: i64 = 30;

/// What a person must see to, each a sentence; `why`: of each item, whether it goes.
pub(super) fn alarms(
    inventory: &Inventory,
    config: &StorageConfig,
    items: &[&Item],
    why: &[Option<Why>],
    no_room: bool,
) -> Vec<String> {
    let mut alarms = unseen_alarms(items, why);
    alarms.extend(confirmed_alarm(inventory, config, no_room));
    if let Some(first) = inventory.unreadable.first() {
        let many = inventory.unreadable.len();
        alarms.push(format!(
            "{many} things cannot be read and stay, whatever their age; the first: {first}"
        ));
    }
    alarms.extend(undecided_alarm(inventory));
    alarms
}

/// Confirmed evidence stays, so a disk that it fills must be told of well before.
fn confirmed_alarm(inventory: &Inventory, config: &StorageConfig, no_room: bool) -> Option<String> {
    let confirmed = inventory.items.iter().filter(|i| i.class == ItemClass::Confirmed);
    let bytes: u64 = confirmed.map(|i| i.bytes).sum();
    let usable = inventory.total_bytes as f64 - config.keep_free_gigabytes * 1e9;
    let share = 100.0 * bytes as f64 / usable.max(1.0);
    let gigabytes = bytes as f64 / 1e9;
    if no_room {
        return Some(format!(
            "the disk has less room than it must keep, and all that may go is gone; confirmed \
             evidence takes {gigabytes:.1} GB and is never removed for room: move some to an \
             archive, or give the data folder a larger disk, before nothing more can be kept"
        ));
    }
    (share >= f64::from(config.warn_percent)).then(|| {
        format!(
            "confirmed evidence takes {gigabytes:.1} GB, {share:.0} % of what the disk can give \
             it, and is never removed for room: move some to an archive, or give the data \
             folder a larger disk"
        )
    })
}

/// What goes although nobody has looked at it.
fn unseen_alarms(items: &[&Item], why: &[Option<Why>]) -> Vec<String> {
    let unseen = |reasons: &[Why]| {
        let pending = items.iter().zip(why).filter(|(i, _)| i.class == ItemClass::Pending);
        match pending.filter(|(_, why)| why.is_some_and(|why| reasons.contains(&why))).count() {
            0 => None,
            1 => Some("evidence of 1 event goes".to_owned()),
            many => Some(format!("evidence of {many} events goes")),
        }
    };
    let pressed = unseen(&[Why::Room, Why::Quota]).map(|goes| {
        format!(
            "{goes} for want of room before anybody has looked at it: review it, or give the data \
             folder a larger disk"
        )
    });
    let aged = unseen(&[Why::Age]).map(|goes| {
        format!(
            "{goes} as its days are over before anybody has looked at it: review it sooner, or have \
             it kept for longer"
        )
    });
    pressed.into_iter().chain(aged).collect()
}

/// What a request asks for stays until there is a pack, or it is refused: where neither is done, for ever.
fn undecided_alarm(inventory: &Inventory) -> Option<String> {
    let waited = |r: &UndecidedRequest| inventory.now.0.duration_since(r.asked.0).as_hours() / 24;
    let mut long = inventory.undecided.iter().filter(|r| waited(r) >= UNDECIDED_DAYS);
    let oldest = long.next()?;
    let (id, agency, days) = (&oldest.id, &oldest.agency, waited(oldest));
    let requests = match long.count() {
        0 => "1 request for evidence waits".to_owned(),
        more => format!("{} requests for evidence wait", more + 1),
    };
    Some(format!(
        "{requests} for over {UNDECIDED_DAYS} days, the oldest ({id}, {agency}) for {days}: what is \
         asked for stays, whatever its age, until it is refused or there is a pack"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::media::WallTime;
    use jiff::{SignedDuration, Timestamp};

    #[test]
    fn requests_that_nobody_decides_are_told_of_after_a_month() {
        let now = WallTime(Timestamp::from_second(1_790_000_000).unwrap());
        let asked = |days: i64| WallTime(now.0 - SignedDuration::from_hours(24 * days));
        let request = |id: &str, days| UndecidedRequest {
            id: id.to_owned(),
            agency: "Công an Phường 1".to_owned(),
            asked: asked(days),
        };
        let told = |undecided| {
            let inventory = Inventory {
                now,
                free_bytes: 1,
                total_bytes: 1,
                items: vec![],
                unreadable: vec![],
                undecided,
            };
            undecided_alarm(&inventory)
        };
        assert_eq!(told(vec![request("hr-1", 29)]), None);
        let one = told(vec![request("hr-1", 31), request("hr-2", 3)]).unwrap();
        assert!(one.starts_with("1 request for evidence waits for over 30 days"), "{one}");
        assert!(one.contains("(hr-1, Công an Phường 1) for 31"), "{one}");
        let two = told(vec![request("hr-1", 31), request("hr-2", 30)]).unwrap();
        assert!(two.starts_with("2 requests for evidence wait"), "{two}");
    }
}
