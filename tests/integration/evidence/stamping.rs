//! Time-stamps by a real authority: `openssl ts` behind a small HTTP server.

use super::chaining::{Chained, date, problem};
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use streetward::evidence::chain::{ChainDay, stamp_file};
use streetward::evidence::signing;
use streetward::evidence::timestamp::{StampError, Stamped};
use streetward::media::WallTime;
use streetward::store::{Store, StoreError};

const CONFIG: &str = "
[ req ]
distinguished_name = name
x509_extensions = ext
prompt = no
[ name ]
CN = Test TSA
[ ext ]
extendedKeyUsage = critical, timeStamping
basicConstraints = critical, CA:true
[ tsa ]
default_tsa = here
[ here ]
serial = ./serial
signer_cert = ./tsa.pem
signer_key = ./tsa.key
certs = ./tsa.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
";

/// An authority; it answers with its first answer for ever once told so.
struct Authority {
    folder: tempfile::TempDir,
    url: String,
    asked: Arc<AtomicUsize>,
    stuck: Arc<AtomicBool>,
}

fn openssl(folder: &Path, args: &[&str]) -> bool {
    let mut command = Command::new("openssl");
    command.current_dir(folder).args(args).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap().success()
}

impl Authority {
    fn open() -> Option<Self> {
        if Command::new("openssl").arg("version").output().is_err() {
            eprintln!("skipped: there is no openssl here");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::write(path.join("tsa.cnf"), CONFIG).unwrap();
        fs::write(path.join("serial"), "01\n").unwrap();
        let made = "req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.pem -days 2 \
            -config tsa.cnf";
        assert!(openssl(path, &made.split_whitespace().collect::<Vec<_>>()));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/tsa", listener.local_addr().unwrap());
        let (asked, stuck) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicBool::new(false)));
        let (counter, fixed, at) = (Arc::clone(&asked), Arc::clone(&stuck), path.to_owned());
        let serve = move || {
            for stream in listener.incoming().map_while(Result::ok) {
                counter.fetch_add(1, SeqCst);
                let _ = answer(stream, &at, fixed.load(SeqCst));
            }
        };
        std::thread::Builder::new().name("tsa".to_owned()).spawn(serve).unwrap();
        Some(Self { folder, url, asked, stuck })
    }

    /// What `openssl ts -verify` says of a day's time-stamp and head.
    fn verifies(&self, stamp: &Path, head: &str) -> bool {
        let stamp = stamp.to_str().unwrap();
        openssl(
            self.folder.path(),
            &["ts", "-verify", "-digest", head, "-in", stamp, "-CAfile", "tsa.pem"],
        )
    }
}

fn answer(mut stream: TcpStream, folder: &Path, stuck: bool) -> std::io::Result<()> {
    let mut read = Vec::new();
    let mut buffer = [0; 4096];
    let (head, length) = loop {
        let n = stream.read(&mut buffer)?;
        if n == 0 {
            return Ok(()); // whoever asked has gone
        }
        read.extend_from_slice(&buffer[..n]);
        let text = String::from_utf8_lossy(&read).to_ascii_lowercase();
        if let Some(end) = text.find("\r\n\r\n") {
            assert!(text.contains("content-type: application/timestamp-query"), "{text}");
            let length = text.split("content-length: ").nth(1).unwrap();
            break (end + 4, length.split("\r\n").next().unwrap().parse::<usize>().unwrap());
        }
    };
    while read.len() < head + length {
        let n = stream.read(&mut buffer)?;
        if n == 0 {
            return Ok(()); // whoever asked has gone
        }
        read.extend_from_slice(&buffer[..n]);
    }
    fs::write(folder.join("query.tsq"), &read[head..])?;
    if !stuck {
        let made = "ts -reply -queryfile query.tsq -config tsa.cnf -out answer.tsr";
        assert!(openssl(folder, &made.split(' ').collect::<Vec<_>>()));
    }
    let body = fs::read(folder.join("answer.tsr"))?;
    let length = body.len();
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/timestamp-reply\r\ncontent-length: {length}\r\n\r\n"
    );
    stream.write_all(head.as_bytes())?;
    stream.write_all(&body)
}

fn stamped(chained: &Chained, url: &str, today: i8) -> Result<Stamped, StoreError> {
    Store::open(chained.data()).unwrap().stamp_chain(chained.data(), url, date(today))
}

fn stamp(chained: &Chained, day: i8) -> PathBuf {
    chained.data().join(stamp_file(date(day)))
}

#[test]
fn days_that_are_over_are_stamped_once_and_openssl_agrees() {
    let Some(authority) = Authority::open() else { return };
    let (chained, _) = Chained::three_days();
    let done = stamped(&chained, &authority.url, 17).unwrap();
    assert_eq!((done.days, done.waiting), (vec![date(15), date(16)], 0));
    assert!(!stamp(&chained, 17).exists(), "today may still grow");
    let again = stamped(&chained, &authority.url, 17).unwrap();
    assert_eq!((again.days, authority.asked.load(SeqCst)), (vec![], 2));
    let heads = [15, 16].map(|day| chained.read(day).head);
    assert!(authority.verifies(&stamp(&chained, 15), &heads[0]));
    assert!(!authority.verifies(&stamp(&chained, 15), &heads[1]));
    let (found, json) = chained.found();
    assert_eq!((found, &json["chain"]["stamped"]), (vec![], &2.into()));
    // The stamp of another day.
    fs::copy(stamp(&chained, 16), stamp(&chained, 15)).unwrap();
    assert_eq!(chained.found().0, [problem("chain_broken", "", "2026-08-15.tsr")]);
    fs::write(stamp(&chained, 15), b"0").unwrap();
    assert_eq!(chained.found().0, [problem("chain_broken", "", "2026-08-15.tsr")]);
}

