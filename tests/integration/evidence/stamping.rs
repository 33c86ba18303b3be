//! Time-stamps by a real authority: `openssl ts` behind a small HTTP server.

use super::chaining::{Chained, date, problem};
use super::run;
use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use streetward::evidence::chain::{ChainDay, stamp_file};
use streetward::evidence::signing;
use streetward::evidence::timestamp::{self, Authorities, StampError, Stamped, stamped_at};
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
[ leaf ]
extendedKeyUsage = critical, timeStamping
basicConstraints = critical, CA:false
[ authority ]
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

/// Fractions of a second, and how far from them the clock may be.
const FINE: &str = "clock_precision_digits = 6\naccuracy = secs:1, millisecs:500, microsecs:100\n";

const SELF_SIGNED: &str =
    "req -x509 -newkey rsa:2048 -nodes -keyout tsa.key -out tsa.pem -days 2 -config tsa.cnf";
pub(super) const CA: &str = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-384 -nodes -keyout ca.key \
    -out ca.pem -days 2 -config tsa.cnf -extensions authority -subj /CN=Root";
pub(super) const REQUEST: &str = "req -new -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout tsa.key -out tsa.csr -config tsa.cnf";

/// An authority; it answers with its first answer for ever once told so.
pub(super) struct Authority {
    folder: tempfile::TempDir,
    pub(super) url: String,
    asked: Arc<AtomicUsize>,
    stuck: Arc<AtomicBool>,
}

pub(super) fn openssl(folder: &Path, args: &[&str]) -> bool {
    let mut command = Command::new("openssl");
    command.current_dir(folder).args(args).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().unwrap().success()
}

impl Authority {
    pub(super) fn open() -> Option<Self> {
        if Command::new("openssl").arg("version").output().is_err() {
            eprintln!("skipped: there is no openssl here");
            return None;
        }
        Some(Self::with("", &[SELF_SIGNED]))
    }

    /// One that answers with fractions of a second, and whose certificate, of elliptic curves, is
    /// under `ca.pem` for so many days.
    fn under_another(days: &str) -> Option<Self> {
        Self::open()?;
        let issued = format!(
            "x509 -req -in tsa.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days {days} \
            -extfile tsa.cnf -extensions leaf -out tsa.pem"
        );
        Some(Self::with(FINE, &[CA, REQUEST, &issued]))
    }

