//! A web server for files in a folder, as one in front of a camera's lists of segments.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Component, Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle, sleep};
use std::time::Duration;

/// Serves a folder on a port of its own; ends when dropped.
pub struct Web {
    port: u16,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    folder: PathBuf,
    /// Answers begin, and then nothing more comes.
    hangs: AtomicBool,
    over: AtomicBool,
    /// `user:password` in Base64, where one is asked for.
    login: Option<&'static str>,
    asked: Mutex<Vec<String>>,
}

impl Web {
    pub fn start(folder: &Path) -> Self {
        Self::with_login(folder, None)
    }

    /// Answers only who says this: `user:password` in Base64.
    pub fn with_login(folder: &Path, login: Option<&'static str>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        listener.set_nonblocking(true).unwrap();
        let shared = Arc::new(Shared {
            folder: folder.to_owned(),
            hangs: AtomicBool::new(false),
            over: AtomicBool::new(false),
            login,
            asked: Mutex::default(),
        });
        let theirs = Arc::clone(&shared);
        let accept = move || {
            let mut busy = Vec::new();
            while !theirs.over.load(Ordering::Relaxed) {
                let Ok((client, _)) = listener.accept() else {
                    sleep(Duration::from_millis(2));
                    continue;
                };
                let theirs = Arc::clone(&theirs);
                let answer = move || drop(answer(&client, &theirs));
                busy.push(Builder::new().name("rig-web".into()).spawn(answer).unwrap());
            }
            for answer in busy {
                let _ = answer.join();
            }
        };
        let acceptor = Some(Builder::new().name("rig-web".into()).spawn(accept).unwrap());
        Self { port, shared, acceptor }
    }

    pub fn url(&self, name: &str) -> String {
        format!("http://127.0.0.1:{}/{name}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// From now on answers stop in the middle, or come whole again.
    pub fn hang(&self, hangs: bool) {
        self.shared.hangs.store(hangs, Ordering::Relaxed);
    }

    /// What was asked for so far.
    pub fn asked(&self) -> Vec<String> {
        self.shared.asked.lock().unwrap().clone()
    }
}

impl Drop for Web {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
    }
}

fn answer(mut client: &TcpStream, shared: &Shared) -> std::io::Result<()> {
    client.set_nonblocking(false)?;
    client.set_read_timeout(Some(Duration::from_secs(2)))?;
    let mut lines = BufReader::new(client).lines();
    let first = lines.next().transpose()?.unwrap_or_default();
    let path = first.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut login = None;
    for line in lines.map_while(Result::ok).take_while(|line| !line.is_empty()) {
        login = line.strip_prefix("Authorization: Basic ").map(str::to_owned).or(login);
    }
    shared.asked.lock().unwrap().push(path.clone());
    let close = "Connection: close\r\n";
    if shared.login.is_some_and(|wanted| login.as_deref() != Some(wanted)) {
        let ask = "WWW-Authenticate: Basic realm=\"camera\"\r\nContent-Length: 0\r\n";
        return write!(client, "HTTP/1.1 401 Unauthorized\r\n{ask}{close}\r\n");
    }
    let relative = Path::new(path.trim_start_matches('/'));
    let inside = relative.components().all(|part| matches!(part, Component::Normal(_)));
    let Some(body) = inside.then(|| std::fs::read(shared.folder.join(relative)).ok()).flatten()
    else {
        return write!(client, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n{close}\r\n");
    };
    write!(client, "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n{close}\r\n", body.len())?;
    let (head, rest) = body.split_at(body.len() / 2);
    client.write_all(head)?;
    while shared.hangs.load(Ordering::Relaxed) && !shared.over.load(Ordering::Relaxed) {
        sleep(Duration::from_millis(10));
    }
    client.write_all(rest)
}
