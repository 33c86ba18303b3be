//! Nobody acts as somebody else, and nobody keeps another out.

use crate::users::{COMMAND, OTHER, PASSWORD, actions, add, at, house, login, session, try_from};
use streetward::review::{
    AccessError, Doer, Doorkeeper, LoginRefusal, NewToken, OpenSession, OwnPassword, Permission,
    Permissions, Role, Scope, TotpProof, UserEdit, edit_user, make_token, reset_totp, set_password,
    unlock_user,
};
use streetward::store::Store;

type House<'a> = (&'a Store, &'a Doorkeeper);

/// Gives a user one-time codes; what shows them.
fn codes(house: House<'_>, open: &OpenSession, now: i64) -> totp_rs::TOTP {
    let (store, keeper) = house;
    let offer = keeper.begin_totp(store, open, PASSWORD, None, at(now)).unwrap();
    let shown = totp_rs::TOTP::from_url(&offer.url).unwrap();
    let code = shown.generate(at(now).0.as_second() as u64);
    let proof = TotpProof { password: PASSWORD, code: &code, present_code: None };
    keeper.confirm_totp(store, open, &proof, None, at(now)).unwrap();
    shown
}

fn token(house: House<'_>, open: &OpenSession) -> String {
    let new = NewToken {
        name: "báo cáo".into(),
        permissions: Permissions::of(&[Permission::SeeEvents]),
        scope: Scope::default(),
        expires: at(9 * 86_400),
    };
    make_token(house.0, open, &new, None, at(0)).unwrap().secret
}

#[test]
fn a_password_set_by_another_lets_in_once_within_a_day_and_ends_all_else() {
    let (_data, store, keeper) = house();
    let house = (&store, &keeper);
    add(&store, "admin", Role::Administrator);
    add(&store, "an", Role::Reviewer);
    let (_, admin) = session(house, "admin", at(0));
    let by = Doer::Person { actor: &admin.actor, address: None };
    let (secret, open) = session(house, "an", at(0));
    let program = token(house, &open);
    set_password(&store, &by, "an", OTHER, at(10)).unwrap();
    assert!(keeper.session(&store, &secret, at(11)).unwrap().is_none());
    assert!(keeper.token(&store, &program, at(11)).unwrap().is_none(), "tokens end too");

    let entrance = login(house, "an", OTHER, at(12)).unwrap();
    assert!(entrance.user.must_change_password);
    assert_eq!(entrance.user.reset_by.as_ref(), Some(&admin.user.id));
    let named = keeper.reset_by(&store, &entrance.user).unwrap().unwrap();
    assert!(named.contains("Ông admin") && named.contains("(admin)"), "{named}");
    assert!(matches!(login(house, "an", OTHER, at(13)), Err(LoginRefusal::PasswordOver)));
    let open = keeper.session(&store, &entrance.secret, at(14)).unwrap().unwrap();
    let change = |open: &OpenSession, current: &str, new: &str| {
        let change = OwnPassword { current, new, totp: None };
        keeper.change_password(&store, open, &change, None, at(20))
    };
    assert!(matches!(change(&open, OTHER, OTHER), Err(AccessError::SamePassword)));
    let own = change(&open, OTHER, "sáu quả dừa trên cây").unwrap();
    let user = keeper.session(&store, &own, at(21)).unwrap().unwrap().user;
    assert_eq!((user.must_change_password, user.reset_by, user.reset_at), (false, None, None));
    // His own lets in as often as he likes, and his own tokens end with it as well.
    for _ in 0..2 {
        login(house, "an", "sáu quả dừa trên cây", at(22)).unwrap();
    }
    let open = keeper.session(&store, &own, at(22)).unwrap().unwrap();
    let program = token(house, &open);
    change(&open, "sáu quả dừa trên cây", PASSWORD).unwrap();
    assert!(keeper.token(&store, &program, at(23)).unwrap().is_none());

    // A day later it is over.
    set_password(&store, &by, "an", OTHER, at(100)).unwrap();
    let late = at(100 + 86_400);
    assert!(matches!(login(house, "an", OTHER, late), Err(LoginRefusal::PasswordOver)));
    assert!(matches!(login(house, "an", "x", late), Err(LoginRefusal::WrongCredentials)));
    assert!(store.verify_audit(None).unwrap().broken.is_none());
}