    /// Made by these commands of openssl.
    pub(super) fn with(more: &str, commands: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        fs::write(path.join("tsa.cnf"), format!("{CONFIG}{more}")).unwrap();
        fs::write(path.join("serial"), "01\n").unwrap();
        for command in commands {
            assert!(openssl(path, &command.split_whitespace().collect::<Vec<_>>()), "{command}");
        }
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
        Self { folder, url, asked, stuck }
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
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

/// As the service has it done.
pub(super) fn stamp_days(
    data: &Path,
    url: &str,
    authorities: &Authorities,
    today: jiff::civil::Date,
) -> Result<Stamped, StampError> {
    let store = Store::open(data).unwrap();
    match store.stamp_chain(data, url, authorities, today) {
        Err(StoreError::Stamp(e)) => Err(e),
        done => Ok(done.unwrap()),
    }
}

/// Whoever it is.
fn any() -> Authorities {
    Authorities::default()
}

pub(super) fn stamp(chained: &Chained, day: i8) -> PathBuf {
    chained.data().join(stamp_file(date(day)))
}

#[test]
fn days_that_are_over_are_stamped_once_and_openssl_agrees() {
    let Some(authority) = Authority::open() else { return };
    let (chained, _) = Chained::three_days();
    let done = stamp_days(chained.data(), &authority.url, &any(), date(17)).unwrap();
    assert_eq!((done.days, done.waiting), (vec![date(15), date(16)], 0));
    assert!(!stamp(&chained, 17).exists(), "today may still grow");
    let again = stamp_days(chained.data(), &authority.url, &any(), date(17)).unwrap();
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
    stamp_days(chained.data(), &authority.url, &any(), date(16)).unwrap();
    authority.stuck.store(true, SeqCst);
    let error = stamp_days(chained.data(), &authority.url, &any(), date(17)).unwrap_err();
    assert!(error.to_string().contains("another SHA-256"), "{error}");
    assert!(!stamp(&chained, 16).exists());
    let nobody = "http://user:secret@127.0.0.1:9/tsa";
    let error = stamp_days(chained.data(), nobody, &any(), date(17)).unwrap_err();
    assert!(matches!(error, StampError::Authority { .. }), "{error}");
    assert!(!error.to_string().contains("secret"), "{error}");
    authority.stuck.store(false, SeqCst);
    let done = stamp_days(chained.data(), &authority.url, &any(), date(17)).unwrap();
    assert_eq!(done.days, [date(16)]);
    assert_eq!(chained.found().0, []);
}

#[test]
fn an_old_answer_to_the_same_question_is_told_by_its_nonce() {
    let Some(authority) = Authority::open() else { return };
    let (chained, _) = Chained::three_days();
    // By an index that does not remember what it had stamped.
    let known = Store::open(chained.data()).unwrap().chain_known().unwrap();
    let ask = || timestamp::stamp_days(chained.data(), &authority.url, &any(), date(16), &known);
    ask().unwrap();
    fs::remove_file(stamp(&chained, 15)).unwrap();
    authority.stuck.store(true, SeqCst);
    let error = ask().unwrap_err();
    assert!(matches!(error, StampError::OtherNonce), "{error}");
    assert!(!stamp(&chained, 15).exists());
}

#[test]
fn fractions_of_a_second_and_accuracy_are_read_as_openssl_reads_them() {
    let Some(authority) = Authority::under_another("2") else { return };
    let (chained, _) = Chained::three_days();
    let known = Authorities::read(&authority.file("ca.pem")).unwrap();
    let done = stamp_days(chained.data(), &authority.url, &known, date(17)).unwrap();
    assert_eq!(done.days, [date(15), date(16)]);
    let mut fractions = 0;
    for day in [15, 16] {
        let head = chained.read(day).head;
        let token = stamped_at(chained.data(), date(day), &head, &known).unwrap().unwrap();
        assert_eq!(token.accuracy, Some(jiff::SignedDuration::from_micros(1_500_100)));
        assert_eq!(token.authority, "CN=Test TSA");
        let file = stamp(&chained, day);
        let mut read = Command::new("openssl");
        let read = read.args(["ts", "-reply", "-text", "-in"]).arg(&file).output().unwrap();
        let text = String::from_utf8(read.stdout).unwrap();
        let said = text.lines().find_map(|l| l.strip_prefix("Time stamp: ")).unwrap();
        let (clock, fraction) = (token.at.0.strftime("%H:%M:%S"), token.at.0.subsec_microsecond());
        let fraction = format!("{fraction:06}");
        let fraction = fraction.trim_end_matches('0');
        fractions += usize::from(!fraction.is_empty());
        let whole = [clock.to_string().as_str(), fraction].join(".");
        assert!(said.contains(whole.trim_end_matches('.')), "{said}: {whole}");
        let by = ["-digest", &head, "-in", file.to_str().unwrap(), "-CAfile", "ca.pem"];
        assert!(openssl(authority.folder.path(), &[&["ts", "-verify"][..], &by].concat()));
    }
    assert!(fractions > 0, "both fell on a whole second");
    assert_eq!(chained.found().0, []);
}

#[test]
fn an_authority_that_nobody_vouches_for_is_named_when_asked_and_when_verified() {
    let Some(authority) = Authority::under_another("2") else { return };
    let (Some(other), (chained, _)) = (Authority::under_another("2"), Chained::three_days()) else {
        return;
    };
    let stranger = Authorities::read(&other.file("ca.pem")).unwrap();
    let error = stamp_days(chained.data(), &authority.url, &stranger, date(16)).unwrap_err();
    assert!(matches!(error, StampError::Unknown { .. }), "{error}");
    assert!(error.to_string().contains("CN=Test TSA is not known"), "{error}");
    assert!(!stamp(&chained, 15).exists(), "it is not kept");
    stamp_days(chained.data(), &authority.url, &any(), date(16)).unwrap();
    let verified = |name: &str, by: &Authority| {
        let (data, file) = (chained.data().to_str().unwrap(), by.file(name));
        let words = ["verify", "--data", data, "--format", "json", "--authorities"];
        let (_, out) = run(&[&words[..], &[file.to_str().unwrap()]].concat());
        let json: Value = serde_json::from_str(&out).unwrap();
        json["problems"].clone()
    };
    assert_eq!(verified("ca.pem", &authority), serde_json::json!([]));
    assert_eq!(verified("tsa.pem", &authority), serde_json::json!([]), "its own certificate");
    let problems = verified("ca.pem", &other);
    assert_eq!(problems[0]["problem"], "chain_broken");
    let detail = problems[0]["detail"].as_str().unwrap();
    assert!(detail.contains("is not known") && detail.contains("CN=Test TSA"), "{detail}");
    let wrong = Authorities::read(&other.file("serial")).unwrap_err().to_string();
    assert!(wrong.contains("in PEM"), "{wrong}");
}

#[test]
fn a_certificate_whose_time_was_over_is_named() {
    let Some(authority) = Authority::under_another("-1") else { return };
    let (chained, _) = Chained::three_days();
    let error = stamp_days(chained.data(), &authority.url, &any(), date(16)).unwrap_err();
    assert!(matches!(error, StampError::Expired { .. }), "{error}");
    assert!(error.to_string().contains("CN=Test TSA"), "{error}");
    assert!(!stamp(&chained, 15).exists());
}

#[test]
fn a_time_set_back_in_a_token_is_named() {
    for made in [Authority::open(), Authority::under_another("2")] {
        let Some(authority) = made else { return };
        let (chained, _) = Chained::three_days();
        stamp_days(chained.data(), &authority.url, &any(), date(16)).unwrap();
        let path = stamp(&chained, 15);
        let mut bytes = fs::read(&path).unwrap();
        // The year of the token's time, a GeneralizedTime.
        let at = bytes.windows(4).position(|w| w[0] == 0x18 && &w[2..] == b"20").unwrap();
        bytes[at + 4] = if bytes[at + 4] == b'1' { b'0' } else { b'1' };
        fs::write(&path, bytes).unwrap();
        let (found, json) = chained.found();
        assert_eq!(found, [problem("chain_broken", "", "2026-08-15.tsr")]);
        assert!(json.to_string().contains("its signature does not hold"), "{json:#}");
    }
}

#[test]
fn a_day_is_never_stamped_again_and_a_stamp_taken_away_is_missed() {
    let Some(authority) = Authority::open() else { return };
    let (chained, _) = Chained::three_days();
    stamp_days(chained.data(), &authority.url, &any(), date(17)).unwrap();
    let asked = authority.asked.load(SeqCst);
    // Taken away: it is missed, and no other takes its place.
    let good = fs::read(stamp(&chained, 15)).unwrap();
    fs::remove_file(stamp(&chained, 15)).unwrap();
    let missing = problem("chain_broken", "", "2026-08-15.tsr");
    assert_eq!(chained.found().0, std::slice::from_ref(&missing));
    assert_eq!(
        stamp_days(chained.data(), &authority.url, &any(), date(17)).unwrap(),
        Stamped::default()
    );
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
    assert_eq!(
        stamp_days(chained.data(), &authority.url, &any(), date(17)).unwrap(),
        Stamped::default()
    );
    let (found, json) = chained.found();
    assert!(found.contains(&problem("chain_broken", "", "2026-08-16.tsr")), "{json:#}");
    assert!(json.to_string().contains("it was time-stamped at"), "{json:#}");
    // A head that the index does not know is not stamped at all.
    let mut day = chained.read(17);
    day.entries.clear();
    day.previous = None;
    let forged = ChainDay::new(day.day, day.previous, day.entries, Some(&own));
    fs::write(chained.path(17), forged.to_json().unwrap()).unwrap();
    assert_eq!(
        stamp_days(chained.data(), &authority.url, &any(), date(18)).unwrap(),
        Stamped::default()
    );
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
    let day = WallTime(today).local().date();
    let done = store.stamp_chain(chained.data(), &authority.url, &any(), day);
    assert_eq!(done.unwrap().days.len(), 2);
    drop(store);
    let (found, json) = chained.found();
    let late = &json["chain"]["stamped_late"];
    assert_eq!((found, &json["chain"]["stamped"]), (vec![], &2.into()));
    assert_eq!((late.as_array().unwrap().len(), &late[0]["day"]), (1, &"2026-08-15".into()));
    let data = chained.data().to_str().unwrap();
    let (_, text) = run(&["verify", "--data", data]);
    assert!(text.contains("more than seven days after their end"), "{text}");
    assert!(text.contains("  2026-08-15 at 20"), "{text}");
}
