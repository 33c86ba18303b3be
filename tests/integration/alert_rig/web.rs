//! A small HTTP server that remembers what it was sent and can misbehave.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle};
use std::time::Duration;

/// How it answers.
#[derive(Debug, Clone)]
pub enum Manner {
    /// With this status and body.
    Answers(u16, String),
    /// Not at all, keeping the connection.
    Hangs,
    /// With what is no HTTP.
    Babbles,
    /// By closing the connection.
    HangsUp,
}

/// What it was sent.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Request {
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

type Rule = Box<dyn Fn(&Request) -> Manner + Send>;

/// A server on a port of its own, until dropped.
pub struct Web {
    address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    rule: Arc<Mutex<Rule>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Web {
    /// On any free port, answering 200.
    pub fn start() -> Self {
        Self::start_at("127.0.0.1:0".parse().unwrap())
    }

    /// On this port, answering 200.
    pub fn start_at(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        listener.set_nonblocking(true).unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(Mutex::new(Vec::new()));
        let rule: Rule = Box::new(|_| Manner::Answers(200, String::new()));
        let rule = Arc::new(Mutex::new(rule));
        let stop = Arc::new(AtomicBool::new(false));
        let thread = {
            let (requests, rule, stop) = (requests.clone(), rule.clone(), stop.clone());
            let serve = move || {
                while !stop.load(Ordering::Relaxed) {
                    match listener.accept() {
                        Ok((stream, _)) => drop(answer(stream, &requests, &rule, &stop)),
                        Err(_) => std::thread::sleep(Duration::from_millis(2)),
                    }
                }
            };
            Some(Builder::new().name("test-web".into()).spawn(serve).unwrap())
        };
        Self { address, requests, rule, stop, thread }
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers so from now on.
    pub fn behaves(&self, rule: impl Fn(&Request) -> Manner + Send + 'static) {
        *self.rule.lock().unwrap() = Box::new(rule);
    }

    /// What it was sent so far; forgets it.
    pub fn taken(&self) -> Vec<Request> {
        std::mem::take(&mut self.requests.lock().unwrap())
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn answer(
    stream: TcpStream,
    requests: &Mutex<Vec<Request>>,
    rule: &Mutex<Rule>,
    stop: &AtomicBool,
) -> std::io::Result<()> {
    stream.set_nonblocking(false)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    let mut reader = BufReader::new(stream);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|l| l.parse().ok()).unwrap_or(0);
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let request = Request { path, headers, body };
    let manner = (rule.lock().unwrap())(&request);
    requests.lock().unwrap().push(request);
    let stream = reader.get_mut();
    match manner {
        Manner::Answers(status, body) => {
            let head = format!(
                "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                body.len()
            );
            stream.write_all(head.as_bytes())?;
            stream.write_all(body.as_bytes())
        }
        Manner::Hangs => {
            stream.set_read_timeout(Some(Duration::from_millis(20)))?;
            // Until the other side has had enough.
            while !stop.load(Ordering::Relaxed) {
                match stream.read(&mut [0]) {
                    Ok(0) => break,
                    Ok(_) => {}
                    Err(e) if matches!(e.kind(), std::io::ErrorKind::WouldBlock) => {}
                    Err(_) => break,
                }
            }
            Ok(())
        }
        Manner::Babbles => stream.write_all(b"\x00\xffSSH-2.0-nonsense\r\n\r\n"),
        Manner::HangsUp => Ok(()),
    }
}
