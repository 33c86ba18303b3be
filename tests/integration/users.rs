//! Who is let in, for how long, and what they may do.

use crate::support::root;
use assert_cmd::Command;
use std::net::IpAddr;
use std::path::Path;
use streetward::config::Language;
use streetward::media::WallTime;
use streetward::review::{
    AccessError, Doer, Doorkeeper, Entrance, LoginAttempt, LoginRefusal, NewToken, NewUser,
    OpenSession, OwnPassword, Permission, Permissions, Reach, Role, Scope, SessionTerms, UserEdit,
    Weakness, add_user, csrf_matches, csrf_of, disable_user, edit_user, make_token, set_language,
    set_password, unlock_user,
};
use streetward::store::{ActorKind, AuditFilter, Store};
use tempfile::TempDir;

pub const PASSWORD: &str = "bốn con vịt lội ao";
pub const OTHER: &str = "năm con ngỗng qua sông";
pub const COMMAND: Doer<'static> = Doer::Command { uid: 1000 };

pub fn at(seconds: i64) -> WallTime {
    WallTime(jiff::Timestamp::from_second(1_790_000_000 + seconds).unwrap())
}

pub fn house() -> (TempDir, Store, Doorkeeper) {
    let data = TempDir::new().unwrap();
    let store = Store::open(data.path()).unwrap();
    let keeper = keeper();
    (data, store, keeper)
}

pub fn keeper() -> Doorkeeper {
    Doorkeeper::new(SessionTerms { hours: 12, idle_minutes: 60 }).unwrap()
}

pub fn add(store: &Store, name: &str, role: Role) {
    let new = NewUser {
        name: name.into(),
        full_name: format!("Ông {name}"),
        role,
        scope: Scope::default(),
        agency: None,
        language: Language::Vi,
    };
    add_user(store, &COMMAND, &new, PASSWORD, at(0)).unwrap();
}

pub fn try_from(
    (store, keeper): (&Store, &Doorkeeper),
    (name, password, totp): (&str, &str, Option<&str>),
    address: &str,
    now: WallTime,
) -> Result<Entrance, LoginRefusal> {
    let address: IpAddr = address.parse().unwrap();
    keeper.login(store, &LoginAttempt { name, password, totp, address }, now)
}

pub fn login(
    house: (&Store, &Doorkeeper),
    name: &str,
    password: &str,
    now: WallTime,
) -> Result<Entrance, LoginRefusal> {
    try_from(house, (name, password, None), "192.0.2.7", now)
}

pub fn session(house: (&Store, &Doorkeeper), name: &str, now: WallTime) -> (String, OpenSession) {
    let secret = login(house, name, PASSWORD, now).unwrap().secret;
    let open = house.1.session(house.0, &secret, now).unwrap().unwrap();
    (secret, open)
}

pub fn actions(store: &Store) -> Vec<String> {
    let all = AuditFilter { limit: 1000, ..AuditFilter::default() };
    let mut entries = store.audit_entries(&all).unwrap();
    entries.reverse();
    entries.into_iter().map(|e| e.action).collect()
}

#[test]
fn a_session_begins_is_used_rotates_and_ends() {
    let (_data, store, keeper) = house();
    let house = (&store, &keeper);
    add(&store, "an", Role::Reviewer);
    let entrance = login(house, " An ", PASSWORD, at(0)).unwrap();
    assert_eq!(entrance.user.last_login, None);
    assert_eq!(entrance.expires, at(12 * 3600));
    let secret = entrance.secret;
    let open = |secret: &str, now| keeper.session(&store, secret, at(now)).unwrap();
    let now = open(&secret, 10).unwrap();
    assert_eq!((now.user.name.as_str(), now.expires), ("an", at(3610)));
    assert_eq!(now.user.last_login, Some(at(0)));
    assert!(now.actor.permissions.has(Permission::Decide));

    // Idle, and then for good, however busy.
    assert!(open(&secret, 3600).is_none());
    for minutes in (0..720).step_by(59) {
        assert!(open(&secret, minutes * 60).is_some(), "{minutes}");
    }
    assert_eq!(open(&secret, 12 * 3600 - 1).unwrap().expires, at(12 * 3600));
    assert!(open(&secret, 12 * 3600).is_none());

    // CSRF values are the session's own.
    let (one, open_one) = session(house, "an", at(50_000));
    let (two, _) = session(house, "an", at(50_000));
    assert!(csrf_matches(&one, &csrf_of(&one)));
    for forged in ["", "x", "00", &csrf_of(&two), &csrf_of(&one)[..62], &one] {
        assert!(!csrf_matches(&one, forged), "{forged}");
    }

    // Rotation: the old secret and its CSRF value are good no more, and its age stays.
    let new = keeper.rotate(&store, &open_one, None, at(50_100)).unwrap().unwrap();
    assert!(open(&one, 50_101).is_none());
    assert!(!csrf_matches(&new, &csrf_of(&one)));
    let rotated = open(&new, 50_101).unwrap();
    assert_eq!(rotated.begun, at(50_000));
    assert!(keeper.rotate(&store, &open_one, None, at(50_102)).unwrap().is_none());

    keeper.logout(&store, &rotated, Some("192.0.2.7"), at(50_200)).unwrap();
    assert!(open(&new, 50_201).is_none());
    assert!(open(&two, 50_201).is_some(), "the other one goes on");
    for forged in ["", "x", &"0".repeat(64), &two.to_uppercase()] {
        assert!(open(forged, 50_201).is_none());
    }
    assert_eq!(actions(&store), ["user_added", "login", "login", "login", "logout"]);
}

