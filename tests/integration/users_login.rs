//! Letting people in: one answer for all that is wrong, slowly for those who guess, codes used once.

use crate::users::{COMMAND, OTHER, PASSWORD, add, at, house, login, session, try_from};
use streetward::review::{
    AccessError, LoginRefusal, Role, TotpProof, disable_user, reset_totp, unlock_user,
};
use streetward::store::{AuditFilter, Store};

#[test]
fn wrong_name_and_wrong_password_are_one_answer_and_like_work() {
    let (_data, store, keeper) = house();
    add(&store, "an", Role::Reviewer);
    add(&store, "binh", Role::Reviewer);
    disable_user(&store, &COMMAND, "binh", at(0)).unwrap();
    let spent = |name: &str, address: &str| {
        let clock = || rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        let mut least = u128::MAX;
        for n in 0..3 {
            let before = clock();
            let told =
                try_from((&store, &keeper), (name, OTHER, None), address, at(n)).unwrap_err();
            let after = clock();
            assert!(matches!(told, LoginRefusal::WrongCredentials), "{name}: {told}");
            let nanoseconds = i128::from(after.tv_sec - before.tv_sec) * 1_000_000_000
                + i128::from(after.tv_nsec - before.tv_nsec);
            least = least.min(nanoseconds as u128);
        }
        least
    };
    let known = spent("an", "192.0.2.1");
    for (name, address) in
        [("nobody", "192.0.2.2"), ("binh", "192.0.2.3"), ("khôngtên!", "192.0.2.4")]
    {
        let other = spent(name, address);
        let ratio = known.max(other) as f64 / known.min(other) as f64;
        assert!(ratio < 3.0, "{name}: {other} ns against {known} ns");
    }
    // What was typed as a name may be a password: it is not kept.
    let all = AuditFilter { action: Some("login_failed".into()), limit: 100, ..Default::default() };
    let entries = store.audit_entries(&all).unwrap();
    assert_eq!(entries.len(), 12);
    assert!(entries.iter().all(|e| e.actor == "unknown"));
    assert!(
        !format!("{entries:?}").contains("nobody") && !format!("{entries:?}").contains("khôngtên")
    );
}

#[test]
fn guessing_waits_by_name_and_network_over_a_restart_and_right_passwords_wait_too() {
    let (data, store, keeper) = house();
    add(&store, "an", Role::Reviewer);
    // From addresses of one network: it counts with the name. One that nobody bears is told the same.
    for name in ["an", "nobody"] {
        for n in 0..5 {
            let address = format!("192.0.2.{n}");
            let told = try_from((&store, &keeper), (name, "x", None), &address, at(n)).unwrap_err();
            assert!(matches!(told, LoginRefusal::WrongCredentials), "{told}");
        }
    }
    drop((store, keeper));
    let store = Store::open(data.path()).unwrap();
    let keeper = crate::users::keeper();
    let house = (&store, &keeper);
    for name in ["an", "nobody"] {
        let told = login(house, name, PASSWORD, at(10)).unwrap_err();
        let LoginRefusal::Locked { retry_after_seconds } = told else { panic!("{told}") };
        assert_eq!(retry_after_seconds, 24, "{name}");
    }
    assert!(matches!(login(house, "an", "x", at(34)), Err(LoginRefusal::WrongCredentials)));
    assert!(matches!(
        login(house, "an", PASSWORD, at(34)),
        Err(LoginRefusal::Locked { retry_after_seconds: 60 })
    ));
    login(house, "an", PASSWORD, at(94)).unwrap();
    // And is forgiven: five more.
    for n in 0..4 {
        assert!(matches!(login(house, "an", "x", at(95 + n)), Err(LoginRefusal::WrongCredentials)));
    }
    login(house, "an", PASSWORD, at(99)).unwrap();
    for n in 0..5 {
        drop(login(house, "an", "x", at(100 + n)));
    }
    assert!(matches!(login(house, "an", PASSWORD, at(105)), Err(LoginRefusal::Locked { .. })));
    unlock_user(&store, &COMMAND, "an", at(106)).unwrap();
    login(house, "an", PASSWORD, at(106)).unwrap();
}

