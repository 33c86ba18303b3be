//! A TCP proxy that does to a stream what networks and cameras do.

use std::collections::VecDeque;
use std::io::{ErrorKind, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{Builder, JoinHandle, sleep};
use std::time::{Duration, Instant};

/// What it does to what the server sends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Fault {
    /// Nothing.
    None,
    /// Holds everything back; connections stay.
    Frozen,
    /// Hands everything on so many milliseconds later.
    Delayed(u64),
    /// At most so many bytes a second.
    Throttled(u64),
    /// About one byte in so many is changed, the same ones in each run.
    Corrupt(u64),
    /// The camera's media clock (RTP stamps of 90 kHz) is so many ticks away from where it was.
    Stamps(i32),
}

/// A proxy on a port of its own; ends when dropped.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
    acceptor: Option<JoinHandle<()>>,
}

struct Shared {
    backend: Mutex<u16>,
    fault: Mutex<Fault>,
    refusing: AtomicBool,
    over: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
    /// Connections taken so far.
    taken: AtomicU64,
}

const TICK: Duration = Duration::from_millis(2);

impl Proxy {
    /// In front of a server's port.
    pub fn before(backend: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            backend: Mutex::new(backend),
            fault: Mutex::new(Fault::None),
            refusing: AtomicBool::new(false),
            over: AtomicBool::new(false),
            open: Mutex::default(),
            taken: AtomicU64::new(0),
        });
        let theirs = Arc::clone(&shared);
        let accept = move || accept(listener, port, &theirs);
        let acceptor = Builder::new().name("rig-proxy".into()).spawn(accept).unwrap();
        Self { port, shared, acceptor: Some(acceptor) }
    }

    /// The address of a stream through it.
    pub fn url(&self, mount: &str) -> String {
        format!("rtsp://127.0.0.1:{}/{mount}", self.port)
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// From now on, this is done to all connections.
    pub fn fault(&self, fault: Fault) {
        *self.shared.fault.lock().unwrap() = fault;
    }

    /// Breaks all connections; new ones are taken.
    pub fn cut(&self) {
        for stream in self.shared.open.lock().unwrap().drain(..) {
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    /// Whether its port refuses connections; those that are open stay.
    pub fn refuse(&self, refuse: bool) {
        self.shared.refusing.store(refuse, Ordering::Relaxed);
        // The acceptor notices within a few ticks.
        sleep(TICK * 10);
    }

    /// New connections go to another server.
    pub fn swap(&self, backend: u16) {
        *self.shared.backend.lock().unwrap() = backend;
    }

    /// Connections taken so far.
    pub fn taken(&self) -> u64 {
        self.shared.taken.load(Ordering::Relaxed)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.over.store(true, Ordering::Relaxed);
        self.cut();
        if let Some(acceptor) = self.acceptor.take() {
            let _ = acceptor.join();
        }
        self.cut();
    }
}

fn accept(listener: TcpListener, port: u16, shared: &Arc<Shared>) {
    listener.set_nonblocking(true).unwrap();
    let mut listening = Some(listener);
    while !shared.over.load(Ordering::Relaxed) {
        if shared.refusing.load(Ordering::Relaxed) {
            listening = None;
        } else if listening.is_none() {
            listening = TcpListener::bind(("127.0.0.1", port)).ok();
            if let Some(listener) = &listening {
                listener.set_nonblocking(true).unwrap();
            }
        }
        match listening.as_ref().map(TcpListener::accept) {
            Some(Ok((client, _))) => join(client, shared),
            _ => sleep(TICK),
        }
    }
}

/// Joins a client with the server by two threads, which end when either side does.
fn join(client: TcpStream, shared: &Arc<Shared>) {
    shared.taken.fetch_add(1, Ordering::Relaxed);
    let backend = *shared.backend.lock().unwrap();
    let Ok(server) = TcpStream::connect(("127.0.0.1", backend)) else { return };
    for stream in [&client, &server] {
        stream.set_nonblocking(false).unwrap();
        stream.set_nodelay(true).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(5))).unwrap();
        shared.open.lock().unwrap().push(stream.try_clone().unwrap());
    }
    let ends = (client.try_clone().unwrap(), server.try_clone().unwrap());
    for (from, to, tormented) in [(server, client, true), (ends.0, ends.1, false)] {
        let shared = Arc::clone(shared);
        let pump = move || pump(from, to, &shared, tormented);
        Builder::new().name("rig-pump".into()).spawn(pump).unwrap();
    }
}

