//! Servers that alerts are sent to in tests, and what fits to them. Each ends what it started.

pub mod broker;
pub mod certificates;
pub mod mail;
pub mod web;

use jiff::{SignedDuration, Timestamp};
use std::fmt::Write as _;
use std::path::Path;
use streetward::alert::{Alerter, Courier, Delivered, News};
use streetward::config::{SinkConfig, load_site, read_site};
use streetward::media::WallTime;
use streetward::store::{EventRecord, Store};

/// A time in the night of the samples, `seconds` later.
pub fn at(seconds: f64) -> WallTime {
    let start: Timestamp = "2026-08-15T07:30:00Z".parse().unwrap();
    WallTime(start + SignedDuration::from_millis((seconds * 1000.0) as i64))
}

/// The sinks of a site file with these tables, written into `folder`.
pub fn sinks(folder: &Path, tables: &str) -> Vec<SinkConfig> {
    site(folder, tables);
    load_site(&folder.join("streetward.toml")).unwrap_or_else(|e| panic!("{e}")).alerts
}

/// What is wrong with these tables.
pub fn refused(folder: &Path, tables: &str) -> String {
    site(folder, tables);
    read_site(&folder.join("streetward.toml")).site.unwrap_err().to_string()
}

/// Writes a site of two cameras with these tables.
pub fn site(folder: &Path, tables: &str) {
    let cameras = folder.join("cameras");
    std::fs::create_dir_all(&cameras).unwrap();
    for id in ["p1-le-loi-01", "p2-cho"] {
        let text = format!(
            "version = 1\nid = \"{id}\"\nname = \"N\"\nward = \"Phường 1\"\nframe_size = [640, 480]\n\
             [[zones]]\nname = \"z\"\npolygon = [[0, 0], [99, 0], [99, 99]]\n\
             [[rules]]\nkind = \"illegal_parking\"\nzone = \"z\"\n"
        );
        std::fs::write(cameras.join(format!("{id}.toml")), text).unwrap();
    }
    let mut text = "version = 1\nname = \"Trà Vinh\"\n".to_owned();
    write!(text, "{tables}").unwrap();
    std::fs::write(folder.join("streetward.toml"), text).unwrap();
}

/// Stores the opening of an incident with its letters.
pub fn open(store: &Store, alerter: &Alerter, event: &EventRecord) {
    let half = EventRecord { complete: false, ..event.clone() };
    store.put_event_with(&half, &alerter.letters(News::Opened(&half))).unwrap();
}

/// Stores its end.
pub fn close(store: &Store, alerter: &Alerter, event: &EventRecord) {
    store.put_event_with(event, &alerter.letters(News::Closed(event))).unwrap();
}

/// Calls a courier whenever it asks to be called, from `from` for at most `seconds`, or until nothing
/// waits. Gives when it ended, and what was done altogether.
pub fn work(
    courier: &mut Courier,
    store: &Store,
    from: WallTime,
    seconds: f64,
) -> (WallTime, Delivered) {
    let end = WallTime(from.0 + SignedDuration::from_millis((seconds * 1000.0) as i64));
    let (mut now, mut sum) = (from, Delivered::default());
    loop {
        let done = courier.deliver_due(store, now).unwrap();
        sum.sent += done.sent;
        sum.failed += done.failed;
        sum.dead += done.dead;
        sum.held += done.held;
        (sum.next_due, sum.trouble) = (done.next_due, done.trouble);
        match done.next_due {
            Some(next) if next.0 <= end.0 => {
                now = WallTime(next.0 + SignedDuration::from_millis(1));
            }
            _ => return (now, sum),
        }
    }
}