#[test]
fn guessing_many_names_waits_by_address() {
    let (_data, store, keeper) = house();
    add(&store, "an", Role::Reviewer);
    let house = (&store, &keeper);
    for n in 0..20 {
        let name = format!("name{n}");
        let told = try_from(house, (&name, "x", None), "2001:db8::1", at(0)).unwrap_err();
        assert!(matches!(told, LoginRefusal::WrongCredentials), "{n}: {told}");
    }
    let told = try_from(house, ("an", PASSWORD, None), "2001:db8::2", at(1)).unwrap_err();
    assert!(matches!(told, LoginRefusal::Locked { retry_after_seconds: 29 }), "{told}");
    try_from(house, ("an", PASSWORD, None), "2001:db8:1::1", at(1)).unwrap();
}

#[test]
fn one_time_codes_are_needed_used_once_and_tell_a_wrong_clock() {
    let (_data, store, keeper) = house();
    let house = (&store, &keeper);
    add(&store, "an", Role::Reviewer);
    let (_, open) = session(house, "an", at(0));
    let (_, elsewhere) = session(house, "an", at(0));
    let confirm = |code: &str, now: i64| {
        let proof = TotpProof { password: PASSWORD, code, present_code: None };
        keeper.confirm_totp(&store, &open, &proof, None, at(now))
    };
    assert!(matches!(confirm("123456", 0), Err(AccessError::NoTotpBegun)));
    let begin = |password: &str| keeper.begin_totp(&store, &open, password, None, at(0));
    assert!(matches!(begin(OTHER), Err(AccessError::WrongPassword)));
    let first = begin(PASSWORD).unwrap();
    let offer = begin(PASSWORD).unwrap();
    assert_ne!(first.secret, offer.secret, "a new one each time");
    assert!(offer.url.starts_with("otpauth://totp/Streetward:an?secret="), "{}", offer.url);
    assert!(offer.url.contains(&offer.secret));
    let authenticator = totp_rs::TOTP::from_url(&offer.url).unwrap();
    let code = |seconds: i64| authenticator.generate(at(seconds).0.as_second() as u64);
    // Not yet: the first code makes it so.
    login(house, "an", PASSWORD, at(1)).unwrap();
    assert!(matches!(confirm(&code(300), 2), Err(AccessError::WrongCode)));
    let renewed = confirm(&code(2), 2).unwrap();
    assert!(keeper.session(&store, &renewed, at(2)).unwrap().is_some());
    assert!(!keeper.goes_on(&store, &open, at(2)).unwrap(), "under another secret");
    let rows = store.sessions_of(&open.user.id).unwrap();
    assert_eq!(rows.len(), 1, "the others have ended");
    assert_ne!(elsewhere.user.version, 0);

    let with = |code: &str, now: i64| {
        try_from(house, ("an", PASSWORD, Some(code)), "192.0.2.9", at(now)).map(|_| ())
    };
    assert!(matches!(with(&code(2), 5), Err(LoginRefusal::WrongCode)), "used to confirm");
    with(&code(60), 60).unwrap();
    assert!(matches!(with(&code(60), 61), Err(LoginRefusal::WrongCode)), "used");
    assert!(matches!(with(&code(30), 62), Err(LoginRefusal::WrongCode)), "an earlier one");
    // A clock that is set back a little makes nobody wait.
    with(&code(90), 61).unwrap();
    with(&code(120), 149).unwrap();
    assert!(matches!(with(&code(480), 300), Err(LoginRefusal::ClockOff { minutes: 3 })));
    assert!(matches!(with(&code(210), 330), Err(LoginRefusal::ClockOff { minutes: -2 })));
    with(&code(330), 330).unwrap();
    // Asking for the code is no failure, and forgives none.
    for n in 0..8 {
        let told = login(house, "an", PASSWORD, at(400 + n)).unwrap_err();
        assert!(matches!(told, LoginRefusal::TotpNeeded), "{told}");
    }
    for n in 0..5 {
        assert!(matches!(with("000000", 500 + 2 * n), Err(LoginRefusal::WrongCode)));
        let told = login(house, "an", PASSWORD, at(501 + 2 * n)).unwrap_err();
        assert_eq!(matches!(told, LoginRefusal::TotpNeeded), n < 4, "{n}: {told}");
    }
    assert!(matches!(with(&code(520), 520), Err(LoginRefusal::Locked { .. })));
    assert!(reset_totp(&store, &COMMAND, "an", at(600)).unwrap());
    assert!(store.sessions_of(&open.user.id).unwrap().is_empty());
    login(house, "an", PASSWORD, at(601)).unwrap();
    assert!(!reset_totp(&store, &COMMAND, "an", at(602)).unwrap());
}
