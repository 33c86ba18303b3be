//! Secrets of sinks are used, and appear nowhere else.

use crate::alert_rig::web::{Manner, Web};
use crate::alert_rig::{at, open, sinks, site, work};
use crate::sample::sample;
use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use streetward::alert::{Alerter, Courier};
use streetward::config::read_site;
use streetward::store::Store;
use tempfile::TempDir;

const SECRET: &str = "pl4nted-s3cret";

/// Every byte of every file below a folder.
fn everything(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(everything(&path));
        } else {
            all.extend(std::fs::read(&path).unwrap());
        }
    }
    all
}

fn assert_absent(what: &str, said: &[u8]) {
    let found = said.windows(SECRET.len()).position(|w| w == SECRET.as_bytes());
    assert_eq!(found, None, "{what}: {}", String::from_utf8_lossy(said));
}

#[test]
fn a_planted_secret_is_found_nowhere() {
    let folder = TempDir::new().unwrap();
    let web = Web::start();
    // The receiver repeats all it was told.
    web.behaves(|r| Manner::Answers(400, format!("{} {:?}", r.path, r.headers)));
    std::fs::write(folder.path().join("secret"), format!("{SECRET}\n")).unwrap();
    let file = "\"secret\"";
    let tables = format!(
        "[[alerts]]\nname = \"hook\"\nkind = \"webhook\"\nurl = \"{0}/in/${{STREETWARD_TEST_SECRET}}\"\n\
         key_file = {file}\ntoken_file = {file}\n\
         [[alerts]]\nname = \"bot\"\nkind = \"telegram\"\nurl = \"{0}\"\ntoken_file = {file}\nchat = 1\n\
         [[alerts]]\nname = \"broker\"\nkind = \"mqtt\"\nhost = \"127.0.0.1\"\nport = {1}\ntls = false\n\
         user = \"u\"\npassword_file = {file}\ntimeout_seconds = 1\n\
         [[alerts]]\nname = \"post\"\nkind = \"email\"\nhost = \"127.0.0.1\"\nport = {1}\n\
         user = \"u\"\npassword_file = {file}\nfrom = \"a@b.vn\"\nto = [\"a@b.vn\"]\nsecurity = \"none\"\n\
         timeout_seconds = 1\n",
        web.url(),
        web.address().port()
    );
    site(folder.path(), &tables);
    let data = folder.path().join("data");
    let mut said = String::new();
    // Through the commands, with everything logged.
    for args in [
        &["alerts", "test", "--sink", "hook"][..],
        &["alerts", "test", "--sink", "bot"],
        &["alerts", "test", "--sink", "broker"],
        &["alerts", "test", "--sink", "post"],
        &["alerts", "test", "--sink", "nobody"],
        &["check"],
    ] {
        let out = Command::new(env!("CARGO_BIN_EXE_streetward"))
            .args(args)
            .arg("--site")
            .arg(folder.path().join("streetward.toml"))
            .env("STREETWARD_TEST_SECRET", SECRET)
            .env("STREETWARD_LOG", "trace,ureq=trace,rumqttc=trace")
            .output()
            .unwrap();
        assert_absent(&format!("{args:?}"), &[out.stdout.clone(), out.stderr].concat());
        said.push_str(&String::from_utf8_lossy(&out.stdout));
    }
    assert!(said.contains("\"hook\" (webhook) did not take the test message: "), "{said}");
    assert!(said.contains("/in/***"), "the receiver's words are told without it: {said}");
    // It was used.
    let requests = web.taken();
    assert!(requests.iter().any(|r| r.path == format!("/in/{SECRET}")));
    assert!(requests.iter().any(|r| r.path == format!("/bot{SECRET}/sendMessage")));
    let bearer = format!("Bearer {SECRET}");
    assert!(requests.iter().any(|r| r.headers.get("authorization") == Some(&bearer)));

    // Through the outbox. The environment of this process is left alone, so this sink's is a file's.
    let tables = tables.replace("/in/${STREETWARD_TEST_SECRET}", "/in/x");
    let sinks = sinks(folder.path(), &tables);
    let mut shown = format!("{sinks:?}");
    let alerter = Alerter::new(&sinks);
    let store = Store::open(&data).unwrap();
    open(&store, &alerter, &sample(0));
    for sink in &sinks {
        let mut courier = Courier::new(sink.clone(), &data).unwrap();
        let (_, done) = work(&mut courier, &store, at(0.0), 30.0);
        assert!(done.failed > 0, "{}: {done:?}", sink.name);
        write!(shown, "{courier:?} {done:?}").unwrap();
    }
    write!(shown, "{:?}", store.letters(None, None, 99).unwrap()).unwrap();
    drop(store);
    assert_absent("what is shown", shown.as_bytes());
    assert_absent("the data folder", &everything(&data));

    // A secret where none belongs is refused without being repeated.
    site(
        folder.path(),
        &format!(
            "[[alerts]]\nname = \"h\"\nkind = \"webhook\"\nurl = \"https://h\"\ntoken = \"{SECRET}\"\n"
        ),
    );
    let refused = read_site(&folder.path().join("streetward.toml")).site.unwrap_err().to_string();
    assert!(refused.contains("must be named, not written"), "{refused}");
    assert_absent("a refusal", refused.as_bytes());
}