#[test]
fn password_and_codes_take_two_administrators() {
    let (_data, store, keeper) = house();
    let house = (&store, &keeper);
    for name in ["one", "two"] {
        add(&store, name, Role::Administrator);
    }
    add(&store, "an", Role::Reviewer);
    add(&store, "binh", Role::Reviewer);
    let (_, one) = session(house, "one", at(0));
    let (_, two) = session(house, "two", at(0));
    let by_one = Doer::Person { actor: &one.actor, address: None };
    let by_two = Doer::Person { actor: &two.actor, address: None };
    let (_, open) = session(house, "an", at(0));
    let shown = codes(house, &open, 0);
    let code = |seconds: i64| shown.generate(at(seconds).0.as_second() as u64);

    // A password leaves the codes alone.
    set_password(&store, &by_one, "an", OTHER, at(60)).unwrap();
    assert!(matches!(login(house, "an", OTHER, at(61)), Err(LoginRefusal::TotpNeeded)));
    let told = reset_totp(&store, &by_one, "an", at(62)).unwrap_err();
    assert!(matches!(told, AccessError::AnotherAdministrator), "{told}");
    try_from(house, ("an", OTHER, Some(&code(90))), "192.0.2.7", at(90)).unwrap();
    // Another one may, and then may not set the password, however long he waits.
    assert!(reset_totp(&store, &by_two, "an", at(100)).unwrap());
    for now in [101, 100 + 2 * 86_400] {
        let told = set_password(&store, &by_two, "an", PASSWORD, at(now)).unwrap_err();
        assert!(matches!(told, AccessError::AnotherAdministrator), "{told}");
    }
    // Both in one breath, neither.
    let (_, open) = session(house, "binh", at(0));
    codes(house, &open, 0);
    let both = UserEdit { password: Some(OTHER.into()), totp_reset: true, ..UserEdit::default() };
    let before = store.user_named("binh").unwrap().unwrap();
    let told = edit_user(&store, &by_one, "binh", &both, at(200)).unwrap_err();
    assert!(matches!(told, AccessError::AnotherAdministrator), "{told}");
    assert!(store.user_named("binh").unwrap().unwrap() == before);
    // The machine is the last resort, and the trail says so.
    edit_user(&store, &COMMAND, "binh", &both, at(201)).unwrap();
    let user = login(house, "binh", OTHER, at(202)).unwrap().user;
    assert_eq!(user.reset_by.as_deref(), Some("uid 1000"));
    assert!(actions(&store).ends_with(&[
        "user_password_set".into(),
        "user_totp_reset".into(),
        "login".into()
    ]));
}

