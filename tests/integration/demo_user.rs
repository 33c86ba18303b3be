//! The demo's user, from one run of the demo to the next: how to sign in is always said, and is true.

use crate::users::try_from;
use std::path::Path;
use std::process::Command;
use streetward::review::{Doorkeeper, OwnPassword, SessionTerms};
use streetward::store::Store;

/// What the script says: how to sign in.
fn said(data: &Path, more: &[&str]) -> String {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts/demo-user");
    let done = Command::new(script)
        .args([Path::new(env!("CARGO_BIN_EXE_streetward")), data])
        .args(more)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap()
}

fn password(said: &str) -> &str {
    said.split("password ").nth(1).unwrap().split_whitespace().next().unwrap()
}

#[test]
#[allow(clippy::disallowed_methods)] // The commands take the real clock, and so must this.
fn each_run_of_the_demo_says_how_to_sign_in() {
    let data = tempfile::tempdir().unwrap();
    // What was found by the run before the desk.
    drop(crate::sample::filled(data.path(), 1));
    let first = said(data.path(), &[]);
    let store = Store::open_beside(data.path()).unwrap();
    let keeper = Doorkeeper::new(SessionTerms { hours: 12, idle_minutes: 60 }).unwrap();
    let now = |seconds: i64| {
        let by = jiff::SignedDuration::from_secs(seconds);
        streetward::media::WallTime(jiff::Timestamp::now() + by)
    };
    let enter =
        |password: &str| try_from((&store, &keeper), ("demo", password, None), "192.0.2.7", now(1));
    assert!(!enter(password(&first)).unwrap().user.must_change_password);
    // Again without anything done: another password, and the one before keeps no way in.
    let second = said(data.path(), &[]);
    assert!(enter(password(&first)).is_err());
    assert!(second.contains("asks for one of your own"), "{second}");
    let entrance = enter(password(&second)).unwrap();
    assert!(entrance.user.must_change_password);
    // Whoever uses it chooses one of their own, which the next run leaves alone.
    let open = keeper.session(&store, &entrance.secret, now(2)).unwrap().unwrap();
    let own =
        OwnPassword { current: password(&second), new: "bảy con thuyền ra khơi", totp: None };
    keeper.change_password(&store, &open, &own, None, now(2)).unwrap();
    let third = said(data.path(), &[]);
    assert!(third.contains("the password that you chose") && third.contains("--new-password"));
    enter("bảy con thuyền ra khơi").unwrap();
    // Forgotten: a new one.
    let fourth = said(data.path(), &["--new-password"]);
    assert!(enter("bảy con thuyền ra khơi").is_err());
    assert!(enter(password(&fourth)).unwrap().user.must_change_password);
}
