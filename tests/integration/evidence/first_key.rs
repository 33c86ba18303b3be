//! What is older than the first key is excused, whenever work goes on after it was made.

use super::chaining::{Chained, on};
use std::process::Command;
use streetward::evidence::chain::{chain_days, read_day};
use streetward::store::Store;

#[test]
fn what_is_older_than_the_first_key_is_entered_with_it() {
    for beside in [false, true] {
        let mut chained = Chained::without_keys();
        chained.event("old");
        // As a service does, and as who makes a pack beside it does.
        let open = if beside { Store::open_beside } else { Store::open };
        let store = open(chained.data()).unwrap();
        assert!(store.begin_keys(chained.data(), on(15)).unwrap().is_some());
        assert!(store.begin_keys(chained.data(), on(15)).unwrap().is_none());
        drop(store);
        chained.event("new");
        assert_eq!(chained.extend(16).unwrap(), 1, "the other is entered already");
        let (found, json) = chained.found();
        assert_eq!((found, &json["unsigned"]), (vec![], &1.into()), "{json:#}");
    }
}

#[test]
fn where_nothing_is_older_the_chain_begins_with_the_first_event() {
    let mut chained = Chained::without_keys();
    let store = Store::open(chained.data()).unwrap();
    store.begin_keys(chained.data(), on(15)).unwrap().unwrap();
    drop(store);
    assert_eq!(chain_days(chained.data()).unwrap(), []);
    chained.event("new");
    assert_eq!(chained.extend(16).unwrap(), 1);
    assert_eq!(chained.found().0, []);
}

#[test]
fn a_key_made_by_hand_takes_up_what_is_older() {
    let mut chained = Chained::without_keys();
    let old = chained.event("old").0;
    let data = chained.data().to_owned();
    let mut made = Command::new(env!("CARGO_BIN_EXE_streetward"));
    let made = made.args(["keys", "new", "--data"]).arg(&data).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let days = chain_days(&data).unwrap();
    let entered = read_day(&data, days[0]).unwrap().unwrap();
    assert_eq!((days.len(), entered.entries[0].event.as_str()), (1, old.as_str()));
    assert!(entered.signature.is_some());
    assert_eq!(chained.found().0, []);
}