#[test]
fn ones_own_codes_change_by_password_and_present_code_alone() {
    let (_data, store, keeper) = house();
    let house = (&store, &keeper);
    add(&store, "an", Role::Reviewer);
    add(&store, "admin", Role::Administrator);
    let (_, open) = session(house, "an", at(0));
    let first = codes(house, &open, 0);
    let code = |of: &totp_rs::TOTP, seconds: i64| of.generate(at(seconds).0.as_second() as u64);
    let enter = |now: i64| {
        let known = code(&first, now);
        let secret = try_from(house, ("an", PASSWORD, Some(&known)), "192.0.2.7", at(now));
        let secret = secret.unwrap().secret;
        (keeper.session(&store, &secret, at(now)).unwrap().unwrap(), secret)
    };
    let (open, secret) = enter(60);
    let begin = |password: &str| keeper.begin_totp(&store, &open, password, None, at(61));
    assert!(matches!(begin(OTHER), Err(AccessError::WrongPassword)));
    let offer = begin(PASSWORD).unwrap();
    let second = totp_rs::TOTP::from_url(&offer.url).unwrap();
    let confirm = |password: &str, present_code: Option<&str>, now: i64| {
        let fresh = code(&second, now);
        let proof = TotpProof { password, code: &fresh, present_code };
        keeper.confirm_totp(&store, &open, &proof, None, at(now))
    };
    assert!(matches!(confirm(PASSWORD, None, 90), Err(AccessError::TotpNeeded)));
    assert!(matches!(confirm(OTHER, Some(&code(&first, 90)), 90), Err(AccessError::WrongPassword)));
    assert!(matches!(confirm(PASSWORD, Some("000000"), 90), Err(AccessError::WrongCode)));
    let used = code(&first, 60);
    assert!(matches!(confirm(PASSWORD, Some(&used), 91), Err(AccessError::WrongCode)), "used");
    let renewed = confirm(PASSWORD, Some(&code(&first, 92)), 92).unwrap();
    assert!(keeper.session(&store, &secret, at(93)).unwrap().is_none(), "the secret is rotated");
    let open = keeper.session(&store, &renewed, at(93)).unwrap().unwrap();
    assert!(matches!(
        try_from(house, ("an", PASSWORD, Some(&code(&first, 150))), "192.0.2.7", at(150)),
        Err(LoginRefusal::WrongCode)
    ));
    // A password change asks for a code as well.
    let change = |totp: Option<&str>, now: i64| {
        let change = OwnPassword { current: PASSWORD, new: OTHER, totp };
        keeper.change_password(&store, &open, &change, None, at(now))
    };
    assert!(matches!(change(None, 180), Err(AccessError::TotpNeeded)));
    let renewed = change(Some(&code(&second, 180)), 180).unwrap();
    let open = keeper.session(&store, &renewed, at(181)).unwrap().unwrap();
    // And so does doing without, where the role may.
    let drop = |password: &str, code: &str, now: i64| {
        keeper.drop_totp(&store, &open, (password, code), None, at(now))
    };
    assert!(matches!(drop(OTHER, "000000", 240), Err(AccessError::WrongCode)));
    // The fifth that was wrong makes even what is right wait.
    assert!(matches!(drop(OTHER, &code(&second, 240), 240), Err(AccessError::Locked(30))));
    drop(OTHER, &code(&second, 270), 270).unwrap();
    login(house, "an", OTHER, at(271)).unwrap();
    let (_, admin) = session(house, "admin", at(0));
    codes(house, &admin, 0);
    let told = keeper.drop_totp(&store, &admin, (PASSWORD, "000000"), None, at(300)).unwrap_err();
    assert!(matches!(told, AccessError::CodesKept), "{told}");
}

