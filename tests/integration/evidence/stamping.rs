//! Time-stamps by a real authority: `openssl ts` behind a small HTTP server.

use super::chaining::{Chained, date, problem};
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering::SeqCst};
use streetward::evidence::chain::stamp_file;
use streetward::evidence::timestamp::{StampError, stamp_days};

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

fn stamp(chained: &Chained, day: i8) -> PathBuf {
    chained.data().join(stamp_file(date(day)))
}

#[test]
fn days_that_are_over_are_stamped_once_and_openssl_agrees() {
    let Some(authority) = Authority::open() else { return };
    let (chained, _) = Chained::three_days();
    let done = stamp_days(chained.data(), &authority.url, date(17)).unwrap();
    assert_eq!((done.days, done.waiting), (vec![date(15), date(16)], 0));
    assert!(!stamp(&chained, 17).exists(), "today may still grow");
    let again = stamp_days(chained.data(), &authority.url, date(17)).unwrap();
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
    stamp_days(chained.data(), &authority.url, date(16)).unwrap();
    authority.stuck.store(true, SeqCst);
    let error = stamp_days(chained.data(), &authority.url, date(17)).unwrap_err();
    assert!(error.to_string().contains("another question"), "{error}");
    assert!(!stamp(&chained, 16).exists());
    let nobody = "http://user:secret@127.0.0.1:9/tsa";
    let error = stamp_days(chained.data(), nobody, date(17)).unwrap_err();
    assert!(matches!(error, StampError::Authority { .. }), "{error}");
    assert!(!error.to_string().contains("secret"), "{error}");
    authority.stuck.store(false, SeqCst);
    let done = stamp_days(chained.data(), &authority.url, date(17)).unwrap();
    assert_eq!(done.days, [date(16)]);
    assert_eq!(chained.found().0, []);
}