#[test]
fn at_most_ten_sessions_of_a_user_are_kept() {
    let (_data, store, keeper) = house();
    add(&store, "an", Role::Viewer);
    let secrets: Vec<String> =
        (0..12).map(|n| login((&store, &keeper), "an", PASSWORD, at(n)).unwrap().secret).collect();
    let good = |s: &String| keeper.session(&store, s, at(20)).unwrap().is_some();
    assert_eq!(
        secrets.iter().map(good).collect::<Vec<_>>(),
        [[false; 2].as_slice(), &[true; 10]].concat()
    );
}

#[test]
fn a_changed_role_scope_or_password_ends_sessions() {
    let (_data, store, keeper) = house();
    let house = (&store, &keeper);
    add(&store, "admin", Role::Administrator);
    add(&store, "an", Role::Reviewer);
    let good = |secret: &str| keeper.session(&store, secret, at(9)).unwrap().is_some();
    let edit = |edit: UserEdit| edit_user(&store, &COMMAND, "an", &edit, at(9)).unwrap();
    let ward = || ["Phường 1".to_owned()].into_iter().collect::<Reach<String>>();

    let (secret, open) = session(house, "an", at(1));
    edit(UserEdit { full_name: Some("Nguyễn Văn An".into()), ..UserEdit::default() });
    set_language(&store, &open, Language::En).unwrap();
    assert!(good(&secret), "neither a name nor a language is a power");
    assert_eq!(keeper.session(&store, &secret, at(9)).unwrap().unwrap().user.language, "en");
    edit(UserEdit { role: Some(Role::Supervisor), ..UserEdit::default() });
    assert!(!good(&secret));
    let (secret, _) = session(house, "an", at(1));
    let scope = Scope { wards: ward(), ..Scope::default() };
    edit(UserEdit { scope: Some(scope.clone()), ..UserEdit::default() });
    assert!(!good(&secret));
    let (secret, open) = session(house, "an", at(1));
    assert_eq!(open.actor.scope, scope);
    set_password(&store, &COMMAND, "an", OTHER, at(9)).unwrap();
    assert!(!good(&secret));
    assert!(matches!(login(house, "an", PASSWORD, at(9)), Err(LoginRefusal::WrongCredentials)));

    // What somebody else has set lets in once.
    let secret = login(house, "an", OTHER, at(9)).unwrap().secret;
    assert!(matches!(login(house, "an", OTHER, at(9)), Err(LoginRefusal::PasswordOver)));
    // Their own password: the session that did it goes on under another secret, others end.
    let open = keeper.session(&store, &secret, at(9)).unwrap().unwrap();
    let change = |open: &OpenSession, current: &str, new: &str, now| {
        let change = OwnPassword { current, new, totp: None };
        keeper.change_password(&store, open, &change, Some("192.0.2.7"), at(now))
    };
    assert!(matches!(change(&open, "wrong", PASSWORD, 9), Err(AccessError::WrongPassword)));
    assert!(matches!(change(&open, OTHER, OTHER, 9), Err(AccessError::SamePassword)));
    let weak = change(&open, OTHER, "Password2026!", 9).unwrap_err();
    assert!(matches!(weak, AccessError::WeakPassword(Weakness::Common)), "{weak}");
    let new = change(&open, OTHER, PASSWORD, 9).unwrap();
    let other = login(house, "an", PASSWORD, at(9)).unwrap().secret;
    assert!(good(&new) && !good(&secret) && good(&other));
    let open = keeper.session(&store, &new, at(9)).unwrap().unwrap();
    let (before, new) = (new, change(&open, PASSWORD, OTHER, 9).unwrap());
    assert!(good(&new) && !good(&before) && !good(&other));
    let open = keeper.session(&store, &new, at(9)).unwrap().unwrap();
    change(&open, OTHER, PASSWORD, 9).unwrap();
    let (_, open) = session(house, "an", at(9));
    // Guessing the present one from a stolen session waits as logging in does.
    for n in 0..5 {
        let told = change(&open, "x", OTHER, 10 + n).unwrap_err();
        assert_eq!(matches!(told, AccessError::WrongPassword), n < 4, "{n}: {told}");
    }
    let (secret, open) = {
        unlock_user(&store, &COMMAND, "an", at(20)).unwrap();
        session(house, "an", at(20))
    };
    disable_user(&store, &COMMAND, "an", at(21)).unwrap();
    assert!(keeper.session(&store, &secret, at(21)).unwrap().is_none());
    assert!(keeper.rotate(&store, &open, None, at(21)).unwrap().is_none());
    assert!(matches!(login(house, "an", PASSWORD, at(22)), Err(LoginRefusal::WrongCredentials)));
}