#[test]
fn nobody_keeps_another_out_by_wrong_passwords() {
    let (data, store, keeper) = house();
    let house = (&store, &keeper);
    add(&store, "an", Role::Reviewer);
    let from = |address: &str, password: &str, now: i64| {
        try_from(house, ("an", password, None), address, at(now)).map(drop)
    };
    from("192.0.2.7", PASSWORD, 0).unwrap();
    // A stranger's network is soon kept waiting, and the bearer's is not.
    for n in 0..5 {
        assert!(matches!(from("198.51.100.4", "x", n), Err(LoginRefusal::WrongCredentials)));
    }
    assert!(matches!(from("198.51.100.99", PASSWORD, 5), Err(LoginRefusal::Locked { .. })));
    from("192.0.2.200", PASSWORD, 5).unwrap();
    // From ever new networks: strange ones wait for each other, over a restart too; the bearer's do not.
    for n in 0..15 {
        let address = format!("203.0.{n}.1");
        assert!(matches!(from(&address, "x", 6), Err(LoginRefusal::WrongCredentials)), "{n}");
    }
    let told = from("2001:db8::1", PASSWORD, 7).unwrap_err();
    assert!(matches!(told, LoginRefusal::Locked { retry_after_seconds: 29 }), "{told}");
    let store = Store::open_beside(data.path()).unwrap();
    let keeper = crate::users::keeper();
    let house = (&store, &keeper);
    let from = |address: &str, password: &str, now: i64| {
        try_from(house, ("an", password, None), address, at(now)).map(drop)
    };
    for n in 0..4 {
        assert!(matches!(from("192.0.2.9", "x", 8 + n), Err(LoginRefusal::WrongCredentials)));
    }
    from("192.0.2.9", PASSWORD, 12).unwrap();
    assert!(matches!(from("2001:db8::1", PASSWORD, 13), Err(LoginRefusal::Locked { .. })));
    // It delays and does not lock out; who comes in once from there is known there.
    from("2001:db8::1", PASSWORD, 40).unwrap();
    for n in 0..6 {
        drop(from(&format!("203.1.{n}.1"), "x", 1000 * (n + 1)));
    }
    assert!(matches!(from("203.2.1.1", PASSWORD, 6001), Err(LoginRefusal::Locked { .. })));
    from("2001:db8::77", PASSWORD, 6001).unwrap();
    // An administrator forgives all of it.
    unlock_user(&store, &COMMAND, "an", at(6002)).unwrap();
    from("203.2.1.1", PASSWORD, 6003).unwrap();
    from("198.51.100.4", PASSWORD, 6003).unwrap();
    // Names that nobody bears are told the same.
    let nobody = |address: &str| {
        try_from(house, ("nobody", "x", None), address, at(7000)).map(drop).unwrap_err()
    };
    for n in 0..20 {
        let told = nobody(&format!("203.3.{n}.1"));
        assert!(matches!(told, LoginRefusal::WrongCredentials), "{n}: {told}");
    }
    assert!(matches!(nobody("203.4.1.1"), LoginRefusal::Locked { retry_after_seconds: 30 }));
}

#[test]
fn what_a_page_asks_by_itself_keeps_no_session_alive() {
    let (_data, store, keeper) = house();
    add(&store, "an", Role::Viewer);
    let (secret, open) = session((&store, &keeper), "an", at(0));
    for minute in 0..60 {
        let found = keeper.unused_session(&store, &secret, at(minute * 60)).unwrap();
        assert_eq!(found.unwrap().expires, at(3600), "{minute}");
        assert!(keeper.goes_on(&store, &open, at(minute * 60)).unwrap());
    }
    assert!(keeper.unused_session(&store, &secret, at(3600)).unwrap().is_none());
    assert!(!keeper.goes_on(&store, &open, at(3600)).unwrap());
}

#[test]
fn a_change_of_a_user_is_whole_or_nothing() {
    let (_data, store, keeper) = house();
    let house = (&store, &keeper);
    add(&store, "an", Role::Reviewer);
    let before = (store.user_named("an").unwrap().unwrap(), actions(&store));
    let edit = UserEdit {
        full_name: Some("Nguyễn Văn An".into()),
        role: Some(Role::Supervisor),
        password: Some("matkhau".into()),
        unlock: true,
        ..UserEdit::default()
    };
    let told = edit_user(&store, &COMMAND, "an", &edit, at(5)).unwrap_err();
    assert!(matches!(told, AccessError::WeakPassword(_)), "{told}");
    assert!((store.user_named("an").unwrap().unwrap(), actions(&store)) == before);
    let edit = UserEdit { password: Some(OTHER.into()), ..edit };
    let user = edit_user(&store, &COMMAND, "an", &edit, at(6)).unwrap();
    assert_eq!((user.role, user.version), (Role::Supervisor, 2));
    assert!(actions(&store).ends_with(&[
        "user_edited".into(),
        "user_unlocked".into(),
        "user_password_set".into()
    ]));
    assert!(!format!("{edit:?}").contains(OTHER));
    login(house, "an", OTHER, at(7)).unwrap();
}