/// Where RTP's stamps stand among the bytes of an RTSP connection (RFC 2326, section 10.12).
#[derive(Default)]
struct Framing {
    ticks: i32,
    /// The head of what is passing: four bytes of framing and eight of RTP.
    head: Vec<u8>,
    /// Bytes of the frame still to pass behind its head.
    left: usize,
}

impl Framing {
    /// Changes stamps in what passes, but for the rare one that comes in two pieces.
    fn pass(&mut self, bytes: &mut [u8]) {
        let mut at = 0;
        while at < bytes.len() {
            if self.left > 0 {
                let step = self.left.min(bytes.len() - at);
                self.left -= step;
                at += step;
                continue;
            }
            let begins = self.head.is_empty();
            self.head.push(bytes[at]);
            at += 1;
            if begins && self.head[0] != b'$' {
                // Text: what the server says before it plays has no "$" in it.
                self.head.clear();
            } else if self.head.len() == 4 && !self.head[1].is_multiple_of(2) {
                self.left = self.length();
                self.head.clear();
            } else if self.head.len() == 12 {
                if at >= 4 {
                    let stamp = u32::from_be_bytes([
                        bytes[at - 4],
                        bytes[at - 3],
                        bytes[at - 2],
                        bytes[at - 1],
                    ]);
                    let moved = stamp.wrapping_add_signed(self.ticks).to_be_bytes();
                    bytes[at - 4..at].copy_from_slice(&moved);
                }
                self.left = self.length().saturating_sub(8);
                self.head.clear();
            }
        }
    }

    fn length(&self) -> usize {
        usize::from(u16::from_be_bytes([self.head[2], self.head[3]]))
    }
}

fn pump(mut from: TcpStream, mut to: TcpStream, shared: &Shared, tormented: bool) {
    let mut buffer = [0_u8; 4096];
    let mut passed = 0_u64;
    let mut framing = Framing::default();
    let mut waiting: VecDeque<(Instant, Vec<u8>)> = VecDeque::new();
    'open: while !shared.over.load(Ordering::Relaxed) {
        while waiting.front().is_some_and(|(due, _)| *due <= Instant::now()) {
            let Some((_, bytes)) = waiting.pop_front() else { break };
            if to.write_all(&bytes).is_err() {
                break 'open;
            }
        }
        let fault = if tormented { *shared.fault.lock().unwrap() } else { Fault::None };
        if fault == Fault::Frozen {
            sleep(TICK);
            continue;
        }
        let count = match from.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                continue;
            }
            Err(_) => break,
        };
        let mut bytes = buffer[..count].to_vec();
        let mut due = Instant::now();
        match fault {
            Fault::Delayed(milliseconds) => due += Duration::from_millis(milliseconds),
            Fault::Throttled(rate) => {
                sleep(Duration::from_micros(count as u64 * 1_000_000 / rate.max(1)));
            }
            Fault::Corrupt(every) => corrupt(&mut bytes, passed, every),
            Fault::Stamps(_) if !tormented => {}
            Fault::Stamps(ticks) => framing.ticks = ticks,
            Fault::None | Fault::Frozen => {}
        }
        passed += count as u64;
        if tormented {
            framing.pass(&mut bytes);
        }
        waiting.push_back((due, bytes));
    }
    let _ = (from.shutdown(Shutdown::Both), to.shutdown(Shutdown::Both));
}

fn corrupt(bytes: &mut [u8], passed: u64, every: u64) {
    for (at, byte) in bytes.iter_mut().enumerate() {
        let place = (passed + at as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 20;
        if place.is_multiple_of(every) {
            *byte ^= 0x55;
        }
    }
}