/// Every secret that went through, looked for in all files of the data folder.
#[test]
fn no_secret_is_in_the_data_folder() {
    let (data, store, keeper) = house();
    let house = (&store, &keeper);
    add(&store, "an", Role::Reviewer);
    let (secret, open) = session(house, "an", at(0));
    let token = NewToken {
        name: "t".into(),
        permissions: Permissions::of(&[Permission::SeeEvents]),
        scope: Scope::default(),
        expires: at(86_400),
    };
    let made = make_token(&store, &open, &token, None, at(0)).unwrap();
    drop(login(house, "an", "wrong-password-typed", at(1)));
    drop(login(house, "name-typed-wrong", PASSWORD, at(1)));
    let mut all = Vec::new();
    let mut read = 0;
    for file in std::fs::read_dir(data.path()).unwrap() {
        all.extend(std::fs::read(file.unwrap().path()).unwrap());
        read += 1;
    }
    assert!(read >= 2 && all.len() > 50_000);
    let has = |text: &str| all.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(has("login_failed") && has("$argon2id$"), "what is kept is found");
    for secret in [
        PASSWORD,
        &secret,
        &made.secret,
        &made.secret[4..],
        &csrf_of(&secret),
        "wrong-password-typed",
        "name-typed-wrong",
    ] {
        assert!(!has(secret), "{secret}");
    }
}

fn user(data: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    command.current_dir(root()).arg("user").args(args).env("STREETWARD_DATA", data);
    command.env("COLUMNS", "100");
    command
}

fn said(command: &mut Command, code: i32) -> (String, String) {
    let out = command.assert().code(code);
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (text(&out.get_output().stdout), text(&out.get_output().stderr))
}

