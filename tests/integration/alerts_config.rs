//! `[[alerts]]` of the site file: what is understood, what is refused, what is doubted.

use crate::alert_rig::{refused, sinks, site};
use std::path::Path;
use std::process::Command;
use streetward::config::{Language, MailSecurity, Target};
use tempfile::TempDir;

#[test]
fn sinks_are_read_with_their_defaults() {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("s"), "s3cret\n").unwrap();
    let read = sinks(
        folder.path(),
        "[[alerts]]\nname = \"a\"\nkind = \"mqtt\"\nhost = \"broker\"\n\
         [[alerts]]\nname = \"b\"\nkind = \"email\"\nhost = \"mail\"\nfrom = \"a@b.vn\"\nto = [\"c@d.vn\"]\n\
         kinds = [\"red_light\"]\ncamera_states = []\nquiet_hours = [\"22:00-06:00\"]\n\
         [[alerts]]\nname = \"c\"\nkind = \"telegram\"\ntoken_file = \"s\"\nchat = \"@ubnd\"\nlanguage = \"en\"\n",
    );
    let [a, b, c] = &read[..] else { panic!("three") };
    let Target::Mqtt(broker) = &a.target else { panic!("mqtt") };
    assert_eq!((broker.tls, broker.port), (true, 8883));
    assert_eq!(
        (&*broker.topic, &*broker.state_topic),
        ("streetward/{camera}/events", "streetward/{camera}/state")
    );
    assert_eq!((a.language, a.most_per_minute, a.timeout_seconds), (Language::Vi, None, 10.0));
    let Target::Email(mail) = &b.target else { panic!("email") };
    assert_eq!((mail.security, mail.port), (MailSecurity::StartTls, 587));
    assert_eq!(b.wants.camera_states.as_deref(), Some(&[][..]));
    assert!(b.quiet.as_ref().unwrap().severe_pass);
    let Target::Telegram(bot) = &c.target else { panic!("telegram") };
    assert_eq!((bot.token.reveal(), bot.url.reveal()), ("s3cret", "https://api.telegram.org"));
    assert_eq!((c.language, c.most_per_minute), (Language::En, Some(20)));
}

#[test]
fn mistakes_are_told_with_what_to_write() {
    let folder = TempDir::new().unwrap();
    let head = "[[alerts]]\nname = \"a\"\n";
    for (table, wanted) in [
        ("", "the key \"kind\" in [[alerts]] is missing"),
        ("kind = \"web\"", "unknown \"web\""),
        ("kind = \"webhook\"", "the key \"url\" in [[alerts]] is missing"),
        ("kind = \"webhook\"\nurl = \"ftp://h/\"", "must be an address like https://host/path"),
        ("kind = \"webhook\"\nurl = \"https://h\"\nkey = \"plain\"", "must be named, not written"),
        ("kind = \"webhook\"\nurl = \"https://u:pw@h\"", "holds a password; write ${NAME}"),
        ("kind = \"webhook\"\nurl = \"https://h\"\nkey_file = \"none\"", "cannot be read"),
        ("kind = \"webhook\"\nurl = \"https://h\"\nkey = \"${NO_SUCH_NAME_1}\"", "NO_SUCH_NAME_1"),
        (
            "kind = \"webhook\"\nurl = \"https://h\"\ntopic = \"x\"",
            "\"topic\" is for mqtt, not for webhook",
        ),
        (
            "kind = \"webhook\"\nurl = \"https://h\"\nattach_still = true",
            "is for email and telegram",
        ),
        (
            "kind = \"webhook\"\nurl = \"https://h\"\nkinds = [\"red_lights\"]",
            "did you mean \"red_light\"",
        ),
        (
            "kind = \"webhook\"\nurl = \"https://h\"\nquiet_hours = [\"22-6\"]",
            "must be written like",
        ),
        ("kind = \"webhook\"\nurl = \"https://h\"\nsevere_pass = true", "give \"quiet_hours\" too"),
        (
            "kind = \"webhook\"\nurl = \"https://h\"\nlink = \"events\"",
            "\"link\" must be an address",
        ),
        ("kind = \"mqtt\"\nhost = \"u:p@h\"", "\"host\" must be a host's name or address alone"),
        ("kind = \"mqtt\"\nhost = \"h\"\ntopic = \"a/#\"", "must be a topic without + and #"),
        ("kind = \"mqtt\"\nhost = \"h\"\nstate_topic = \"a\"", "must hold {camera}"),
        (
            "kind = \"mqtt\"\nhost = \"h\"\npassword_file = \"x\"",
            "the key \"user\" in [[alerts]] is missing",
        ),
        (
            "kind = \"email\"\nhost = \"h\"\nfrom = \"x\"\nto = [\"a@b.vn\"]",
            "\"x\" is no e-mail address",
        ),
        ("kind = \"email\"\nhost = \"h\"\nfrom = \"a@b.vn\"\nto = []", "\"to\" names nobody"),
        ("kind = \"telegram\"\nchat = \"x\"", "the key \"token\" in [[alerts]] is missing"),
    ] {
        let said = refused(folder.path(), &format!("{head}{table}\n"));
        assert!(said.contains(wanted), "{table}: {said}");
        assert!(
            !said.contains("plain") && !said.contains(":pw@") && !said.contains("u:p@"),
            "{said}"
        );
    }
    let twice = "[[alerts]]\nname = \"a\"\nkind = \"mqtt\"\nhost = \"h\"\n".repeat(2);
    assert!(refused(folder.path(), &twice).contains("the name \"a\" is already used"));
}

