//! A small SMTP server (RFC 5321) with STARTTLS and AUTH PLAIN, that remembers its mails.

use super::certificates::Certificates;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// What it was sent.
#[derive(Debug, Clone, Default)]
pub struct Mail {
    /// What AUTH PLAIN gave, as written.
    pub login: Option<String>,
    pub encrypted: bool,
    pub receivers: Vec<String>,
    pub text: String,
}

/// How it goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Takes,
    /// Answers RCPT with this status.
    Refuses(u16),
    /// Says nothing.
    Hangs,
    /// Speaks another protocol.
    Babbles,
}

/// A server on a port of its own, until dropped.
pub struct Server {
    pub port: u16,
    mails: Arc<Mutex<Vec<Mail>>>,
    pub manner: Arc<Mutex<Manner>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

impl Server {
    /// Offers STARTTLS where it has certificates.
    pub fn start(certificates: Option<&Certificates>) -> Self {
        Self::start_at(0, certificates)
    }

    /// The same at a port that is known already; 0: at any.
    pub fn start_at(port: u16, certificates: Option<&Certificates>) -> Self {
        let tls = certificates.map(|c| Arc::new(server_config(c)));
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address: SocketAddr = listener.local_addr().unwrap();
        let mails = Arc::new(Mutex::new(Vec::new()));
        let manner = Arc::new(Mutex::new(Manner::Takes));
        let stop = Arc::new(AtomicBool::new(false));
        let (m, n, s) = (mails.clone(), manner.clone(), stop.clone());
        let serve = move || {
            while !s.load(Ordering::Relaxed) {
                match listener.accept() {
                    Ok((stream, _)) => {
                        let manner = *n.lock().unwrap();
                        drop(talk(stream, tls.as_ref(), &m, manner, &s));
                    }
                    Err(_) => std::thread::sleep(Duration::from_millis(2)),
                }
            }
        };
        let thread = Some(Builder::new().name("test-mail".into()).spawn(serve).unwrap());
        Self { port: address.port(), mails, manner, stop, thread }
    }

    pub fn behaves(&self, manner: Manner) {
        *self.manner.lock().unwrap() = manner;
    }

    /// The mails so far; forgets them.
    pub fn taken(&self) -> Vec<Mail> {
        std::mem::take(&mut self.mails.lock().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn server_config(c: &Certificates) -> ServerConfig {
    let chain = CertificateDer::pem_file_iter(&c.server).unwrap().map(Result::unwrap).collect();
    let key = PrivateKeyDer::from_pem_file(&c.key).unwrap();
    ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap()
}

fn talk(
    stream: TcpStream,
    tls: Option<&Arc<ServerConfig>>,
    mails: &Mutex<Vec<Mail>>,
    manner: Manner,
    stop: &AtomicBool,
) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    if manner == Manner::Hangs {
        stream.set_read_timeout(Some(Duration::from_millis(20)))?;
        let mut stream = stream;
        while !stop.load(Ordering::Relaxed) && !matches!(stream.read(&mut [0]), Ok(0)) {}
        return Ok(());
    }
    let mut reader: BufReader<Box<dyn Stream>> = BufReader::new(Box::new(stream.try_clone()?));
    if manner == Manner::Babbles {
        return say(&mut reader, "SSH-2.0-nonsense");
    }
    say(&mut reader, "220 test.example ESMTP")?;
    let mut mail = Mail::default();
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let command = line.trim_end().to_owned();
        let verb = command.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
        match (&*verb, tls) {
            ("EHLO" | "HELO", Some(_)) if !mail.encrypted => {
                say(&mut reader, "250-test.example\r\n250 STARTTLS")?;
            }
            ("EHLO" | "HELO", _) => say(&mut reader, "250-test.example\r\n250 AUTH PLAIN")?,
            ("STARTTLS", Some(config)) => {
                say(&mut reader, "220 go on")?;
                let server =
                    ServerConnection::new(config.clone()).map_err(std::io::Error::other)?;
                let secure = StreamOwned::new(server, stream.try_clone()?);
                reader = BufReader::new(Box::new(secure));
                mail.encrypted = true;
            }
            ("AUTH", _) => {
                mail.login = command.split(' ').nth(2).map(str::to_owned);
                say(&mut reader, "235 welcome")?;
            }
            ("RCPT", _) => {
                if let Manner::Refuses(code) = manner {
                    say(&mut reader, &format!("{code} no such mailbox here"))?;
                } else {
                    mail.receivers.push(command);
                    say(&mut reader, "250 ok")?;
                }
            }
            ("DATA", _) => {
                say(&mut reader, "354 go on")?;
                loop {
                    line.clear();
                    if reader.read_line(&mut line)? == 0 || line == ".\r\n" {
                        break;
                    }
                    // A point at the beginning of a line is sent twice (RFC 5321, 4.5.2).
                    mail.text.push_str(line.strip_prefix('.').unwrap_or(&line));
                }
                mails.lock().unwrap().push(mail.clone());
                (mail.text, mail.receivers) = (String::new(), Vec::new());
                say(&mut reader, "250 taken")?;
            }
            ("QUIT", _) => return say(&mut reader, "221 bye"),
            _ => say(&mut reader, "250 ok")?,
        }
    }
}

fn say(to: &mut BufReader<Box<dyn Stream>>, line: &str) -> std::io::Result<()> {
    to.get_mut().write_all(format!("{line}\r\n").as_bytes())?;
    to.get_mut().flush()
}