#[test]
fn the_first_administrator_is_made_on_the_machine() {
    let dir = TempDir::new().unwrap();
    let data = dir.path().join("data");
    let (_, nothing) = said(&mut user(&data, &["list"]), 2);
    assert!(nothing.contains("holds no streetward data"), "{nothing}");
    let add = |name: &str, more: &[&str]| {
        let mut all = vec!["add", name];
        all.extend(more);
        user(&data, &all)
    };
    let admin = ["--role", "administrator", "--password-file", "-"];
    for (typed, told) in [
        ("", "the first line of - is empty"),
        ("short\n", "has fewer than 12 characters"),
        ("matkhau123456\n", "is among the first that are tried"),
    ] {
        let (_, error) = said(add("admin", &admin).write_stdin(typed), 2);
        assert!(error.contains(told), "{error}");
    }
    assert!(!data.join("streetward.db").exists() || store_is_empty(&data));
    let (_, error) = said(&mut add("admin", &["--role", "administrator"]), 2);
    assert!(error.contains("there is no terminal to ask for the password"), "{error}");
    let (_, error) = said(&mut add("admin", &["--role", "administrator", "--password", "x"]), 2);
    assert!(error.contains("unexpected argument '--password'"), "{error}");
    let (told, warned) = said(add("Admin", &admin).write_stdin(format!("{PASSWORD}\r\n")), 0);
    let database = data.join("streetward.db");
    let rights = std::fs::metadata(&database).unwrap().permissions();
    let readable = std::os::unix::fs::PermissionsExt::mode(&rights) & 0o004 != 0;
    assert_eq!(warned.contains("every user of this machine can read"), readable, "{warned}");
    assert_eq!(told, "admin (administrator) may come in: all wards; all domains.\n");

    // Beside a service, which holds the folder.
    let service = Store::open(&data).unwrap();
    let file = dir.path().join("password");
    std::fs::write(&file, OTHER).unwrap();
    let scoped = [
        "--role",
        "reviewer",
        "--ward",
        "Phường 1",
        "--domain",
        "traffic",
        "--full-name",
        "Nguyễn Văn An",
        "--agency",
        "csgt-p1",
        "--password-file",
        file.to_str().unwrap(),
    ];
    let (told, warned) = said(&mut add("an", &scoped), 0);
    assert_eq!(told, "an (reviewer) may come in: Phường 1; traffic.\n");
    assert!(warned.contains("others can read") && warned.contains("remove it"), "{warned}");
    let (_, taken) = said(&mut add("AN", &scoped), 2);
    assert!(taken.contains("there is a user \"an\" already"), "{taken}");
    let now = || WallTime(jiff::Timestamp::from_second(4_000_000_000).unwrap());
    let keeper = keeper();
    let entrance = login((&service, &keeper), "an", OTHER, now()).unwrap();
    assert!(keeper.session(&service, &entrance.secret, now()).unwrap().is_some());

    let (listed, _) = said(&mut user(&data, &["list", "--format", "json"]), 0);
    let listed: serde_json::Value = serde_json::from_str(&listed).unwrap();
    assert_eq!(listed[1]["scope"]["wards"], serde_json::json!(["Phường 1"]));
    assert_eq!(listed[0]["scope"]["wards"], "all");
    assert!(!listed.to_string().contains("argon2"), "{listed}");
    let (edited, _) =
        said(&mut user(&data, &["edit", "an", "--role", "supervisor", "--all-wards"]), 0);
    assert_eq!(edited, "an is supervisor: all wards; traffic.\n");
    assert!(keeper.session(&service, &entrance.secret, now()).unwrap().is_none());
    let (_, nothing) = said(&mut user(&data, &["edit", "an"]), 2);
    assert!(nothing.contains("say what to change"), "{nothing}");
    said(user(&data, &["password", "an", "--password-file", "-"]).write_stdin(PASSWORD), 0);
    let today = WallTime(jiff::Timestamp::now());
    login((&service, &keeper), "an", PASSWORD, today).unwrap();
    said(&mut user(&data, &["totp-reset", "an"]), 0);
    said(&mut user(&data, &["edit", "an", "--unlock", "--end-access"]), 0);
    said(&mut user(&data, &["disable", "an"]), 0);
    assert!(login((&service, &keeper), "an", PASSWORD, now()).is_err());
    let (table, _) = said(&mut user(&data, &["list"]), 0);
    assert!(table.contains("Nguyễn Văn An") && table.contains("disabled"), "{table}");
    let (_, last) = said(&mut user(&data, &["disable", "admin"]), 2);
    assert!(last.contains("is the only administrator"), "{last}");
    let (_, gone) = said(&mut user(&data, &["disable", "nobody"]), 2);
    assert!(gone.contains("there is no user \"nobody\""), "{gone}");

    let uid = format!("uid {}", rustix::process::getuid().as_raw());
    let commands: Vec<String> = service
        .audit_entries(&AuditFilter { actor: Some(uid), limit: 100, ..Default::default() })
        .unwrap()
        .into_iter()
        .map(|e| {
            assert_eq!(e.actor_kind, ActorKind::Command);
            e.action
        })
        .rev()
        .collect();
    let wanted = [
        "user_added",
        "user_added",
        "user_edited",
        "user_password_set",
        "user_totp_reset",
        "user_unlocked",
        "user_access_ended",
        "user_disabled",
    ];
    assert_eq!(commands, wanted);
}

fn store_is_empty(data: &Path) -> bool {
    Store::open_read(data).unwrap().users().unwrap().is_empty()
}
