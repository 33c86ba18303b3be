//! A running service for tests: a site folder, the program, its status.

use crate::rig::{self, Mount};
use crate::support::fetched;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};
use streetward::pipeline::live::{CameraStatus, LiveStatus};
use streetward::scene::CameraState;

/// A site in a temporary folder.
pub struct Site {
    pub folder: tempfile::TempDir,
}

impl Site {
    /// `more` goes to the end of the site file.
    pub fn new(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("cameras")).unwrap();
        let text = format!(
            "version = 1\nname = \"Thử nghiệm\"\ndata = \"data\"\n{more}\n[live]\nreload_seconds = 0.5\nreconnect_most_seconds = 2\n"
        );
        std::fs::write(folder.path().join("streetward.toml"), text).unwrap();
        Self { folder }
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// A camera that watches people on a campus lawn (the fetched sample clip).
    pub fn lawn(&self, id: &str, url: &str, more: &str) {
        let text = format!(
            "version = 1\nid = \"{id}\"\nname = \"Bãi cỏ {id}\"\nframe_size = [768, 576]\n\
             [source]\nurl = \"{url}\"\nread_timeout_seconds = 2\n{more}\n\
             [detector]\ninput_long_side = 416\n\
             [evidence]\npre_seconds = 2\npost_seconds = 2\n\
             [[zones]]\nname = \"grass\"\npolygon = [[0, 243], [170, 265], [250, 285], [330, 320], \
             [400, 360], [480, 395], [580, 440], [680, 475], [767, 500], [767, 575], [0, 575]]\n\
             [[rules]]\nkind = \"restricted_area\"\nzone = \"grass\"\nclasses = [\"person\"]\n"
        );
        std::fs::write(self.path(&format!("cameras/{id}.toml")), text).unwrap();
    }

    /// More lines for the site's table [live].
    pub fn live(&self, lines: &str) {
        let file = self.path("streetward.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, text + lines + "\n").unwrap();
    }

    /// Starts the service.
    pub fn start(&self) -> Running {
        self.start_with(&[])
    }

    /// Starts the service with these variables in its environment.
    pub fn start_with(&self, environment: &[(&str, &str)]) -> Running {
        let log = self
            .path(&format!("live-{}.log", std::fs::read_dir(self.folder.path()).unwrap().count()));
        let out = std::fs::File::create(&log).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_streetward"))
            .args(["live", "-v", "--workers", "1", "--site"])
            .arg(self.path("streetward.toml"))
            .envs(environment.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(out)
            .spawn()
            .unwrap();
        Running { child, data: self.data(), log }
    }

    /// The program with these arguments: its exit code and standard output.
    pub fn run(&self, args: &[&str]) -> (Option<i32>, String) {
        let done = Command::new(env!("CARGO_BIN_EXE_streetward"))
            .args(args)
            .current_dir(self.folder.path())
            .output()
            .unwrap();
        let text = String::from_utf8(done.stdout).unwrap();
        (done.status.code(), text + &String::from_utf8(done.stderr).unwrap())
    }
}

/// A running service; killed when dropped.
pub struct Running {
    child: Child,
    data: PathBuf,
    pub log: PathBuf,
}

impl Running {
    pub fn status(&self) -> Option<LiveStatus> {
        let text = std::fs::read(self.data.join("live/status.json")).ok()?;
        let status: LiveStatus = serde_json::from_slice(&text).unwrap();
        // What an earlier process left says nothing of this one.
        (status.pid == self.child.id()).then_some(status)
    }

    pub fn camera(&self, id: &str) -> Option<CameraStatus> {
        self.status()?.cameras.into_iter().find(|c| c.id == id)
    }

    pub fn sees(&self, id: &str) -> bool {
        let sees = |s| matches!(s, CameraState::Seeing | CameraState::Degraded);
        self.camera(id).is_some_and(|c| sees(c.state))
    }

    /// Waits until something holds of the service; what it took.
    pub fn wait(&mut self, seconds: u64, what: &str, holds: impl Fn(&Self) -> bool) -> Duration {
        let since = Instant::now();
        while !holds(self) {
            if let Some(ended) = self.child.try_wait().unwrap() {
                panic!("the service ended ({ended}) before {what}:\n{}", self.told());
            }
            assert!(
                since.elapsed() < Duration::from_secs(seconds),
                "not within {seconds} s: {what}\n{:#?}\n{}",
                self.status(),
                self.told()
            );
            std::thread::sleep(Duration::from_millis(100));
        }
        since.elapsed()
    }

    pub fn told(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap()
    }

    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).unwrap();
    }

    /// Stops it in order.
    pub fn stop(mut self) -> ExitStatus {
        self.signal(Signal::TERM);
        self.child.wait().unwrap()
    }

    /// Waits until it ends by itself: how, and what it told.
    pub fn ends(mut self, seconds: u64) -> (ExitStatus, String) {
        let since = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return (status, self.told());
            }
            assert!(since.elapsed() < Duration::from_secs(seconds), "{}", self.told());
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Ends it at once, as a power cut does.
    pub fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server's stream of the sample clip's last 29 seconds in a loop, in which two people walk over the
/// lawn, at the clip's own 10 frames a second.
pub fn lawn_mount(folder: &Path, name: &'static str) -> Mount {
    let vtest = fetched("clips/vtest.avi");
    let input = ["-ss", "50", "-i", vtest.to_str().unwrap()];
    let clips = vec![rig::clip(folder, name, rig::Codec::H264, 10, &input)];
    Mount { name, clips, fps: 10, sound: false }
}

/// The service's answer to a request.
pub fn get(port: u16, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let status = text.split(' ').nth(1).unwrap().parse().unwrap();
    (status, text.split_once("\r\n\r\n").unwrap().1.to_owned())
}

/// All plain files below a folder.
pub fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { found.extend(files_below(&path)) } else { found.push(path) }
    }
    found
}