#[test]
fn an_answer_to_another_question_is_not_kept_and_an_authority_away_is_asked_again() {
    let Some(authority) = Authority::open() else { return };
    let (chained, _) = Chained::three_days();
    stamped(&chained, &authority.url, 16).unwrap();
    authority.stuck.store(true, SeqCst);
    let error = stamped(&chained, &authority.url, 17).unwrap_err();
    assert!(error.to_string().contains("another question"), "{error}");
    assert!(!stamp(&chained, 16).exists());
    let nobody = "http://user:secret@127.0.0.1:9/tsa";
    let error = stamped(&chained, nobody, 17).unwrap_err();
    assert!(matches!(error, StoreError::Stamp(StampError::Authority { .. })), "{error}");
    assert!(!error.to_string().contains("secret"), "{error}");
    authority.stuck.store(false, SeqCst);
    let done = stamped(&chained, &authority.url, 17).unwrap();
    assert_eq!(done.days, [date(16)]);
    assert_eq!(chained.found().0, []);
}

#[test]
fn a_day_is_never_stamped_again_and_a_stamp_taken_away_is_missed() {
    let Some(authority) = Authority::open() else { return };
    let (chained, _) = Chained::three_days();
    stamped(&chained, &authority.url, 17).unwrap();
    let asked = authority.asked.load(SeqCst);
    // Taken away: it is missed, and no other takes its place.
    let good = fs::read(stamp(&chained, 15)).unwrap();
    fs::remove_file(stamp(&chained, 15)).unwrap();
    let missing = problem("chain_broken", "", "2026-08-15.tsr");
    assert_eq!(chained.found().0, [missing.clone()]);
    assert_eq!(stamped(&chained, &authority.url, 17).unwrap(), Stamped::default());
    assert_eq!(authority.asked.load(SeqCst), asked);
    assert_eq!(chained.found().0, [missing]);
    fs::write(stamp(&chained, 15), &good).unwrap();
    assert_eq!(chained.found().0, []);
    // The day written anew, by the key itself, and its stamp taken away with it.
    let own = signing::signer(chained.data()).unwrap();
    let mut day = chained.read(16);
    day.entries.clear();
    let forged = ChainDay::new(day.day, day.previous, day.entries, Some(&own));
    fs::write(chained.path(16), forged.to_json().unwrap()).unwrap();
    fs::remove_file(stamp(&chained, 16)).unwrap();
    assert_eq!(stamped(&chained, &authority.url, 17).unwrap(), Stamped::default());
    let (found, json) = chained.found();
    assert!(found.contains(&problem("chain_broken", "", "2026-08-16.tsr")), "{json:#}");
    assert!(json.to_string().contains("it was time-stamped at"), "{json:#}");
    // A head that the index does not know is not stamped at all.
    let mut day = chained.read(17);
    day.entries.clear();
    day.previous = None;
    let forged = ChainDay::new(day.day, day.previous, day.entries, Some(&own));
    fs::write(chained.path(17), forged.to_json().unwrap()).unwrap();
    assert_eq!(stamped(&chained, &authority.url, 18).unwrap(), Stamped::default());
    assert_eq!(authority.asked.load(SeqCst), asked);
}

#[test]
#[allow(clippy::disallowed_methods)] // The authority takes the real clock, and so must this.
fn a_day_stamped_long_after_its_end_is_told_with_its_date() {
    let Some(authority) = Authority::open() else { return };
    let mut chained = Chained::new();
    chained.event("a");
    chained.extend(15).unwrap();
    // The authority's clock is today's.
    let today = jiff::Timestamp::now();
    let yesterday = WallTime(today - jiff::SignedDuration::from_hours(24));
    let store = Store::open(chained.data()).unwrap();
    store.extend_chain(chained.data(), yesterday).unwrap().unwrap();
    let done = store.stamp_chain(chained.data(), &authority.url, WallTime(today).local().date());
    assert_eq!(done.unwrap().days.len(), 2);
    drop(store);
    let (found, json) = chained.found();
    let late = &json["chain"]["stamped_late"];
    assert_eq!((found, &json["chain"]["stamped"]), (vec![], &2.into()));
    assert_eq!((late.as_array().unwrap().len(), &late[0]["day"]), (1, &"2026-08-15".into()));
    let data = chained.data().to_str().unwrap();
    let (_, text) = super::run(&["verify", "--data", data]);
    assert!(text.contains("more than seven days after their end"), "{text}");
    assert!(text.contains("  2026-08-15 at 20"), "{text}");
}
