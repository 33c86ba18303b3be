//! A real RTSP server (`GStreamer`'s) in a process of its own.

use crate::support::root;
use rustix::process::{Pid, Signal, kill_process_group};
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// One stream of a server; without clips, only sound.
#[derive(Debug, Clone)]
pub struct Mount {
    pub name: &'static str,
    /// Made by [`super::clip`], all of one codec; looped one behind the other.
    pub clips: Vec<PathBuf>,
    pub fps: u32,
    pub sound: bool,
}

impl Mount {
    /// A stream of these clips, 25 frames a second, without sound.
    pub fn new(name: &'static str, clips: &[PathBuf]) -> Self {
        Self { name, clips: clips.to_vec(), fps: 25, sound: false }
    }
}

/// Who may watch.
#[derive(Debug, Clone, Copy)]
pub struct Auth {
    /// "basic" or "digest".
    pub kind: &'static str,
    pub user: &'static str,
    pub password: &'static str,
}

/// A running server; ends when dropped.
pub struct Server {
    child: Child,
    port: u16,
    /// What it serves, cut into files; it is ended without a chance to remove them itself.
    _folder: TempDir,
}

impl Server {
    /// Starts one on a free port; it listens when this returns.
    pub fn start(mounts: &[Mount]) -> Self {
        Self::start_at(0, mounts, None)
    }

    /// Starts one at a port (0: any free one).
    pub fn start_at(port: u16, mounts: &[Mount], auth: Option<Auth>) -> Self {
        let folder = TempDir::with_prefix("streetward-rig-").unwrap();
        let mounts: Vec<_> = mounts
            .iter()
            .map(|m| json!({"name": m.name, "clips": m.clips, "fps": m.fps, "sound": m.sound}))
            .collect();
        let auth = auth.map(|a| json!({"kind": a.kind, "user": a.user, "password": a.password}));
        let wish = json!({
            "port": port, "auth": auth, "mounts": mounts, "folder": folder.path(),
        })
        .to_string();
        let mut child = Command::new("/usr/bin/python3")
            .arg(root().join("tests/integration/rig/serve.py"))
            .arg(wish)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("python3 runs");
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let bound = line.trim().strip_prefix("ready ").and_then(|port| port.parse().ok());
        let Some(port) = bound else {
            let _ = child.kill();
            panic!("the RTSP server did not start (it said {line:?})");
        };
        Self { child, port, _folder: folder }
    }

    /// Where it listens.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address of one of its streams.
    pub fn url(&self, mount: &str) -> String {
        format!("rtsp://127.0.0.1:{}/{mount}", self.port)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(group) = Pid::from_raw(self.child.id() as i32) {
            let _ = kill_process_group(group, Signal::KILL);
        }
        let _ = self.child.wait();
    }
}