fn check(folder: &Path) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_streetward"))
        .args(["check", "--site"])
        .arg(folder.join("streetward.toml"))
        .env("STREETWARD_TEST_SECRET", "h1dden")
        .output()
        .unwrap();
    assert_eq!(out.status.code(), Some(0), "{}", String::from_utf8_lossy(&out.stderr));
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn what_cannot_be_meant_is_doubted() {
    let folder = TempDir::new().unwrap();
    let doubts = |table: &str| {
        site(folder.path(), &format!("[[alerts]]\nname = \"a\"\n{table}\n"));
        let said = check(folder.path());
        assert!(said.contains("alerts  \"a\" by "), "{said}");
        assert!(!said.contains("h1dden"), "{said}");
        let doubt = said.lines().filter(|l| l.contains("warning: alerts \"a\": "));
        doubt.map(|l| l.split_once("\"a\": ").unwrap().1.to_owned()).collect::<Vec<_>>().join("\n")
    };
    let hook = "kind = \"webhook\"\nurl = \"https://h\"\n";
    assert_eq!(doubts(hook), "");
    assert_eq!(doubts(&format!("{hook}kinds = []")), "");
    let nothing = "no event can come there: no rule of a camera fits";
    assert!(doubts(&format!("{hook}kinds = [\"red_light\"]")).starts_with(nothing));
    assert!(doubts(&format!("{hook}severities = [\"high\"]")).starts_with(nothing));
    assert!(doubts(&format!("{hook}kinds = []\ncamera_states = []")).starts_with(nothing));
    assert!(
        doubts(&format!("{hook}cameras = [\"p9\"]")).starts_with("no camera has the id \"p9\"")
    );
    assert!(
        doubts(&format!("{hook}wards = [\"Phường 9\"]"))
            .starts_with("no camera stands in the ward")
    );
    let day = "quiet_hours = [\"06:00-22:00\", \"22:00-06:00\"]";
    assert!(
        doubts(&format!("{hook}{day}")).contains("are the whole day; only grave news goes out")
    );
    let plain = "kind = \"email\"\nhost = \"h\"\nfrom = \"a@b.vn\"\nto = [\"a@b.vn\"]\nuser = \"u\"\n\
                 password = \"${STREETWARD_TEST_SECRET}\"\nsecurity = \"none\"";
    assert!(doubts(plain).starts_with("its password can be read on the way"));
    assert!(
        doubts("kind = \"webhook\"\nurl = \"http://h\"").contains("anybody on the way can read")
    );
}
